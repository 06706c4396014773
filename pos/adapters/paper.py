"""The store, serving what a printer's worker needs; and the printers that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pos.actions import shown, spool
from pos.adapters.hosting import Recovered, done, locked, nobody, still_held
from pos.config import Config
from pos.store import backlog
from pos.store.database import utcnow
from pos.store.notices import conditions
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Who
from printing.ports import Evidence, Job, PrinterHealth, Shown
from printing.spool import Printer

T = TypeVar("T")

#: Seconds after the moment itself at which it is surely past.
_PAST = 0.05


class PrinterHost:
    """What a printer's worker needs, served by the store (`printing.ports.Host`)."""

    def __init__(self, store: Store, recovered: Recovered = nobody) -> None:
        self._store = store
        self._recovered = recovered

    @asynccontextmanager
    async def lock(self, printer: str) -> AsyncIterator[str | None]:
        """Hold the printer's worker lock; when it ends for good, nothing is left to wait in silence."""
        async with locked(self._store, f"printer:{printer}") as holder:
            yield holder
            if holder is None and printer not in {known.name for known in self._store.shop.printers}:
                await self._do(spool.strand, printer, printer)

    async def recover(self, printer: str) -> int:
        """Make jobs of a worker that died `unknown`."""
        if many := await self._do(spool.recover, printer, printer):
            self._recovered(printer, "tickets", many)
        return many

    async def known(self, printer: str, way: str) -> Shown:
        """Return what the printer has shown by this way."""
        return await self._do(shown.known, printer, printer, way)

    async def learned(self, printer: str, way: str, seen: Shown) -> None:
        """Keep what the printer has shown."""
        await self._do(shown.learned, printer, printer, way, seen)

    async def is_aside(self, printer: str) -> bool:
        """Whether the cashier has set the printer aside."""
        known = (await asyncio.to_thread(self._store.ask, conditions)).get(printer)
        return known is not None and known.aside

    async def claim(self, printer: str, _now: datetime, *, all_waiting: bool = False) -> Job | None:
        """Mark the next job `sending`: its own, or one of a printer that it stands in for."""
        await still_held(self._store, f"printer:{printer}")
        return await self._do(spool.claim, printer, printer, all_waiting)

    async def printed(self, job: Job, evidence: Evidence, _now: datetime) -> None:
        """The job is on paper, or taken by the transport."""
        await self._do(spool.printed, job.printer, job, evidence)

    async def unknown(self, job: Job, error: str, _now: datetime) -> None:
        """A person is asked."""
        await self._do(spool.unknown, job.printer, job, error)

    async def held(self, job: Job, error: str, next_try_at: datetime) -> None:
        """Nothing was sent."""
        await self._do(spool.held, job.printer, job, error, next_try_at)

    async def failed(self, job: Job, error: str, _now: datetime) -> None:
        """The job cannot be printed."""
        await self._do(spool.failed, job.printer, job, error)

    async def health(self, printer: str, health: PrinterHealth, _now: datetime) -> None:
        """Keep how the printer is."""
        await self._do(spool.health, printer, printer, health)

    async def _do(self, action: Callable[..., T], printer: str, *args: Any) -> T:
        return await done(self._store.do(action, Who(printer, "worker"), *args))


def printers(config: Config, folder: Path | None = None) -> list[Printer]:
    """Return the shop's printers; virtual ones keep their tickets in `folder`, where one is given."""
    return [Printer(part.name, part.device, part.as_profile(), folder) for part in config.printer]


class Alarm:
    """Rings when time alone gives a printer more to do: of that nothing is written, and no bell rings.

    Lives on the event loop; `rung` is called there.
    """

    def __init__(self, store: Store, rung: Callable[[], object]) -> None:
        self._store, self._rung = store, rung
        self._timer: asyncio.TimerHandle | None = None
        self._setting: asyncio.Task[None] | None = None
        self._stale = False
        self._looked = utcnow()

    def set(self) -> None:
        """Something was written: the next moment may be another one."""
        self._stale = True
        if self._setting is None or self._setting.done():
            self._setting = asyncio.create_task(self._set())

    async def off(self) -> None:
        """Ring no more."""
        if self._setting is not None:
            self._setting.cancel()
            await asyncio.gather(self._setting, return_exceptions=True)
        if self._timer is not None:
            self._timer.cancel()

    async def _set(self) -> None:
        while self._stale:
            await asyncio.sleep(_PAST)  # many bells ring at once: they are answered together
            self._stale = False
            try:
                self._wind(await asyncio.to_thread(self._next))
            except StoreTrouble:
                return  # the workers look again by themselves, only later

    def _next(self) -> datetime | None:
        # From where it last looked, not from now: a moment that passed meanwhile is rung for, too.
        since, self._looked = self._looked, utcnow()
        return self._store.ask(backlog.next_look, self._store.shop, since)

    def _wind(self, at: datetime | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        wait = max(0.0, (at - utcnow()).total_seconds()) + _PAST if at else 0.0
        self._timer = asyncio.get_running_loop().call_later(wait, self._ring) if at else None

    def _ring(self) -> None:
        self._rung()
        self.set()
