"""A channel's day as it is here: one side of a reconciliation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, or_, select

from pos.domain.shop import Shop
from pos.store import bookkeeping as books
from pos.store import tables as t
from pos.store.cards import total
from sync.messages import line_of
from sync.parts import keyed

#: What the journal says where a person has explained a difference.
EXPLAINED = "explained"

#: So many ids are asked for at once: a database takes only so many values in a query.
_AT_ONCE = 500


class Ours(NamedTuple):
    """One order of a channel as it is here. `total` is minor units of `currency`; None without prices.

    `waits`: the channel has still to be told something. `why`: how a person explained that it differs there.
    """

    order_id: UUID
    number: str
    status: str
    payment: str
    total: int | None
    currency: str | None
    waits: bool = False
    why: str = ""


def of_day(read: Connection, shop: Shop, channel: str, day: date) -> dict[str, Ours]:
    """Return a channel's orders of a business day, by the ids that the channel has for them.

    A day's orders are those that came then, and those that were finished then. A channel that only hears what
    was sold has those of the day that it was told of, as it was last told.
    """
    since, until = shop.bounds(day)
    o = t.orders.c
    of_it = or_(o.day == day, o.closed_at.between(since, until))
    if "sale" in shop.channels[channel].tells:
        return _told(read, channel, of_it)
    return _found(read, channel, o.remote_id != "", of_it)


def known(read: Connection, channel: str, remote_ids: Collection[str]) -> dict[str, Ours]:
    """Return those orders of a channel that have one of these ids there, whatever their day."""
    asked = sorted(remote_ids)
    parts = (asked[at : at + _AT_ONCE] for at in range(0, len(asked), _AT_ONCE))
    found = [_found(read, channel, t.orders.c.remote_id.in_(part)) for part in parts]
    return {key: ours for part in found for key, ours in part.items()}


def _found(read: Connection, channel: str, *which: ColumnElement[bool]) -> dict[str, Ours]:
    rows = list(read.execute(select(t.orders).where(t.orders.c.channel == channel, *which)))
    found = {row.remote_id: _ours(row, total(row), row.currency) for row in rows}
    return _with_what_was_said(read, channel, found)


def _ours(row: Row[Any], cost: int | None, currency: str | None) -> Ours:
    return Ours(row.id, row.number, row.status, row.payment_status, cost, currency)


def _with_what_was_said(read: Connection, channel: str, found: Mapping[str, Ours]) -> dict[str, Ours]:
    waiting = _waiting(read, channel)
    why = _explained(read, channel, [ours.order_id for ours in found.values()])
    return {
        key: ours._replace(waits=ours.order_id in waiting, why=why.get(ours.order_id, ""))
        for key, ours in found.items()
    }


def _waiting(read: Connection, channel: str) -> set[UUID]:
    """Return the orders about which a channel has still to be told something."""
    query = select(t.letters.c.order_id).where(t.UNDONE, t.letters.c.channel == channel)
    return set(read.execute(query.distinct()).scalars())


def _explained(read: Connection, channel: str, order_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the last explanation of each of these orders at this channel."""
    j = books.journal.c
    found: dict[UUID, str] = {}
    for at in range(0, len(order_ids), _AT_ONCE):
        some = list(order_ids)[at : at + _AT_ONCE]
        query = select(j.order_id, j.facts).where(j.order_id.in_(some), j.act == EXPLAINED).order_by(j.seq)
        found |= {r.order_id: r.facts["why"] for r in read.execute(query) if r.facts["channel"] == channel}
    return found


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
    found = {
        str(key): _ours(row, _cost(row.body), row.body["order"]["currency"]) for key, row in last.items()
    }
    return _with_what_was_said(read, channel, found)


def _cost(sale: Mapping[str, Any]) -> int | None:
    """Return what the lines of a told sale cost (minor units), without the pieces that came back."""
    returned = sale.get("returned") or {}
    lines = list(keyed([line_of(item) for item in sale["order"]["items"]]))
    each = [(line.price, line.quantity - returned.get(key, 0) or line.quantity) for key, line in lines]
    priced = [price * count for price, count in each if price is not None]
    return sum(priced) if priced else None
