"""Tables for people in a terminal: columns that line up whatever script the words are in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from printing.cleaning import clean

_GAP = "  "


def plain(text: object) -> str:
    """Return text on one line, without what a terminal would obey: a guest's words are data."""
    return clean(str(text)).replace("\n", " ")


def width(text: str) -> int:
    """Return how many terminal cells a text takes: two for wide characters, none for combining ones."""
    return sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> str:
    """Return rows under heads, every line ended; columns in `right` (by place) stand to the right."""
    cells = [[plain(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(width(line[place]) for line in cells) for place in range(len(heads))]
    return "".join(_line(line, widths, right) for line in cells)


def pairs(facts: Sequence[tuple[str, object]]) -> str:
    """Return named facts, a line each, those without a value left out."""
    shown = [(plain(name), plain(value)) for name, value in facts if value not in ("", None)]
    wide = max((width(name) for name, _ in shown), default=0)
    return "".join(f"{_pad(name, wide, right=False)}{_GAP}{value}\n" for name, value in shown)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    padded = [_pad(cell, widths[place], right=place in right) for place, cell in enumerate(cells)]
    return _GAP.join(padded).rstrip() + "\n"


def _pad(text: str, cells: int, *, right: bool) -> str:
    blank = " " * (cells - width(text))
    return blank + text if right else text + blank
