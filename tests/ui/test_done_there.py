"""The question of a first fetch, whether an order that is done there was cooked, on the screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.actions import intake
from pos.store import backlog, queries
from pos.store.tx import Who
from sync.messages import RemoteLine, RemoteOrder

SHIPPED = RemoteOrder(
    "w1", "paid", "deliver", (RemoteLine("1", "김치", 1, 9000),), "CNY", {"id": "w1"}, payment="paid"
)


@pytest.fixture
def asked(qtbot, till, opened):
    """Return the channels page of a counter that accepts by itself, and the line with the question."""
    shop = till.store.shop
    web = replace(shop.channels["imweb"], auto_accept=True)
    till.store.serve(replace(shop, channels={**shop.channels, "imweb": web}))
    opened("en_US")
    till.desk.reader = lambda _channel, _document: SHIPPED
    till.window.turn("channels")
    page = till.window.pages["channels"]
    till.store.do(intake.receive, Who("imweb", "channel"), "imweb", SHIPPED, True).result()
    qtbot.waitUntil(lambda: till.store.ask(backlog.attention) != [] and line(page) is not None)
    return page, line(page)


def line(page):
    """Return the line that offers to take an order."""
    offered = [row for row in page.tasks.rows.rows if hasattr(row, "actions")]
    return next((row for row in offered if "take" in [action.name for action in row.actions]), None)


def test_it_says_what_the_order_is_there_and_nothing_rings(till, asked):
    _, shown = asked
    assert 'already "paid"' in shown.title
    assert [action.name for action in shown.actions] == ["cooked", "take"]
    assert (till.window.alarm.isVisible(), till.store.ask(queries.orders)) == (False, [])


def test_one_tap_makes_it_an_order_that_rings_and_waits_for_a_person(qtbot, till, asked, tap):
    page, shown = asked
    tap(page.tasks, shown.id, "take")
    qtbot.waitUntil(till.window.alarm.isVisible)
    [order] = till.store.ask(queries.orders)
    assert (order.remote_id, order.status.value, till.store.ask(backlog.tickets)) == ("w1", "placed", [])


def test_one_tap_says_that_it_was_cooked_and_it_is_gone(qtbot, till, asked, tap):
    page, shown = asked
    tap(page.tasks, shown.id, "cooked")
    qtbot.waitUntil(lambda: line(page) is None)
    assert (till.store.ask(backlog.attention), till.store.ask(queries.orders)) == ([], [])
