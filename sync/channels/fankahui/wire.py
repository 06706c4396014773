"""fankahui's documents: an order and all that is in it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sync.documents import Document as Anything
from sync.documents import Odd, Text, Time, Whole, many, one

#: Stands for a word that is none.
UNREADABLE = "?"


def settlement(value: object) -> dict[str, Any] | None:
    """Return a payment whose status is a word: one that cannot be read is never taken for unpaid."""
    if value is None:
        return None
    found = value if isinstance(value, dict) else {"status": value}
    status = found.get("status")
    return {**found, "status": status if isinstance(value, dict) and _is_word(status) else UNREADABLE}


def _is_word(value: object) -> bool:
    return value is None or isinstance(value, str)


class Document(Anything):
    """Anything in an answer, by the id and the name that most have."""

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
