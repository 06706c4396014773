"""What a ticket says, in a vocabulary small enough for any paper: the looks write it, the layout reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Align = Literal["left", "center", "right"]


class Style(NamedTuple):
    """How characters look: `width` and `height` are multiples (1 or 2) of a printer's own character."""

    width: int = 1
    height: int = 1
    bold: bool = False
    inverse: bool = False


PLAIN = Style()
BOLD = Style(bold=True)
TALL = Style(height=2, bold=True)
BIG = Style(width=2, height=2, bold=True)


class Text(NamedTuple):
    """A paragraph that wraps; `indent` is in printer columns, an inverse style fills whole lines."""

    text: str
    style: Style = PLAIN
    align: Align = "left"
    indent: int = 0


class Cell(NamedTuple):
    """One column of a row: `width` in printer columns (0: as wide as its text), or a `weight` of the rest."""

    text: str
    style: Style = PLAIN
    align: Align = "left"
    width: int = 0
    weight: int = 0


class Columns(NamedTuple):
    """Cells beside each other, `gap` printer columns apart; each wraps within itself."""

    cells: tuple[Cell, ...]
    gap: int = 1


class Column(NamedTuple):
    """How the cells of a table stand below each other: as wide as the widest, or as a `Cell` says."""

    style: Style = PLAIN
    align: Align = "left"
    width: int = 0
    weight: int = 0


class Table(NamedTuple):
    """Rows of texts in columns that line up from top to bottom; a Text among them stands alone on its line.

    Every row has one text a column. A `header` is bold, with a rule below it.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...] | Text, ...]
    header: tuple[str, ...] = ()
    gap: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A dashed line across the paper."""


@dataclass(frozen=True, slots=True)
class QR:
    """A QR code (model 2, correction M), centred. `module` is the size of one square in dots."""

    data: str
    module: int = 6


Symbology = Literal["code128", "ean13", "ean8", "code39", "itf"]


@dataclass(frozen=True, slots=True)
class Barcode:
    """A bar code, centred, `height` dots tall; `readable` writes what it says below it.

    What its symbology cannot hold, or the paper is too narrow for, is printed as text.
    """

    data: str
    kind: Symbology = "code128"
    height: int = 80
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG (a logo), centred, turned to black and white dots; made smaller where the paper is narrower."""

    png: bytes


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty paper, `lines` plain lines high."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the ticket: fed to the knife, and cut."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """A pulse that opens the cash drawer."""


@dataclass(frozen=True, slots=True)
class Buzzer:
    """A sound for those who look elsewhere."""


Item = Text | Columns | Table | Rule | QR | Barcode | Picture | Feed | Cut | Drawer | Buzzer


@dataclass(frozen=True, slots=True)
class Document:
    """What one ticket says, from top to cut. `language` chooses the shapes of Han characters where drawn."""

    items: tuple[Item, ...]
    language: str = "zh_CN"
