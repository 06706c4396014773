"""Two counters on one store, at the same moment: one of them is first, and the other sees it."""

from __future__ import annotations

import getpass
import os
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from pos.actions import deals, new, orders, outbox, refunds, spool, tickets
from pos.adapters import strand
from pos.domain.order import Line, OrderType
from pos.domain.payment import Amount
from pos.domain.refusals import Refused
from pos.domain.shop import PrinterFacts, Shop
from pos.store import backlog, queries
from pos.store.journal import broken
from pos.store.store import Store
from pos.store.tx import Tx, Who
from printing.ports import PrinterHealth

Make = Callable[..., UUID]
MANY = 40


@pytest.fixture
def both(url: str, open_store: Callable[[str], Store]) -> tuple[Store, Store]:
    """Two counters that have opened the same store."""
    return open_store(url), open_store(url)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do all works at the same time, each on its own thread; return what came of them."""
    start, results = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        start.wait()
        try:
            results[place] = works[place]()
        except BaseException as error:  # noqa: BLE001  # raised again below, on the test's own thread
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def every(store: Store, action: Callable[..., Any], who: Who, ids: Sequence[Any]) -> list[Any]:
    """Let one counter do something with each of these, as fast as it can."""
    return [future.result() for future in [store.do(action, who, each) for each in ids]]


def count(store: Store, query: str) -> int:
    return int(store.ask(lambda read: read.execute(text(query)).scalar_one()))


def test_orders_accepted_by_both_print_once(
    both: tuple[Store, Store], make_order: Make, who: Who, key: bytes
) -> None:
    first, second = both
    ids = [first.do(make_order, who).result() for _ in range(MANY)]
    made = at_once(
        lambda: every(first, orders.accept, who, ids), lambda: every(second, orders.accept, who, ids)
    )
    assert sum(one.changed for side in made for one in side) == MANY
    assert count(first, "SELECT count(*) FROM tickets WHERE kind = 'kitchen'") == MANY
    assert count(first, "SELECT count(*) FROM letters WHERE verb = 'accept'") == MANY
    assert first.ask(lambda read: list(broken(read, key))) == []


def test_numbers_given_out_by_both_have_no_gaps(
    both: tuple[Store, Store], make_order: Make, who: Who
) -> None:
    at_once(*(lambda s=store: [s.do(make_order, who).result() for _ in range(MANY)] for store in both))
    numbers = sorted(int(order.number) for order in both[0].ask(queries.orders))
    assert numbers == list(range(1, 2 * MANY + 1))


def test_settling_while_the_other_fires_ends_with_every_order_paid_once(
    both: tuple[Store, Store], make_order: Make, who: Who, key: bytes
) -> None:
    first, second = both
    ids = [first.do(make_order, who, "booking").result() for _ in range(MANY)]
    every(first, orders.accept, who, ids)
    pairs = [ids[place : place + 2] for place in range(0, MANY, 2)]
    at_once(
        lambda: [first.do(deals.settle, who, pair, [Amount("cash", 1200)]).result() for pair in pairs],
        lambda: every(second, orders.execute, who, [each for pair in pairs for each in reversed(pair)]),
    )
    assert {order.status.value for order in first.ask(queries.orders)} == {"paid"}
    assert count(first, "SELECT count(*) FROM deals") == len(pairs)
    assert count(first, "SELECT sum(amount) FROM takings") == 600 * MANY
    assert count(first, "SELECT count(*) FROM tickets WHERE kind = 'kitchen'") == MANY
    assert first.ask(lambda read: list(broken(read, key))) == []


def test_money_for_one_order_is_taken_once(both: tuple[Store, Store], make_order: Make, who: Who) -> None:
    ids = [both[0].do(make_order, who).result() for _ in range(MANY)]
    every(both[0], orders.accept, who, ids)

    def settle(store: Store, method: str) -> list[Any]:
        amounts = [Amount(method, 600)]
        return [store.do(deals.settle, who, [each], amounts).result() for each in ids]

    done = at_once(lambda: settle(both[0], "cash"), lambda: settle(both[1], "weixin"))
    assert sum(one.changed for side in done for one in side) == MANY
    assert count(both[0], "SELECT count(*) FROM takings") == MANY


def test_what_both_give_back_at_once_is_never_more_than_was_paid(
    both: tuple[Store, Store], make_order: Make, who: Who, key: bytes
) -> None:
    first, second = both
    ids = [first.do(make_order, who).result() for _ in range(MANY)]
    every(first, orders.accept, who, ids)
    bills = [first.do(deals.settle, who, [each], [Amount("cash", 600)]).result().deal.id for each in ids]

    def give_back(store: Store) -> int:
        done = 0
        for bill in bills:
            with suppress(Refused):
                made = store.do(refunds.refund, who, bill, (), (), "cold", refund_id=uuid4())
                done += made.result().changed
        return done

    assert sum(at_once(lambda: give_back(first), lambda: give_back(second))) == MANY
    assert count(first, "SELECT sum(amount) FROM takings") == 0
    assert count(first, "SELECT count(*) FROM deals WHERE refund_of IS NOT NULL") == MANY
    assert count(first, "SELECT count(*) FROM tickets WHERE kind = 'refund'") == MANY
    assert {order.payment.status.value for order in first.ask(queries.orders)} == {"refunded"}
    assert first.ask(lambda read: list(broken(read, key))) == []


def test_each_ticket_and_letter_is_claimed_by_one(
    both: tuple[Store, Store], make_order: Make, who: Who
) -> None:
    ids = [both[0].do(make_order, who).result() for _ in range(MANY)]
    every(both[0], orders.accept, who, ids)

    def take(store: Store, action: Callable[..., Any], name: str) -> list[Any]:
        taken = [store.do(action, who, name, False).result() for _ in ids]
        return [one.id for one in taken if one]

    for action, name in ((spool.claim, "kitchen"), (outbox.claim, "fankahui")):
        mine, others = at_once(
            lambda a=action, n=name: take(both[0], a, n), lambda a=action, n=name: take(both[1], a, n)
        )
        assert len(mine + others) == len(set(mine + others)) == MANY


def test_a_ticket_that_two_printers_may_take_is_taken_by_one(
    both: tuple[Store, Store], make_order: Make, who: Who, shop: Shop
) -> None:
    kitchen, front = shop.printers
    pair = replace(shop, printers=(replace(kitchen, fallback="front"), front))
    for store in both:
        store.serve(pair)
    ids = [both[0].do(make_order, who).result() for _ in range(MANY)]
    every(both[0], orders.accept, who, ids)
    ill = PrinterHealth("needs_you", "paper_out")
    both[0].do(
        lambda tx: tx.states.put_printer("kitchen", tx.now - timedelta(hours=1), **asdict(ill)), who
    ).result()

    def take(store: Store, printer: str) -> list[UUID]:
        taken = [store.do(spool.claim, who, printer, True).result() for _ in ids]
        return [job.id for job in taken if job]

    own, others = at_once(lambda: take(both[0], "kitchen"), lambda: take(both[1], "front"))
    assert len(own + others) == len(set(own + others)) == MANY


def test_what_is_told_at_one_counter_reaches_the_printer_of_the_other(
    both: tuple[Store, Store], make_order: Make, who: Who, shop: Shop
) -> None:
    first, second = both
    second.serve(replace(shop, printers=(PrinterFacts("bar", ("kitchen",)),)))
    first.do(spool.health, who, "kitchen", PrinterHealth("well")).result()
    order_id = first.do(make_order, who).result()
    first.do(orders.accept, who, order_id).result()
    with first.lock("printer:kitchen"):
        strand(second)
    second.do(orders.cancel, who, order_id, "guest left").result()
    second.do(tickets.retry_all, who).result()
    rows = first.ask(backlog.tickets)
    assert {(row.printer, row.state) for row in rows} <= {("kitchen", "queued"), ("kitchen", "dropped")}
    assert rows[0].error == "order_canceled"


def test_a_printer_that_nobody_works_any_more_is_forgotten(
    both: tuple[Store, Store], make_order: Make, who: Who, shop: Shop
) -> None:
    first, second = both
    first.do(spool.health, who, "kitchen", PrinterHealth("well")).result()
    order_id = first.do(make_order, who).result()
    first.do(orders.accept, who, order_id).result()
    second.serve(replace(shop, printers=(PrinterFacts("bar", ("kitchen",)),)))
    strand(second)
    assert [row.error for row in second.ask(backlog.tickets)] == ["no_printer"]
    assert second.do(tickets.retry_all, who).result() == 1
    assert [(row.printer, row.state) for row in second.ask(backlog.tickets)] == [("bar", "queued")]


def test_undo_against_a_worker_that_takes_the_letter_ends_one_way_or_the_other(
    both: tuple[Store, Store], make_order: Make, who: Who
) -> None:
    ids = [both[0].do(make_order, who, "booking").result() for _ in range(MANY)]
    every(both[0], orders.accept, who, ids)

    def undo_all() -> set[UUID]:
        undone = set()
        for each in reversed(ids):
            with suppress(Refused):
                undone.add(both[0].do(orders.undo, who, each).result().id)
        return undone

    def claim_all() -> set[UUID]:
        taken = [both[1].do(outbox.claim, who, "fankahui", False).result() for _ in ids]
        return {letter.order_id for letter in taken if letter}

    undone, told = at_once(undo_all, claim_all)
    assert not undone & told
    assert undone | told == set(ids)


def test_a_new_store_opened_by_all_at_once_is_made_once(
    empty_url: str, shop: Shop, key: bytes, who: Who
) -> None:
    def use() -> str:
        store = Store.open(empty_url, shop, key)
        try:
            draft = new.Draft(OrderType.EAT_IN, (Line("", "米饭", 1, 300),))
            return str(store.do(new.place, who, draft).result().number)
        finally:
            store.close()

    assert sorted(at_once(*[use] * 4)) == ["001", "002", "003", "004"]


def test_a_workers_lock_is_held_by_one_and_free_after(both: tuple[Store, Store]) -> None:
    first, second = both
    with first.lock("printer:厨房/1") as holder:
        assert holder is None
        with second.lock("printer:厨房/1") as other:
            assert other == f"{getpass.getuser()}@{socket.gethostname()} ({os.getpid()})"
        with second.lock("printer:front") as free:
            assert free is None
    with second.lock("printer:厨房/1") as now:
        assert now is None


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_two_who_wait_for_each_other_are_both_served(
    both: tuple[Store, Store], make_order: Make, who: Who
) -> None:
    one, two = (both[0].do(make_order, who).result() for _ in range(2))
    meet = threading.Barrier(2)

    def swap(tx: Tx, first: UUID, second: UUID, table: str) -> None:
        tx.put(replace(tx.orders.get(first), table=table))
        with suppress(threading.BrokenBarrierError):
            meet.wait(2)
        meet.abort()  # only the first try meets the other
        tx.put(replace(tx.orders.get(second), table=table))

    at_once(
        lambda: both[0].do(swap, who, one, two, "A1").result(),
        lambda: both[1].do(swap, who, two, one, "A2").result(),
    )
    assert {order.version for order in both[0].ask(queries.orders)} == {2}
    assert len({order.table for order in both[0].ask(queries.orders)}) == 1
