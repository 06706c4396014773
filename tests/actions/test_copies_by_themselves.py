"""A kitchen ticket in doubt that nobody answers is printed again with the mark, where the shop wants that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import orders, spool, tickets
from pos.domain.shop import PrinterFacts, Shop
from pos.store import backlog
from pos.store.backlog import next_look
from pos.store.queries import timeline

PATIENCE = 60


def fire(counter: Any, heard: Callable[..., Any]) -> None:
    """Let an order come and be cooked."""
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id)
    counter.do(orders.execute, counter.order().id)


@pytest.fixture
def eager(open_counter: Callable[[Shop], Any], shop: Shop) -> Any:
    """A counter whose printers copy what is in doubt after a minute."""
    return open_counter(
        replace(shop, printers=tuple(replace(p, reprint_unknown_after=PATIENCE) for p in shop.printers))
    )


@pytest.fixture
def doubt(eager: Any, heard: Callable[..., Any]) -> Any:
    """The counter, with one kitchen ticket of which nobody knows whether it came out."""
    fire(eager, heard)
    eager.do(spool.unknown, eager.do(spool.claim, "kitchen", False), "line_broke")
    return eager


def states(counter: Any) -> list[tuple[int, str | None, str, str]]:
    return [(row.copy, row.mark, row.state, row.error) for row in counter.ask(backlog.tickets)]


def test_it_goes_again_with_the_mark_when_nobody_answered_in_time(doubt: Any) -> None:
    doubt.clock.pass_by(seconds=PATIENCE - 1)
    assert doubt.do(spool.claim, "kitchen", False) is None
    doubt.clock.pass_by(seconds=1)
    job = doubt.do(spool.claim, "kitchen", False)
    assert (job.number, job.copy, job.mark) == ("K-0001", 2, "duplicate")
    assert states(doubt) == [
        (1, None, "dropped", "copied_by_itself"), (2, "duplicate", "sending", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("back", [10, 600, 3600])
def test_it_goes_again_though_the_clock_is_put_back_meanwhile(doubt: Any, back: int) -> None:
    doubt.clock.pass_by(seconds=-back)
    jobs = []
    for _ in range(2):
        doubt.clock.pass_by(seconds=PATIENCE)
        jobs.append(doubt.do(spool.claim, "kitchen", False))
    assert [job.mark for job in jobs if job] == ["duplicate"]


def test_it_is_copied_once_and_then_left_to_a_person(doubt: Any) -> None:
    for _ in range(3):
        doubt.clock.pass_by(seconds=PATIENCE)
        if job := doubt.do(spool.claim, "kitchen", False):
            doubt.do(spool.unknown, job, "line_broke")
    assert [row[2] for row in states(doubt)] == ["dropped", "unknown"]


def test_the_journal_says_that_the_worker_copied_it(doubt: Any) -> None:
    doubt.clock.pass_by(seconds=PATIENCE)
    doubt.do(spool.claim, "kitchen", False)
    line = doubt.ask(timeline, doubt.order().id)[-1]
    assert (line.act, line.facts["mark"]) == ("ticket_copied", "duplicate")


def test_what_was_answered_is_not_copied(doubt: Any) -> None:
    doubt.do(tickets.answer, doubt.ask(backlog.tickets)[0].id, True)
    doubt.clock.pass_by(seconds=PATIENCE)
    assert doubt.do(spool.claim, "kitchen", False) is None


def test_what_was_called_off_is_not_copied(doubt: Any) -> None:
    doubt.do(orders.cancel, doubt.order().id, "guest left")
    doubt.clock.pass_by(seconds=PATIENCE)
    job = doubt.do(spool.claim, "kitchen", False)
    assert (job.number, job.facts["change"]) == ("K-0002", "cancel")
    assert states(doubt)[0][2] == "unknown"


def test_the_kitchen_is_still_told_of_a_cancel_when_the_copy_was_dropped_first(doubt: Any) -> None:
    doubt.clock.pass_by(seconds=PATIENCE)
    doubt.do(spool.claim, "kitchen", False)
    doubt.do(spool.recover, "kitchen")
    copy = doubt.ask(backlog.tickets)[-1]
    doubt.do(tickets.drop, copy.id, "the cook says so")
    doubt.do(orders.cancel, doubt.order().id, "guest left")
    assert doubt.ask(backlog.tickets)[-1].kind == "cancel"


def test_where_a_person_is_always_asked_nothing_is_copied(counter: Any, heard: Callable[..., Any]) -> None:
    fire(counter, heard)
    counter.do(spool.unknown, counter.do(spool.claim, "kitchen", False), "line_broke")
    counter.clock.pass_by(days=1)
    assert counter.do(spool.claim, "kitchen", False) is None


def test_nothing_a_guest_pays_from_is_copied_by_itself(eager: Any) -> None:
    draft = tickets.Draft("S-0001", "settlement", "front", {}, ())
    eager.do(tickets.queue, draft)
    eager.do(spool.unknown, eager.do(spool.claim, "front", False), "line_broke")
    eager.clock.pass_by(days=1)
    assert eager.do(spool.claim, "front", False) is None
    assert [row[2] for row in states(eager)] == ["unknown"]


def test_the_copy_of_a_printer_set_aside_goes_to_its_fallback(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]
) -> None:
    row = (
        PrinterFacts("hot", ("kitchen",), fallback="cold", reprint_unknown_after=PATIENCE),
        PrinterFacts("cold", ()),
    )
    counter = open_counter(replace(shop, printers=row))
    fire(counter, heard)
    counter.do(spool.unknown, counter.do(spool.claim, "hot", False), "line_broke")
    counter.do(spool.set_aside, "hot")
    counter.clock.pass_by(seconds=PATIENCE)
    assert counter.do(spool.claim, "hot", False) is None
    job = counter.do(spool.claim, "cold", False)
    assert (job.copy, job.mark, job.stands_in_for) == (2, "duplicate", "hot")


def test_the_next_look_is_when_the_shops_patience_ends(doubt: Any) -> None:
    asked = doubt.clock.now
    moment = doubt.ask(next_look, doubt.store.shop, asked)
    assert (moment - asked).total_seconds() == PATIENCE
    doubt.clock.pass_by(seconds=PATIENCE)
    assert doubt.ask(next_look, doubt.store.shop, doubt.clock.now) is None
