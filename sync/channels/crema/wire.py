"""CREMA's documents: sub-orders, the orders they belong to, unpaid orders and tokens."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator

from sync.documents import Document, Odd, Text, Time, Whole, many, one, text, whole
from sync.money import places

#: What a token without a known end could at most be kept for, in seconds; a longer life is no life.
_LONGEST_LIFE = 10**9


def pairs(value: object) -> tuple[tuple[str, str], ...]:
    """Return options as key and value, from an object, from ``key:value`` texts, or from one such text."""
    match value:
        case dict():
            return tuple((text(key), text(each)) for key, each in value.items())
        case list():
            return tuple(pair for each in value for pair in pairs(each))
        case str() if value.strip():
            key, _, rest = value.partition(":")
            return ((key.strip(), rest.strip()),)
    return ()


def _lives(value: object) -> int | None:
    seconds = whole(value)
    return seconds if isinstance(seconds, int) and 0 < seconds <= _LONGEST_LIFE else None


Options = Annotated[tuple[tuple[str, str], ...], BeforeValidator(pairs)]


class Price(Document):
    """An amount: `cents` are the currency's minor units, so 45800 of KRW are 45,800 won."""

    cents: Whole = None
    currency_iso: Text = ""


class SubOrder(Document):
    """A line. A list's rows have only `id`, `code`, `product_id` and two times."""

    id: Text = ""
    code: Text = ""
    product_id: Text = ""
    product_code: Text = ""
    product_options: Options = ()
    product_count: Whole = None
    price: Annotated[Price, BeforeValidator(one)] = Price()
    status: Text = ""
    delivery_started_at: Time = None
    delivered_at: Time = None
    invoice: Text = ""
    delivery_service: Text = ""
    created_at: Time = None
    updated_at: Time = None
    reviews_count: Whole = None


class Order(Document):
    """An order's row, with the little that a list shows of its lines."""

    id: Text = ""
    code: Text = ""
    total_price: Annotated[Price, BeforeValidator(one)] = Price()
    user_code: Text = ""
    user_email: Text = ""
    username: Text = ""
    paid_at: Time = None
    updated_at: Time = None
    sub_orders: Annotated[tuple[SubOrder | Odd, ...], BeforeValidator(many)] = ()


class UnpaidOrder(Document):
    """An order whose transfer has not come in. Its ids and cents are texts."""

    id: Text = ""
    order_id: Text = ""
    order_code: Text = ""
    bank_name: Text = ""
    bank_account_no: Text = ""
    recipient_name: Text = ""
    sender_name: Text = ""
    unpaid_price_cents: Whole = None
    created_at: Time = None
    updated_at: Time = None


class Token(Document):
    """What a sign-in gives. `expires_in` (seconds) is in no document, and heeded where it comes."""

    access_token: Text = ""
    token_type: Text = ""
    expires_in: Annotated[int | None, BeforeValidator(_lives)] = None


def major(amount: int, currency: str) -> int | float:
    """Return an amount of minor units as the service takes prices: in the currency's major unit."""
    value = Decimal(amount).scaleb(-places(currency))
    return int(value) if value == value.to_integral_value() else float(value)
