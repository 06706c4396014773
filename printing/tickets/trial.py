"""The facts of a test page: which printer it is from, and what we believe that printer to be."""

from __future__ import annotations

from typing import Any, Literal

from printing.profiles import Profile
from printing.tickets.facts import Facts


class TestPage(Facts):
    """A page that shows what a printer can do, and says what our settings make of it.

    `encoding` is the character set that its own fonts are taken to have: the page says of each script whether
    it came from them or was drawn (`all_drawn`: one line that they lack makes a picture of the whole ticket,
    and this page has such lines). `codes` is whether it makes QR codes and barcodes itself. `cut`, `drawer`
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
    all_drawn: bool = False
    codes: bool | None = None
    cut: str = ""
    drawer: str = ""
    buzzer: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    evidence: str = ""

    @classmethod
    def of(cls, profile: Profile, **facts: Any) -> TestPage:
        """Return the page of a printer with this profile; `facts` are those that no profile knows."""
        return cls(
            encoding=profile.encoding.name,
            all_drawn=profile.draw == "ticket",
            codes=profile.native_qr,
            cut=profile.cut,
            drawer="yes" if profile.drawer else "none",
            buzzer="none" if profile.buzzer == "none" else "yes",
            **facts,
        )
