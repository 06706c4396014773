"""A store that an older version made is brought up with all its rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, make_url, text

import pos.store.migrations as steps
from pos.actions import channels, spool
from pos.store import queries
from pos.store.backlog import printers, tickets
from pos.store.store import Store
from pos.store.tx import Who
from sync.messages import Cursor

MINUTE = 60_000_000
TICKET = (
    "INSERT INTO tickets (id, number, kind, printer, copy, facts, told, drawer, buzzer, state, attempts,"
    " next_try_at, evidence, error, at, done_at) VALUES (:id, :number, 'kitchen', 'kitchen', 1, '{}', '[]',"
    " false, true, :state, 0, 0, '', '', 0, 0)"
)
CHANNEL = (
    "INSERT INTO channels (name, position, swept_at, first_fetch_done, state, error, detail, heard_at)"
    " VALUES ('fankahui', '77', :at, true, 'well', '', '{}', :at)"
)
PRINTER = "INSERT INTO printers VALUES ('kitchen', 'needs_you', :cause, '', :at)"


@pytest.fixture
def first_version(empty_url: str) -> str:
    """A store as the first version made it, with a ticket in each state and one printer."""
    engine = create_engine(make_url(empty_url), **_module(empty_url))
    with engine.begin() as connection:
        _make(connection, "0001")
        key = (lambda: uuid4().hex) if engine.dialect.name == "sqlite" else uuid4
        for state in ("queued", "sending", "printed", "failed"):
            connection.execute(text(TICKET), {"id": key(), "number": f"K-{state}", "state": state})
        connection.execute(text(PRINTER), {"cause": "paper_out", "at": MINUTE})
    engine.dispose()
    return empty_url


def _module(url: str) -> dict[str, Any]:
    if not url.startswith("sqlite"):
        return {}
    from pysqlite3 import dbapi2

    return {"module": dbapi2}


def _make(connection: Connection, version: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(str(steps.__file__)).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, version)


@pytest.fixture
def second_version(empty_url: str) -> str:
    """A store as the second version made it, which had heard a channel up to a place."""
    engine = create_engine(make_url(empty_url), **_module(empty_url))
    with engine.begin() as connection:
        _make(connection, "0002")
        connection.execute(text(CHANNEL), {"at": MINUTE})
    engine.dispose()
    return empty_url


def test_tickets_of_the_first_version_know_who_took_them(
    first_version: str, open_store: Callable[[str], Store]
) -> None:
    store = open_store(first_version)
    assert {row.number: row.taken_by for row in store.ask(tickets)} == {
        "K-queued": "", "K-sending": "kitchen", "K-printed": "kitchen", "K-failed": "",
    }  # fmt: skip


def test_what_was_being_sent_when_the_first_version_ended_is_asked_about(
    first_version: str, open_store: Callable[[str], Store], who: Who
) -> None:
    store = open_store(first_version)
    assert store.do(spool.recover, who, "kitchen").result() == 1


def test_a_printer_of_the_first_version_is_ill_since_it_said_so_and_not_set_aside(
    first_version: str, open_store: Callable[[str], Store]
) -> None:
    store = open_store(first_version)
    kitchen = store.ask(printers, store.shop)[0]
    assert kitchen.since is not None
    assert (kitchen.since.minute, kitchen.cause, kitchen.aside, kitchen.aside_by) == (
        1,
        "paper_out",
        None,
        "",
    )


def test_a_channel_of_the_second_version_is_heard_on_from_where_it_was_and_missed_nothing(
    second_version: str, open_store: Callable[[str], Store], who: Who
) -> None:
    store = open_store(second_version)
    swept_at = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    assert Cursor(*store.ask(queries.heard, "fankahui")) == Cursor("77", swept_at, True, {})
    assert store.ask(queries.outlook, "fankahui")[:2] == (False, False), "nobody paused it, and nothing waits"
    further = Cursor("78", swept_at, True, {"R1": 1})
    store.do(channels.save_cursor, who, "fankahui", further).result()
    assert Cursor(*store.ask(queries.heard, "fankahui")) == further


def test_a_channel_of_the_second_version_is_the_service_that_it_is_set_up_as(
    second_version: str, open_store: Callable[[str], Store], who: Who
) -> None:
    store = open_store(second_version)
    first = ("fankahui", "fankahui", "https://one.example", "boss")
    assert [store.do(channels.begin, who, *first).result() for _ in range(2)] == [True, True]
    is_another = store.ask(queries.is_another, "fankahui", "imweb", "https://other.example")
    assert is_another is False, "it has left no order here"
