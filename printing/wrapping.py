"""Lines that fit: text broken between words where that is possible, and no character ever split."""

from __future__ import annotations

import re
from collections.abc import Iterator

from printing.encodings import Encoding, clusters, columns
from printing.lines import Sheet
from printing.pieces import Piece, measured

#: A text of more lines is cut there: a memo of ten thousand characters must not print metres of paper.
LINE_LIMIT = 40

_CUT_SHORT = {
    "zh_CN": "……（还有 {} 字，请看屏幕）",
    "ko_KR": "…… ({}자 더 있음, 화면에서 확인하세요)",
    "en_US": "... ({} more characters, see the screen)",
}


def within(whole: Piece, width: int, paper: Sheet) -> list[Piece]:
    """Return the text in lines of `width` columns; what is beyond the limit is counted in its place."""
    text = whole.text
    if len(text) <= 4 * LINE_LIMIT and whole.columns <= width and "\n" not in text:
        return [whole]
    return [measured(line, paper.encoding) for line in _cut_short(text, width, paper)]


def _cut_short(text: str, width: int, paper: Sheet) -> list[str]:
    most = 4 * LINE_LIMIT * max(width, 2)
    lines = wrapped(text[:most], width, paper.encoding)
    if len(lines) <= LINE_LIMIT and len(text) <= most:
        return lines
    del lines[LINE_LIMIT:]
    beyond = _letters(text) - sum(map(_letters, lines))
    said = _CUT_SHORT.get(paper.language, _CUT_SHORT["en_US"]).format(beyond)
    return [*lines, *wrapped(said, width, paper.encoding)]


def _letters(text: str) -> int:
    """Return how many characters there are but blanks, which come and go where lines are broken."""
    return len("".join(text.split()))


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
