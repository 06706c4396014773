"""What a printer can do, as data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from printing.encodings import ENCODINGS, Encoding

#: How a printer is asked whether the paper came out; `auto` asks in every way and learns.
Confirm = Literal["auto", "process-id", "status", "none"]
#: What is drawn of a ticket with a line that the printer's fonts lack: that line, or all of it.
Draw = Literal["line", "ticket"]
Cut = Literal["partial", "full", "none"]
#: How a buzzer is sounded: ESC B (most clones), ESC ( A (Epson).
Buzzer = Literal["clone", "epson", "none"]

#: A printer's own character cell (font A), in dots; two-byte characters take two cells.
CELL_WIDTH = 12
CELL_HEIGHT = 24
#: Empty dots between two lines.
LINE_GAP = 6
#: Thermal heads of this class: 8 dots per millimetre.
DPI = 203

#: Dots across the printable width, by paper width in millimetres.
DOTS = {58: 384, 80: 576}


@dataclass(frozen=True, slots=True)
class Profile:
    """A printer's paper (mm), character set and parts, as the shop's settings say."""

    paper: int = 80
    encoding: Encoding = ENCODINGS["gb18030"]
    confirm: Confirm = "auto"
    cut: Cut = "partial"
    drawer: bool = True
    buzzer: Buzzer = "clone"
    native_qr: bool = True
    native_barcode: bool = True
    draw: Draw = "line"
    model: str = ""
    #: a PNG that stands above what guests get from this printer
    logo: bytes | None = field(default=None, repr=False)
    #: plain characters across, where the model has another number of them than its paper suggests
    own_columns: int = 0

    @property
    def dots(self) -> int:
        """Dots across what is drawn: as wide as a line of characters, never wider than the head."""
        return self.columns * CELL_WIDTH

    @property
    def columns(self) -> int:
        """Plain characters across: 32 on 58 mm, 48 on 80 mm, 42 with the wider dots of some models."""
        return self.own_columns or DOTS[self.paper] // CELL_WIDTH


def profile(
    paper: int = 80,
    encoding: str = "gb18030",
    confirm: Confirm = "auto",
    *,
    model: str = "",
    draw: Draw = "line",
    cut: Cut | None = None,
    drawer: bool | None = None,
    buzzer: Buzzer | None = None,
    codes: bool | None = None,
) -> Profile:
    """Return the profile for what the settings say; raises ValueError naming what is allowed.

    None is what the `model` says (see `printing.models`), and without one what most printers can; `codes`
    are QR and bar codes that the printer makes itself.
    """
    said: dict[str, Any] = {
        "cut": cut,
        "drawer": drawer,
        "buzzer": buzzer,
        "native_qr": codes,
        "native_barcode": codes,
    }
    known = Profile(_paper(paper), _encoding(encoding), confirm, draw=draw)
    return replace(
        _as_model(known, model) if model else known,
        **{name: value for name, value in said.items() if value is not None},
    )


def _paper(paper: int) -> int:
    if paper not in DOTS:
        raise ValueError(f"paper: {paper} is not one of {', '.join(map(str, DOTS))} (mm)")
    return paper


def _encoding(encoding: str) -> Encoding:
    if (known := ENCODINGS.get(_normal(encoding))) is None:
        raise ValueError(f"encoding: {encoding!r} is not one of {', '.join(ENCODINGS)}")
    return known


def _as_model(wanted: Profile, name: str) -> Profile:
    """Return `wanted` with what the model can; narrow paper in a wide printer has its usual columns."""
    from printing import models  # a shop that names no model does not read the database

    model = models.model(name)
    if wanted.paper > model.paper:
        raise ValueError(f"paper: {model.name} takes {model.paper} (mm), not {wanted.paper}")
    return replace(
        wanted,
        encoding=models.encoding_of(model.name, wanted.encoding),
        cut=model.cut,
        drawer=model.drawer,
        buzzer=model.buzzer,
        native_qr=model.native_qr,
        native_barcode=model.native_barcode,
        model=model.name,
        own_columns=model.columns if wanted.paper == model.paper else 0,
    )


def _normal(encoding: str) -> str:
    """Return `ISO-8859-15`, `CP1252`, `windows-1252`, `euc-kr` as our table spells them."""
    name = encoding.strip().lower().replace("-", "_").replace("windows_", "cp")
    return name.replace("iso_8859", "iso8859")
