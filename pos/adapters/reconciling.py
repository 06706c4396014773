"""A channel's business day, theirs and ours side by side, asked for through the channel that is worked."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

from pos.actions import channels
from pos.adapters.channels import opened
from pos.adapters.hosting import done, holds, locked
from pos.config_tables import ChannelPart
from pos.domain.refusals import Refused
from pos.reconciled import Reconciliation, compared
from pos.renewing import renewed_elsewhere
from pos.secrets import Secrets
from pos.store import sides
from pos.store.database import utcnow
from pos.store.store import Store
from pos.store.tx import Who
from sync.channel import Channel
from sync.channels import KINDS
from sync.errors import Throttled
from sync.ports import Sleep
from sync.reconcile import fetch, nobody

#: For how long in all somebody at a shell waits for a service that asks for quiet.
PATIENCE = timedelta(minutes=2)


async def reconcile(
    channel: Channel, store: Store, day: date, heard: Callable[[int], object] = nobody
) -> Reconciliation:
    """Ask a service for a business day's orders and put ours beside them; nothing is changed on either side.

    `heard` is told how many orders were looked at. Raises Refused where the channel is paused, the errors of
    `sync.errors`, and StoreTrouble.
    """
    shop, name, at = store.shop, channel.name, utcnow()
    await _may_ask(store, name)
    ours = await asyncio.to_thread(store.ask, sides.of_day, shop, name, day)
    known = [key for key, each in ours.items() if each.known_there]
    try:
        theirs = await fetch(channel, known, *shop.bounds(day), heard)
    except Throttled as asked:
        await done(store.do(channels.be_quiet, Who(name, "channel"), name, asked.until))
        raise
    return await asyncio.to_thread(store.ask, compared, shop, name, day, at, theirs)


async def reconcile_beside(
    part: ChannelPart, store: Store, secrets: Secrets, day: date,
    waits: Callable[[datetime], object], sleep: Sleep = asyncio.sleep,
) -> Reconciliation:  # fmt: skip
    """Reconcile in a process of its own, beside the counter that may work the channel just now.

    A service counts the calls of both: this one waits twice as long between its own. Where either was asked
    for quiet it waits, tells `waits` until when (UTC), and begins anew, for PATIENCE in all. Raises what
    `reconcile` does.
    """

    async def slowly(seconds: float) -> None:
        await sleep(2 * seconds)

    last = utcnow() + PATIENCE
    async with alone(store, secrets, part.name, part.kind), _open(part, store, secrets, slowly) as channel:
        while True:
            try:
                return await reconcile(channel, store, day)
            except Throttled as asked:
                if asked.until > last:
                    raise
                waits(asked.until)
                await sleep(max((asked.until - utcnow()).total_seconds(), 0))


@asynccontextmanager
async def _open(part: ChannelPart, store: Store, secrets: Secrets, sleep: Sleep) -> AsyncIterator[Channel]:
    channel = await asyncio.to_thread(opened, part, store, secrets, sleep=sleep)
    try:
        yield channel
    finally:
        await channel.close()


async def _may_ask(store: Store, name: str) -> None:
    """Leave a service alone that a person has paused, or that asked for quiet."""
    paused = await done(store.do(channels.paused_until, Who(name, "channel"), name))
    if paused is not None and paused > utcnow():
        raise Refused("channel_paused", channel=name)
    quiet = await done(store.do(channels.quiet_until, Who(name, "channel"), name))
    if quiet is not None and quiet > utcnow():
        raise Throttled("quiet", quiet)


@asynccontextmanager
async def alone(store: Store, secrets: Secrets, name: str, kind: str) -> AsyncIterator[None]:
    """Ask only here while in the block, where a service lets only one be signed in.

    Raises Refused where another process works such a channel, or another computer has what lets in.
    """
    if not KINDS[kind].renewed_fields():
        yield
        return
    if where := await asyncio.to_thread(renewed_elsewhere, store, secrets, name):
        raise Refused("one_sign_in", name=name, holder=where)
    if await holds(store, f"channel:{name}"):
        yield
        return
    async with locked(store, f"channel:{name}") as holder:
        if holder is not None:
            raise Refused("one_sign_in", name=name, holder=holder)
        yield


class Askings:
    """Whoever compares a channel's books just now, on one event loop."""

    def __init__(self) -> None:
        self._tasks: dict[str, set[asyncio.Task[Reconciliation]]] = defaultdict(set)

    async def ask(self, name: str, work: Coroutine[Any, Any, Reconciliation]) -> Reconciliation:
        """Return what comes of it; raises Refused where it is broken off because its channel ends."""
        asking = asyncio.create_task(work)
        self._tasks[name].add(asking)
        try:
            await asyncio.wait({asking})
        finally:
            asking.cancel()
            self._tasks[name].discard(asking)
        if asking.cancelled():
            raise Refused("channel_changed", name=name)
        return asking.result()

    async def break_off(self, name: str) -> None:
        """End what is asked of a channel: its connection is about to be closed."""
        asked = self._tasks.pop(name, set())
        for asking in asked:
            asking.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
