"""The engine's core in a world of faults and crashes, by seed; and wrong engines, which it must catch."""

# The methods are those they stand in for, whatever they need of their arguments.
# ruff: noqa: ARG002
from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sync.channel import Capabilities
from sync.delivery import Delivery
from sync.engine import Engine, Pace
from sync.errors import Missing, OutcomeUnknown, Throttled, TryLater
from sync.fetching import Fetching
from sync.messages import Letter, Page, RemoteOrder, Told

SEEDS = range(200)
STEPS = 40
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = frozenset({"placed", "accepted", "executed"})
SETS = {"accept": "accepted", "execute": "executed"}


class Crash(BaseException):
    """The power fails."""


@dataclass
class There:
    """An order as the service has it."""

    id: str
    status: str
    updated: datetime
    version: int = 0

    def shown(self) -> RemoteOrder:
        return RemoteOrder(
            self.id,
            self.status,  # type: ignore[arg-type]
            "booking",
            (),
            "CNY",
            {"version": self.version},
            updated_at=self.updated,
        )


@dataclass
class World:
    """One seed's service, guests, network and clock. A `shifty` service moves rows and misdates some."""

    seed: int
    faulty: bool = True
    now: datetime = START
    orders: dict[str, There] = field(default_factory=dict)
    deals: Counter[str] = field(default_factory=Counter)
    applied: list[Letter] = field(default_factory=list)
    #: The service's clock is not ours.
    skew: timedelta = timedelta(seconds=-90)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.shifty = self.seed % 2 == 1

    def clock(self) -> datetime:
        return self.now

    def chance(self, of: float) -> bool:
        return self.faulty and self.random.random() < of

    def maybe_crash(self, _: str) -> None:
        if self.chance(0.03):
            raise Crash

    def before(self) -> None:
        """A request is on its way."""
        self.maybe_crash("")
        if self.chance(0.05):
            raise TryLater("no connection")
        if self.chance(0.02):
            raise Throttled("quiet", self.now + timedelta(seconds=20))

    def after(self) -> None:
        """The service has applied it; its answer is on its way."""
        self.maybe_crash("")
        if self.chance(0.12):
            raise OutcomeUnknown("no answer")

    def change(self, order: There, status: str) -> None:
        order.status, order.version = status, order.version + 1
        if not (self.shifty and self.random.random() < 0.6):
            self.tick()
            order.updated = self.now + self.skew

    def tick(self) -> None:
        """No two changes happen at one moment."""
        self.now += timedelta(milliseconds=1)

    def place(self) -> None:
        self.tick()
        order = There(f"r{len(self.orders)}", "placed", self.now + self.skew)
        self.orders[order.id] = order

    def guest_acts(self) -> None:
        """A guest orders, or an order is ended by somebody else."""
        untouched = [o for o in self.orders.values() if o.status == "placed"]
        if untouched and self.random.random() < 0.4:
            self.change(self.random.choice(untouched), "canceled")
        else:
            self.place()


class Service:
    """A channel to the world's service: it books every payment it is told, as the careless ones do."""

    name, kind = "c", "simulated"
    capabilities = Capabilities(
        tells=frozenset({"accept", "execute", "pay"}), harmless=frozenset({"accept", "execute"})
    )

    def __init__(self, world: World) -> None:
        self.world = world

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        since = datetime.fromisoformat(position) if position else finished_since

        def fits(order: There) -> bool:
            return order.updated >= since or (not position and order.status in OPEN)

        async for page in self._pages(fits):
            if page:
                yield Page(tuple(o.shown() for o in page), max(o.updated for o in page).isoformat())

    async def unfinished(self) -> AsyncIterator[Page]:
        async for page in self._pages(lambda order: order.status in OPEN):
            yield Page(tuple(order.shown() for order in page))

    async def _pages(self, fits: Callable[[There], bool]) -> AsyncIterator[list[There]]:
        """Offset paging, as services do it; between two pages of a shifty one rows may move."""
        skip, size = 0, 2
        while True:
            self.world.before()
            rows = sorted(filter(fits, self.world.orders.values()), key=lambda o: (o.updated, o.id))
            page = [replace(row) for row in rows[skip : skip + size]]
            if self.world.chance(0.03):
                raise TryLater("an answer that cannot be read")
            yield page
            if len(page) < size:
                return
            skip += size
            if self.world.shifty and self.world.chance(0.5):
                self.world.guest_acts()

    async def read(self, remote_id: str) -> RemoteOrder:
        self.world.before()
        if remote_id not in self.world.orders:
            raise Missing("no such order")
        return self.world.orders[remote_id].shown()

    async def tell(self, letter: Letter) -> Told:
        self.world.before()
        await asyncio.sleep(0)
        order = self.world.orders[letter.remote_id]
        self.world.applied.append(letter)
        if letter.verb == "pay":
            self.world.deals[order.id] += 1
            self.world.change(order, "paid")
        elif order.status in OPEN and order.status != SETS[letter.verb]:
            self.world.change(order, SETS[letter.verb])
        self.world.after()
        return Told(order.shown())

    async def find(self, letter: Letter) -> RemoteOrder | None:
        self.world.before()
        order = self.world.orders[letter.remote_id]
        return order.shown() if self.world.deals[order.id] else None

    async def close(self) -> None:
        return


Build = Callable[[World, Any], Engine]


def engine_of(world: World, host: Any, **parts: Any) -> Engine:
    """Return an engine, of which some parts may be other than they should be."""
    service = parts.get("service", Service)(world)
    pace = Pace(sweep=timedelta(minutes=3))
    engine = Engine(service, host, clock=world.clock, uniform=world.random.uniform, pace=pace)
    if fetching := parts.get("fetching"):
        engine._fetching = fetching(
            service, host, clock=world.clock, sweep_every=pace.sweep, finished_for=pace.finished_for
        )
    delivery = parts.get("delivery", Delivery)
    engine._delivery = delivery(
        service,
        host,
        clock=world.clock,
        uniform=world.random.uniform,
        marking=engine._fetching.marking,
    )
    return engine


async def live(seed: int, new_host: Any, **parts: Any) -> list[str]:
    """Live through one seed and return what is wrong in the end."""
    world = World(seed)
    host = parts.pop("host", new_host)(hook=world.maybe_crash)
    engine = engine_of(world, host, **parts)
    for _ in range(STEPS):
        world.now += timedelta(seconds=world.random.choice([0, 1, 5, 30]))
        if world.random.random() < 0.6:
            world.guest_acts()
        write_letters(world, host)
        engine = await work(world, host, engine, parts)
    await settle_down(world, host, engine, parts)
    return list(wrongs(world, host))


async def work(world: World, host: Any, engine: Engine, parts: Any) -> Engine:
    """Let the engine work a round; where the power fails, return the engine of the next start."""
    try:
        await engine.round(all_waiting=world.random.random() < 0.2)
    except BaseExceptionGroup as group:
        if group.subgroup(Crash) is None:
            raise
        return engine_of(world, host, **parts)
    except Crash:
        return engine_of(world, host, **parts)
    return engine


async def settle_down(world: World, host: Any, engine: Engine, parts: Any) -> None:
    """Let nothing go wrong any more, and time enough pass."""
    world.faulty = False
    for _ in range(12):
        world.now += timedelta(minutes=6)
        engine = await work(world, host, engine, parts)


def write_letters(world: World, host: Any) -> None:
    """Let the counter accept, execute and settle what it knows."""
    told = Counter(row.letter.remote_id for row in host.rows)
    for order in list(host.orders.values()):
        if order.status == "placed" and not told[order.remote_id] and world.random.random() < 0.5:
            order_id = uuid4()
            for verb in ("accept", "execute", "pay"):
                host.write(verb, order_id, order.remote_id)


def wrongs(world: World, host: Any) -> list[str]:
    """Return every promise that was broken."""
    found = [f"{i}: {n} deals" for i, n in world.deals.items() if n > 1]
    found += [f"{row.letter.verb}: {row.state}" for row in host.rows if row.state != "told"]
    found += [f"{row.letter.verb}: told {row.told_times} times" for row in host.rows if row.told_times > 1]
    reached = {letter.id for letter in world.applied}
    found += [f"{row.letter.verb}: never reached" for row in host.rows if row.letter.id not in reached]
    found += [f"{i}: missing" for i in host.missed]
    found += out_of_order(world)
    for order in world.orders.values():
        known = host.orders.get(order.id)
        if known is None and (order.status in OPEN or not world.shifty):
            found.append(f"{order.id}: never heard of")
        elif known is not None and known.raw["version"] != order.version:
            found.append(f"{order.id}: stale")
    return found


def out_of_order(world: World) -> list[str]:
    """Return the orders whose letters did not arrive in the order they were written in."""
    verbs = ("accept", "execute", "pay")
    arrived: dict[Any, list[int]] = {}
    for letter in world.applied:
        arrived.setdefault(letter.order_id, []).append(verbs.index(letter.verb))
    return [f"{i}: out of order" for i, places in arrived.items() if places != sorted(places)]


@pytest.mark.parametrize("start", range(0, len(SEEDS), 50))
def test_nothing_is_lost_or_told_twice_whatever_fails(new_host: Any, start: int) -> None:
    broken = {seed: asyncio.run(live(seed, new_host)) for seed in SEEDS[start : start + 50]}
    assert {seed: wrong for seed, wrong in broken.items() if wrong} == {}


class CursorSavedFirst(Fetching):
    """Saves how far it goes before the pages are applied."""

    async def _changes(self, heard: Any) -> Any:
        cursor = await self._host.cursor("c")
        since = self._clock() - self._finished_for
        pages = [page async for page in self._channel.changes(cursor.position, finished_since=since)]
        position = pages[-1].position if pages else cursor.position
        cursor = replace(cursor, position=position, first_fetch_done=True)
        await self._host.save_cursor("c", cursor)
        for page in pages:
            await self._receive(page, heard)
        return cursor


class NoSweep(Fetching):
    """Believes that what changed is all there is."""

    async def _sweep(self, heard: Any) -> None:
        return


class NoLookBeforeRepeat(Delivery):
    """Tells again what may already be known there."""

    async def _tell(self, letter: Letter) -> Told:
        return await self._channel.tell(letter)


class ToldBeforeTelling(Delivery):
    """Marks first, as one does who trusts the network."""

    async def _tell(self, letter: Letter) -> Told:
        await self._host.told(letter, Told(), self._clock())
        return await super()._tell(letter)


class UnknownIsForgotten(Delivery):
    """Takes a lost answer for a lost request."""

    async def _postpone(self, letter: Letter, error: Any, bag: Any, done: Any) -> Any:
        return await super()._postpone(replace(letter, attempted=False), TryLater(str(error)), bag, done)


class ClockOfOurs(Service):
    """Takes the cursor from our clock."""

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        async for page in super().changes(position, finished_since=finished_since):
            yield replace(page, position=self.world.now.isoformat())


def sending_is_forgotten(new_host: Any) -> Any:
    """Return a host that recovers a letter as if it had never been on its way."""

    class SendingIsForgotten(new_host):
        async def recover(self, channel: str) -> int:
            sending = [row for row in self.rows if row.state == "sending"]
            for row in sending:
                row.state = "waiting"
            return len(sending)

    return SendingIsForgotten


WRONG: dict[str, Callable[[Any], dict[str, Any]]] = {
    "the cursor is saved before its pages are applied": lambda _: {"fetching": CursorSavedFirst},
    "open orders are never swept": lambda _: {"fetching": NoSweep},
    "a payment is repeated without a look": lambda _: {"delivery": NoLookBeforeRepeat},
    "a letter is marked told before it is": lambda _: {"delivery": ToldBeforeTelling},
    "a lost answer counts as a lost request": lambda _: {"delivery": UnknownIsForgotten},
    "the cursor is from our own clock": lambda _: {"service": ClockOfOurs},
    "a crash while sending is forgotten": lambda host: {"host": sending_is_forgotten(host)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_simulation_notices_when(wrong: str, new_host: Any) -> None:
    parts = WRONG[wrong](new_host)
    assert any(asyncio.run(live(seed, new_host, **parts)) for seed in SEEDS)
