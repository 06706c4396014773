"""Every printer of a station learns what it cooks, and no other does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import orders
from pos.domain.shop import PrinterFacts, Shop
from pos.store.rows import TicketRow

STATIONS = (
    PrinterFacts("hot", ("kitchen",), ("hot",)),
    PrinterFacts("cold", ("kitchen",), ("cold",)),
    PrinterFacts("pass", ("kitchen",), ("hot", "cold")),
)


@pytest.fixture
def stations(open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]) -> Any:
    """A counter with three kitchen printers and an order fired to them."""
    facts = replace(shop, printers=STATIONS, stations={"水煮鱼": "hot", "米饭": "cold"})
    counter = open_counter(facts)
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    return counter


def by_printer(counter: Any, rows: list[TicketRow]) -> dict[str, list[tuple[str, int, str | None]]]:
    return {ticket.printer: counter.said(ticket) for ticket in rows}


def test_dishes_go_to_every_printer_of_their_station(stations: Any) -> None:
    rows = stations.tickets(stations.order())
    assert by_printer(stations, rows) == {
        "cold": [("米饭", 2, None)],
        "pass": [("米饭", 2, None), ("水煮鱼", 1, None)],
        "hot": [("水煮鱼", 1, None)],
    }
    assert sorted(tuple(stations.paper(ticket)["part"]) for ticket in rows) == [(1, 3), (2, 3), (3, 3)]


def test_each_printer_learns_its_own_difference(stations: Any) -> None:
    order = stations.order()
    stations.do(orders.amend, order.id, (replace(order.lines[0], quantity=3), *order.lines[1:]))
    assert by_printer(stations, stations.tickets(order)[3:]) == {
        "cold": [("米饭", 1, "add")],
        "pass": [("米饭", 1, "add")],
    }


def test_each_printer_cancels_what_it_was_told(stations: Any) -> None:
    stations.print_all("hot", "pass")
    stations.do(orders.cancel, stations.order().id, "客人走了")
    off = [ticket for ticket in stations.tickets(stations.order()) if ticket.kind == "cancel"]
    assert by_printer(stations, off) == {
        "pass": [("米饭", 2, "cancel"), ("水煮鱼", 1, "cancel")],
        "hot": [("水煮鱼", 1, "cancel")],
    }


def test_a_dish_of_no_station_goes_to_the_printer_that_prints_all(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]
) -> None:
    printers = (PrinterFacts("hot", ("kitchen",), ("hot",)), PrinterFacts("all", ("kitchen",)))
    counter = open_counter(replace(shop, printers=printers, stations={"水煮鱼": "hot"}))
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    assert by_printer(counter, counter.tickets(counter.order())) == {
        "all": [("米饭", 2, None)],
        "hot": [("水煮鱼", 1, None)],
    }
