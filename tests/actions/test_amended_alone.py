"""What is amended here and can be told nobody stands: what its channel goes on showing undoes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import orders, outbox
from pos.domain.order import Line, Order
from pos.domain.shop import Shop
from sync.messages import RemoteLine, RemoteNote, RemoteOrder

Heard = Callable[..., RemoteOrder]
LINES = (RemoteLine("P1", "김치", 2, 9000), RemoteLine("P2", "만두", 1, 7000))


@pytest.fixture
def untellable(open_counter: Callable[[Shop], Any], shop: Shop) -> Any:
    """A counter whose channel has no word for an amendment."""
    facts = replace(shop.channels["fankahui"], tells=frozenset({"accept", "execute"}))
    return open_counter(replace(shop, channels={"fankahui": facts}))


def shows(heard: Heard, **changes: Any) -> RemoteOrder:
    """Return the order as its channel goes on showing it, with something else of it changed."""
    shown = {"lines": LINES, "currency": "KRW", "total": 26000, "status": "accepted", **changes}
    return heard(**shown)


def amended(counter: Any, heard: Heard, *, fired: bool = False) -> Order:
    """Return an accepted order to which a drink was added here."""
    counter.hear(shows(heard, status="placed", type="deliver" if fired else "booking"))
    counter.do(orders.accept, counter.order().id)
    counter.tell_all()
    order = counter.order()
    made = counter.do(orders.amend, order.id, (*order.lines, Line("", "콜라", 1, 2000)))
    assert made.order.total == 28000
    return made.order


@pytest.mark.parametrize("fired", [False, True])
def test_a_channel_that_cannot_be_told_undoes_no_amendment_and_nobody_is_asked(
    untellable: Any, heard: Heard, fired: bool
) -> None:
    order = amended(untellable, heard, fired=fired)
    untellable.hear(shows(heard, memo=(RemoteNote("g", "빨리"),)), shows(heard, table="7"))
    now = untellable.order()
    assert (now.lines, now.total, now.table) == (order.lines, 28000, "7")
    assert untellable.attention("lines_changed") == []


@pytest.mark.parametrize("fired", [False, True])
def test_what_a_guest_changes_there_after_that_is_shown_to_a_person(
    untellable: Any, heard: Heard, fired: bool
) -> None:
    order = amended(untellable, heard, fired=fired)
    fewer = shows(heard, lines=LINES[:1], total=18000)
    untellable.hear(fewer, replace(fewer, raw={"shown": "again"}))
    assert (untellable.order().lines, untellable.order().total) == (order.lines, 28000)
    assert len(untellable.attention("lines_changed")) == 1


def test_what_was_ordered_first_is_known_through_several_amendments(untellable: Any, heard: Heard) -> None:
    order = amended(untellable, heard)
    order = untellable.do(orders.amend, order.id, order.lines[1:]).order
    untellable.hear(shows(heard, table="7"))
    assert (untellable.order().lines, untellable.attention("lines_changed")) == (order.lines, [])


def test_an_amendment_that_was_given_up_stands_and_one_that_was_told_is_followed(
    counter: Any, heard: Heard
) -> None:
    order = amended(counter, heard)
    counter.do(outbox.drop, counter.letters(order)[-1].id, "by phone")
    counter.hear(shows(heard, table="7"))
    assert counter.order().lines == order.lines
    counter.do(orders.amend, order.id, order.lines[1:])
    assert counter.tell_all() == ["amend"]
    counter.hear(shows(heard, lines=LINES[:1], total=18000))
    assert (len(counter.order().lines), counter.order().total) == (1, 18000)
