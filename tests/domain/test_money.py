"""Money in and out of text: exact, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain import money
from pos.domain.refusals import Refused


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("36.20", "CNY", 3620),
        ("36.2", "CNY", 3620),
        (" 50 ", "CNY", 5000),
        ("45800", "KRW", 45800),
        ("1.005", "KWD", 1005),
        ("0", "CNY", 0),
        ("36.200", "CNY", 3620),
    ],
)
def test_an_amount_is_read_in_major_units(text: str, currency: str, minor: int) -> None:
    assert money.parse(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("36.205", "CNY"), ("1.5", "KRW"), ("-5", "CNY"), ("12元", "CNY"), ("1e3", "CNY"), ("", "CNY"),
        ("1,000", "CNY"), ("NaN", "CNY"), ("9999999999999", "CNY"), ("1" * 5000, "CNY"), ("+5", "CNY"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_and_never_rounded(text: str, currency: str) -> None:
    with pytest.raises(Refused) as refused:
        money.parse(text, currency)
    assert refused.value.code == "bad_amount"
    assert len(str(refused.value.facts["amount"])) <= 40


@given(minor=st.integers(0, money.LARGEST // 1000), currency=st.sampled_from(["CNY", "KRW", "KWD", "USD"]))
def test_what_is_written_plain_reads_back_the_same(minor: int, currency: str) -> None:
    assert money.parse(money.plain(minor, currency), currency) == minor
