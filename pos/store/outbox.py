"""The outbox: what a channel has still to be told, told once and in each order's own order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, insert, or_, select, update

from pos.domain.order import Order
from pos.store.moments import UNDO, put_off
from pos.store.tables import OPEN, UNDONE, letters, orders, place_of
from pos.store.types import is_due, is_over
from sync.errors import UNPAID_THERE

#: States in which a letter holds back those after it to the same channel in the same order.
HOLDING = ("waiting", "sending", "failed")

#: Why a letter failed whose channel is set up no more.
CHANNEL_GONE = "channel_gone"


class Letter(NamedTuple):
    """One letter as the store has it."""

    id: UUID
    seq: int
    part_of: int | None
    channel: str
    order_id: UUID
    verb: str
    body: Mapping[str, Any]
    state: str
    attempts: int
    attempted: bool
    overtaken: bool
    at: datetime
    error: str

    @property
    def place(self) -> int:
        """Its place among the letters of its order, which the parts of one letter share."""
        return self.seq if self.part_of is None else self.part_of


#: In a letter's body: those that it took the place of, as they stood. No channel is told of it.
INSTEAD_OF = "instead_of"

_COLUMNS = [letters.c[name] for name in Letter._fields]


def _next(channel: str, now: datetime, *, before_its_time: bool) -> ColumnElement[bool]:
    earlier = letters.alias("earlier")
    held_back = exists().where(
        earlier.c.order_id == letters.c.order_id,
        # What another channel cannot hear now is nothing to this one.
        earlier.c.channel == letters.c.channel,
        place_of(earlier) < place_of(letters),
        earlier.c.state.in_(HOLDING),
        # While a guest's claim is open nothing else can be told there: its answer goes before what waits.
        ~and_(letters.c.verb == "claim", earlier.c.verb != "claim", earlier.c.state != "sending"),
        # The end may be refused because a number is missing, which must not wait for it then.
        ~and_(letters.c.verb == "dispatch", earlier.c.verb == "complete", earlier.c.state == "failed"),
        # What waits for money there must not keep the money, nor the end of the order, from being told.
        ~and_(letters.c.verb.in_(("pay", "cancel")), earlier.c.verb != "pay", _waits_for_money()),
    )
    due = [] if before_its_time else [is_over(letters.c.put_off_at, letters.c.next_try_at, now)]
    return and_(
        UNDONE,
        letters.c.channel == channel,
        letters.c.state == "waiting",
        is_due(letters.c.not_before, now, UNDO),
        *due,
        ~held_back,
        ~_another_is_on_its_way(),
    )


def _another_is_on_its_way() -> ColumnElement[bool]:
    """Whether a letter of the same order is being told now: two at once could arrive in either order."""
    other = letters.alias("other")
    return exists().where(
        other.c.order_id == letters.c.order_id,
        other.c.channel == letters.c.channel,
        other.c.state == "sending",
    )


def _waits_for_money() -> ColumnElement[bool]:
    """Whether one before a letter waits for its order to be paid there."""
    unpaid = letters.alias("unpaid")
    return exists().where(
        unpaid.c.order_id == letters.c.order_id,
        unpaid.c.channel == letters.c.channel,
        place_of(unpaid) < place_of(letters),
        unpaid.c.state.in_(("waiting", "sending")),
        unpaid.c.error == UNPAID_THERE,
    )


def _about(order_id: UUID, channel: str) -> ColumnElement[bool]:
    return and_(letters.c.order_id == order_id, letters.c.channel == channel)


class Outbox:
    """The letters of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        channel: str,
        order_id: UUID,
        verb: str,
        body: Mapping[str, Any],
        at: datetime,
        *,
        not_before: datetime | None = None,
        state: str = "waiting",
        error: str = "",
        part_of: int | None = None,
    ) -> UUID:
        """Write a letter; its id is its idempotency key for good.

        `part_of` is the place of the letter of which it is a part that was refused, and becomes its own.
        """
        row = {
            "id": uuid4(),
            "part_of": part_of,
            "channel": channel,
            "order_id": order_id,
            "verb": verb,
            "body": dict(body),
            "state": state,
            "attempts": 0,
            "attempted": False,
            "overtaken": False,
            "not_before": not_before or at,
            "error": error,
            "at": at,
            **put_off(at, not_before),
        }
        self._connection.execute(insert(letters), row)
        return UUID(str(row["id"]))

    def get(self, letter_id: UUID) -> Letter | None:
        """Return a letter."""
        return self._one(self._first(letters.c.id == letter_id))

    def next(self, channel: str, now: datetime, *, before_its_time: bool) -> Letter | None:
        """Return the first letter that may go now, backoff or not with `before_its_time`."""
        query = self._first(_next(channel, now, before_its_time=before_its_time))
        # Two counters that ask at once take different ones: after the same one, the slower may never win.
        return self._one(query.with_for_update(of=letters, skip_locked=True))

    def of_order(self, order_id: UUID, channel: str) -> list[Letter]:
        """Return an order's letters to a channel, in their order."""
        query = select(*_COLUMNS).where(_about(order_id, channel)).order_by(place_of(letters), letters.c.seq)
        return [Letter(*row) for row in self._connection.execute(query)]

    def hearing(self, order_id: UUID, verb: str) -> set[str]:
        """Return the channels that were, will or would have been told a verb of an order."""
        query = select(letters.c.channel).where(letters.c.order_id == order_id, letters.c.verb == verb)
        return set(self._connection.execute(query.distinct()).scalars())

    def undone(self, order_id: UUID, channel: str) -> bool:
        """Whether the channel has still to be told something about the order."""
        query = select(letters.c.id).where(_about(order_id, channel), UNDONE).limit(1)
        return self._connection.execute(query).first() is not None

    def mark(self, letter_id: UUID, was: tuple[str, ...], **values: Any) -> bool:
        """Change a letter that is in one of the states `was`; return whether it was."""
        query = update(letters).where(letters.c.id == letter_id, letters.c.state.in_(was)).values(**values)
        return self._connection.execute(query).rowcount == 1

    def replace(self, was: Letter, why: str, now: datetime) -> dict[str, str] | None:
        """Give a letter up for another's sake; return what `bring_back` needs, None where it may be told."""
        if not self.mark(was.id, (was.state,), state="dropped", error=why, done_at=now):
            return None
        return {"id": str(was.id), "state": was.state, "error": was.error}

    def bring_back(self, given_up: Mapping[str, str], why: str) -> bool:
        """Let a letter that was given up for another's sake stand as it stood; False where it moved on."""
        query = update(letters).where(letters.c.id == UUID(given_up["id"]), letters.c.error == why)
        query = query.where(letters.c.state == "dropped")
        back = query.values(state=given_up["state"], error=given_up["error"], done_at=None)
        return self._connection.execute(back).rowcount == 1

    def stuck(self) -> list[Letter]:
        """Return the letters that wait or failed, each before those that it holds back."""
        query = select(*_COLUMNS).where(UNDONE, letters.c.state.in_(("waiting", "failed")))
        # Sorted here: asked to sort, the database would walk through all letters there ever were.
        return sorted(
            (Letter(*row) for row in self._connection.execute(query)),
            key=lambda letter: (letter.place, letter.seq),
        )

    def waited_for(self) -> set[str]:
        """Return the channels that have still to be told something."""
        query = select(letters.c.channel).where(UNDONE, letters.c.state.in_(("waiting", "sending")))
        return set(self._connection.execute(query.distinct()).scalars())

    def look_again(self, order_id: UUID, channel: str, now: datetime) -> None:
        """Let what waits for an order to be paid be told now: it has changed there, or is paid."""
        query = update(letters).where(_about(order_id, channel), letters.c.state == "waiting")
        self._connection.execute(query.where(letters.c.error == UNPAID_THERE).values(**put_off(now)))

    def recover(self, channel: str, now: datetime) -> int:
        """Let the letters of a worker that died in the middle wait again; they may have arrived."""
        query = update(letters).where(UNDONE, letters.c.channel == channel, letters.c.state == "sending")
        return self._connection.execute(
            query.values(state="waiting", attempted=True, error="worker_died", **put_off(now))
        ).rowcount

    def wait_again(self, channel: str, now: datetime) -> int:
        """Let the letters wait that failed because the channel was not set up; return how many."""
        query = update(letters).where(UNDONE, letters.c.channel == channel, letters.c.state == "failed")
        query = query.where(letters.c.error == CHANNEL_GONE)
        return self._connection.execute(
            query.values(state="waiting", error="", done_at=None, **put_off(now))
        ).rowcount

    def remove(self, letter_id: UUID) -> None:
        """Take a letter out that nobody was ever told, as if it had not been written."""
        self._connection.execute(
            delete(letters).where(letters.c.id == letter_id, letters.c.state == "waiting")
        )

    def drop_of_order(
        self, order_id: UUID, channel: str, why: str, now: datetime, *, verbs: tuple[str, ...] = ()
    ) -> int:
        """Give up what an order has still to tell a channel, but what may have moved money; return how many.

        One that is being told is given up too: its answer was that the order has taken another way.
        """
        on_its_way = or_(
            letters.c.state == "sending", and_(letters.c.state == "waiting", letters.c.attempted)
        )
        asked_for_money = and_(letters.c.verb == "pay", on_its_way)
        query = update(letters).where(
            _about(order_id, channel), letters.c.state.in_(HOLDING), ~asked_for_money
        )
        if verbs:
            query = query.where(letters.c.verb.in_(verbs))
        return self._connection.execute(query.values(state="dropped", error=why, done_at=now)).rowcount

    def told_of(self, channel: str, since: datetime, after: Order | None, most: int) -> list[UUID]:
        """Return the orders placed since then (UTC) that a channel was told of, by age, those after one."""
        told = exists().where(
            letters.c.order_id == orders.c.id, letters.c.channel == channel, letters.c.state == "told"
        )
        query = select(orders.c.id).where(orders.c.placed_at >= since, told)
        if after is not None:
            later = and_(orders.c.placed_at == after.placed_at, orders.c.id > after.id)
            query = query.where(
                orders.c.placed_at >= after.placed_at, or_(orders.c.placed_at > after.placed_at, later)
            )
        return list(
            self._connection.execute(query.order_by(orders.c.placed_at, orders.c.id).limit(most)).scalars()
        )

    def open_order_ids(self, channel: str) -> dict[str, UUID]:
        """Return remote id and id of the channel's orders that are not finished here."""
        query = select(orders.c.remote_id, orders.c.id).where(
            orders.c.channel == channel,
            orders.c.remote_id != "",
            OPEN,
        )
        return {row.remote_id: row.id for row in self._connection.execute(query)}

    def _first(self, wanted: ColumnElement[bool]) -> Select[Any]:
        return select(*_COLUMNS).where(wanted).order_by(letters.c.seq).limit(1)

    def _one(self, query: Select[Any]) -> Letter | None:
        row = self._connection.execute(query).first()
        return None if row is None else Letter(*row)
