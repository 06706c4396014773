"""The till's page: orders together, payments mixed, change shown, one button."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from pos.store import queries
from pos.ui.till.settle import Settle


@pytest.fixture
def paying(qtbot, opened, till):
    """Return a way to open the till's page over orders."""

    def over(*orders):
        opened()
        till.window.alarm.acted()
        till.window.settle([order.id for order in orders])
        page = till.window.findChildren(Settle)[-1]
        qtbot.waitUntil(lambda: len(page._orders) == len(orders))
        return page

    return over


def table(till, number, price):
    """Return a fired order of one dish at a table."""
    from sync.messages import RemoteLine

    return till.executed(type="booking", table=number, lines=(RemoteLine("1", "拉面", 1, price),))


def test_two_orders_are_settled_together_with_mixed_payments_and_change(qtbot, paying, till, press):
    first, second = table(till, "16", 6600), table(till, "16", 3620)
    page = paying(first, second)
    press(page, "method_weixin")
    press(page, "key_5")
    press(page, "key_0")
    press(page, "method_cash")
    for key in ("key_1", "key_00"):
        press(page, key)
    assert page.purse.change.text() == "¥47.80"
    press(page, "finish")
    qtbot.waitUntil(lambda: till.order(first.id).status.value == "paid")
    deal = till.store.ask(queries.deal, till.order(second.id).deal_id)
    assert (deal.total, deal.change) == (10220, 4780)
    assert set(deal.payments) == {("weixin", 5000), ("cash", 10000)}
    qtbot.waitUntil(lambda: till.window.toast.isVisible())
    assert "¥47.80" in till.window.toast.words.text()


def test_what_is_lacking_is_shown_and_nothing_can_be_finished(paying, till, press):
    page = paying(table(till, "3", 5000))
    press(page, "key_2")
    press(page, "key_0")
    assert page.purse.change.text() == "¥30.00"
    assert not page.purse.finish.isEnabled()


def test_exact_pays_with_two_taps(qtbot, paying, till, press):
    order = table(till, "3", 5000)
    page = paying(order)
    press(page, "exact")
    press(page, "finish")
    qtbot.waitUntil(lambda: till.order(order.id).status.value == "paid")


def test_another_order_is_added_by_a_tap(qtbot, paying, till, press):
    first, second = table(till, "3", 5000), table(till, "4", 1000)
    page = paying(first)
    press(page, "add")
    press(till.window, f"pick_{second.number}")
    qtbot.waitUntil(lambda: page.till.due == 6000)


def test_a_scanned_number_adds_its_order_and_leaves_the_figure_alone(qtbot, paying, till, press):
    first, second = table(till, "3", 5000), table(till, "4", 1000)
    page = paying(first)
    press(page, "key_7")
    page._burst._clock = lambda: 100.0
    qtbot.keyClicks(page, second.sequence_number)
    qtbot.keyClick(page, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.till.due == 6000)
    assert page.till.figure == "7"


def test_slow_fingers_are_no_scanner(qtbot, paying, till):
    page = paying(table(till, "3", 5000))
    seconds = iter(range(100))
    page._burst._clock = lambda: float(next(seconds))
    qtbot.keyClicks(page, "20")
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert page.till.figure == "20"
    assert page.pad.field.property("ringing") is True


def test_money_that_a_channel_took_is_not_taken_again(qtbot, paying, till, press):
    order = till.executed(payment="paid", payment_type="weixin")
    page = paying(order)
    assert page.till.due == 0
    press(page, "finish")
    qtbot.waitUntil(lambda: till.order(order.id).status.value == "paid")


def test_a_refusal_keeps_the_page_and_says_why(qtbot, paying, till, press):
    from pos.actions import orders

    order = table(till, "3", 5000)
    page = paying(order)
    press(page, "exact")
    till.do(orders.cancel, order.id, "客人要求")
    press(page, "finish")
    qtbot.waitUntil(till.window.toast.isVisible)
    assert page.isVisible()


def test_esc_leaves_the_till_with_nothing_taken(qtbot, paying, till):
    order = table(till, "3", 5000)
    page = paying(order)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert till.window.pages["orders"].isVisible()
    assert not till.order(order.id).settled
