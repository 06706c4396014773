"""Cells beside each other: the room that each gets, and the lines of text that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import zip_longest
from operator import le

from printing.document import PLAIN, Align, Style
from printing.lines import Sheet, Span, TextLine
from printing.pieces import NOTHING, Piece
from printing.wrapping import within

#: What `Cell` and `Column` have in common, in their order.
Shape = tuple[Style, Align, int, int]


class Grid:
    """Cells with the room that each has on a sheet; a row of texts in them becomes lines."""

    __slots__ = ("_aligns", "_form", "_gap", "_letters", "_sheet", "_styles", "_widths")

    def __init__(self, shapes: Sequence[Shape], widest: Sequence[int], gap: int, sheet: Sheet) -> None:
        """Share out the sheet to cells whose texts are `widest` where nothing wraps."""
        self._gap = gap
        self._sheet = sheet
        self._styles = [style for style, *_ in shapes]
        self._aligns = [align for _style, align, *_ in shapes]
        wishes = [(width, weight, style.width) for style, _align, width, weight in shapes]
        self._widths = shared_out(wishes, widest, sheet.width - gap * (len(shapes) - 1))
        #: single-width columns across each cell
        self._letters = [room // style.width for room, style in zip(self._widths, self._styles, strict=True)]
        self._form = self._form_of_a_run()

    def _form_of_a_run(self) -> bytes | None:
        """Return how one run of bytes holds all cells; None where they differ too much for that."""
        style = self._styles[0]
        if style.width > 1 or style.inverse or {*self._styles} != {style} or "center" in self._aligns:
            return None
        cells = zip(self._aligns, self._widths, strict=True)
        fields = [b"%%%db" % (room if align == "right" else -room) for align, room in cells]
        return (b" " * self._gap).join(fields)

    def lines(self, pieces: Sequence[Piece]) -> list[TextLine]:
        """Set one row: mostly one line in one run, and as many as its longest cell needs."""
        _texts, datas, wide, exact = zip(*pieces, strict=True)
        if self._form is not None and all(exact) and all(map(le, wide, self._letters)):
            return [self._run((self._form % datas).rstrip(b" "))]
        blocks = [
            within(whole, letters, self._sheet) for whole, letters in zip(pieces, self._letters, strict=True)
        ]
        return [self._line(parts) for parts in zip_longest(*blocks, fillvalue=NOTHING)]

    def _run(self, data: bytes) -> TextLine:
        """Return a line whose bytes read as its text."""
        style = self._styles[0]
        text = data.decode(self._sheet.encoding.codec)
        return TextLine((Span(text, style, len(data), data),) if data else (), style.height)

    def _line(self, parts: Sequence[Piece]) -> TextLine:
        """Set one line, each cell for itself."""
        return line_of(zip(parts, self._styles, self._aligns, self._widths, strict=True), self._gap)


#: The tickets of a shop have few kinds of rows.
grid = lru_cache(maxsize=512)(Grid)


#: How many halves of the blanks that a cell has to spare stand before its text.
_BEFORE: dict[Align, int] = {"left": 0, "center": 1, "right": 2}


#: What a cell wishes: its fixed width, its weight, and the multiple of its characters' width.
Wish = tuple[int, int, int]


def shared_out(wishes: Sequence[Wish], natural: Sequence[int], room: int) -> list[int]:
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
    return widths


def _least(_width: int, weight: int, scale: int, natural: int, fair: int) -> int:
    """Return what a cell gets however long its neighbours are: a wide character, a fair part if it grows."""
    return max(2 * scale, min(natural, fair)) if weight else 2 * scale


def line_of(cells: Iterable[tuple[Piece, Style, Align, int]], gap: int = 0, indent: int = 0) -> TextLine:
    """Return texts beside each other, each in the columns that it has; an inverse cell is dark all over.

    A text that is read from right to left stands where its cell says, too: a dish stays by its quantity.
    """
    spans: list[Span] = []
    start, at = indent, 0
    for part, style, align, room in cells:
        used = part.columns * style.width
        free = max(0, room - used)
        left = free * _BEFORE[align] // 2
        text = Span(part.text, style, used, part.data)
        if style.inverse:
            spans += _blank(start - at, PLAIN), *_dark(text, left, free - left)
            at = start + used + free
        elif part.text:
            spans += _blank(start + left - at, PLAIN if style.width > 1 else style), text
            at = start + left + used
        start += room + gap
    return _without_gaps(spans)


def _dark(text: Span, left: int, right: int) -> tuple[Span, Span, Span]:
    pad = Style(height=text.style.height, inverse=True)
    return _blank(left, pad), text, _blank(right, pad)


def _without_gaps(spans: list[Span]) -> TextLine:
    kept = tuple([span for span in spans if span.text])
    return TextLine(kept, max([span.style.height for span in kept], default=1))


@lru_cache(maxsize=512)
def _blank(width: int, style: Style) -> Span:
    return Span(" " * width, style, width, b" " * width)
