"""What screens and shell ask: each query returns exactly what is shown, and costs nothing for past orders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Text, bindparam, exists, func, or_, select

from pos.domain.deal import Deal
from pos.domain.order import Order
from pos.domain.refund import Standing
from pos.store import bookkeeping as books
from pos.store import tables as t
from pos.store.cards import card, dishes, total
from pos.store.deals import Deals
from pos.store.notices import States
from pos.store.orders import Orders, from_row
from pos.store.rows import BackRow, Card, DealRow, Done, Happening, ShareRow, Waiting

Key = TypeVar("Key")


def board(read: Connection) -> list[Card]:
    """Return every order with something left to do, oldest first."""
    rows = read.execute(select(t.orders).where(t.OPEN).order_by(t.orders.c.placed_at)).all()
    letters = letter_states(read, {row.id: row.channel for row in rows})
    unprinted = _unprinted(read)
    return [card(row, letters.get(row.id, ()), unprinted.get(row.id, [])) for row in rows]


def letter_states(read: Connection, channels: Mapping[UUID, str]) -> dict[UUID, list[tuple[str, str]]]:
    """Return verb and state of the letters of each of these orders (id: channel) to its own, oldest first."""
    found: dict[UUID, list[tuple[str, str]]] = {}
    columns = [t.letters.c[name] for name in ("order_id", "channel", "verb", "state")]
    query = select(*columns).order_by(t.letters.c.order_id, t.letters.c.seq)
    for chunk in _chunks(list(channels)):
        for row in read.execute(query.where(t.letters.c.order_id.in_(chunk))):
            if row.channel == channels[row.order_id]:
                found.setdefault(row.order_id, []).append((row.verb, row.state))
    return found


def _unprinted(read: Connection) -> dict[UUID, list[Any]]:
    # In two steps: a join may be walked from its long side, through all the tickets there ever were.
    columns = (t.tickets.c.id, t.tickets.c.seq, t.tickets.c.number, t.tickets.c.state)
    rows = {row.id: row for row in read.execute(select(*columns).where(t.UNPRINTED))}
    found: dict[UUID, list[Any]] = {}
    for chunk in _chunks(sorted(rows, key=lambda key: rows[key].seq)):
        links = read.execute(select(t.ticket_orders).where(t.ticket_orders.c.ticket_id.in_(chunk))).all()
        for link in sorted(links, key=lambda link: rows[link.ticket_id].seq):
            found.setdefault(link.order_id, []).append(rows[link.ticket_id])
    return found


def _chunks(ids: Sequence[Key], size: int = 500) -> Iterable[Sequence[Key]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def done_since(read: Connection, since: datetime, limit: int = 200) -> list[Done]:
    """Return the orders that were finished since a moment (UTC), newest first."""
    query = (
        select(t.orders)
        .where(t.orders.c.closed_at >= since)
        .order_by(t.orders.c.closed_at.desc())
        .limit(limit)
    )
    return [
        Done(
            row.id, row.number, row.channel, row.type, row.status, dishes(row.lines), total(row),
            row.currency, row.closed_at, dishes(row.lines, back=True),
        )
        for row in read.execute(query)
    ]  # fmt: skip


def waiting(read: Connection) -> Waiting:
    """Return the counts of what needs a person."""
    return Waiting(
        new_orders=_count(read, t.OPEN & (t.orders.c.status == "placed")),
        tickets=_count(read, t.UNPRINTED & t.tickets.c.state.in_(("unknown", "failed"))),
        letters=_count(read, t.UNDONE & (t.letters.c.state == "failed")),
        attention=_count(read, books.attention.c.done_at.is_(None)),
    )


def _count(read: Connection, wanted: ColumnElement[bool]) -> int:
    return int(read.execute(select(func.count()).where(wanted)).scalar_one())


def order(read: Connection, order_id: UUID) -> Order:
    """Return an order; raises Refused where there is none."""
    return Orders(read).get(order_id)


def orders(
    read: Connection, statuses: Sequence[str] = (), channels: Sequence[str] = (), limit: int | None = None
) -> list[Order]:
    """Return orders in any of these states and channels (none: all), newest last."""
    query = select(t.orders)
    if statuses:
        query = query.where(t.orders.c.status.in_(statuses))
    if channels:
        query = query.where(t.orders.c.channel.in_(channels))
    query = query.order_by(t.orders.c.placed_at.desc(), t.orders.c.number.desc()).limit(limit)
    return [from_row(row) for row in read.execute(query)][::-1]


def find_orders(read: Connection, name: str, day: object) -> list[Order]:
    """Return the orders that a person may mean by `name`, today's (`day`) short numbers before all others.

    `name` is an id, `channel:remote-id`, a sequence number or a short number (`41` means `041`).
    """
    for wanted in _meanings(name.strip(), day):
        found = [from_row(row) for row in read.execute(select(t.orders).where(wanted).limit(20))]
        if found:
            return found
    return []


def _meanings(name: str, day: object) -> Iterable[ColumnElement[bool]]:
    o = t.orders.c
    with suppress(ValueError):
        yield o.id == UUID(name)
    channel, colon, remote = name.partition(":")
    if colon:
        yield (o.channel == channel) & (o.remote_id == remote) & (o.remote_id != "")
    number = name.zfill(3)
    yield or_((o.number == number) & (o.day == day), (o.sequence_number == name) & (o.sequence_number != ""))
    yield (o.number == number) & t.OPEN
    yield o.number == number


def at_table(read: Connection, code: str) -> list[Order]:
    """Return the bookings that wait for the guest of a table code, oldest first."""
    return Orders(read).at_table(code)


def timeline(read: Connection, order_id: UUID) -> list[Happening]:
    """Return what happened to an order, oldest first."""
    j = books.journal.c
    query = select(j.at, j.actor, j.source, j.act, j.facts).where(j.order_id == order_id).order_by(j.seq)
    return [Happening(*row) for row in read.execute(query)]


def channels_with_letters(read: Connection) -> set[str]:
    """Return the channels that have something to tell, now or later."""
    query = select(t.letters.c.channel).where(t.UNDONE, t.letters.c.state == "waiting")
    return set(read.execute(query.distinct()).scalars())


def tries(read: Connection) -> dict[str, int]:
    """Return how often a person had each channel tried again, by its name."""
    rows = read.execute(select(books.channels.c.name, books.channels.c.tries))
    return {row.name: row.tries for row in rows}


# What is asked at every round of every channel is put together once: that takes longer than the answer.
_CHANNEL = bindparam("channel", type_=Text)
_DIGESTS = (
    select(t.orders.c.remote_id, t.documents.c.digest)
    .join(t.documents, t.documents.c.order_id == t.orders.c.id)
    .where(t.orders.c.channel == _CHANNEL, t.orders.c.remote_id != "")
    .where(t.orders.c.remote_id.in_(bindparam("remote_ids", expanding=True)))
)
_PAUSED = exists().where(books.channels.c.name == _CHANNEL, books.channels.c.paused_until.is_not(None))
_TO_TELL = exists().where(t.UNDONE, t.letters.c.channel == _CHANNEL, t.letters.c.state == "waiting")
_DETAIL = select(books.channels.c.detail).where(books.channels.c.name == _CHANNEL).scalar_subquery()
_OUTLOOK = select(_PAUSED, _TO_TELL, _DETAIL)


def known_documents(read: Connection, channel: str, readings: Mapping[str, bytes]) -> set[str]:
    """Return which of a channel's documents (`orders.reading` by their ids there) are those last kept."""
    known: set[str] = set()
    for chunk in _chunks(list(readings)):
        rows = read.execute(_DIGESTS, {"channel": channel, "remote_ids": chunk})
        known.update(row.remote_id for row in rows if bytes(row.digest) == readings[row.remote_id])
    return known


def known_ids(read: Connection, channel: str, remote_ids: Sequence[str]) -> set[str]:
    """Return which of a channel's ids are those of orders here."""
    remote = t.orders.c.remote_id
    queries = (
        select(remote).where(t.orders.c.channel == channel, remote.in_(chunk))
        for chunk in _chunks(remote_ids)
    )
    return {known for query in queries for known in read.execute(query).scalars()}


def raw(read: Connection, order_id: UUID) -> Any:
    """Return the channel's own document of an order as it last came; None where there is none."""
    query = select(t.documents.c.raw).where(t.documents.c.order_id == order_id)
    text = read.execute(query).scalar_one_or_none()
    return None if text is None else json.loads(text)


def deal(read: Connection, deal_id: UUID) -> DealRow:
    """Return a deal as it is shown, with its refunds; raises Refused where there is none."""
    deals = Deals(read)
    found, refunds = deals.get(deal_id), deals.refunds_of(deal_id)
    parts = {share.order_id for share in found.shares}
    named = read.execute(select(t.orders.c.id, t.orders.c.number).where(t.orders.c.id.in_(parts)))
    numbers = {row.id: row.number for row in named}
    return _shown(found, numbers)._replace(refunds=tuple(_shown(refund, numbers) for refund in refunds))


def _shown(deal: Deal, numbers: Mapping[UUID, str]) -> DealRow:
    totals: dict[UUID, int] = {}
    for share in deal.shares:  # a refund has two of an order whose money went two ways
        totals[share.order_id] = totals.get(share.order_id, 0) + share.total
    return DealRow(
        id=deal.id,
        number=deal.number,
        state=deal.state.value,
        currency=deal.currency,
        total=deal.total,
        change=deal.change,
        payments=tuple((part.method, part.amount) for part in deal.payments),
        shares=tuple(ShareRow(key, numbers[key], total) for key, total in totals.items()),
        closed_at=deal.closed_at,
        refund_of=deal.refund_of,
        reason=deal.reason,
        back=tuple(
            BackRow(part.order_id, part.line_id, part.name, part.quantity, part.amount) for part in deal.back
        ),
    )


def standing(read: Connection, deal_id: UUID) -> Standing:
    """Return a deal with its orders and what of it was taken back; raises Refused where there is none."""
    return Deals(read).standing(deal_id)


def last_carrier(read: Connection, channel: str, since: datetime) -> str:
    """Return the carrier that left with the last order of a channel, of those placed since a moment (UTC)."""
    o = t.orders.c
    gone = select(o.carrier).where(o.placed_at >= since, o.channel == channel, o.dispatched_at.is_not(None))
    return read.execute(gone.order_by(o.dispatched_at.desc()).limit(1)).scalar_one_or_none() or ""


def find_deal(read: Connection, name: str) -> UUID | None:
    """Return the deal that an id or a bill number means; None where there is none."""
    wanted = t.deals.c.number == name.strip()
    with suppress(ValueError):
        wanted = t.deals.c.id == UUID(name.strip())
    return read.execute(select(t.deals.c.id).where(wanted)).scalar_one_or_none()


def is_another(read: Connection, channel: str, kind: str, base_url: str, account: str = "") -> bool:
    """Whether a service, or an account there, is not the one whose orders stand under a channel's name."""
    states = States(read)
    return states.is_another(channel, kind, base_url, account) and states.has_left(channel)


def has_moved(read: Connection, channel: str, kind: str, base_url: str, account: str) -> bool:
    """Whether orders stand under a channel's name that were heard at another host, or of another account."""
    states = States(read)
    return states.has_moved(channel, kind, base_url, account) and states.has_left(channel)


def renewed_at(read: Connection, channel: str, used: str) -> str:
    """Return the computer that renewed what lets a channel in; empty where this mark is of none used up."""
    _, where = States(read).channel(channel)["renewed"].get(used, ("", ""))
    return str(where)


def outlook(read: Connection, channel: str) -> tuple[bool, bool, Mapping[str, str]]:
    """Whether a person wants a channel left alone, or did until lately; whether letters wait; its detail."""
    paused, letters, detail = read.execute(_OUTLOOK, {"channel": channel}).one()
    return paused, letters, detail or {}


def heard(read: Connection, channel: str) -> tuple[str, datetime | None, bool, Mapping[str, int]]:
    """Return how far a channel was heard: position, when all was looked at (UTC), whether ever to the end.

    At last how often running each order that is open here was missing there, by remote id.
    """
    row = States(read).channel(channel)
    return row["position"], row["swept_at"], row["first_fetch_done"], row["missed"]
