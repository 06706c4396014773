"""Orders in the store: one row each, compared and swapped on its version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from pos.domain.order import Guest, Line, Note, Order, OrderType, Status
from pos.domain.payment import Payment, PaymentStatus
from pos.domain.refusals import Refused, Stale
from pos.store.moments import from_micros, to_micros
from pos.store.tables import NAMELESS, OPEN, documents, letters, orders
from pos.store.types import dump

#: Columns whose name and value are the same in the table and in the value.
_SAME = (
    "id", "number", "day", "channel", "remote_id", "sequence_number", "currency", "fee", "agent", "placed_at",
    "updated_at", "due_at", "deadline_at", "accepted_at", "executed_at", "closed_at", "remote_updated_at",
    "remote_status", "guest_is_here", "settled", "deal_id", "dispatched_at", "carrier", "tracking",
    "supplies", "version",
)  # fmt: skip

_LINE = [field.name for field in fields(Line)]
_GUEST = [field.name for field in fields(Guest)]

_INSERT = insert(orders)
_GET = select(orders).where(orders.c.id == bindparam("key"))
_BY_REMOTE = select(orders).where(
    orders.c.channel == bindparam("of"), orders.c.remote_id == bindparam("remote"), orders.c.remote_id != ""
)
_UNREGISTERED = select(orders, letters.c.body).where(
    letters.c.order_id == orders.c.id,
    letters.c.verb == "register",
    orders.c.channel == bindparam("of"),
    NAMELESS,
)
_SWAP = update(orders).where(orders.c.id == bindparam("key"), orders.c.version == bindparam("read"))
_PLACED = select(func.count()).where(OPEN, orders.c.status == "placed")
_PLACED_OF = select(orders).where(OPEN, orders.c.status == "placed", orders.c.channel == bindparam("of"))
_ADD_DOCUMENT = insert(documents)
_DIGEST = select(documents.c.digest).where(documents.c.order_id == bindparam("key"))
_LAST_READ = select(documents.c.digest, documents.c.raw).where(documents.c.order_id == bindparam("key"))
_FORGOTTEN = b""
_KEEP = update(documents).where(documents.c.order_id == bindparam("key"))
_TABLE = select(orders).where(
    orders.c.table_code == bindparam("code"),
    orders.c.type == OrderType.BOOKING.value,
    OPEN,
    orders.c.status != "executed",
)


def to_row(order: Order) -> dict[str, Any]:
    """Return an order as a row of the table."""
    row = {name: getattr(order, name) for name in _SAME}
    row |= {
        "type": order.type.value,
        "status": order.status.value,
        "payment_type": order.payment.type,
        "payment_status": order.payment.status.value,
        "payment_online": order.payment.online,
        "table_code": order.table,
        "lines": [{name: getattr(line, name) for name in _LINE} for line in order.lines],
        "memo": [_note_out(note) for note in order.memo],
        "claims": [list(claim) for claim in order.claims],
        "guest": {name: value for name in _GUEST if (value := getattr(order.guest, name)) not in ("", None)},
    }
    return row


def from_row(row: Row[Any]) -> Order:
    """Return the order that a row holds."""
    values = row._mapping
    return Order(
        **{name: values[name] for name in _SAME},
        type=OrderType(values["type"]),
        status=Status(values["status"]),
        payment=Payment(
            values["payment_type"], PaymentStatus(values["payment_status"]), values["payment_online"]
        ),
        table=values["table_code"],
        lines=tuple(_line_in(line) for line in values["lines"]),
        memo=tuple(_note_in(note) for note in values["memo"]),
        guest=Guest(**values["guest"]),
        claims=tuple((part, claim) for part, claim in values["claims"]),
    )


def _line_in(line: Mapping[str, Any]) -> Line:
    return Line(**{**line, "options": tuple(line["options"]), "contents": tuple(line.get("contents", ()))})


def _note_out(note: Note) -> dict[str, Any]:
    fact = {"fact": note.fact} if note.fact else {}
    return {"name": note.name, "message": note.message, "at": to_micros(note.at) if note.at else None, **fact}


def _note_in(note: Mapping[str, Any]) -> Note:
    at = note["at"]
    return Note(note["name"], note["message"], None if at is None else from_micros(at), note.get("fact", ""))


def digest(raw: str) -> bytes:
    """Return what tells one document from another."""
    return hashlib.blake2b(raw.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def reading(raw: Mapping[str, Any], status: str) -> bytes:
    """Return what tells a document, as it is read, from another: a shop may map its state anew."""
    return digest(f"{status} {dump(raw)}")


class Orders:
    """The orders of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, order_id: UUID) -> Order:
        """Return an order; raises Refused where there is none."""
        row = self._connection.execute(_GET, {"key": order_id}).one_or_none()
        if row is None:
            raise Refused("no_order", order=str(order_id))
        return from_row(row)

    def by_remote(self, channel: str, remote_id: str) -> Order | None:
        """Return the order that a channel knows by this id."""
        row = self._connection.execute(_BY_REMOTE, {"of": channel, "remote": remote_id}).one_or_none()
        return None if row is None else from_row(row)

    def unregistered(self, channel: str, ids: Sequence[str]) -> Order | None:
        """Return the counter-made order known by one of these whose registration's answer is not known yet.

        It is known by its own id, or by that of any line that was registered: it may have been amended here
        since, and a service may add lines of its own, or write ids in its own case.
        """
        there = {known.casefold() for known in ids}
        for row in self._connection.execute(_UNREGISTERED, {"of": channel}):
            lines = {line["id"].casefold() for line in row.body["order"]["items"]}
            if there & {str(row.id), *lines}:
                return from_row(row)
        return None

    def at_table(self, code: str) -> list[Order]:
        """Return the bookings that wait for the guest of a table code, oldest first."""
        found = [from_row(row) for row in self._connection.execute(_TABLE, {"code": code})]
        return sorted(found, key=lambda order: order.placed_at)

    def placed(self, channel: str) -> list[Order]:
        """Return a channel's orders that nobody has accepted yet."""
        return [from_row(row) for row in self._connection.execute(_PLACED_OF, {"of": channel})]

    def count_placed(self) -> int:
        """Return how many orders wait to be accepted."""
        return int(self._connection.execute(_PLACED).scalar_one())

    def add(self, order: Order) -> Order:
        """Write a new order."""
        self._connection.execute(_INSERT, to_row(order))
        return order

    def put(self, order: Order) -> Order:
        """Write an order over the version it was read at; raises Stale when another was first."""
        written = replace(order, version=order.version + 1)
        row = to_row(written)
        # An id that is set, be it to itself, makes SQLite look for its children in every table.
        del row["id"]
        result = self._connection.execute(_SWAP, {**row, "key": order.id, "read": order.version})
        if result.rowcount != 1:
            raise Stale(str(order.id))
        return written

    def add_document(self, order_id: UUID, raw: Mapping[str, Any], status: str, at: datetime) -> None:
        """Keep the channel's document of a new order as it came, and that it was read as this status."""
        row = {"order_id": order_id, "digest": reading(raw, status), "raw": dump(raw), "at": at}
        self._connection.execute(_ADD_DOCUMENT, row)

    def keep_document(self, order_id: UUID, raw: Mapping[str, Any], status: str, at: datetime) -> bool:
        """Keep the channel's document as it came; return whether it, or what it is read as, is another."""
        values = {"digest": reading(raw, status), "raw": dump(raw), "at": at}
        kept = self._connection.execute(_DIGEST, {"key": order_id}).scalar_one_or_none()
        if kept is not None and bytes(kept) == values["digest"]:
            return False
        if self._connection.execute(_KEEP, {**values, "key": order_id}).rowcount == 0:
            self._connection.execute(_ADD_DOCUMENT, {**values, "order_id": order_id})
        return True

    def has_read(self, order_id: UUID, raw: Mapping[str, Any]) -> bool:
        """Whether the channel's document is the one that was read last, whatever it was read as."""
        kept = self._connection.execute(_LAST_READ, {"key": order_id}).one_or_none()
        return kept is not None and bytes(kept.digest) != _FORGOTTEN and kept.raw == dump(raw)

    def forget_digest(self, order_id: UUID) -> None:
        """Let the next document be applied even where it is the same as the last."""
        self._connection.execute(_KEEP, {"key": order_id, "digest": _FORGOTTEN})
