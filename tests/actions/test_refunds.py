"""Refunds at work: a deal of their own, money by the way it came, once however often it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from pos.actions import attention, deals, new, orders, outbox, refunds
from pos.actions.refunds import refunded_pieces
from pos.domain.deal import Deal, DealState
from pos.domain.lines import keyed
from pos.domain.order import IllegalMove, Line, Order, OrderType, Status
from pos.domain.payment import Amount, PaymentStatus
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store import queries
from sync.messages import RemoteLine, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]


def cooked(counter: Any, heard: Heard, name: str = "R1", **shown: Any) -> Order:
    counter.hear(heard(name, **shown))
    counter.do(orders.accept, counter.order(name).id)
    counter.do(orders.execute, counter.order(name).id)
    counter.tell_all()
    return counter.order(name)


def sold(counter: Any, heard: Heard, *pays: tuple[str, int], **shown: Any) -> tuple[Order, Deal]:
    """Settle the usual order (2 rice of 3.00, a fish of 58.00) and return it with its deal."""
    done = counter.do(deals.settle, [cooked(counter, heard, **shown).id], [Amount(*part) for part in pays])
    counter.tell_all()
    counter.print_all()
    return done.orders[0], done.deal


def rice(order: Order, count: int = 1) -> list[tuple[UUID, str, int]]:
    return [(order.id, "L1", count)]


def refusal(counter: Any, *arguments: Any) -> str:
    with pytest.raises(Refused) as refused:
        counter.do(refunds.refund, *arguments)
    return refused.value.code


def takings(counter: Any) -> dict[tuple[str, bool], int]:
    """Return what is in the books by method, and whether a channel holds it."""
    query = text("SELECT method, online, sum(amount) FROM takings GROUP BY method, online")
    return {(row[0], bool(row[1])): row[2] for row in counter.ask(lambda read: read.execute(query).all())}


def test_a_refund_is_a_closed_deal_of_its_own_linked_to_the_one_it_takes_back(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard, ("cash", 10000))
    made = counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    assert made.changed
    assert (made.deal.state, made.deal.number, made.deal.total) == (DealState.CLOSED, "B-261120-002", -300)
    assert (made.deal.refund_of, made.deal.reason, made.deal.by) == (deal.id, "cold", "小王")
    assert takings(counter) == {("cash", False): 6100}
    assert counter.do(lambda tx: tx.deals.get(made.deal.id)) == made.deal
    assert counter.do(lambda tx: tx.deals.refunds_of(deal.id)) == (made.deal,)


def test_the_order_stays_paid_and_only_its_payment_changes(counter: Any, heard: Heard) -> None:
    order, deal = sold(counter, heard, ("weixin", 6400))
    counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    assert (counter.order().status, counter.order().payment.status) == (
        Status.PAID,
        PaymentStatus.PART_REFUNDED,
    )
    counter.do(refunds.refund, deal.id, (), (), "cold")
    assert (counter.order().status, counter.order().payment.status) == (Status.PAID, PaymentStatus.REFUNDED)
    assert (counter.order().deal_id, takings(counter)) == (deal.id, {("weixin", False): 0})


def test_the_journal_says_how_much_went_back_by_which_way_under_which_bill(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard, ("weixin", 6400))
    counter.do(refunds.refund, deal.id, rice(order, 2), (), "cold")
    line = counter.ask(queries.timeline, order.id)[-1]
    assert (line.act, line.facts) == (
        "refund",
        {"total": -600, "paid": {"weixin": -600}, "bill": "B-261120-002", "of": "B-261120-001"},
    )


def test_the_guest_signs_a_ticket_that_names_both_bills(counter: Any, heard: Heard) -> None:
    order, deal = sold(counter, heard, ("weixin", 6400))
    made = counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    [job] = counter.print_all("front")
    said = (job.facts["kind"], job.facts["bill"], job.facts["refunds"], job.facts["signature"])
    assert said == ("refund", made.deal.number, deal.number, True)
    assert [ticket.kind for ticket in counter.tickets(order)][-1] == "refund"


def test_a_ticket_lists_the_pieces_the_charge_that_comes_back_and_the_ways(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard, ("weixin", 6800), ("cash", 100), total=6900)
    counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    counter.do(refunds.refund, deal.id, (), (), "late")
    part, last = counter.print_all("front")
    assert (part.drawer, last.drawer) == (False, True)
    shown = part.facts["orders"][0]
    assert [(line["name"], line["quantity"], line["amount"]) for line in shown["lines"]] == [
        ("米饭", -1, "-3.00")
    ]
    shown = last.facts["orders"][0]
    assert [(line["name"], line["quantity"]) for line in shown["lines"]] == [("米饭", -1), ("水煮鱼", -1)]
    assert (shown["extras"], shown["total"]) == ([["adjustment", "-5.00"]], "-66.00")
    assert [(each["method"], each["amount"]) for each in last.facts["payments"]] == [
        ("微信", "-65.00"),
        ("现金", "-1.00"),
    ]
    assert (last.facts["reason"], last.facts["cashier"], last.facts["approved_by"]) == ("late", "小王", "")


def test_without_a_printer_money_goes_back_all_the_same(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
) -> None:
    counter = open_counter(replace(shop, printers=()))
    order, deal = sold(counter, heard, ("cash", 6400))
    assert counter.do(refunds.refund, deal.id, (), (), "cold").deal.total == -6400
    assert counter.tickets(order, "queued") == []


def test_the_same_refund_asked_for_again_gives_nothing_back(counter: Any, heard: Heard) -> None:
    order, deal = sold(counter, heard, ("cash", 6400))
    first = counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    again = counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    assert (again.changed, again.deal.id, takings(counter)) == (False, first.deal.id, {("cash", False): 6100})
    assert [each.id for each in again.orders] == [order.id]
    assert len(counter.print_all("front")) == 1
    other = counter.do(refunds.refund, deal.id, rice(order), (), "too salty")
    assert (other.changed, takings(counter)) == (True, {("cash", False): 5800})


def test_a_caller_who_names_the_refund_gets_it_once_and_may_give_the_same_again_under_another_name(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard, ("cash", 6400))
    one, two = uuid4(), uuid4()
    made = [
        counter.do(refunds.refund, deal.id, rice(order), (), "cold", refund_id=each)
        for each in (one, one, two)
    ]
    assert [(each.deal.id, each.changed) for each in made] == [(one, True), (one, False), (two, True)]
    assert takings(counter) == {("cash", False): 5800}


def test_all_that_is_left_goes_back_once(counter: Any, heard: Heard) -> None:
    order, deal = sold(counter, heard, ("cash", 6400))
    counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    whole = counter.do(refunds.refund, deal.id, (), (), "cold")
    again = counter.do(refunds.refund, deal.id, (), (), "another reason")
    assert (whole.deal.total, again.changed, again.deal.id) == (-6100, False, whole.deal.id)
    assert refusal(counter, deal.id, (), (), "cold", uuid4()) == "nothing_left"
    assert refusal(counter, deal.id, rice(order), (), "again") == "too_many_pieces"
    assert takings(counter) == {("cash", False): 0}


def test_what_is_refused_leaves_no_trace(counter: Any, heard: Heard) -> None:
    order, deal = sold(counter, heard, ("cash", 6400))
    before = counter.acts(counter.order())
    codes = [
        refusal(counter, deal.id, rice(order), (), " "),
        refusal(counter, deal.id, rice(order), (), "card 4111 1111 1111 1111"),
        refusal(counter, deal.id, rice(order), [Amount("cash", 299)], "cold"),
        refusal(counter, uuid4(), (), (), "cold"),
    ]
    assert codes == ["reason_needed", "card_number", "refund_not_exact", "no_deal"]
    assert (counter.acts(counter.order()), counter.order().version) == (before, order.version)
    assert (takings(counter), counter.print_all("front")) == ({("cash", False): 6400}, [])
    assert counter.do(refunds.refund, deal.id, rice(order), (), "cold").deal.number == "B-261120-002"


def test_the_shops_own_way_of_paying_can_be_chosen(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
) -> None:
    counter = open_counter(replace(shop, methods=("voucher",)))
    _order, deal = sold(counter, heard, ("cash", 6400))
    assert counter.do(refunds.refund, deal.id, (), [Amount("voucher", 6400)], "cold").deal.payments == (
        Amount("voucher", -6400),
    )


def test_money_that_a_channel_holds_is_a_task_for_a_person_and_a_letter_that_says_so(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard, payment="paid", payment_type="naver")
    made = counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    letter = counter.letters(order)[-1]
    assert (letter.verb, letter.state, letter.error) == ("refund", "dropped", "cannot_be_told")
    [row] = counter.attention()
    assert (row.kind, row.order_id, row.channel, row.facts) == (
        "refund_there",
        order.id,
        "fankahui",
        {"amount": "¥3.00"},
    )
    assert made.deal.shares[0].online
    assert takings(counter) == {("naver", True): 6100}


def test_each_part_that_a_channel_must_give_back_is_asked_for(counter: Any, heard: Heard) -> None:
    _order, deal = sold(counter, heard, payment="paid", payment_type="naver")
    counter.do(refunds.refund, deal.id, rice(counter.order()), (), "cold")
    counter.do(refunds.refund, deal.id, (), (), "late")
    assert [row.facts["amount"] for row in counter.attention("refund_there")] == ["¥3.00", "¥61.00"]


def test_a_channel_that_says_refunded_answers_what_was_asked_of_a_person(counter: Any, heard: Heard) -> None:
    _order, deal = sold(counter, heard, payment="paid", payment_type="naver")
    counter.do(refunds.refund, deal.id, (), (), "cold")
    counter.hear(heard(status="executed", payment="part_refunded"))
    assert len(counter.attention("refund_there")) == 1
    assert counter.order().payment.status is PaymentStatus.REFUNDED
    counter.hear(heard(status="executed", payment="refunded"))
    assert (counter.attention(), counter.order().payment.status) == ([], PaymentStatus.REFUNDED)


def test_a_person_who_gives_back_there_learns_that_a_part_went_back_there_before(
    counter: Any, heard: Heard
) -> None:
    _order, deal = sold(counter, heard, payment="part_refunded", payment_type="naver")
    counter.do(refunds.refund, deal.id, (), (), "cold")
    assert [row.kind for row in counter.attention()] == ["refund_rest_there"]
    counter.hear(heard(status="executed", payment="refunded"))
    assert counter.attention() == []


def test_that_a_part_went_back_there_is_said_with_each_later_refund_and_not_of_our_own(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard, payment="paid", payment_type="naver")
    counter.hear(heard(status="executed", payment="part_refunded"))
    counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    counter.do(refunds.refund, deal.id, (), (), "late")
    assert [row.kind for row in counter.attention()] == ["refund_rest_there"] * 2


def test_what_was_settled_and_refunded_whole_is_closed_without_cooking_it(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("accepted")
    deal = counter.do(deals.settle, [order.id], [Amount("cash", 6400)]).deal
    counter.do(refunds.refund, deal.id, (), (), "no show")
    made = counter.do(orders.cancel, order.id, "no show", True)
    assert (made.order.status, made.order.settled, made.undo_until) == (Status.CANCELED, True, None)
    assert not made.order.open
    assert [t.kind for t in counter.tickets(order) if t.kind in ("kitchen", "cancel")] == []
    assert (counter.attention(), takings(counter)) == ([], {("cash", False): 0})
    assert counter.letters(order)[-1].verb == "cancel"


def test_an_order_of_which_only_a_part_was_refunded_is_not_called_off(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("accepted")
    deal = counter.do(deals.settle, [order.id], [Amount("cash", 6400)]).deal
    counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    with pytest.raises(IllegalMove):
        counter.do(orders.cancel, order.id, "no show")


@pytest.mark.parametrize("status", ["accepted", "executed"])
def test_nobody_is_asked_to_give_back_what_went_back_before_the_order_was_off_there(
    counter: Any, heard: Heard, status: str
) -> None:
    counter.hear(heard())
    order = counter.reach(status)
    deal = counter.do(deals.settle, [order.id], [Amount("cash", 6400)]).deal
    counter.tell_all()
    counter.do(refunds.refund, deal.id, (), (), "guest left")
    counter.hear(heard(status="canceled"))
    assert not counter.attention("paid_but_off", "paid_here_off_there")


def test_money_that_is_given_back_there_after_an_order_was_off_there_is_asked_of_nobody_any_more(
    counter: Any, heard: Heard
) -> None:
    sold(counter, heard, payment="paid", payment_type="naver")
    counter.hear(heard(status="canceled", payment="paid", payment_type="naver"))
    assert len(counter.attention("paid_here_off_there")) == 1
    counter.hear(heard(status="canceled", payment="refunded", payment_type="naver"))
    assert counter.attention("paid_here_off_there") == []


def test_what_its_channel_gave_back_as_it_called_the_order_off_is_asked_of_nobody(
    counter: Any, heard: Heard
) -> None:
    sold(counter, heard, payment="paid", payment_type="naver")
    counter.hear(heard(status="canceled", payment="refunded", payment_type="naver"))
    assert counter.attention("paid_here_off_there") == []


def test_what_cost_nothing_is_not_to_be_given_back(counter: Any, heard: Heard) -> None:
    sold(counter, heard, currency=None, lines=(RemoteLine("L1", "mask", 2),))
    counter.hear(heard(status="canceled"))
    assert counter.attention("paid_here_off_there") == []


def test_money_that_its_channel_has_given_back_already_is_booked_and_nobody_is_asked(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard, payment="paid", payment_type="naver")
    counter.hear(heard(status="executed", payment="refunded"))
    counter.do(refunds.refund, deal.id, (), (), "given back there")
    assert (counter.attention(), takings(counter)) == ([], {("naver", True): 0})
    assert [letter.verb for letter in counter.letters(order)].count("refund") == 0


def test_a_channel_that_says_paid_still_does_not_take_a_refund_back(counter: Any, heard: Heard) -> None:
    _order, deal = sold(counter, heard, payment="paid", payment_type="naver")
    counter.do(refunds.refund, deal.id, (), (), "cold")
    counter.hear(heard(status="paid", payment="paid", payment_type="naver", table="9"))
    assert counter.order().payment.status is PaymentStatus.REFUNDED


def test_money_of_a_channel_that_is_given_back_in_cash_asks_nobody(counter: Any, heard: Heard) -> None:
    _order, deal = sold(counter, heard, payment="paid", payment_type="naver")
    counter.do(refunds.refund, deal.id, (), [Amount("cash", 6400)], "cold")
    assert counter.attention() == []
    assert takings(counter) == {("naver", True): 6400, ("cash", False): -6400}
    assert counter.print_all("front")[-1].drawer


def test_a_channel_with_a_call_for_it_is_told_and_nobody_is_asked(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
) -> None:
    facts = shop.channels["fankahui"]
    able = replace(facts, tells=facts.tells | {"refund"})
    counter = open_counter(replace(shop, channels={"fankahui": able}))
    order, deal = sold(counter, heard, payment="paid", payment_type="naver")
    made = counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    letter = counter.claim_letter()
    assert (letter.verb, letter.body["amount"], letter.body["bill"]) == ("refund", 300, made.deal.number)
    assert counter.attention() == []


def test_the_question_about_money_for_an_order_that_is_off_is_answered_by_its_refund(
    counter: Any, heard: Heard
) -> None:
    order, deal = sold(counter, heard, ("cash", 6400))
    counter.do(lambda tx: tx.attend("paid_but_off", str(order.id), order, channel=order.channel))
    counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    assert len(counter.attention("paid_but_off")) == 1
    counter.do(refunds.refund, deal.id, (), (), "cold")
    assert counter.attention() == []


def test_stored_value_that_was_taken_goes_back_another_way(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
) -> None:
    facts = replace(shop.channels["fankahui"], stored_value=True)
    counter = open_counter(replace(shop, channels={"fankahui": facts}))
    order = cooked(counter, heard)
    counter.do(lambda tx: tx.states.put_channel("fankahui", state="well"))
    asked = counter.do(deals.settle, [order.id], [Amount("prepay", 6400)])
    assert refusal(counter, asked.deal.id, (), (), "cold") == "deal_open"
    counter.do(outbox.told, counter.claim_letter(), Told(None))
    assert refusal(counter, asked.deal.id, (), (), "cold") == "prepay_stays"
    made = counter.do(refunds.refund, asked.deal.id, (), [Amount("cash", 6400)], "cold")
    assert takings(counter) == {("prepay", False): 6400, ("cash", False): -6400}
    assert made.orders[0].payment.status is PaymentStatus.REFUNDED


def test_several_orders_of_a_deal_are_refunded_one_by_one_or_together(counter: Any, heard: Heard) -> None:
    first = cooked(counter, heard)
    gift = counter.do(new.place, new.Draft(OrderType.EAT_IN, (Line("", "样品", 2),)))
    there = cooked(counter, heard, "R2", payment="paid", payment_type="naver")
    deal = counter.do(deals.settle, [first.id, gift.id, there.id], [Amount("cash", 6400)]).deal
    one = counter.do(refunds.refund, deal.id, [(gift.id, gift.lines[0].id, 2)], (), "broken")
    assert (one.deal.total, [order.id for order in one.orders]) == (0, [gift.id])
    assert counter.order(gift.id).payment.status is PaymentStatus.REFUNDED
    assert counter.order(first.id).payment.status is PaymentStatus.PAID
    rest = counter.do(refunds.refund, deal.id, (), (), "all of it")
    assert [order.id for order in rest.orders] == [first.id, there.id]
    assert takings(counter) == {("cash", False): 0, ("naver", True): 0}


def test_the_pieces_that_went_back_are_known_for_each_line(counter: Any, heard: Heard) -> None:
    order, deal = sold(counter, heard, ("cash", 6400))
    assert counter.do(refunded_pieces, order) == {}
    counter.do(refunds.refund, deal.id, rice(order), (), "cold")
    counter.do(refunds.refund, deal.id, [*rice(order), (order.id, "L2", 1)], (), "late")
    assert counter.do(refunded_pieces, order) == {"L1": 2, "L2": 1}
    assert counter.do(refunded_pieces, cooked(counter, heard, "R2")) == {}


@pytest.mark.parametrize("name", ["", "7"])
def test_of_lines_that_their_service_names_alike_each_brings_its_own_price(
    counter: Any, heard: Heard, name: str
) -> None:
    first, second = (replace(line, id=name, quantity=1, item_id="") for line in heard().lines)
    order, deal = sold(counter, heard, ("cash", 6100), lines=(first, second))
    keys = list(keyed(order.lines))
    made = counter.do(refunds.refund, deal.id, [(order.id, keys[1], 1)], (), "cold").deal
    assert [(part.name, part.quantity, part.amount) for part in made.back] == [(second.name, 1, 5800)]
    assert counter.do(lambda tx: refunded_pieces(tx, counter.order())) == {keys[1]: 1}
    made = counter.do(refunds.refund, deal.id, [(order.id, keys[0], 1)], (), "cold").deal
    assert (made.total, takings(counter)) == (-300, {("cash", False): 0})


@pytest.mark.parametrize(
    ("went_back", "held"), [("paid", (6400, 0)), ("part_refunded", (0, 6400)), ("refunded", (0, 0))]
)
def test_what_a_channel_holds_of_a_refund_is_what_it_has_not_given_back_already(
    counter: Any, heard: Heard, went_back: str, held: tuple[int, int]
) -> None:
    _order, deal = sold(counter, heard, payment="paid", payment_type="weixin")
    counter.hear(heard(status="executed", payment=went_back, payment_type="weixin"))
    for _again in range(2):
        done = counter.do(refunds.refund, deal.id, (), (), "sorry")
        assert (done.held, done.perhaps_held) == held
    for asked in counter.attention("refund_there", "refund_rest_there"):
        counter.do(attention.answer, asked.id, "seen")
    done = counter.do(refunds.refund, deal.id, (), (), "sorry")
    assert (done.changed, done.held, done.perhaps_held) == (False, 0, 0), "somebody gave it back there"
