"""Printer models: python-escpos' capability database where it is right, our corrections where it is not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from printing.encodings import ENCODINGS, PAGES, Encoding

#: The print width, in mm, up to which a model takes 58 mm paper; no 80 mm model prints on less than 63.
_NARROW = 60

#: Makers whose buzzers sound at ESC ( A; those of all others at ESC B, or they have none and pass over it.
_EPSON_BUZZERS = frozenset(("Epson",))


@dataclass(frozen=True, slots=True)
class Model:
    """What a model can do: paper in mm, columns of font A, the n of ESC t n by our name of a code page."""

    name: str
    maker: str
    paper: int
    columns: int
    cut: Literal["partial", "full", "none"]
    drawer: bool
    buzzer: Literal["clone", "epson", "none"]
    native_qr: bool
    native_barcode: bool
    pages: Mapping[str, int]

    @property
    def encodings(self) -> tuple[str, ...]:
        """The single-byte character sets that it has; the database knows nothing of two-byte ones."""
        return tuple(self.pages)


_NO_QR = "Epson's programming guide 10.01, p. 536: of its printers, QR on TM-T90 and TM-L90 only"

#: What the database says wrongly or not at all, and where we have the right value from.
CORRECTIONS: Mapping[str, tuple[Mapping[str, Any], str]] = {
    "NT-80-V-UL": (
        {"columns": 48},
        "the database's 12 and 9 are the widths of its fonts in dots; 576 dots hold 48 of 12",
    ),
    "RP326": (
        {"columns": 48},
        "80 mm paper has 576 dots, which hold 48 of 12; 42 is what the database says where it knows nothing",
    ),
    "TM-P80": (
        {"columns": 48},
        "576 dots hold 48 of font A; its 42 column mode is the model TM-P80-42col",
    ),
    "TM-T88II": (
        {"native_qr": False},
        "Epson's programming guide 10.01, p. 536: QR on TM-T90 and TM-L90 only",
    ),
    "TM-T88III": (
        {"native_qr": False},
        "Epson's programming guide 10.01, p. 536: QR on TM-T90 and TM-L90 only",
    ),
}

#: What the database lists and we cannot print on, and why.
UNFIT: Mapping[str, str] = {
    "default": "no model, but the database's own fallback",
    "simple": "no model, but the database's own fallback",
    "AF-240": "a customer display",
    "OCD-100": "a customer display",
    "OCD-300": "a customer display",
    "TM-U220": "an impact printer: it has no raster command for what its fonts lack",
    "TM-U220B": "an impact printer: it has no raster command for what its fonts lack",
    "SP2000": "speaks Star's commands, not ESC/POS",
    "TSP600": "speaks Star's commands, not ESC/POS",
    "TUP500": "speaks Star's commands, not ESC/POS",
}


def names() -> tuple[str, ...]:
    """Return the models that can be set up, in the order of their names."""
    return tuple(_models())


def model(name: str) -> Model:
    """Return a model by its name, however it is spelled; raises ValueError naming those that there are."""
    spelled = {_plain(known): known for known in _models()}
    if (known := spelled.get(_plain(name))) is not None:
        return _models()[known]
    reason = f": {UNFIT[name]}" if name in UNFIT else ""
    raise ValueError(f"profile: {name!r} is not one of {', '.join(names())}{reason}")


def nearest(name: str) -> str:
    """Return the model that a printer's own words most likely mean (`EPSON TM-T20III`), "" for none."""
    said = _plain(name)
    spelled = {_plain(known): known for known in _models()}
    within = [plain for plain in spelled if plain in said]
    if not within:
        words = [_plain(word) for word in name.split()]
        within = [match for word in words for match in get_close_matches(word, spelled, 1, cutoff=0.85)]
    return spelled[max(within, key=len)] if within else ""


@cache
def encoding_of(name: str, encoding: Encoding) -> Encoding:
    """Return `encoding` with the number that the model `name` has for its page.

    Raises ValueError where the model has no such page: another one would answer, and print other letters.
    """
    if encoding.page is None:
        return encoding
    pages = model(name).pages
    if encoding.name not in pages:
        raise ValueError(f"encoding: {name} has no {encoding.name}, but {', '.join(pages)}, and raster")
    return encoding if pages[encoding.name] == encoding.page else replace(encoding, page=pages[encoding.name])


@cache
def _models() -> Mapping[str, Model]:
    entries = _database()["profiles"]
    return MappingProxyType(
        {name: _model(name, entries[name]) for name in sorted(entries.keys() - UNFIT.keys())}
    )


def _database() -> dict[str, Any]:
    """Return the database's own file; importing its package would load drivers that we do not use."""
    found = find_spec("escpos")
    if found is None or found.origin is None:
        raise RuntimeError("python-escpos is not installed; `make run` sets everything up")
    loaded: dict[str, Any] = json.loads(
        Path(found.origin).with_name("capabilities.json").read_text(encoding="utf-8")
    )
    return loaded


def _model(name: str, entry: Mapping[str, Any]) -> Model:
    features = entry["features"]
    described = Model(
        name=name,
        maker=entry["vendor"],
        paper=_paper(entry["media"]["width"]),
        columns=entry["fonts"]["0"]["columns"],
        cut=_cut(features),
        drawer=features["pulseStandard"],
        buzzer="epson" if entry["vendor"] in _EPSON_BUZZERS else "clone",
        native_qr=features["qrCode"],
        native_barcode=features["barcodeB"],
        pages=_pages(entry["codePages"]),
    )
    return replace(described, **CORRECTIONS.get(name, ({}, ""))[0])


def _paper(width: Mapping[str, Any]) -> int:
    """Return the paper for a print width in mm; where the database knows none, the usual one."""
    return 58 if isinstance(width["mm"], int | float) and width["mm"] <= _NARROW else 80


def _cut(features: Mapping[str, bool]) -> Literal["partial", "full", "none"]:
    if features["paperPartCut"]:
        return "partial"
    return "full" if features["paperFullCut"] else "none"


def _pages(numbered: Mapping[str, str]) -> Mapping[str, int]:
    """Return those of our code pages that it has, each by its lowest number."""
    ours = {name.replace("iso8859_", "iso_8859-").upper(): name for name in PAGES}
    numbers = sorted(((int(number), page.upper()) for number, page in numbered.items()), reverse=True)
    found = {ours[page]: number for number, page in numbers if page in ours}
    return MappingProxyType({name: found[name] for name in ENCODINGS if name in found})


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).lower()
