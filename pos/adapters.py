"""The store, serving what sync and printing need; and the thread on which both work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar
from uuid import UUID

from pos.actions import channels, intake, outbox, spool
from pos.config import Config
from pos.config_tables import ChannelPart
from pos.secrets import Secrets
from pos.store import queries
from pos.store.database import utcnow
from pos.store.moments import UNDO
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Topic, Who
from pos.store.types import dump
from printing.ports import Evidence, Job, PrinterHealth
from printing.profiles import profile
from printing.spool import Printer, Spool
from sync.channels import KINDS, build
from sync.engine import ChannelReport, Engine, Pace
from sync.messages import Applied, Cursor, Health, Letter, RemoteOrder, Told, Unreadable

T = TypeVar("T")

#: Told what a worker found begun and not ended: whose (a channel's or printer's name), what, and how many.
Recovered = Callable[[str, Literal["letters", "tickets"], int], object]


def _nobody(_name: str, _what: str, _many: int) -> None:
    """Nobody is told: what was recovered is seen in the store."""


class ChannelHost:
    """What a channel's worker needs, served by the store (`sync.ports.Host`)."""

    def __init__(self, store: Store, recovered: Recovered = _nobody) -> None:
        self._store = store
        self._recovered = recovered

    def lock(self, channel: str) -> AbstractAsyncContextManager[str | None]:
        """Hold the channel's worker lock."""
        return _lock(self._store, f"channel:{channel}")

    async def recover(self, channel: str) -> int:
        """Let letters of a worker that died wait again."""
        if many := await self._do(channels.recover, channel, channel):
            self._recovered(channel, "letters", many)
        return many

    async def claim(self, channel: str, _now: datetime, *, all_waiting: bool = False) -> Letter | None:
        """Mark the next letter `sending`."""
        return await self._do(outbox.claim, channel, channel, all_waiting)

    async def told(self, letter: Letter, answer: Told, _now: datetime) -> None:
        """The service knows."""
        await self._do(outbox.told, letter.channel, letter, answer)

    async def refused(self, letter: Letter, reason: str, _now: datetime) -> None:
        """The service said no."""
        await self._do(outbox.refused, letter.channel, letter, reason)

    async def postpone(
        self, letter: Letter, error: str, next_try_at: datetime, *, unknown: bool, counted: bool = True
    ) -> None:
        """Let the letter wait."""
        await self._do(outbox.postpone, letter.channel, letter, error, next_try_at, unknown, counted)

    async def cursor(self, channel: str) -> Cursor:
        """Return how far the channel was heard."""
        return await self._do(channels.cursor, channel, channel)

    async def save_cursor(self, channel: str, cursor: Cursor) -> None:
        """Keep how far the channel was heard."""
        await self._do(channels.save_cursor, channel, channel, cursor)

    async def receive(
        self, channel: str, orders: Sequence[RemoteOrder | Unreadable], _now: datetime, *, first_fetch: bool
    ) -> Applied:
        """Take orders over, each in its own transaction; what is known word for word costs none."""
        who = Who(channel, "channel")
        heard = {order.remote_id: order.raw for order in orders if isinstance(order, RemoteOrder)}
        known = await asyncio.to_thread(self._store.ask, queries.known_documents, channel, heard)
        news = [
            order for order in orders if not (isinstance(order, RemoteOrder) and order.remote_id in known)
        ]
        waits = [self._store.do(intake.receive, who, channel, order, first_fetch) for order in news]
        taken = [await self._taken(channel, *each) for each in zip(news, waits, strict=True)]
        return sum(taken, Applied())

    async def _taken(self, channel: str, order: RemoteOrder | Unreadable, wait: Future[Applied]) -> Applied:
        """Return what became of one order; one that a fault of ours cannot take stops no other."""
        try:
            return await asyncio.wrap_future(wait)
        except StoreTrouble:
            raise
        except Exception as bug:
            if isinstance(order, Unreadable):
                raise
            why = f"own_fault: {type(bug).__name__}"
            unreadable = Unreadable(order.remote_id, why, dump(order.raw))
            return await self._do(intake.receive, channel, channel, unreadable)

    async def open_orders(self, channel: str) -> Mapping[str, UUID]:
        """Return the remote ids of all unfinished orders."""
        return await self._do(channels.open_orders, channel, channel)

    async def missing(self, channel: str, remote_id: str, _now: datetime) -> None:
        """An open order was missing there twice."""
        await self._do(channels.missing, channel, channel, remote_id)

    async def health(self, channel: str, health: Health, _now: datetime) -> None:
        """Keep how the channel is."""
        await self._do(channels.health, channel, channel, health)

    async def _do(self, action: Callable[..., T], channel: str, *args: Any) -> T:
        return await _done(self._store.do(action, Who(channel, "channel"), *args))


class PrinterHost:
    """What a printer's worker needs, served by the store (`printing.ports.Host`)."""

    def __init__(self, store: Store, recovered: Recovered = _nobody) -> None:
        self._store = store
        self._recovered = recovered

    def lock(self, printer: str) -> AbstractAsyncContextManager[str | None]:
        """Hold the printer's worker lock."""
        return _lock(self._store, f"printer:{printer}")

    async def recover(self, printer: str) -> int:
        """Make jobs of a worker that died `unknown`."""
        if many := await self._do(spool.recover, printer, printer):
            self._recovered(printer, "tickets", many)
        return many

    async def claim(self, printer: str, _now: datetime, *, all_waiting: bool = False) -> Job | None:
        """Mark the oldest due job `sending`."""
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
        return await _done(self._store.do(action, Who(printer, "worker"), *args))


async def _done(future: Future[T]) -> T:
    """Wait for an action even when cancelled meanwhile: a commit that was begun is not given up."""
    return await asyncio.shield(asyncio.wrap_future(future))


@asynccontextmanager
async def _lock(store: Store, name: str) -> AsyncIterator[str | None]:
    with store.lock(name) as holder:
        yield holder


def strand(store: Store) -> None:
    """Let nothing wait in silence for a printer or a channel that is set up no more.

    What another process works is left to it: each counter of a shop may have printers of its own.
    """
    who = Who("counter", "worker")
    orphans: tuple[tuple[str, Any], ...] = (("printer", spool), ("channel", outbox))
    for kind, work in orphans:
        for name in sorted(store.do(work.waited_for, who).result()):
            with store.lock(f"{kind}:{name}") as holder:
                if holder is None:
                    store.do(work.strand, who, name).result()


def printers(config: Config, folder: Path | None = None) -> list[Printer]:
    """Return the shop's printers; virtual ones keep their tickets in `folder`, where one is given."""
    return [
        Printer(part.name, part.device, profile(part.paper, part.encoding, part.confirm), folder)
        for part in config.printer
    ]


def _engine(part: ChannelPart, host: ChannelHost, store: Store, secrets: Secrets) -> Engine:
    known = secrets.of_channel(part.name, KINDS[part.kind].secret_fields())
    channel = build(part.kind, part.name, part.settings, known, utcnow)
    pace = Pace(poll=timedelta(seconds=part.poll_seconds), finished_for=timedelta(hours=part.finished_hours))
    quiet = store.do(channels.quiet_until, Who(part.name, "channel"), part.name).result()
    return Engine(channel, host, clock=utcnow, pace=pace, quiet_until=quiet)


async def sync_once(
    store: Store, config: Config, secrets: Secrets, only: str | None = None
) -> list[ChannelReport]:
    """Work every channel (or one) once: tell what waits, then fetch; one's failure harms no other."""
    parts = [part for part in config.channel if only in (None, part.name)]
    host = ChannelHost(store)
    engines = [_engine(part, host, store, secrets) for part in parts]
    try:
        return list(await asyncio.gather(*(engine.once() for engine in engines)))
    finally:
        await asyncio.gather(*(engine.close() for engine in engines))


class Net:
    """The thread on which channels and printers are worked, while a counter or a shell watches."""

    def __init__(
        self, store: Store, config: Config, secrets: Secrets, folder: Path | None = None,
        *, sync: bool = True, printing: bool = True, recovered: Recovered = _nobody,
    ) -> None:  # fmt: skip
        self._store = store
        self._secrets = secrets
        self._host = ChannelHost(store, recovered)
        self._parts = {part.name: part for part in config.channel} if sync else {}
        self._engines = {name: self._opened(name) for name in self._parts}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._opening = asyncio.Lock()
        self._spool = Spool(PrinterHost(store, recovered), printers(config, folder) if printing else [])
        self._thread = threading.Thread(target=self._run, name="net", daemon=True)
        self._started = threading.Event()
        self._off: Callable[[], None] = lambda: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def start(self) -> None:
        """Begin to work; commits wake it from now on. Raises StoreTrouble."""
        strand(self._store)
        self._thread.start()
        self._started.wait()
        self._off = self._store.subscribe(self._rung)

    def stop(self) -> None:
        """Finish the ticket and the letter that are on their way, and stop."""
        self._off()
        if self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def resume(self, channel: str) -> Future[None]:
        """Work a channel anew at once, with its secrets as they are now: a person has acted.

        For a net that was started. StoreTrouble comes through the future; the channel is then as before.
        """
        if self._loop is None:
            raise RuntimeError("the net was not started")
        return asyncio.run_coroutine_threadsafe(self._anew(channel), self._loop)

    def _opened(self, channel: str) -> Engine:
        return _engine(self._parts[channel], self._host, self._store, self._secrets)

    async def _anew(self, channel: str) -> None:
        async with self._opening:
            if channel not in self._working:  # stopped meanwhile
                return
            fresh = await asyncio.to_thread(self._opened, channel)
            await self._end(channel)
            self._begin(fresh)

    def _begin(self, engine: Engine) -> None:
        self._engines[engine.name] = engine
        self._working[engine.name] = asyncio.create_task(engine.run())

    async def _end(self, channel: str) -> None:
        """Stop a channel's worker; what it was about to tell waits, as after a crash."""
        working = self._working.pop(channel)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        await self._engines[channel].close()

    def _rung(self, topics: frozenset[Topic]) -> None:
        if self._loop and topics & {"letters", "tickets"}:
            self._loop.call_soon_threadsafe(self._wake, topics)

    def _wake(self, topics: frozenset[Topic]) -> None:
        if "tickets" in topics:
            self._spool.wake()
        if "letters" in topics and self._loop:
            self._wake_engines()
            self._loop.call_later(UNDO.total_seconds() + 0.05, self._wake_engines)

    def _wake_engines(self) -> None:
        for engine in self._engines.values():
            engine.wake()

    def _run(self) -> None:
        asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        spool = asyncio.create_task(self._spool.run(self._stop))
        for engine in self._engines.values():
            self._begin(engine)
        await self._stop.wait()
        async with self._opening:
            await asyncio.gather(*map(self._end, self._engines))
        await spool
