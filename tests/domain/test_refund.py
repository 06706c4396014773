"""What of a deal goes back: pieces, money, methods; and that no sequence of refunds gives too much."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos.domain.deal import Deal, DealState, settle
from pos.domain.lines import keyed
from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.payment import METHODS, UNPAID, Amount, Payment, PaymentStatus
from pos.domain.refund import Pieces, Standing, refund
from pos.domain.refusals import Refused
from sync import parts

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ONLINE = Payment("naver", PaymentStatus.PAID, online=True)
TEA, RICE = Line("tea", "茶", 3, 1000), Line("rice", "米饭", 2, 250)


def order(*lines: Line, fee: int | None = None, payment: Payment = UNPAID, number: str = "041") -> Order:
    return Order(
        id=uuid4(),
        number=number,
        day=date(2026, 11, 20),
        channel="fankahui",
        type=OrderType.BOOKING,
        status=Status.PAID,
        lines=lines,
        currency="CNY",
        placed_at=AT,
        updated_at=AT,
        payment=payment,
        fee=fee,
    )


def sold(*orders: Order, **pays: int) -> Standing:
    deal = settle(uuid4(), "B-1", orders, [Amount(*part) for part in pays.items()], AT, "小王")
    return Standing(replace(deal, state=DealState.CLOSED), orders)


def back(standing: Standing, *pieces: tuple[Order, str, int], **gives: int) -> Deal:
    return refund(
        standing,
        [Pieces(each.id, line, count) for each, line, count in pieces],
        [Amount(*part) for part in gives.items()],
        refund_id=uuid4(),
        at=AT,
        by="小王",
        reason="cold",
        methods=METHODS,
    )


def after(standing: Standing, made: Deal) -> Standing:
    return replace(standing, earlier=(*standing.earlier, made))


def ways(made: Deal) -> list[tuple[dict[str, int], bool]]:
    return [({part.method: part.amount for part in share.paid}, share.online) for share in made.shares]


def refusal(standing: Standing, *pieces: tuple[Order, str, int], **gives: int) -> str:
    with pytest.raises(Refused) as refused:
        back(standing, *pieces, **gives)
    return refused.value.code


def test_one_piece_brings_back_what_it_cost_and_the_deal_names_what_it_takes_back() -> None:
    meal = order(TEA, RICE)
    standing = sold(meal, cash=3500)
    made = back(standing, (meal, "tea", 1))
    assert (made.total, made.payments, made.refund_of) == (-1000, (Amount("cash", -1000),), standing.deal.id)
    assert [(part.line_id, part.name, part.quantity, part.amount) for part in made.back] == [
        ("tea", "茶", 1, 1000)
    ]
    assert after(standing, made).payment_of(meal) is PaymentStatus.PART_REFUNDED


def test_all_that_is_left_goes_back_where_no_pieces_are_named() -> None:
    meal = order(TEA, RICE)
    standing = sold(meal, cash=3500)
    standing = after(standing, back(standing, (meal, "tea", 1), (meal, "rice", 2)))
    made = back(standing)
    assert [(part.line_id, part.quantity) for part in made.back] == [("tea", 2)]
    assert made.total == -2000
    standing = after(standing, made)
    assert standing.payment_of(meal) is PaymentStatus.REFUNDED
    assert refusal(standing) == "nothing_left"


def test_a_charge_comes_back_with_the_last_piece() -> None:
    meal = order(TEA, fee=3600)
    standing = sold(meal, cash=3600)
    first = back(standing, (meal, "tea", 2))
    last = back(after(standing, first), (meal, "tea", 1))
    assert (first.total, last.total, last.back[0].amount) == (-2000, -1600, 1000)


def test_pieces_bear_a_discount_by_their_prices_rounded_down_and_the_last_brings_the_rest() -> None:
    meal = order(TEA, fee=1000)
    standing, totals = sold(meal, cash=1000), []
    for _ in range(3):
        made = back(standing, (meal, "tea", 1))
        standing = after(standing, made)
        totals.append((made.total, made.back[0].amount))
    assert totals == [(-333, 333), (-333, 333), (-334, 334)]


def test_where_nothing_has_a_price_pieces_bear_the_fee_evenly() -> None:
    kit = order(Line("1", "kit", 2), Line("2", "strap", 1), fee=900)
    standing = sold(kit, cash=900)
    assert back(standing, (kit, "1", 1)).total == -300


def test_an_order_without_prices_goes_back_for_nothing() -> None:
    kit = order(Line("1", "kit", 2))
    standing = sold(kit)
    made = back(standing, (kit, "1", 2))
    assert (made.total, made.payments, [share.order_id for share in made.shares]) == (0, (), [kit.id])
    assert after(standing, made).payment_of(kit) is PaymentStatus.REFUNDED


def test_an_order_without_lines_goes_back_as_its_fee() -> None:
    fee = order(fee=500)
    standing = sold(fee, cash=500)
    made = back(standing)
    assert (made.total, made.back, after(standing, made).left(fee)) == (-500, (), False)


def test_a_line_that_took_money_off_is_borne_by_the_others() -> None:
    meal = order(TEA, Line("coupon", "券", 1, -600))
    standing = sold(meal, cash=2400)
    first = back(standing, (meal, "tea", 1))
    assert first.total == -800
    assert back(after(standing, first)).total == -1600


def test_money_goes_back_by_the_method_it_came_others_before_cash() -> None:
    meal = order(TEA)
    standing = sold(meal, cash=2000, weixin=1000)
    first = back(standing, (meal, "tea", 1))
    last = back(after(standing, first))
    assert (ways(first), ways(last)) == ([({"weixin": -1000}, False)], [({"cash": -2000}, False)])


def test_cash_that_went_back_as_change_does_not_go_back_again() -> None:
    meal = order(TEA)
    assert back(sold(meal, cash=5000)).payments == (Amount("cash", -3000),)


def test_each_order_of_a_deal_gets_its_own_money_back() -> None:
    here, there = order(TEA), order(RICE, payment=ONLINE, number="042")
    standing = sold(here, there, cash=3000)
    assert ways(back(standing)) == [({"cash": -3000}, False), ({"naver": -500}, True)]
    assert ways(back(standing, (there, "rice", 1))) == [({"naver": -250}, True)]


def test_a_method_that_is_chosen_goes_before_the_one_it_came_by() -> None:
    here, there = order(TEA), order(RICE, payment=ONLINE, number="042")
    standing = sold(here, there, weixin=3000)
    assert ways(back(standing, cash=3500)) == [({"cash": -3000}, False), ({"cash": -500}, False)]
    mixed = back(standing, cash=300, weixin=3000, naver=200)
    assert ways(mixed) == [({"weixin": -3000}, False), ({"naver": -200}, True), ({"cash": -300}, False)]


def test_what_a_channel_holds_cannot_give_back_more_than_it_took() -> None:
    here, there = order(TEA), order(RICE, payment=ONLINE, number="042")
    assert refusal(sold(here, there, cash=3000), naver=3500) == "more_than_came"


def test_stored_value_goes_back_another_way_or_not_at_all() -> None:
    meal = order(TEA)
    standing = sold(meal, prepay=3000)
    assert refusal(standing) == refusal(standing, prepay=3000) == "prepay_stays"
    assert back(standing, cash=3000).payments == (Amount("cash", -3000),)


@pytest.mark.parametrize(
    ("gives", "code"),
    [
        ({"cash": 2999}, "refund_not_exact"),
        ({"cash": 3001}, "refund_not_exact"),
        ({"cash": 3000, "weixin": 0}, "payment_not_positive"),
        ({"cash": 4000, "weixin": -1000}, "payment_not_positive"),
        ({"bitcoin": 3000}, "unknown_method"),
    ],
)
def test_what_is_given_must_be_exactly_what_goes_back(gives: dict[str, int], code: str) -> None:
    meal = order(TEA)
    assert refusal(sold(meal, cash=3000), **gives) == code


@pytest.mark.parametrize(
    ("line", "count", "code"),
    [
        ("tea", 0, "pieces_not_positive"),
        ("tea", -1, "pieces_not_positive"),
        ("tea", 4, "too_many_pieces"),
        ("beer", 1, "no_such_line"),
    ],
)
def test_pieces_that_were_not_sold_are_refused(line: str, count: int, code: str) -> None:
    meal = order(TEA)
    assert refusal(sold(meal, cash=3000), (meal, line, count)) == code


def test_pieces_named_twice_are_counted_together() -> None:
    meal = order(TEA)
    standing = sold(meal, cash=3000)
    assert back(standing, (meal, "tea", 1), (meal, "tea", 2)).total == -3000
    assert refusal(standing, (meal, "tea", 2), (meal, "tea", 2)) == "too_many_pieces"


def test_an_order_of_another_deal_is_refused() -> None:
    assert refusal(sold(order(TEA), cash=3000), (order(TEA), "tea", 1)) == "not_in_deal"


def test_a_refund_and_an_open_deal_are_not_refunded() -> None:
    standing = sold(order(TEA), cash=3000)
    assert refusal(replace(standing, deal=back(standing))) == "refund_of_refund"
    assert refusal(replace(standing, deal=replace(standing.deal, state=DealState.OPEN))) == "deal_open"


lines = st.builds(
    Line,
    id=st.uuids().map(str) | st.sampled_from(["", "", "1", "#2", "#3"]),
    name=st.just("dish"),
    quantity=st.integers(1, 5),
    price=st.none() | st.integers(0, 900),
    deal_price=st.none() | st.integers(0, 900),
)
bought = st.builds(
    lambda lines, fee, payment: order(*lines, fee=fee, payment=payment),
    st.lists(lines, max_size=4),
    st.none() | st.integers(0, 6000),
    st.sampled_from([UNPAID, UNPAID, ONLINE]),
)


def paid_in_parts(orders: list[Order], cuts: list[float]) -> Standing:
    """Settle orders with several methods, none of which the purse may lack."""
    due = sum(each.total or 0 for each in orders if not each.payment.taken_online)
    weixin, alipay = int(due * cuts[0]), int(due * (1 - cuts[0]) * cuts[1])
    amounts = {"weixin": weixin, "alipay": alipay, "cash": due - weixin - alipay}
    return sold(*orders, **{method: amount for method, amount in amounts.items() if amount})


def taken(*parts: Deal) -> Counter[tuple[str, bool]]:
    found: Counter[tuple[str, bool]] = Counter()
    for share in (share for deal in parts for share in deal.shares):
        for part in share.paid:
            found[part.method, share.online] += part.amount
    return found


@settings(max_examples=300)
@given(st.lists(bought, min_size=1, max_size=3), st.lists(st.floats(0, 1), min_size=2, max_size=2), st.data())
def test_no_sequence_of_refunds_gives_more_than_came_and_the_whole_gives_it_all(
    orders: list[Order], cuts: list[float], data: st.DataObject
) -> None:
    standing = paid_in_parts(orders, cuts)
    for _ in range(data.draw(st.integers(0, 4))):
        left = [(each, line, most) for each in orders for line, most in standing.pieces_left(each).items()]
        if not left:
            break
        chosen = data.draw(st.lists(st.sampled_from(left), min_size=1, unique_by=lambda part: part[:2]))
        pieces = [(each, line, data.draw(st.integers(1, most))) for each, line, most in chosen]
        made = back(standing, *pieces)
        assert made.total == sum(part.amount for part in made.payments) <= 0
        assert all(part.amount >= 0 for part in made.back)
        standing = after(standing, made)
        left_here = taken(standing.deal, *standing.earlier)
        assert all(amount >= 0 for amount in left_here.values())
        assert all(
            standing.pieces_back(each)[key] <= line.quantity
            for each in orders
            for key, line in keyed(each.lines).items()
        )
    if any(standing.left(each) for each in orders):
        standing = after(standing, back(standing))
    assert not any(taken(standing.deal, *standing.earlier).values())
    assert standing.deal.total + sum(made.total for made in standing.earlier) == 0
    assert not any(standing.left(each) for each in orders)


@given(st.lists(bought, min_size=1, max_size=3), st.floats(0, 1))
def test_money_given_back_by_chosen_methods_is_booked_to_the_last_coin(
    orders: list[Order], cut: float
) -> None:
    standing = paid_in_parts(orders, [0.5, 0.5])
    if not standing.deal.total:
        return
    card = int(standing.deal.total * cut)
    gives = {"alipay": card, "cash": standing.deal.total - card}
    made = back(standing, **{method: amount for method, amount in gives.items() if amount})
    assert {part.method: -part.amount for part in made.payments} == {m: a for m, a in gives.items() if a}
    for each in orders:
        assert sum(share.total for share in made.shares_of(each.id)) == -(each.total or 0)


@given(st.lists(lines, min_size=1, max_size=6), st.data())
def test_a_piece_brings_exactly_what_it_cost_whatever_its_service_calls_its_line(
    sold_lines: list[Line], data: st.DataObject
) -> None:
    meal = order(*sold_lines)
    standing = sold(meal, **({"cash": meal.total} if meal.total else {}))
    names = list(standing.pieces_left(meal))
    assert len(names) == len(sold_lines)
    place = data.draw(st.integers(0, len(sold_lines) - 1))
    line, name = sold_lines[place], names[place]
    [part] = (made := back(standing, (meal, name, 1))).back
    assert (part.line_id, part.name, part.amount) == (name, line.name, line.each or 0)
    assert made.total == -(line.each or 0)
    assert after(standing, made).pieces_left(meal)[name] == line.quantity - 1


@given(st.lists(lines, max_size=6))
def test_what_goes_back_names_lines_as_letters_do(sold_lines: list[Line]) -> None:
    assert list(keyed(sold_lines).items()) == list(parts.keyed(sold_lines))
