"""Five hundred tickets, with faults and kills: each one came out, and each second copy bears its mark."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2

from tests.journey.paper import check
from tests.journey.paper.evening import Evening, Printer
from tests.journey.paper.outages import Outage
from tests.journey.paper.roll import Sheet

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="counters are forked")

#: Each order leaves a kitchen ticket and a settlement.
ORDERS, TICKETS = 250, 500
#: A fault about every tenth ticket, a SIGKILL about every twenty-fifth order.
FAULT_EVERY, KILL_EVERY = 10, 25
#: Beside that, what puts the kitchen's printer out until the other one stands in, from which order on.
OUTAGES = {"off": 30, "paper_out": 90, "cover_open": 150, "unrecoverable": 200}


def test_every_ticket_comes_out_and_each_second_copy_bears_its_mark(tmp_path: Path) -> None:
    printer = Printer("kitchen", ("kitchen", "settlement"), f"random:20261121:{FAULT_EVERY}")
    with Evening(tmp_path, 20261121, [printer]) as evening:
        evening.live(ORDERS, KILL_EVERY)
        assert list(complaints(tmp_path, evening.sheets())) == []
        assert evening.faults("kitchen") >= TICKETS / FAULT_EVERY / 2
    assert evening.kills >= TICKETS / 50 / 2


def test_the_same_with_two_printers_of_which_one_stands_in_for_the_other(tmp_path: Path) -> None:
    printers = [
        Printer("kitchen", ("kitchen",), f"random:7:{FAULT_EVERY}", fallback="front"),
        Printer("front", ("settlement",), f"random:11:{FAULT_EVERY}"),
    ]
    with Evening(tmp_path, 7, printers) as evening:
        outages = [Outage("kitchen", word, order) for word, order in OUTAGES.items()]
        evening.live(ORDERS, KILL_EVERY, outages)
        assert evening.served >= ORDERS
        assert list(complaints(tmp_path, evening.sheets(), 2 * evening.served)) == []
        stood_in = [sheet for sheet in evening.rolls["front"].sheets() if sheet.stands_in_for]
        assert {sheet.stands_in_for for sheet in stood_in} == {"kitchen"}
        assert len(stood_in) >= len(OUTAGES)
        assert all(outage.is_over for outage in outages)
        assert not any(sheet.stands_in_for for sheet in evening.rolls["kitchen"].sheets())
        assert evening.faults("kitchen") + evening.faults("front") >= TICKETS / FAULT_EVERY / 2
    assert evening.kills >= TICKETS / 50 / 2


#: What is changed about good paper -> what is said of it.
FORGED: dict[str, Callable[[list[Sheet]], list[Sheet]]] = {
    "never came out": lambda sheets: sheets[1:],
    "2 times on paper": lambda sheets: [*sheets, sheets[0]],
    "more than once without a mark": lambda sheets: [*sheets, sheets[0]._replace(whole=False)],
    "another's mark": lambda sheets: [sheets[0]._replace(marked=True), *sheets[1:]],
    "0 times on paper": lambda sheets: [sheets[0]._replace(whole=False), *sheets[1:]],
}


def test_paper_that_is_missing_or_too_much_is_noticed(tmp_path: Path) -> None:
    printer = Printer("kitchen", ("kitchen", "settlement"), "random:1:1000000")
    with Evening(tmp_path, 1, [printer]) as evening:
        evening.live(3, KILL_EVERY)
        sheets = evening.sheets()
    assert list(complaints(tmp_path, sheets, 6)) == []
    for said, forge in FORGED.items():
        assert said in "; ".join(complaints(tmp_path, forge(sheets), 6))


def complaints(folder: Path, sheets: list[Sheet], tickets: int = TICKETS) -> Iterator[str]:
    """Yield all that is wrong with an evening, from the paper alone and then against the store's own rows."""
    rows = _rows(folder, "SELECT number, copy, state FROM tickets")
    numbers = {row["number"] for row in rows}
    if len(numbers) != tickets:
        yield f"{len(numbers)} tickets were asked for"
    for number in numbers - {sheet.number for sheet in sheets if sheet.whole}:
        yield f"{number} never came out"
    yield from check.complaints([(row["number"], row["copy"], row["state"]) for row in rows], sheets)


def _rows(folder: Path, query: str) -> list[dict[str, Any]]:
    """Ask the store's file itself, past everything of ours."""
    with dbapi2.connect(f"file:{folder / 'counter.db'}?mode=ro", uri=True) as connection:
        connection.row_factory = dbapi2.Row
        return [dict(row) for row in connection.execute(query)]
