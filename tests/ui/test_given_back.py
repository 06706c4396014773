"""Orders whose guests have their money back from the service: closed with one tap, and nothing taken."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from pos.actions import deals, intake, orders
from pos.store import backlog, queries
from pos.store.tx import Who
from pos.ui.order.sections import may_pay_here
from pos.ui.parts.faces import face, primary
from pos.ui.till.settle import Settle
from pos.words import LANGUAGES, Words
from sync.messages import RemoteOrder

KITCHEN = 2


@pytest.fixture
def back(till):
    """Return an order in the kitchen that its channel has given the money back of."""
    return till.executed(payment="refunded", payment_type="weixin")


@pytest.mark.parametrize("payment", ["paid", "part_refunded", "refunded"])
def test_what_a_channel_took_and_whatever_it_gave_back_is_handed_over_not_settled(till, payment):
    order = till.executed(payment=payment, payment_type="weixin")
    assert primary(till.card(order.id)) == "hand_over"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_says_that_the_money_went_back(till, back, language):
    words = Words(language)
    said = [mark.text.casefold() for mark in face(words, till.card(back.id), False).marks]
    assert words.say("payment.refunded").casefold() in said


def test_its_card_is_closed_with_one_tap_and_nobody_is_asked_any_more(qtbot, opened, till, tap, back):
    opened()
    view = till.window.pages["orders"].lanes[KITCHEN].cards
    qtbot.waitUntil(lambda: bool(view.rows.rows))
    tap(view, back.id, "hand_over")
    qtbot.waitUntil(lambda: view.rows.rows == [])
    now = till.order(back.id)
    assert (now.status.value, now.payment.status.value) == ("paid", "refunded")
    till.window.turn("channels")
    qtbot.waitUntil(lambda: notices(till) == [])


def notices(till):
    """Return the lines that want an answer."""
    return [line for line in till.window.pages["channels"].tasks.rows.rows if getattr(line, "sentence", 0)]


@pytest.mark.parametrize(("said", "status"), [("close", "paid"), ("call_off", "canceled")])
def test_what_is_asked_of_it_is_answered_with_one_tap(qtbot, opened, till, tap, back, said, status):
    opened()
    till.window.turn("channels")
    qtbot.waitUntil(lambda: len(notices(till)) == 1)
    [asked] = notices(till)
    assert {action.name for action in asked.actions} == {"close", "call_off"}
    tap(till.window.pages["channels"].tasks, asked.id, said)
    qtbot.waitUntil(lambda: notices(till) == [])
    assert till.order(back.id).status.value == status


def test_what_is_not_cooked_is_asked_about_as_that(qtbot, opened, till):
    till.bring(payment="refunded")
    opened()
    till.window.turn("channels")
    qtbot.waitUntil(lambda: len(notices(till)) == 1)
    assert {action.name for action in notices(till)[0].actions} == {"call_off", "go_on"}


@pytest.fixture
def paying(qtbot, opened, till, press, back):
    """Return a way to open the till over the order, from its detail."""

    def through_detail(language="zh_CN"):
        opened(language)
        till.window.alarm.acted()
        till.window.pages["orders"].choose(back.id)
        press(till.window, "pay_here")
        page = till.window.findChildren(Settle)[-1]
        qtbot.waitUntil(lambda: page.till.due == 4400)
        return page

    return through_detail


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_till_shows_what_is_due_again_and_says_why(paying, language):
    page, words = paying(language), Words(language)
    shown = [each.text() for each in page.findChildren(QLabel)]
    assert words.say("settle.given_back") in shown
    assert words.say("settle.paid_online") not in shown
    assert (words.say("settle.due") in shown, page.purse.change.text()) == (True, words.money(4400, "CNY"))


def test_no_forgotten_figure_closes_it_at_the_till_with_nothing(paying, press):
    page = paying()
    assert not page.purse.finish.isEnabled()
    press(page, "key_2")
    assert not page.purse.finish.isEnabled()


def test_a_guest_who_pays_here_after_all_gets_change_and_a_bill_that_says_so(
    qtbot, paying, till, press, back
):
    page = paying()
    for key in ("key_5", "key_0"):
        press(page, key)
    assert page.purse.change.text() == "¥6.00"
    press(page, "finish")
    qtbot.waitUntil(lambda: till.order(back.id).status.value == "paid")
    now = till.order(back.id)
    assert (now.payment.type, now.payment.status.value, now.payment.online) == ("cash", "paid", False)
    deal = till.store.ask(queries.deal, now.deal_id)
    assert (deal.payments, deal.change, deal.refunds) == ((("cash", 5000),), 600, ())


def test_with_another_order_the_till_says_that_it_is_settled_alone(qtbot, paying, till):
    page, other = paying(), till.executed()
    page.add(other.id)
    qtbot.waitUntil(lambda: len(page._orders) == 2)
    assert not page.purse.finish.isEnabled()
    assert page.purse._outcome.text().startswith("订单")


def test_only_what_went_back_can_be_paid_here_after_all(back, till):
    others = [till.executed(payment=payment) for payment in ("unpaid", "paid", "part_refunded")]
    till.do(deals.settle, [back.id])
    assert [may_pay_here(till.order(order.id)) for order in (*others, back)] == [False] * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_its_channel_has_again_is_booked_with_one_tap(qtbot, opened, till, tap, back, language):
    till.do(deals.settle, [back.id])
    again = RemoteOrder(back.remote_id, "executed", "deliver", (), "CNY", {"paid": "again"}, payment="paid")
    till.store.do(intake.receive, Who("fankahui", "channel"), "fankahui", again).result()
    opened(language)
    till.window.turn("channels")
    qtbot.waitUntil(lambda: len(notices(till)) == 1)
    [asked] = notices(till)
    assert {action.name for action in asked.actions} == {"book_paid", "seen"}
    tap(till.window.pages["channels"].tasks, asked.id, "book_paid")
    qtbot.waitUntil(lambda: notices(till) == [])
    assert till.order(back.id).payment.status.value == "paid"


def test_what_was_called_off_leaves_nothing_to_answer(till, back):
    till.do(orders.cancel, back.id, "refunded")
    assert till.store.ask(backlog.attention) == []
