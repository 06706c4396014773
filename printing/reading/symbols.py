"""Bar codes and QR codes: sizes, data, an order to print; each takes what follows its command."""

from __future__ import annotations

from printing.barcodes import proper
from printing.document import QR, Barcode, Symbology
from printing.profiles import CELL_WIDTH
from printing.reading.typesetter import Typesetter

#: m of GS k in its older form (data up to a NUL) and in its newer one (data counted).
_KINDS: dict[int, Symbology] = {
    2: "ean13", 3: "ean8", 4: "code39", 5: "itf",
    67: "ean13", 68: "ean8", 69: "code39", 70: "itf", 73: "code128",
}  # fmt: skip

_WIDEST = 1 << 16


def bars(setter: Typesetter, given: bytes) -> None:
    """GS k: bars, asked for in either of its two forms; kinds that we never send come out as their text."""
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


def bar_height(setter: Typesetter, given: bytes) -> None:
    """GS h n, dots."""
    setter.bar_height = given[0]


def bar_text(setter: Typesetter, given: bytes) -> None:
    """GS H n: what the bars say is below them, or above, or not at all."""
    setter.bar_text = given[0] % 48


def symbol(setter: Typesetter, given: bytes) -> None:
    """GS ( k: a QR code's module, its data, and the order to print it."""
    body = given[2:]
    if body[:2] == b"1C" and len(body) > 2:
        setter.module = body[2]
    elif body[:2] == b"1P":
        setter.code = body[3:]
    elif body[:2] == b"1Q":
        _print_symbol(setter)
    elif body[:1] != b"1":
        setter.refuse(f"symbol {body[:2].hex(' ')}")


#: Bytes that the largest QR code of correction M holds.
_QR_LIMIT = 2331


def _print_symbol(setter: Typesetter) -> None:
    data = setter.code.decode(errors="replace")
    if 0 < len(data.encode()) <= _QR_LIMIT:
        setter.put(QR(data, setter.module), ends_by_itself=True)
    else:
        setter.refuse(f"QR code of {len(setter.code)} bytes")
