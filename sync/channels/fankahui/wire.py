"""fankahui's documents as they really come: any field may be missing, of another type, or unknown."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

#: Stands for a word that is none.
UNREADABLE = "?"

_LONGEST_TEXT = 500
_MOST = 10**12
_MILLISECONDS_FROM = 1e11
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Odd:
    """A value that is not what the documents promise, kept so that a person can be told."""

    def __init__(self, value: object) -> None:
        """Keep `value`; nothing is known of it."""
        self.value = value


def clean(value: Any) -> Any:
    """Return a JSON value without what no database takes: lone surrogates and NUL."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode().replace("\0", "")
        case list():
            return [clean(v) for v in value]
        case dict():
            return {clean(k): clean(v) for k, v in value.items()}
        case float() if not math.isfinite(value):
            return None
    return value


def whole(value: object) -> int | Odd | None:
    """Return a whole number that is not negative, Odd for anything else, None for nothing."""
    match value:
        case None | Odd():
            return value
        case bool():
            return Odd(value)
        case int() | float() if 0 <= value <= _MOST and value == int(value):
            return int(value)
        case str() if value.isascii() and value.isdigit() and len(value) < 13:
            return int(value)
    return Odd(value)


def time(value: object) -> datetime | Odd | None:
    """Return a time (UTC) from seconds or milliseconds since 1970, with or without fractions, or ISO 8601."""
    try:
        moment = _moment(value)
    except (ValueError, OverflowError, OSError):
        return Odd(value)
    if moment is None:
        return None
    return moment if _EARLIEST <= moment < _LATEST else Odd(value)


def _moment(value: object) -> datetime | None:
    match value:
        case None:
            return None
        case bool():
            raise ValueError
        case int() | float():
            seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
            return datetime.fromtimestamp(seconds, UTC)
        case str() if value.replace(".", "", 1).isdecimal():
            return _moment(float(value))
        case str():
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    raise ValueError


def text(value: object) -> str:
    """Return a text or a number as a text, and nothing for anything else."""
    match value:
        case str():
            return value.strip()[:_LONGEST_TEXT]
        case int() | float() if not isinstance(value, bool):
            return str(int(value) if _is_integer(value) else value)[:_LONGEST_TEXT]
    return ""


def _is_integer(value: float) -> bool:
    return abs(value) <= _MOST * 1000 and value == int(value)


def one(value: object) -> dict[str, Any]:
    """Return an object: itself, the first of a list, or one that has only the id which stands for it."""
    match value:
        case dict():
            return value
        case [dict() as first, *_]:
            return first
        case str() | int() if not isinstance(value, bool):
            return {"id": value}
    return {}


def many(value: object) -> tuple[Any, ...]:
    """Return a list of objects from a list or a single one; what is no object is Odd."""
    match value:
        case None:
            return ()
        case dict():
            return (value,)
        case list():
            return tuple(v if isinstance(v, dict) else Odd(v) for v in value)
    return (Odd(value),)


def settlement(value: object) -> dict[str, Any] | None:
    """Return a payment whose status is a word: one that cannot be read is never taken for unpaid."""
    if value is None:
        return None
    found = value if isinstance(value, dict) else {"status": value}
    status = found.get("status")
    return {**found, "status": status if isinstance(value, dict) and _is_word(status) else UNREADABLE}


def _is_word(value: object) -> bool:
    return value is None or isinstance(value, str)


Text = Annotated[str, BeforeValidator(text)]
Whole = Annotated[int | Odd | None, BeforeValidator(whole)]
Time = Annotated[datetime | Odd | None, BeforeValidator(time)]


class Document(BaseModel):
    """Anything in an answer; fields that are not named here are kept."""

    model_config = ConfigDict(extra="allow", arbitrary_types_allowed=True, frozen=True)

    id: Text = ""
    name: Text = ""


class Thing(Document):
    """What is on the menu. `price` in fen."""

    price: Whole = None


class Item(Document):
    """One line of an order. `dealPrice` in fen for one piece."""

    item: Annotated[Thing, BeforeValidator(one)] = Thing()
    dealPrice: Whole = None
    quantity: Whole = None


class Note(Document):
    """One entry of the memo thread. The message may be any length."""

    createdAt: Time = None
    message: object = None


class Account(Document):
    """A member's stored value, in fen."""

    balance: Whole = None


class Merchant(Document):
    """A membership of a guest at one merchant, in the short form."""

    merchantID: Text = ""
    memberID: Text = ""
    level: Text = ""
    balance: Whole = None
    point: Whole = None


class Customer(Document):
    """A guest: short as ordered, or expanded to a member after payment."""

    phone: Text = ""
    address: Text = ""
    level: Text = ""
    point: Whole = None
    merchants: Annotated[tuple[Merchant | Odd, ...], BeforeValidator(many)] = ()
    account: Annotated[Account | None, BeforeValidator(lambda v: one(v) or None)] = None


class Shop(Document):
    """The shop, short or expanded."""

    merchantID: Text = ""


class Receipt(Document):
    """Where a delivery goes."""

    phone: Text = ""
    address: Text = ""


class Payment(Document):
    """How and whether an order is paid."""

    type: Text = ""
    status: Text = ""


class Table(Document):
    """The table, by the code on it."""

    code: Text = ""


class Deal(Document):
    """The transaction that the service made of an order."""

    bill: Annotated[Document, BeforeValidator(one)] = Document()


class Order(Document):
    """An order as fankahui shows it. `fee` in fen; `updateAt` is their spelling."""

    status: Text = ""
    type: Text = ""
    createdAt: Time = None
    updateAt: Time = None
    payment: Annotated[Payment | None, BeforeValidator(settlement)] = None
    memo: object = None
    items: Annotated[tuple[Item | Odd, ...], BeforeValidator(many)] = ()
    fee: Whole = None
    sequenceNumber: Text = ""
    customer: Annotated[Customer, BeforeValidator(one)] = Customer()
    receipt: Annotated[Receipt, BeforeValidator(one)] = Receipt()
    openRes: Annotated[Table, BeforeValidator(lambda v: {"code": v} if isinstance(v, str) else one(v))] = (
        Table()
    )
    agent: Annotated[Document, BeforeValidator(one)] = Document()
    shop: Annotated[Shop, BeforeValidator(one)] = Shop()
    deal: Annotated[Deal | None, BeforeValidator(lambda v: one(v) or None)] = None


class Notes(BaseModel):
    """A memo thread, which may also come as one entry or one text."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    entries: Annotated[tuple[Note | Odd, ...], BeforeValidator(many)] = Field(default=())
