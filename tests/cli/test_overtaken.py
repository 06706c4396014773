"""What the counter turns down while it goes on at the service: who wins, and what a person hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync.sandbox.control import Control


def rejected_while(shop: Any, guests: Control, act: Callable[[str], object]) -> dict[str, Any]:
    """Reject an order, let its guest act before that is told, and tell it; return the order as it is then."""
    order = guests.place(type="booking")
    assert shop.pos("sync", "--once").status == 0
    assert shop.pos("reject", "001", "--reason", "sold out").status == 0
    act(order["id"])
    while shop.pos("outbox", "--state", "waiting", "--json").json:
        shop.pos("sync", "--once")
    shop.pos("sync", "--once")
    return dict(shop.pos("show", "001", "--json").json)


def test_who_checked_in_while_the_counter_turned_them_down_is_here_and_can_be_served(
    shop: Any, guests: Control
) -> None:
    shown = rejected_while(shop, guests, guests.check_in)
    assert (shown["status"], shown["guest_is_here"]) == ("placed", True)
    assert [row["kind"] for row in shown["attention"]] == ["reopened_there"]
    assert shop.pos("outbox", "--state", "failed", "--json").json == []
    assert shop.pos("accept", "001").status == 0
    assert shop.pos("sync", "--once").status == 0
    done = shop.pos("show", "001", "--json").json
    assert (done["status"], done["channel_knows"], done["attention"]) == ("executed", "yes", [])
    (there,) = guests.state()["orders"]
    assert there["status"] == "executed"


@pytest.mark.parametrize("wanted", ["canceled", "rejected"])
def test_who_called_off_while_the_counter_turned_them_down_is_off_and_nobody_is_asked(
    shop: Any, guests: Control, wanted: str
) -> None:
    shown = rejected_while(shop, guests, guests.cancel if wanted == "canceled" else len)
    assert (shown["status"], shown["attention"]) == ("rejected", [])
    assert shop.pos("outbox", "--state", "failed", "--json").json == []
