"""Money that a channel has again after its refund was booked here: a person decides, and the books follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from pos.actions import attention, deals, orders, refunds
from pos.domain.order import Order, Status
from pos.domain.payment import Amount, Payment, PaymentStatus
from pos.domain.refusals import Refused
from pos.store import queries
from sync.messages import RemoteOrder

Heard = Callable[..., RemoteOrder]


def shows(counter: Any, heard: Heard, *payments: str, **facts: Any) -> None:
    """Let the channel be fetched with these payments, one after the other, each in a new document."""
    for payment in payments:
        nth = len(counter.acts(counter.order())) if counter.orders("R1") else 0
        shown = {"status": "executed", "payment_type": "weixin", "agent": f"{payment}{nth}", **facts}
        counter.hear(heard(payment=payment, **shown))


def closed_at_zero(counter: Any, heard: Heard) -> Order:
    """Return an order that its channel gave back before it was settled, closed here with nothing."""
    shows(counter, heard, "paid", status="placed")
    order = counter.reach("executed")
    shows(counter, heard, "refunded")
    counter.do(deals.settle, [order.id])
    counter.tell_all()
    return counter.order()


def booked_later(counter: Any, heard: Heard) -> Order:
    """Return an order that was settled as paid there, given back there, and booked so by a person."""
    shows(counter, heard, "paid", status="placed")
    order = counter.reach("executed")
    deal = counter.do(deals.settle, [order.id]).deal
    counter.tell_all()
    shows(counter, heard, "refunded")
    counter.do(refunds.refund, deal.id, (), (), "went back there", there=True)
    return counter.order()


def asked(counter: Any) -> list[str]:
    """Return what a person is asked."""
    return [row.kind for row in counter.attention()]


def answer(counter: Any, said: str) -> bool:
    """Answer the one thing that is asked."""
    (row,) = counter.attention()
    return bool(counter.do(attention.answer, row.id, said))


def takings(counter: Any) -> int:
    """Return what the books say that the shop has."""
    return int(counter.ask(lambda read: read.execute(text("SELECT sum(amount) FROM takings")).scalar_one()))


@pytest.mark.parametrize("way", [closed_at_zero, booked_later])
@pytest.mark.parametrize("status", ["executed", "paid", "canceled"])
def test_what_its_channel_has_again_is_asked_about_once_and_booked_by_nobody(
    counter: Any, heard: Heard, way: Any, status: str
) -> None:
    way(counter, heard)
    shows(counter, heard, "paid", "paid", status=status)
    assert asked(counter) == ["paid_again_there"]
    assert (takings(counter), counter.order().payment.status) == (0, PaymentStatus.REFUNDED)


@pytest.mark.parametrize("way", [closed_at_zero, booked_later])
def test_one_answer_books_it_and_nothing_is_printed_or_told(counter: Any, heard: Heard, way: Any) -> None:
    order = way(counter, heard)
    before = counter.tickets(order)
    shows(counter, heard, "paid")
    (row,) = counter.attention()
    assert answer(counter, "book_paid")
    assert counter.do(attention.answer, row.id, "book_paid") is False
    now = counter.order()
    assert now.payment == Payment("weixin", PaymentStatus.PAID, online=True)
    assert (asked(counter), takings(counter), counter.tickets(order)) == ([], 6400, before)
    assert counter.tell_all() == []
    back, again = counter.ask(queries.deal, now.deal_id).refunds
    assert (back.total, again.total, again.payments) == (-6400, 6400, (("weixin", 6400),))
    assert again.number != back.number


def test_it_is_asked_about_too_where_the_order_was_first_seen_with_its_money_back(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(payment="refunded"))
    order = counter.reach("executed")
    counter.do(deals.settle, [order.id])
    shows(counter, heard, "paid")
    assert asked(counter) == ["paid_again_there"]


def test_a_refund_there_that_follows_takes_the_question_back_and_the_next_payment_asks_anew(
    counter: Any, heard: Heard
) -> None:
    closed_at_zero(counter, heard)
    shows(counter, heard, "paid")
    answer(counter, "seen")
    shows(counter, heard, "paid", table="A9")
    assert asked(counter) == []
    shows(counter, heard, "refunded")
    assert asked(counter) == []
    shows(counter, heard, "paid")
    assert asked(counter) == ["paid_again_there"]
    shows(counter, heard, "unpaid")
    assert asked(counter) == []


def test_a_part_that_it_has_again_is_for_a_person_alone(counter: Any, heard: Heard) -> None:
    closed_at_zero(counter, heard)
    shows(counter, heard, "part_refunded")
    assert asked(counter) == ["part_again_there"]
    with pytest.raises(Refused):
        answer(counter, "book_paid")
    shows(counter, heard, "paid")
    assert asked(counter) == ["paid_again_there"]


def test_what_was_refunded_here_is_no_money_that_its_channel_has_again(counter: Any, heard: Heard) -> None:
    shows(counter, heard, "paid", status="placed")
    order = counter.reach("executed")
    deal = counter.do(deals.settle, [order.id]).deal
    counter.do(refunds.refund, deal.id, reason="cold")
    counter.tell_all()
    shows(counter, heard, "paid", "part_refunded", "refunded")
    assert counter.attention("paid_again_there", "part_again_there") == []


def test_what_is_booked_as_paid_again_can_go_back_again(counter: Any, heard: Heard) -> None:
    order = closed_at_zero(counter, heard)
    shows(counter, heard, "paid")
    answer(counter, "book_paid")
    shows(counter, heard, "refunded")
    assert asked(counter) == ["book_refund"]
    deal = counter.order().deal_id
    counter.do(refunds.refund, deal, (), (), "went back there", there=True)
    assert (asked(counter), takings(counter)) == ([], 0)
    shows(counter, heard, "paid")
    answer(counter, "book_paid")
    part = counter.do(refunds.refund, deal, [(order.id, "L1", 2)], (), "went back there")
    assert (part.changed, part.deal.total, takings(counter)) == (True, -600, 5800)


def test_only_what_the_channel_gave_back_comes_again(counter: Any, heard: Heard) -> None:
    shows(counter, heard, "paid", status="placed")
    order = counter.reach("executed")
    deal = counter.do(deals.settle, [order.id]).deal
    counter.do(refunds.refund, deal.id, [(order.id, "L1", 2)], [Amount("cash", 600)], "cold")
    shows(counter, heard, "refunded")
    counter.do(refunds.refund, deal.id, (), (), "went back there", there=True)
    shows(counter, heard, "paid")
    answer(counter, "book_paid")
    assert (takings(counter), counter.order().payment.status) == (5800, PaymentStatus.PART_REFUNDED)


def test_money_for_an_order_that_is_off_must_go_back_again(counter: Any, heard: Heard) -> None:
    shows(counter, heard, "paid", status="placed")
    order = counter.reach("accepted")
    shows(counter, heard, "refunded", status="accepted")
    counter.do(deals.settle, [order.id])
    counter.do(orders.cancel, order.id, "guest left")
    counter.tell_all()
    shows(counter, heard, "paid", status="canceled")
    assert (counter.order().status, asked(counter)) == (Status.CANCELED, ["paid_again_there"])
    answer(counter, "book_paid")
    assert asked(counter) == ["paid_but_off"]


def test_a_channel_that_hears_of_sales_hears_that_nothing_came_back_after_all(
    open_counter: Any, shop: Any, telling: Any, heard: Heard
) -> None:
    counter = open_counter(telling(shop))
    order = closed_at_zero(counter, lambda *names, **facts: heard(*names, type="deliver", **facts))
    shows(counter, heard, "paid", type="deliver")
    answer(counter, "book_paid")
    body = counter.do(lambda tx: tx.outbox.of_order(order.id, "reviews"))[-1].body
    assert (body["returned"], body["order"]["payment"]["status"]) == ({}, "paid")
