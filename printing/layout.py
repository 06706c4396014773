"""A document on paper of a given width: items become lines, in columns counted as the printer counts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple, cast

from printing.barcodes import proper
from printing.cleaning import clean
from printing.document import (
    PLAIN,
    QR,
    Align,
    Barcode,
    Buzzer,
    Cell,
    Column,
    Columns,
    Cut,
    Document,
    Drawer,
    Feed,
    Picture,
    Rule,
    Style,
    Table,
    Text,
)
from printing.encodings import Encoding, columns
from printing.profiles import CELL_WIDTH
from printing.wrapping import wrapped


class Span(NamedTuple):
    """Characters of one style, `columns` printer columns wide (their size counted in)."""

    text: str
    style: Style
    columns: int


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of characters; `height` is that of its tallest span, in plain lines."""

    spans: tuple[Span, ...]
    height: int = 1

    @property
    def text(self) -> str:
        """The line's characters, blanks included."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Dots that were sent as dots: `rows` of `width` / 8 bytes, most significant bit left, 1 is black."""

    width: int
    rows: bytes


#: What comes out of a printer, one below the other.
Line = TextLine | Rule | QR | Barcode | Picture | Bitmap | Feed | Cut | Drawer | Buzzer


class _Paper(NamedTuple):
    """What a document is laid out for."""

    width: int
    encoding: Encoding
    language: str


def lay_out(document: Document, width: int, encoding: Encoding) -> list[Line]:
    """Return the document as lines for paper of `width` columns.

    Nothing is lost but blanks at a wrap, and what a text has beyond LINE_LIMIT lines, which is said.
    """
    paper = _Paper(width, encoding, document.language)
    lines: list[Line] = []
    for item in document.items:
        if (lay := _LAY.get(type(item))) is None:
            lines.append(cast(Line, item))
        else:
            lines.extend(lay(item, paper))
    return lines


#: Bytes that a version 40 QR code of correction M can hold.
_QR_LIMIT = 2331


def _code(code: QR, paper: _Paper) -> Iterator[Line]:
    """Keep a QR code that can exist; what is too long for one is at least readable."""
    data = clean(code.data)
    if len(data.encode()) <= _QR_LIMIT:
        yield QR(data, code.module)
    else:
        yield from _paragraph(Text(data), paper)


def _barcode(barcode: Barcode, paper: _Paper) -> Iterator[Line]:
    """Keep a bar code that can exist; what cannot is at least readable."""
    kept = proper(barcode, paper.width * CELL_WIDTH)
    if kept is not None:
        yield kept
    else:
        yield from _paragraph(Text(barcode.data, align="center"), paper)


def _paragraph(item: Text, paper: _Paper) -> Iterator[TextLine]:
    room = paper.width - item.indent
    for part in _within(clean(item.text), room // item.style.width, paper):
        yield _line(_aligned(part, item.style, item.align, room, paper.encoding, item.indent))


#: A text of more lines is cut there: a memo of ten thousand characters must not print metres of paper.
LINE_LIMIT = 40

_CUT_SHORT = {
    "zh_CN": "……（还有 {} 字，请看屏幕）",
    "ko_KR": "…… ({}자 더 있음, 화면에서 확인하세요)",
    "en_US": "... ({} more characters, see the screen)",
}


def _within(text: str, width: int, paper: _Paper) -> list[str]:
    """Return the text in lines of `width` columns; what is beyond the limit is counted in its place."""
    most = 4 * LINE_LIMIT * max(width, 2)
    lines = wrapped(text[:most], width, paper.encoding)
    if len(lines) <= LINE_LIMIT and len(text) <= most:
        return lines
    del lines[LINE_LIMIT:]
    beyond = _letters(text) - sum(map(_letters, lines))
    said = _CUT_SHORT.get(paper.language, _CUT_SHORT["en_US"]).format(beyond)
    return [*lines, *wrapped(said, width, paper.encoding)]


def _letters(text: str) -> int:
    """Return how many characters there are but blanks, which come and go where lines are broken."""
    return len("".join(text.split()))


def _row(item: Columns, paper: _Paper) -> Iterator[TextLine]:
    """Set the cells of a row beside each other, each wrapped within its own width."""
    texts = [clean(cell.text) for cell in item.cells]
    widths = _widths(item.cells, item.gap, _naturals(item.cells, texts, paper), paper)
    return _beside(texts, item.cells, item.gap, widths, paper)


def _table(item: Table, paper: _Paper) -> Iterator[Line]:
    """Set rows below each other, every column as wide from top to bottom."""
    header = [clean(text) for text in item.header]
    rows = [row if isinstance(row, Text) else [clean(text) for text in row] for row in item.rows]
    texts = [row for row in (header, *rows) if row and not isinstance(row, Text)]
    naturals = [
        max(wide) for wide in zip(*(_naturals(item.columns, row, paper) for row in texts), strict=True)
    ]
    widths = _widths(item.columns, item.gap, naturals, paper) if naturals else []
    if header:
        bold = [replace(column, style=column.style._replace(bold=True)) for column in item.columns]
        yield from _beside(header, bold, item.gap, widths, paper)
        yield Rule()
    for row in rows:
        if isinstance(row, Text):
            yield from _paragraph(row, paper)
        else:
            yield from _beside(row, item.columns, item.gap, widths, paper)


def _beside(
    texts: Sequence[str], cells: Sequence[Cell | Column], gap: int, widths: Sequence[int], paper: _Paper
) -> Iterator[TextLine]:
    blocks = [
        _within(text, room // cell.style.width, paper)
        for text, cell, room in zip(texts, cells, widths, strict=True)
    ]
    for parts in zip_longest(*blocks, fillvalue=""):
        spans: list[Span] = []
        for index, (part, cell, room) in enumerate(zip(parts, cells, widths, strict=True)):
            if index and gap:
                spans.append(_blank(gap))
            spans.extend(_aligned(part, cell.style, cell.align, room, paper.encoding))
        yield _line(spans)


def _widths(cells: Sequence[Cell | Column], gap: int, naturals: Sequence[int], paper: _Paper) -> list[int]:
    """Share the paper out: fixed cells and those as wide as their text first, then the rest by weight."""
    room = paper.width - gap * (len(cells) - 1)
    least = [_least(cell, wide, room // len(cells)) for cell, wide in zip(cells, naturals, strict=True)]
    widths = [0] * len(cells)
    kept, shares = sum(least), sum(cell.weight for cell in cells)
    for index in sorted(range(len(widths)), key=lambda index: cells[index].weight > 0):
        cell = cells[index]
        kept -= least[index]
        wanted = room * cell.weight // shares if cell.weight else cell.width or naturals[index]
        widths[index] = max(least[index], min(wanted, room - kept))
        room -= widths[index]
        shares -= cell.weight
    return widths


def _least(cell: Cell | Column, natural: int, fair: int) -> int:
    """Return what a cell gets however long its neighbours are: a wide character, a fair part if it grows."""
    return max(2 * cell.style.width, min(natural, fair) if cell.weight else 0)


def _naturals(cells: Sequence[Cell | Column], texts: Sequence[str], paper: _Paper) -> list[int]:
    """Return the columns that each text takes where nothing wraps."""
    return [
        max(columns(part, paper.encoding) for part in text.split("\n")) * cell.style.width
        for cell, text in zip(cells, texts, strict=True)
    ]


def _aligned(
    text: str, style: Style, align: Align, room: int, encoding: Encoding, indent: int = 0
) -> Iterator[Span]:
    """Pad one line of text to `room` columns; an inverse one is dark over its whole width."""
    used = columns(text, encoding) * style.width
    free = max(0, room - used)
    left = {"left": 0, "center": free // 2, "right": free}[align]
    pad = Style(height=style.height, inverse=True) if style.inverse else PLAIN
    if indent + (0 if style.inverse else left):
        yield _blank(indent + (0 if style.inverse else left))
    if style.inverse and left:
        yield _blank(left, pad)
    if text:
        yield Span(text, style, used)
    if free - left > 0:
        yield _blank(free - left, pad)


@lru_cache(maxsize=512)
def _blank(width: int, style: Style = PLAIN) -> Span:
    return Span(" " * width, style, width)


def _line(spans: Sequence[Span] | Iterator[Span]) -> TextLine:
    """Return the line without the blanks at its end that nobody sees."""
    kept = list(spans)
    while kept and not kept[-1].style.inverse and not kept[-1].text.strip(" "):
        kept.pop()
    return TextLine(tuple(kept), max((span.style.height for span in kept), default=1))


_LAY: dict[type, Callable[..., Iterator[Line]]] = {
    Text: _paragraph,
    Columns: _row,
    Table: _table,
    QR: _code,
    Barcode: _barcode,
}
