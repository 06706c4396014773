"""A million past orders cost the board nothing: no statement walks through what only grows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from pos.actions import attention, channels, deals, orders, outbox, refunds, sales, spool, tickets
from pos.domain.payment import Amount
from pos.domain.shop import ChannelFacts, Shop
from pos.store import backlog, queries
from pos.store.store import Store
from pos.store.tx import Who
from sync.messages import Told

#: What has a row for everything that ever happened.
GROWING = "orders|letters|tickets|ticket_orders|journal|documents|deals|takings|attention"


NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def patient(shop: Shop) -> Shop:
    """The shop, whose printers stand in for each other and copy what is in doubt."""
    kitchen, front = shop.printers
    kitchen = replace(kitchen, fallback="front", reprint_unknown_after=60)
    return replace(shop, printers=(kitchen, front))


@pytest.fixture
def plans() -> Iterator[dict[str, list[str]]]:
    """How SQLite goes about each statement that is executed: statement -> steps."""
    found: dict[str, list[str]] = {}

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if re.match(r"(?i)select|update|delete", statement) and statement not in found:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found[statement] = [row[3] for row in cursor.fetchall()]

    event.listen(Engine, "before_cursor_execute", explain)
    yield found
    event.remove(Engine, "before_cursor_execute", explain)


def walks(plans: dict[str, list[str]]) -> list[str]:
    """Return the statements that walk through a whole growing table, by itself or by a full index."""
    partial = "ix_orders_open|ix_letters_undone|ix_tickets_unprinted|ix_attention_pending"
    walk = re.compile(rf"SCAN ({GROWING})\b(?!.*({partial}))")
    return [
        f"{step}: {sql}"
        for sql, steps in plans.items()
        for step in steps
        if walk.search(step) and "LIMIT" not in sql
    ]


def test_the_board_is_read_from_the_index_of_open_orders(
    sqlite_url: str, open_store: Callable[[str], Store], plans: dict[str, list[str]]
) -> None:
    store = open_store(sqlite_url)
    plans.clear()
    store.ask(queries.board)
    boards = [steps for sql, steps in plans.items() if "FROM orders" in sql]
    assert len(boards) == 1
    assert any("ix_orders_open" in step for step in boards[0]), boards


def test_nothing_of_the_day_walks_through_the_past(
    sqlite_url: str,
    open_store: Callable[[str], Store],
    make_order: Callable[..., UUID],
    who: Who,
    patient: Shop,
    plans: dict[str, list[str]],
) -> None:
    store = open_store(sqlite_url)
    store.serve(patient)
    plans.clear()
    order_id = store.do(make_order, who).result()
    store.do(orders.accept, who, order_id).result()
    letter = store.do(outbox.claim, who, "fankahui", False).result()
    store.do(outbox.told, who, letter, Told()).result()
    store.do(spool.unknown, who, store.do(spool.claim, who, "kitchen", False).result(), "broke").result()
    store.do(tickets.answer, who, store.ask(backlog.order_tickets, order_id)[0].id, False).result()
    store.do(deals.settle, who, [order_id], [Amount("cash", 600)]).result()
    order = store.ask(queries.order, order_id)
    store.do(refunds.refund, who, order.deal_id, (), (), "cold").result()
    store.do(tickets.retry_all, who).result()
    store.do(outbox.retry_all, who).result()
    store.do(lambda tx: tx.attend("problem", "k"), who).result()
    notice = store.ask(backlog.attention)[0]
    store.do(attention.answer, who, notice.id, "seen").result()
    for action in (channels.recover, channels.open_orders):
        store.do(action, who, "fankahui").result()
    store.do(spool.recover, who, "kitchen").result()
    store.do(spool.set_aside, who, "kitchen").result()
    store.do(spool.claim, who, "front", False).result()
    store.ask(backlog.next_look, store.shop, NOON)
    order = store.ask(queries.order, order_id)
    store.do(lambda tx: tx.orders.unregistered("fankahui", ["L1"]), who).result()
    store.ask(queries.outlook, "fankahui")
    store.ask(queries.heard, "fankahui")
    store.ask(queries.board)
    store.ask(queries.waiting)
    store.ask(queries.done_since, order.placed_at - timedelta(hours=8))
    store.ask(queries.timeline, order_id)
    store.ask(queries.raw, order_id)
    store.ask(queries.deal, order.deal_id)
    store.ask(queries.standing, order.deal_id)
    store.ask(queries.find_deal, "B-261120-001")
    store.ask(backlog.tickets, ("unknown", "failed", "queued"))
    store.ask(backlog.letters, ("waiting", "failed"))
    store.ask(backlog.order_letters, order_id)
    store.ask(backlog.channels, store.shop)
    store.ask(backlog.printers, store.shop)
    store.ask(queries.find_orders, "fankahui:R-1", order.day)
    assert walks(plans) == []


def test_nothing_of_what_is_told_of_sales_walks_through_the_past(
    sqlite_url: str,
    open_store: Callable[[str], Store],
    make_order: Callable[..., UUID],
    who: Who,
    shop: Shop,
    plans: dict[str, list[str]],
) -> None:
    tells = frozenset({"sale", "forget"})
    reviews = ChannelFacts("reviews", "crema", tells=tells, watch_days=30)
    store = open_store(sqlite_url)
    store.serve(replace(shop, channels={**shop.channels, "reviews": reviews}))
    order_id = store.do(make_order, who).result()
    plans.clear()
    store.do(orders.accept, who, order_id).result()
    letter = store.do(outbox.claim, who, "reviews", False).result()
    store.do(outbox.told, who, letter, Told()).result()
    store.do(deals.settle, who, [order_id], [Amount("cash", 600)]).result()
    for after in (None, order_id):
        assert store.do(channels.open_orders, who, "reviews", after).result() == {str(order_id): order_id}
    store.do(channels.missing, who, "reviews", str(order_id)).result()
    store.do(sales.forget, who, order_id, "reviews").result()
    store.do(outbox.claim, who, "reviews", False).result()
    looked_for = [" ".join(steps) for sql, steps in plans.items() if "placed_at, orders.id" in sql]
    assert len(looked_for) == 2
    for steps in looked_for:
        assert re.search("SEARCH orders .*ix_orders_placed_at .*SEARCH letters .*ix_letters_order", steps), (
            steps
        )
    assert walks(plans) == []
