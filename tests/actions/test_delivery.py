"""The delivery slip: what a courier must know, once, and nothing of it once the order is off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import deals, orders
from pos.domain.order import Order
from pos.domain.payment import Amount
from pos.domain.shop import PrinterFacts, Shop
from pos.store.rows import TicketRow
from printing.profiles import profile
from printing.render import to_bytes
from sync.messages import RemoteGuest, RemoteNote

GUEST = RemoteGuest(name="张三", phone="19900001234", address="胜太路68号")
BAGS = PrinterFacts("bags", ("delivery",))


@pytest.fixture
def couriers(open_counter: Callable[[Shop], Any], shop: Shop) -> Any:
    """A counter with a printer for delivery slips."""
    return open_counter(replace(shop, phone="025-58679066", printers=(*shop.printers, BAGS)))


def deliver(counter: Any, heard: Callable[..., Any], **shown: Any) -> Order:
    facts = {"type": "deliver", "guest": GUEST, "sequence_number": "17", **shown}
    counter.hear(heard(**facts))
    return counter.do(orders.accept, counter.order().id, minutes=30).order


def slips(counter: Any, order: Order) -> list[TicketRow]:
    return [ticket for ticket in counter.tickets(order) if ticket.kind == "delivery"]


def test_a_fired_delivery_has_a_slip_with_all_that_its_courier_needs(
    couriers: Any, heard: Callable[..., Any]
) -> None:
    order = deliver(couriers, heard, memo=(RemoteNote("张三", "别按门铃"),))
    (slip,) = slips(couriers, order)
    paper = couriers.paper(slip)
    assert slip.printer == "bags"
    told = {
        key: paper[key] for key in ("address", "guest", "phone", "promised", "sequence_number", "qr", "memo")
    }
    assert told == {
        "address": "胜太路68号",
        "guest": "张三",
        "phone": "19900001234",
        "promised": "12:30",
        "sequence_number": "17",
        "qr": "fankahui:R1",
        "memo": ["别按门铃"],
    }
    assert [(line["name"], line["quantity"]) for line in paper["lines"]] == [("米饭", 2), ("水煮鱼", 1)]
    assert to_bytes(paper, profile(58))


def test_what_is_not_paid_is_to_be_collected(couriers: Any, heard: Callable[..., Any]) -> None:
    paper = couriers.paper(slips(couriers, deliver(couriers, heard))[0])
    assert (paper["paid"], paper["due"], paper["total"]) == (False, "¥64.00", "¥64.00")


def test_what_was_paid_online_is_paid(couriers: Any, heard: Callable[..., Any]) -> None:
    order = deliver(couriers, heard, payment="paid", payment_type="weixin")
    paper = couriers.paper(slips(couriers, order)[0])
    assert (paper["paid"], paper["due"], paper["method"]) == (True, "", "微信")


def test_the_address_is_on_the_slip_and_not_in_the_kitchen(couriers: Any, heard: Callable[..., Any]) -> None:
    order = deliver(couriers, heard)
    addresses = {ticket.kind: couriers.paper(ticket)["address"] for ticket in couriers.tickets(order)}
    assert addresses == {"kitchen": "", "delivery": "胜太路68号"}


def test_without_slips_the_address_is_on_the_kitchens_ticket(counter: Any, heard: Callable[..., Any]) -> None:
    order = deliver(counter, heard)
    assert {t.kind: counter.paper(t)["address"] for t in counter.tickets(order)} == {"kitchen": "胜太路68号"}


def test_who_eats_here_has_no_slip(couriers: Any, heard: Callable[..., Any]) -> None:
    couriers.hear(heard(type="eat_in"))
    order = couriers.do(orders.accept, couriers.order().id).order
    assert slips(couriers, order) == []


def test_a_slip_that_is_not_out_yet_is_dropped_with_its_order(
    couriers: Any, heard: Callable[..., Any]
) -> None:
    order = deliver(couriers, heard)
    couriers.do(orders.cancel, order.id, "客人走了")
    assert [(slip.state, slip.error) for slip in slips(couriers, order)] == [("dropped", "order_canceled")]
    assert couriers.print_all("bags") == []


def test_a_slip_that_is_out_needs_no_cancel(couriers: Any, heard: Callable[..., Any]) -> None:
    order = deliver(couriers, heard)
    couriers.print_all("bags")
    couriers.do(orders.cancel, order.id, "客人走了")
    assert [slip.state for slip in slips(couriers, order)] == ["printed"]


@pytest.mark.parametrize("is_out", [False, True])
def test_an_amended_delivery_gets_a_new_slip_that_names_the_one_in_the_bag(
    is_out: bool, couriers: Any, heard: Callable[..., Any]
) -> None:
    order = deliver(couriers, heard)
    if is_out:
        couriers.print_all("bags")
    couriers.do(orders.amend, order.id, order.lines[:1])
    first, second = slips(couriers, order)
    assert (first.state, first.error) == (("printed", "") if is_out else ("dropped", "replaced"))
    assert couriers.paper(second)["previous"] == (first.number if is_out else "")
    assert [line["name"] for line in couriers.paper(second)["lines"]] == ["米饭"]


def test_settling_a_delivery_prints_no_second_slip(couriers: Any, heard: Callable[..., Any]) -> None:
    order = deliver(couriers, heard)
    couriers.do(deals.settle, [order.id], [Amount("weixin", 6400)])
    assert len(slips(couriers, order)) == 1
