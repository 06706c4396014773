"""All printers of a shop, each with its worker: they come and go, and stand in for each other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial

from printing.devices import open_device
from printing.errors import NoSuchPrinter
from printing.pace import BACKOFF_CAP, LOOK_AGAIN, Pace, utc_now
from printing.ports import Host
from printing.worker import Opener, Printer, Worked, Worker

__all__ = ["BACKOFF_CAP", "LOOK_AGAIN", "Printer", "Spool", "Worked"]


class Spool:
    """Works the host's jobs for `printers`. Clock, sleep and randomness can be given: tests own them.

    All of it lives on one event loop; from another thread say `loop.call_soon_threadsafe(spool.wake)`.
    """

    def __init__(
        self,
        host: Host,
        printers: Iterable[Printer],
        *,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
        opener: Opener = open_device,
    ) -> None:
        self._host, self._opener = host, opener
        self._pace = Pace(now, sleep, uniform)
        self._workers = {printer.name: self._worker(printer) for printer in printers}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None

    def wake(self) -> None:
        """Ring the bell: there may be something to print."""
        for worker in self._workers.values():
            worker.wake()

    def change(self, printers: Iterable[Printer]) -> None:
        """Work these printers from now on: what is gone ends after its ticket, what is new begins.

        A printer whose settings are others ends and begins anew; one that stays as it was notices nothing.
        """
        wanted = {printer.name: printer for printer in printers}
        stay = {name: worker for name, worker in self._workers.items() if worker.printer == wanted.get(name)}
        for name in self._workers.keys() - stay.keys():
            self._workers[name].end()
        new = {name: self._worker(printer) for name, printer in wanted.items() if name not in stay}
        self._workers = {name: stay.get(name) or new[name] for name in wanted}
        for worker in new.values():
            self._begin(worker)
        self.wake()

    async def run(self, stop: asyncio.Event) -> None:
        """Print what comes until `stop` is set.

        A ticket that is being sent is finished first; one that its printer holds until a person has helped is
        not waited for: whether it comes out is then not known.
        """
        async with asyncio.TaskGroup() as self._group:
            for worker in self._workers.values():
                self._begin(worker)
            await stop.wait()
            self._group = None
            for worker in self._workers.values():
                worker.end()

    async def work_once(self, printer: str, all_waiting: bool = False) -> Worked:
        """Print what is due on `printer`, or all that waits, unless another process holds its lock.

        Raises NoSuchPrinter.
        """
        if (worker := self._workers.get(printer)) is None:
            raise NoSuchPrinter(f"{printer}: only {', '.join(self._workers) or 'no printer'} is set up")
        return await worker.once(all_waiting)

    def _worker(self, printer: Printer) -> Worker:
        return Worker(
            printer,
            self._host,
            self._pace,
            self._opener,
            changed=partial(self._wake_others, printer.name),
        )

    def _wake_others(self, printer: str) -> None:
        """One printer is otherwise than it was: another may have to stand in for it, or may stop doing so."""
        for name in self._workers.keys() - {printer}:
            self._workers[name].wake()

    def _begin(self, worker: Worker) -> None:
        """Let a worker work, after the one who works that printer now."""
        if self._group is not None:
            name = worker.printer.name
            self._tasks[name] = self._group.create_task(_after(self._tasks.get(name), worker))


async def _after(before: asyncio.Task[None] | None, worker: Worker) -> None:
    if before is not None:
        await asyncio.wait([before])
    await worker.run()
