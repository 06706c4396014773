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


@dataclass(frozen=True, slots=True)
class Shown:
    """What a printer has shown that it can do: from then on it is held to that, by later processes too."""

    #: it has answered a status request: silence is not its way
    answers: bool = False
    #: how it has proved its tickets; one without proof is then in doubt
    proof: Evidence = ""


class Host(Protocol):
    """The counter, seen from a printer's worker. Times are UTC and given by the caller."""

    def lock(self, printer: str) -> AbstractAsyncContextManager[str | None]:
        """Hold the printer's one worker lock; yields None when held, else who holds it."""
        ...

    async def recover(self, printer: str) -> int:
        """Make jobs that this printer's worker took and left in `sending` `unknown`; return how many.

        What a stand-in took for this printer is the stand-in's to recover.
        """
        ...

    async def claim(self, printer: str, now: datetime, *, all_waiting: bool = False) -> Job | None:
        """Mark the oldest due `queued` job for this printer `sending`, committed before a byte leaves.

        The printer's own jobs come first; then those of printers that it stands in for and that are set
        aside or have been ill for their `fallback_after` seconds (such a job has `stands_in_for`). None when
        there is none, and for a printer that is set aside. `all_waiting`: what was held is due now; who
        stands in for whom stays as it is.
        Raises where the printer's lock is held no more: the worker ends, and asks for it anew.
        The spool asks again when a bell rings, and when any printer's health has changed; ring it too when
        time alone gives a printer more to do.
        """
        ...

    async def known(self, printer: str, way: str) -> Shown:
        """Return what was last `learned` of the printer, where its `way` was the same; else nothing.

        Asked whenever the lock was taken. By another way, another printer may go by this name.
        """
        ...

    async def learned(self, printer: str, way: str, shown: Shown) -> None:
        """Keep what the printer has shown by this `way`, and nothing else of it; only told when it is new."""
        ...

    async def is_aside(self, printer: str) -> bool:
        """Whether the cashier has set the printer aside: it is not looked at then, and its line is let go.

        Asked before every look; ring the bell when a printer is set aside or taken back.
        """
        ...

    async def printed(self, job: Job, evidence: Evidence, now: datetime) -> None:
        """The job is on paper (`process-id`, `gs-r`) or wholly taken by the transport (else: `sent`)."""
        ...

    async def unknown(self, job: Job, error: str, now: datetime) -> None:
        """Whether paper came out is not known: a person is asked; never retried blindly.

        `error` begins with one of `printing.errors.DOUBTS`.
        """
        ...

    async def held(self, job: Job, error: str, next_try_at: datetime) -> None:
        """Nothing was sent: the job is `queued` again and waits."""
        ...

    async def failed(self, job: Job, error: str, now: datetime) -> None:
        """The job cannot be printed as it is (no such device, content refused): a person must act."""
        ...

    async def health(self, printer: str, health: PrinterHealth, now: datetime) -> None:
        """Keep how the printer is, for people to see; only told when it has changed.

        Told in the middle of a job too: one that is held in the printer for want of paper stays `sending`.
        """
        ...
