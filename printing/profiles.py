"""What a printer can do, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from printing.encodings import ENCODINGS, Encoding

#: How a printer is asked whether the paper came out; `auto` asks in every way and learns.
Confirm = Literal["auto", "process-id", "status", "none"]

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
    cut: Literal["partial", "full", "none"] = "partial"
    drawer: bool = True
    buzzer: Literal["clone", "epson", "none"] = "clone"
    native_qr: bool = True
    native_barcode: bool = True
    #: what one line that the printer's fonts lack makes of the ticket: that line drawn, or the whole ticket
    draw: Literal["line", "ticket"] = "line"
    model: str = ""

    @property
    def dots(self) -> int:
        """Dots across the printable width."""
        return DOTS[self.paper]

    @property
    def columns(self) -> int:
        """Plain characters across: 32 on 58 mm, 48 on 80 mm."""
        return self.dots // CELL_WIDTH


def profile(paper: int = 80, encoding: str = "gb18030", confirm: Confirm = "auto") -> Profile:
    """Return the profile for what the settings say; raises ValueError naming what is allowed."""
    if paper not in DOTS:
        raise ValueError(f"paper: {paper} is not one of {', '.join(map(str, DOTS))} (mm)")
    if (known := ENCODINGS.get(_normal(encoding))) is None:
        raise ValueError(f"encoding: {encoding!r} is not one of {', '.join(ENCODINGS)}")
    return Profile(paper, known, confirm)


def _normal(encoding: str) -> str:
    """Return `ISO-8859-15`, `CP1252`, `windows-1252`, `euc-kr` as our table spells them."""
    name = encoding.strip().lower().replace("-", "_").replace("windows_", "cp")
    return name.replace("iso_8859", "iso8859")
