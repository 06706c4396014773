"""One printer's worker: holds its lock, prints each ticket once, and says truthfully what came of it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from printing.devices import Device
from printing.devices.device import Learning, Talking
from printing.errors import UNPRINTABLE, LineBroke, NotReady, PrintingError
from printing.pace import BACKOFF_CAP, Pace, rung
from printing.ports import PROOF, Evidence, Host, Job, Shown
from printing.profiles import Profile
from printing.render import to_bytes
from printing.status import health_of
from printing.watch import Watch

_log = logging.getLogger(__name__)

#: Seconds for which a ticket that is on its way may go on when the worker is to end.
FINISH = 10.0

Opener = Callable[[str, Profile, Path | None], Device]


@dataclass(frozen=True, slots=True)
class Printer:
    """One printer of the shop: how the settings call it, the way to it, and what it can do."""

    name: str
    device: str
    profile: Profile
    #: where a virtual printer keeps its tickets
    folder: Path | None = None

    @property
    def way(self) -> str:
        """How it is reached and asked: by another way, what it has shown says nothing."""
        return f"{self.profile.confirm} {self.device}"


@dataclass(slots=True)
class Worked:
    """What one round over a printer's jobs did: counts by state, who else holds it, when to look again."""

    counts: Counter[str] = field(default_factory=Counter)
    held_by: str = ""
    next_try_at: datetime | None = None


class Worker:
    """Works the host's jobs for one printer; `changed` is called whenever its health is another."""

    def __init__(
        self,
        printer: Printer,
        host: Host,
        pace: Pace,
        opener: Opener,
        *,
        changed: Callable[[], None],
    ) -> None:
        self.printer = printer
        self.watch = Watch(printer.name, host, pace, changed)
        self._host, self._pace, self._opener = host, pace, opener
        self._opened: Device | None = None
        self._shown = Shown()
        self._left: tuple[Shown, bool] | None = None
        self._bell, self._ending = asyncio.Event(), asyncio.Event()

    def wake(self) -> None:
        """There may be something to print."""
        self._bell.set()

    def end(self) -> None:
        """Print no further ticket; one on its way is finished, unless a person would have to help first."""
        self._ending.set()

    async def run(self) -> None:
        """Work the printer until the end; what cannot be had now is asked for again."""
        while not self._ending.is_set():
            try:
                await self._hold()
            except Exception as error:  # noqa: BLE001 - a full disk at the host must not end the printing for good
                _log.error("printer %s: its host failed: %s", self.printer.name, type(error).__name__)
            if not self._ending.is_set():
                await self._pace.pause(BACKOFF_CAP, self._ending)

    async def once(self, all_waiting: bool) -> Worked:
        """Print what is due, or all that waits, unless another process holds the printer's lock."""
        async with self._host.lock(self.printer.name) as holder:
            if holder is not None:
                return Worked(held_by=holder)
            recovered = await self._take_over()
            try:
                worked = await self._round(all_waiting)
            finally:
                await self._let_go()
            if recovered:
                worked.counts["recovered"] += recovered
            return worked

    async def _hold(self) -> None:
        """Hold the printer's lock and work until the end, unless another process has it."""
        async with self._host.lock(self.printer.name) as holder:
            if holder is not None:
                _log.info("printer %s is worked by %s", self.printer.name, holder)
                return
            await self._take_over()
            try:
                await self._rounds()
            finally:
                await self._let_go()

    async def _take_over(self) -> int:
        """Settle what a worker before us has left, and learn what it knew; return how many it lost."""
        recovered = await self._host.recover(self.printer.name)
        self._shown = await self._host.known(self.printer.name, self.printer.way)
        self._left = self._shown, recovered > 0
        return recovered

    async def _pass_down(self) -> None:
        """Let the host keep what the printer has shown, for workers after us."""
        if isinstance(self._opened, Learning) and (shown := self._opened.shown) != self._shown:
            await self._host.learned(self.printer.name, self.printer.way, shown)
            self._shown = shown

    async def _rounds(self) -> None:
        """Print, look after the printer, rest."""
        watch, pace, due = self.watch, self._pace, None
        watch.begin()
        while not self._ending.is_set():
            self._bell.clear()
            began, all_waiting, watch.has_recovered = pace.now(), watch.has_recovered, False
            worked = await self._round(all_waiting)
            # A bell may have rung before a ticket's time: what still waits is not forgotten.
            due = worked.next_try_at or (due if due and due > began else None)
            await watch.look(self._device, self._ending, self._bell)
            await self._pass_down()
            if not watch.has_recovered:
                rest = pace.until(due, watch.look_at)
                await pace.pause(rest, self._ending, self._bell, watch.news)
            await watch.pass_on()

    async def _round(self, all_waiting: bool) -> Worked:
        """Print one job after the other until none is due, or the printer cannot take it."""
        worked = Worked()
        while not self._ending.is_set():
            job = await self._host.claim(self.printer.name, self._pace.now(), all_waiting=all_waiting)
            if job is None:
                break
            state = await self._print(job, worked)
            worked.counts[state] += 1
            await self._pass_down()
            if state == "held":
                break
        return worked

    async def _print(self, job: Job, worked: Worked) -> str:
        """Print one claimed job and mark it; return the state it has now."""
        try:
            device = self._device()
            data = await asyncio.to_thread(self._bytes, job)
        except Exception as error:  # noqa: BLE001 - nothing was sent; whatever is wrong with it, a person is told
            return await self._failed(job, error)
        try:
            evidence = await self._send(device, data, job)
        except NotReady as error:
            return await self._held(job, error, worked)
        except Exception as error:  # noqa: BLE001 - LineBroke, or worse: paper may have come out, a person is asked
            return await self._unknown(job, error)
        await self._host.printed(job, evidence, self._pace.now())
        await self.watch.tell_printed()
        return "printed" if evidence in PROOF else "sent"

    def _bytes(self, job: Job) -> bytes:
        return to_bytes(job.facts, self.printer.profile, job.which, drawer=job.drawer, buzzer=job.buzzer)

    async def _send(self, device: Device, data: bytes, job: Job) -> Evidence:
        """Hand a job over, and tell meanwhile what the printer says of itself."""
        title = job.number if job.copy == 1 else f"{job.number}-{job.copy}"
        sending = asyncio.ensure_future(device.send(data, title))
        try:
            while not (sending.done() or self._ending.is_set()):
                await rung(sending, self._ending, self.watch.news)
                await self.watch.pass_on()
            if not sending.done() and not self.watch.is_ill:
                await self._pace.pause(FINISH, _done(sending))
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        if sending.cancelled():
            raise LineBroke("stopped", self.watch.health.cause if self.watch.health else "")
        return sending.result()

    def _device(self) -> Device:
        """Return the one device, which remembers what it learned, and keeps its line for us."""
        if self._opened is None:
            known = self.printer
            self._opened = self._opener(known.device, known.profile, known.folder)
        if self._left is not None and isinstance(self._opened, Learning):
            shown, cut_short = self._left
            self._opened.recall(shown, cut_short=cut_short)
        self._left = None
        if isinstance(self._opened, Talking):
            self._opened.listen(self.watch.heard)
        return self._opened

    async def _let_go(self) -> None:
        """Let other processes use the printer."""
        if isinstance(self._opened, Talking):
            await self._opened.close()

    async def _held(self, job: Job, error: NotReady, worked: Worked) -> str:
        worked.next_try_at = self._pace.backoff(job.attempts)
        await self._host.held(job, str(error), worked.next_try_at)
        await self.watch.tell(health_of(error.cause, str(error)))
        return "held"

    async def _unknown(self, job: Job, error: Exception) -> str:
        if not isinstance(error, LineBroke):
            _log.exception("job %s: the device failed in a way it does not name", job.id)
        said = str(error) if isinstance(error, LineBroke) else f"line_broke: {type(error).__name__}"
        await self._host.unknown(job, said, self._pace.now())
        self.watch.look_soon()
        return "unknown"

    async def _failed(self, job: Job, error: Exception) -> str:
        _log.error("job %s cannot be printed: %s", job.id, type(error).__name__)
        cause = "unsupported" if isinstance(error, PrintingError) else UNPRINTABLE
        await self._host.failed(job, f"{cause}: {_first_line(error)}", self._pace.now())
        if isinstance(error, PrintingError):
            await self.watch.tell(health_of(cause, str(error)))
        return "failed"


def _first_line(error: Exception) -> str:
    """Return what is wrong without what follows: pydantic goes on with the guest's own words."""
    return str(error).partition("\n")[0] or type(error).__name__


def _done(task: asyncio.Future[Evidence]) -> asyncio.Event:
    """Return a bell that rings when `task` is done."""
    bell = asyncio.Event()
    task.add_done_callback(lambda _task: bell.set())
    return bell
