"""Theirs and ours: what counts as a difference, and asking a service for a day without changing anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args

import pytest

from sync.channel import Channel
from sync.channels import KINDS
from sync.messages import RemoteOrder, RemotePayment, RemoteStatus, Unreadable
from sync.reconcile import Side, Theirs, compare, fetch
from sync.sandbox.control import Control

Connect = Callable[..., Channel]

EVERYTHING = frozenset({"accept", "reject", "execute", "cancel", "pay"})
NOTHING: frozenset[str] = frozenset()


def there(status: RemoteStatus, payment: RemotePayment = "unpaid", total: int | None = 3000) -> RemoteOrder:
    """Return an order as a service shows it."""
    return RemoteOrder("r1", status, "deliver", (), "CNY", {}, payment=payment, total=total)


def differences(ours: Side, theirs: RemoteOrder, tells: frozenset[str] = EVERYTHING) -> tuple[str, ...]:
    """Return what differs of one order."""
    [pair] = compare({"r1": ours}, Theirs({"r1": theirs}), tells)
    return pair.differences


def test_an_order_that_stands_alike_on_both_sides_differs_in_nothing() -> None:
    assert differences(Side("accepted", "unpaid", 3000, "CNY"), there("accepted")) == ()


@pytest.mark.parametrize("status", ["accepted", "executed", "paid"])
def test_a_service_without_a_word_for_the_kitchen_is_no_difference(status: RemoteStatus) -> None:
    assert differences(Side("paid", "paid", 3000, "CNY"), there(status, "paid")) == ()


def test_an_order_that_only_one_side_has_is_named_first() -> None:
    ours = {"here": Side("paid", "paid"), "both": Side("placed", "unpaid", 3000, "CNY")}
    theirs = Theirs({"there": there("placed"), "both": there("placed")})
    pairs = compare(ours, theirs, EVERYTHING)
    found = {pair.remote_id: pair.differences for pair in pairs}
    assert found == {"here": ("only_here",), "there": ("only_there",), "both": ()}
    assert pairs[-1].remote_id == "both"


def test_another_total_says_by_how_much() -> None:
    [pair] = compare(
        {"r1": Side("paid", "paid", 3000, "CNY")}, Theirs({"r1": there("paid", "paid", 3600)}), NOTHING
    )
    assert (pair.differences, pair.apart) == (("amount",), 600)


def test_sums_of_two_currencies_are_not_compared() -> None:
    assert differences(Side("placed", "unpaid", 10, "KRW"), there("placed")) == ()


def test_money_that_only_the_service_has_is_a_difference_even_where_nothing_can_be_told() -> None:
    assert differences(Side("accepted", "unpaid", 3000, "CNY"), there("accepted", "paid"), NOTHING) == (
        "payment",
    )


def test_money_that_the_service_cannot_be_told_of_is_none() -> None:
    assert differences(Side("paid", "paid", 3000, "CNY"), there("executed"), EVERYTHING - {"pay"}) == ()


def test_what_was_paid_back_whole_may_stand_as_given_back_with_who_only_hears_of_sales() -> None:
    back = Side("paid", "refunded", 3000, "CNY")
    assert differences(back, there("canceled"), frozenset({"sale"})) == ()
    assert differences(back, there("canceled")) == ("payment", "status")
    kept = Side("paid", "part_refunded", 3000, "CNY")
    assert differences(kept, there("canceled"), frozenset({"sale"})) == ("status",)


def test_who_only_hears_of_sales_knows_nothing_of_their_money() -> None:
    ours = {"r1": Side("paid", "paid", 3000, "CNY")}
    [pair] = compare(ours, Theirs({"r1": there("paid", "paid")}), frozenset({"sale"}))
    assert pair.theirs is not None
    assert (pair.theirs.payment, pair.differences) == ("", ())


def test_what_differs_only_until_a_letter_is_told_is_said_to_wait() -> None:
    ours = Side("paid", "paid", 3000, "CNY", waits=True)
    assert differences(ours, there("placed")) == ("untold",)
    assert differences(ours, there("placed", total=9900)) == ("payment", "amount", "status")


def test_a_record_that_cannot_be_read_there_is_not_missing() -> None:
    theirs = Theirs({}, (Unreadable("r1", "no_status", "{}"),))
    [pair] = compare({"r1": Side("placed", "unpaid")}, theirs, EVERYTHING)
    assert pair.differences == ("unreadable",)


@pytest.mark.parametrize("tells", [EVERYTHING, NOTHING])
def test_every_two_states_can_be_compared(tells: frozenset[str]) -> None:
    states = get_args(RemoteStatus)
    for here, status, paid, payment in product(
        states[:-1], states, ("unpaid", "paid"), get_args(RemotePayment)
    ):
        found = differences(Side(here, paid, 3000, "CNY"), there(status, payment), tells)
        assert set(found) <= {"payment", "status"}


def test_what_can_be_told_and_is_otherwise_there_differs() -> None:
    assert differences(Side("rejected", "unpaid", 3000, "CNY"), there("accepted")) == ("status",)
    assert differences(Side("rejected", "unpaid", 3000, "CNY"), there("accepted"), NOTHING) == ()


async def test_a_day_is_asked_for_and_nothing_is_changed(connect: Connect, guests: Control) -> None:
    placed = [guests.place()["id"] for _ in range(3)]
    guests.cancel(placed[0])
    before = guests.state()["orders"]
    now, day = datetime.now(UTC), timedelta(hours=12)
    found = await fetch(connect(), [], now - day, now + day)
    assert set(found.orders) == set(placed)
    assert found.orders[placed[0]].status == "canceled"
    assert guests.state()["orders"] == before


async def test_orders_of_other_days_are_left_out_unless_they_are_known_here(
    connect: Connect, guests: Control
) -> None:
    early = guests.place()["id"]
    day = timedelta(hours=12)
    later = datetime.now(UTC) + 2 * day
    assert set((await fetch(connect(), [], later, later + day)).orders) == set()
    assert set((await fetch(connect(), [early], later, later + day)).orders) == {early}


async def test_an_order_that_is_not_there_any_more_is_not_found(connect: Connect, clock: Any) -> None:
    day = timedelta(hours=12)
    for kind in sorted(KINDS):
        found = await fetch(connect(kind), ["424242"], clock.now - day, clock.now + day)
        assert "424242" not in found.orders
