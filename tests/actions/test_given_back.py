"""Money that a channel gave back before its order was settled here: nobody asks the guest for it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import attention, deals, orders, refunds
from pos.domain.order import IllegalMove, Order, Status
from pos.domain.payment import Amount, Payment, PaymentStatus
from pos.domain.refusals import Refused
from pos.domain.shop import PrinterFacts
from pos.store import queries
from sync.messages import RemoteOrder

Heard = Callable[..., RemoteOrder]


def given_back(counter: Any, heard: Heard, status: str, **shown: Any) -> Order:
    """Return an order in a state here that its guest paid online, and got all money of back."""
    there = {"placed": "placed", "accepted": "accepted", "executed": "executed"}[status]
    counter.hear(heard(payment="paid", payment_type="weixin", **shown))
    counter.reach(status)
    counter.hear(heard(status=there, payment="refunded", payment_type="weixin", **shown))
    order: Order = counter.order()
    assert order.payment == Payment("weixin", PaymentStatus.REFUNDED, online=True)
    return order


def asked(counter: Any) -> list[str]:
    """Return what a person is asked."""
    return [row.kind for row in counter.attention()]


def answer(counter: Any, said: str) -> bool:
    """Answer the one thing that is asked."""
    (row,) = counter.attention()
    return bool(counter.do(attention.answer, row.id, said))


@pytest.mark.parametrize(
    ("status", "kind"),
    [("placed", "given_back"), ("accepted", "given_back"), ("executed", "given_back_cooked")],
)
def test_a_person_is_asked_once_what_becomes_of_an_order_whose_guest_has_the_money_back(
    counter: Any, heard: Heard, status: str, kind: str
) -> None:
    given_back(counter, heard, status)
    for turn in range(2):
        counter.hear(heard(status=status, payment="refunded", table=f"A{turn}"))
    assert asked(counter) == [kind]


def test_what_was_cooked_is_closed_without_money_by_one_answer(counter: Any, heard: Heard) -> None:
    order = given_back(counter, heard, "executed")
    assert answer(counter, "close")
    now = counter.order()
    assert (now.status, now.payment.status, asked(counter)) == (Status.PAID, PaymentStatus.REFUNDED, [])
    (sold,) = [counter.ask(queries.deal, now.deal_id)]
    (back,) = sold.refunds
    assert (sold.total, sold.payments) == (6400, (("weixin", 6400),))
    assert (back.total, back.payments) == (-6400, (("weixin", -6400),))
    assert counter.tickets(order, "queued")[-1].kind == "kitchen", "nobody gets a bill, no drawer opens"
    assert counter.tell_all() == [], "its channel knows all of it"


def test_the_till_takes_no_money_for_it_and_closes_it_with_none(counter: Any, heard: Heard) -> None:
    order = given_back(counter, heard, "executed")
    settled = counter.do(deals.settle, [order.id])
    assert (settled.changed, settled.orders[0].status, settled.deal.change) == (True, Status.PAID, 0)
    again = counter.do(deals.settle, [order.id])
    assert (again.changed, again.deal.id) == (False, settled.deal.id)
    assert asked(counter) == []


@pytest.mark.parametrize("first", ["paid", "unpaid"])
def test_a_guest_who_pays_here_after_all_is_booked_as_paying_and_nothing_as_refunded(
    counter: Any, heard: Heard, first: str
) -> None:
    counter.hear(heard(payment=first, payment_type="weixin"))
    order = counter.reach("executed")
    counter.hear(heard(status="executed", payment="refunded", payment_type="weixin"))
    with pytest.raises(Refused) as refused:
        counter.do(deals.settle, [order.id], [Amount("cash", 6300)])
    assert (refused.value.code, refused.value.facts["due"]) == ("too_little", 6400)
    deal = counter.do(deals.settle, [order.id], [Amount("cash", 7000)]).deal
    assert (deal.payments, deal.change) == ((Amount("cash", 7000),), 600)
    now = counter.order()
    assert (now.payment, asked(counter)) == (Payment("cash", PaymentStatus.PAID), [])
    assert (counter.ask(queries.deal, deal.id).refunds, counter.tell_all()) == ((), ["pay"])
    counter.hear(heard(status="paid", payment="refunded", table="A9"))
    assert (counter.order().payment.status, asked(counter)) == (PaymentStatus.PAID, [])


def test_the_bill_of_a_guest_who_pays_here_after_all_says_so_and_opens_the_drawer(
    counter: Any, heard: Heard
) -> None:
    order = given_back(counter, heard, "executed")
    counter.do(deals.settle, [order.id], [Amount("cash", 7000)])
    (bill,) = [ticket for ticket in counter.tickets(order) if ticket.kind == "settlement"]
    said = counter.paper(bill)
    assert ([part["amount"] for part in said["payments"]], said["change"]) == (["70.00"], "6.00")
    assert [job.drawer for job in counter.print_all("front")] == [True]


def test_a_channel_that_hears_of_sales_hears_of_no_return_where_the_guest_paid_here_after_all(
    open_counter: Any, shop: Any, telling: Any, heard: Heard
) -> None:
    counter = open_counter(telling(shop))
    order = given_back(counter, heard, "executed", type="deliver")
    counter.do(deals.settle, [order.id], [Amount("cash", 6400)])
    body = counter.do(lambda tx: tx.outbox.of_order(order.id, "reviews"))[-1].body
    assert (body["returned"], body["order"]["payment"]["status"]) == ({}, "paid")


def test_the_books_of_one_given_back_are_even_and_no_refund_is_left(counter: Any, heard: Heard) -> None:
    order = given_back(counter, heard, "executed")
    deal = counter.do(deals.settle, [order.id]).deal
    again = counter.do(refunds.refund, deal.id, reason="sorry")
    assert (again.changed, again.deal.total) == (False, -6400)
    assert [act for act in counter.acts(order) if act in ("settle", "refund")] == ["settle", "refund"]


def test_a_channel_that_hears_of_sales_hears_that_all_came_back(
    open_counter: Any, shop: Any, telling: Any, heard: Heard
) -> None:
    counter = open_counter(telling(shop))
    order = given_back(counter, heard, "executed", type="deliver")
    counter.do(deals.settle, [order.id])
    body = counter.do(lambda tx: tx.outbox.of_order(order.id, "reviews"))[-1].body
    assert body["returned"] == {"L1": 2, "L2": 1}


def test_what_was_cooked_is_called_off_by_one_answer_and_the_kitchen_hears_it(
    counter: Any, heard: Heard
) -> None:
    order = given_back(counter, heard, "executed")
    counter.print_all()
    assert answer(counter, "call_off")
    assert (counter.order().status, asked(counter)) == (Status.CANCELED, [])
    assert [job.facts["change"] for job in counter.print_all()] == ["cancel"]
    assert counter.tickets(order)[-1].kind == "cancel"


@pytest.mark.parametrize("status", ["placed", "accepted"])
def test_what_was_not_cooked_is_called_off_by_one_answer(counter: Any, heard: Heard, status: str) -> None:
    order = given_back(counter, heard, status)
    assert answer(counter, "call_off")
    assert (counter.order().status, counter.tickets(order)) == (Status.CANCELED, [])
    assert counter.tell_all() == ["cancel"]


def test_what_is_made_all_the_same_closes_without_money_and_nobody_is_asked_again(
    counter: Any, heard: Heard
) -> None:
    order = given_back(counter, heard, "accepted")
    assert answer(counter, "go_on")
    counter.do(orders.execute, order.id)
    counter.hear(heard(status="executed", payment="refunded", payment_type="weixin"))
    assert asked(counter) == []
    assert counter.do(deals.settle, [order.id]).orders[0].status is Status.PAID


def test_an_order_that_is_cooked_before_anybody_answered_is_asked_about_as_cooked(
    counter: Any, heard: Heard
) -> None:
    order = given_back(counter, heard, "accepted")
    counter.do(orders.execute, order.id)
    assert asked(counter) == ["given_back_cooked"]


@pytest.mark.parametrize("act", [orders.reject, orders.cancel])
def test_undoing_that_it_was_called_off_asks_again(counter: Any, heard: Heard, act: Any) -> None:
    order = given_back(counter, heard, "placed")
    for _ in range(2):
        counter.do(act, order.id, "退款", undoable=True)
        assert asked(counter) == []
        counter.do(orders.undo, order.id)
        assert asked(counter) == ["given_back"]


def test_an_order_that_is_off_there_too_is_off_here_and_only_that_is_said(counter: Any, heard: Heard) -> None:
    counter.hear(heard(payment="paid", payment_type="weixin"))
    order = counter.reach("executed")
    counter.hear(heard(status="canceled", payment="refunded", payment_type="weixin"))
    assert (counter.order().status, asked(counter)) == (Status.CANCELED, ["canceled_there"])
    with pytest.raises(IllegalMove):
        counter.do(deals.settle, [order.id])


def test_one_that_is_off_there_only_later_leaves_nothing_to_decide(counter: Any, heard: Heard) -> None:
    given_back(counter, heard, "executed")
    counter.hear(heard(status="canceled", payment="refunded", payment_type="weixin"))
    assert asked(counter) == ["canceled_there"]


def test_money_that_came_and_went_between_two_looks_is_not_asked_of_the_guest(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.hear(heard(status="executed", payment="refunded", payment_type="alipay"))
    assert counter.order().payment == Payment("alipay", PaymentStatus.REFUNDED, online=True)
    assert counter.do(deals.settle, [order.id]).deal.payments == (Amount("alipay", 6400),)


def test_an_order_first_seen_with_its_money_back_is_accepted_by_nobody_alone(
    open_counter: Any, shop: Any, heard: Heard
) -> None:
    auto = replace(shop.channels["fankahui"], auto_accept=True)
    counter = open_counter(replace(shop, channels={"fankahui": auto}))
    counter.hear(heard(payment="refunded"))
    assert (counter.order().status, asked(counter)) == (Status.PLACED, ["given_back"])


def test_cash_that_was_taken_here_is_nothing_that_a_channel_gave_back(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.do(deals.settle, [order.id], [Amount("cash", 6400)])
    counter.tell_all()
    counter.hear(heard(status="paid", payment="refunded"))
    assert (counter.order().payment, asked(counter)) == (Payment("cash", PaymentStatus.PAID), [])


def test_no_bill_of_several_orders_says_that_something_was_paid_which_went_back(
    counter: Any, heard: Heard
) -> None:
    order = given_back(counter, heard, "executed")
    counter.hear(heard("R2"))
    other = counter.reach("executed", "R2")
    with pytest.raises(Refused) as refused:
        counter.do(deals.settle, [other.id, order.id], [Amount("cash", 6400)])
    assert (refused.value.code, refused.value.facts["order"]) == ("given_back_alone", order.number)


def test_an_answer_that_comes_after_somebody_closed_it_changes_nothing(counter: Any, heard: Heard) -> None:
    order = given_back(counter, heard, "executed")
    (row,) = counter.attention()
    first = counter.do(deals.settle, [order.id]).deal
    assert counter.do(attention.answer, row.id, "close") is False
    assert counter.order().deal_id == first.id


def test_the_courier_collects_nothing_for_what_was_given_back(
    open_counter: Any, shop: Any, heard: Heard
) -> None:
    counter = open_counter(replace(shop, printers=(PrinterFacts("all", ("kitchen", "delivery")),)))
    counter.hear(heard(type="deliver", payment="refunded"))
    order = counter.reach("accepted")
    (slip,) = [counter.paper(ticket) for ticket in counter.tickets(order) if ticket.kind == "delivery"]
    assert (slip["due"], slip["paid"]) == ("", False)
