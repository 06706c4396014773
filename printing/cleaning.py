"""What people wrote, made harmless: no control character of a guest ever reaches a printer."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")

#: Direction overrides would reorder a whole line; letters of their own direction need none of them.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

#: Control characters and halves of surrogate pairs: an ESC or DLE in a memo could open the drawer.
_NEVER = frozenset(("Cc", "Cs"))


def clean(text: str) -> str:
    """Return `text` without control characters, lone surrogates and direction overrides, composed (NFC).

    Tabs and the many kinds of space become a space, line ends become a newline; all else stays.
    """
    if text.isprintable() and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text
    return _cleaned(text)


@lru_cache(maxsize=4096)
def _cleaned(text: str) -> str:
    text = unicodedata.normalize("NFC", _LINE_END.sub("\n", text))
    return text if text.isprintable() else "".join(map(_harmless, text))


def _harmless(char: str) -> str:
    if char in "\n\u3000":
        return char
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    return "" if category in _NEVER or char in _DIRECTION else char


def without_format(text: str) -> str:
    """Return `text` without invisible format characters (Cf): text-mode printers would stumble over them."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")
