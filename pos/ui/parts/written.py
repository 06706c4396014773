"""What guests and services wrote, harmless on a screen: it neither turns nor widens what stands beside it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from printing.cleaning import clean

#: Letters, and figures, that are written from right to left.
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))

#: A line between these has a direction of its own: the rest of its line keeps the screen's.
_ISOLATED = "\u2068{}\u2069"
_ISOLATES = re.compile("([\u2068\u2069])")

#: From so many letters without a blank on, a word may be broken; it is broken between so many.
LONG, PIECE = 20, 10

_LONG_WORD = re.compile(rf"\S{{{LONG},}}")
_BREAK, _JOINER = "\u200b", "\u200d"

#: What belongs to the letter before it: marks, joiners, shades of skin.
_BELONGS = ("M", "Cf", "Sk")


@lru_cache(maxsize=4096)
def written(text: str) -> str:
    """Return a text without control characters and direction overrides; what runs to the left is isolated."""
    return "\n".join(map(_isolated, clean(text).split("\n")))


@lru_cache(maxsize=4096)
def tame(text: str) -> str:
    """Return a text that may hold what `written` made, without any other character that acts on a screen."""
    return "".join(part if place % 2 else clean(part) for place, part in enumerate(_ISOLATES.split(text)))


def _isolated(line: str) -> str:
    turns = not line.isascii() and any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in line)
    return _ISOLATED.format(line) if turns else line


def breakable(text: str) -> str:
    """Return a text whose very long words may be broken to the next line; nothing is seen of it else."""
    return _LONG_WORD.sub(lambda found: _pieces(found[0]), text)


def _pieces(word: str) -> str:
    made, since = [], 0
    for place, char in enumerate(word):
        if since >= PIECE and _begins_letter(word, place):
            made.append(_BREAK)
            since = 0
        made.append(char)
        since += 1
    return "".join(made)


def _begins_letter(word: str, place: int) -> bool:
    char = word[place]
    is_flag = "\U0001f1e6" <= char <= "\U0001f1ff"  # two of them are one flag
    belongs = unicodedata.category(char).startswith(_BELONGS)
    return not (is_flag or belongs or word[place - 1] == _JOINER)
