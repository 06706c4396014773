"""What a spreadsheet gets of a day: every cell as it is, with its moment and its currency."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime

import pytest

from pos.reconciled import Reconciliation, Row, as_csv
from pos.words import Words
from sync.reconcile import Pair, Side, Theirs

AT = datetime(2026, 11, 21, 10, 42, 5, tzinfo=UTC)
WORDS = Words("en_US", timezone="Asia/Shanghai")


def written(*rows: Row) -> list[dict[str, str]]:
    """Return what stands in the spreadsheet, by the heads of its columns."""
    found = Reconciliation("web", date(2026, 11, 21), AT, rows, Theirs({}))
    return list(csv.DictReader(as_csv(WORDS, found).splitlines()))


def row(number: str, remote_id: str = "r1", currency: str = "CNY", payment: str = "paid") -> Row:
    """Return an order that is alike on both sides."""
    ours, theirs = (Side("paid", said, 1250, currency, number) for said in ("paid", payment))
    return Row(Pair(remote_id, ours, theirs, ()), placed_at=AT)


def test_amounts_of_two_currencies_are_told_apart() -> None:
    rows = written(row("A"), row("B", currency="KRW"))
    assert [(each["Total, Here"], each["Currency"]) for each in rows] == [("12.50", "CNY"), ("1250", "KRW")]


def test_the_moment_of_an_order_is_on_the_shops_clock() -> None:
    assert written(row("A"))[0]["Placed"] == "2026-11-21 18:42:05"
    assert written(row("A")._replace(placed_at=None))[0]["Placed"] == ""


@pytest.mark.parametrize("number", ["001", "1234567890123456", "12e5", "1.5E+3", "-007", "3-4", "=1+1"])
def test_a_number_that_a_spreadsheet_would_spoil_stays_text(number: str) -> None:
    [line] = written(row(number, number))
    assert (line["Order"], line["Number there"]) == (f"'{number}", f"'{number}")


@pytest.mark.parametrize("number", ["12", "123456789012345", "A-001", "0", "12e", "e5", "2026112100000001x"])
def test_any_other_number_is_as_it_is(number: str) -> None:
    [line] = written(row(number, number))
    assert (line["Order"], line["Number there"]) == (number, number)


def test_an_amount_stays_a_number() -> None:
    ours, theirs = (Side("paid", "paid", total, "CNY", "A") for total in (50, 5))
    [line] = written(Row(Pair("r1", ours, theirs, ("amount",))))
    assert (line["Total, Here"], line["Total, There"], line["Difference"]) == ("0.50", "0.05", "-0.45")


def test_a_payment_that_a_service_knows_nothing_of_is_left_empty() -> None:
    [line] = written(row("A", payment=""))
    assert (line["Payment, Here"], line["Payment, There"]) == ("paid", "")
