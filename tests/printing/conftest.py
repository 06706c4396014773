"""Tickets to print, a simulated printer with good and bad days, and a host that lives in memory."""

# ruff: noqa: ARG002 - a host in memory needs less than it is told
from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from printing.ports import Evidence, Job, PrinterHealth, Shown
from printing.simulator import Simulator
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


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A printer that is well, prints at once and answers everything, until the test says otherwise."""
    printer = Simulator()
    await printer.start()
    yield printer
    await printer.close()


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
    aside: set[str] = field(default_factory=set)
    shown: dict[tuple[str, str], Shown] = field(default_factory=dict)

    def add(self, facts: Mapping[str, Any], printer: str = "kitchen", **more: Any) -> Job:
        """Queue one ticket."""
        job = Job(uuid4(), printer, str(facts.get("number", "?")), facts, **more)
        self.jobs[job.id] = job
        self.states[job.id] = "queued"
        return job

    def clock(self, **ahead: float) -> datetime:
        """A moment so far ahead of now."""
        return datetime.now(UTC) + timedelta(**ahead)

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

    async def known(self, printer: str, way: str) -> Shown:
        return self.shown.get((printer, way), Shown())

    async def learned(self, printer: str, way: str, shown: Shown) -> None:
        self.shown[printer, way] = shown

    async def is_aside(self, printer: str) -> bool:
        return printer in self.aside

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
