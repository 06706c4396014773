"""One writer, many readers, a bell for all, on both databases."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from pos.domain.order import Guest, Line, Note, Order, Status
from pos.domain.payment import Payment, PaymentStatus
from pos.domain.refusals import Refused, Stale
from pos.store import queries
from pos.store.store import STALE_TRIES, Store
from pos.store.tx import Tx, Who
from pos.store.types import from_micros, to_micros

Make = Callable[..., UUID]


def test_an_order_comes_back_as_it_was_written(store: Store, make_order: Make, who: Who) -> None:
    order_id = store.do(make_order, who).result()
    at = datetime(2026, 11, 20, 4, 0, 0, 123457, tzinfo=UTC)

    def fill(tx: Tx) -> Order:
        order = replace(
            tx.orders.get(order_id),
            lines=(
                Line("L1", "🍜 面", 2, 2**40, 0, "I1", "hot", ("少辣", "加蛋"), "a\nb"),
                Line("L2", "汤", 1),
            ),
            memo=(Note("张", "快\t点", at), Note("", "x")),
            guest=Guest("U1", "张三", "138", "路1号", "金", 0, 12),
            payment=Payment("weixin", PaymentStatus.PART_REFUNDED, online=True),
            fee=0,
            table="A1",
            due_at=at,
            guest_is_here=True,
            deal_id=uuid4(),
        )
        return tx.put(order)

    written = store.do(fill, who).result()
    assert store.ask(queries.order, order_id) == written


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis adds it
def test_a_moment_comes_back_exact(at: datetime) -> None:
    assert from_micros(to_micros(at)) == at


def test_an_action_that_is_refused_or_breaks_leaves_nothing(store: Store, make_order: Make, who: Who) -> None:
    def refuse(tx: Tx) -> None:
        make_order(tx)
        raise Refused("no_lines")

    def fail(tx: Tx) -> None:
        make_order(tx)
        raise ZeroDivisionError

    rung: list[Any] = []
    store.subscribe(rung.append)
    for action, error in ((refuse, Refused), (fail, ZeroDivisionError)):
        with pytest.raises(error):
            store.do(action, who).result()
    assert (store.ask(queries.orders), rung) == ([], [])
    store.do(make_order, who).result()
    assert store.ask(queries.orders)[0].number == "001"


def test_what_was_changed_since_it_was_read_is_not_overwritten(
    store: Store, make_order: Make, who: Who
) -> None:
    order_id = store.do(make_order, who).result()
    old = store.ask(queries.order, order_id)
    store.do(lambda tx: tx.put(replace(old, table="A1")), who).result()
    with pytest.raises(Stale):
        store.do(lambda tx: tx.put(replace(old, table="A2")), who).result()
    assert (store.ask(queries.order, order_id).table, store.ask(queries.order, order_id).version) == ("A1", 1)


def test_an_action_that_comes_too_late_is_made_again(store: Store, make_order: Make, who: Who) -> None:
    tries = []

    def second_time(tx: Tx) -> str:
        tries.append(tx.orders)
        make_order(tx)
        if len(tries) < STALE_TRIES:
            raise Stale("another was first")
        return "done"

    assert store.do(second_time, who).result() == "done"
    assert len(store.ask(queries.orders)) == 1


def test_the_bell_says_what_changed_until_it_is_switched_off(
    store: Store, make_order: Make, who: Who
) -> None:
    rung: list[frozenset[str]] = []
    off = store.subscribe(rung.append)
    store.do(make_order, who).result()
    store.do(lambda tx: tx.orders.count_placed(), who).result()
    off()
    off()
    store.do(make_order, who).result()
    assert rung == [frozenset({"orders"})]


def test_a_listeners_fault_is_logged_and_never_looks_like_the_actions(
    store: Store, make_order: Make, who: Who, caplog: pytest.LogCaptureFixture
) -> None:
    rung: list[Any] = []

    def broken(_topics: Any) -> None:
        raise ZeroDivisionError

    store.subscribe(broken)
    store.subscribe(rung.append)
    with caplog.at_level(logging.ERROR, logger="pos.store"):
        assert isinstance(store.do(make_order, who).result(), UUID)
    assert len(rung) == 1
    assert "a listener failed" in caplog.text


def test_commits_of_another_process_ring_too_and_our_own_ring_once(
    store: Store, url: str, open_store: Callable[[str], Store], make_order: Make, who: Who
) -> None:
    other = open_store(url)
    stop, rang = threading.Event(), threading.Event()
    rung: list[frozenset[str]] = []

    def listen(topics: frozenset[str]) -> None:
        rung.append(topics)
        if "letters" in topics:
            rang.set()

    store.subscribe(listen)
    watching = threading.Thread(target=store.watch, args=(stop,))
    watching.start()
    try:
        store.do(make_order, who).result()
        # The watch may begin only now; a commit that it missed is followed by one that it hears.
        while not rang.is_set():
            other.do(make_order, who).result()
            rang.wait(0.05)
    finally:
        stop.set()
        watching.join()
    assert rung[0] == frozenset({"orders"})
    assert all({"orders", "letters", "tickets"} <= topics for topics in rung[1:])


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_bell_whose_line_broke_rings_when_it_is_back(store: Store) -> None:
    def hang_up(read: Any) -> int:
        ends = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query = 'LISTEN pos_bell'"
        return int(read.execute(text(f"{ends} AND datname = current_database()")).scalar_one())

    stop, rang = threading.Event(), threading.Event()
    store.subscribe(lambda topics: rang.set() if "letters" in topics else None)
    watching = threading.Thread(target=store.watch, args=(stop,))
    watching.start()
    try:
        while not store.ask(hang_up):
            stop.wait(0.01)
        assert rang.wait(60)
    finally:
        stop.set()
        watching.join()


def test_a_reader_cannot_write(store: Store, make_order: Make, who: Who) -> None:
    store.do(make_order, who).result()
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        store.ask(lambda read: read.execute(text("DELETE FROM orders")))
    assert len(store.ask(queries.orders)) == 1


def test_a_closed_store_finishes_what_was_begun(
    url: str, open_store: Callable[[str], Store], make_order: Make, who: Who
) -> None:
    store = open_store(url)
    begun = [store.do(make_order, who) for _ in range(20)]
    store.close()
    assert len({future.result() for future in begun}) == 20
    assert len(open_store(url).ask(queries.orders)) == 20


def test_a_short_number_means_today_and_a_sequence_or_remote_id_any_day(
    store: Store, make_order: Make, who: Who
) -> None:
    def two_days(tx: Tx) -> tuple[UUID, UUID]:
        old, new = make_order(tx, remote_id="R-1"), make_order(tx, remote_id="R-2")
        order = tx.orders.get(old)
        closed = replace(order, number="002", day=order.day - timedelta(days=1), status=Status.PAID)
        tx.put(replace(closed, sequence_number="20261119-7"))
        return old, new

    old, new = store.do(two_days, who).result()
    day = store.ask(queries.order, new).day

    def found(name: str) -> list[UUID]:
        return [order.id for order in store.ask(queries.find_orders, name, day)]

    assert found("2") == found("002") == found("fankahui:R-2") == found(str(new)) == [new]
    assert found("20261119-7") == found("fankahui:R-1") == [old]
    assert found("") == found("fankahui:") == found("%") == []
