"""What people are told: things that need attention, and how channels and printers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, delete, exists, insert, or_, select, text, update
from sqlalchemy.exc import NoResultFound

from pos.domain.standing_in import Condition
from pos.store.bookkeeping import attention, channels, printers
from pos.store.tables import letters, orders


class Notice(NamedTuple):
    """One thing that a person must look at, with the record it is about as it came."""

    id: UUID
    kind: str
    key: str
    channel: str
    order_id: UUID | None
    facts: Mapping[str, Any]
    raw: str
    done_at: datetime | None


_COLUMNS = [attention.c[name] for name in Notice._fields]


class Notices:
    """The attention rows of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        kind: str,
        key: str,
        at: datetime,
        *,
        channel: str = "",
        order_id: UUID | None = None,
        raw: str = "",
        **facts: Any,
    ) -> bool:
        """Ask for attention once for each (kind, key); return whether this is the first time."""
        if self.knows(kind, key):
            return False
        row = {"id": uuid4(), "kind": kind, "key": key, "channel": channel, "order_id": order_id}
        row |= {"facts": facts, "raw": raw, "at": at, "answer": ""}
        self._connection.execute(insert(attention), row)
        return True

    def get(self, notice_id: UUID) -> Notice:
        """Return a notice; raises NoResultFound."""
        return Notice(*self._connection.execute(select(*_COLUMNS).where(attention.c.id == notice_id)).one())

    def answer(self, notice_id: UUID, answer: str, at: datetime) -> bool:
        """Note that a person has dealt with it; return whether it was still open."""
        query = update(attention).where(attention.c.id == notice_id, attention.c.done_at.is_(None))
        return self._connection.execute(query.values(answer=answer, done_at=at)).rowcount == 1

    def knows(self, kind: str, key: str) -> bool:
        """Whether attention was ever asked for this."""
        query = select(attention.c.id).where(attention.c.kind == kind, attention.c.key == key)
        return self._connection.execute(query).first() is not None

    def asks(self, kind: str, key: str) -> bool:
        """Whether this waits for a person."""
        query = select(attention.c.id).where(attention.c.kind == kind, attention.c.key == key)
        return self._connection.execute(query.where(attention.c.done_at.is_(None))).first() is not None

    def open_of_order(self, order_id: UUID, kinds: Sequence[str]) -> list[Notice]:
        """Return what of these kinds waits for a person, of an order."""
        query = select(*_COLUMNS).where(attention.c.order_id == order_id, attention.c.kind.in_(kinds))
        return [Notice(*row) for row in self._connection.execute(query.where(attention.c.done_at.is_(None)))]

    def withdraw(self, kind: str, key: str) -> bool:
        """Take a notice back, since what it was about was undone: it may come again. False for none."""
        query = delete(attention).where(attention.c.kind == kind, attention.c.key == key)
        return self._connection.execute(query).rowcount == 1

    def withdraw_of_order(self, order_id: UUID, kinds: Sequence[str]) -> bool:
        """Take an order's notices of these kinds back; each may come again. False for none."""
        query = delete(attention).where(attention.c.order_id == order_id, attention.c.kind.in_(kinds))
        return self._connection.execute(query).rowcount > 0

    def settle(self, kind: str, key: str, answer: str, at: datetime) -> None:
        """Close a notice that has answered itself."""
        query = update(attention).where(
            attention.c.kind == kind, attention.c.key == key, attention.c.done_at.is_(None)
        )
        self._connection.execute(query.values(answer=answer, done_at=at))

    def settle_of_order(self, order_id: UUID, kinds: Sequence[str], answer: str, at: datetime) -> bool:
        """Close the notices of these kinds that an order has answered itself; return whether any was open."""
        query = update(attention).where(
            attention.c.order_id == order_id, attention.c.kind.in_(kinds), attention.c.done_at.is_(None)
        )
        return self._connection.execute(query.values(answer=answer, done_at=at)).rowcount > 0


class States:
    """How channels and printers are, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def channel(self, name: str) -> Mapping[str, Any]:
        """Return what is known of a channel; a new one has been heard of never."""
        row = self._connection.execute(select(channels).where(channels.c.name == name)).one_or_none()
        return dict(row._mapping) if row else _NEW_CHANNEL

    def printer(self, name: str) -> Mapping[str, Any]:
        """Return how a printer last said it was; one that was never heard of is waited for."""
        row = self._connection.execute(select(printers).where(printers.c.name == name)).one_or_none()
        return dict(row._mapping) if row else _NEW_PRINTER

    def put_channel(self, name: str, **values: Any) -> bool:
        """Keep what is known of a channel; return whether anything changed."""
        return self._put(channels, name, {**_NEW_CHANNEL, **values}, values)

    def put_printer(self, name: str, at: datetime, **values: Any) -> bool:
        """Keep how a printer is, and since when; return whether anything changed."""
        values = {"at": at, **values}
        known = self.printer(name)
        if bool(known["cause"]) is not bool(values.get("cause", known["cause"])):
            values["since"] = at
        return self._put(printers, name, {**known, "since": at, **values}, values)

    def set_up(self) -> set[str]:
        """Return the channels that nobody has said to be gone."""
        return set(self._connection.scalars(select(channels.c.name).where(channels.c.removed_at.is_(None))))

    def is_another(self, name: str, kind: str, base_url: str, account: str = "") -> bool:
        """Whether a channel of this name was another service, or another account there.

        One that was never gone may have moved, or got another key. An `account` that is not known is none.
        """
        known = self.channel(name)
        if known["kind"] != kind or known["removed_at"] is None:
            return known["kind"] not in ("", kind)
        return known["base_url"] != base_url or _differ(known["account"], account)

    def has_moved(self, name: str, kind: str, base_url: str, account: str) -> bool:
        """Whether a channel of this name and kind was at another host, or had another account there.

        What is not known of it, empty, is no other. Only a person knows whether it is the same shop.
        """
        known = self.channel(name)
        hosts = (urlsplit(known["base_url"]).netloc.lower(), urlsplit(base_url).netloc.lower())
        return known["kind"] == kind and (_differ(*hosts) or _differ(known["account"], account))

    def has_left(self, name: str) -> bool:
        """Whether there are orders, letters or notices of a channel of this name."""
        own = (table.c.channel == name for table in (orders, letters, attention))
        return bool(self._connection.scalar(select(or_(*(exists().where(each) for each in own)))))

    def forget_channel(self, name: str) -> bool:
        """Forget how a channel was that nobody has any more; return whether anything was known of it."""
        return self._connection.execute(delete(channels).where(channels.c.name == name)).rowcount == 1

    def forget_printer(self, name: str) -> None:
        """Forget how a printer was that nobody has any more."""
        self._connection.execute(delete(printers).where(printers.c.name == name))

    def conditions(self) -> dict[str, Condition]:
        """Return the condition of every printer that was heard of."""
        return conditions(self._connection)

    def _put(self, table: Table[Any], name: str, full: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        try:
            row = self._connection.execute(select(table).where(table.c.name == name)).one()
        except NoResultFound:
            self._connection.execute(insert(table), {**full, "name": name})
            return True
        if all(row._mapping[key] == value for key, value in values.items() if key != "at"):
            return False
        self._connection.execute(update(table).where(table.c.name == name), dict(values))
        return True


def conditions(read: Connection) -> dict[str, Condition]:
    """Return the condition of every printer that was heard of, by its name."""
    p = printers.c
    rows = read.execute(select(p.name, p.cause, p.since, p.aside_at))
    return {row.name: Condition(not row.cause, row.since, row.aside_at is not None) for row in rows}


def _differ(one: str, other: str) -> bool:
    """Whether two are known, and are not the same."""
    return bool(one and other and one != other)


_NEW_PRINTER: Mapping[str, Any] = {
    "state": "waiting",
    "cause": "",
    "detail": "",
    "aside_at": None,
    "aside_by": "",
    "way": "",
    "answers": False,
    "proof": "",
}

_NEW_CHANNEL: Mapping[str, Any] = {
    "position": "",
    "swept_at": None,
    "missed": {},
    "first_fetch_done": False,
    "state": "waiting",
    "error": "",
    "detail": {},
    "heard_at": None,
    "retry_at": None,
    "paused_until": None,
    "paused_at": None,
    "kind": "",
    "base_url": "",
    "account": "",
    "tries": 0,
    "renewed": {},
    "removed_at": None,
}


class Numbers:
    """Numbers that people read, each scope counting for itself without gaps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self, scope: str) -> int:
        """Return the scope's next number, from 1."""
        return int(self._connection.execute(_NEXT, {"wanted": scope}).scalar_one())


#: The same words on SQLite and PostgreSQL.
_NEXT = text(
    "INSERT INTO numbers (scope, value) VALUES (:wanted, 1) "
    "ON CONFLICT (scope) DO UPDATE SET value = numbers.value + 1 RETURNING value"
)
