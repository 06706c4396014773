"""An order that is first heard of when it is done there is new, and cooked by nobody but a person's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import attention, orders, reconciling
from pos.domain.order import Status
from pos.domain.shop import Shop
from sync.channels import KINDS
from sync.messages import RemoteOrder

Heard = Callable[..., RemoteOrder]

#: Services whose staff moves orders on: (kind, type of order, state there), paid or not.
BY_STAFF = (
    ("imweb", "deliver", "executed"), ("imweb", "deliver", "paid"),
    ("imweb", "booking", "executed"), ("imweb", "booking", "paid"),
    ("rayteams", "deliver", "executed"), ("rayteams", "deliver", "paid"),
    ("impilo", "deliver", "executed"), ("impilo", "deliver", "paid"),
)  # fmt: skip

#: What a guest of fankahui did there, and how the order stands here: left to a person, accepted by itself.
BY_GUESTS = (
    ("booking", "executed", Status.EXECUTED),
    ("deliver", "executed", Status.EXECUTED),
    ("booking", "paid", Status.ACCEPTED),
    ("deliver", "paid", Status.EXECUTED),
)


@pytest.fixture
def connected(open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard) -> Callable[..., Any]:
    """Open a counter whose channel is of a kind, and was heard before."""

    def connect(kind: str, *, auto_accept: bool = False) -> Any:
        can = KINDS[kind].can
        facts = replace(
            shop.channels["fankahui"], kind=kind, guests_set=can.guests_set, auto_accept=auto_accept
        )
        counter = open_counter(replace(shop, channels={"fankahui": facts}))
        counter.hear(heard("R0", status="canceled"), first_fetch=True)
        return counter

    return connect


def asked(counter: Any) -> list[str]:
    return [row.facts["record"] for row in counter.attention("cooked_before")]


@pytest.mark.parametrize("auto_accept", [False, True])
@pytest.mark.parametrize(("kind", "sort", "status"), BY_STAFF)
def test_what_staff_moved_on_there_is_new_and_never_accepted_by_itself(
    connected: Callable[..., Any], heard: Heard, kind: str, sort: str, status: str, *, auto_accept: bool
) -> None:
    counter = connected(kind, auto_accept=auto_accept)
    counter.hear(heard(type=sort, status=status), heard(type=sort, status="paid", table="A1"))
    assert (counter.order().status, counter.print_all()) == (Status.PLACED, [])
    why = [row.facts["why"] for row in counter.attention("auto_accept_off")]
    assert why == (["done_there"] if auto_accept else [])
    counter.do(orders.accept, counter.order().id)
    counter.reach("executed") if counter.order().status is Status.ACCEPTED else None
    assert len(counter.print_all()) == 1


@pytest.mark.parametrize(("kind", "sort", "status"), BY_STAFF)
def test_at_the_first_fetch_it_is_asked_about(
    connected: Callable[..., Any], heard: Heard, kind: str, sort: str, status: str
) -> None:
    counter = connected(kind, auto_accept=True)
    counter.hear(heard(type=sort, status=status), first_fetch=True)
    counter.hear(heard(type=sort, status=status, table="A1"))
    assert (counter.orders("R1"), asked(counter), counter.print_all()) == ([], ["R1"], [])


@pytest.mark.parametrize(("sort", "status", "by_itself"), BY_GUESTS)
def test_what_a_guest_did_there_is_new_and_rings(
    connected: Callable[..., Any], heard: Heard, sort: str, status: str, by_itself: Status
) -> None:
    counter, automatic = connected("fankahui"), connected("fankahui", auto_accept=True)
    for each in (counter, automatic):
        each.hear(heard(type=sort, status=status))
    assert (counter.order().status, asked(counter)) == (Status.PLACED, [])
    assert (automatic.order().status, asked(automatic)) == (by_itself, [])


@pytest.mark.parametrize("auto_accept", [False, True])
def test_a_guest_who_came_while_nothing_was_heard_is_here_and_accepting_fires(
    connected: Callable[..., Any], heard: Heard, *, auto_accept: bool
) -> None:
    counter = connected("fankahui", auto_accept=auto_accept)
    counter.hear(heard(status="executed"))
    if not auto_accept:
        assert counter.order().guest_is_here
        counter.do(orders.accept, counter.order().id)
    assert (counter.order().status, len(counter.print_all())) == (Status.EXECUTED, 1)


@pytest.mark.parametrize("status", ["placed", "accepted"])
def test_what_is_paid_there_and_not_done_is_accepted_by_itself(
    connected: Callable[..., Any], heard: Heard, status: str
) -> None:
    counter = connected("imweb", auto_accept=True)
    counter.hear(heard(type="deliver", status=status, payment="paid"))
    assert (counter.order().status, counter.attention()) == (Status.EXECUTED, [])


@pytest.mark.parametrize("status", ["executed", "paid"])
def test_what_was_not_cooked_waits_in_new_until_a_person_accepts_it(
    connected: Callable[..., Any], heard: Heard, status: str
) -> None:
    counter, shown = connected("imweb", auto_accept=True), heard(type="deliver", status=status)
    counter.hear(shown, first_fetch=True)
    (row,) = counter.attention("cooked_before")
    counter.do(attention.answer, row.id, "take", lambda _channel, _raw: shown)
    assert (counter.order().status, counter.print_all(), counter.attention()) == (Status.PLACED, [], [])
    counter.do(orders.accept, counter.order().id)
    assert len(counter.print_all()) == 1


def test_what_was_cooked_by_hand_never_comes_back(connected: Callable[..., Any], heard: Heard) -> None:
    counter = connected("imweb", auto_accept=True)
    counter.hear(heard(status="executed"), first_fetch=True)
    (row,) = counter.attention("cooked_before")
    counter.do(attention.answer, row.id, "cooked")
    counter.hear(heard(status="executed", table="A1"), heard(status="paid"))
    assert (counter.orders("R1"), counter.attention(), counter.print_all()) == ([], [], [])


@pytest.mark.parametrize("auto_accept", [False, True])
def test_what_is_taken_over_from_the_books_there_is_not_cooked_by_itself(
    connected: Callable[..., Any], heard: Heard, *, auto_accept: bool
) -> None:
    counter = connected("imweb", auto_accept=auto_accept)
    assert counter.do(reconciling.take_over, "fankahui", heard(type="deliver", status="paid"))
    order = counter.order()
    assert (order.status, order.payment.taken_online, order.total) == (Status.PLACED, True, 6400)
    assert counter.print_all() == []


@pytest.mark.parametrize(
    ("then", "here"),
    [("canceled", Status.CANCELED), ("rejected", Status.REJECTED), ("placed", Status.PLACED)],
)
def test_the_question_goes_when_the_order_is_off_there_or_begins_anew(
    connected: Callable[..., Any], heard: Heard, then: str, here: Status
) -> None:
    counter = connected("imweb")
    counter.hear(heard(status="executed"), first_fetch=True)
    counter.hear(heard(status=then))
    assert (counter.order().status, asked(counter)) == (here, [])
