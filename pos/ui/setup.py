"""What the settings page does with the configuration and printers; it waits, so not on the Qt thread."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pos import config_edit, trial
from pos.actions import tickets
from pos.config import Config
from pos.config_edit import Draft, EditTrouble
from pos.config_tables import PrinterPart
from pos.store import backlog
from pos.store.store import Store
from pos.store.tx import Who
from pos.words import Words
from printing.errors import PrintingError
from printing.finding import Found, Missed, find
from printing.ports import Evidence

#: What a printer says whose line another holds.
HELD = frozenset(("busy", "silent", "refused", "unreachable"))

#: Makes a search for printers, also at hosts that a person named.
Find = Callable[[Sequence[str]], AsyncGenerator[Found | Missed, None]]

#: Lets all that runs go by a changed configuration; done when it does.
Apply = Callable[[Config], Future[None]]

#: What a printer is where its table says nothing.
USUAL: Mapping[str, Any] = {
    name: field.default for name, field in PrinterPart.model_fields.items() if not field.is_required()
}


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration's file, and how a change of it comes to life; `folder` is for virtual printers."""

    store: Store
    who: Who
    file: Path
    apply: Apply
    folder: Path | None = None
    look: Find = find

    def draft(self) -> Draft:
        """Return the configuration as it is on the disk now; raises EditTrouble."""
        return config_edit.read(self.file)

    def save(self, draft: Draft) -> Config:
        """Write a draft, and let the counter go by it; raises EditTrouble, StoreTrouble."""
        config = config_edit.save(draft)
        self.apply(config).result()
        return config

    def put(self, draft: Draft, values: Mapping[str, Any], was: str = "") -> Config:
        """Add a printer, or change the one called `was`; what is usual and was not written is left out."""
        known = next((table for table in draft.printers if table.get("name") == was), {})
        meant = {key: value for key, value in values.items() if key in known or value != USUAL.get(key, "")}
        return self._change(draft.with_printer(meant, was), was, str(values["name"]))

    def remove(self, draft: Draft, name: str) -> Config:
        """Take a printer out; what waits for it goes to others that print it, as far as there are any."""
        return self._change(draft.without_printer(name), name, "")

    def _change(self, draft: Draft, was: str, to: str) -> Config:
        """Save a draft in which the printer `was` is called `to`, empty: is gone; its tickets go along."""
        config = config_edit.save(draft)
        if was and to != was:
            self.store.do(tickets.hand_over, self.who, was, to).result()
        self.apply(config).result()
        if to and was and to != was:  # what came between is known by its old name, and failed
            self.store.do(tickets.hand_over, self.who, was, to).result()
        return config

    def test(self, words: Words, values: Mapping[str, Any], was: str = "") -> Evidence:
        """Print a test page on a printer with these settings, which may not be saved yet.

        `was` is what it is called in the configuration. Raises PrintingError (`trial.Waits`), EditTrouble.
        """
        part, saved = self.part(values), self._saved()
        if saved.get(was) == part:
            return trial.try_out(self.store, self.who, words, part, self.folder)
        # Its worker prints by what is saved, and holds the only line for some seconds after each ticket.
        rival = next((name for name, each in saved.items() if each.device == part.device), "")
        if self.store.ask(partial(_is_printing, printer=rival)):
            raise EditTrouble("test_held", name=rival)
        try:
            return trial.send(words, part, self.folder)
        except PrintingError as error:
            if rival and str(error).partition(":")[0] in HELD:
                raise EditTrouble("test_held", name=rival) from error
            raise

    def _saved(self) -> dict[str, PrinterPart]:
        return {table["name"]: self.part(table) for table in self.draft().printers}

    def part(self, values: Mapping[str, Any]) -> PrinterPart:
        """Return settings as the counter reads them; raises EditTrouble."""
        given = {key: value for key, value in values.items() if value is not None}
        if given.get("logo"):
            given["logo"] = self.file.parent / given["logo"]
        try:
            return PrinterPart.model_validate(given)
        except ValidationError as error:
            wrong = "; ".join(f"{part['loc'][0]}: {part['msg']}" for part in error.errors())
            raise EditTrouble("refused", detail=wrong) from error


def _is_printing(read: Any, printer: str) -> bool:
    return any((row.taken_by or row.printer) == printer for row in backlog.tickets(read, ("sending",)))


def trouble_words(words: Words, trouble: Exception) -> str:
    """Return what hindered a change or a printer, for a person."""
    if isinstance(trouble, EditTrouble):
        return words.say(f"edit.{trouble.code}", **trouble.facts)
    if isinstance(trouble, trial.Waits):
        return words.say("settings.test_waits", number=trouble.number, why=_cause(words, str(trouble)))
    return words.cause(str(trouble))


def _cause(words: Words, cause: str) -> str:
    return words.cause(cause) if cause else words.say("print.queued")
