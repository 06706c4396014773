"""Tickets to print, a printer on loopback with good and bad days, and a host that lives in memory."""

# ruff: noqa: ARG002 - a host in memory needs less than it is told
from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from printing.ports import Evidence, Job, PrinterHealth
from printing.tickets import to_json
from tests.printing.samples import TICKETS


@pytest.fixture(scope="session")
def tickets() -> dict[str, dict[str, Any]]:
    """Every kind of ticket, in every language, as stored facts."""
    return {name: to_json(ticket) for name, ticket in TICKETS.items()}


@pytest.fixture(scope="session")
def same_as_kept() -> Callable[[str, str], None]:
    """Compare with what is kept in snapshots/; `UPDATE_SNAPSHOTS=1` keeps it anew."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "snapshots" / f"{name}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


#: What a printer that is well answers to DLE EOT 1 to 4.
WELL = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}


_CUT = b"\x1dVB\x00"


@dataclass
class LoopbackPrinter:
    """A TCP printer; what it answers, and when it hangs up, is set by the test."""

    status: dict[int, int] = field(default_factory=lambda: dict(WELL))
    knows_process_ids: bool = True
    knows_gs_r: bool = True
    #: bytes of the ticket after which it hangs up
    hang_up_after: int | None = None
    #: sent with the answer to the first question, unasked: automatic status
    unasked: bytes = b""
    #: its paper ends in the ticket: it answers nothing queued, and is refilled when asked how it is
    paper_runs_out: bool = False
    is_refilled_when_asked: bool = True
    received: bytes = b""
    connections: int = 0
    port: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one connection to its end."""
        self.connections += 1
        taken = b""
        while data := await reader.read(4096):
            taken += data
            if self.paper_runs_out and _CUT in taken:
                self.status[4] = 0x7E
            taken = self._answer_real_time(taken, writer)
            if self.status.get(4) == 0x7E and _CUT in taken:
                continue
            if self.hang_up_after is not None and len(taken) > self.hang_up_after:
                break
            taken = self._answer_queued(taken, writer)
        self.received += taken
        writer.close()

    def _answer_real_time(self, data: bytes, writer: asyncio.StreamWriter) -> bytes:
        for number in (1, 2, 3, 4):
            question = b"\x10\x04" + bytes((number,))
            if question in data:
                data = data.replace(question, b"")
                if number in self.status:
                    writer.write(self.unasked + bytes((self.status[number],)))
                    if (
                        number == 4
                        and self.is_refilled_when_asked
                        and self.status[4] == 0x7E
                        and _CUT in data
                    ):
                        self.paper_runs_out = False
                        self.status[4] = 0x12
        return data

    def _answer_queued(self, data: bytes, writer: asyncio.StreamWriter) -> bytes:
        asked = data.find(b"\x1d(H\x06\x0000")
        if asked >= 0:
            if self.knows_process_ids:
                writer.write(b"\x37\x22" + data[asked + 7 : asked + 11] + b"\x00")
            self.received += data[:asked]
            data = data[asked + 11 :]
        if data.endswith(b"\x1dr\x01"):
            if self.knows_gs_r:
                writer.write(b"\x00")
            self.received += data[:-3]
            data = b""
        return data


@pytest.fixture
async def loopback_printer() -> AsyncIterator[LoopbackPrinter]:
    """A printer that is well and answers everything, until the test says otherwise."""
    printer = LoopbackPrinter()
    server = await asyncio.start_server(printer.serve, "127.0.0.1", 0)
    printer.port = server.sockets[0].getsockname()[1]
    yield printer
    server.close()
    await server.wait_closed()


@dataclass
class MemoryHost:
    """The counter's side of the spool, kept in memory as its store would keep it."""

    jobs: dict[UUID, Job] = field(default_factory=dict)
    states: dict[UUID, str] = field(default_factory=dict)
    errors: dict[UUID, str] = field(default_factory=dict)
    due: dict[UUID, datetime] = field(default_factory=dict)
    healths: list[PrinterHealth] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    held_by: str | None = None
    locked: int = 0

    def add(self, facts: Mapping[str, Any], printer: str = "kitchen", **more: Any) -> Job:
        """Queue one ticket."""
        job = Job(uuid4(), printer, str(facts.get("number", "?")), facts, **more)
        self.jobs[job.id] = job
        self.states[job.id] = "queued"
        return job

    def all_states(self) -> list[str]:
        """The states of all jobs, oldest first."""
        return list(self.states.values())

    @asynccontextmanager
    async def lock(self, printer: str) -> AsyncIterator[str | None]:
        """See printing.ports.Host; so are all below."""
        self.locked += 1
        yield self.held_by

    async def recover(self, printer: str) -> int:
        lost = [key for key, state in self.states.items() if state == "sending"]
        for key in lost:
            self.states[key] = "unknown"
        return len(lost)

    async def claim(self, printer: str, now: datetime, *, all_waiting: bool = False) -> Job | None:
        for key, job in self.jobs.items():
            is_due = all_waiting or self.due.get(key, now) <= now
            if job.printer == printer and self.states[key] == "queued" and is_due:
                self.states[key] = "sending"
                return job
        return None

    async def printed(self, job: Job, evidence: Evidence, now: datetime) -> None:
        self.states[job.id] = "printed" if evidence in ("process-id", "gs-r") else "sent"
        self.evidence.append(evidence)

    async def unknown(self, job: Job, error: str, now: datetime) -> None:
        self.states[job.id], self.errors[job.id] = "unknown", error

    async def held(self, job: Job, error: str, next_try_at: datetime) -> None:
        self.jobs[job.id] = replace(job, attempts=job.attempts + 1)
        self.states[job.id], self.errors[job.id], self.due[job.id] = "queued", error, next_try_at

    async def failed(self, job: Job, error: str, now: datetime) -> None:
        self.states[job.id], self.errors[job.id] = "failed", error

    async def health(self, printer: str, health: PrinterHealth, now: datetime) -> None:
        self.healths.append(health)


@pytest.fixture
def memory_host() -> MemoryHost:
    """A host without jobs."""
    return MemoryHost()
