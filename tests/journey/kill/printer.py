"""A network printer that outlives the counters: it keeps every sheet, and answers or is mute."""

from __future__ import annotations

import json
import re
import socket
import socketserver
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from printing.decode import decode
from tests.journey.kill.reaper import Reaper

_CUT = b"\x1dVB\x00"
_QUESTION = re.compile(rb"\x10\x04[\x01-\x04]")
_WELL = b"\x12"
_PROCESS_ID = re.compile(rb"\x1d\(H\x06\x0000(.{4})", re.DOTALL)
_SENSOR = b"\x1dr\x01"
_PROOF_WANTED = re.compile(rb"(\x1d\(H\x06\x0000....|\x1dr\x01)$", re.DOTALL)

#: A kitchen ticket is known by its number, a settlement by its bill's.
_NAME = re.compile(r"\bK-\d{4,}|\bB-\d{6}-\d{3,}")
_MARKS = ("REPRINT", "MAY BE A DUPLICATE")
_COPY = re.compile(r"第 (\d+) 份")


class Sheet(NamedTuple):
    """One piece of paper. `whole`: it was cut; else the line broke and this is what had come."""

    name: str
    copy: int
    marked: bool
    whole: bool
    text: str


def sheet(data: bytes, *, whole: bool) -> Sheet:
    """Return what is on paper for these bytes."""
    text = decode(data).text if whole else data.decode("gb18030", "replace")
    name = _NAME.search(text)
    copy = _COPY.search(text)
    marked = any(mark in text for mark in _MARKS)
    return Sheet(name[0] if name else "", int(copy[1]) if copy else 1, marked, whole, text)


class Printer(socketserver.ThreadingTCPServer):
    """Prints for whoever connects; `file` has a line for each sheet, for all in the kitchen to see."""

    daemon_threads = True

    def __init__(self, file: Path, reaper: Reaper, *, talks: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.file = file
        self.reaper = reaper
        self.talks = talks
        self.sheets: list[Sheet] = []
        self._change = threading.Condition()
        self._open: set[Any] = set()
        self._last: Any = None
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """The device as the shop's settings name it."""
        return f"tcp://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> Printer:
        """Switch it on."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Switch it off."""
        self.shutdown()
        self._thread.join()
        self.server_close()

    def print(self, data: bytes, *, whole: bool) -> None:
        """Put a sheet where everybody can see it."""
        came_out = sheet(data, whole=whole)
        with self._change:
            self.sheets.append(came_out)
            with self.file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(came_out[:4]) + "\n")

    def process_request(self, request: Any, client_address: Any) -> None:
        """Note who is connected, and go on with it on a thread of its own."""
        with self._change:
            self._open.add(client_address)
            self._last = client_address
        super().process_request(request, client_address)

    def hung_up(self, client_address: Any) -> None:
        """A line has ended, and all that came over it is on paper."""
        with self._change:
            self._open.discard(client_address)
            self._change.notify_all()

    def come_to_rest(self) -> None:
        """Return once all that was sent before is on paper: lines are taken in the order they were opened."""
        with socket.socket() as last:
            last.connect(self.server_address)
            mine = last.getsockname()
        with self._change:
            self._change.wait_for(lambda: self._last == mine and not self._open)


class _Line(socketserver.BaseRequestHandler):
    """One connection, to its end."""

    server: Printer

    def handle(self) -> None:
        self.data = b""
        try:
            with suppress(OSError):
                while more := self.request.recv(4096):
                    self.take(more)
            if self.data:
                self.server.print(self.data, whole=False)
        finally:
            self.server.hung_up(self.client_address)

    def take(self, more: bytes) -> None:
        """Obey what came."""
        had_nothing = not self.data
        self.data = _QUESTION.sub(self.answer, self.data + more)
        if had_nothing and self.data:
            self.server.reaper.strike("printer: first byte came")
        if not self.server.talks:
            self.cut(self.data.find(_CUT))
        elif _PROOF_WANTED.search(self.data):
            self.confirm()

    def answer(self, _: re.Match[bytes]) -> bytes:
        """Say that all is well."""
        self.say(_WELL)
        return b""

    def cut(self, at: int) -> None:
        """Cut the sheet that ends here."""
        if at >= 0:
            self.server.print(self.data[: at + len(_CUT)], whole=True)
            self.data = b""
            self.server.reaper.strike("printer: cut, not answered")

    def confirm(self) -> None:
        """Cut the ticket, and only then prove it in each way that is asked for."""
        asked, by_sensor = _PROCESS_ID.search(self.data), self.data.endswith(_SENSOR)
        self.cut(self.data.find(_CUT))
        self.data = b""
        self.say((b"\x37\x22" + asked[1] + b"\x00" if asked else b"") + b"\x00" * by_sensor)
        self.server.reaper.strike("printer: answered")

    def say(self, answer: bytes) -> None:
        """Answer, if anybody still listens and this printer ever does."""
        if self.server.talks:
            with suppress(OSError):
                self.request.sendall(answer)
