"""Who pays what in a deal: allocation, change, and what does not fit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.deal import Deal, DealState, settle
from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.payment import Amount, Payment, PaymentStatus
from pos.domain.refusals import Refused

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ONLINE = Payment("weixin", PaymentStatus.PAID, online=True)


def order(total: int | None, currency: str | None = "CNY", payment: Payment = Payment()) -> Order:  # noqa: B008  # frozen
    return Order(
        id=uuid4(),
        number="041",
        day=date(2026, 11, 20),
        channel="fankahui",
        type=OrderType.BOOKING,
        status=Status.EXECUTED,
        lines=(Line("L1", "A", 1, total),),
        currency=currency,
        placed_at=AT,
        updated_at=AT,
        payment=payment,
    )


def pay(*orders: Order, **given_: int) -> Deal:
    return settle(uuid4(), "B-1", orders, [Amount(*part) for part in given_.items()], AT, "小王")


def paid(deal: Deal) -> list[dict[str, int]]:
    return [{part.method: part.amount for part in share.paid} for share in deal.shares]


def test_cash_gives_change_and_the_books_hold_what_stayed() -> None:
    deal = pay(order(3620), cash=5000)
    assert (deal.change, deal.payments, paid(deal)) == (1380, (Amount("cash", 5000),), [{"cash": 3620}])
    assert (deal.state, deal.total, deal.by) == (DealState.OPEN, 3620, "小王")


def test_payments_go_to_the_orders_in_the_order_chosen_non_cash_first() -> None:
    deal = pay(order(1000), order(2000), order(3000), cash=2600, alipay=1500, weixin=2000)
    assert paid(deal) == [{"alipay": 1000}, {"alipay": 500, "weixin": 1500}, {"weixin": 500, "cash": 2500}]
    assert deal.change == 100


def test_a_channel_is_told_the_method_that_covered_most_of_its_order() -> None:
    first, second = pay(order(1000), order(2000), weixin=1400, cash=1600).shares
    assert (first.method, second.method) == ("weixin", "cash")


def test_of_equal_parts_the_one_that_is_not_cash_is_told() -> None:
    assert pay(order(2000), cash=1000, weixin=1000).shares[0].method == "weixin"


def test_an_order_paid_online_takes_no_money_and_appears_under_its_own_method() -> None:
    deal = pay(order(1000, payment=ONLINE), order(500), cash=500)
    assert [share.online for share in deal.shares] == [True, False]
    assert paid(deal) == [{"weixin": 1000}, {"cash": 500}]
    assert deal.payments == (Amount("weixin", 1000), Amount("cash", 500))


def test_money_from_nobody_knows_which_online_method_is_called_online() -> None:
    assert pay(order(1000, payment=Payment("", PaymentStatus.PAID, online=True))).shares[0].method == "online"


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        ({"cash": 999}, "too_little"),
        ({}, "too_little"),
        ({"weixin": 1001}, "too_much"),
        ({"weixin": 1000, "cash": 100}, "too_much"),
        ({"weixin": 0, "cash": 1000}, "payment_not_positive"),
        ({"cash": 2000, "weixin": -1000}, "payment_not_positive"),
    ],
)
def test_sums_that_do_not_fit_are_refused(given_: dict[str, int], code: str) -> None:
    with pytest.raises(Refused) as refused:
        pay(order(1000), **given_)
    assert refused.value.code == code


@pytest.mark.parametrize("method", ["cash", "weixin"])
def test_where_nothing_is_due_no_payment_is_taken(method: str) -> None:
    with pytest.raises(Refused) as refused:
        pay(order(1000, payment=ONLINE), **{method: 1000})
    assert refused.value.code == "nothing_due"


def test_orders_of_two_currencies_are_refused_and_one_without_prices_joins_any() -> None:
    with pytest.raises(Refused) as refused:
        pay(order(1000), order(1000, "KRW"), cash=2000)
    assert (refused.value.code, refused.value.facts["currencies"]) == ("two_currencies", "CNY, KRW")
    assert pay(order(None, None), order(1000, "KRW"), cash=1000).currency == "KRW"


def test_an_order_without_prices_closes_with_a_deal_of_zero() -> None:
    deal = pay(order(None, None))
    assert (deal.total, deal.change, deal.currency, paid(deal), deal.shares[0].method) == (
        0,
        0,
        None,
        [{}],
        "",
    )


@given(
    totals=st.lists(st.tuples(st.integers(0, 10**7), st.booleans()), min_size=1, max_size=6),
    cut=st.lists(st.integers(0, 10**7), max_size=3),
    over=st.integers(0, 10**5),
)
def test_no_money_appears_or_vanishes(totals: list[tuple[int, bool]], cut: list[int], over: int) -> None:
    orders = [order(total, payment=ONLINE if online else Payment()) for total, online in totals]
    rest = due = sum(total for total, online in totals if not online)
    given_ = []
    for method, wanted in zip(("weixin", "alipay", "card"), cut, strict=False):
        part = min(wanted, rest)
        given_ += [Amount(method, part)] if part else []
        rest -= part
    given_ += [Amount("cash", rest + over)] if rest else []
    deal = settle(uuid4(), "B-1", orders, given_, AT, "小王")
    assert [sum(part.amount for part in share.paid) for share in deal.shares] == [t for t, _ in totals]
    assert deal.change == (over if rest else 0)
    taken = sum(p.amount for share in deal.shares if not share.online for p in share.paid)
    assert taken == due == sum(part.amount for part in given_) - deal.change
    assert all(part.amount > 0 for share in deal.shares for part in share.paid)
