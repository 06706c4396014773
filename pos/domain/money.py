"""Money: integers in minor units with an ISO 4217 currency, never floats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from pos.domain.refusals import Refused

#: Decimals of the minor unit where they are not two (ISO 4217, table A.1).
DECIMALS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip

#: More than this is a slip of the finger (and stays far inside 64 bits when summed).
LARGEST = 10**13

_AMOUNT = re.compile(r"\d{1,13}(?:\.\d{1,3})?")


def decimals(currency: str) -> int:
    """Return how many decimals the currency's minor unit has."""
    return DECIMALS.get(currency, 2)


def parse(text: str, currency: str) -> int:
    """Return minor units of an amount written in major units (`36.20`); raises Refused, never rounds."""
    if not _AMOUNT.fullmatch(text.strip()):
        raise Refused("bad_amount", amount=text[:40], currency=currency)
    scaled = Decimal(text.strip()).scaleb(decimals(currency))
    if scaled != scaled.to_integral_value() or scaled > LARGEST:
        raise Refused("bad_amount", amount=text[:40], currency=currency)
    return int(scaled)


def plain(amount: int, currency: str) -> str:
    """Return an amount in major units without sign of currency, as `parse` reads it."""
    return f"{Decimal(amount).scaleb(-decimals(currency)):f}"


def one_currency(currencies: Iterable[str | None]) -> str | None:
    """Return the one currency among those given (None stands for no prices); raises Refused for two."""
    found = sorted({currency for currency in currencies if currency})
    if len(found) > 1:
        raise Refused("two_currencies", currencies=", ".join(found))
    return found[0] if found else None
