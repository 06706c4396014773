"""What comes out of a printer, line by line, and the paper that it comes out on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from printing.document import QR, Barcode, Buzzer, Cut, Drawer, Feed, Picture, Rule, Style
from printing.encodings import Encoding


class Span(NamedTuple):
    """Characters of one style, `columns` printer columns wide (their size counted in).

    `data` is what the printer's own fonts print them by; None where they are drawn.
    """

    text: str
    style: Style
    columns: int
    data: bytes | None = None


class TextLine(NamedTuple):
    """One line of characters; `height` is that of its tallest span, in plain lines."""

    spans: tuple[Span, ...]
    height: int = 1

    @property
    def text(self) -> str:
        """The line's characters, blanks included."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Dots that were sent as dots: `rows` of `width` / 8 bytes, most significant bit left, 1 is black."""

    width: int
    rows: bytes


#: What comes out of a printer, one below the other.
Line = TextLine | Rule | QR | Barcode | Picture | Bitmap | Feed | Cut | Drawer | Buzzer


class Sheet(NamedTuple):
    """The paper that a document is laid out for."""

    width: int
    encoding: Encoding
    language: str
