"""Hears one channel: what changed since the cursor, and now and then all that is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sync.backoff import Wait
from sync.channel import Channel
from sync.errors import Missing, Refused, not_given
from sync.messages import Applied, Cursor, Page, RemoteOrder, Unreadable
from sync.ports import Clock, Host

#: Missing in so many sweeps running is worth a person's look: one may have missed it by chance.
_SWEEPS_TO_MISS = 2


@dataclass(slots=True)
class Heard:
    """What one fetch brought. `keys` names each record once, however often it came."""

    keys: set[str] = field(default_factory=set)
    applied: Applied = field(default_factory=Applied)


class Fetching:
    """What one channel says, over a host that keeps it."""

    def __init__(
        self, channel: Channel, host: Host, *, clock: Clock, sweep_every: timedelta, finished_for: timedelta
    ) -> None:
        """Prepare; the first fetch takes finished orders of the last `finished_for` only."""
        self._channel = channel
        self._host = host
        self._clock = clock
        self._sweep_every = sweep_every
        self._finished_for = finished_for
        self._told_meanwhile: set[str] = set()
        self._one_at_a_time = asyncio.Lock()
        self._cursor: Cursor | None = None

    def forget(self) -> None:
        """Ask the host anew how far the channel was heard: another worker may have heard more."""
        self._cursor = None

    @asynccontextmanager
    async def marking(self, remote_id: str) -> AsyncIterator[None]:
        """While in the block what came of an order's letter is marked: no list from before it is taken over.

        A list that was asked for before shows the order as it was, and taken over after it would undo it.
        """
        async with self._one_at_a_time:
            self._told_meanwhile.add(remote_id)
            yield

    async def fetch(self, heard: Heard, *, sweep: bool) -> None:
        """Receive what changed, then sweep if asked or if it is time; it goes into `heard` as it comes."""
        cursor = await self._changes(heard)
        swept_at = cursor.swept_at
        if sweep or swept_at is None or Wait(swept_at, swept_at + self._sweep_every).is_over(self._clock()):
            missed = await self._sweep(heard, cursor.missed)
            await self._save(replace(cursor, swept_at=self._clock(), missed=missed), cursor)

    async def _changes(self, heard: Heard) -> Cursor:
        """Receive every page, and only then save how far it goes."""
        now = self._clock()
        cursor = self._cursor = self._cursor or await self._host.cursor(self._channel.name)
        position = cursor.position
        pages = self._channel.changes(position, finished_since=now - self._finished_for)
        async for page in self._asked_for(pages):
            await self._receive(page, heard, first_fetch=not cursor.first_fetch_done)
            position = page.position or position
        further = replace(cursor, position=position, first_fetch_done=True)
        await self._save(further, cursor)
        return further

    async def _save(self, further: Cursor, before: Cursor) -> None:
        # A commit rings the bell that wakes this worker: what changes nothing must not commit.
        if further != before:
            await self._host.save_cursor(self._channel.name, further)
            self._cursor = further

    async def _sweep(self, heard: Heard, missed: Mapping[str, int]) -> Mapping[str, int]:
        """Receive all that is unfinished there, and read one by one what is open only here.

        Return how often running each was missing, this time and before.
        """
        listed: set[str] = set()
        if self._channel.capabilities.lists:
            async for page in self._asked_for(self._channel.unfinished()):
                over = await self._known(page.over)
                await self._receive(Page((*page.orders, *over)), heard)
                listed |= {o.remote_id for o in (*page.orders, *over) if isinstance(o, RemoteOrder)}
        if not self._channel.capabilities.reads:
            return missed
        absent = set(await self._host.open_orders(self._channel.name)) - listed
        # Of sales only a few are asked for at a time: one of the others may be missed next time.
        in_turns = "sale" in self._channel.capabilities.tells
        still = dict(missed) if in_turns else {}
        for remote_id in sorted(absent):
            before = missed.get(remote_id, 0)
            still.pop(remote_id, None)
            if await self._is_missing(remote_id, heard):
                still[remote_id] = await self._missed_again(remote_id, before)
        return still

    async def _known(self, orders: tuple[RemoteOrder, ...]) -> tuple[RemoteOrder, ...]:
        """Return those of these orders that are known here."""
        if not orders:
            return ()
        known = await self._host.known(self._channel.name, [order.remote_id for order in orders])
        return tuple(order for order in orders if order.remote_id in known)

    async def _missed_again(self, remote_id: str, before: int) -> int:
        """Return how often an order is missing by now, and have it looked at by a person, once."""
        if before == _SWEEPS_TO_MISS - 1:
            await self._host.missing(self._channel.name, remote_id, self._clock())
        return min(before + 1, _SWEEPS_TO_MISS)

    async def _is_missing(self, remote_id: str, heard: Heard) -> bool:
        """Read an order; return whether the service knows none such."""
        self._told_meanwhile.clear()
        try:
            order = await self._channel.read(remote_id)
        except Missing:
            return True
        except Refused:
            return False
        await self._receive(Page((order,)), heard)
        return False

    async def _asked_for(self, pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
        """Yield pages, and know from the moment that each is asked for of what is told meanwhile."""
        while True:
            self._told_meanwhile.clear()
            try:
                page = await anext(pages)
            except StopAsyncIteration:
                return
            except Refused as error:
                raise not_given(error) from None
            yield page

    async def _receive(self, page: Page, heard: Heard, *, first_fetch: bool = False) -> None:
        async with self._one_at_a_time:
            applied = await self._host.receive(
                self._channel.name, self._as_it_is(page), self._clock(), first_fetch=first_fetch
            )
        heard.keys |= {
            order.remote_id if isinstance(order, RemoteOrder) else order.key for order in page.orders
        }
        heard.applied += applied

    def _as_it_is(self, page: Page) -> tuple[RemoteOrder | Unreadable, ...]:
        """Return what of a page is not from before a letter that was told since it was asked for."""
        told = self._told_meanwhile
        return tuple(o for o in page.orders if not (isinstance(o, RemoteOrder) and o.remote_id in told))
