"""Outages of an evening's printers, and the line on which a counter asks whether guests still come."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.journey.paper.roll import Roll, ask, opened


@dataclass
class Outage:
    """From an order on, a printer is out until another one has stood in for it."""

    printer: str
    word: str
    order: int
    #: how often it had been stood in for when it went out
    began: int | None = None
    is_over: bool = False


class Outages:
    """The outages of an evening, one after the other."""

    def __init__(self, rolls: Mapping[str, Roll], outages: Sequence[Outage]) -> None:
        self._rolls, self._outages = rolls, outages
        self._lock = threading.Lock()

    def mind(self, served: int) -> bool:
        """Let a printer go out once its order was served, and back once stood in for; whether any is left."""
        with self._lock:
            outage = next((each for each in self._outages if not each.is_over), None)
            if outage is not None and served >= outage.order:
                self._mind(outage)
            return not all(each.is_over for each in self._outages)

    def _mind(self, outage: Outage) -> None:
        sheets = [sheet for roll in self._rolls.values() for sheet in roll.sheets()]
        stood_in = sum(sheet.stands_in_for == outage.printer for sheet in sheets)
        outage.began = stood_in if outage.began is None else outage.began
        outage.is_over = stood_in > outage.began
        # Said as often as we look: what heals a fault of chance may have healed this one, too.
        self._say(outage.printer, "well" if outage.is_over else outage.word)

    def _say(self, printer: str, word: str) -> None:
        with opened(self._rolls[printer].control) as talk:
            assert ask(talk, word)["ok"]


class Door(socketserver.ThreadingTCPServer):
    """Tells each counter that says how many orders it has served whether there are more to come."""

    daemon_threads = True

    def __init__(self, goes_on: Callable[[int], bool]) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.goes_on = goes_on
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        """Where it is asked."""
        return int(self.server_address[1])

    def __enter__(self) -> Door:
        """Open it."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Line(socketserver.StreamRequestHandler):
    """One counter's line, to its death."""

    server: Door

    def handle(self) -> None:
        with suppress(ConnectionError):
            for served in self.rfile:
                self.wfile.write(json.dumps({"goes_on": self.server.goes_on(int(served))}).encode() + b"\n")
