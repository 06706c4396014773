"""An order's life, checked against what is written here by hand, never against the product's own table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.order import IllegalMove, Line, Move, Order, OrderType, Status
from pos.domain.payment import Payment, PaymentStatus

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

#: status: {move: where it leads}, for a booking …
BOOKING = {
    "placed": {"accept": "accepted", "reject": "rejected", "cancel": "canceled", "amend": "placed"},
    "accepted": {
        "check_in": "executed",
        "execute": "executed",
        "cancel": "canceled",
        "amend": "accepted",
        "settle": "accepted",
    },
    "executed": {"cancel": "canceled", "amend": "executed", "settle": "paid"},
    "rejected": {},
    "canceled": {},
    "paid": {},
}
#: … for a delivery, which nobody checks in and which leaves the shop …
DELIVER = {
    **BOOKING,
    "accepted": {"execute": "executed", "cancel": "canceled", "amend": "accepted", "settle": "accepted"},
    "executed": {"cancel": "canceled", "amend": "executed", "settle": "paid", "dispatch": "executed"},
    "paid": {"dispatch": "paid"},
}
#: … and for a guest who stands at the counter.
AT_THE_COUNTER = {**DELIVER, "executed": BOOKING["executed"], "paid": {}}
LIVES = {"booking": BOOKING, "deliver": DELIVER, "eat_in": AT_THE_COUNTER, "take_away": AT_THE_COUNTER}

#: (type, status, command): the moves it makes, where it makes more than one.
LEADS_THROUGH = {
    ("booking", "placed", "check_in"): ["accept", "check_in"],
    ("deliver", "placed", "accept"): ["accept", "execute"],
    ("eat_in", "placed", "accept"): ["accept", "execute"],
    ("take_away", "placed", "accept"): ["accept", "execute"],
}

#: Where a command finds its end reached or passed on the same path.
ALREADY = {
    "accept": {"accepted", "executed", "paid"},
    "reject": {"rejected"},
    "check_in": {"executed", "paid"},
    "execute": {"executed", "paid"},
    "cancel": {"canceled"},
}

TRIPLES = list(product(LIVES, BOOKING, [move.value for move in Move]))


def an_order(type_: str = "booking", status: str = "placed", **changes: object) -> Order:
    order = Order(
        id=uuid4(),
        number="041",
        day=date(2026, 11, 20),
        channel="fankahui",
        type=OrderType(type_),
        status=Status(status),
        lines=(Line("L1", "米饭", 2, 300), Line("L2", "水煮鱼", 1, 6800, 5800)),
        currency="CNY",
        placed_at=AT,
        updated_at=AT,
    )
    return replace(order, **changes)


@pytest.mark.parametrize(("type_", "status", "move"), TRIPLES)
def test_every_move_from_every_state_leads_where_the_page_says(type_: str, status: str, move: str) -> None:
    order, leads_to = an_order(type_, status), LIVES[type_][status].get(move)
    if leads_to is None:
        with pytest.raises(IllegalMove):
            order.after(Move(move), AT)
    else:
        assert order.after(Move(move), AT).status == leads_to


@pytest.mark.parametrize(("type_", "status", "move"), TRIPLES)
def test_every_command_makes_its_moves_or_says_what_is_possible(type_: str, status: str, move: str) -> None:
    order = an_order(type_, status)
    steps = LEADS_THROUGH.get((type_, status, move)) or ([move] if move in LIVES[type_][status] else [])
    assert (move in [m.value for m in order.possible()]) is bool(steps)
    if steps:
        assert list(order.path(Move(move))) == steps
    else:
        with pytest.raises(IllegalMove) as refused:
            order.path(Move(move))
        assert refused.value.facts["status"] == status
        assert refused.value.facts["order"] == "041"


@pytest.mark.parametrize(("status", "move"), list(product(BOOKING, [move.value for move in Move])))
def test_a_repeated_command_finds_its_end_reached_or_passed(status: str, move: str) -> None:
    assert an_order(status=status).reached(Move(move)) is (status in ALREADY.get(move, ()))


def test_settling_is_reached_once_the_order_is_in_a_closed_deal() -> None:
    assert not an_order(status="executed").reached(Move.SETTLE)
    assert an_order(status="accepted", settled=True).reached(Move.SETTLE)


def test_an_order_is_paid_when_executed_and_settled_whichever_comes_later() -> None:
    accepted, executed = an_order(status="accepted"), an_order(status="executed")
    assert accepted.after(Move.SETTLE, AT).status is Status.ACCEPTED
    assert accepted.after(Move.SETTLE, AT).after(Move.EXECUTE, AT).status is Status.PAID
    assert executed.after(Move.SETTLE, AT).status is Status.PAID


@pytest.mark.parametrize("in_a_deal", [{"settled": True}, {"deal_id": uuid4()}])
@pytest.mark.parametrize("status", ["accepted", "executed"])
def test_what_is_in_a_deal_is_not_edited_called_off_or_settled_again(status: str, in_a_deal: dict) -> None:
    order = an_order(status=status, **in_a_deal)
    assert not {Move.AMEND, Move.CANCEL, Move.SETTLE} & set(order.possible())
    for move in (Move.AMEND, Move.CANCEL, Move.SETTLE):
        with pytest.raises(IllegalMove):
            order.path(move)


GIVEN_BACK = Payment("cash", PaymentStatus.REFUNDED)


@pytest.mark.parametrize("type_", LIVES)
def test_what_was_settled_and_refunded_whole_may_be_called_off_and_nothing_else(type_: str) -> None:
    order = an_order(type_, "accepted", settled=True, deal_id=uuid4(), payment=GIVEN_BACK)
    assert not {Move.AMEND, Move.SETTLE} & set(order.possible())
    assert order.path(Move.CANCEL) == (Move.CANCEL,)
    off = order.after(Move.CANCEL, AT)
    assert (off.status, off.settled, off.deal_id) == (Status.CANCELED, True, order.deal_id)


@pytest.mark.parametrize(
    "kept",
    [
        {"settled": True, "payment": Payment("cash", PaymentStatus.PART_REFUNDED)},
        {"settled": True, "payment": Payment("cash", PaymentStatus.PAID)},
        {"settled": False, "payment": GIVEN_BACK},
    ],
)
def test_an_order_in_a_deal_of_which_money_is_kept_is_not_called_off(kept: dict) -> None:
    assert Move.CANCEL not in an_order(status="accepted", deal_id=uuid4(), **kept).possible()


def test_what_is_cooked_and_paid_stays_so_when_its_money_goes_back() -> None:
    order = an_order(status="accepted", settled=True, payment=GIVEN_BACK).after(Move.EXECUTE, AT)
    assert (order.status, order.open) == (Status.PAID, False)
    assert Move.CANCEL not in order.possible()


PAID, ONLINE = Payment("cash", PaymentStatus.PAID), Payment("weixin", PaymentStatus.PAID, online=True)


@pytest.mark.parametrize(
    ("order", "held"),
    [
        ({}, False),
        ({"settled": True, "payment": PAID}, True),
        ({"settled": True, "payment": PAID, "fee": 0}, False),
        ({"settled": True, "payment": PAID, "lines": (Line("L1", "mask", 2),)}, False),
        ({"settled": True, "payment": GIVEN_BACK}, False),
        ({"payment": ONLINE}, True),
        ({"payment": ONLINE, "lines": (Line("L1", "mask", 2),)}, True),
        ({"payment": replace(ONLINE, status=PaymentStatus.PART_REFUNDED)}, True),
        ({"payment": replace(ONLINE, status=PaymentStatus.REFUNDED)}, False),
        ({"settled": True, "payment": replace(ONLINE, status=PaymentStatus.REFUNDED)}, False),
    ],
)
def test_money_is_held_that_was_taken_and_has_not_gone_back(order: dict, held: bool) -> None:
    assert an_order(**order).holds_money is held


def test_accepting_a_booking_whose_guest_is_here_leads_through_to_the_kitchen() -> None:
    assert an_order(guest_is_here=True).path(Move.ACCEPT) == (Move.ACCEPT, Move.CHECK_IN)


def test_moments_are_kept_from_the_first_time() -> None:
    later = AT + timedelta(minutes=5)
    order = an_order().after(Move.ACCEPT, AT).after(Move.AMEND, later).after(Move.CHECK_IN, later)
    assert (order.accepted_at, order.executed_at, order.closed_at) == (AT, later, None)
    assert order.after(Move.CANCEL, later).closed_at == later


@given(type_=st.sampled_from(list(LIVES)), moves=st.lists(st.sampled_from(list(Move)), max_size=12))
def test_no_sequence_of_moves_leaves_the_page(type_: str, moves: list[Move]) -> None:
    order, settled = an_order(type_), False
    for move in moves:
        try:
            after = order.after(move, AT)
        except IllegalMove:
            assert move.value not in LIVES[type_][order.status.value]
            continue
        settled = settled or move is Move.SETTLE
        assert after.settled is settled
        cooked_and_paid = settled and after.executed_at is not None
        assert (after.status is Status.PAID) is (cooked_and_paid and after.status is not Status.CANCELED)
        assert after.open is (after.closed_at is None)
        order = after


@pytest.mark.parametrize(
    ("fee", "total", "adjustment"), [(None, 6400, 0), (7000, 7000, 600), (6000, 6000, -400)]
)
def test_the_channels_fee_is_the_total_and_its_difference_shows(
    fee: int, total: int, adjustment: int
) -> None:
    order = an_order(fee=fee)
    assert (order.lines_total, order.total, order.adjustment) == (6400, total, adjustment)


def test_an_order_without_prices_has_no_total() -> None:
    order = an_order(lines=(Line("L1", "A", 3),), currency=None)
    assert (order.lines_total, order.total, order.adjustment) == (None, None, 0)
