"""What a printer can do, as the settings say it."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from printing.encodings import ENCODINGS, PAGES
from printing.profiles import profile


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
