"""The counter's own orders at their channels: known again, also where an answer was lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pos.actions import deals as settling
from pos.actions import new, outbox
from pos.domain.order import Line, Order, OrderType
from pos.domain.payment import Amount
from pos.store import queries
from sync.messages import Applied, RemoteLine, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]

MEAL = new.Draft(OrderType.TAKE_AWAY, (Line("", "米饭", 2, 300),), channel="fankahui")


def echo(heard: Heard, order: Order, **shown: Any) -> RemoteOrder:
    lines = tuple(RemoteLine(line.id, line.name, line.quantity, line.price) for line in order.lines)
    return heard("R7", lines=lines, **shown)


def test_a_registration_whose_answer_was_lost_is_found_by_its_lines(counter: Any, heard: Heard) -> None:
    order = counter.do(new.place, replace(MEAL, type=OrderType.BOOKING))
    letter = counter.claim_letter()
    counter.do(outbox.postpone, letter, "reset", counter.clock.now, unknown=True, counted=True)
    assert counter.hear(echo(heard, order)) == Applied(changed=1)
    assert [found.id for found in counter.orders("R7")] == [order.id]
    again = counter.claim_letter()
    assert (again.id, again.verb, again.remote_id, again.attempted) == (letter.id, "register", "R7", True)


def test_a_lost_registration_is_found_also_when_the_guest_has_paid_and_gone(
    counter: Any, heard: Heard
) -> None:
    order = counter.do(new.place, MEAL)
    counter.do(settling.settle, [order.id], [Amount("cash", 600)])
    counter.do(
        outbox.postpone, counter.claim_letter(), "reset", counter.clock.now, unknown=True, counted=True
    )
    counter.hear(echo(heard, order))
    assert len(counter.ask(queries.orders)) == 1
    assert counter.order(order.id).remote_id == "R7"
    assert len(counter.print_all("kitchen")) == 1


def test_letters_of_an_order_go_in_order_and_first_of_all_it_is_registered(
    counter: Any, heard: Heard
) -> None:
    order = counter.do(new.place, MEAL)
    register = counter.claim_letter()
    assert (register.verb, counter.claim_letter()) == ("register", None)
    counter.do(outbox.told, register, Told(echo(heard, order)))
    assert counter.order(order.id).remote_id == "R7"
    assert counter.tell_all() == ["accept", "execute"]


def test_giving_the_registration_up_gives_up_what_depends_on_it(counter: Any) -> None:
    order = counter.do(new.place, MEAL)
    counter.do(outbox.drop, counter.letters(order)[0].id, "不登记")
    assert counter.tell_all() == []
    assert {letter.state for letter in counter.letters(order)} == {"dropped"}


def test_a_station_that_the_counter_chose_survives_what_the_channel_echoes(
    counter: Any, heard: Heard
) -> None:
    line = Line("", "米饭", 2, 300, station="cold")
    order = counter.do(new.place, replace(MEAL, type=OrderType.BOOKING, lines=(line,)))
    counter.tell_all(echo(heard, order, table="A1"))
    assert [line.station for line in counter.order("R7").lines] == ["cold"]
