"""Orders whose guests have their money back from the service: closed with one tap, and nothing taken."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from pos.actions import orders
from pos.store import backlog
from pos.ui.parts.faces import face, primary
from pos.words import LANGUAGES, Words

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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_till_asks_nothing_for_it_and_says_why(qtbot, opened, till, back, language):
    opened(language)
    till.window.settle([back.id])
    words = Words(language)

    def shown():
        return [each.text() for each in till.window.findChildren(QLabel)]

    qtbot.waitUntil(lambda: words.say("settle.given_back") in shown())
    assert words.say("settle.paid_online") not in shown()


def test_what_was_called_off_leaves_nothing_to_answer(till, back):
    till.do(orders.cancel, back.id, "refunded")
    assert till.store.ask(backlog.attention) == []
