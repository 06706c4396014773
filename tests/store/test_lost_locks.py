"""A worker's lock that its server has lost is known to be lost before anything more is claimed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text

from pos.actions import orders
from pos.adapters import ChannelHost, PrinterHost
from pos.store import locks
from pos.store.database import utcnow
from pos.store.store import Store
from pos.store.trouble import StoreTrouble
from pos.store.tx import Who
from printing.ports import Job
from sync.messages import Letter

HOLDERS = (
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def both(url: str, open_store: Callable[[str], Store]) -> tuple[Store, Store]:
    """Two counters that have opened the same store."""
    return open_store(url), open_store(url)


@pytest.fixture(params=[(PrinterHost, "kitchen", Job), (ChannelHost, "fankahui", Letter)])
def kind(request: pytest.FixtureRequest) -> Any:
    """A kind of worker's host, the name of what it works, and what it claims."""
    return request.param


@pytest.fixture(autouse=True)
def never_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server said of a lock is asked again at once."""
    monkeypatch.setattr(locks, "SURE_SECONDS", -1.0)


def give_work(store: Store, make_order: Any, who: Who) -> None:
    """Accept an order: its ticket and its letter wait."""
    order = store.do(make_order, who).result()
    store.do(orders.accept, who, order).result()
    over = text("UPDATE letters SET not_before = 0")  # the Undo window
    store.do(lambda tx: tx.connection.execute(over).rowcount, who).result()


def end_holders(read: Connection) -> list[int]:
    """Let the server end every connection that holds a lock; return which."""
    held = list(read.execute(text(HOLDERS)).scalars())
    for pid in held:
        read.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    return held


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_who_lost_its_lock_claims_nothing_until_it_holds_it_anew(
    both: tuple[Store, Store], kind: Any, make_order: Any, who: Who
) -> None:
    make_host, name, what = kind
    first, second = map(make_host, both)
    give_work(both[0], make_order, who)
    async with first.lock(name) as holder:
        assert holder is None
        assert len(both[1].ask(end_holders)) == 1
        async with second.lock(name) as other:
            assert other is None
            for _ in range(2):  # a connection that was made anew is not mistaken for the lock
                with pytest.raises(StoreTrouble, match="unreachable"):
                    await first.claim(name, utcnow())
            assert isinstance(await second.claim(name, utcnow()), what)
    give_work(both[0], make_order, who)
    async with first.lock(name) as holder:
        assert holder is None
        assert isinstance(await first.claim(name, utcnow()), what)


@pytest.mark.parametrize("name", ["printer:kitchen", "printer:厨房/1", "channel:fankahui", "channel:a"])
def test_a_lock_is_held_by_who_took_it_and_only_so_long(both: tuple[Store, Store], name: str) -> None:
    first, second = both
    assert not first.holds(name)
    with first.lock(name):
        assert (first.holds(name), second.holds(name)) == (True, False)
    assert not first.holds(name)


async def test_nothing_is_claimed_without_the_lock(
    both: tuple[Store, Store], kind: Any, make_order: Any, who: Who
) -> None:
    make_host, name, what = kind
    first, second = map(make_host, both)
    give_work(both[0], make_order, who)
    with pytest.raises(StoreTrouble):
        await first.claim(name, utcnow())
    async with first.lock(name), second.lock(name) as other:
        assert other
        with pytest.raises(StoreTrouble):
            await second.claim(name, utcnow())
        assert isinstance(await first.claim(name, utcnow()), what)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_the_server_is_not_asked_for_every_claim(
    both: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "SURE_SECONDS", 3600.0)
    with both[0].lock("printer:kitchen"):
        monkeypatch.setattr(locks, "_MINE", text("SELECT 0"))
        assert both[0].holds("printer:kitchen")
        monkeypatch.setattr(locks, "SURE_SECONDS", -1.0)
        assert not both[0].holds("printer:kitchen")


def test_a_lock_is_known_to_be_held_without_a_question_for_as_long_as_its_keeper_is_believed(
    both: tuple[Store, Store], backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = both
    assert first.holds_as_known("printer:kitchen") is False
    with first.lock("printer:kitchen"):
        # A file's lock is held for as long as it is ours; a server may lose one.
        assert first.holds_as_known("printer:kitchen") is (None if backend == "postgresql" else True)
        monkeypatch.setattr(locks, "SURE_SECONDS", 3600.0)
        assert first.holds_as_known("printer:kitchen") is True
        assert second.holds_as_known("printer:kitchen") is False
    assert first.holds_as_known("printer:kitchen") is False
