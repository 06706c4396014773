"""The tables of what the shop deals in, typed; what must hold of a row is written beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TextClause,
    TypedColumns,
    Uuid,
    bindparam,
    func,
    text,
)

from pos.store.types import Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_COUNTED = BigInteger().with_variant(Integer, "sqlite")


def _listed(name: str, values: tuple[str, ...]) -> TextClause:
    return text(f"{name} IN ({', '.join(repr(value) for value in values)})")


def _among(column: Column[str], values: tuple[str, ...]) -> ColumnElement[bool]:
    """Return `column IN (…)` with its values written out: a partial index serves only what it can see."""
    return column.in_(bindparam(None, values, expanding=True, literal_execute=True))


_OPEN_STATES = ("placed", "accepted", "executed")
_OPEN = _listed("status", _OPEN_STATES)


class _Orders(TypedColumns):
    id: Column[UUID] = Column(Uuid, primary_key=True)
    number: Column[str] = Column(Text, nullable=False)
    day: Column[date] = Column(Date, nullable=False)
    channel: Column[str] = Column(Text, nullable=False)
    remote_id: Column[str] = Column(Text, nullable=False)
    sequence_number: Column[str] = Column(Text, nullable=False)
    type: Column[str] = Column(Text, nullable=False)
    status: Column[str] = Column(Text, nullable=False)
    payment_type: Column[str] = Column(Text, nullable=False)
    payment_status: Column[str] = Column(Text, nullable=False)
    payment_online: Column[bool] = Column(Boolean, nullable=False)
    currency: Column[str | None] = Column(Text)
    fee: Column[int | None] = Column(BigInteger)
    table_code: Column[str] = Column(Text, nullable=False)
    agent: Column[str] = Column(Text, nullable=False)
    lines: Column[Any] = Column(Json, nullable=False)
    memo: Column[Any] = Column(Json, nullable=False)
    guest: Column[Any] = Column(Json, nullable=False)
    placed_at: Column[datetime] = Column(Moment, nullable=False)
    updated_at: Column[datetime] = Column(Moment, nullable=False)
    due_at: Column[datetime | None] = Column(Moment)
    deadline_at: Column[datetime | None] = Column(Moment)
    accepted_at: Column[datetime | None] = Column(Moment)
    executed_at: Column[datetime | None] = Column(Moment)
    closed_at: Column[datetime | None] = Column(Moment)
    remote_updated_at: Column[datetime | None] = Column(Moment)
    remote_status: Column[str] = Column(Text, nullable=False)
    guest_is_here: Column[bool] = Column(Boolean, nullable=False)
    settled: Column[bool] = Column(Boolean, nullable=False)
    deal_id: Column[UUID | None] = Column(Uuid)
    #: when it left the shop for its guest; with whom, and the number on the parcel
    dispatched_at: Column[datetime | None] = Column(Moment)
    carrier: Column[str] = Column(Text, nullable=False)
    tracking: Column[str] = Column(Text, nullable=False)
    #: for the shop itself, as its channel was set up when it came
    supplies: Column[bool] = Column(Boolean, nullable=False)
    #: what is open at its service: the part, and what is claimed of it
    claims: Column[Any] = Column(Json, nullable=False)
    version: Column[int] = Column(Integer, nullable=False)


#: One row an order, for life. A channel's order has one row however often it is heard of.
orders = Table(
    "orders",
    metadata,
    _Orders,
    Index(
        "uq_orders_remote",
        "channel",
        "remote_id",
        unique=True,
        sqlite_where=text("remote_id <> ''"),
        postgresql_where=text("remote_id <> ''"),
    ),
    Index("uq_orders_day_number", "day", "number", unique=True),
    Index("ix_orders_number", "number"),
    Index(
        "ix_orders_nameless",
        "channel",
        sqlite_where=text("remote_id = ''"),
        postgresql_where=text("remote_id = ''"),
    ),
    Index("ix_orders_open", "status", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_orders_placed_at", "placed_at"),
    Index("ix_orders_closed_at", "closed_at"),
    Index("ix_orders_sequence", "sequence_number"),
    Index("ix_orders_deal", "deal_id"),
)


#: No service has named it: the counter's own, or not registered as far as is known.
NAMELESS = orders.c.remote_id == bindparam(None, "", literal_execute=True)

#: Something is left to do.
OPEN = _among(orders.c.status, _OPEN_STATES)


class _Documents(TypedColumns):
    order_id: Column[UUID] = Column(Uuid, ForeignKey("orders.id"), primary_key=True)
    digest: Column[bytes] = Column(LargeBinary, nullable=False)
    raw: Column[str] = Column(Text, nullable=False)
    at: Column[datetime] = Column(Moment, nullable=False)


#: The channel's own document of an order, as it last came. Apart, so that lists never read it.
documents = Table("documents", metadata, _Documents)


class _Deals(TypedColumns):
    id: Column[UUID] = Column(Uuid, primary_key=True)
    number: Column[str] = Column(Text, nullable=False, unique=True)
    state: Column[str] = Column(Text, nullable=False)
    currency: Column[str | None] = Column(Text)
    total: Column[int] = Column(BigInteger, nullable=False)
    change: Column[int] = Column(BigInteger, nullable=False)
    shares: Column[Any] = Column(Json, nullable=False)
    payments: Column[Any] = Column(Json, nullable=False)
    opened_at: Column[datetime] = Column(Moment, nullable=False)
    closed_at: Column[datetime | None] = Column(Moment)
    by: Column[str] = Column(Text, nullable=False)
    shift_id: Column[UUID | None] = Column(Uuid, ForeignKey("shifts.id"))
    #: of a refund: the deal that it takes back, why, and which pieces
    refund_of: Column[UUID | None] = Column(Uuid)
    reason: Column[str] = Column(Text, nullable=False)
    back: Column[Any] = Column(Json, nullable=False)
    version: Column[int] = Column(Integer, nullable=False)


#: One transaction over orders. Its payments stand in `takings` too, a row each, for sums.
deals = Table(
    "deals",
    metadata,
    _Deals,
    Index("ix_deals_closed_at", "closed_at"),
    Index("ix_deals_refund_of", "refund_of"),
)


class _Takings(TypedColumns):
    deal_id: Column[UUID] = Column(Uuid, ForeignKey("deals.id"), primary_key=True)
    order_id: Column[UUID] = Column(Uuid, ForeignKey("orders.id"), primary_key=True)
    method: Column[str] = Column(Text, primary_key=True)
    amount: Column[int] = Column(BigInteger, nullable=False)
    online: Column[bool] = Column(Boolean, nullable=False)
    at: Column[datetime] = Column(Moment, nullable=False)


#: What was taken for which order in which method, in minor units; written once, when a deal closes.
takings = Table("takings", metadata, _Takings, Index("ix_takings_at", "at"))


class _Shifts(TypedColumns):
    id: Column[UUID] = Column(Uuid, primary_key=True)
    number: Column[int] = Column(Integer, nullable=False, unique=True)
    state: Column[str] = Column(Text, nullable=False)
    currency: Column[str] = Column(Text, nullable=False)
    float: Column[int] = Column(BigInteger, nullable=False)
    counted: Column[Any] = Column(Json)
    opened_at: Column[datetime] = Column(Moment, nullable=False)
    opened_by: Column[str] = Column(Text, nullable=False)
    closed_at: Column[datetime | None] = Column(Moment)
    closed_by: Column[str] = Column(Text, nullable=False)
    version: Column[int] = Column(Integer, nullable=False)


#: From opening the drawer with a float to closing it with a count.
shifts = Table("shifts", metadata, _Shifts)


class _Letters(TypedColumns):
    seq: Column[int] = Column(_COUNTED, primary_key=True, autoincrement=True)
    #: the `seq` of the letter that this is a refused part of, in whose place it is told; none: its own
    part_of: Column[int | None] = Column(_COUNTED)
    id: Column[UUID] = Column(Uuid, nullable=False, unique=True)
    channel: Column[str] = Column(Text, nullable=False)
    order_id: Column[UUID] = Column(Uuid, ForeignKey("orders.id"), nullable=False)
    verb: Column[str] = Column(Text, nullable=False)
    body: Column[Any] = Column(Json, nullable=False)
    #: waiting, sending, told, failed (the service said no), dropped (given up, or it cannot be told)
    state: Column[str] = Column(Text, nullable=False)
    attempts: Column[int] = Column(Integer, nullable=False)
    #: whether an earlier attempt may have reached the service
    attempted: Column[bool] = Column(Boolean, nullable=False)
    #: whether its order had moved on there, was read, and the letter was decided again
    overtaken: Column[bool] = Column(Boolean, nullable=False)
    #: until then Undo may take it back
    not_before: Column[datetime] = Column(Moment, nullable=False)
    next_try_at: Column[datetime] = Column(Moment, nullable=False)
    #: when that was set: where it is yet to come, the clock has been put back since
    put_off_at: Column[datetime] = Column(Moment, nullable=False)
    error: Column[str] = Column(Text, nullable=False)
    at: Column[datetime] = Column(Moment, nullable=False)
    done_at: Column[datetime | None] = Column(Moment)


_UNDONE_STATES = ("waiting", "sending", "failed")
_UNDONE = _listed("state", _UNDONE_STATES)

#: The outbox: what a channel has still to be told. `place_of` orders the letters of one order.
letters = Table(
    "letters",
    metadata,
    _Letters,
    Index("ix_letters_order", "order_id", "seq"),
    Index("ix_letters_undone", "channel", "seq", sqlite_where=_UNDONE, postgresql_where=_UNDONE),
)


def place_of(of: FromClause) -> ColumnElement[int]:
    """Return a letter's place among those of its order: parts that were refused share that of the whole."""
    return func.coalesce(of.c.part_of, of.c.seq)


#: The channel does not know yet.
UNDONE = _among(letters.c.state, _UNDONE_STATES)


class _Tickets(TypedColumns):
    seq: Column[int] = Column(_COUNTED, primary_key=True, autoincrement=True)
    id: Column[UUID] = Column(Uuid, nullable=False, unique=True)
    number: Column[str] = Column(Text, nullable=False)
    kind: Column[str] = Column(Text, nullable=False)
    printer: Column[str] = Column(Text, nullable=False)
    #: whose worker took it last: its own printer's, or that of one that stands in; empty before
    taken_by: Column[str] = Column(Text, nullable=False)
    #: the settings of that printer that shaped its paper; empty before
    printed_as: Column[Any] = Column(Json, nullable=False)
    #: 1 for the first; every later copy of the same number bears a mark
    copy: Column[int] = Column(Integer, nullable=False)
    mark: Column[str | None] = Column(Text)
    facts: Column[Any] = Column(Json, nullable=False)
    #: what this ticket told the kitchen: [[line id, quantity change, name, options, note], …]
    told: Column[Any] = Column(Json, nullable=False)
    drawer: Column[bool] = Column(Boolean, nullable=False)
    buzzer: Column[bool] = Column(Boolean, nullable=False)
    #: queued, sending, printed, sent, unknown, failed, dropped
    state: Column[str] = Column(Text, nullable=False)
    attempts: Column[int] = Column(Integer, nullable=False)
    next_try_at: Column[datetime] = Column(Moment, nullable=False)
    #: when that was set: where it is yet to come, the clock has been put back since
    put_off_at: Column[datetime] = Column(Moment, nullable=False)
    evidence: Column[str] = Column(Text, nullable=False)
    error: Column[str] = Column(Text, nullable=False)
    at: Column[datetime] = Column(Moment, nullable=False)
    done_at: Column[datetime | None] = Column(Moment)
    deal_id: Column[UUID | None] = Column(Uuid, ForeignKey("deals.id"))


_UNPRINTED_STATES = ("queued", "sending", "unknown", "failed")
_UNPRINTED = _listed("state", _UNPRINTED_STATES)

#: The spool: what a printer has still to print, and what became of it.
tickets = Table(
    "tickets",
    metadata,
    _Tickets,
    Index("uq_tickets_number_copy", "number", "copy", unique=True),
    Index("ix_tickets_unprinted", "printer", "seq", sqlite_where=_UNPRINTED, postgresql_where=_UNPRINTED),
    Index("ix_tickets_at", "at"),
)


#: The paper is not there yet, as far as is known.
UNPRINTED = _among(tickets.c.state, _UNPRINTED_STATES)


class _TicketOrders(TypedColumns):
    order_id: Column[UUID] = Column(Uuid, ForeignKey("orders.id"), primary_key=True)
    ticket_id: Column[UUID] = Column(Uuid, ForeignKey("tickets.id"), primary_key=True)


#: Which orders a ticket is about.
ticket_orders = Table(
    "ticket_orders", metadata, _TicketOrders, Index("ix_ticket_orders_ticket_id", "ticket_id")
)
