"""The journal: append-only, and a changed or missing line shows."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pos.store.journal import broken
from pos.store.store import Store
from pos.store.tx import Tx, Who

Make = Callable[..., UUID]

UNGUARD = {
    "sqlite": ("DROP TRIGGER journal_never_changes", "DROP TRIGGER journal_never_shrinks"),
    "postgresql": ("DROP TRIGGER journal_append_only ON journal",),
}


@pytest.fixture
def written(store: Store, make_order: Make, who: Who) -> Store:
    """A store with five lines in its journal."""
    for _ in range(5):
        store.do(make_order, who).result()
    return store


def run(store: Store, who: Who, *statements: str) -> None:
    def action(tx: Tx) -> None:
        for statement in statements:
            tx.connection.execute(text(statement))

    store.do(action, who).result()


def found(store: Store, key: bytes, after: int = 0) -> list[int]:
    return store.ask(lambda read: list(broken(read, key, after)))


def test_an_untouched_journal_is_unbroken(written: Store, key: bytes) -> None:
    assert found(written, key) == found(written, key, after=3) == []


def test_with_another_key_every_line_is_a_forgery(written: Store) -> None:
    assert found(written, b"another key") == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET actor = 'x'", "DELETE FROM journal", "DELETE FROM journal WHERE seq = 5"],
)
def test_the_database_itself_refuses_to_change_the_journal(
    written: Store, who: Who, key: bytes, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        run(written, who, statement)
    assert found(written, key) == []


@pytest.mark.parametrize("column", ["actor = 'x'", "at = at + 1", "facts = '[]'", "act = 'paid'"])
def test_a_changed_line_shows(written: Store, who: Who, key: bytes, backend: str, column: str) -> None:
    run(written, who, *UNGUARD[backend], f"UPDATE journal SET {column} WHERE seq = 3")
    assert found(written, key) == [3]


def test_a_missing_line_shows(written: Store, who: Who, key: bytes, backend: str) -> None:
    run(written, who, *UNGUARD[backend], "DELETE FROM journal WHERE seq = 3")
    assert found(written, key) == [4]


def test_a_missing_line_shows_also_when_the_later_ones_move_up(
    written: Store, who: Who, key: bytes, backend: str
) -> None:
    moved = (f"UPDATE journal SET seq = {seq - 1} WHERE seq = {seq}" for seq in (4, 5))
    run(written, who, *UNGUARD[backend], "DELETE FROM journal WHERE seq = 3", *moved)
    assert found(written, key)[0] == 3


def test_words_of_any_script_keep_the_chain(store: Store, who: Who, key: bytes) -> None:
    def write(tx: Tx, words: str) -> int:
        return tx.write("note", said=words, deep={"b": [1, None], "a": 0.5})

    for words in ("少放盐", "소금", "🍜", '"\\', "\u2028"):
        store.do(write, who, words).result()
    assert found(store, key) == []
