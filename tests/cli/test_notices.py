"""What a person has to look at of an order stands with the order, and is answered in a shell too."""

from __future__ import annotations

from typing import Any

ENDLESS = [{"id": "1", "name": "Rice", "price": 1800, "dealPrice": 10**18, "quantity": 1, "state": "normal"}]


def placed(guests: Any, shop: Any) -> str:
    guests.place(type="deliver", items=ENDLESS, fee=10**18)
    assert shop.pos("sync").status == 0
    [order] = shop.pos("--json", "orders").json
    assert shop.pos("accept", order["number"]).status == 0
    return str(order["number"])


def test_money_that_could_not_be_read_is_booked_only_once_somebody_has_looked(shop: Any, guests: Any) -> None:
    number = placed(guests, shop)
    told = shop.pos("settle", number)
    assert (told.status, shop.pos("--json", "show", number).json["deal"]) == (1, None)
    assert f"pos seen {number}" in told.err
    assert "the total. Please check it." in told.err
    assert shop.pos("seen", number).status == 0
    assert shop.pos("--json", "show", number).json["attention"] == []
    assert shop.pos("settle", number).status == 0


def test_an_order_is_shown_with_what_is_asked_about_it(shop: Any, guests: Any) -> None:
    number = placed(guests, shop)
    assert f"! Something of order {number} could not be taken over as it came" in shop.pos("show", number).out
    notices = shop.pos("--json", "show", number).json["attention"]
    assert "total" in [one["facts"]["problem"] for one in notices]
    assert all(one["words"].startswith("Something of order") for one in notices)


def test_what_is_not_asked_about_is_seen_without_harm(shop: Any, draft: Any) -> None:
    number = shop.pos("--json", "new", draft()).json["number"]
    assert shop.pos("seen", number).status == 0
