"""An order whose channel gave the money back, in a shell: closed with nothing, or paid here after all."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from pos.actions import intake
from pos.store.tx import Who
from sync.messages import RemoteLine, RemoteOrder


@pytest.fixture
def back(shop: Any) -> str:
    """Return the number of a cooked order over 44.00 of which its guest has all money back."""
    lines = (RemoteLine("1", "宫保鸡丁", 1, 4400),)
    with closing(shop.opened()) as store:
        for payment in ("paid", "refunded"):
            raw = {"payment": payment}
            heard = RemoteOrder("R1", "placed", "deliver", lines, "CNY", raw, payment=payment)
            store.do(intake.receive, Who("fankahui", "channel"), "fankahui", heard).result()
    assert shop.pos("accept", "1").status == 0
    return "1"


def shown(shop: Any, number: str) -> tuple[Any, ...]:
    order = shop.pos("show", number, "--json").json
    deal = order["deal"] or {"payments": [], "refunds": []}
    paid = {part["method"]: part["amount"] for part in deal["payments"]}
    tickets = [ticket["kind"] for ticket in order["tickets"]]
    return order["payment"]["status"], paid, [made["total"] for made in deal["refunds"]], tickets


def test_with_nothing_paid_it_is_closed_as_sold_and_refunded(shop: Any, back: str) -> None:
    assert shop.pos("settle", back).status == 0
    assert shown(shop, back) == ("refunded", {"online": 4400}, [-4400], ["kitchen"])


def test_a_guest_who_pays_here_after_all_is_booked_so_and_gets_a_bill(shop: Any, back: str) -> None:
    assert shop.pos("settle", back, "--pay", "cash=43").status == 1
    done = shop.pos("settle", back, "--pay", "cash=50")
    assert (done.status, "CN¥6.00" in done.out, done.err) == (0, True, "")
    assert shown(shop, back) == ("paid", {"cash": 5000}, [], ["kitchen", "settlement"])
    letters = shop.pos("show", back, "--json").json["letters"]
    assert [letter["verb"] for letter in letters if letter["verb"] in ("pay", "refund")] == ["pay"]


def test_on_a_bill_of_several_it_is_refused_in_plain_words(shop: Any, back: str, draft: Any) -> None:
    other = shop.pos("new", draft(), "--json").json["number"]
    answer = shop.pos("settle", other, back, "--pay", "cash=64")
    assert (answer.status, "Settle it alone" in answer.err) == (1, True)
