"""What a printer can do, as the settings say it."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from printing.decode import decode
from printing.document import PLAIN
from printing.encodings import ENCODINGS, PAGES
from printing.escpos import to_bytes
from printing.layout import Span, TextLine
from printing.profiles import Profile, profile


@pytest.mark.parametrize(("paper", "dots", "columns"), [(58, 384, 32), (80, 576, 48)])
def test_paper_has_its_dots_and_columns(paper: int, dots: int, columns: int) -> None:
    assert (profile(paper).dots, profile(paper).columns) == (dots, columns)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("GB18030", "gb18030"),
        ("Shift-JIS", "shift_jis"),
        ("ISO-8859-15", "iso8859_15"),
        ("windows-1252", "cp1252"),
        ("CP437", "cp437"),
        ("raster", "raster"),
    ],
)
def test_an_encoding_is_known_however_it_is_spelled(written: str, name: str) -> None:
    assert profile(80, written).encoding is ENCODINGS[name]


def test_what_is_not_known_is_refused_with_what_is() -> None:
    with pytest.raises(ValueError, match="gb18030, gbk"):
        profile(80, "klingon")
    with pytest.raises(ValueError, match="58, 80"):
        profile(76)


def test_code_pages_have_the_numbers_that_printers_have_for_them() -> None:
    known = json.loads(resources.files("escpos").joinpath("capabilities.json").read_text(encoding="utf-8"))
    pages = known["profiles"]["default"]["codePages"]
    ours = {str(number): name.replace("iso8859_", "iso_8859-").upper() for name, number in PAGES.items()}
    assert ours == {number: pages[number] for number in ours}


def test_what_the_settings_say_goes_before_what_the_model_says() -> None:
    used = profile(
        model="NT-5890K", paper=58, cut="full", drawer=False, buzzer="none", codes=True, draw="ticket"
    )
    assert (used.cut, used.drawer, used.buzzer) == ("full", False, "none")
    assert (used.native_qr, used.native_barcode, used.draw, used.model) == (True, True, "ticket", "NT-5890K")


def test_without_a_model_a_printer_can_what_most_can() -> None:
    assert profile() == Profile()
    assert profile(model="TM-T20II", encoding="gb18030") == Profile(
        model="TM-T20II", buzzer="epson", own_columns=48
    )


def test_narrow_paper_in_a_wide_printer_has_its_usual_columns() -> None:
    assert profile(58, model="TM-T88V").columns == 32
    with pytest.raises(ValueError, match="NT-5890K takes 58"):
        profile(80, model="NT-5890K")


def test_what_is_drawn_is_as_wide_as_what_is_written() -> None:
    used = profile(model="TM-T88III")
    picture = to_bytes([TextLine((Span("🍜", PLAIN, 2),))], used)
    assert used.dots == 42 * 12
    assert picture[picture.index(b"\x1dv0\x00") + 4 :][:2] == (used.dots // 8).to_bytes(2, "little")


def test_a_page_that_a_model_numbers_otherwise_is_asked_for_and_read_by_that_number() -> None:
    used = profile(80, "cp850", model="TH230")
    assert used.encoding.page == 1
    data = to_bytes([TextLine((Span("é", PLAIN, 1, b"\x82"),))], used)
    assert b"\x1bt\x01" in data
    assert decode(data, used.encoding).text == "é"


def test_a_page_that_a_model_lacks_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(ValueError, match="TM-T88IV-SA has no cp1252, but cp437, and raster"):
        profile(80, "cp1252", model="TM-T88IV-SA")
