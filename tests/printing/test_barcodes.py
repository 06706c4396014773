"""Bar codes: what each symbology holds, by the printer's own command or drawn."""

from __future__ import annotations

import pytest

from printing.barcodes import MODULE, QUIET, bars, command, proper
from printing.document import Barcode, Cut, Document, Symbology
from printing.drawing import draw
from printing.encodings import ENCODINGS
from printing.escpos import to_bytes
from printing.layout import TextLine, lay_out
from printing.profiles import Profile

GB = ENCODINGS["gb18030"]


@pytest.mark.parametrize(
    ("kind", "data", "whole"),
    [
        ("ean13", "590123412345", "5901234123457"),
        ("ean13", "5901234123457", "5901234123457"),
        ("ean8", "9638507", "96385074"),
        ("itf", "12345", "012345"),
        ("itf", "123456", "123456"),
        ("code39", "BILL-12", "BILL-12"),
        ("code128", "b-1120 017{", "b-1120 017{"),
    ],
)
def test_a_bar_code_gets_the_digits_that_its_symbology_wants(kind: Symbology, data: str, whole: str) -> None:
    kept = proper(Barcode(data, kind), 576)
    assert kept is not None
    assert kept.data == whole


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("ean13", "5901234123450"),  # a wrong check digit
        ("ean13", "59012341234"),
        ("ean13", "59012341234５7"),
        ("ean8", "96385073"),
        ("itf", "12a4"),
        ("itf", ""),
        ("code39", "bill"),
        ("code128", "账单 7"),
        ("code128", "a\x1bp\x00\x19\xfa"),
        ("code128", "7" * 60),
    ],
)
def test_what_a_symbology_cannot_hold_is_printed_as_text(kind: Symbology, data: str) -> None:
    lines = lay_out(Document((Barcode(data, kind),)), 48, GB)
    assert all(isinstance(line, TextLine) for line in lines)
    shown = "".join(line.text for line in lines if isinstance(line, TextLine))
    assert shown.replace(" ", "") == "".join(char for char in data if char > " ")


def test_a_bar_code_is_the_printers_own_where_it_has_them() -> None:
    document = Document(
        (Barcode("K-0412{", height=60), Barcode("590123412345", "ean13", readable=False), Cut())
    )
    data = to_bytes(lay_out(document, 48, GB), Profile())
    code128 = b"\x1ba\x01\x1dh\x3c\x1dw\x02\x1dH\x02\x1dkI\x0a{BK-0412{{\n\x1ba\x00"
    ean13 = b"\x1ba\x01\x1dh\x50\x1dw\x02\x1dH\x00\x1dkC\x0d5901234123457\n\x1ba\x00"
    assert code128 + ean13 in data


def test_a_printer_without_bar_codes_is_sent_its_picture() -> None:
    data = to_bytes(lay_out(Document((Barcode("K-0412"), Cut())), 48, GB), Profile(native_barcode=False))
    assert b"\x1dk" not in data
    assert b"\x1dv0" in data


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("code128", "K-0412"),
        ("ean13", "590123412345"),
        ("ean8", "9638507"),
        ("code39", "K-0"),
        ("itf", "041"),
    ],
)
def test_drawn_bars_are_those_of_the_symbology_amid_their_quiet_zones(kind: Symbology, data: str) -> None:
    kept = proper(Barcode(data, kind), 384)
    assert kept is not None
    modules, dots = bars(kept)
    image = draw([kept], 32, GB, "zh_CN")
    row = [image.getpixel((left, 40)) == 0 for left in range(image.width)]
    first, last = row.index(True), image.width - row[::-1].index(True)
    assert "".join("01"[dark] for dark in row[first:last:dots]) == modules
    assert last - first == len(modules) * dots
    assert min(first, image.width - last) >= QUIET


def test_a_readable_bar_code_says_below_it_what_it_holds() -> None:
    readable, silent = (draw([Barcode("K-0412", readable=shown)], 32, GB, "zh_CN") for shown in (True, False))
    assert readable.height > silent.height
    below = readable.crop((0, silent.height, 384, readable.height))
    assert below.getextrema()[0] == 0


def test_digits_are_sent_under_the_number_of_their_symbology() -> None:
    kept = proper(Barcode("1234", "itf"), 384)
    assert kept is not None
    assert command(kept) == b"\x1dkF\x041234"
    assert MODULE == 2
