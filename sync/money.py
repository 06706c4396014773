"""Amounts as services write them, in the minor units of their currency."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from sync.documents import Odd

#: Decimal places of a currency's minor unit (ISO 4217) where they are not two.
_PLACES: Mapping[str, int] = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF",
         "XOF", "XPF"),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip

_MOST = Decimal(10**12)
_LONGEST = 40


def places(currency: str) -> int:
    """Return how many decimal places an amount of a currency (ISO 4217) has."""
    return _PLACES.get(currency, 2)


def minor(value: object, currency: str) -> int | Odd | None:
    """Return an amount in minor units from one in major units, as ``12.5`` or ``"1,000"``; None for nothing.

    Odd where it is no amount, is negative, or has more decimal places than the currency.
    """
    match value:
        case None | "":
            return None
        case bool():
            return Odd(value)
        case int() | float() | str():
            amount = _decimal(str(value).replace(",", ""))
            return Odd(value) if amount is None else _whole(amount.scaleb(places(currency)), value)
    return Odd(value)


def _decimal(text: str) -> Decimal | None:
    try:
        amount = Decimal(text) if len(text) <= _LONGEST else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and 0 <= amount <= _MOST else None


def _whole(amount: Decimal, value: object) -> int | Odd:
    return int(amount) if amount == amount.to_integral_value() else Odd(value)
