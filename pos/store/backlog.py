"""What waits, failed or is unknown, for the pages where people deal with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from pos.domain.order import Line
from pos.domain.shop import COUNTER, PrinterFacts, Shop
from pos.domain.standing_in import next_change, stand_ins
from pos.store import bookkeeping as books
from pos.store import tables as t
from pos.store.database import utcnow
from pos.store.notices import conditions
from pos.store.rows import AttentionRow, ChannelRow, LetterRow, PaperRow, PrinterRow, TicketRow
from sync.parts import keyed, named

_TICKET = [t.tickets.c[name] for name in TicketRow._fields if name in t.tickets.c]


def tickets(read: Connection, states: Sequence[str] = (), limit: int | None = 200) -> list[TicketRow]:
    """Return tickets in any of these states (none: all), newest last."""
    query = select(*_TICKET).order_by(t.tickets.c.seq.desc()).limit(limit)
    if states:
        query = query.where(t.tickets.c.state.in_(states))
    return _with_orders(read, list(read.execute(query))[::-1])


def ticket(read: Connection, ticket_id: UUID) -> TicketRow | None:
    """Return one ticket."""
    rows = read.execute(select(*_TICKET).where(t.tickets.c.id == ticket_id)).all()
    return next(iter(_with_orders(read, rows)), None)


def tickets_named(read: Connection, number: str) -> list[TicketRow]:
    """Return every copy of the ticket with this number, oldest first."""
    query = select(*_TICKET).where(t.tickets.c.number == number).order_by(t.tickets.c.copy)
    return _with_orders(read, read.execute(query).all())


def order_tickets(read: Connection, order_id: UUID) -> list[TicketRow]:
    """Return an order's tickets, oldest first."""
    mine = select(t.ticket_orders.c.ticket_id).where(t.ticket_orders.c.order_id == order_id)
    query = select(*_TICKET).where(t.tickets.c.id.in_(mine)).order_by(t.tickets.c.seq)
    return _with_orders(read, read.execute(query).all())


def _with_orders(read: Connection, rows: Sequence[Row[Any]]) -> list[TicketRow]:
    linked: dict[UUID, list[Any]] = {}
    for start in range(0, len(rows), 500):
        query = (
            select(t.ticket_orders.c.ticket_id, t.orders.c.id, t.orders.c.number)
            .join(t.orders, t.orders.c.id == t.ticket_orders.c.order_id)
            .where(t.ticket_orders.c.ticket_id.in_([row.id for row in rows[start : start + 500]]))
            .order_by(t.orders.c.placed_at)
        )
        for link in read.execute(query):
            linked.setdefault(link.ticket_id, []).append(link)
    return [
        TicketRow(
            **row._mapping,
            order_ids=tuple(link.id for link in linked.get(row.id, ())),
            order_numbers=tuple(link.number for link in linked.get(row.id, ())),
        )
        for row in rows
    ]


def ticket_content(read: Connection, ticket_id: UUID) -> Mapping[str, Any]:
    """Return a ticket's row whole: its facts, copy and mark make it again exactly. Raises NoResultFound."""
    return dict(read.execute(select(t.tickets).where(t.tickets.c.id == ticket_id)).one()._mapping)


def paper(read: Connection, shop: Shop, ticket_id: UUID, now: datetime | None = None) -> PaperRow:
    """Return what was sent of a ticket, or would be if it went at `now` (UTC). Raises NoResultFound."""
    row = ticket_content(read, ticket_id)
    own = row["printer"]
    waits = row["state"] == "queued"
    standing = stand_ins(shop.printers, conditions(read), now or utcnow()) if waits else {}
    printer = row["taken_by"] or standing.get(own) or own
    known = {name: row[name] for name in ("facts", "copy", "mark", "drawer", "buzzer")}
    printed_as = {} if waits else row["printed_as"]
    return PaperRow(
        printer=printer, stands_in_for=own if printer != own else "", printed_as=printed_as, **known
    )


def letters(read: Connection, states: Sequence[str] = (), limit: int | None = 200) -> list[LetterRow]:
    """Return letters in any of these states (none: all), newest last."""
    wanted = [t.letters.c.state.in_(states)] if states else []
    return _letters(read, wanted, limit)


def order_letters(read: Connection, order_id: UUID) -> list[LetterRow]:
    """Return an order's letters, in the order in which they are told."""
    return _letters(read, [t.letters.c.order_id == order_id], None, t.place_of(t.letters).desc())


def _letters(
    read: Connection, wanted: Sequence[ColumnElement[bool]], limit: int | None, *first: ColumnElement[Any]
) -> list[LetterRow]:
    columns = [t.letters.c[name] for name in LetterRow._fields if name in t.letters.c]
    query = select(*columns, t.orders.c.number.label("order_number"), t.letters.c.body, t.orders.c.lines)
    query = query.join(t.orders, t.orders.c.id == t.letters.c.order_id).where(*wanted)
    rows = read.execute(query.order_by(*first, t.letters.c.seq.desc()).limit(limit)).all()
    return [_letter(row) for row in rows][::-1]


def _letter(row: Any) -> LetterRow:
    facts = {name: row._mapping[name] for name in LetterRow._fields if name != "about"}
    gone = row.body.get("gone", {})
    about = _about(row.body.get("parts", ()), row.lines)
    return LetterRow(**facts, about=tuple(gone.get(part, part) for part in about))


def _about(parts: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the names of the lines that a letter's parts are; a part that is none of them is itself."""
    known = dict(keyed(Line(line["id"], line["name"], line["quantity"]) for line in lines))
    names = [(part, [known[key].name for key in known if key in named(known, [part])]) for part in parts]
    return tuple(name for part, found in names for name in found or [str(part)])


def channels(read: Connection, shop: Shop, now: datetime | None = None) -> list[ChannelRow]:
    """Return how each of the shop's channels is at `now`, and what waits for it."""
    known = {row.name: row for row in read.execute(select(books.channels))}
    waits = {row.channel: row for row in read.execute(_letters_by_channel())}
    notices = {row.channel: row.many for row in read.execute(_notices_by_channel())}
    return [
        _channel(
            name, facts.kind, known.get(name), waits.get(name), notices.get(name, 0), now or utcnow()
        )._replace(unmapped=facts.is_unmapped)
        for name, facts in shop.channels.items()
    ]


def gone(read: Connection, shop: Shop) -> list[ChannelRow]:
    """Return the channels that are set up no more and still have letters to be told, or open orders."""
    known = {row.name: row for row in read.execute(select(books.channels))}
    waits = {row.channel: row for row in read.execute(_letters_by_channel())}
    notices = {row.channel: row.many for row in read.execute(_notices_by_channel())}
    open_ones = set(read.execute(select(t.orders.c.channel).where(t.OPEN).distinct()).scalars())
    names = (open_ones | waits.keys()) - {COUNTER, *shop.channels}
    rows = (
        _channel(name, "", known.get(name), waits.get(name), notices.get(name, 0), utcnow())
        for name in sorted(names)
    )
    return [
        row._replace(
            kind=known[row.name].kind if row.name in known else "",
            state="gone",
            error="",
            retry_at=None,
            paused_until=None,
        )
        for row in rows
    ]


def _letters_by_channel() -> Any:
    failed = func.sum(case((t.letters.c.state == "failed", 1), else_=0))
    return (
        select(
            t.letters.c.channel,
            func.count().label("undone"),
            failed.label("failed"),
            func.min(t.letters.c.at).label("oldest"),
        )
        .where(t.UNDONE)
        .group_by(t.letters.c.channel)
    )


def _notices_by_channel() -> Any:
    query = select(books.attention.c.channel, func.count().label("many")).where(
        books.attention.c.done_at.is_(None)
    )
    return query.group_by(books.attention.c.channel)


def _channel(
    name: str, kind: str, row: Row[Any] | None, waits: Row[Any] | None, notices: int, now: datetime
) -> ChannelRow:
    failed = int(waits.failed) if waits else 0
    paused_until = row.paused_until if row else None
    return ChannelRow(
        name=name,
        kind=kind,
        state=row.state if row else "waiting",
        error=row.error if row else "",
        heard_at=row.heard_at if row else None,
        retry_at=row.retry_at if row else None,
        waiting=int(waits.undone) - failed if waits else 0,
        failed=failed,
        oldest=waits.oldest if waits else None,
        attention=notices,
        paused_until=paused_until if paused_until and paused_until > now else None,
    )


def printers(read: Connection, shop: Shop, now: datetime | None = None) -> list[PrinterRow]:
    """Return how each of the shop's printers is, what waits for it, and who stands in for it (at `now`)."""
    standing = stand_ins(shop.printers, conditions(read), now or utcnow())
    known = {row.name: row for row in read.execute(select(books.printers))}
    query = select(t.tickets.c.printer, t.tickets.c.state, func.count().label("many")).where(t.UNPRINTED)
    counts: dict[str, dict[str, int]] = {}
    for row in read.execute(query.group_by(t.tickets.c.printer, t.tickets.c.state)):
        counts.setdefault(row.printer, {})[row.state] = row.many
    return [
        _printer(facts, known.get(facts.name), counts.get(facts.name, {}), standing.get(facts.name, ""))
        for facts in shop.printers
    ]


def _printer(facts: PrinterFacts, row: Row[Any] | None, counts: Mapping[str, int], by: str) -> PrinterRow:
    return PrinterRow(
        name=facts.name,
        state=row.state if row else "waiting",
        cause=row.cause if row else "",
        detail=row.detail if row else "",
        waiting=counts.get("queued", 0) + counts.get("sending", 0),
        unknown=counts.get("unknown", 0),
        failed=counts.get("failed", 0),
        since=row.since if row else None,
        aside=row.aside_at if row else None,
        aside_by=row.aside_by if row else "",
        fallback=facts.fallback,
        stands_in=by,
    )


def next_look(read: Connection, shop: Shop, now: datetime) -> datetime | None:
    """Return the next moment after `now` at which a printer has more to do though nothing is written then.

    Its neighbour's tickets are then left to it, or one of its own has been in doubt for long enough.
    """
    waits = {p.name: timedelta(seconds=p.reprint_unknown_after) for p in shop.printers}
    asked = select(t.tickets.c.printer, t.tickets.c.done_at).where(t.UNPRINTED)
    rows = read.execute(asked.where(t.tickets.c.state == "unknown"))
    doubts = [row.done_at + wait for row in rows if (wait := waits.get(row.printer)) and row.done_at]
    falls = next_change(shop.printers, conditions(read), now)
    return min((at for at in (*doubts, falls) if at and at > now), default=None)


def attention(read: Connection, order_ids: Collection[UUID] = ()) -> list[AttentionRow]:
    """Return what a person must look at, oldest first; only of these orders where some are named."""
    columns = [books.attention.c[name] for name in AttentionRow._fields if name in books.attention.c]
    query = select(*columns, func.coalesce(t.orders.c.number, "").label("order_number"))
    query = query.outerjoin(t.orders, t.orders.c.id == books.attention.c.order_id)
    query = query.where(books.attention.c.done_at.is_(None))
    if order_ids:
        query = query.where(books.attention.c.order_id.in_(order_ids))
    return [AttentionRow(**row._mapping) for row in read.execute(query.order_by(books.attention.c.at))]
