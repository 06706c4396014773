"""Money that a channel gave back, and then has again or asks of the guest again: its last word counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pos.actions import attention, channels, deals, orders, outbox, refunds
from pos.domain.deal import Deal
from pos.domain.payment import Amount, Payment, PaymentStatus
from pos.domain.refusals import Refused
from pos.store import queries
from sync.messages import Health, RemoteLine, RemoteOrder

Heard = Callable[..., RemoteOrder]
FISH = RemoteLine("L2", "水煮鱼", 1, 5800, options=("微辣",))


def shows(counter: Any, heard: Heard, *payments: str, **facts: Any) -> None:
    """Let the channel show these payments, one after the other, each time in a new document."""
    for n, payment in enumerate(payments):
        facts = {"status": "executed", "payment_type": "weixin", **facts}
        counter.hear(heard(payment=payment, table=f"{payment}{n}", **facts))


def cooked(counter: Any, heard: Heard, **facts: Any) -> Any:
    """Return an order that is cooked here."""
    counter.hear(heard(**facts))
    return counter.reach("executed")


def sold(counter: Any, heard: Heard) -> Deal:
    """Settle an order that its guest paid at the channel."""
    order = cooked(counter, heard, payment="paid", payment_type="weixin")
    deal: Deal = counter.do(deals.settle, [order.id]).deal
    counter.tell_all()
    return deal


def asked(counter: Any) -> list[str]:
    """Return what a person is asked."""
    return [row.kind for row in counter.attention()]


def test_what_its_channel_has_again_is_paid_there_and_nothing_is_to_be_decided(
    counter: Any, heard: Heard
) -> None:
    order = cooked(counter, heard, payment="paid", payment_type="weixin")
    shows(counter, heard, "refunded")
    shows(counter, heard, "paid", payment_type="alipay")
    assert (counter.order().payment, asked(counter)) == (
        Payment("alipay", PaymentStatus.PAID, online=True), [],
    )  # fmt: skip
    deal = counter.do(deals.settle, [order.id]).deal
    known = counter.ask(queries.deal, deal.id)
    assert (known.payments, known.refunds) == ((("alipay", 6400),), ())


def test_what_went_back_once_more_is_asked_once_more(counter: Any, heard: Heard) -> None:
    counter.hear(heard(payment="paid", payment_type="weixin"))
    counter.reach("accepted")
    shows(counter, heard, "refunded", status="accepted")
    (row,) = counter.attention()
    counter.do(attention.answer, row.id, "go_on")
    shows(counter, heard, "paid", status="accepted")
    shows(counter, heard, "refunded", status="accepted", agent="once more")
    assert asked(counter) == ["given_back"]


def test_a_guest_who_is_to_pay_again_can_pay_here(counter: Any, heard: Heard) -> None:
    order = cooked(counter, heard, payment="paid", payment_type="weixin")
    shows(counter, heard, "refunded")
    shows(counter, heard, "unpaid", payment_type="cash")
    assert (counter.order().payment, asked(counter)) == (Payment("cash", PaymentStatus.UNPAID), [])
    with pytest.raises(Refused):
        counter.do(deals.settle, [order.id])
    counter.do(deals.settle, [order.id], [Amount("cash", 6400)])
    assert counter.order().payment == Payment("cash", PaymentStatus.PAID)


def test_all_that_went_back_may_be_a_part_after_all(counter: Any, heard: Heard) -> None:
    cooked(counter, heard, payment="paid", payment_type="weixin")
    shows(counter, heard, "refunded", "part_refunded")
    assert (counter.order().payment.status, asked(counter)) == (PaymentStatus.PART_REFUNDED, [])


def test_an_order_that_is_off_and_paid_again_must_get_the_money_back_again(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(payment="paid"))
    counter.do(orders.cancel, counter.order().id, "缺货")
    counter.tell_all()
    shows(counter, heard, "refunded", status="canceled")
    assert asked(counter) == []
    shows(counter, heard, "paid", status="canceled")
    assert asked(counter) == ["paid_but_off"]


def test_a_refund_that_its_channel_took_back_is_booked_by_nobody(counter: Any, heard: Heard) -> None:
    deal = sold(counter, heard)
    shows(counter, heard, "refunded", status="paid")
    assert asked(counter) == ["book_refund"]
    shows(counter, heard, "paid", status="paid")
    assert (asked(counter), counter.order().payment.status) == ([], PaymentStatus.PAID)
    with pytest.raises(Refused) as refused:
        counter.do(refunds.refund, deal.id, (), (), "went back there", there=True)
    assert refused.value.code == "nothing_to_book"
    shows(counter, heard, "refunded", status="canceled")
    assert "book_refund" in asked(counter)


def test_a_refund_that_was_only_a_part_is_asked_as_that_and_later_as_a_whole_again(
    counter: Any, heard: Heard
) -> None:
    sold(counter, heard)
    shows(counter, heard, "refunded")
    shows(counter, heard, "part_refunded", lines=(FISH,))
    assert [(row.kind, row.facts["pieces"]) for row in counter.attention()] == [
        ("book_part_refund", {"L1": 2})
    ]
    shows(counter, heard, "refunded", "refunded")
    assert asked(counter) == ["book_refund"]


def test_a_refund_in_the_books_is_not_undone_by_a_channel_that_does_not_follow(
    counter: Any, heard: Heard
) -> None:
    deal = sold(counter, heard)
    counter.do(refunds.refund, deal.id, (), (), "cold")
    before = asked(counter)
    shows(counter, heard, "paid", "part_refunded", "paid", status="paid")
    assert (counter.order().payment.status, asked(counter)) == (PaymentStatus.REFUNDED, before)


@pytest.mark.parametrize("payment", ["refunded", "part_refunded"])
@pytest.mark.parametrize(("told", "booked"), [("alipay", "alipay"), ("", "online")])
def test_money_that_came_and_went_between_two_looks_is_in_the_channels_method(
    counter: Any, heard: Heard, payment: str, told: str, booked: str
) -> None:
    order = cooked(counter, heard, payment="unpaid", payment_type="cash")
    shows(counter, heard, payment, payment_type=told)
    assert counter.order().payment.type == booked
    assert counter.do(deals.settle, [order.id]).deal.payments == (Amount(booked, 6400),)


def asking_for_prepay(counter: Any, heard: Heard) -> Any:
    """Return the letter, being told, that asks the channel for the guest's stored value."""
    order = cooked(counter, heard)
    counter.do(channels.health, "fankahui", Health("well", heard_at=counter.clock.now))
    counter.do(deals.settle, [order.id], [Amount("prepay", 6400)])
    return counter.claim_letter()


def overtaken(counter: Any, letter: Any) -> None:
    """Let the channel say that the order has gone on."""
    counter.do(outbox.postpone, letter, "overtaken", counter.clock.now, False, True, overtaken=True)


def test_stored_value_that_was_overtaken_by_the_guests_payment_is_taken_in_no_other_way(
    counter: Any, heard: Heard
) -> None:
    letter = asking_for_prepay(counter, heard)
    shows(counter, heard, "paid", status="paid")
    overtaken(counter, letter)
    order = counter.order()
    assert (order.deal_id, order.payment) == (None, Payment("weixin", PaymentStatus.PAID, online=True))
    assert (asked(counter), counter.tell_all()) == (["prepay_paid_there"], [])
    with pytest.raises(Refused):
        counter.do(deals.settle, [order.id], [Amount("cash", 6400)])
    assert counter.do(deals.settle, [order.id]).deal.payments == (Amount("weixin", 6400),)


def test_stored_value_that_was_overtaken_by_something_else_is_asked_for_again(
    counter: Any, heard: Heard
) -> None:
    letter = asking_for_prepay(counter, heard)
    counter.hear(heard(status="executed", table="A9"))
    overtaken(counter, letter)
    assert (asked(counter), counter.order().deal_id is None) == ([], False)
    again = counter.claim_letter()
    assert (again.id, again.overtaken) == (letter.id, True)
    counter.do(outbox.refused, again, "no such card")
    (row,) = counter.attention()
    assert (row.kind, row.facts["why"]) == ("prepay_refused", "no such card")


def test_an_own_payment_that_its_channel_shows_before_it_answers_is_taken_once(
    counter: Any, heard: Heard
) -> None:
    letter = asking_for_prepay(counter, heard)
    shows(counter, heard, "paid", status="paid", payment_type="prepay")
    counter.do(outbox.postpone, letter, "timeout", counter.clock.now, unknown=True, counted=True)
    assert (asked(counter), counter.tell_all()) == ([], ["pay"])
    order = counter.order()
    assert (order.payment, asked(counter)) == (Payment("prepay", PaymentStatus.PAID), [])
    assert counter.ask(queries.deal, order.deal_id).payments == (("prepay", 6400),)
