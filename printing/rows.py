"""Cells beside each other: the room that each gets, and the lines of text that they make."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from operator import le

from printing.document import PLAIN, Align, Cell, Column, Style
from printing.encodings import columns, encode
from printing.lines import Sheet, Span, TextLine
from printing.wrapping import within


class Grid:
    """Cells with the room that each has on a sheet; a row of texts in them becomes lines."""

    __slots__ = ("_cells", "_gap", "_sheet", "_style", "_widths")

    def __init__(self, cells: Sequence[Cell | Column], widest: Sequence[int], gap: int, sheet: Sheet) -> None:
        """Share out the sheet to cells whose texts are `widest` where nothing wraps."""
        self._cells = cells
        self._gap = gap
        self._sheet = sheet
        self._style = _common_style(cells)
        wishes = tuple([(cell.width, cell.weight, cell.style.width) for cell in cells])
        self._widths = shared_out(wishes, tuple(widest), sheet.width - gap * (len(cells) - 1))

    def bold(self) -> Grid:
        """Return the same grid for a header."""
        cells = [cell._replace(style=cell.style._replace(bold=True)) for cell in self._cells]
        grid = Grid(cells, self._widths, self._gap, self._sheet)
        grid._widths = self._widths
        return grid

    def lines(self, texts: Sequence[str], natural: Sequence[int]) -> list[TextLine]:
        """Set one row: mostly one line, and as many as its longest cell needs."""
        if "\n" not in "".join(texts) and all(map(le, natural, self._widths)):
            return [self._line(texts, natural)]
        blocks = [
            within(text, room // cell.style.width, self._sheet)
            for text, cell, room in zip(texts, self._cells, self._widths, strict=True)
        ]
        return [
            self._line(parts, naturals(self._cells, parts, self._sheet))
            for parts in zip_longest(*blocks, fillvalue="")
        ]

    def _line(self, texts: Sequence[str], used: Sequence[int]) -> TextLine:
        """Set one line: in one run where the printer's fonts have it all, as they mostly have."""
        if self._style is not None:
            row = (" " * self._gap).join(map(_padded, texts, used, self._cells, self._widths)).rstrip(" ")
            if (data := encode(row, self._sheet.encoding)) is not None:
                return TextLine((Span(row, self._style, len(data)),) if row else (), self._style.height)
        spans: list[Span] = []
        for index, (text, taken, cell) in enumerate(zip(texts, used, self._cells, strict=True)):
            before = self._gap if index else 0
            spans += placed(text, taken, cell.style, cell.align, self._widths[index], before)
        return line_of(spans)


def _common_style(cells: Sequence[Cell | Column]) -> Style | None:
    """Return the style in which one run of characters can say all cells, blanks between them included."""
    style = cells[0].style
    if style.width > 1 or style.inverse:
        return None
    for cell in cells:
        if cell.style is not style and cell.style != style:
            return None
    return style


def _padded(text: str, used: int, cell: Cell | Column, room: int) -> str:
    if cell.align == "left":
        return text + " " * (room - used)
    left = room - used if cell.align == "right" else (room - used) // 2
    return " " * left + text + " " * (room - used - left)


#: What a cell wishes: its fixed width, its weight, and the multiple of its characters' width.
Wish = tuple[int, int, int]


@lru_cache(maxsize=4096)
def shared_out(wishes: tuple[Wish, ...], natural: tuple[int, ...], room: int) -> tuple[int, ...]:
    """Share `room` columns out: fixed cells and those as wide as their text first, the rest by weight."""
    fair = room // len(wishes)
    widths = [_least(*wish, wide, fair) for wish, wide in zip(wishes, natural, strict=True)]
    kept, shares = sum(widths), sum(weight for _width, weight, _scale in wishes)
    for index in sorted(range(len(wishes)), key=lambda index: wishes[index][1] > 0):
        width, weight, _scale = wishes[index]
        least = widths[index]
        kept -= least
        wanted = room * weight // shares if weight else width or natural[index]
        widths[index] = max(least, min(wanted, room - kept))
        room -= widths[index]
        shares -= weight
    return tuple(widths)


def _least(_width: int, weight: int, scale: int, natural: int, fair: int) -> int:
    """Return what a cell gets however long its neighbours are: a wide character, a fair part if it grows."""
    return max(2 * scale, min(natural, fair)) if weight else 2 * scale


def naturals(cells: Sequence[Cell | Column], texts: Sequence[str], sheet: Sheet) -> list[int]:
    """Return the columns that each text takes where nothing wraps."""
    encoding = sheet.encoding
    return [
        cell.style.width
        * (
            columns(text, encoding)
            if "\n" not in text
            else max(columns(part, encoding) for part in text.split("\n"))
        )
        for cell, text in zip(cells, texts, strict=True)
    ]


def single(text: str, used: int, style: Style, align: Align, room: int, before: int) -> TextLine:
    """Return one text as a line of its own, `before` blanks and then `room` columns wide."""
    if style.width > 1 or style.inverse or not text:
        return line_of(placed(text, used, style, align, room, before))
    left = before + (0 if align == "left" else (room - used) // (2 if align == "center" else 1))
    return TextLine((Span(" " * left + text, style, left + used),), style.height)


def placed(text: str, used: int, style: Style, align: Align, room: int, before: int = 0) -> list[Span]:
    """Pad one line of text to `room` columns, after `before` blanks; an inverse one is dark all over."""
    free = max(0, room - used)
    left = free // 2 if align == "center" else free if align == "right" else 0
    if style.inverse:
        pad = Style(height=style.height, inverse=True)
        spans = [_blank(before), _blank(left, pad), Span(text, style, used), _blank(free - left, pad)]
    elif style.width > 1:
        spans = [_blank(before + left), Span(text, style, used), _blank(free - left)]
    else:
        padded = " " * (before + left) + text + " " * (free - left)
        spans = [Span(padded, style if text else PLAIN, before + used + free)]
    return [span for span in spans if span.text]


@lru_cache(maxsize=512)
def _blank(width: int, style: Style = PLAIN) -> Span:
    return Span(" " * width, style, width)


def line_of(spans: list[Span]) -> TextLine:
    """Return the line without the blanks at its end that nobody sees."""
    while spans and not spans[-1].style.inverse:
        text, style, wide = spans.pop()
        if seen := text.rstrip(" "):
            spans.append(Span(seen, style, wide - (len(text) - len(seen)) * style.width))
            break
    return TextLine(tuple(spans), max([span.style.height for span in spans], default=1))
