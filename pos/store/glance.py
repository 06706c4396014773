"""The board at a first glance: read bare, while all that the store needs is still being loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from uuid import UUID

from pysqlite3 import dbapi2

from pos.store.cards import card
from pos.store.moments import from_micros
from pos.store.rows import Card
from pos.store.versions import VERSIONS

_VERSION = "SELECT version_num FROM alembic_version"
_OPEN = "SELECT * FROM orders WHERE status IN ('placed', 'accepted', 'executed') ORDER BY placed_at"
_LETTERS = (
    "SELECT order_id, channel, verb, state FROM letters WHERE order_id IN ({marks}) ORDER BY order_id, seq"
)
_TICKETS = "SELECT id, number, state FROM tickets WHERE state IN ('queued', 'sending', 'unknown', 'failed')"
_LINKS = "SELECT order_id, ticket_id FROM ticket_orders WHERE ticket_id IN ({marks})"

_JSON = ("lines", "memo", "guest")
_FLAGS = ("payment_online", "guest_is_here", "settled", "supplies")
_MOMENTS = ("placed_at", "due_at", "deadline_at", "executed_at", "dispatched_at")


def board(file: Path) -> list[Card]:
    """Return the cards of a SQLite store's board; nothing for a store that must be prepared first.

    Only for what is shown until the store itself answers: it writes nothing and reports no trouble.
    """
    try:
        with closing(dbapi2.connect(f"file:{quote(str(file))}?mode=ro", uri=True)) as connection:
            connection.row_factory = dbapi2.Row
            if connection.execute(_VERSION).fetchone()[0] != VERSIONS[-1]:
                return []
            return list(_cards(connection))
    except dbapi2.Error:
        return []


def _cards(connection: Any) -> Iterator[Card]:
    rows = connection.execute(_OPEN).fetchall()
    letters: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for letter in _among(connection, _LETTERS, [row["id"] for row in rows]):
        known = letters.setdefault((letter["order_id"], letter["channel"]), [])
        known.append((letter["verb"], letter["state"]))
    tickets = {ticket["id"]: ticket for ticket in connection.execute(_TICKETS)}
    unprinted: dict[str, list[Any]] = {}
    for link in _among(connection, _LINKS, list(tickets)):
        found = tickets[link["ticket_id"]]
        ticket = SimpleNamespace(id=UUID(found["id"]), number=found["number"], state=found["state"])
        unprinted.setdefault(link["order_id"], []).append(ticket)
    for row in rows:
        yield card(_values(row), letters.get((row["id"], row["channel"]), ()), unprinted.get(row["id"], []))


def _among(connection: Any, query: str, keys: list[str]) -> Iterable[Any]:
    for start in range(0, len(keys), 500):
        chunk = keys[start : start + 500]
        yield from connection.execute(query.format(marks=",".join("?" * len(chunk))), chunk)


def _values(row: Any) -> SimpleNamespace:
    values = dict(row)
    values["id"] = UUID(values["id"])
    values |= {name: json.loads(values[name]) for name in _JSON}
    values |= {name: bool(values[name]) for name in _FLAGS}
    values |= {name: None if values[name] is None else from_micros(values[name]) for name in _MOMENTS}
    return SimpleNamespace(**values)
