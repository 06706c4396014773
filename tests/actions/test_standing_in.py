"""A printer that is ill or set aside: another takes its tickets, each once, and says for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import orders, spool, tickets
from pos.domain.refusals import Refused
from pos.domain.shop import PrinterFacts, Shop
from pos.store import backlog
from pos.store.backlog import next_look
from pos.store.queries import timeline
from printing.ports import Job
from printing.status import health_of

#: hot falls back to cold, cold to bar; bar has nobody.
ROW = (
    PrinterFacts("hot", ("kitchen",), fallback="cold", fallback_after=20),
    PrinterFacts("cold", (), fallback="bar", fallback_after=20),
    PrinterFacts("bar", ("settlement",)),
)


def fire(counter: Any, heard: Callable[..., Any]) -> None:
    """Let an order come and be cooked."""
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id)
    counter.do(orders.execute, counter.order().id)


@pytest.fixture
def row(open_counter: Callable[[Shop], Any], shop: Shop) -> Any:
    """A counter whose hot kitchen's printer falls back to the cold one's, and that to the bar's."""
    return open_counter(replace(shop, printers=ROW))


@pytest.fixture
def fired(row: Any, heard: Callable[..., Any]) -> Any:
    """The counter, with one ticket for the hot kitchen."""
    fire(row, heard)
    assert [ticket.printer for ticket in row.ask(backlog.tickets)] == ["hot"]
    return row


def ill(counter: Any, printer: str, cause: str = "paper_out") -> None:
    counter.do(spool.health, printer, health_of(cause))


def taken(counter: Any, printer: str) -> Job | None:
    return counter.do(spool.claim, printer, False)  # type: ignore[no-any-return]


def standing(counter: Any) -> dict[str, str]:
    """Return who stands in for whom, as the screen shows it."""
    rows = counter.ask(backlog.printers, counter.store.shop, counter.clock.now)
    return {row.name: row.stands_in for row in rows if row.stands_in}


def test_a_printer_that_is_well_prints_its_own_tickets(fired: Any) -> None:
    for other in ("cold", "bar"):
        assert taken(fired, other) is None
    job = taken(fired, "hot")
    assert (job.printer, job.stands_in_for) == ("hot", "")


def test_the_fallback_takes_over_only_when_the_printer_was_ill_for_long_enough(fired: Any) -> None:
    ill(fired, "hot")
    fired.clock.pass_by(seconds=19)
    assert (taken(fired, "cold"), standing(fired)) == (None, {})
    fired.clock.pass_by(seconds=1)
    assert standing(fired) == {"hot": "cold"}
    job = taken(fired, "cold")
    assert (job.printer, job.stands_in_for, job.which.stands_in_for) == ("cold", "hot", "hot")
    [ticket] = fired.ask(backlog.tickets)
    assert (ticket.printer, ticket.taken_by, ticket.stands_in_for) == ("hot", "cold", "hot")
    assert taken(fired, "hot") is None


def test_illness_counts_from_when_it_began_not_from_its_last_cause(fired: Any) -> None:
    ill(fired, "hot")
    fired.clock.pass_by(seconds=15)
    ill(fired, "hot", "cover_open")
    fired.clock.pass_by(seconds=5)
    assert taken(fired, "cold") is not None


def test_a_printer_that_became_well_keeps_its_tickets(fired: Any) -> None:
    ill(fired, "hot")
    fired.clock.pass_by(seconds=30)
    ill(fired, "hot", "")
    assert taken(fired, "cold") is None
    assert taken(fired, "hot") is not None


def test_a_ticket_that_is_being_sent_is_left_to_who_sends_it(fired: Any) -> None:
    job = taken(fired, "hot")
    ill(fired, "hot")
    fired.clock.pass_by(minutes=5)
    assert taken(fired, "cold") is None
    fired.do(spool.held, job, "paper_out", fired.clock.now)
    assert taken(fired, "cold").stands_in_for == "hot"


def test_what_waits_for_its_printers_next_try_waits_not_for_another_printer(fired: Any) -> None:
    ill(fired, "hot")
    fired.clock.pass_by(seconds=30)
    later = fired.clock.now.replace(minute=10)
    fired.do(spool.held, taken(fired, "hot"), "paper_out", later)
    assert taken(fired, "hot") is None
    assert taken(fired, "cold") is not None


def test_a_printer_prints_its_own_tickets_before_anothers(fired: Any) -> None:
    fired.do(spool.set_aside, "hot")
    number = fired.do(lambda tx: tx.numbers.next("K"))
    fired.do(lambda tx: tickets.queue(tx, tickets.Draft(f"K-{number}", "kitchen", "cold", {}, ())))
    assert [(job.number, job.stands_in_for) for job in fired.print_all("cold")] == [
        ("K-2", ""), ("K-0001", "hot"),
    ]  # fmt: skip


def test_an_ill_printer_stands_in_for_nobody_and_leaves_it_to_the_next_along_the_row(fired: Any) -> None:
    ill(fired, "hot")
    ill(fired, "cold")
    fired.clock.pass_by(seconds=10)
    assert [taken(fired, name) for name in ("cold", "bar")] == [None, None]
    fired.clock.pass_by(seconds=10)
    assert standing(fired) == {"hot": "bar", "cold": "bar"}
    assert taken(fired, "cold") is None
    assert taken(fired, "bar").stands_in_for == "hot"


def test_fallbacks_that_lead_in_a_circle_end_with_nobody(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]
) -> None:
    circle = (PrinterFacts("a", ("kitchen",), fallback="b"), PrinterFacts("b", (), fallback="a"))
    counter = open_counter(replace(shop, printers=circle))
    fire(counter, heard)
    for name in "ab":
        counter.do(spool.set_aside, name)
    assert standing(counter) == {}
    assert [taken(counter, name) for name in "ab"] == [None, None]


def test_what_the_fallback_cannot_print_either_is_given_back(fired: Any) -> None:
    ill(fired, "hot")
    fired.clock.pass_by(seconds=30)
    later = fired.clock.now.replace(minute=10)
    fired.do(spool.held, taken(fired, "cold"), "cover_open", later)
    ill(fired, "cold", "cover_open")
    [ticket] = fired.ask(backlog.tickets)
    assert (ticket.state, ticket.taken_by, ticket.stands_in_for) == ("queued", "", "")
    assert taken(fired, "cold") is None
    assert taken(fired, "hot").stands_in_for == ""


def test_after_a_crash_each_printer_asks_only_about_what_it_took(fired: Any) -> None:
    fired.do(spool.set_aside, "hot")
    taken(fired, "cold")
    assert fired.do(spool.recover, "hot") == 0
    assert fired.do(spool.recover, "cold") == 1
    assert [row.state for row in fired.ask(backlog.tickets)] == ["unknown"]


def test_what_another_printed_is_written_down_with_both_names(fired: Any) -> None:
    fired.do(spool.set_aside, "hot")
    fired.do(spool.printed, taken(fired, "cold"), "process-id")
    line = fired.ask(timeline, fired.order().id)[-1]
    assert (line.act, line.facts["printer"], line.facts["stands_in_for"]) == ("printed", "cold", "hot")


def test_a_printer_set_aside_prints_nothing_until_it_is_taken_back(fired: Any) -> None:
    assert fired.do(spool.set_aside, "hot")
    assert not fired.do(spool.set_aside, "hot")
    [row, *_] = fired.ask(backlog.printers, fired.store.shop, fired.clock.now)
    assert (row.aside, row.aside_by, row.fallback, row.stands_in) == (fired.clock.now, "小王", "cold", "cold")
    assert fired.do(spool.claim, "hot", True) is None
    assert fired.do(spool.take_back, "hot")
    assert not fired.do(spool.take_back, "hot")
    assert standing(fired) == {}
    assert taken(fired, "hot") is not None


def test_setting_a_printer_aside_changes_nothing_of_how_it_is(fired: Any) -> None:
    ill(fired, "hot")
    fired.do(spool.set_aside, "hot")
    fired.do(spool.take_back, "hot")
    row = fired.ask(backlog.printers, fired.store.shop, fired.clock.now)[0]
    assert (row.state, row.cause, row.aside) == ("needs_you", "paper_out", None)


def test_only_a_printer_that_there_is_can_be_set_aside(fired: Any) -> None:
    with pytest.raises(Refused) as refusal:
        fired.do(spool.set_aside, "attic")
    assert (refusal.value.code, refusal.value.facts["printers"]) == ("no_such_printer", "hot, cold, bar")


def test_the_next_look_is_when_an_ill_printers_tickets_are_left_to_another(fired: Any) -> None:
    shop = fired.store.shop
    assert fired.ask(next_look, shop, fired.clock.now) is None
    ill(fired, "hot")
    fallen = fired.clock.now
    assert (fired.ask(next_look, shop, fallen) - fallen).total_seconds() == 20
    fired.clock.pass_by(seconds=20)
    assert fired.ask(next_look, shop, fired.clock.now) is None


def test_orders_are_accepted_by_themselves_while_another_stands_in_for_the_kitchens(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]
) -> None:
    channel = replace(shop.channels["fankahui"], auto_accept=True)
    counter = open_counter(replace(shop, printers=ROW, channels={"fankahui": channel}))
    ill(counter, "hot")
    counter.hear(heard("R1"))
    counter.clock.pass_by(seconds=20)
    counter.hear(heard("R2"))
    counter.do(spool.set_aside, "cold")
    counter.do(spool.set_aside, "bar")
    counter.hear(heard("R3"))
    statuses = [counter.order(name).status.value for name in ("R1", "R2", "R3")]
    assert statuses == ["placed", "accepted", "placed"]


@pytest.mark.parametrize(
    ("kind", "goes_to"),
    [
        ("kitchen", "cook"),
        ("cancel", "cook"),
        ("note", "cook"),
        ("expediter", "pass"),
        ("delivery", "bag"),
        ("settlement", "till"),
        ("refund", "till"),
        ("report", "office"),
    ],
)
def test_what_waited_for_a_printer_that_is_gone_goes_to_one_that_prints_its_kind(
    open_counter: Callable[[Shop], Any], shop: Shop, kind: str, goes_to: str
) -> None:
    prints = {"cook": "kitchen", "pass": "expediter", "bag": "delivery", "till": "settlement"}
    names = tuple(PrinterFacts(name, (what,)) for name, what in {**prints, "office": "report"}.items())
    counter = open_counter(replace(shop, printers=names))
    ticket = counter.do(tickets.queue, tickets.Draft("K-1", kind, "old", {}, ()))
    [row] = counter.ask(backlog.tickets)
    assert (row.state, row.error) == ("failed", "no_printer")
    assert counter.do(tickets.retry, ticket)
    [row] = counter.ask(backlog.tickets)
    assert (row.state, row.printer, row.stands_in_for) == ("queued", goes_to, "")


def test_a_test_page_waits_for_its_own_printer_and_nobody_stands_in(fired: Any) -> None:
    fired.do(spool.set_aside, "hot")
    fired.do(tickets.try_printer, "hot", {"kind": "test", "printer": "hot"})
    ill(fired, "cold", "")
    first = taken(fired, "cold")
    assert (first and first.number, taken(fired, "cold")) == ("K-0001", None)
    fired.do(spool.take_back, "hot")
    page = taken(fired, "hot")
    assert page is not None
    assert (page.number, page.facts["number"], page.stands_in_for) == ("T-0001", "T-0001", "")


def test_what_is_left_of_a_printer_goes_to_its_fallback_else_to_one_of_its_kind(fired: Any) -> None:
    fired.do(tickets.try_printer, "hot", {"kind": "test", "printer": "hot"})
    assert fired.do(tickets.hand_over, "hot") == 1
    assert [row.printer for row in fired.ask(backlog.tickets)] == ["cold", "hot"]
    assert tickets.heir(fired.store.shop, "bar", "kitchen") == "hot"
    assert tickets.heir(fired.store.shop, "bar", "settlement") == ""


def test_a_printer_that_is_renamed_keeps_its_tickets_and_stays_aside(fired: Any) -> None:
    fired.do(spool.set_aside, "hot")
    fired.do(spool.strand, "hot")
    fired.do(spool.set_aside, "hot")
    assert fired.do(tickets.hand_over, "hot", "cold") == 1
    [row] = fired.ask(backlog.tickets)
    assert (row.printer, row.state, row.error) == ("cold", "queued", "")
    assert taken(fired, "cold") is None
    assert fired.do(tickets.hand_over, "hot", "cold") == 0
