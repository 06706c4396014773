"""Money that a channel gave back after its order was settled here: a person books it, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from pos.actions import attention, deals, orders, refunds
from pos.domain.deal import Deal
from pos.domain.order import Line, Order, Status
from pos.domain.payment import Amount, PaymentStatus
from pos.domain.refusals import Refused
from pos.store import queries
from sync.messages import RemoteLine, RemoteOrder

Heard = Callable[..., RemoteOrder]
RICE = RemoteLine("L1", "米饭", 2, 300)
FISH = RemoteLine("L2", "水煮鱼", 1, 5800, options=("微辣",))


def sold(counter: Any, heard: Heard, name: str = "R1") -> tuple[Order, Deal]:
    """Settle an order here (2 rice of 3.00, a fish of 58.00) that its guest paid at the channel."""
    counter.hear(heard(name, payment="paid", payment_type="weixin"))
    order = counter.reach("executed", name)
    done = counter.do(deals.settle, [order.id])
    counter.tell_all()
    counter.print_all()
    return done.orders[0], done.deal


def shown(heard: Heard, payment: str, *lines: RemoteLine, **facts: Any) -> RemoteOrder:
    """Return the order as its channel shows it now."""
    facts = {"status": "executed", "payment": payment, "payment_type": "weixin", **facts}
    return heard(lines=lines or (RICE, FISH), **facts)


def asked(counter: Any) -> list[tuple[str, dict[str, int]]]:
    return [(row.kind, row.facts["pieces"]) for row in counter.attention()]


def takings(counter: Any) -> int:
    """Return what the books say that the shop has."""
    return int(counter.ask(lambda read: read.execute(text("SELECT sum(amount) FROM takings")).scalar_one()))


def book(counter: Any, deal: Deal, pieces: Any = (), **more: Any) -> refunds.Refunded:
    done: refunds.Refunded = counter.do(
        refunds.refund, deal.id, pieces, (), "went back there", there=True, **more
    )
    return done


@pytest.mark.parametrize("status", ["executed", "paid", "canceled"])
def test_all_that_went_back_there_is_asked_to_be_booked_once_and_booked_by_nobody(
    counter: Any, heard: Heard, status: str
) -> None:
    sold(counter, heard)
    for table in ("A1", "A2"):
        counter.hear(shown(heard, "refunded", status=status, table=table))
    assert asked(counter) == [("book_refund", {})]
    assert takings(counter) == 6400
    assert counter.order().payment.status is PaymentStatus.REFUNDED


def test_booking_it_leaves_no_drawer_prints_nothing_tells_nobody_and_closes_the_question(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard)
    counter.hear(shown(heard, "refunded"))
    before = counter.tickets(order)
    done = book(counter, deal)
    assert (done.changed, done.deal.total, takings(counter)) == (True, -6400, 0)
    assert [(share.online, share.total) for share in done.deal.shares] == [(True, -6400)]
    assert (asked(counter), counter.tickets(order), counter.tell_all()) == ([], before, [])
    now = counter.order()
    assert (now.status, now.payment.status) == (Status.PAID, PaymentStatus.REFUNDED)


def test_the_pieces_that_went_back_there_are_said_and_close_the_question_once_all_are_booked(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard)
    counter.hear(shown(heard, "part_refunded", FISH))
    assert asked(counter) == [("book_part_refund", {"L1": 2})]
    book(counter, deal, [(order.id, "L1", 1)])
    assert asked(counter) == [("book_part_refund", {"L1": 2})], "one of two is booked"
    book(counter, deal, [(order.id, "L1", 1)], refund_id=order.id)
    assert (asked(counter), takings(counter)) == ([], 5800)
    counter.hear(shown(heard, "part_refunded", FISH, table="A9"))
    assert asked(counter) == []
    assert counter.order().payment.status is PaymentStatus.PART_REFUNDED


def test_more_that_goes_back_there_takes_the_place_of_what_was_asked_before(
    counter: Any, heard: Heard
) -> None:
    _order, deal = sold(counter, heard)
    counter.hear(shown(heard, "part_refunded", RemoteLine("L1", "米饭", 1, 300), FISH))
    counter.hear(shown(heard, "part_refunded", FISH))
    assert asked(counter) == [("book_part_refund", {"L1": 2})]
    counter.hear(shown(heard, "refunded", status="canceled"))
    assert asked(counter) == [("book_refund", {})]
    book(counter, deal)
    assert asked(counter) == []


def test_a_part_of_which_the_channel_does_not_say_what_is_asked_once_and_any_booking_answers(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard)
    for table in ("A1", "A2"):
        counter.hear(shown(heard, "part_refunded", table=table))
    assert asked(counter) == [("book_part_refund", {})]
    book(counter, deal, [(order.id, "L1", 1)])
    counter.hear(shown(heard, "part_refunded", table="A3"))
    assert asked(counter) == []


def test_what_was_refunded_here_first_is_not_asked_once_the_channel_follows(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard)
    counter.do(refunds.refund, deal.id, [(order.id, "L1", 2)], (), "cold")
    counter.hear(shown(heard, "part_refunded", FISH))
    assert counter.attention("book_refund", "book_part_refund") == []
    counter.do(refunds.refund, deal.id, (), (), "cold")
    counter.hear(shown(heard, "refunded", status="canceled"))
    assert counter.attention("book_refund", "book_part_refund") == []


def test_an_ordinary_refund_of_it_answers_too(counter: Any, heard: Heard) -> None:
    _order, deal = sold(counter, heard)
    counter.hear(shown(heard, "refunded"))
    counter.do(refunds.refund, deal.id, (), (), "sorry")
    assert (asked(counter), takings(counter)) == ([], 0)


def test_lines_that_the_channel_was_never_told_of_did_not_go_back_there(
    open_counter: Any, shop: Any, heard: Heard
) -> None:
    fankahui = replace(shop.channels["fankahui"], tells=frozenset({"accept", "execute"}))
    counter = open_counter(replace(shop, channels={"fankahui": fankahui}))
    counter.hear(heard(payment="paid", payment_type="weixin"))
    order = counter.reach("accepted")
    counter.do(orders.amend, order.id, (*order.lines, Line("", "汤", 1, 0)))
    counter.do(orders.execute, order.id)
    counter.tell_all()
    counter.do(deals.settle, [order.id])
    counter.hear(shown(heard, "part_refunded"))
    assert asked(counter) == [("book_part_refund", {})]


@pytest.mark.parametrize("heard_before", [False, True])
def test_only_what_was_asked_is_booked_without_paper_and_drawer(
    counter: Any, heard: Heard, heard_before: bool
) -> None:
    _order, deal = sold(counter, heard)
    if heard_before:
        counter.hear(shown(heard, "refunded"))
        (row,) = counter.attention()
        counter.do(attention.answer, row.id, "seen")
    with pytest.raises(Refused) as refused:
        book(counter, deal)
    assert (refused.value.code, takings(counter)) == ("nothing_to_book", 6400)


def test_booking_it_twice_or_at_two_counters_books_it_once(counter: Any, heard: Heard) -> None:
    order, deal = sold(counter, heard)
    counter.hear(shown(heard, "part_refunded", RemoteLine("L1", "米饭", 1, 300), FISH))
    one = [(order.id, "L1", 1)]
    first = book(counter, deal, one, refund_id=order.id)
    again = book(counter, deal, one, refund_id=order.id)
    assert (again.changed, again.deal.id) == (False, first.deal.id)
    with pytest.raises(Refused):
        book(counter, deal, one, refund_id=deal.id)
    assert takings(counter) == 6100


def test_an_order_of_a_joint_bill_is_booked_alone(counter: Any, heard: Heard) -> None:
    for name in ("R1", "R2"):
        counter.hear(heard(name, payment="paid", payment_type="weixin"))
    both = [counter.reach("executed", name) for name in ("R1", "R2")]
    deal = counter.do(deals.settle, [order.id for order in both]).deal
    counter.hear(shown(heard, "refunded"))
    with pytest.raises(Refused):
        book(counter, deal)
    book(counter, deal, [(both[0].id, "L1", 2), (both[0].id, "L2", 1)])
    assert (asked(counter), takings(counter)) == ([], 6400)


def test_cash_that_was_taken_here_is_not_booked_back_for_a_channels_word(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.do(deals.settle, [order.id], [Amount("cash", 6400)])
    counter.tell_all()
    counter.hear(shown(heard, "refunded", status="paid"))
    assert counter.attention() == []


def test_what_went_back_before_it_was_settled_here_is_booked_by_settling_it(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(payment="paid", payment_type="weixin"))
    order = counter.reach("executed")
    counter.hear(shown(heard, "refunded"))
    counter.do(deals.settle, [order.id])
    counter.hear(shown(heard, "refunded", table="A3"))
    assert (counter.attention(), takings(counter)) == ([], 0)
    assert counter.ask(queries.order, order.id).status is Status.PAID
