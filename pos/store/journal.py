"""The journal: append-only, and chained so that a changed or missing line shows."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, insert, select, text

from pos.store import bookkeeping
from pos.store.bookkeeping import IS_EXPLAINED, journal
from pos.store.moments import to_micros
from pos.store.types import dump

#: The act of a person who explains why an order differs at its service.
EXPLAINED = bookkeeping.EXPLAINED

_START = b"\0" * 32
_HEAD = select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)
_INSERT = insert(journal)
#: One number for all counters: whoever writes the journal holds it until the commit (PostgreSQL).
_CHAIN_LOCK = text("SELECT pg_advisory_xact_lock(736577)")


class Entry(NamedTuple):
    """One line: who did what to which order or deal, from where. `facts` hold no personal data."""

    at: datetime
    actor: str
    source: str
    act: str
    order_id: UUID | None
    deal_id: UUID | None
    facts: Mapping[str, Any]


def link(key: bytes, before: bytes, seq: int, entry: Entry) -> bytes:
    """Return the hash of a line: HMAC-SHA256 over the hash before it and the line itself."""
    line = [seq, to_micros(entry.at), *entry[1:4], _text(entry.order_id), _text(entry.deal_id), entry.facts]
    return hmac.digest(key, before + dump(line).encode("utf-8", "surrogatepass"), sha256)


def _text(value: UUID | None) -> str:
    return "" if value is None else value.hex


class Explained(NamedTuple):
    """How a person explained that an order differs at a service: the words, and the differences meant."""

    why: str
    differences: tuple[str, ...]
    apart: int


def explanations(read: Connection, channel: str) -> dict[str, Explained]:
    """Return the last explanation of each order that has one at a channel, by its id there."""
    query = select(journal.c.facts).where(IS_EXPLAINED).order_by(journal.c.seq)
    said = [facts for facts in read.execute(query).scalars() if facts["channel"] == channel]
    return {
        facts["remote"]: Explained(facts["why"], tuple(facts["differences"]), facts["apart"])
        for facts in said
    }


class Journal:
    """The journal of one transaction."""

    def __init__(self, connection: Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key
        self._head: tuple[int, bytes] | None = None

    def write(self, entry: Entry) -> int:
        """Append one line and return its number."""
        seq, before = self._head or self._read_head()
        linked = link(self._key, before, seq + 1, entry)
        self._connection.execute(_INSERT, {**entry._asdict(), "seq": seq + 1, "hash": linked})
        self._head = seq + 1, linked
        return seq + 1

    def last(self, order_id: UUID, act: str) -> Mapping[str, Any]:
        """Return the facts of the last line that says this of an order; nothing where none does."""
        query = select(journal.c.facts).where(journal.c.order_id == order_id, journal.c.act == act)
        row = self._connection.execute(query.order_by(journal.c.seq.desc()).limit(1)).first()
        return {} if row is None else dict(row.facts)

    def explained(self, channel: str, remote_id: str) -> Explained | None:
        """Return how it was last explained that an order differs at a channel; None where nobody has."""
        return explanations(self._connection, channel).get(remote_id)

    def _read_head(self) -> tuple[int, bytes]:
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_CHAIN_LOCK)
        row = self._connection.execute(_HEAD).one_or_none()
        return (0, _START) if row is None else (row.seq, bytes(row.hash))


def broken(connection: Connection, key: bytes, after: int = 0) -> list[int]:
    """Return the numbers of the lines after `after` that do not follow from the line before them."""
    before, last, found = _START, 0, []
    if after:
        start = connection.execute(select(journal.c.seq, journal.c.hash).where(journal.c.seq == after)).one()
        before, last = bytes(start.hash), start.seq
    for row in connection.execute(select(journal).where(journal.c.seq > after).order_by(journal.c.seq)):
        entry = Entry(row.at, row.actor, row.source, row.act, row.order_id, row.deal_id, row.facts)
        if row.seq != last + 1 or not hmac.compare_digest(link(key, before, row.seq, entry), bytes(row.hash)):
            found.append(row.seq)
        before, last = bytes(row.hash), row.seq
    return found
