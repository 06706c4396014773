"""The tables that keep the shop's books: what was done, what needs a person, how all is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, Table, Text, TypedColumns, Uuid, text

from pos.store.tables import metadata
from pos.store.types import Json, Moment


class _Journal(TypedColumns):
    seq: Column[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    at: Column[datetime] = Column(Moment, nullable=False)
    actor: Column[str] = Column(Text, nullable=False)
    #: screen, shell, channel or worker
    source: Column[str] = Column(Text, nullable=False)
    act: Column[str] = Column(Text, nullable=False)
    order_id: Column[UUID | None] = Column(Uuid)
    deal_id: Column[UUID | None] = Column(Uuid)
    facts: Column[Any] = Column(Json, nullable=False)
    hash: Column[bytes] = Column(LargeBinary, nullable=False)


#: What the journal says where a person has explained a difference, and what is looked for by the act alone.
EXPLAINED = "explained"
IS_EXPLAINED = text(f"act = '{EXPLAINED}'")

#: Everything that was ever done. Rows are never changed (a trigger holds it) and are chained by `hash`.
journal = Table("journal", metadata, _Journal, Index("ix_journal_order_id", "order_id", "seq"))
Index("ix_journal_explained", journal.c.seq, sqlite_where=IS_EXPLAINED, postgresql_where=IS_EXPLAINED)


class _Attention(TypedColumns):
    id: Column[UUID] = Column(Uuid, primary_key=True)
    kind: Column[str] = Column(Text, nullable=False)
    #: with `kind`: what this is about, so that hearing of it again adds no second row
    key: Column[str] = Column(Text, nullable=False)
    channel: Column[str] = Column(Text, nullable=False)
    order_id: Column[UUID | None] = Column(Uuid)
    facts: Column[Any] = Column(Json, nullable=False)
    raw: Column[str] = Column(Text, nullable=False)
    at: Column[datetime] = Column(Moment, nullable=False)
    done_at: Column[datetime | None] = Column(Moment)
    answer: Column[str] = Column(Text, nullable=False)


_PENDING = text("done_at IS NULL")

#: What a person must look at or answer.
attention = Table(
    "attention",
    metadata,
    _Attention,
    Index("uq_attention_kind_key", "kind", "key", unique=True),
    Index("ix_attention_pending", "at", sqlite_where=_PENDING, postgresql_where=_PENDING),
)


class _Channels(TypedColumns):
    name: Column[str] = Column(Text, primary_key=True)
    position: Column[str] = Column(Text, nullable=False)
    swept_at: Column[datetime | None] = Column(Moment)
    #: in how many sweeps running an open order was missing there, by remote id
    missed: Column[Any] = Column(Json, nullable=False)
    first_fetch_done: Column[bool] = Column(Boolean, nullable=False)
    state: Column[str] = Column(Text, nullable=False)
    error: Column[str] = Column(Text, nullable=False)
    detail: Column[Any] = Column(Json, nullable=False)
    heard_at: Column[datetime | None] = Column(Moment)
    retry_at: Column[datetime | None] = Column(Moment)
    #: until when a person wants it left alone; None while it is worked
    paused_until: Column[datetime | None] = Column(Moment)
    #: when that was said
    paused_at: Column[datetime | None] = Column(Moment)
    #: the service that it last was; empty before it was ever worked
    kind: Column[str] = Column(Text, nullable=False)
    base_url: Column[str] = Column(Text, nullable=False)
    #: tells whose account there it is (a hash); empty where that is not known, or nothing to tell apart
    account: Column[str] = Column(Text, nullable=False)
    #: how often a person had it tried again
    tries: Column[int] = Column(BigInteger, nullable=False)
    #: what let in and is used up: mark of a sign-in's first -> that of its newest, and the computer with it
    renewed: Column[Any] = Column(Json, nullable=False)
    #: since when it is set up no more, though orders, letters or notices of it stay
    removed_at: Column[datetime | None] = Column(Moment)


#: How far each channel was heard, and how it is.
channels = Table("channels", metadata, _Channels)


class _Printers(TypedColumns):
    name: Column[str] = Column(Text, primary_key=True)
    state: Column[str] = Column(Text, nullable=False)
    cause: Column[str] = Column(Text, nullable=False)
    detail: Column[str] = Column(Text, nullable=False)
    at: Column[datetime] = Column(Moment, nullable=False)
    #: when it last fell ill, or became well again
    since: Column[datetime] = Column(Moment, nullable=False)
    #: when and by whom it was set aside; None while it is not
    aside_at: Column[datetime | None] = Column(Moment)
    aside_by: Column[str] = Column(Text, nullable=False)
    #: how it was reached when it showed what it can do: whether it answers, and how it proves its tickets
    way: Column[str] = Column(Text, nullable=False)
    answers: Column[bool] = Column(Boolean, nullable=False)
    proof: Column[str] = Column(Text, nullable=False)


#: How each printer last said it was.
printers = Table("printers", metadata, _Printers)


class _Numbers(TypedColumns):
    scope: Column[str] = Column(Text, primary_key=True)
    value: Column[int] = Column(BigInteger, nullable=False)


#: The last number given out in each scope.
numbers = Table("numbers", metadata, _Numbers)
