"""The store, serving what a channel's worker needs; and a channel worked once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from pos.actions import channels, intake, outbox
from pos.adapters.hosting import Handover, Recovered, done, holds, nobody, still_held
from pos.adapters.keeping import keeping
from pos.adapters.stranger import Stranger
from pos.config import Config
from pos.config_tables import ChannelPart
from pos.connecting import account_of
from pos.renewing import ELSEWHERE, renewed_elsewhere
from pos.secrets import Secrets
from pos.store import backlog, queries
from pos.store.database import utcnow
from pos.store.orders import reading
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Who
from pos.store.types import dump
from sync.calls import Observe, unseen
from sync.channel import Channel
from sync.channels import KINDS, build
from sync.delivery import fault
from sync.engine import Engine, Pace
from sync.messages import Applied, Cursor, Health, Letter, RemoteOrder, Told, Unreadable
from sync.ports import Left, Outlook, Sleep
from sync.reports import ChannelReport

T = TypeVar("T")


class ChannelHost:
    """What a channel's worker needs, served by the store (`sync.ports.Host`)."""

    def __init__(self, store: Store, recovered: Recovered = nobody, secrets: Secrets | None = None) -> None:
        self._store = store
        self._handover = Handover(store)
        self._recovered = recovered
        self._secrets = secrets
        self._looked_for: dict[str, UUID | None] = {}
        #: the channels that nobody works, and that only another computer could
        self.barred: set[str] = set()

    @asynccontextmanager
    async def lock(self, channel: str) -> AsyncIterator[str | None]:
        """Hold the channel's worker lock, unless another computer alone has what lets in."""
        async with self._handover.locked(f"channel:{channel}") as holder:
            where = await self._elsewhere(channel) if holder is None else None
            (self.barred.add if where else self.barred.discard)(channel)
            yield holder or where

    async def _elsewhere(self, channel: str) -> str | None:
        """Return the computer that alone has what lets in, and say so; None where it may be worked here."""
        if self._secrets is None:
            return None
        where = await asyncio.to_thread(renewed_elsewhere, self._store, self._secrets, channel)
        if where:
            await self._do(channels.locked_out, channel, channel, f"{ELSEWHERE}: {where}")
        return where or None

    def followed(self, channel: str) -> AbstractContextManager[None]:
        """Let a worker that ends in the block leave its lock to the next one of this process."""
        return self._handover.followed(f"channel:{channel}")

    def give_back(self, channel: str) -> None:
        """Give a lock back that was left to a worker which never began."""
        self._handover.give_back(f"channel:{channel}")

    async def holds(self, channel: str) -> bool:
        """Whether the channel's worker lock is still held."""
        return await holds(self._store, f"channel:{channel}")

    async def left(self, channel: str) -> Left:
        """Return how the last worker left the channel."""
        return Left(lost=await self._do(channels.is_lost, channel, channel))

    async def outlook(self, channel: str) -> Outlook:
        """Return whether the channel is left alone, and has anything to tell."""
        paused, letters, detail = await asyncio.to_thread(self._store.ask, queries.outlook, channel)
        until = await self._do(channels.paused_until, channel, channel) if paused else None
        is_told = channels.moment_of(detail) is not None
        quiet = await self._do(channels.quiet_until, channel, channel) if is_told else None
        return Outlook(until, letters, quiet)

    async def recover(self, channel: str) -> int:
        """Let letters of a worker that died wait again."""
        if many := await self._do(channels.recover, channel, channel):
            self._recovered(channel, "letters", many)
        return many

    async def claim(self, channel: str, _now: datetime, *, all_waiting: bool = False) -> Letter | None:
        """Mark the next letter `sending`."""
        await still_held(self._store, f"channel:{channel}")
        return await self._do(outbox.claim, channel, channel, all_waiting)

    async def told(self, letter: Letter, answer: Told, _now: datetime) -> None:
        """The service knows."""
        await self._do(outbox.told, letter.channel, letter, answer)

    async def refused(self, letter: Letter, reason: str, _now: datetime) -> None:
        """The service said no."""
        await self._do(outbox.refused, letter.channel, letter, reason)

    async def postpone(
        self,
        letter: Letter,
        error: str,
        next_try_at: datetime,
        *,
        unknown: bool,
        counted: bool = True,
        overtaken: bool = False,
    ) -> None:
        """Let the letter wait."""
        how = (unknown, counted, overtaken)
        await self._do(outbox.postpone, letter.channel, letter, error, next_try_at, *how)

    async def cursor(self, channel: str) -> Cursor:
        """Return how far the channel was heard."""
        return Cursor(*await asyncio.to_thread(self._store.ask, queries.heard, channel))

    async def save_cursor(self, channel: str, cursor: Cursor) -> None:
        """Keep how far the channel was heard."""
        await self._do(channels.save_cursor, channel, channel, cursor)

    async def receive(
        self, channel: str, orders: Sequence[RemoteOrder | Unreadable], _now: datetime, *, first_fetch: bool
    ) -> Applied:
        """Take orders over, each in its own transaction; what is known word for word costs none."""
        who = Who(channel, "channel")
        read = (order for order in orders if isinstance(order, RemoteOrder))
        heard = {order.remote_id: reading(order.raw, order.status) for order in read}
        known = await self._known(channel, heard) if heard else set()
        news = [
            order for order in orders if not (isinstance(order, RemoteOrder) and order.remote_id in known)
        ]
        waits = [self._store.do(intake.receive, who, channel, order, first_fetch) for order in news]
        taken = [await self._taken(channel, *each) for each in zip(news, waits, strict=True)]
        return sum(taken, Applied())

    async def _known(self, channel: str, readings: Mapping[str, bytes]) -> set[str]:
        return await asyncio.to_thread(self._store.ask, queries.known_documents, channel, readings)

    async def _taken(self, channel: str, order: RemoteOrder | Unreadable, wait: Future[Applied]) -> Applied:
        """Return what became of one order; one that a fault of ours cannot take stops no other."""
        try:
            return await asyncio.wrap_future(wait)
        except StoreTrouble:
            raise
        except Exception as bug:
            # Whatever it is, the order is kept as unreadable for a person; else it is raised.
            if isinstance(order, Unreadable):
                raise
            why = f"own_fault: {type(bug).__name__}"
            unreadable = Unreadable(order.remote_id, why, dump(order.raw))
            return await self._do(intake.receive, channel, channel, unreadable)

    async def known(self, channel: str, remote_ids: Sequence[str]) -> Collection[str]:
        """Return which of a channel's ids are orders here."""
        return await asyncio.to_thread(self._store.ask, queries.known_ids, channel, remote_ids)

    async def open_orders(self, channel: str) -> Mapping[str, UUID]:
        """Return the remote ids of all unfinished orders, or of the next that a sale was told of."""
        found = await self._do(channels.open_orders, channel, channel, self._looked_for.get(channel))
        self._looked_for[channel] = next(reversed(list(found.values())), None)
        return found

    async def missing(self, channel: str, remote_id: str, _now: datetime) -> None:
        """An open order was missing there twice."""
        await self._do(channels.missing, channel, channel, remote_id)

    async def health(self, channel: str, health: Health, _now: datetime) -> None:
        """Keep how the channel is."""
        await self._do(channels.health, channel, channel, health)

    async def _do(self, action: Callable[..., T], channel: str, *args: Any) -> T:
        return await done(self._store.do(action, Who(channel, "channel"), *args))


def opened(
    part: ChannelPart, store: Store, secrets: Secrets, observe: Observe = unseen, sleep: Sleep = asyncio.sleep
) -> Channel:
    """Return a channel with its secrets as they are now; nothing is sent yet.

    One whose name is another service's asks and tells nothing, nor does one that cannot be put together: its
    fault stops no other. Raises StoreTrouble, SecretsTrouble.
    """
    known = secrets.of_channel(part.name, KINDS[part.kind].secret_fields())
    own, account = str(part.settings["base_url"]), account_of(part.name, part.kind, known)
    begun = store.do(channels.begin, Who(part.name, "channel"), part.name, part.kind, own, account)
    can = KINDS[part.kind].can_with(part.settings)
    if not begun.result():
        return Stranger(part.name, part.kind, can)
    keep = keeping(part.name, part.kind, store, secrets)
    try:
        return build(part.kind, part.name, part.settings, known, utcnow, sleep, keep, observe)
    except Exception as bug:  # noqa: BLE001 - a fault of ours in one channel must not close the others
        return Stranger(part.name, part.kind, can, str(fault(bug)))


def engine(
    part: ChannelPart, host: ChannelHost, store: Store, secrets: Secrets, observe: Observe = unseen
) -> Engine:
    """Return what works a channel, with its secrets as they are now; raises StoreTrouble, SecretsTrouble."""
    channel = opened(part, store, secrets, observe)
    pace = Pace(poll=timedelta(seconds=part.poll_seconds), finished_for=timedelta(hours=part.finished_hours))
    return Engine(channel, host, clock=utcnow, pace=pace)


async def sync_once(
    store: Store, config: Config, secrets: Secrets, only: str | None = None
) -> list[ChannelReport]:
    """Work every channel (or one) once: tell what waits, then fetch; one's failure harms no other.

    Of each it is said what waits in the end, whether or not it had its try.
    """
    parts = [part for part in config.channel if only in (None, part.name)]
    host = ChannelHost(store, secrets=secrets)
    engines = [engine(part, host, store, secrets) for part in parts]
    try:
        reports = await asyncio.gather(*(engine.once() for engine in engines))
        return [_with_all_that_waits(report, store, config) for report in reports]
    finally:
        await asyncio.gather(*(engine.close() for engine in engines))


def _with_all_that_waits(report: ChannelReport, store: Store, config: Config) -> ChannelReport:
    """Return a report with what waits in the end, be it for an Undo that may come or for a guest's money."""
    try:
        rows = store.ask(backlog.channels, config.facts)
    except StoreTrouble:
        # What was told was told: that the store does not answer now hides none of it.
        return report
    waiting = next(row.waiting for row in rows if row.name == report.name)
    return replace(report, waiting=waiting)
