"""Lines drawn with real fonts on the printer's grid of dots: for what its fonts lack, and for previews."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence

from PIL import Image, ImageChops, ImageDraw

from printing import barcodes
from printing.document import PLAIN, QR, Barcode, Buzzer, Cut, Drawer, Feed, Picture, Rule
from printing.drawing.bidi import mirrored, visual
from printing.drawing.fonts import Face, face_for
from printing.drawing.glyphs import tile
from printing.encodings import Encoding, cluster_columns, clusters
from printing.layout import Bitmap, Line, Span, TextLine
from printing.profiles import CELL_HEIGHT, CELL_WIDTH, LINE_GAP

WHITE, BLACK = 255, 0


def dots(lines: Sequence[Line], columns: int, encoding: Encoding, language: str) -> bytes:
    """Return the lines as rows of dots, one bit each, 1 is black: what GS v 0 takes."""
    paper = draw(lines, columns, encoding, language)
    return ImageChops.invert(paper).point(_THRESHOLD, "1").tobytes()


#: Grey edges of drawn letters become black from here on; a little low, because thin strokes burn badly.
_THRESHOLD = [WHITE if grey > 100 else BLACK for grey in range(256)]


def draw(lines: Sequence[Line], columns: int, encoding: Encoding, language: str) -> Image.Image:
    """Return the lines as one grey picture of the printable width."""
    width = columns * CELL_WIDTH
    strips = [_DRAW[type(line)](line, width, encoding, language) for line in lines]
    paper = Image.new("L", (width, sum(strip.height for strip in strips)), WHITE)
    top = 0
    for strip in strips:
        paper.paste(strip, (0, top))
        top += strip.height
    return paper


def _blank(width: int, height: int) -> Image.Image:
    return Image.new("L", (width, height), WHITE)


def _text(line: TextLine, width: int, encoding: Encoding, language: str) -> Image.Image:
    strip = _blank(width, CELL_HEIGHT * line.height + LINE_GAP)
    left = 0
    for span in line.spans:
        top = CELL_HEIGHT * (line.height - span.style.height)
        if span.style.inverse:
            box = (left, top, left + span.columns * CELL_WIDTH, top + CELL_HEIGHT * span.style.height)
            strip.paste(BLACK, box)
        for piece, taken in _in_order(span.text, encoding, language):
            if piece.strip():
                ink = tile(piece, taken, span.style, language)
                strip.paste(WHITE if span.style.inverse else BLACK, (left, top), ink)
            left += taken * span.style.width * CELL_WIDTH
    return strip


#: Scripts whose letters change with their neighbours, or run from right to left, are drawn a run at a time.
_SHAPED = "\u0590-\u109f\u1780-\u18af\ufb1d-\ufdff\ufe70-\ufefc"
_RUN = re.compile(rf"[{_SHAPED}]+(?: +[{_SHAPED}]+)*|[^{_SHAPED}]+")
_IS_SHAPED = re.compile(f"[{_SHAPED}]")


def _in_order(text: str, encoding: Encoding, language: str) -> Iterator[tuple[str, int]]:
    """Yield what is drawn in one go, and the columns it has, from left to right."""
    for run, backwards in visual(text):
        pieces = _pieces(run, encoding, language)
        if backwards:
            pieces = [(mirrored(piece), taken) for piece, taken in reversed(pieces)]
        yield from pieces


def _pieces(text: str, encoding: Encoding, language: str) -> list[tuple[str, int]]:
    """Return a run in parts that are each drawn in one go, and their columns."""
    if not _IS_SHAPED.search(text):
        return [(cluster, cluster_columns(cluster, encoding)) for cluster in clusters(text)]
    pieces: list[tuple[str, int]] = []
    for run in _RUN.findall(text):
        parts = _of_one_face(clusters(run), language) if _IS_SHAPED.match(run) else clusters(run)
        pieces.extend((part, sum(cluster_columns(one, encoding) for one in clusters(part))) for part in parts)
    return pieces


def _of_one_face(run: Sequence[str], language: str) -> list[str]:
    """Join the clusters that one font can draw together, with the blanks between them."""
    joined: list[str] = []
    last: Face | None = None
    for cluster in run:
        face = last if cluster == " " else face_for(cluster, language, False)
        if joined and face == last:
            joined[-1] += cluster
        else:
            joined.append(cluster)
        last = face
    return [
        piece for part in joined for piece in (part.rstrip(" "), " " * (len(part) - len(part.rstrip(" "))))
    ]


def _rule(_line: Rule, width: int, _encoding: Encoding, _language: str) -> Image.Image:
    strip = _blank(width, CELL_HEIGHT + LINE_GAP)
    pen = ImageDraw.Draw(strip)
    for left in range(0, width, CELL_WIDTH):
        pen.rectangle((left + 2, CELL_HEIGHT // 2, left + CELL_WIDTH - 3, CELL_HEIGHT // 2 + 1), fill=BLACK)
    return strip


def _qr(line: QR, width: int, _encoding: Encoding, _language: str) -> Image.Image:
    import segno  # only a settlement ticket has one

    matrix = segno.make_qr(line.data, error="m", boost_error=False).matrix
    side = len(matrix)
    code = Image.frombytes("L", (side, side), bytes(BLACK if dot else WHITE for row in matrix for dot in row))
    module = max(1, min(line.module, width // side))
    code = code.resize((side * module, side * module), Image.Resampling.NEAREST)
    return _centred(code, width)


def _barcode(line: Barcode, width: int, encoding: Encoding, language: str) -> Image.Image:
    modules, dots = barcodes.bars(line)
    row = Image.frombytes("L", (len(modules), 1), bytes(BLACK if bar == "1" else WHITE for bar in modules))
    code = _centred(row.resize((row.width * dots, line.height), Image.Resampling.NEAREST), width)
    if not line.readable:
        return code
    strip = _blank(width, code.height + CELL_HEIGHT)
    strip.paste(code, (0, 0))
    left = (width - len(line.data) * CELL_WIDTH) // 2
    said = Span(line.data, PLAIN, len(line.data))
    strip.paste(
        _text(TextLine((said,)), len(line.data) * CELL_WIDTH, encoding, language),
        (left, strip.height - CELL_HEIGHT - LINE_GAP),
    )
    return strip


def _picture(line: Picture, width: int, _encoding: Encoding, _language: str) -> Image.Image:
    with Image.open(io.BytesIO(line.png)) as source:
        shown = source.convert("RGBA")
    white = Image.new("RGBA", shown.size, "white")
    grey = Image.alpha_composite(white, shown).convert("L")
    grey.thumbnail((width, width))
    return _centred(grey.convert("1").convert("L"), width)


def _centred(inner: Image.Image, width: int) -> Image.Image:
    strip = _blank(width, inner.height + 2 * LINE_GAP)
    strip.paste(inner, ((width - inner.width) // 2, LINE_GAP))
    return strip


def _bitmap(line: Bitmap, width: int, _encoding: Encoding, _language: str) -> Image.Image:
    height = len(line.rows) * 8 // line.width
    shown = ImageChops.invert(Image.frombytes("1", (line.width, height), line.rows).convert("L"))
    strip = _blank(width, height)
    strip.paste(shown, (0, 0))
    return strip


def _feed(line: Feed, width: int, _encoding: Encoding, _language: str) -> Image.Image:
    return _blank(width, line.lines * (CELL_HEIGHT + LINE_GAP))


def _nothing(_line: Line, width: int, _encoding: Encoding, _language: str) -> Image.Image:
    return _blank(width, 0)


_DRAW: dict[type, Callable[..., Image.Image]] = {
    TextLine: _text,
    Rule: _rule,
    QR: _qr,
    Barcode: _barcode,
    Picture: _picture,
    Bitmap: _bitmap,
    Feed: _feed,
    Cut: _nothing,
    Drawer: _nothing,
    Buzzer: _nothing,
}
