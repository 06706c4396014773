"""Amounts in major units become minor ones exactly, or are said to be none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.documents import Odd
from sync.money import minor, places


@pytest.mark.parametrize(
    ("said", "currency", "amount"),
    [
        (30000, "KRW", 30000),
        ("30,000", "KRW", 30000),
        ("12.5", "USD", 1250),
        (12.3, "USD", 1230),
        (0.29, "USD", 29),
        ("1.234", "KWD", 1234),
        (0, "KRW", 0),
        (None, "KRW", None),
        ("", "KRW", None),
    ],
)
def test_an_amount_is_read_exactly(said: Any, currency: str, amount: int | None) -> None:
    assert minor(said, currency) == amount


@pytest.mark.parametrize("said", ["0.5", 0.5, -1, "-1", "NaN", "Infinity", "1e99", "x", [], {}, True, 10**30])
def test_what_is_no_amount_of_won_is_never_guessed(said: Any) -> None:
    assert isinstance(minor(said, "KRW"), Odd)


@given(amount=st.integers(0, 10**11), currency=st.sampled_from(["KRW", "USD", "KWD", "CNY"]))
def test_an_amount_that_is_written_out_comes_back(amount: int, currency: str) -> None:
    assert minor(str(Decimal(amount).scaleb(-places(currency))), currency) == amount
