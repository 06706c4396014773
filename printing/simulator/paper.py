"""What comes out of the simulator: a piece of paper, and how much of it each line takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from printing.decode import text_of
from printing.document import QR, Barcode, Buzzer, Cut, Drawer, Feed
from printing.lines import Bitmap, Line, TextLine
from printing.profiles import CELL_HEIGHT, DPI, LINE_GAP


@dataclass(frozen=True, slots=True)
class SimulatedPaper:
    """One piece of paper. Not `whole`: it was never cut, but torn off, or power was lost in its middle."""

    number: int
    lines: tuple[Line, ...]
    #: the commands it was printed from
    data: bytes
    whole: bool
    #: UTC
    at: datetime
    #: what was skipped or not understood on the way
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All characters that were printed as characters, a line a line."""
        return text_of(self.lines)

    def count(self, kind: type) -> int:
        """Return how many lines or events of one kind there are (Cut, Drawer, Bitmap …)."""
        return sum(isinstance(line, kind) for line in self.lines)


_PITCH = CELL_HEIGHT + LINE_GAP


def millimetres(line: Line) -> float:
    """Return how much paper a line takes; none where nothing is printed."""
    return _dots(line) / DPI * 25.4


def _dots(line: Line) -> int:
    match line:
        case Cut() | Drawer() | Buzzer():
            return 0
        case TextLine():
            return CELL_HEIGHT * line.height + LINE_GAP
        case Feed():
            return _PITCH * line.lines
        case Bitmap():
            return len(line.rows) * 8 // line.width
        case Barcode():
            return line.height + (_PITCH if line.readable else 0)
        case QR():
            return 33 * line.module  # a middling version: about a link's worth of text
    return _PITCH
