"""What fankahui's tables say of the kitchen and the till: who has what printed, and what a payment leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pos.actions import deals, orders
from pos.domain.deal import DealState
from pos.domain.order import Status
from pos.domain.payment import Amount
from sync.messages import RemoteOrder
from tests.sync.documented.rows import about, row

Heard = Callable[..., RemoteOrder]


def checked_in(counter: Any, heard: Heard) -> None:
    """Let the guest check in."""
    counter.hear(heard(status="executed"))


def by_hand(counter: Any, _: Heard) -> None:
    """Let the shop have the slip printed."""
    counter.do(orders.execute, counter.order().id)


@about("fankahui", "statuses / executed")
@pytest.mark.parametrize("execute", [row("fankahui", "types / booking", checked_in), by_hand])
def test_a_booking_is_cooked_once_its_guest_is_here_or_the_shop_says_so(
    counter: Any, heard: Heard, execute: Callable[[Any, Heard], None]
) -> None:
    counter.hear(heard(type="booking"))
    counter.do(orders.accept, counter.order().id)
    assert (counter.order().status, counter.print_all("kitchen")) == (Status.ACCEPTED, [])
    execute(counter, heard)
    assert (counter.order().status, len(counter.print_all("kitchen"))) == (Status.EXECUTED, 1)
    checked_in(counter, heard)
    assert counter.print_all("kitchen") == []


@about("fankahui", "types / deliver")
def test_a_delivery_is_cooked_as_soon_as_it_is_taken_on(counter: Any, heard: Heard) -> None:
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    assert (counter.order().status, len(counter.print_all("kitchen"))) == (Status.EXECUTED, 1)
    assert counter.tell_all() == ["accept", "execute"]


@about("fankahui", "statuses / paid")
def test_a_payment_has_the_bill_printed_and_makes_a_deal(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    made = counter.do(deals.settle, [order.id], [Amount("cash", order.total)])
    assert (made.deal.state, [line.status for line in made.orders]) == (DealState.CLOSED, [Status.PAID])
    [bill] = counter.print_all("front")
    assert bill.facts["bill"] == made.deal.number
    assert counter.tell_all() == ["pay"]
