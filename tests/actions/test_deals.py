"""Settling: all or nothing, each order itself, and stored value only on the channel's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from pos.actions import channels, deals, new, orders, outbox
from pos.domain.deal import DealState
from pos.domain.order import IllegalMove, Line, Order, OrderType, Status
from pos.domain.payment import Amount, PaymentStatus
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store import queries
from sync.messages import Health, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]


def cooked(counter: Any, heard: Heard, name: str = "R1", **shown: Any) -> Order:
    counter.hear(heard(name, **shown))
    counter.do(orders.accept, counter.order(name).id)
    counter.do(orders.execute, counter.order(name).id)
    counter.tell_all()
    return counter.order(name)


def refusal(counter: Any, *arguments: Any) -> str:
    with pytest.raises(Refused) as refused:
        counter.do(deals.settle, *arguments)
    return refused.value.code


def takings(counter: Any) -> list[tuple[str, int, bool]]:
    query = text("SELECT method, amount, online FROM takings ORDER BY method, amount")
    return [(row[0], row[1], bool(row[2])) for row in counter.ask(lambda read: read.execute(query).all())]


def test_several_orders_become_one_deal_and_stay_themselves(counter: Any, heard: Heard) -> None:
    first, second = cooked(counter, heard, "R1"), cooked(counter, heard, "R2")
    mine = counter.do(new.place, new.Draft(OrderType.EAT_IN, (Line("", "汤", 1, 900),)))
    done = counter.do(
        deals.settle, [second.id, first.id, mine.id], [Amount("cash", 10000), Amount("weixin", 6500)]
    )
    assert (done.deal.number, done.deal.state, done.deal.change) == ("B-261120-001", DealState.CLOSED, 2800)
    assert [order.status for order in done.orders] == [Status.PAID] * 3
    assert [order.payment.type for order in done.orders] == ["weixin", "cash", "cash"]
    assert takings(counter) == [
        ("cash", 900, False),
        ("cash", 6300, False),
        ("weixin", 100, False),
        ("weixin", 6400, False),
    ]
    told = [counter.claim_letter().body for _ in range(2)]
    assert sorted((body["method"], body["amount"]) for body in told) == [("cash", 6400), ("weixin", 6400)]


def test_settling_prints_the_guests_ticket_and_kicks_the_drawer_for_cash_alone(
    counter: Any, heard: Heard
) -> None:
    by_cash, by_weixin = cooked(counter, heard, "R1"), cooked(counter, heard, "R2")
    counter.do(deals.settle, [by_cash.id], [Amount("cash", 10000)])
    counter.do(deals.settle, [by_weixin.id], [Amount("weixin", 6400)])
    first, second = counter.print_all("front")
    assert (first.drawer, second.drawer) == (True, False)
    assert (first.facts["bill"], first.facts["change"]) == ("B-261120-001", "36.00")
    assert [(part["method"], part["amount"]) for part in first.facts["payments"]] == [("现金", "100.00")]


def test_a_channel_that_says_paid_is_never_told_and_no_money_is_taken(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard, payment="paid", payment_type="alipay")
    done = counter.do(deals.settle, [order.id])
    assert (done.orders[0].status, done.orders[0].payment.online) == (Status.PAID, True)
    assert (counter.tell_all(), takings(counter)) == ([], [("alipay", 6400, True)])


def test_an_order_without_prices_closes_with_a_deal_of_zero(counter: Any, heard: Heard) -> None:
    bare = tuple(replace(line, price=None) for line in heard().lines)
    order = cooked(counter, heard, lines=bare, currency=None)
    done = counter.do(deals.settle, [order.id])
    assert (done.deal.total, done.deal.payments, takings(counter)) == (0, (), [])
    assert done.orders[0].status is Status.PAID


def test_settling_before_cooking_makes_it_paid_when_it_is_cooked(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id)
    settled = counter.do(deals.settle, [counter.order().id], [Amount("cash", 6400)])
    assert settled.orders[0].status is Status.ACCEPTED
    assert counter.do(orders.check_in, counter.order().id).order.status is Status.PAID
    assert counter.tell_all() == ["accept", "pay"]
    assert len(counter.print_all("kitchen")) == 1


def test_settling_again_is_harmless_and_settling_half_of_a_deal_with_more_is_refused(
    counter: Any, heard: Heard
) -> None:
    first, second = cooked(counter, heard, "R1"), cooked(counter, heard, "R2")
    done = counter.do(deals.settle, [first.id], [Amount("cash", 6400)])
    again = counter.do(deals.settle, [first.id], [Amount("weixin", 6400)])
    assert (again.changed, again.deal) == (False, done.deal)
    assert refusal(counter, [first.id, second.id], [Amount("cash", 6400)]) == "already_settled"
    assert counter.order("R2") == second


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ([], "too_little"),
        ([Amount("weixin", 6401)], "too_much"),
        ([Amount("shells", 6400)], "unknown_method"),
        ([Amount("online", 6400)], "unknown_method"),
    ],
)
def test_money_that_does_not_fit_settles_nothing(
    counter: Any, heard: Heard, given_: list[Amount], code: str
) -> None:
    order = cooked(counter, heard)
    assert refusal(counter, [order.id], given_) == code
    assert (counter.order(), takings(counter)) == (order, [])
    assert counter.do(deals.settle, [order.id], [Amount("cash", 6400)]).deal.number.endswith("-001")


def test_choosing_nothing_twice_or_too_early_is_refused(counter: Any, heard: Heard) -> None:
    counter.hear(heard("R2"))
    order = cooked(counter, heard)
    assert refusal(counter, []) == "no_orders"
    assert refusal(counter, [order.id, order.id]) == "order_twice"
    assert refusal(counter, [uuid4()]) == "no_order"
    with pytest.raises(IllegalMove):
        counter.do(deals.settle, [order.id, counter.order("R2").id], [Amount("cash", 20000)])
    assert counter.order() == order


def test_orders_of_two_currencies_are_no_deal(counter: Any, heard: Heard) -> None:
    first, second = cooked(counter, heard, "R1"), cooked(counter, heard, "R2", currency="KRW")
    assert refusal(counter, [first.id, second.id], [Amount("cash", 12800)]) == "two_currencies"


def test_a_method_of_the_shops_own_is_taken(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
) -> None:
    counter = open_counter(replace(shop, methods=("饭卡",)))
    order = cooked(counter, heard)
    assert counter.do(deals.settle, [order.id], [Amount("饭卡", 6400)]).orders[0].payment.type == "饭卡"


# --- stored value ------------------------------------------------------------------------------------------

PREPAY = [Amount("prepay", 6400)]


@pytest.fixture
def asked(counter: Any, heard: Heard) -> Order:
    """An order whose guest's stored value the channel has been asked for."""
    order = cooked(counter, heard)
    counter.do(channels.health, "fankahui", Health("well"))
    done = counter.do(deals.settle, [order.id], PREPAY)
    assert (done.deal.state, done.orders[0].status) == (DealState.OPEN, Status.EXECUTED)
    return counter.order()


@pytest.mark.usefixtures("asked")
def test_stored_value_closes_the_deal_on_the_channels_answer(counter: Any, heard: Heard) -> None:
    assert takings(counter) == []
    paid = heard(status="paid", payment="paid", payment_type="prepay")
    assert counter.tell_all(paid) == ["pay"]
    order = counter.order()
    assert (order.status, order.payment.type, order.settled) == (Status.PAID, "prepay", True)
    assert (takings(counter), counter.attention()) == ([("prepay", 6400, False)], [])
    assert counter.ask(queries.deal, order.deal_id).number == "B-261120-001"
    assert (counter.tell_all(), len(counter.print_all("front"))) == ([], 1)


@pytest.mark.usefixtures("asked")
def test_refused_stored_value_takes_the_deal_apart_and_leaves_no_gap(counter: Any) -> None:
    counter.do(outbox.refused, counter.claim_letter(), "balance too low")
    order = counter.order()
    assert (order.status, order.deal_id, order.settled) == (Status.EXECUTED, None, False)
    assert [row.facts["why"] for row in counter.attention("prepay_refused")] == ["balance too low"]
    again = counter.do(deals.settle, [order.id], [Amount("cash", 6400)])
    assert (again.deal.number, takings(counter)) == ("B-261120-001", [("cash", 6400, False)])
    assert counter.tell_all() == ["pay"]


def test_stored_value_that_surely_was_not_taken_is_called_off_and_an_unclear_one_is_not(
    counter: Any, asked: Order
) -> None:
    letter = counter.claim_letter()
    counter.do(outbox.postpone, letter, "timeout", counter.clock.now, unknown=True, counted=True)
    counter.do(outbox.postpone, counter.claim_letter(), "503", counter.clock.now, unknown=False, counted=True)
    assert counter.order().deal_id == asked.deal_id
    assert counter.tell_all() == ["pay"]
    assert counter.order().status is Status.PAID


@pytest.mark.usefixtures("asked")
def test_stored_value_with_the_channel_gone_meanwhile_is_called_off(counter: Any) -> None:
    letter = counter.claim_letter()
    counter.do(outbox.postpone, letter, "no route", counter.clock.now, unknown=False, counted=True)
    assert (counter.order().deal_id, len(counter.attention("prepay_refused"))) == (None, 1)
    assert counter.tell_all() == []


def test_stored_value_of_a_paused_channel_is_refused_and_cash_is_taken(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    counter.do(channels.health, "fankahui", Health("well"))
    counter.do(channels.pause, "fankahui", counter.clock.now + timedelta(hours=1))
    assert refusal(counter, [order.id], PREPAY) == "channel_away"
    assert counter.do(deals.settle, [order.id], [Amount("cash", 6400)]).changed
    counter.clock.pass_by(hours=2)
    other = cooked(counter, heard, "R2")
    assert counter.do(deals.settle, [other.id], PREPAY).deal.state is DealState.OPEN


def test_pausing_a_channel_that_was_not_asked_yet_frees_the_order_and_says_so(
    counter: Any, asked: Order
) -> None:
    counter.do(channels.pause, "fankahui")
    assert [row.facts["why"] for row in counter.attention("prepay_refused")] == ["channel_paused"]
    assert counter.do(deals.settle, [asked.id], [Amount("cash", 6400)]).changed
    counter.do(channels.resume, "fankahui")
    assert [letter.body["method"] for letter in iter(counter.claim_letter, None)] == ["cash"]


def test_pausing_a_channel_that_may_have_been_asked_leaves_the_question_open(
    counter: Any, asked: Order
) -> None:
    letter = counter.claim_letter()
    counter.do(outbox.postpone, letter, "timeout", counter.clock.now, unknown=True, counted=True)
    counter.do(channels.pause, "fankahui")
    assert (counter.order().deal_id, counter.attention("prepay_refused")) == (asked.deal_id, [])


def test_no_other_money_is_taken_while_stored_value_is_asked_for(counter: Any, asked: Order) -> None:
    assert refusal(counter, [asked.id], [Amount("cash", 6400)]) == "prepay_pending"
    assert refusal(counter, [asked.id]) == "prepay_pending"
    assert not counter.do(deals.settle, [asked.id], PREPAY).changed
    assert counter.tell_all() == ["pay"]
    assert not counter.do(deals.settle, [asked.id], [Amount("cash", 6400)]).changed


def test_stored_value_with_the_channel_away_is_refused_with_that_reason(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    assert refusal(counter, [order.id], PREPAY) == "channel_away"
    counter.do(channels.health, "fankahui", Health("needs_you", "401"))
    assert refusal(counter, [order.id], PREPAY) == "channel_away"
    assert counter.order() == order


def test_stored_value_pays_one_order_alone_and_only_where_a_channel_keeps_it(
    counter: Any, heard: Heard
) -> None:
    counter.do(channels.health, "fankahui", Health("well"))
    first, second = cooked(counter, heard, "R1"), cooked(counter, heard, "R2")
    assert refusal(counter, [first.id, second.id], [Amount("prepay", 12800)]) == "prepay_alone"
    mixed = [Amount("prepay", 6000), Amount("cash", 400)]
    assert refusal(counter, [first.id], mixed) == "prepay_alone"
    mine = counter.do(new.place, new.Draft(OrderType.EAT_IN, (Line("", "汤", 1, 900),)))
    assert refusal(counter, [mine.id], [Amount("prepay", 900)]) == "prepay_not_here"


def test_while_stored_value_is_asked_for_nothing_else_is_done_with_the_money(
    counter: Any, asked: Order
) -> None:
    again = counter.do(deals.settle, [asked.id], PREPAY)
    assert (again.changed, again.deal.state) == (False, DealState.OPEN)
    with pytest.raises(IllegalMove):
        counter.do(orders.cancel, asked.id, "客人走了")


def test_giving_the_question_up_takes_the_deal_apart(counter: Any, asked: Order) -> None:
    letter = counter.letters(asked)[-1]
    counter.do(outbox.drop, letter.id, "客人改付现金")
    assert counter.do(deals.settle, [asked.id], [Amount("cash", 6400)]).changed is True


@pytest.mark.usefixtures("asked")
def test_a_guest_who_cancels_before_the_question_left_is_not_charged(counter: Any, heard: Heard) -> None:
    counter.hear(heard(status="canceled"))
    assert (counter.order().status, counter.order().deal_id) == (Status.CANCELED, None)
    assert counter.tell_all() == []


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.usefixtures("asked")
def test_money_taken_for_an_order_canceled_meanwhile_is_never_lost(
    counter: Any, heard: Heard, answered: bool
) -> None:
    letter = counter.claim_letter()
    if not answered:
        counter.do(outbox.postpone, letter, "timeout", counter.clock.now, unknown=True, counted=True)
    counter.hear(heard(status="canceled"))
    letter = letter if answered else counter.claim_letter()
    counter.do(outbox.told, letter, Told())
    order = counter.order()
    assert (order.status, order.payment.status) == (Status.CANCELED, PaymentStatus.PAID)
    assert (takings(counter), len(counter.attention("paid_but_off"))) == ([("prepay", 6400, False)], 1)


def test_money_that_the_channel_had_before_ours_was_told_is_paid_twice(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard)
    counter.do(deals.settle, [order.id], [Amount("cash", 6400)])
    there = heard(status="paid", payment="paid", payment_type="weixin")
    counter.do(outbox.told, counter.claim_letter(), Told(there, already=True))
    assert [row.order_id for row in counter.attention("paid_twice")] == [order.id]
    assert [letter.state for letter in counter.letters(order) if letter.verb == "pay"] == ["dropped"]


@pytest.mark.parametrize(("there", "twice"), [("weixin", 1), ("cash", 0)])
def test_an_answer_that_was_lost_is_ours_only_where_the_method_is(
    counter: Any, heard: Heard, there: str, twice: int
) -> None:
    order = cooked(counter, heard)
    counter.do(deals.settle, [order.id], [Amount("cash", 6400)])
    counter.do(
        outbox.postpone, counter.claim_letter(), "reset", counter.clock.now, unknown=True, counted=True
    )
    found = heard(status="paid", payment="paid", payment_type=there)
    counter.do(outbox.told, counter.claim_letter(), Told(found, already=True))
    assert len(counter.attention("paid_twice")) == twice


@pytest.mark.usefixtures("asked")
def test_a_guest_who_paid_otherwise_meanwhile_is_not_charged_stored_value(counter: Any, heard: Heard) -> None:
    there = heard(status="paid", payment="paid", payment_type="weixin")
    counter.do(outbox.told, counter.claim_letter(), Told(there, already=True))
    order = counter.order()
    assert (order.deal_id, order.payment.taken_online, order.payment.type) == (None, True, "weixin")
    assert (takings(counter), len(counter.attention("prepay_refused"))) == ([], 1)
    counter.do(deals.settle, [order.id])
    assert takings(counter) == [("weixin", 6400, True)]
