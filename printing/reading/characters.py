"""Which characters a printer's fonts show for bytes: two-byte sets, code pages, international signs."""

from __future__ import annotations

from functools import lru_cache

from printing.encodings import PAGES
from printing.errors import PrintingError

#: What is shown for a code that a font has no character for.
JUNK = "\ufffd"

#: The code page by the n of ESC t n.
PAGE_NAMES = {number: name for name, number in PAGES.items()}

#: ESC R n puts national signs in the place of these twelve.
_PLACES = "#$@[\\]^`{|}~"
_SIGNS = (
    "#$@[\\]^`{|}~", "#$à°ç§^`éùè¨", "#$§ÄÖÜ^`äöüß", "£$@[\\]^`{|}~", "#$@ÆØÅ^`æøå~", "#¤ÉÄÖÅÜéäöåü",
    "#$@°\\é^ùàòèì", "₧$@¡Ñ¿^`¨ñ}~", "#$@[¥]^`{|}~", "#¤ÉÆØÅÜéæøåü", "#$ÉÆØÅÜéæøåü", "#$á¡Ñ¿é`íñóú",
    "#$á¡Ñ¿éüíñóú", "#$@[₩]^`{|}~", "#$ŽŠĐĆČžšđćč", "#¥@[\\]^`{|}~",
)  # fmt: skip
INTERNATIONAL = tuple(str.maketrans(_PLACES, signs) for signs in _SIGNS)


class NotUnderstood(PrintingError):
    """These bytes are not what we ever send; `str()` says where."""


def at_once(run: bytes, codec: str) -> str | None:
    """Return the characters of a run of whole, known codes; None where one is not."""
    try:
        text = run.decode(codec)
    except UnicodeDecodeError:
        return None
    if codec == "gb18030" and len(run) != len(text) + sum(char > "\x7f" for char in text):
        return None  # a code of four bytes: printers know the two-byte part only
    return text


def one_by_one(run: bytes, codec: str, *, two_byte: bool) -> tuple[list[tuple[str, int]], bytes]:
    """Return each character with its number of bytes, junk where there is none, and half a one's byte."""
    shown: list[tuple[str, int]] = []
    at = 0
    while at < len(run):
        size = 2 if two_byte and _is_lead(run[at], codec) else 1
        if at + size > len(run):
            return shown, run[at:]
        char, taken = _shown(run[at : at + size], codec)
        shown.append((char, taken))
        at += taken
    return shown, b""


@lru_cache(maxsize=4096)
def _is_lead(byte: int, codec: str) -> bool:
    return byte >= 0x80 and at_once(bytes((byte,)), codec) is None


@lru_cache(maxsize=8192)
def _shown(code: bytes, codec: str) -> tuple[str, int]:
    """Return a code's character and its bytes: of a pair that is none, an ASCII second byte stays itself."""
    if (char := at_once(code, codec)) is not None:
        return char, len(code)
    return JUNK, 1 if len(code) == 1 or code[1] < 0x80 else 2
