"""Printer models: what the database says, what we know better, and what a printer calls itself."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest

from printing import models
from printing.document import PLAIN, Cut
from printing.encodings import ENCODINGS
from printing.escpos import to_bytes
from printing.layout import Span, TextLine
from printing.profiles import profile

DATABASE: dict[str, Any] = json.loads(
    resources.files("escpos").joinpath("capabilities.json").read_text(encoding="utf-8")
)["profiles"]


def test_every_printer_of_the_database_can_be_set_up_or_says_why_not() -> None:
    assert set(models.names()) | set(models.UNFIT) == set(DATABASE)
    assert not set(models.names()) & set(models.UNFIT)


@pytest.mark.parametrize("name", models.names())
def test_every_model_prints_every_character_set_that_it_has(name: str) -> None:
    known = models.model(name)
    for encoding in (*known.encodings, "gb18030", "raster"):
        used = profile(known.paper, encoding, model=name)
        data = to_bytes([TextLine((Span("Rice 12.00", PLAIN, 10, b"Rice 12.00"),)), Cut()], used)
        assert used.columns % 2 == 0
        assert 32 <= used.columns <= 48
        assert data.startswith(b"\x1b@")
        if used.encoding.page is not None:
            assert DATABASE[name]["codePages"][str(used.encoding.page)].upper() == _theirs(encoding)


def _theirs(encoding: str) -> str:
    return ENCODINGS[encoding].name.replace("iso8859_", "iso_8859-").upper()


@pytest.mark.parametrize("name", models.names())
def test_a_line_of_characters_fits_on_the_head(name: str) -> None:
    dots = DATABASE[name]["media"]["width"]["pixels"]
    used = profile(models.model(name).paper, model=name)
    assert used.dots <= (dots if isinstance(dots, int) else 576)


@pytest.mark.parametrize("name", models.CORRECTIONS)
def test_a_correction_differs_from_the_database_and_names_its_source(name: str) -> None:
    values, source = models.CORRECTIONS[name]
    theirs = {
        "columns": DATABASE[name]["fonts"]["0"]["columns"],
        "native_qr": DATABASE[name]["features"]["qrCode"],
    }
    for key, value in values.items():
        assert getattr(models.model(name), key) == value != theirs[key]
    assert len(source) > 40


def test_a_model_without_a_knife_is_never_told_to_cut() -> None:
    known = profile(58, model="POS-5890")
    assert known.cut == "none"
    assert b"\x1dV" not in to_bytes([Cut()], known)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("EPSON TM-T88V Receipt", "TM-T88V"),
        ("TM-T20III", "TM-T20II"),
        ("POS5890 printer", "POS-5890"),
        ("rongta rp326 USE", "RP326"),
        ("TM-m30", ""),
        ("", ""),
    ],
)
def test_a_printers_own_words_name_its_nearest_model(said: str, name: str) -> None:
    assert models.nearest(said) == name


def test_a_model_is_known_however_it_is_spelled() -> None:
    assert profile(model="tm t88v").model == "TM-T88V"


@pytest.mark.parametrize(
    ("name", "why"), [("TM-U220", "impact"), ("OCD-100", "display"), ("LaserJet", "is not one of CT-S651")]
)
def test_what_cannot_be_set_up_is_refused_and_says_why(name: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        profile(model=name)
