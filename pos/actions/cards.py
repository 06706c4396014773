"""No card number is ever kept: free text that looks like one is refused."""

from __future__ import annotations

import re

from pos.domain.refusals import Refused

_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def looks_like_card(text: str) -> bool:
    """Whether the text holds 13–19 digits with a valid check digit (ISO/IEC 7812-1, Luhn)."""
    return any(_luhn(re.sub(r"\D", "", found.group())) for found in _DIGITS.finditer(text))


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def refuse_card_number(text: str) -> None:
    """Raise Refused where a person typed what looks like a card number."""
    if looks_like_card(text):
        raise Refused("card_number")
