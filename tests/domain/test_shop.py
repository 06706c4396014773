"""The shop's business day, and who prints what."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from pos.domain.shop import Ask, PrinterFacts, Shop

PRINTERS = (
    PrinterFacts("hot", ("kitchen",), ("hot",)),
    PrinterFacts("all", ("kitchen", "expediter")),
    PrinterFacts("front", ("settlement",)),
)
SHOP = Shop("泛盈总店", "CNY", "zh_CN", "Asia/Shanghai", day_starts=time(5, 30), printers=PRINTERS)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 20, 17, 30, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 21, 29, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 21, 30, tzinfo=UTC), date(2026, 11, 21)),
    ],
)
def test_a_sale_in_the_small_hours_belongs_to_the_evening_before(at: datetime, day: date) -> None:
    assert SHOP.business_day(at) == day


def test_a_kind_goes_only_to_printers_that_list_it() -> None:
    def names(*wanted: str) -> list[str]:
        return [printer.name for printer in SHOP.printers_for(*wanted)]

    assert names("kitchen") == ["hot", "all"]
    assert names("kitchen", "hot") == ["hot", "all"]
    assert names("kitchen", "cold") == ["all"]
    assert names("settlement") == ["front"]
    assert names("report") == []


@pytest.mark.parametrize(
    ("ask", "said", "wanted"),
    [
        (Ask("reason"), {}, True),
        (Ask("fee", when="why", among=frozenset({"A"})), {"why": "A"}, True),
        (Ask("fee", when="why", among=frozenset({"A"})), {"why": "B"}, False),
        (Ask("carrier", when="collect", among=frozenset({""})), {"collect": False}, True),
        (Ask("carrier", when="collect", among=frozenset({""})), {"collect": True}, False),
    ],
)
def test_a_field_is_asked_for_only_beside_what_it_belongs_to(
    ask: Ask, said: dict[str, object], *, wanted: bool
) -> None:
    assert ask.wanted(said) is wanted
