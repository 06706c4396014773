"""A printer tried: a page that shows what it can do, printed by whoever holds the printer."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from pos.actions import tickets
from pos.config_tables import PrinterPart
from pos.store import backlog
from pos.store.database import utcnow
from pos.store.notices import conditions
from pos.store.store import Store
from pos.store.tx import Who
from pos.words import Words
from printing.devices import open_device
from printing.errors import PASSING, PrintingError
from printing.ports import Evidence
from printing.render import to_bytes
from printing.tickets import TestPage, to_json

#: How long a page that is queued is waited for (seconds): the worker may have a ticket in hand.
PATIENCE = 15.0

#: How often its fate is looked up (seconds): commits of another process ring no bell here.
_LOOK = 0.2


class Waits(PrintingError):
    """The page waits in the spool; `str()` is for what, empty where only its turn has not come."""

    def __init__(self, number: str, cause: str) -> None:
        super().__init__(cause)
        self.number = number


def try_out(
    store: Store, who: Who, words: Words, part: PrinterPart, folder: Path | None, patience: float = PATIENCE
) -> Evidence:
    """Print a test page on one of the shop's printers, and return how it is known to have come out.

    While its worker holds the printer, the page goes through the spool like any ticket, for a printer has
    one line only. Raises PrintingError; `Waits` where the page is not out after `patience` seconds.
    """
    with store.lock(f"printer:{part.name}") as holder:
        if holder is None or _is_aside(store, part.name):
            return send(words, part, folder)
    queued = store.do(tickets.try_printer, who, part.name, _facts(words, part)).result()
    return _Fate(store, queued).evidence(patience)


def send(words: Words, part: PrinterPart, folder: Path | None) -> Evidence:
    """Print a test page straight on a printer that nobody holds; raises PrintingError."""
    paper = part.as_profile()
    device = open_device(part.device, paper, folder)
    return asyncio.run(device.send(to_bytes(_facts(words, part), paper), "TEST"))


def _is_aside(store: Store, printer: str) -> bool:
    """Whether its worker leaves the printer alone, and its line free."""
    known = store.ask(conditions).get(printer)
    return known is not None and known.aside


def _facts(words: Words, part: PrinterPart) -> dict[str, Any]:
    page = TestPage.of(
        part.as_profile(),
        language=words.language,
        number="TEST",
        printer=part.name,
        device=part.device,
        at=words.moment(utcnow()),
        settings=(("paper", f"{part.paper} mm"), ("encoding", part.encoding), ("confirm", part.confirm)),
    )
    return to_json(page)


class _Fate:
    """What becomes of one queued page."""

    def __init__(self, store: Store, ticket_id: UUID) -> None:
        self._store, self._id = store, ticket_id
        self._rang = threading.Event()

    def evidence(self, patience: float) -> Evidence:
        """Wait until the page is out; raises PrintingError where it is not."""
        until = time.monotonic() + patience
        off = self._store.subscribe(lambda _topics: self._rang.set())
        try:
            while (found := self._seen()) is None and (left := until - time.monotonic()) > 0:
                self._rang.wait(min(left, _LOOK))
                self._rang.clear()
        finally:
            off()
        if found is None:
            raise self._waits()
        return found

    def _seen(self) -> Evidence | None:
        """Return how the page is known to be out, None while that may still come."""
        row = self._row()
        if row.state in ("printed", "sent"):
            return row.evidence  # type: ignore[no-any-return]  # a worker wrote it, and writes nothing else
        if row.state not in ("queued", "sending"):
            raise PrintingError(row.error)
        if row.state == "queued" and row.error and row.error.partition(":")[0] not in PASSING:
            raise self._waits()
        return None

    def _waits(self) -> Waits:
        row = self._row()
        return Waits(row.number, row.error)

    def _row(self) -> Any:
        if (row := self._store.ask(backlog.ticket, self._id)) is None:
            raise PrintingError("error")
        return row
