"""In which order a line's characters stand on paper, where some of them are read from right to left.

The part of the Unicode bidirectional algorithm (UAX #9) that plain text needs: a line runs as its first
letter does, and numbers run from left to right among letters that do not. No override ever gets here.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby

_RIGHT_TO_LEFT = ("R", "AL")
_OPENING, _CLOSING = "([{<«（【《", ")]}>»）】》"
_MIRRORED = str.maketrans(_OPENING + _CLOSING, _CLOSING + _OPENING)


@lru_cache(maxsize=4096)
def _class(char: str) -> str:
    return unicodedata.bidirectional(char)


def runs_backwards(text: str) -> bool:
    """Whether any letter of the text is read from right to left."""
    return not text.isascii() and any(_class(char) in _RIGHT_TO_LEFT for char in text)


def visual(text: str) -> list[tuple[str, bool]]:
    """Return the text in runs as they stand from left to right, and whether each is read from right to left.

    Inside a run the characters keep the order in which they are read.
    """
    if not runs_backwards(text):
        return [(text, False)]
    sides = [_SIDES.get(_class(char), " ") for char in text]
    base = next(side for side in sides if side in "LR")
    _settle_numbers(text, sides, base)
    _settle_brackets(text, sides, base)
    _settle_signs(sides, base)
    levels = [_LEVELS[base][side] for side in sides]
    runs = [
        ("".join(char for char, _level in group), level)
        for level, group in groupby(zip(text, levels, strict=True), lambda pair: pair[1])
    ]
    for level in (2, 1):
        runs = _turned(runs, level)
    return [(run, level == 1) for run, level in runs]


#: Letters of either direction, numbers, and what goes with the character before; the rest is a blank here.
_SIDES = {"L": "L", "R": "R", "AL": "R", "EN": "N", "AN": "N", "NSM": "M"}
#: Even levels run from left to right, odd ones from right to left, by the direction of the line.
_LEVELS = {"L": {"L": 0, "R": 1, "N": 2}, "R": {"L": 2, "R": 1, "N": 2}}
#: Signs that belong to a number inside it (decimal points), or beside it (currency and percent signs).
_INSIDE, _BESIDE = ("ES", "CS"), "ET"


def _settle_numbers(text: str, sides: list[str], base: str) -> None:
    """Give numbers after left-to-right letters their side, marks and signs that of what they belong to."""
    strong = base
    for index, side in enumerate(sides):
        if side in "LR":
            strong = side
        elif side == "N" and strong == "L":
            sides[index] = "L"
        elif side == "M":
            sides[index] = sides[index - 1] if index else base
    for index in range(1, len(sides) - 1):
        if sides[index - 1] == sides[index + 1] == "N" and _class(text[index]) in _INSIDE:
            sides[index] = "N"
    for order in (range(1, len(sides)), range(len(sides) - 2, -1, -1)):
        for index in order:
            if _class(text[index]) == _BESIDE and sides[index - order.step] == "N":
                sides[index] = "N"


def _settle_signs(sides: list[str], base: str) -> None:
    """Give blanks and signs the side of both their neighbours, or else the line's; a number counts as R."""
    start = 0
    for is_neutral, group in groupby(list(sides), lambda side: side == " "):
        end = start + len(list(group))
        if is_neutral:
            before = sides[start - 1].replace("N", "R") if start else base
            after = sides[end].replace("N", "R") if end < len(sides) else base
            sides[start:end] = [before if before == after else base] * (end - start)
        start = end


def _settle_brackets(text: str, sides: list[str], base: str) -> None:
    """Give brackets the side of what they hold: the line's, if that is in it, or that of what is before."""
    for start, end in _pairs(text):
        held = set("".join(sides[start + 1 : end]).replace("N", "R")) & set("LR")
        if held:
            before = "".join(sides[:start]).replace("N", "R").rstrip()[-1:] or base
            sides[start] = sides[end] = base if base in held or before not in held else before


def _pairs(text: str) -> list[tuple[int, int]]:
    """Return where brackets open and close, outermost first."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index, char in enumerate(text):
        if char in _OPENING:
            opened.append(index)
        elif char in _CLOSING and opened and _CLOSING[_OPENING.index(text[opened[-1]])] == char:
            pairs.append((opened.pop(), index))
    return sorted(pairs)


def mirrored(text: str) -> str:
    """Return brackets as they look among letters that are read from right to left."""
    return text.translate(_MIRRORED)


def _turned(runs: list[tuple[str, int]], level: int) -> list[tuple[str, int]]:
    """Turn round every stretch of runs of at least this level."""
    turned: list[tuple[str, int]] = []
    for is_turned, group in groupby(runs, key=lambda run: run[1] >= level):
        stretch = list(group)
        turned.extend(reversed(stretch) if is_turned else stretch)
    return turned
