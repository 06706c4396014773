"""What the counter says while a long list is heard, and a channel that a person wants left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from sync.channel import Channel
from sync.engine import Engine, Pace
from sync.messages import Cursor, Letter, Page, RemoteOrder, Told
from sync.sandbox.control import Control

Connect = Callable[..., Channel]


@dataclass
class LongList:
    """A channel whose list has been read there and is long in coming; nothing in it says how old it is."""

    channel: Channel
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    comes: asyncio.Event = field(default_factory=asyncio.Event)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.channel, name)

    async def changes(self, position: str, **when: Any) -> AsyncIterator[Page]:
        async for page in self.channel.changes(position, **when):
            self.asked.set()
            await self.comes.wait()
            ageless = (replace(o, updated_at=None) for o in page.orders if isinstance(o, RemoteOrder))
            yield replace(page, orders=tuple(ageless))


@pytest.fixture
def slow(connect: Connect) -> LongList:
    """Return a channel whose lists come when a test lets them."""
    return LongList(connect())


@pytest.fixture
def engine(slow: LongList, host: Any, clock: Any) -> Engine:
    """Return what works it; no sweep mends what a list has broken."""
    host.heard = Cursor(swept_at=clock.now)
    return Engine(slow, host, clock=clock, uniform=lambda _, most: most)


async def accept(engine: Engine, host: Any, remote_id: str) -> None:
    """Accept an order at the counter, and wait until the service knows."""
    told = asyncio.Event()
    host.hook = lambda name: told.set() if name == "told done" else None
    host.write("accept", uuid4(), remote_id)
    engine.wake()
    await told.wait()


async def test_a_letter_is_told_while_a_long_list_is_still_coming(
    slow: LongList, engine: Engine, host: Any, guests: Control
) -> None:
    order = guests.place()
    round_ = asyncio.create_task(engine.round())
    await slow.asked.wait()
    await accept(engine, host, order["id"])
    assert not round_.done()
    slow.comes.set()
    assert (await round_).told == 1


async def test_a_list_from_before_a_letter_does_not_take_back_what_it_told(
    slow: LongList, engine: Engine, host: Any, guests: Control
) -> None:
    order, other = guests.place(), guests.place()
    round_ = asyncio.create_task(engine.round())
    await slow.asked.wait()
    await accept(engine, host, order["id"])
    slow.comes.set()
    await round_
    assert host.orders[order["id"]].status == "accepted"
    assert host.orders[other["id"]].status == "placed"


async def test_an_order_that_was_told_is_heard_again_with_the_next_list(
    slow: LongList, engine: Engine, host: Any, guests: Control, clock: Any
) -> None:
    order = guests.place()
    round_ = asyncio.create_task(engine.round())
    await slow.asked.wait()
    await accept(engine, host, order["id"])
    guests.cancel(order["id"])
    slow.comes.set()
    await round_
    clock.pass_(minutes=4)
    await engine.round()
    assert host.orders[order["id"]].status == "canceled"


async def test_a_round_that_is_stopped_leaves_no_list_behind(
    slow: LongList, engine: Engine, guests: Control
) -> None:
    guests.place()
    round_ = asyncio.create_task(engine.round())
    await slow.asked.wait()
    round_.cancel()
    await asyncio.gather(round_, return_exceptions=True)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_channel_that_is_left_alone_tells_and_hears_nothing_until_the_moment_has_come(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    order = guests.place()
    letter = host.write("accept", uuid4(), order["id"])
    host.paused = clock.now + timedelta(minutes=30)
    engine = Engine(connect(), host, clock=clock)
    report = await engine.once()
    assert (report.ok, report.paused_until, host.row(letter).state) == (True, host.paused, "waiting")
    assert not host.orders
    clock.pass_(minutes=31)
    assert (await engine.once()).told == 1
    assert order["id"] in host.orders


@dataclass
class Counted:
    """A channel that remembers how many letters it was told at once."""

    channel: Channel
    now: int = 0
    most: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.channel, name)

    async def tell(self, letter: Letter) -> Told:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            return await self.channel.tell(letter)
        finally:
            self.now -= 1


async def test_no_more_letters_are_told_at_once_than_a_service_allows(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    channel = Counted(connect())
    for _ in range(20):
        host.write("accept", uuid4(), guests.place()["id"])
    report = await Engine(channel, host, clock=clock, pace=Pace(abreast=3)).round()
    assert (report.told, channel.most) == (20, 3)


async def test_what_was_claimed_before_a_429_is_not_told_after_it(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    channel = Counted(connect())
    for _ in range(20):
        host.write("accept", uuid4(), guests.place()["id"])
    guests.fault("throttle", times=None, seconds=60)
    report = await Engine(channel, host, clock=clock, pace=Pace(abreast=1)).round()
    assert (report.told, host.states()) == (0, {"waiting": 20})
    assert sum(row.letter.attempted for row in host.rows) == 0
    assert channel.most == 1


async def test_what_waits_goes_at_once_when_a_person_has_acted(
    connect: Connect, host: Any, guests: Control, clock: Any
) -> None:
    letter = host.write("accept", uuid4(), guests.place()["id"])
    guests.fault("fail", status=403, times=None)
    engine = Engine(connect(), host, clock=clock)
    await engine.round()
    assert (host.row(letter).state, host.row(letter).next_try_at > clock.now) == ("waiting", True)
    guests.calm()
    engine.resume()
    assert (await engine.round()).told == 1
