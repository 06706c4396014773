"""What the spool needs from its host, and nothing more. Every call is one transaction there."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from printing.tickets import Copy, Mark

#: What is known of a job afterwards, strongest first.
Evidence = Literal["process-id", "gs-r", "status", "transport", ""]

#: Evidence that paper came out; anything weaker only says that the transport took every byte.
PROOF: tuple[Evidence, ...] = ("process-id", "gs-r")


@dataclass(frozen=True, slots=True)
class Job:
    """One ticket to print, once. `facts` is exact; `mark` is set on every copy after the first."""

    id: UUID
    printer: str
    number: str
    facts: Mapping[str, Any]
    copy: int = 1
    mark: Mark | None = None
    attempts: int = 0
    drawer: bool = False
    buzzer: bool = False
    #: the printer whose ticket this is, where `printer` stands in for it
    stands_in_for: str = ""

    @property
    def which(self) -> Copy:
        """Which paper of its ticket this job is."""
        return Copy(self.copy, self.mark, self.stands_in_for)


@dataclass(frozen=True, slots=True)
class PrinterHealth:
    """How a printer is. `cause` is one of `printing.errors.CAUSES` when it is not well."""

    state: Literal["well", "waiting", "needs_you"]
    cause: str = ""
    detail: str = ""


class Host(Protocol):
    """The counter, seen from a printer's worker. Times are UTC and given by the caller."""

    def lock(self, printer: str) -> AbstractAsyncContextManager[str | None]:
        """Hold the printer's one worker lock; yields None when held, else who holds it."""
        ...

    async def recover(self, printer: str) -> int:
        """Make jobs left in `sending` by a worker that died `unknown`; return how many."""
        ...

    async def claim(self, printer: str, now: datetime, *, all_waiting: bool = False) -> Job | None:
        """Mark the printer's oldest due `queued` job `sending`, committed before a byte leaves; return it."""
        ...

    async def printed(self, job: Job, evidence: Evidence, now: datetime) -> None:
        """The job is on paper (`process-id`, `gs-r`) or wholly taken by the transport (else: `sent`)."""
        ...

    async def unknown(self, job: Job, error: str, now: datetime) -> None:
        """Whether paper came out is not known: a person is asked; never retried blindly."""
        ...

    async def held(self, job: Job, error: str, next_try_at: datetime) -> None:
        """Nothing was sent: the job is `queued` again and waits."""
        ...

    async def failed(self, job: Job, error: str, now: datetime) -> None:
        """The job cannot be printed as it is (no such device, content refused): a person must act."""
        ...

    async def health(self, printer: str, health: PrinterHealth, now: datetime) -> None:
        """Keep how the printer is, for people to see."""
        ...
