"""The second port: a line of words goes in, a line of JSON comes out."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from printing.simulator.faults import WORDS

if TYPE_CHECKING:
    from printing.simulator.paper import SimulatedPaper
    from printing.simulator.simulator import Simulator

#: Words that ask, beside those that do.
_QUESTIONS = {
    "help": "this",
    "state": "how it is",
    "papers": "what came out; with a number behind it, all of that paper",
}


class Control:
    """Takes words for a simulator on a port of loopback."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def start(self, port: int) -> None:
        """Listen on `port` (0: any); raises OSError."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more, and hang up."""
        if self._server is not None:
            self._server.close()
            for client in list(self._clients):
                client.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            with suppress(ConnectionError, ValueError):  # hung up, or a line that has no end
                while line := await reader.readline():
                    answer = self.answer(line.decode("utf-8", "replace").strip())
                    writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                    await writer.drain()
        finally:
            self._clients.discard(writer)
            writer.close()

    def answer(self, said: str) -> dict[str, Any]:
        """Obey a line, or answer it."""
        name, _, number = said.partition(" ")
        try:
            match name:
                case "help":
                    return {"ok": True, "words": _QUESTIONS | {word: _help(word) for word in WORDS}}
                case "state":
                    return {"ok": True, **self._simulator.state}
                case "papers":
                    return {"ok": True, "papers": [_shown(paper) for paper in self._named(number)]}
            self._simulator.obey(said)
        except ValueError as error:
            return {"ok": False, "error": str(error)}
        return {"ok": True, **self._simulator.state}

    def _named(self, number: str) -> list[SimulatedPaper]:
        papers = self._simulator.papers
        if not number:
            return papers
        wanted = int(number)
        return [paper for paper in papers if paper.number == wanted]


def _help(name: str) -> str:
    word = WORDS[name]
    return f"{word.meaning} ({word.number})" if word.number else word.meaning


def _shown(paper: SimulatedPaper) -> dict[str, object]:
    return {
        "number": paper.number,
        "whole": paper.whole,
        "at": paper.at.isoformat(timespec="milliseconds"),
        "text": paper.text,
        "notes": list(paper.notes),
    }
