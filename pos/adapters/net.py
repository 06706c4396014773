"""The thread on which channels and printers are worked, while a counter or a shell watches."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import structlog

from pos.actions import channels, outbox, spool
from pos.adapters.calls import Calls
from pos.adapters.channels import ChannelHost, engine
from pos.adapters.hosting import Recovered, nobody
from pos.adapters.paper import Alarm, PrinterHost, printers
from pos.adapters.reconciling import Askings, alone, reconcile
from pos.config import Config
from pos.config_tables import ChannelPart
from pos.domain.refusals import Refused
from pos.reconciled import Reconciliation
from pos.secrets import Secrets, SecretsTrouble
from pos.store import queries
from pos.store.moments import UNDO
from pos.store.rows import CallRow
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Topic, Who
from printing.spool import Spool
from sync.channels import KINDS
from sync.delivery import fault
from sync.engine import Engine
from sync.reconcile import nobody as nobody_asks

_log = structlog.get_logger("pos.net")


def strand(store: Store) -> None:
    """Let nothing wait in silence for a printer or a channel that is set up no more.

    What another process works is left to it: each counter of a shop may have printers of its own.
    """
    who = Who("counter", "worker")
    orphans: tuple[tuple[str, Any], ...] = (("printer", spool), ("channel", outbox), ("channel", channels))
    for kind, work in orphans:
        for name in sorted(store.do(work.waited_for, who).result()):
            with store.lock(f"{kind}:{name}") as holder:
                if holder is None:
                    store.do(work.strand, who, name).result()


class Net:
    """The thread on which channels and printers are worked, while a counter or a shell watches."""

    def __init__(
        self, store: Store, config: Config, secrets: Secrets, folder: Path | None = None,
        *, sync: bool = True, printing: bool = True, recovered: Recovered = nobody,
    ) -> None:  # fmt: skip
        self._store = store
        self._secrets = secrets
        self._host = ChannelHost(store, recovered, secrets)
        self._calls = Calls()
        self._sync = sync
        self._tries = store.ask(queries.tries)  # before the secrets are read: what comes after is heeded
        self._parts = self._worked(config)
        self._engines = {name: self._opened(part) for name, part in self._parts.items()}
        self._working: dict[str, asyncio.Task[None]] = {}
        self._opening = asyncio.Lock()
        self._askings = Askings()
        self._folder, self._printing = folder, printing
        self._spool = Spool(PrinterHost(store, recovered), printers(config, folder) if printing else [])
        self._alarm = Alarm(store, self._spool.wake)
        self._thread = threading.Thread(target=self._run, name="net", daemon=True)
        self._started = threading.Event()
        self._letters, self._pauses = asyncio.Event(), asyncio.Event()
        self._off: Callable[[], None] = lambda: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def start(self) -> None:
        """Begin to work; commits wake it from now on. Raises StoreTrouble."""
        strand(self._store)
        self._thread.start()
        self._started.wait()
        self._off = self._store.subscribe(self._rung)
        self._rung(frozenset({"pauses"}))  # somebody may have acted since it was made

    def stop(self) -> None:
        """Finish the ticket and the letter that are on their way, and stop."""
        self._off()
        if self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
            self._loop = None

    def calls(self, channel: str) -> list[CallRow] | None:
        """Return what a channel's service was lately asked here, the newest first; from any thread.

        None while another process works the channel.
        """
        return None if self.worked_by(channel) else self._calls.of(channel)

    def worked_by(self, channel: str) -> str:
        """Return which other process works a channel, as last seen, else nothing; from any thread."""
        one = self._engines.get(channel)
        return one.lock.holder if one and channel not in self._host.barred else ""

    def reconcile(
        self, channel: str, day: date, heard: Callable[[int], object] = nobody_asks
    ) -> Future[Reconciliation]:
        """Put a channel's business day, theirs and ours, side by side; for a net that was started.

        The worker's own connection asks: a service may let only one be signed in. `heard` is told on the
        net's thread how many orders were looked at; who cancels the future asks no more. The errors of
        `sync.errors` and StoreTrouble come through it, Refused where the channel is not worked here, is
        paused, or ends meanwhile.
        """
        if self._loop is None:
            raise RuntimeError("the net was not started")
        return asyncio.run_coroutine_threadsafe(self._reconcile(channel, day, heard), self._loop)

    async def _reconcile(self, name: str, day: date, heard: Callable[[int], object]) -> Reconciliation:
        if name not in self._engines:
            raise Refused("no_channel", channel=name, channels=", ".join(self._engines))
        one = self._engines[name]
        async with alone(self._store, self._secrets, name, self._parts[name].kind):
            return await self._askings.ask(name, reconcile(one.channel, self._store, day, heard))

    def change(self, config: Config) -> Future[None]:
        """Go by a changed configuration at once; for a net that was started.

        The store serves the shop as it is now set (`Store.serve`): actions that begin from then on see it.
        Printers and channels that are new or changed are worked anew, those that are gone end (a printer
        after the ticket it is at), and what still waits for them is then kept as failed, for a person to see;
        all others go on undisturbed. StoreTrouble and SecretsTrouble come through the future.
        """
        if self._loop is None:
            raise RuntimeError("the net was not started")
        return asyncio.run_coroutine_threadsafe(self._change(config), self._loop)

    async def _change(self, config: Config) -> None:
        self._store.serve(config.facts)
        if self._printing:
            self._spool.change(printers(config, self._folder))
            self._alarm.set()
        await self._change_channels(self._worked(config))
        await asyncio.to_thread(strand, self._store)

    async def _change_channels(self, parts: Mapping[str, ChannelPart]) -> None:
        """End the channels that are gone, and work anew what is not as it was."""
        async with self._opening:
            if self._is_stopping():
                return
            for gone in self._parts.keys() - parts.keys():
                await self._end(gone)
                del self._engines[gone], self._parts[gone]
                self._calls.forget(gone)
            for name, part in parts.items():
                if self._parts.get(name) != part:
                    await self._anew(part)
                    self._parts[name] = part

    def _worked(self, config: Config) -> dict[str, ChannelPart]:
        return {part.name: part for part in config.channel} if self._sync else {}

    def _opened(self, part: ChannelPart) -> Engine:
        watching = self._calls.watching(part.name)
        return engine(part, self._host, self._store, self._secrets, watching)

    async def _heed_persons(self) -> None:
        """Work anew what a person had tried again, at whichever counter, each time the bell rings."""
        while True:
            await self._pauses.wait()
            self._pauses.clear()
            with suppress(StoreTrouble):  # the bell rings again once the store is back
                tries = await asyncio.to_thread(self._store.ask, queries.tries)
                for name in self._parts.keys() & tries.keys():
                    await self._heed(name, tries[name])

    async def _heed(self, channel: str, tries: int) -> None:
        try:
            async with self._opening:
                known = channel in self._parts and not self._is_stopping()
                if known and tries != self._tries.get(channel, 0):
                    await self._anew(self._parts[channel])
                    self._engines[channel].resume()
                    self._tries[channel] = tries
        except Exception as bug:  # noqa: BLE001 - it is heeded at the next bell, and other channels now
            _log.warning("not_tried_again", channel=channel, error=str(fault(bug)))

    async def _anew(self, part: ChannelPart) -> None:
        """Work a channel by this part and its secrets as they are now. For who holds `_opening`."""
        fresh = await asyncio.to_thread(self._opened, part)  # what fails here leaves the channel as it was
        with self._host.followed(part.name):
            await self._end(part.name)
            if KINDS[part.kind].renewed_fields():  # those that the old worker got at its end were kept now
                await fresh.close()
                fresh = await asyncio.to_thread(self._opened, part)
            self._begin(fresh)

    def _begin(self, fresh: Engine) -> None:
        fresh.lock.holder = self.worked_by(fresh.name)  # until it has seen for itself
        self._engines[fresh.name] = fresh
        self._working[fresh.name] = asyncio.create_task(self._work_on(fresh))

    async def _work_on(self, one: Engine) -> None:
        """Work a channel; where another process has left it, with its secrets as they are now."""
        while True:
            await one.run()
            async with self._opening:
                one = self._engines[one.name] = await self._opened_again(one)

    async def _opened_again(self, old: Engine) -> Engine:
        try:
            fresh = await asyncio.to_thread(self._opened, self._parts[old.name])
        except (StoreTrouble, SecretsTrouble):  # said by whoever needs them next
            return old
        await self._askings.break_off(old.name)
        await old.close()
        return fresh

    async def _end(self, channel: str) -> None:
        """Stop a channel's worker; what it was about to tell waits, as after a crash."""
        working = self._working.pop(channel, None)
        if working is not None:
            await self._askings.break_off(channel)
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            self._host.give_back(channel)
            await self._engines[channel].close()

    def _is_stopping(self) -> bool:
        return self._stop is None or self._stop.is_set()

    def _rung(self, topics: frozenset[Topic]) -> None:
        if self._loop and topics & {"letters", "tickets", "printers", "pauses"}:
            self._loop.call_soon_threadsafe(self._wake, topics)

    def _wake(self, topics: frozenset[Topic]) -> None:
        if topics & {"tickets", "printers"}:
            self._spool.wake()
            self._alarm.set()
        if "pauses" in topics:
            self._pauses.set()
            for one in self._engines.values():
                one.wake()
        if "letters" in topics and self._loop:
            self._letters.set()
            self._loop.call_later(UNDO.total_seconds() + 0.05, self._letters.set)

    async def _wake_tellers(self) -> None:
        """Wake the channels that have something to tell, each time the bell rings; the others rest on."""
        while True:
            await self._letters.wait()
            self._letters.clear()
            try:
                waiting = await asyncio.to_thread(self._store.ask, queries.channels_with_letters)
            except StoreTrouble:
                waiting = set(self._engines)
            for name in waiting & self._engines.keys():
                self._engines[name].wake()

    def _run(self) -> None:
        asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        printing = asyncio.create_task(self._spool.run(self._stop))
        self._alarm.set()
        heeding = [asyncio.create_task(each) for each in (self._wake_tellers(), self._heed_persons())]
        for one in self._engines.values():
            self._begin(one)
        await self._stop.wait()
        async with self._opening:  # what is being begun anew is begun, and can be ended
            for each in heeding:
                each.cancel()
            await asyncio.gather(*heeding, return_exceptions=True)
            await asyncio.gather(*map(self._end, list(self._working)))
        await self._alarm.off()
        await printing
