"""Lines that fit: text broken between words where that is possible, and no character ever split."""

from __future__ import annotations

import re
from collections.abc import Iterator

from printing.encodings import Encoding, clusters, columns

#: Closing signs stay with what they close; Han and kana may break anywhere, Hangul and Latin between words.
_CLOSING = "，。、；：？！）」』】》〉…～％℃·,.;:?!)%\\]}"
_WIDE = "\u2e80-\u3098\u309b-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_MARKS = "\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"
_WORD = re.compile(rf" +|[{_WIDE}][{_MARKS}]*[{_CLOSING}]?|[^ {_WIDE}]+")


def wrapped(text: str, width: int, encoding: Encoding) -> list[str]:
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
