"""Text as one printer takes it: each piece is cleaned, encoded and measured once, then only moved about."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from printing.cleaning import clean
from printing.encodings import Encoding, columns, columns_drawn, encode


class Piece(NamedTuple):
    """Cleaned text, the bytes that print it, and its columns at single width where nothing wraps.

    `data` is None where the printer's fonts lack a character, and where the text has more than one line;
    `exact` is whether it reads as the text, and not as other signs of the same shape.
    """

    text: str
    data: bytes | None
    columns: int
    exact: bool


def piece(text: str, encoding: Encoding) -> Piece:
    """Return what somebody wrote as the printer takes it."""
    if text.isascii() and text.isprintable() and "\\" not in text and "~" not in text:
        return Piece(text, text.encode() if encoding.codec else None, len(text), bool(encoding.codec))
    return _piece(text, encoding)


@lru_cache(maxsize=2048)
def _piece(text: str, encoding: Encoding) -> Piece:
    return measured(clean(text), encoding)


def measured(text: str, encoding: Encoding) -> Piece:
    """Return text that is cleaned already as the printer takes it."""
    if "\n" in text:
        return Piece(text, None, max(columns(part, encoding) for part in text.split("\n")), False)
    data = encode(text, encoding)
    if data is None:
        return Piece(text, None, columns_drawn(text, encoding), False)
    return Piece(text, data, len(data), data.decode(encoding.codec) == text)


#: No text at all.
NOTHING = Piece("", b"", 0, True)
