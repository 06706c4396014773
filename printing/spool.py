"""One worker a printer: take the next ticket, print it once, and say truthfully what came of it."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from printing.devices import Device, open_device
from printing.errors import UNPRINTABLE, LineBroke, NoSuchPrinter, NotReady, PrintingError
from printing.ports import Evidence, Host, Job
from printing.profiles import Profile
from printing.render import to_bytes
from printing.status import health_of

_log = logging.getLogger(__name__)

#: Seconds: the first wait after a printer could not take a ticket, the longest one, and the longest without
#: looking again although no bell rang.
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
        """Hold the printer's lock and work until `stop`; while another process has it, ask again later."""
        while not stop.is_set():
            async with self._host.lock(printer) as holder:
                if holder is None:
                    await self._host.recover(printer)
                    await self._rounds(printer, stop)
                else:
                    _log.info("printer %s is worked by %s", printer, holder)
            if holder is not None:
                await self._pause(BACKOFF_CAP, stop)

    async def _rounds(self, printer: str, stop: asyncio.Event) -> None:
        bell = self._bells[printer]
        while not stop.is_set():
            bell.clear()
            worked = await self._round(printer, all_waiting=False, stop=stop)
            await self._pause(self._until(worked.next_try_at), stop, bell)

    def _until(self, due: datetime | None) -> float:
        """Return the seconds until `due`, and never more than LOOK_AGAIN."""
        if due is None:
            return LOOK_AGAIN
        return min(LOOK_AGAIN, max(0.0, (due - self._now()).total_seconds()))

    async def _pause(self, seconds: float, *bells: asyncio.Event) -> None:
        """Sleep until a bell rings or the time has come."""
        waits: list[asyncio.Future[object]] = [asyncio.ensure_future(bell.wait()) for bell in bells]
        waits.append(asyncio.ensure_future(self._sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

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
        return to_bytes(job.facts, profile, job.copy, job.mark, drawer=job.drawer, buzzer=job.buzzer)

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
        now = self._now()
        await self._host.printed(job, evidence, now)
        await self._host.health(job.printer, health_of(""), now)
        return "printed" if evidence in ("process-id", "gs-r") else "sent"

    async def _held(self, job: Job, error: NotReady, worked: Worked) -> str:
        now = self._now()
        wait = self._uniform(0, min(BACKOFF_CAP, BACKOFF_BASE * 2 ** min(job.attempts, 16)))
        worked.next_try_at = now + timedelta(seconds=wait)
        await self._host.held(job, str(error), worked.next_try_at)
        await self._host.health(job.printer, health_of(error.cause, str(error)), now)
        return "held"

    async def _unknown(self, job: Job, error: Exception) -> str:
        now = self._now()
        if not isinstance(error, LineBroke):
            _log.exception("job %s: the device failed in a way it does not name", job.id)
        said = str(error) if isinstance(error, LineBroke) else f"line_broke: {type(error).__name__}"
        await self._host.unknown(job, said, now)
        await self._host.health(job.printer, health_of("unreachable", said), now)
        return "unknown"

    async def _failed(self, job: Job, error: Exception) -> str:
        now = self._now()
        _log.error("job %s cannot be printed: %s", job.id, type(error).__name__)
        cause = "unsupported" if isinstance(error, PrintingError) else UNPRINTABLE
        await self._host.failed(job, f"{cause}: {_first_line(error)}", now)
        if isinstance(error, PrintingError):
            await self._host.health(job.printer, health_of(cause, str(error)), now)
        return "failed"


def _first_line(error: Exception) -> str:
    """Return what is wrong without what follows: pydantic goes on with the guest's own words."""
    return str(error).partition("\n")[0] or type(error).__name__
