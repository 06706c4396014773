"""Figures at the till: too many digits never corrupt, and a guest's notes are offered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.payment import Amount
from pos.ui.till.till import Till

KEYS = st.lists(st.sampled_from([*"0123456789", "00", ".", "back"]), max_size=40)


def typed(keys, till=None):
    """Return the till after keys; a key that rings changes nothing."""
    till = till or Till("CNY", 5220)
    for key in keys:
        till = till.press(key) or till
    return till


@given(KEYS)
def test_whatever_is_typed_stays_a_figure_of_the_currency(keys):
    till = typed(keys)
    assert all(0 < part.amount < 10**9 for part in till.given)


def test_too_many_digits_ring_and_change_nothing():
    till = typed("1234567")
    assert till.press("8") is None
    assert till.given == (Amount("cash", 123456700),)


def test_a_third_decimal_rings():
    assert typed("36.20").press("5") is None


def test_won_have_no_decimals():
    assert Till("KRW", 23000).press(".") is None
    assert typed("25000", Till("KRW", 23000)).given == (Amount("cash", 25000),)


def test_a_leading_point_is_read_as_nought():
    assert typed(".5").given == (Amount("cash", 50),)


def test_exact_is_replaced_by_the_next_digit():
    till = typed("6", Till("CNY", 5220).fill(5220))
    assert till.figure == "6"


def test_a_cashless_method_begins_with_what_is_still_to_pay():
    till = typed("20").choose("weixin")
    assert till.given == (Amount("cash", 2000), Amount("weixin", 3220))


@pytest.mark.parametrize(
    ("currency", "due", "notes"),
    [("CNY", 5220, [6000, 10000]), ("CNY", 600, [1000, 5000]), ("KRW", 23000, [30000, 50000])],
)
def test_the_next_notes_are_offered(currency, due, notes):
    assert Till(currency, due).next_notes() == notes


def test_a_method_that_is_dropped_gives_nothing():
    assert typed("20").drop("cash").given == ()


def test_plus_adds_to_what_is_typed():
    till = typed("5").add(50)
    assert till is not None
    assert till.given == (Amount("cash", 5500),)
