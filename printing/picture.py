"""The ticket as a person would hold it: a PNG of the cut paper, or plain text, from the lines that print."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from printing.document import QR, Barcode, Buzzer, Cut, Drawer, Feed, Picture, Rule
from printing.encodings import Encoding
from printing.layout import Bitmap, Line, Span, TextLine
from printing.profiles import DOTS, DPI

if TYPE_CHECKING:
    from PIL import Image

#: What lies around the paper.
GREY = (154, 161, 173, 255)
CLEAR = (154, 161, 173, 0)

_MARGIN = 28
_HEAD, _FOOT = 26, 34
#: About half the width of a tooth of the cut edge, and its depth, in dots.
_TOOTH, _DEPTH = 10, 9


def to_png(
    lines: Sequence[Line],
    columns: int,
    encoding: Encoding,
    language: str = "zh_CN",
    around: tuple[int, int, int, int] = GREY,
) -> bytes:
    """Return the paper at 203 dpi, as wide as it is, with its cut edge; `around` (RGBA) shows beside it."""
    from printing.drawing import draw

    print_area = draw(lines, columns, encoding, language)
    out = io.BytesIO()
    _paper(print_area, around).save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()


def _paper(print_area: Image.Image, around: tuple[int, int, int, int]) -> Image.Image:
    from PIL import Image, ImageDraw

    width, side = paper_dots(print_area.width)
    height = _HEAD + print_area.height + _FOOT
    sheet = Image.new("RGBA", (width + 2 * _MARGIN, height + _DEPTH + 2 * _MARGIN), around)
    pen = ImageDraw.Draw(sheet)
    pen.polygon(_outline(_MARGIN, _MARGIN, width, height), fill="white")
    sheet.paste(print_area.convert("RGBA"), (_MARGIN + side, _MARGIN + _HEAD))
    return sheet


def paper_dots(printable: int) -> tuple[int, int]:
    """Return the paper's width and its unprintable margin at each side, in dots, for a printable width."""
    millimetres = next((paper for paper, dots in DOTS.items() if dots == printable), 0)
    width = round(millimetres / 25.4 * DPI) or printable + 64
    return width, (width - printable) // 2


def _outline(left: int, top: int, width: int, height: int) -> list[tuple[int, int]]:
    """Return the corners of a sheet whose lower edge is cut in teeth."""
    bottom = top + height
    halves = 2 * round(width / (2 * _TOOTH))
    edge = [
        (left + round(width * half / halves), bottom + (_DEPTH if half % 2 else 0))
        for half in range(halves + 1)
    ]
    return [(left + width, top), (left, top), *edge]


def to_text(lines: Iterable[Line], columns: int) -> str:
    """Return the ticket as plain text; double-width words keep their letters, amid the room they take."""
    return "".join(f"{said}\n" for line in lines if (said := _said(line, columns)) is not None)


def _said(line: Line, columns: int) -> str | None:
    match line:
        case TextLine():
            return "".join(map(_spread, line.spans)).rstrip()
        case Rule():
            return "-" * columns
        case QR():
            return f"[QR {line.data}]".center(columns).rstrip()
        case Barcode():
            return f"[{line.kind} {line.data}]".center(columns).rstrip()
        case Picture() | Bitmap():
            return "[picture]".center(columns).rstrip()
        case Feed():
            return "\n" * (line.lines - 1)
        case Cut():
            return "/\\" * (columns // 2)
        case Drawer():
            return "[drawer]"
        case Buzzer():
            return "[buzzer]"


def _spread(span: Span) -> str:
    """Return a span's text in the columns it takes on paper."""
    if span.style.width == 1:
        return span.text
    spare = span.columns - span.columns // span.style.width
    return " " * (spare // 2) + span.text + " " * (spare - spare // 2)
