"""What the pass is told: the whole order by station, and first of all what changed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import orders, tickets
from pos.domain.order import Line, Order
from pos.domain.refusals import Refused
from pos.domain.shop import PrinterFacts, Shop
from pos.store.rows import TicketRow
from printing.profiles import profile
from printing.render import to_bytes

PRINTERS = (
    PrinterFacts("hot", ("kitchen",), ("hot",)),
    PrinterFacts("cold", ("kitchen",), ("cold",)),
    PrinterFacts("pass", ("expediter",)),
)


@pytest.fixture
def passing(open_counter: Callable[[Shop], Any], shop: Shop) -> Any:
    """A counter with two stations and a pass."""
    return open_counter(replace(shop, printers=PRINTERS, stations={"水煮鱼": "hot", "米饭": "cold"}))


@pytest.fixture
def fired(passing: Any, heard: Callable[..., Any]) -> Order:
    """An order that both stations cook."""
    passing.hear(heard(type="deliver"))
    return passing.do(orders.accept, passing.order().id).order


def at_the_pass(counter: Any, order: Order) -> list[TicketRow]:
    return [ticket for ticket in counter.tickets(order) if ticket.kind == "expediter"]


def last_paper(counter: Any, order: Order) -> dict[str, Any]:
    return counter.paper(at_the_pass(counter, order)[-1])


def by_station(paper: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
    return {
        where["station"]: [(line["name"], line["quantity"]) for line in where["lines"]]
        for where in paper["stations"]
    }


def changed(paper: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(line["name"], line["quantity"], line["change"]) for line in paper["changed"]]


def with_quantity(order: Order, **quantities: int) -> tuple[Line, ...]:
    return tuple(replace(line, quantity=quantities.get(line.id, line.quantity)) for line in order.lines)


def test_the_pass_gets_the_whole_order_by_station_on_one_paper(passing: Any, fired: Order) -> None:
    (ticket,) = at_the_pass(passing, fired)
    paper = passing.paper(ticket)
    assert (ticket.printer, ticket.state, paper["change"]) == ("pass", "queued", None)
    assert by_station(paper) == {"cold": [("米饭", 2)], "hot": [("水煮鱼", 1)]}


def test_the_pass_knows_every_kitchen_ticket_it_waits_for(passing: Any, fired: Order) -> None:
    kitchen = {t.number: t.printer for t in passing.tickets(fired) if t.kind == "kitchen"}
    parts = {part["number"]: part["station"] for part in last_paper(passing, fired)["parts"]}
    assert parts == kitchen


def test_without_a_printer_for_it_nothing_is_queued_and_nothing_fails(
    counter: Any, heard: Callable[..., Any]
) -> None:
    counter.hear(heard(type="deliver"))
    order = counter.do(orders.accept, counter.order().id).order
    assert [(ticket.kind, ticket.state) for ticket in counter.tickets(order)] == [("kitchen", "queued")]


def test_an_amended_order_is_said_by_its_difference_and_then_as_it_is_now(passing: Any, fired: Order) -> None:
    passing.do(orders.amend, fired.id, with_quantity(fired, L1=3))
    paper = last_paper(passing, fired)
    assert changed(paper) == [("米饭", 1, "add")]
    assert by_station(paper) == {"cold": [("米饭", 3)], "hot": [("水煮鱼", 1)]}
    assert paper["previous"] == at_the_pass(passing, fired)[0].number


def test_a_dish_of_several_printers_changes_once_at_the_pass(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]
) -> None:
    both = PrinterFacts("both", ("kitchen",), ("hot", "cold"))
    facts = replace(shop, printers=(*PRINTERS, both), stations={"水煮鱼": "hot", "米饭": "cold"})
    counter = open_counter(facts)
    counter.hear(heard(type="deliver"))
    order = counter.do(orders.accept, counter.order().id).order
    counter.do(orders.amend, order.id, with_quantity(order, L1=3))
    paper = last_paper(counter, order)
    assert changed(paper) == [("米饭", 1, "add")]
    assert len(paper["parts"]) == 2


def test_what_changes_nothing_for_the_kitchen_changes_nothing_at_the_pass(passing: Any, fired: Order) -> None:
    passing.do(orders.amend, fired.id, tuple(replace(line, price=1) for line in fired.lines))
    assert len(at_the_pass(passing, fired)) == 1


def test_a_word_about_a_fired_order_reaches_the_pass(passing: Any, fired: Order) -> None:
    passing.do(orders.amend, fired.id, memo="花生过敏")
    paper = last_paper(passing, fired)
    assert (paper["change"], paper["memo"], paper["stations"]) == ("note", ["花生过敏"], [])


def test_a_canceled_order_is_taken_back_at_the_pass_that_knew_of_it(passing: Any, fired: Order) -> None:
    passing.print_all("hot", "cold", "pass")
    passing.do(orders.cancel, fired.id, "客人走了")
    paper = last_paper(passing, fired)
    assert (paper["change"], paper["reason"], paper["stations"]) == ("cancel", "客人走了", [])
    assert changed(paper) == [("米饭", 2, "cancel"), ("水煮鱼", 1, "cancel")]


def test_a_paper_for_the_pass_that_never_left_is_dropped_and_needs_no_cancel(
    passing: Any, fired: Order
) -> None:
    passing.do(orders.cancel, fired.id, "客人走了")
    assert [ticket.state for ticket in at_the_pass(passing, fired)] == ["dropped"]
    assert passing.print_all("hot", "cold", "pass") == []


def test_the_pass_is_told_of_a_cancel_even_where_the_kitchen_never_knew(passing: Any, fired: Order) -> None:
    passing.print_all("pass")
    passing.do(orders.cancel, fired.id, "客人走了")
    assert [job.facts["change"] for job in passing.print_all("hot", "cold", "pass")] == ["cancel"]


def test_nobody_is_given_the_paper_of_a_canceled_order_again_but_its_cancel(
    passing: Any, fired: Order
) -> None:
    passing.print_all("hot", "cold", "pass")
    passing.do(orders.cancel, fired.id, "客人走了")
    passing.print_all("hot", "cold", "pass")
    first, cancel = at_the_pass(passing, fired)
    with pytest.raises(Refused) as refused:
        passing.do(tickets.reprint, first.id)
    assert refused.value.code == "ticket_called_off"
    passing.do(tickets.reprint, cancel.id)
    assert [job.mark for job in passing.print_all("pass")] == ["reprint"]


def test_what_the_pass_was_told_is_not_what_the_kitchen_knows(passing: Any, fired: Order) -> None:
    passing.print_all("pass")
    for ticket in passing.tickets(fired, "queued"):
        passing.do(tickets.drop, ticket.id, "没纸")
    passing.do(orders.amend, fired.id, with_quantity(fired, L1=3))
    news = [
        passing.paper(ticket)["lines"]
        for ticket in passing.tickets(fired, "queued")
        if ticket.kind == "kitchen"
    ]
    assert sorted((line["name"], line["quantity"]) for (line,) in news) == [("水煮鱼", 1), ("米饭", 3)]


def test_a_dish_without_a_station_stands_under_its_printers_name(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]
) -> None:
    printers = (PrinterFacts("kitchen", ("kitchen", "expediter")),)
    counter = open_counter(replace(shop, printers=printers))
    counter.hear(heard(type="deliver"))
    order = counter.do(orders.accept, counter.order().id).order
    paper = last_paper(counter, order)
    assert list(by_station(paper)) == ["kitchen"]
    assert to_bytes(paper, profile(58))


def test_a_cancel_names_the_stations_as_the_first_tickets_did(passing: Any, fired: Order) -> None:
    passing.print_all("hot", "cold", "pass")
    first = [(part["station"]) for part in last_paper(passing, fired)["parts"]]
    passing.do(orders.amend, fired.id, tuple(replace(line, station="grill") for line in fired.lines))
    passing.do(orders.cancel, fired.id, "客人走了")
    assert first == ["cold", "hot"]
    assert [part["station"] for part in last_paper(passing, fired)["parts"]] == ["grill", "grill"]


def total(lines: list[dict[str, Any]]) -> Counter[str]:
    """Return how many of each dish there are, with what was taken back taken off."""
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line["name"]] += -line["quantity"] if line["change"] == "cancel" else line["quantity"]
    return +sums


@pytest.mark.parametrize("seed", range(8))
def test_however_an_order_changes_the_pass_can_count_on_its_papers(
    seed: int, passing: Any, fired: Order
) -> None:
    chance = random.Random(seed)
    dishes = ("米饭", "水煮鱼", "拍黄瓜", "茶")
    for _ in range(10):
        chosen = chance.sample(dishes, chance.randint(1, 4))
        lines = tuple(Line(f"L{dishes.index(name)}", name, chance.randint(1, 3)) for name in chosen)
        passing.do(orders.amend, fired.id, lines)
        passing.print_all(*chance.sample(("hot", "cold", "pass"), chance.randint(0, 3)))
    papers = [passing.paper(ticket) for ticket in at_the_pass(passing, fired)]
    wanted = Counter({line.name: line.quantity for line in passing.order(fired.id).lines})
    first = [line for where in papers[0]["stations"] for line in where["lines"]]
    news = [line for paper in papers[1:] for line in paper["changed"]]
    assert total([line for where in papers[-1]["stations"] for line in where["lines"]]) == wanted
    assert total([*first, *news]) == wanted
