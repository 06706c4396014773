"""What a channel gave back after its order was settled here: one tap opens its refund, filled in."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from pos.actions import deals, intake
from pos.store import backlog, queries
from pos.store.tx import Who
from pos.ui.till.refund import Refund
from sync.messages import RemoteLine, RemoteOrder

LINES = (
    RemoteLine("1", "宫保鸡丁", 1, 2800),
    RemoteLine("2", "米饭", 3, 200),
    RemoteLine("3", "酸辣汤", 1, 1000),
)


@pytest.fixture
def booking(qtbot, opened, till, tap):
    """Return a way to open, by the line that asks, the sheet of what went back there."""

    def over(payment, lines, language="zh_CN"):
        order = till.executed(payment="paid", payment_type="weixin", lines=LINES)
        till.do(deals.settle, [order.id])
        back = RemoteOrder(
            order.remote_id, "executed", "deliver", lines, "CNY", {"then": payment}, payment=payment
        )
        till.store.do(intake.receive, Who("fankahui", "channel"), "fankahui", back).result()
        opened(language)
        till.window.turn("channels")
        tasks = till.window.pages["channels"].tasks
        qtbot.waitUntil(lambda: any(getattr(line, "sentence", 0) for line in tasks.rows.rows))
        [asked] = [line for line in tasks.rows.rows if getattr(line, "sentence", 0)]
        tap(tasks, asked.id, "book")
        qtbot.waitUntil(lambda: bool(till.window.findChildren(Refund)))
        return till.order(order.id), till.window.findChildren(Refund)[-1]

    return over


def refunds_of(till, order):
    return till.store.ask(queries.deal, order.deal_id).refunds


@pytest.mark.parametrize("language", ["zh_CN", "ko_KR", "en_US"])
def test_all_of_it_is_filled_in_and_one_more_tap_books_it(qtbot, booking, till, press, language):
    order, page = booking("refunded", LINES, language)
    assert (page.chosen.whole, page.give.isEnabled(), refunds_of(till, order)) == (True, True, ())
    press(page, "give")
    qtbot.waitUntil(lambda: till.store.ask(backlog.attention) == [])
    [made] = refunds_of(till, order)
    assert (made.total, made.payments) == (-4400, (("weixin", -4400),))


def test_the_pieces_that_its_channel_shows_no_more_are_filled_in(qtbot, booking, till, press):
    order, page = booking("part_refunded", (LINES[0], RemoteLine("2", "米饭", 1, 200)))
    assert page.sum.text() == "¥14.00"
    press(page, "give")
    qtbot.waitUntil(lambda: till.store.ask(backlog.attention) == [])
    [made] = refunds_of(till, order)
    assert sorted((part.line_id, part.quantity) for part in made.back) == [("2", 2), ("3", 1)]


def test_where_its_channel_does_not_say_what_a_person_chooses(booking, press):
    _order, page = booking("part_refunded", LINES)
    assert (page.sum.text(), page.give.isEnabled()) == ("¥0.00", False)
    press(page, "more_1")
    assert (page.sum.text(), page.give.isEnabled()) == ("¥28.00", True)


def test_its_way_back_is_not_chosen_for_the_money_is_gone(booking):
    _order, page = booking("refunded", LINES)
    assert not page.way.isVisible()
    assert "钱箱" in page.untold.text()
    assert page.held.text() == ""


def test_a_sheet_that_is_closed_books_nothing_and_the_question_stays(qtbot, booking, till, press):
    order, _page = booking("refunded", LINES)
    press(till.window.findChildren(QWidget, "panel")[-1], "close")
    qtbot.waitUntil(lambda: not till.window.findChildren(Refund))
    assert (refunds_of(till, order), len(till.store.ask(backlog.attention))) == ((), 1)
