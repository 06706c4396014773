"""What guests take home: every order itself, the money as it was given, and what came back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import deals, orders
from pos.domain.order import Order
from pos.domain.payment import Amount
from pos.domain.shop import PrinterFacts, Shop
from printing.profiles import profile
from printing.render import to_bytes
from sync.messages import Membership, RemoteGuest, RemoteLine


def cooked(counter: Any, heard: Callable[..., Any], name: str = "R1", **shown: Any) -> Order:
    counter.hear(heard(name, **shown))
    return counter.do(orders.check_in, counter.order(name).id).order


def paper(counter: Any, order: Order) -> dict[str, Any]:
    (ticket,) = [ticket for ticket in counter.tickets(order) if ticket.kind == "settlement"]
    return counter.paper(ticket)


def test_several_orders_stay_themselves_with_their_tables_and_totals(
    counter: Any, heard: Callable[..., Any]
) -> None:
    first = cooked(counter, heard, "R1", table="16")
    second = cooked(counter, heard, "R2", table="3", lines=(RemoteLine("L3", "拉面", 1, 2000),))
    counter.do(deals.settle, [first.id, second.id], [Amount("weixin", 5000), Amount("cash", 5000)])
    said = paper(counter, first)
    assert [(one["number"], one["table"], one["total"]) for one in said["orders"]] == [
        (first.number, "16", "64.00"), (second.number, "3", "20.00"),
    ]  # fmt: skip
    assert [(one["method"], one["amount"]) for one in said["payments"]] == [
        ("微信", "50.00"),
        ("现金", "50.00"),
    ]
    assert (said["total"], said["change"]) == ("¥84.00", "16.00")
    assert said == paper(counter, second)
    assert to_bytes(said, profile(58))


def test_the_code_on_it_is_its_bill(counter: Any, heard: Callable[..., Any]) -> None:
    order = cooked(counter, heard)
    deal = counter.do(deals.settle, [order.id], [Amount("alipay", 6400)]).deal
    said = paper(counter, order)
    assert said["bill"] == said["qr"] == deal.number
    assert said["change"] == ""


def test_a_deal_price_stands_beside_the_price_that_it_replaces(
    counter: Any, heard: Callable[..., Any]
) -> None:
    order = cooked(
        counter, heard, lines=(RemoteLine("L1", "盖浇饭", 2, 2000, 1620), RemoteLine("L2", "茶", 1, 500))
    )
    counter.do(deals.settle, [order.id], [Amount("weixin", 3740)])
    (rice, tea) = paper(counter, order)["orders"][0]["lines"]
    assert (rice["price"], rice["deal_price"], rice["amount"]) == ("20.00", "16.20", "32.40")
    assert (tea["price"], tea["deal_price"], tea["amount"]) == ("5.00", "", "5.00")


@pytest.mark.parametrize(("fee", "said"), [(6000, "-4.00"), (6800, "4.00")])
def test_what_the_channel_adds_or_takes_off_is_a_line_of_its_own(
    fee: int, said: str, counter: Any, heard: Callable[..., Any]
) -> None:
    order = cooked(counter, heard, total=fee)
    counter.do(deals.settle, [order.id], [Amount("weixin", fee)])
    assert paper(counter, order)["orders"][0]["extras"] == [["adjustment", said]]


def test_a_member_reads_what_is_left_on_the_card(counter: Any, heard: Callable[..., Any]) -> None:
    guest = RemoteGuest(name="张三", membership=Membership("金卡", 31800))
    order = cooked(counter, heard, guest=guest)
    counter.do(deals.settle, [order.id], [Amount("weixin", 6400)])
    said = paper(counter, order)
    assert (said["member"], said["member_balance"]) == ("金卡", "¥318.00")
    assert "张三" not in str(said)


def test_without_a_printer_for_it_nothing_is_queued_and_money_is_taken_all_the_same(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]
) -> None:
    counter = open_counter(replace(shop, printers=(PrinterFacts("kitchen", ("kitchen",)),)))
    order = cooked(counter, heard)
    assert counter.do(deals.settle, [order.id], [Amount("weixin", 6400)]).changed
    assert {ticket.kind for ticket in counter.tickets(order)} == {"kitchen"}
