"""Accepting by itself, while the kitchen can keep up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import spool
from pos.domain.order import Status
from pos.domain.shop import Shop
from printing.ports import PrinterHealth
from sync.messages import RemoteOrder

Heard = Callable[..., RemoteOrder]


@pytest.fixture
def automatic(open_counter: Callable[[Shop], Any], shop: Shop) -> Any:
    """A counter that accepts what its channel brings, while at most two wait."""
    facts = replace(shop.channels["fankahui"], auto_accept=True, auto_accept_limit=2)
    return open_counter(replace(shop, channels={"fankahui": facts}))


def test_auto_accept_takes_an_order_on_at_once(automatic: Any, heard: Heard) -> None:
    automatic.hear(heard("R1"), heard("R2", type="deliver"))
    assert automatic.order("R1").status is Status.ACCEPTED
    assert automatic.order("R2").status is Status.EXECUTED
    assert automatic.tell_all() == ["accept", "accept", "execute"]


def test_auto_accept_turns_itself_off_while_the_kitchen_printer_is_down_and_says_so(
    automatic: Any, heard: Heard
) -> None:
    automatic.do(spool.health, "kitchen", PrinterHealth("needs_you", "paper_out"))
    automatic.hear(heard())
    assert automatic.order().status is Status.PLACED
    assert [row.facts["why"] for row in automatic.attention("auto_accept_off")] == ["kitchen_printer"]
    automatic.do(spool.health, "kitchen", PrinterHealth("well"))
    automatic.hear(heard("R2"))
    assert automatic.order("R2").status is Status.ACCEPTED


def test_auto_accept_turns_itself_off_while_too_many_orders_wait(automatic: Any, heard: Heard) -> None:
    automatic.do(spool.health, "kitchen", PrinterHealth("needs_you", "offline"))
    automatic.hear(heard("R1"), heard("R2"))
    automatic.do(spool.health, "kitchen", PrinterHealth("well"))
    automatic.hear(heard("R3"))
    assert automatic.order("R3").status is Status.PLACED
    assert automatic.attention("auto_accept_off")[-1].facts["why"] == "many_orders"


def test_auto_accept_is_off_while_the_kitchens_printer_cannot_be_reached(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
) -> None:
    facts = replace(shop.channels["fankahui"], auto_accept=True)
    counter = open_counter(replace(shop, channels={"fankahui": facts}))
    counter.do(spool.health, "kitchen", PrinterHealth("waiting", "busy"))
    counter.hear(heard("R1"))
    counter.do(spool.health, "kitchen", PrinterHealth("waiting", "unreachable"))
    counter.hear(heard("R2"))
    statuses = [counter.order(remote_id).status for remote_id in ("R1", "R2")]
    assert (statuses, len(counter.attention("auto_accept_off"))) == ([Status.ACCEPTED, Status.PLACED], 1)


@pytest.mark.parametrize(
    ("shown", "why"), [({"lines": ()}, "no_lines"), ({"status": "unknown"}, "unknown_status")]
)
@pytest.mark.parametrize("kind", ["booking", "deliver"])
def test_what_is_not_understood_is_never_accepted_by_itself(
    automatic: Any, heard: Heard, kind: str, shown: dict[str, Any], why: str
) -> None:
    automatic.hear(heard(type=kind, **shown))
    assert automatic.order().status is Status.PLACED
    assert [row.facts["why"] for row in automatic.attention("auto_accept_off")] == [why]
    assert automatic.tickets(automatic.order()) == []
