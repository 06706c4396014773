"""The facts of a test page: which printer it is from, and what we believe that printer to be."""

from __future__ import annotations

from typing import Literal

from printing.tickets.facts import Facts


class TestPage(Facts):
    """A page that shows what a printer can do, and says what our settings make of it.

    `encoding` is the character set that its own fonts are taken to have: the page says of each script whether
    it came from them or was drawn. `codes` is whether it makes QR codes and barcodes itself. `cut`, `drawer`
    and `buzzer` are words of its settings; `answers` is what it said when it was asked how it is, and
    `evidence` how it confirms that paper came out. What is empty is not said.
    """

    __test__ = False  # pytest: this is a ticket

    kind: Literal["test"] = "test"
    printer: str
    device: str
    at: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    encoding: str = ""
    codes: bool | None = None
    cut: str = ""
    drawer: str = ""
    buzzer: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    evidence: str = ""
