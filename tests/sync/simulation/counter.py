"""What the counter knows of one channel: the reference host, worked by lives that may end at any call."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sync.backoff import Wait
from sync.errors import UNPAID_THERE
from sync.letters import part_body
from sync.messages import (
    Applied,
    Cursor,
    FailedPart,
    Health,
    Letter,
    RemoteOrder,
    Told,
    Unreadable,
    Verb,
)
from sync.ports import Left, Outlook
from tests.sync.simulation.world import World

OPEN = frozenset({"placed", "accepted", "executed"})


class Crash(BaseException):
    """The worker is no more."""


class Life:
    """One worker's life, from its start until it is killed. `fatal`: how often a step is its last."""

    def __init__(self, world: World, fatal: float) -> None:
        """Begin."""
        self._world, self._fatal = world, fatal
        self.dead = False

    def step(self) -> None:
        """Something outside happens or has happened; raises Crash when it is this life's end."""
        if not self.dead and self._world.chance(self._fatal):
            self.dead = True
        if self.dead:
            raise Crash


@dataclass
class Row:
    """A letter as the counter keeps it."""

    letter: Letter
    state: str = "waiting"
    wait: Wait | None = None
    error: str = ""
    told_times: int = 0
    #: The letter that this is a refused part of, in whose place it stands.
    part_of: UUID | None = None

    def goes_before(self, earlier: Sequence[Row]) -> bool:
        """Whether it may be told though these are not: parts of one letter, or what an unpaid order needs."""
        if all(row.part_of and row.part_of == self.part_of for row in earlier):
            return True
        unpaid = any(row.error == UNPAID_THERE for row in earlier)
        needed = self.letter.verb in ("pay", "cancel")
        return unpaid and needed and all(row.letter.verb != "pay" for row in earlier)


@dataclass
class Store:
    """What is kept of one channel. Each method is one transaction; `knows` is asked when a letter is told."""

    world: World
    channel: str
    knows: Callable[[Letter, Told], bool]
    rows: list[Row] = field(default_factory=list)
    orders: dict[str, RemoteOrder] = field(default_factory=dict)
    unreadable: dict[str, Unreadable] = field(default_factory=dict)
    registered: dict[UUID, str] = field(default_factory=dict)
    ours: dict[str, UUID] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    heard_of: set[str] = field(default_factory=set)
    #: The HTTP statuses with which the service says that it has no such order.
    says_missing: Collection[int] = (404,)
    refusals: list[tuple[Letter, str]] = field(default_factory=list)
    health: Health | None = None
    quiet: Wait | None = None
    heard: Cursor = field(default_factory=Cursor)
    holder: Life | None = None
    wake: Callable[[], None] = lambda: None

    def write(self, verb: Verb, order_id: UUID, remote_id: str, body: Mapping[str, Any]) -> Letter:
        """Write a letter as the counter does, in the transaction of what it tells."""
        letter = Letter(
            self.world.uuid(), self.channel, order_id, remote_id, verb, dict(body), self.world.clock()
        )
        self.rows.append(Row(letter))
        self.wake()
        return letter

    def row(self, letter: Letter) -> Row:
        """Return the row of a letter."""
        return next(row for row in self.rows if row.letter.id == letter.id)

    def next(self, now: datetime, all_waiting: bool) -> Row | None:
        """Return the letter that may go now: those of one order go one after the other."""
        held: dict[UUID, list[Row]] = {}
        on_their_way = {row.letter.order_id for row in self.rows if row.state == "sending"}
        for row in self.rows:
            due = all_waiting or row.wait is None or row.wait.is_over(now)
            free = row.letter.order_id not in held or row.goes_before(held[row.letter.order_id])
            if row.state == "waiting" and due and free and row.letter.order_id not in on_their_way:
                return row
            if row.state in ("waiting", "sending", "failed"):
                held.setdefault(row.letter.order_id, []).append(row)
        return None

    def recover(self) -> int:
        """Let what a worker that died was telling wait again; it may have been told."""
        sending = [row for row in self.rows if row.state == "sending"]
        for row in sending:
            row.state, row.letter = "waiting", replace(row.letter, attempted=True)
        return len(sending)

    def claim(self, now: datetime, all_waiting: bool) -> Letter | None:
        """Mark the next letter as on its way."""
        row = self.next(now, all_waiting)
        if row is None:
            return None
        row.state = "sending"
        remote_id = row.letter.remote_id or self.registered.get(row.letter.order_id, "")
        return replace(row.letter, remote_id=remote_id, error=row.error)

    def told(self, letter: Letter, answer: Told) -> None:
        """The service knows, or so it is said: judged at once against what it has."""
        row = self.row(letter)
        row.state, row.told_times = "told", row.told_times + 1
        if not self.knows(letter, answer):
            self.world.wrongs.append(f"{self.channel}: {letter.verb} is told and not known there")
        self.split_off(row, answer.failed)
        if letter.verb == "cancel":
            self._call_off(letter.order_id)
        if answer.order:
            self.registered[letter.order_id] = answer.order.remote_id
            self.ours[answer.order.remote_id] = letter.order_id
            self.take(answer.order)

    def _call_off(self, order_id: UUID) -> None:
        """Give up what waited for an order to be paid that is canceled instead, also what failed of that."""
        for row in self.rows:
            if row.letter.order_id == order_id and row.state in ("waiting", "failed"):
                row.state = "dropped"
        self.refusals = [each for each in self.refusals if each[0].order_id != order_id]

    def split_off(self, whole: Row, failed: Sequence[FailedPart]) -> None:
        """Let each part that was refused be a failed letter of its own, in the place of the whole."""
        place = self.rows.index(whole) + 1
        for part in reversed(failed):
            body = part_body(whole.letter, part)
            again = replace(whole.letter, id=self.world.uuid(), body=body, attempts=0)
            row = Row(again, "failed", error=part.reason, part_of=whole.part_of or whole.letter.id)
            self.rows.insert(place, row)
            self.refusals.append((again, part.reason))

    def take(self, order: RemoteOrder) -> Applied:
        """Take an order over, unless what is known of it is newer."""
        known = self.orders.get(order.remote_id)
        if known and known.updated_at and order.updated_at and order.updated_at < known.updated_at:
            return Applied()
        self.orders[order.remote_id] = order
        self.heard_of.add(order.remote_id)
        return Applied(new=int(known is None), changed=int(known is not None and known != order))

    def receive(self, orders: Sequence[RemoteOrder | Unreadable]) -> Applied:
        """Take over what came."""
        applied = Applied()
        for order in orders:
            if isinstance(order, Unreadable):
                self.unreadable[order.key] = order
            else:
                applied += self.take(order)
        return applied

    def miss(self, remote_id: str) -> None:
        """A person is shown that an order is missing there: it was looked for twice at least."""
        looks = [a for a in self.world.asked if a.status in self.says_missing and remote_id in a.path]
        if len(looks) < 2:
            self.world.wrongs.append(f"{self.channel}: called missing after one look")
        self.missed[remote_id] += 1

    def feel(self, health: Health) -> None:
        """Keep how the channel is, and from when until when it is to be quiet."""
        until = health.detail.get("quiet_until")
        self.health = health
        self.quiet = Wait(self.world.clock(), datetime.fromisoformat(until)) if until else None

    def quiet_until(self) -> datetime | None:
        """Return until when it is to be quiet; what a clock said that was put back since begins now."""
        now = self.world.clock()
        if self.quiet and now < self.quiet.since:
            self.quiet = Wait(now, now + (self.quiet.until - self.quiet.since))
        return self.quiet.until if self.quiet else None

    def order_id(self, remote_id: str) -> UUID:
        """Return our id of an order there."""
        return self.ours.setdefault(remote_id, self.world.uuid())


class Host:
    """The store of a channel, as one life reaches it: any call may be its last, committed or not."""

    def __init__(self, store: Store, life: Life) -> None:
        """Give a life its store."""
        self._store, self._life = store, life

    @asynccontextmanager
    async def lock(self, _channel: str) -> AsyncIterator[str | None]:
        """Hold the channel's lock, which a dead life never does."""
        self._life.step()
        holder = self._store.holder
        if holder is not None and not holder.dead:
            yield "another worker"
            return
        self._store.holder = self._life
        try:
            yield None
        finally:
            if self._store.holder is self._life:
                self._store.holder = None

    async def holds(self, _channel: str) -> bool:
        """Whether the lock is still held."""
        return self._store.holder is self._life

    async def left(self, _channel: str) -> Left:
        """Return how the last life left the channel."""
        last = self._store.health or Health("well")
        return Left(lost=bool(last.error))

    async def outlook(self, _channel: str) -> Outlook:
        """Nobody pauses a channel here."""
        letters = any(row.state == "waiting" for row in self._store.rows)
        return Outlook(letters=letters, quiet_until=self._store.quiet_until())

    async def recover(self, _channel: str) -> int:
        """Let letters that a dead life was telling wait again."""
        return await self._do(self._store.recover)

    async def claim(self, _channel: str, now: datetime, *, all_waiting: bool = False) -> Letter | None:
        """Claim the next letter; only who holds the lock may."""
        if self._store.holder is not self._life:
            raise ConnectionError("the lock was lost")
        return await self._do(self._store.claim, now, all_waiting)

    async def told(self, letter: Letter, answer: Told, _now: datetime) -> None:
        """Keep that a letter is told."""
        await self._do(self._store.told, letter, answer)

    async def refused(self, letter: Letter, reason: str, _now: datetime) -> None:
        """Keep that a letter was refused."""

        def refuse() -> None:
            row = self._store.row(letter)
            row.state, row.error = "failed", reason
            self._store.refusals.append((letter, reason))

        await self._do(refuse)

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
        """Let a letter wait."""

        def wait() -> None:
            row = self._store.row(letter)
            row.state, row.error = "waiting", error
            row.wait = Wait(self._store.world.clock(), next_try_at)
            row.letter = replace(
                row.letter,
                attempts=row.letter.attempts + counted,
                attempted=row.letter.attempted or unknown,
                overtaken=row.letter.overtaken or overtaken,
            )

        await self._do(wait)

    async def cursor(self, _channel: str) -> Cursor:
        """Return how far the channel was heard."""
        return await self._do(lambda: self._store.heard)

    async def receive(
        self,
        _channel: str,
        orders: Sequence[RemoteOrder | Unreadable],
        _now: datetime,
        *,
        first_fetch: bool,  # noqa: ARG002 - what a first fetch brings makes no noise, and here nothing does
    ) -> Applied:
        """Take orders over, each in its own transaction."""
        applied = Applied()
        for order in orders:
            applied += await self._do(self._store.receive, [order])
        return applied

    async def save_cursor(self, _channel: str, cursor: Cursor) -> None:
        """Keep how far the channel was heard."""
        await self._do(lambda: setattr(self._store, "heard", cursor))

    async def known(self, _channel: str, remote_ids: Sequence[str]) -> Collection[str]:
        """Return which of these are orders here."""
        return self._store.orders.keys() & set(remote_ids)

    async def open_orders(self, _channel: str) -> Mapping[str, UUID]:
        """Return the orders that are not finished here."""
        known = self._store.orders.items()
        return {i: self._store.order_id(i) for i, order in known if order.status in OPEN}

    async def missing(self, _channel: str, remote_id: str, _now: datetime) -> None:
        """Show a person that an order is missing there."""
        await self._do(self._store.miss, remote_id)

    async def health(self, _channel: str, health: Health, _now: datetime) -> None:
        """Keep how the channel is."""
        await self._do(self._store.feel, health)

    async def _do(self, transaction: Callable[..., Any], *args: Any) -> Any:
        self._life.step()
        done = transaction(*args)
        self._life.step()
        return done
