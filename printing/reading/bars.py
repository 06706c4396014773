"""GS k: bars, from either of its two forms, back to what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from printing.barcodes import proper
from printing.document import Barcode, Symbology
from printing.profiles import CELL_WIDTH

if TYPE_CHECKING:
    from printing.reading.typesetter import Typesetter

#: m of GS k in its older form (data up to a NUL) and in its newer one (data counted).
_KINDS: dict[int, Symbology] = {
    2: "ean13", 3: "ean8", 4: "code39", 5: "itf",
    67: "ean13", 68: "ean8", 69: "code39", 70: "itf", 73: "code128",
}  # fmt: skip

_WIDEST = 1 << 16


def print_bars(setter: Typesetter, given: bytes) -> None:
    """Put the bars that GS k `given` asks for on paper; kinds that we never send as their text."""
    mode = given[0]
    data = given[1:-1] if mode < 65 else given[2:]
    kind = _KINDS.get(mode)
    said = _code128(data) if kind == "code128" else data.decode("ascii", "replace")
    code = kind and proper(Barcode(said, kind, setter.bar_height, bool(setter.bar_text)), _width(setter))
    if code:
        setter.put(code, ends_by_itself=True)
    else:
        setter.refuse(f"barcode {mode}")
        setter.say(f"[{said}]")


def _width(setter: Typesetter) -> int:
    """Return the dots that bars may take."""
    return _WIDEST if setter.columns is None else setter.columns * CELL_WIDTH


def _code128(data: bytes) -> str:
    """Return what CODE128 data says: `{A`, `{B`, `{C` choose a set, `{{` is a brace, C has digits by twos."""
    said, chosen, at = "", b"B", 0
    while at < len(data):
        if data[at : at + 1] == b"{":
            following = data[at + 1 : at + 2]
            said += "{" if following == b"{" else ""
            chosen = following if following in (b"A", b"B", b"C") else chosen
            at += 2
        else:
            said += f"{data[at]:02d}" if chosen == b"C" else chr(data[at])
            at += 1
    return said
