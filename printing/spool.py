"""One worker a printer: print each ticket once, and say truthfully what came of it and how the printer is."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from printing.devices import Device, open_device
from printing.errors import UNPRINTABLE, LineBroke, NoSuchPrinter, NotReady, PrintingError
from printing.ports import PROOF, Evidence, Host, Job, PrinterHealth
from printing.profiles import Profile
from printing.render import to_bytes
from printing.status import health_of

_log = logging.getLogger(__name__)

T = TypeVar("T")

#: Seconds: the first wait after a printer was not well, the longest one, and the longest without looking for
#: tickets although no bell rang.
BACKOFF_BASE, BACKOFF_CAP, LOOK_AGAIN = 1.0, 30.0, 30.0


@dataclass(frozen=True, slots=True)
class Printer:
    """One printer of the shop: how the settings call it, the way to it, and what it can do."""

    name: str
    device: str
    profile: Profile
    #: where a virtual printer keeps its tickets
    folder: Path | None = None


@dataclass(slots=True)
class Worked:
    """What one round over a printer's jobs did: counts by state, who else holds it, when to look again."""

    counts: Counter[str] = field(default_factory=Counter)
    held_by: str = ""
    next_try_at: datetime | None = None


@dataclass(slots=True)
class _Seen:
    """How a printer was last, the looks in vain since it was well, and when to look again: None for never."""

    look_at: datetime | None = None
    looks: int = 0
    health: PrinterHealth | None = None


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Spool:
    """Works the host's jobs for `printers`. Clock, sleep and randomness can be given: tests own them."""

    def __init__(
        self,
        host: Host,
        printers: Iterable[Printer],
        *,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
        opener: Callable[[str, Profile, Path | None], Device] = open_device,
    ) -> None:
        self._host = host
        self._printers: Mapping[str, Printer] = {printer.name: printer for printer in printers}
        self._now, self._sleep, self._uniform, self._opener = now, sleep, uniform, opener
        self._devices: dict[str, Device] = {}
        self._bells = {name: asyncio.Event() for name in self._printers}
        self._seen = {name: _Seen() for name in self._printers}

    def wake(self) -> None:
        """Ring the bell: there may be something to print. From another thread use `call_soon_threadsafe`."""
        for bell in self._bells.values():
            bell.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Print what comes until `stop` is set; a ticket that is being sent is finished first."""
        async with asyncio.TaskGroup() as workers:
            for name in self._printers:
                workers.create_task(self._keep_working(name, stop))

    async def work_once(self, printer: str, all_waiting: bool = False) -> Worked:
        """Print what is due on `printer`, or all that waits, unless another process holds its lock.

        Raises NoSuchPrinter.
        """
        self._known(printer)
        async with self._host.lock(printer) as holder:
            if holder is not None:
                return Worked(held_by=holder)
            recovered = await self._host.recover(printer)
            worked = await self._round(printer, all_waiting)
            if recovered:
                worked.counts["recovered"] += recovered
            return worked

    async def _keep_working(self, printer: str, stop: asyncio.Event) -> None:
        """Work the printer until `stop`; what cannot be had now is asked for again."""
        while not stop.is_set():
            try:
                await self._hold(printer, stop)
            except Exception as error:  # noqa: BLE001 - a full disk at the host must not end the printing for good
                _log.error("printer %s: its host failed: %s", printer, type(error).__name__)
            await self._pause(BACKOFF_CAP, stop)

    async def _hold(self, printer: str, stop: asyncio.Event) -> None:
        """Hold the printer's lock and work until `stop`, unless another process has it."""
        async with self._host.lock(printer) as holder:
            if holder is not None:
                _log.info("printer %s is worked by %s", printer, holder)
                return
            await self._host.recover(printer)
            await self._rounds(printer, stop)

    async def _rounds(self, printer: str, stop: asyncio.Event) -> None:
        """Print, look after the printer, rest; whoever worked it before may have left it otherwise."""
        bell, seen = self._bells[printer], _Seen(self._now())
        self._seen[printer] = seen
        due: datetime | None = None
        while not stop.is_set():
            bell.clear()
            began = self._now()
            worked = await self._round(printer, all_waiting=False, stop=stop)
            # A bell may have rung before a ticket's time: what still waits is not forgotten.
            due = worked.next_try_at or (due if due and due > began else None)
            if seen.look_at and self._has_come(seen.look_at):
                await self._look(printer, seen, stop, bell)
            await self._pause(self._until(due, seen.look_at), stop, bell)

    async def _look(self, printer: str, seen: _Seen, *bells: asyncio.Event) -> None:
        """Ask the printer how it is; a ticket that comes meanwhile goes first: there is one line to it."""
        health = await self._unless_rung(self._ask(printer), *bells)
        if health is None:
            return
        if health == seen.health:
            self._remember(printer, health)
        else:
            await self._tell(printer, health)

    async def _ask(self, printer: str) -> PrinterHealth:
        try:
            return await self._device(printer).status()
        except PrintingError as error:
            return health_of("unsupported", str(error))
        except Exception as error:  # noqa: BLE001 - a look must not end the worker that prints
            _log.exception("printer %s: the device failed in a way it does not name", printer)
            return health_of("unreachable", type(error).__name__)

    async def _tell(self, printer: str, health: PrinterHealth) -> None:
        self._remember(printer, health)
        await self._host.health(printer, health, self._now())

    def _remember(self, printer: str, health: PrinterHealth) -> None:
        """Know how a printer is, and look again later where it is not well."""
        seen = self._seen[printer]
        well = health.state == "well"
        seen.health, seen.look_at = health, None if well else self._now() + self._backoff(seen.looks)
        seen.looks = 0 if well else seen.looks + 1

    def _backoff(self, tries: int) -> timedelta:
        """Return how long to wait after so many tries in vain."""
        return timedelta(seconds=self._uniform(0, min(BACKOFF_CAP, BACKOFF_BASE * 2 ** min(tries, 16))))

    def _has_come(self, moment: datetime) -> bool:
        """Whether it is time; a moment too far ahead was set by a clock that has been put back since."""
        ahead = (moment - self._now()).total_seconds()
        return ahead <= 0 or ahead > BACKOFF_CAP

    def _until(self, *moments: datetime | None) -> float:
        """Return the seconds until the first of `moments`, and never more than LOOK_AGAIN."""
        waits = [(moment - self._now()).total_seconds() for moment in moments if moment]
        return min(LOOK_AGAIN, max(0.0, min(waits, default=LOOK_AGAIN)))

    async def _pause(self, seconds: float, *bells: asyncio.Event) -> None:
        """Sleep until a bell rings or the time has come."""
        await self._unless_rung(self._sleep(seconds), *bells)

    async def _unless_rung(self, work: Awaitable[T], *bells: asyncio.Event) -> T | None:
        """Return what `work` comes to, or None when a bell rang first: it is then given up, and has ended."""
        task = asyncio.ensure_future(work)
        rings = [asyncio.ensure_future(bell.wait()) for bell in bells]
        try:
            await asyncio.wait([task, *rings], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in (task, *rings):
                wait.cancel()
            await asyncio.gather(task, *rings, return_exceptions=True)
        return None if task.cancelled() else task.result()

    async def _round(self, printer: str, all_waiting: bool, stop: asyncio.Event | None = None) -> Worked:
        """Print one job after the other until none is due, or the printer cannot take it."""
        worked = Worked()
        while stop is None or not stop.is_set():
            job = await self._host.claim(printer, self._now(), all_waiting=all_waiting)
            if job is None:
                break
            state = await self._print(job, worked)
            worked.counts[state] += 1
            if state == "held":
                break
        return worked

    async def _print(self, job: Job, worked: Worked) -> str:
        """Print one claimed job and mark it; return the state it has now."""
        try:
            device = self._device(job.printer)
            data = await asyncio.to_thread(self._bytes, job)
        except Exception as error:  # noqa: BLE001 - nothing was sent; whatever is wrong with it, a person is told
            return await self._failed(job, error)
        try:
            evidence = await device.send(data, job.number if job.copy == 1 else f"{job.number}-{job.copy}")
        except NotReady as error:
            return await self._held(job, error, worked)
        except Exception as error:  # noqa: BLE001 - LineBroke, or worse: paper may have come out, a person is asked
            return await self._unknown(job, error)
        return await self._printed(job, evidence)

    def _bytes(self, job: Job) -> bytes:
        profile = self._known(job.printer).profile
        return to_bytes(job.facts, profile, job.which, drawer=job.drawer, buzzer=job.buzzer)

    def _known(self, printer: str) -> Printer:
        if (known := self._printers.get(printer)) is None:
            raise NoSuchPrinter(f"{printer}: only {', '.join(self._printers) or 'no printer'} is set up")
        return known

    def _device(self, printer: str) -> Device:
        """Return the printer's one device, which remembers what it learned of it."""
        if printer not in self._devices:
            known = self._known(printer)
            self._devices[printer] = self._opener(known.device, known.profile, known.folder)
        return self._devices[printer]

    async def _printed(self, job: Job, evidence: Evidence) -> str:
        await self._host.printed(job, evidence, self._now())
        await self._tell(job.printer, health_of(""))
        return "printed" if evidence in PROOF else "sent"

    async def _held(self, job: Job, error: NotReady, worked: Worked) -> str:
        worked.next_try_at = self._now() + self._backoff(job.attempts)
        await self._host.held(job, str(error), worked.next_try_at)
        await self._tell(job.printer, health_of(error.cause, str(error)))
        return "held"

    async def _unknown(self, job: Job, error: Exception) -> str:
        if not isinstance(error, LineBroke):
            _log.exception("job %s: the device failed in a way it does not name", job.id)
        said = str(error) if isinstance(error, LineBroke) else f"line_broke: {type(error).__name__}"
        await self._host.unknown(job, said, self._now())
        await self._tell(job.printer, health_of("unreachable", said))
        return "unknown"

    async def _failed(self, job: Job, error: Exception) -> str:
        _log.error("job %s cannot be printed: %s", job.id, type(error).__name__)
        cause = "unsupported" if isinstance(error, PrintingError) else UNPRINTABLE
        await self._host.failed(job, f"{cause}: {_first_line(error)}", self._now())
        if isinstance(error, PrintingError):
            await self._tell(job.printer, health_of(cause, str(error)))
        return "failed"


def _first_line(error: Exception) -> str:
    """Return what is wrong without what follows: pydantic goes on with the guest's own words."""
    return str(error).partition("\n")[0] or type(error).__name__
