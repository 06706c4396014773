"""Bar codes: what each symbology can hold, the dots it takes, and its bars where the printer draws none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from printing.document import Barcode, Symbology

#: Dots of a bar code's narrowest bar (GS w 2): a quarter of a millimetre, what hand scanners read.
MODULE = 2
#: Empty dots that a scanner needs at either side: ten modules.
QUIET = 10 * MODULE


@dataclass(frozen=True, slots=True)
class _Kind:
    """One symbology: Epson's m of GS k, what it holds, and its width in dots at GS w 2 for so many signs."""

    number: int
    holds: re.Pattern[str]
    dots: Callable[[int], int]
    #: what python-barcode calls it, with its options, and dots of one of its modules
    options: dict[str, object]
    module: int = MODULE


_KINDS: dict[Symbology, _Kind] = {
    "ean13": _Kind(67, re.compile("[0-9]{12,13}"), lambda _signs: 95 * MODULE, {}),
    "ean8": _Kind(68, re.compile("[0-9]{7,8}"), lambda _signs: 67 * MODULE, {}),
    "code39": _Kind(
        69, re.compile(r"[0-9A-Z $%+./-]+"), lambda signs: 16 * (signs + 2) * MODULE, {"add_checksum": False}
    ),
    "itf": _Kind(70, re.compile("[0-9]+"), lambda signs: 17 + 16 * signs, {}, module=1),
    "code128": _Kind(73, re.compile("[ -~]+"), lambda signs: (11 * signs + 35) * MODULE, {}),
}
_CHECKED = {"ean13": 13, "ean8": 8}


def proper(barcode: Barcode, width: int) -> Barcode | None:
    """Return the bar code with all its digits; None where it cannot exist on paper `width` dots across.

    An EAN gets its check digit, or is refused for a wrong one; an ITF of odd length gets its leading zero.
    """
    kind = _KINDS[barcode.kind]
    data = _whole(barcode.data, barcode.kind) if kind.holds.fullmatch(barcode.data) else ""
    if not data or kind.dots(len(data)) + 2 * QUIET > width:
        return None
    return replace(barcode, data=data, height=min(max(barcode.height, 1), 255))


def _whole(data: str, kind: Symbology) -> str:
    if kind == "itf":
        return "0" * (len(data) % 2) + data
    if (length := _CHECKED.get(kind)) is None:
        return data
    checked = data[: length - 1] + _check_digit(data[: length - 1])
    return checked if checked.startswith(data) else ""


def _check_digit(digits: str) -> str:
    """Return the last digit of an EAN (GS1 General Specifications, 7.9): 3 and 1 by turns from the right."""
    total = sum(int(digit) * (3 - 2 * (place % 2)) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def command(barcode: Barcode) -> bytes:
    """Return GS k, function B, for a proper bar code; Code 128 in its set B, where a brace is doubled."""
    data = barcode.data.encode("ascii")
    if barcode.kind == "code128":
        data = b"{B" + data.replace(b"{", b"{{")
    return b"\x1dk" + bytes((_KINDS[barcode.kind].number, len(data))) + data


def bars(barcode: Barcode) -> tuple[str, int]:
    """Return a proper bar code as 1 (dark) and 0, and the dots that each of these is wide."""
    import barcode as python_barcode  # only where the printer draws none itself

    kind = _KINDS[barcode.kind]
    [modules] = python_barcode.get_barcode_class(barcode.kind)(barcode.data, **kind.options).build()
    return modules, kind.module
