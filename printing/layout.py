"""A document on paper of a given width: items become lines, in columns counted as the printer counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from printing.cleaning import clean
from printing.document import (
    PLAIN,
    QR,
    Align,
    Buzzer,
    Cell,
    Columns,
    Cut,
    Document,
    Drawer,
    Feed,
    Picture,
    Rule,
    Style,
    Text,
)
from printing.encodings import Encoding, clusters, columns


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
Line = TextLine | Rule | QR | Picture | Bitmap | Feed | Cut | Drawer | Buzzer


def lay_out(document: Document, width: int, encoding: Encoding) -> list[Line]:
    """Return the document as lines for paper of `width` columns; nothing but blanks at a wrap is lost."""
    lines: list[Line] = []
    for item in document.items:
        if isinstance(item, Text):
            lines.extend(_paragraph(item, width, encoding))
        elif isinstance(item, Columns):
            lines.extend(_row(item, width, encoding))
        elif isinstance(item, QR):
            lines.extend(_code(item, width, encoding))
        else:
            lines.append(item)
    return lines


#: Bytes that a version 40 QR code of correction M can hold.
_QR_LIMIT = 2331


def _code(code: QR, width: int, encoding: Encoding) -> Iterator[Line]:
    """Keep a QR code that can exist; what is too long for one is at least readable."""
    data = clean(code.data)
    if len(data.encode()) <= _QR_LIMIT:
        yield QR(data, code.module)
    else:
        yield from _paragraph(Text(data), width, encoding)


def _paragraph(item: Text, width: int, encoding: Encoding) -> Iterator[TextLine]:
    room = width - item.indent
    for part in _wrapped(clean(item.text), room // item.style.width, encoding):
        yield _line(_aligned(part, item.style, item.align, room, encoding, item.indent))


def _row(item: Columns, width: int, encoding: Encoding) -> Iterator[TextLine]:
    """Set the cells of a row beside each other, each wrapped within its own width."""
    texts = [clean(cell.text) for cell in item.cells]
    widths = _cell_widths(item, texts, width, encoding)
    blocks = [
        _wrapped(text, room // cell.style.width, encoding)
        for cell, text, room in zip(item.cells, texts, widths, strict=True)
    ]
    for parts in zip_longest(*blocks, fillvalue=""):
        yield _line(_beside(parts, item, widths, encoding))


def _beside(parts: Sequence[str], item: Columns, widths: list[int], encoding: Encoding) -> list[Span]:
    spans: list[Span] = []
    for index, (part, cell, room) in enumerate(zip(parts, item.cells, widths, strict=True)):
        if index and item.gap:
            spans.append(_blank(item.gap))
        spans.extend(_aligned(part, cell.style, cell.align, room, encoding))
    return spans


def _cell_widths(item: Columns, texts: list[str], width: int, encoding: Encoding) -> list[int]:
    """Share `width` out: fixed cells and those as wide as their text first, then the rest by weight."""
    room = width - item.gap * (len(item.cells) - 1)
    natural = [_natural(cell, text, encoding) for cell, text in zip(item.cells, texts, strict=True)]
    least = [
        _least(cell, wide, room // len(item.cells)) for cell, wide in zip(item.cells, natural, strict=True)
    ]
    widths = [0] * len(item.cells)
    order = sorted(range(len(widths)), key=lambda index: item.cells[index].weight > 0)
    kept, shares = sum(least), sum(cell.weight for cell in item.cells)
    for index in order:
        cell = item.cells[index]
        kept -= least[index]
        wanted = room * cell.weight // shares if cell.weight else cell.width or natural[index]
        widths[index] = max(least[index], min(wanted, room - kept))
        room -= widths[index]
        shares -= cell.weight
    return widths


def _least(cell: Cell, natural: int, fair: int) -> int:
    """Return what a cell gets however long its neighbours are: a wide character, a fair part if it grows."""
    return max(2 * cell.style.width, min(natural, fair) if cell.weight else 0)


def _natural(cell: Cell, text: str, encoding: Encoding) -> int:
    return max(columns(part, encoding) for part in text.split("\n")) * cell.style.width


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


#: Closing signs stay with what they close; Han and kana may break anywhere, Hangul and Latin between words.
_CLOSING = "，。、；：？！）」』】》〉…～％℃·,.;:?!)%\\]}"
_WIDE = "\u2e80-\u3098\u309b-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_MARKS = "\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"
_WORD = re.compile(rf" +|[{_WIDE}][{_MARKS}]*[{_CLOSING}]?|[^ {_WIDE}]+")


def _wrapped(text: str, width: int, encoding: Encoding) -> list[str]:
    """Return `text` in lines of at most `width` columns, broken between words where that is possible."""
    lines: list[str] = []
    for part in text.split("\n"):
        if columns(part, encoding) <= width:
            lines.append(part)
        else:
            lines.extend(_broken(part, max(width, 2), encoding))
    return lines


def _broken(text: str, width: int, encoding: Encoding) -> Iterator[str]:
    line, used = "", 0
    for word in _pieces(text, width, encoding):
        taken = columns(word, encoding)
        if used + taken > width:
            yield line.rstrip(" ")
            line, used = "", 0
        if line or word.strip(" "):
            line, used = line + word, used + taken
    if line.strip(" "):
        yield line.rstrip(" ")


def _pieces(text: str, width: int, encoding: Encoding) -> Iterator[str]:
    """Return words; one that is wider than a line falls into clusters, so that no character is ever split."""
    for word in _WORD.findall(text):
        if columns(word, encoding) <= width:
            yield word
        else:
            yield from clusters(word)
