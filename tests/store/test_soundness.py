"""What a store says of itself when it is opened: whether its file and its journal hold together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import make_url, text

from pos.store import soundness
from pos.store.store import Store
from pos.store.tx import Tx, Who

Make = Callable[..., UUID]


@pytest.fixture
def filled(sqlite_url: str, open_store: Callable[[str], Store], make_order: Make, who: Who) -> Store:
    """A store with twenty orders, closed and opened again."""
    first = open_store(sqlite_url)
    for _ in range(20):
        first.do(make_order, who).result()
    first.close()
    return open_store(sqlite_url)


def forge(store: Store, who: Who, *lines: int) -> None:
    """Change lines of the journal behind its guard."""

    def action(tx: Tx) -> None:
        tx.connection.execute(text("DROP TRIGGER journal_never_changes"))
        for line in lines:
            tx.connection.execute(text("UPDATE journal SET actor = 'x' WHERE seq = :line"), {"line": line})

    store.do(action, who).result()


def test_a_store_that_was_only_used_is_sound(store: Store, make_order: Make, who: Who) -> None:
    store.do(make_order, who).result()
    assert store.unsound() == {}


def test_changed_lines_of_the_journal_are_named(filled: Store, who: Who) -> None:
    forge(filled, who, 3, 19)
    assert filled.unsound() == {"broken_journal": "3, 19"}


def test_a_journal_that_is_forged_throughout_is_named_by_its_first_lines(filled: Store, who: Who) -> None:
    forge(filled, who, *range(1, 21))
    assert filled.unsound() == {"broken_journal": "1, 2, 3, 4, 5, …"}


def test_only_the_end_of_a_long_journal_is_looked_at(
    filled: Store, who: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundness, "TAIL", 10)
    forge(filled, who, 3)
    assert filled.unsound() == {}
    forge_again = text("UPDATE journal SET actor = 'x' WHERE seq = 11")
    filled.do(lambda tx: tx.connection.execute(forge_again) and None, who).result()
    assert filled.unsound() == {"broken_journal": "11"}


def test_a_damaged_file_is_said(filled: Store, sqlite_url: str, open_store: Callable[[str], Store]) -> None:
    filled.close()
    file = Path(make_url(sqlite_url).database or "")
    whole = file.read_bytes()
    at = whole.rindex("米饭".encode())
    file.write_bytes(whole[: at - at % 4096] + bytes(64) + whole[at - at % 4096 + 64 :])
    assert set(open_store(sqlite_url).unsound()) == {"damaged_store"}
