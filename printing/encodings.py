"""Which bytes a printer's own fonts answer to, and how many columns each character takes there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from printing.cleaning import without_format


@dataclass(frozen=True, eq=False)
class Encoding:
    """A printer's character set. `page` is the n of ESC t n (None where the set is a two-byte one).

    Each is itself only (`eq=False`): it is looked up in every cache here, and comparing names costs more.
    """

    name: str
    codec: str
    two_byte: bool = False
    page: int | None = None
    #: characters sent as another one of the same shape, because their own code prints as something else
    same_shape: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def other_shapes(self) -> re.Pattern[str]:
        """Finds a character of `same_shape`: looking is ten times as fast as replacing."""
        return re.compile(
            "[" + "".join(re.escape(chr(code)) for code in self.same_shape) + "]"
            if self.same_shape
            else "(?!)"
        )


#: Two-byte sets lack the half-width signs (or have four bytes for them), and have the full-width ones.
_SIGNS = {0x00A5: "￥", 0x20A9: "￦", 0x00A3: "￡", 0x00A2: "￠", 0x00AC: "￢"}
#: These fonts show a won or yen sign at 0x5C; Japanese ones an overline at 0x7E.
_KOREAN = _SIGNS | {0x5C: "＼", 0x2014: "―"}
_JAPANESE = _SIGNS | {0x5C: "＼", 0x7E: "〜", 0xFF5E: "〜", 0x203E: "￣", 0x2014: "―"}

_TWO_BYTE = (
    Encoding("gb18030", "gb18030", two_byte=True, same_shape=_SIGNS),
    Encoding("gbk", "gbk", two_byte=True, same_shape=_SIGNS),
    Encoding("cp949", "cp949", two_byte=True, same_shape=_KOREAN),
    Encoding("euc_kr", "euc_kr", two_byte=True, same_shape=_KOREAN),
    Encoding("shift_jis", "shift_jis", two_byte=True, same_shape=_JAPANESE),
    Encoding("big5", "big5", two_byte=True, same_shape=_SIGNS),
)

#: Epson's table of ESC t n, as python-escpos' default profile has it too. Pages of scripts that run from
#: right to left, or whose marks stack, are left out: such lines are drawn.
PAGES = {
    "cp437": 0,
    "cp850": 2,
    "cp860": 3,
    "cp863": 4,
    "cp865": 5,
    "cp857": 13,
    "cp737": 14,
    "iso8859_7": 15,
    "cp1252": 16,
    "cp866": 17,
    "cp852": 18,
    "cp858": 19,
    "cp775": 33,
    "cp855": 34,
    "cp861": 35,
    "cp869": 38,
    "iso8859_2": 39,
    "iso8859_15": 40,
    "cp1125": 44,
    "cp1250": 45,
    "cp1251": 46,
    "cp1253": 47,
    "cp1254": 48,
    "cp1257": 51,
}

#: A printer without fonts that we trust: everything is drawn.
RASTER = Encoding("raster", "")

ENCODINGS: Mapping[str, Encoding] = {
    encoding.name: encoding
    for encoding in (*_TWO_BYTE, RASTER, *(Encoding(name, name, page=page) for name, page in PAGES.items()))
}


def encode(text: str, encoding: Encoding) -> bytes | None:
    """Return the bytes that print cleaned `text`, or None where a character is not in the printer's set."""
    if not encoding.codec:
        return None
    if not text.isprintable():
        text = without_format(text)
        if _PRIVATE.search(text):
            return None
    if encoding.other_shapes.search(text):
        text = text.translate(encoding.same_shape)
    try:
        data = text.encode(encoding.codec)
    except UnicodeEncodeError:
        return None
    return data if not encoding.two_byte or len(data) == _columns_of_two_byte(text) else None


#: Codes that a shop, or a country's telephone companies, gave signs of their own.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")


def _columns_of_two_byte(text: str) -> int:
    """Return how many bytes `text` has where all but ASCII is in the two-byte font itself.

    A four-byte code of GB18030 comes out as junk, and so do the eight bytes that Python's EUC-KR has for rare
    Hangul. A half-width kana of Shift_JIS is in no two-byte font but in a code page, which is never selected.
    """
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


_TAKES_NO_SPACE = frozenset(("Mn", "Me", "Cf", "Cc", "Cs"))
_UNKNOWN = frozenset(("Cn", "Co"))


@lru_cache(maxsize=16384)
def char_columns(char: str, encoding: Encoding) -> int:
    """Return how many printer columns a character takes: its bytes as text, else its East Asian width.

    A character that no set knows gets two, so that its code point can be read in its place.
    """
    if (data := encode(char, encoding)) is not None:
        return len(data)
    category = unicodedata.category(char)
    if category in _TAKES_NO_SPACE:
        return 0
    return 2 if category in _UNKNOWN or _is_wide(char, category) else 1


#: Scripts whose letters are as broad as Han characters, and ligatures of whole words.
_BROAD = re.compile("[\u0b80-\u0dff\u1000-\u109f\u1780-\u17ff\ufdf0-\ufdfd]")


def _is_wide(char: str, category: str) -> bool:
    if _BROAD.match(char):
        return True
    width = unicodedata.east_asian_width(char)
    return width in ("W", "F") or (width == "A" and category in ("So", "No"))


@lru_cache(maxsize=8192)
def columns(text: str, encoding: Encoding) -> int:
    """Return how many printer columns cleaned `text` takes at single width."""
    data = encode(text, encoding)
    return columns_drawn(text, encoding) if data is None else len(data)


def columns_drawn(text: str, encoding: Encoding) -> int:
    """Return how many columns cleaned `text` takes where the printer's fonts lack some of it."""
    return sum(cluster_columns(cluster, encoding) for cluster in clusters(text))


_JOINER = "\u200d"
_FLAG_LETTER = range(0x1F1E6, 0x1F200)
_SKIN_TONE = range(0x1F3FB, 0x1F400)
#: What a joined cluster is made of: all up to the next joiner, and skin tones apart.
_PART = re.compile("[\U0001f3fb-\U0001f3ff]|[^\u200d\U0001f3fb-\U0001f3ff]+")
#: Old Hangul is written with a code for each letter of a syllable.
_VOWELS_AND_ENDS = frozenset(map(chr, (*range(0x1160, 0x1200), *range(0xD7B0, 0xD7FC))))
_HANGUL_PARTS = frozenset(map(chr, (*range(0x1100, 0x1200), *range(0xA960, 0xA97D), *range(0xD7B0, 0xD7FC))))


@lru_cache(maxsize=4096)
def _stands_on_the_last(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf") or ord(char) in _SKIN_TONE


def clusters(text: str) -> list[str]:
    """Return `text` in pieces that must not be split: a character with its marks, a joined emoji, a flag."""
    if text.isascii():
        return list(text)
    pieces: list[str] = []
    for char in text:
        if pieces and (_stands_on_the_last(char) or _is_joined(pieces[-1], char)):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _is_joined(last: str, char: str) -> bool:
    if last.endswith(_JOINER) or (char in _VOWELS_AND_ENDS and last[-1] in _HANGUL_PARTS):
        return True
    return ord(char) in _FLAG_LETTER and len(last) == 1 and ord(last) in _FLAG_LETTER


@lru_cache(maxsize=16384)
def cluster_columns(cluster: str, encoding: Encoding) -> int:
    """Return the columns of a character with what is joined to it: its widest part's, two for emoji.

    Emoji that are joined take the columns of each: few fonts have the joint picture, and none may be lost.
    """
    if len(cluster) == 1:
        return char_columns(cluster, encoding)
    if (data := encode(cluster, encoding)) is not None:
        return len(data)
    return sum(_part_columns(part, encoding) for part in _PART.findall(cluster))


def _part_columns(part: str, encoding: Encoding) -> int:
    if "\ufe0f" in part or "\u20e3" in part or ord(part[0]) in _FLAG_LETTER:
        return 2
    beside = sum(unicodedata.category(char) == "Mc" for char in part[1:])
    return max(char_columns(char, encoding) for char in part[: len(part) if not beside else 1]) + beside
