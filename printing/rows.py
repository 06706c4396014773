"""Cells beside each other: the room that each gets, and the lines of text that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from operator import le

from printing.document import PLAIN, Align, Cell, Column, Style
from printing.encodings import columns, encode
from printing.lines import Sheet, Span, TextLine
from printing.wrapping import within


class Grid:
    """Cells with the room that each has on a sheet; a row of texts in them becomes lines."""

    def __init__(self, cells: Sequence[Cell | Column], widest: Sequence[int], gap: int, sheet: Sheet) -> None:
        """Share out the sheet to cells whose texts are `widest` where nothing wraps."""
        self._cells = cells
        self._gap = gap
        self._sheet = sheet
        self._widths = shared_out(cells, widest, sheet.width - gap * (len(cells) - 1))
        self._style = _common_style(cells)

    def bold(self) -> Grid:
        """Return the same grid for a header."""
        grid = Grid((), (), self._gap, self._sheet)
        grid._widths = self._widths
        grid._cells = [replace(cell, style=cell.style._replace(bold=True)) for cell in self._cells]
        return grid

    def lines(self, texts: Sequence[str], natural: Sequence[int]) -> list[TextLine]:
        """Set one row: mostly one line, and as many as its longest cell needs."""
        if all(map(le, natural, self._widths)) and "\n" not in "".join(texts):
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
    styles = {cell.style for cell in cells}
    style = styles.pop() if len(styles) == 1 else None
    return None if style is None or style.width > 1 or style.inverse else style


def _padded(text: str, used: int, cell: Cell | Column, room: int) -> str:
    if cell.align == "left":
        return text + " " * (room - used)
    left = room - used if cell.align == "right" else (room - used) // 2
    return " " * left + text + " " * (room - used - left)


def shared_out(cells: Sequence[Cell | Column], natural: Sequence[int], room: int) -> list[int]:
    """Share `room` columns out: fixed cells and those as wide as their text first, the rest by weight."""
    fair = room // len(cells) if cells else 0
    widths = [_least(cell, wide, fair) for cell, wide in zip(cells, natural, strict=True)]
    kept, shares = sum(widths), sum([cell.weight for cell in cells])
    for index, cell in sorted(enumerate(cells), key=_is_weighted):
        least = widths[index]
        kept -= least
        wanted = room * cell.weight // shares if cell.weight else cell.width or natural[index]
        widths[index] = max(least, min(wanted, room - kept))
        room -= widths[index]
        shares -= cell.weight
    return widths


def _is_weighted(numbered: tuple[int, Cell | Column]) -> bool:
    return numbered[1].weight > 0


def _least(cell: Cell | Column, natural: int, fair: int) -> int:
    """Return what a cell gets however long its neighbours are: a wide character, a fair part if it grows."""
    least = 2 * cell.style.width
    return max(least, min(natural, fair)) if cell.weight else least


def naturals(cells: Sequence[Cell | Column], texts: Sequence[str], sheet: Sheet) -> list[int]:
    """Return the columns that each text takes where nothing wraps."""
    encoding = sheet.encoding
    return [
        max([columns(part, encoding) for part in text.split("\n")]) * cell.style.width
        if "\n" in text
        else columns(text, encoding) * cell.style.width
        for cell, text in zip(cells, texts, strict=True)
    ]


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
