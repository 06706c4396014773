"""Two counters that take the same way out at once: it is taken once, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from pos.actions import attention, deals, intake, orders, outbox
from pos.domain.order import Status
from pos.store import backlog, queries
from pos.store.store import Store
from pos.store.tx import Who
from sync.messages import RemoteLine, RemoteOrder

MANY = 8


@pytest.fixture
def both(url: str, open_store: Callable[[str], Store]) -> tuple[Store, Store]:
    """Two counters that have opened the same store."""
    return open_store(url), open_store(url)


def brought(store: Store, who: Who, number: int, payment: str) -> UUID:
    """Return an order that its channel brought and that was fired."""
    lines = (RemoteLine("1", "米饭", 2, 300),)
    heard = RemoteOrder(f"R{number}", "placed", "deliver", lines, "CNY", {}, payment=payment)  # type: ignore[arg-type]  # one of its words
    store.do(intake.receive, who, "fankahui", heard).result()
    [order] = store.ask(queries.find_orders, f"fankahui:R{number}", None)
    return store.do(orders.accept, who, order.id).result().order.id


def test_what_was_given_back_is_closed_once_and_its_books_are_even(
    both: tuple[Store, Store], who: Who
) -> None:
    ids = [brought(both[0], who, number, "refunded") for number in range(MANY)]
    rows = {row.order_id: row.id for row in both[0].ask(backlog.attention)}
    asked = [
        (
            both[0].do(attention.answer, who, rows[order_id], "close"),
            both[1].do(deals.settle, who, [order_id]),
        )
        for order_id in ids
    ]
    settled = [(answered.result(), other.result().deal.id) for answered, other in asked]
    for order_id, (_, deal_id) in zip(ids, settled, strict=True):
        order = both[0].ask(queries.order, order_id)
        assert (order.status, order.deal_id) == (Status.PAID, deal_id)
        sold = both[0].ask(queries.deal, deal_id)
        assert [sold.total, *(back.total for back in sold.refunds)] == [600, -600]
    assert both[1].ask(backlog.attention) == []


def test_letters_that_two_counters_give_up_together_are_given_up_once_each(
    both: tuple[Store, Store], who: Who
) -> None:
    ids = [brought(both[0], who, number, "unpaid") for number in range(MANY)]
    for store in both:
        store.shop = replace(store.shop, channels={})
    waiting = len(both[0].ask(backlog.letters, ("waiting",), None))
    done = [store.do(outbox.drop_gone, who, "fankahui", "ended") for store in both]
    assert sum(each.result() for each in done) == waiting >= MANY
    acts = [line.act for order_id in ids for line in both[0].ask(queries.timeline, order_id)]
    assert acts.count("letter_dropped") == waiting
    assert both[1].ask(backlog.letters, ("waiting", "failed"), None) == []
