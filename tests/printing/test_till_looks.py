"""What the till prints: bills, what goes back, and what a shift came to."""

from __future__ import annotations

from typing import Any

import pytest

from printing.document import BIG, TALL, Text
from printing.looks import document
from printing.profiles import profile
from printing.render import to_text
from printing.tickets import Series, ShiftReport, Sum, from_json, to_json

Tickets = dict[str, dict[str, Any]]


def lines(facts: dict[str, Any], paper: int = 80) -> list[str]:
    return to_text(facts, profile(paper)).splitlines()


def line_with(facts: dict[str, Any], what: str, paper: int = 80) -> str:
    return next(line for line in lines(facts, paper) if what in line)


def report(**facts: Any) -> dict[str, Any]:
    said = {"language": "en_US", "number": "R-1", "report": "Z", "shop": "Fan Ying", "total": "$1.00"}
    return to_json(ShiftReport(**said | facts))


def test_the_price_of_one_stands_beside_the_quantity_where_there_is_room(tickets: Tickets) -> None:
    assert line_with(tickets["settlement-zh"], "啤酒").split() == ["啤酒", "12.00", "×2", "24.00"]
    assert line_with(tickets["settlement-zh"], "啤酒", 58).split() == ["啤酒", "×2", "24.00"]
    assert "单价 12.00" in to_text(tickets["settlement-zh"], profile(58))


@pytest.mark.parametrize("paper", [58, 80])
def test_a_deal_price_stands_with_the_price_that_it_replaces(paper: int, tickets: Tickets) -> None:
    text = to_text(tickets["settlement-zh"], profile(paper))
    assert "原价 20.00" in text
    assert text.count("16.20") == 2


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("language", ["zh", "ko", "en"])
def test_a_refund_says_both_bills_how_much_which_way_and_why(
    language: str, paper: int, tickets: Tickets
) -> None:
    facts = tickets[f"refund-{language}"]
    text = to_text(facts, profile(paper))
    said = (facts["bill"], facts["refunds"], facts["reason"], facts["cashier"], facts["approved_by"])
    assert [one for one in said if one not in text] == []
    assert all(payment["amount"] in text for payment in facts["payments"])
    assert "____" in text


def test_a_refund_that_nobody_signs_has_no_line_for_it(tickets: Tickets) -> None:
    assert "____" not in to_text({**tickets["refund-en"], "signature": False}, profile(58))


def test_the_line_to_sign_on_fits_on_one_line(tickets: Tickets) -> None:
    for name in ("refund-zh", "refund-ko", "refund-en"):
        assert sum("__" in line for line in lines(tickets[name], 58)) == 1


@pytest.mark.parametrize(("differs", "sizes"), [(True, {BIG}), (False, set())])
def test_a_difference_in_the_drawer_is_large_and_none_is_small(
    differs: bool, sizes: set[Any], tickets: Tickets
) -> None:
    cash = {**tickets["report-z-en"]["cash"], "difference": "-10.00", "differs": differs}
    items = document(from_json({**tickets["report-z-en"], "cash": cash})).items
    banners = [item for item in items if isinstance(item, Text) and "DIFFERENCE" in item.text]
    assert {item.style._replace(inverse=False) for item in banners} == sizes
    assert all(item.style.inverse for item in banners)


def test_a_drawer_that_nobody_counted_is_said_to_be_so(tickets: Tickets) -> None:
    assert line_with(tickets["report-x-ko"], "센 금액").split()[-2:] == ["세지", "않음"]


def test_numbers_that_no_paper_has_are_named(tickets: Tickets) -> None:
    text = to_text(tickets["report-z-zh"], profile(58))
    assert "缺 K-0401 K-0402" in text
    assert text.count("无缺号") == 2


def test_an_open_shift_says_that_its_figures_will_change(tickets: Tickets) -> None:
    assert "바뀝니다" in to_text(tickets["report-x-ko"], profile(58))
    assert "班次未结" not in to_text(tickets["report-z-zh"], profile(58))


def test_a_report_without_a_section_has_no_title_for_it() -> None:
    text = to_text(report(), profile(58))
    assert all(title not in text for title in ("By hour", "Refunds", "Numbers used", "Journal"))


def test_figures_of_a_report_stand_below_each_other() -> None:
    sums = (Sum(label="cash", count=3, amount="9.00"), Sum(label="card", count=120, amount="1,200.00"))
    printed = lines(report(methods=sums))
    first, second = (next(line for line in printed if line.endswith(one.amount)) for one in sums)
    assert len(first) == len(second)
    assert first.index("3") == second.index("0")  # both end in the same column


@pytest.mark.parametrize("paper", [58, 80])
def test_a_report_with_everything_at_its_limit_still_fits(paper: int) -> None:
    sums = tuple(Sum(label="무엇" * 40, count=9_999, amount="9,999,999.99") for _ in range(60))
    numbers = tuple(f"K-{number:04}" for number in range(100))
    facts = report(hours=sums, series=(Series(kind="kitchen", first="K-1", last="K-9", missing=numbers),))
    text = to_text(facts, profile(paper))
    assert text.count("9999  9,999,999.99") == 60
    assert "K-0099" in text


def test_the_total_of_a_bill_is_its_largest_figure(tickets: Tickets) -> None:
    items = document(from_json(tickets["settlement-en"])).items
    tall = [cell.text for item in items for cell in getattr(item, "cells", ()) if cell.style == TALL]
    assert tall == ["TOTAL", "$102.20"]


def test_goods_without_prices_have_no_line_for_a_total(tickets: Tickets) -> None:
    bare = {**tickets["settlement-en"], "total": ""}
    assert any(line.startswith("TOTAL") for line in lines(tickets["settlement-en"]))
    assert not any(line.startswith("TOTAL") for line in lines(bare))
