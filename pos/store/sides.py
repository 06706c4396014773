"""A channel's day as it is here: one side of a reconciliation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from pos.domain.shop import Shop
from pos.store import tables as t
from pos.store.cards import total
from sync.letters import line_of
from sync.parts import keyed

#: So many ids are asked for at once: a database takes only so many values in a query.
_AT_ONCE = 500


class Ours(NamedTuple):
    """One order of a channel as it is here. `total` is minor units of `currency`; None without prices.

    `placed_at` is UTC. `waits`: the channel has still to be told something. `known_there`: the
    service has an id for it.
    """

    order_id: UUID
    number: str
    status: str
    payment: str
    total: int | None
    currency: str | None
    waits: bool = False
    known_there: bool = True
    placed_at: datetime | None = None


def of_day(read: Connection, shop: Shop, channel: str, day: date) -> dict[str, Ours]:
    """Return a channel's orders of a business day, by the ids that the channel has for them.

    A day's orders are those that came then, and those that were finished then. One that waits to be made
    there stands under its own id. A channel that only hears what was sold has those of the day that it was
    told of, as it was last told.
    """
    since, until = shop.bounds(day)
    o = t.orders.c
    of_it = or_(o.day == day, o.closed_at.between(since, until))
    if "sale" in shop.channels[channel].tells:
        return _told(read, channel, of_it)
    found = _found(read, channel, of_it)
    return {key: ours for key, ours in found.items() if ours.known_there or ours.waits}


def known(read: Connection, channel: str, remote_ids: Collection[str]) -> dict[str, Ours]:
    """Return those orders of a channel that have one of these ids there, whatever their day."""
    asked = sorted(remote_ids)
    parts = (asked[at : at + _AT_ONCE] for at in range(0, len(asked), _AT_ONCE))
    found = [_found(read, channel, t.orders.c.remote_id.in_(part)) for part in parts]
    return {key: ours for part in found for key, ours in part.items()}


def _found(read: Connection, channel: str, *which: ColumnElement[bool]) -> dict[str, Ours]:
    rows = list(read.execute(select(t.orders).where(t.orders.c.channel == channel, *which)))
    waiting = _waiting(read, channel)
    return {row.remote_id or str(row.id): _ours(row, total(row), row.currency, waiting) for row in rows}


def _ours(row: Row[Any], cost: int | None, currency: str | None, waiting: Collection[UUID]) -> Ours:
    return Ours(
        order_id=row.id,
        number=row.number,
        status=row.status,
        payment=row.payment_status,
        total=cost,
        currency=currency,
        waits=row.id in waiting,
        known_there=bool(row.remote_id),
        placed_at=row.placed_at,
    )


def _waiting(read: Connection, channel: str) -> set[UUID]:
    """Return the orders about which a channel has still to be told something."""
    query = select(t.letters.c.order_id).where(t.UNDONE, t.letters.c.channel == channel)
    return set(read.execute(query.distinct()).scalars())


def _told(read: Connection, channel: str, of_it: ColumnElement[bool]) -> dict[str, Ours]:
    letters, o = t.letters.c, t.orders.c
    query = (
        select(t.orders, letters.body)
        .join(t.letters, letters.order_id == o.id)
        .where(letters.channel == channel, letters.verb == "sale", letters.state == "told", of_it)
        .order_by(letters.seq)
    )
    # The last that was told of an order is how it shall be there.
    last = {row.id: row for row in read.execute(query) if not row.body.get("parts")}
    waiting = _waiting(read, channel)
    found = {
        key: _ours(row, _cost(row.body), row.body["order"]["currency"], waiting) for key, row in last.items()
    }
    return {str(key): ours._replace(known_there=True) for key, ours in found.items()}


def _cost(sale: Mapping[str, Any]) -> int | None:
    """Return what the lines of a told sale cost (minor units), without the pieces that came back."""
    returned = sale.get("returned") or {}
    lines = list(keyed([line_of(item) for item in sale["order"]["items"]]))
    each = [(line.price, line.quantity - returned.get(key, 0) or line.quantity) for key, line in lines]
    priced = [price * count for price, count in each if price is not None]
    return sum(priced) if priced else None
