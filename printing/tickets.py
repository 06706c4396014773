"""The facts of every ticket, as data that goes to JSON and back: a reprint is exact.

All money and time arrive already formatted as text for the shop's language; labels and layout are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Language = Literal["zh_CN", "ko_KR", "en_US"]


class Facts(BaseModel):
    """What every ticket has. `number` is the ticket's own (K-0412, S-0031); `language` is of its labels.

    A fact that is not known here is one of another version's, and no reason not to print a ticket again.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: Language = "zh_CN"
    number: str


class KitchenLine(BaseModel):
    """One dish. `change` is set on tickets that say a difference; `contents` are a kit's or combo's parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    quantity: int
    options: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    note: str = ""
    change: Literal["add", "cancel"] | None = None


class KitchenTicket(Facts):
    """The paper a station cooks from, or that says what changed since the last one (`change`).

    `order_type` is booking, deliver, eat_in or take_away; `at` and `promised` are clock times as text;
    `part` is (this, of) when one order leaves several tickets; `previous` is the ticket this one follows.
    """

    kind: Literal["kitchen"] = "kitchen"
    change: Literal["add", "cancel", "note"] | None = None
    order_number: str
    order_type: str
    station: str = ""
    channel: str = ""
    table: str = ""
    address: str = ""
    at: str = ""
    promised: str = ""
    lines: tuple[KitchenLine, ...] = ()
    memo: tuple[str, ...] = ()
    reason: str = ""
    fired_by: str = ""
    part: tuple[int, int] = (1, 1)
    previous: str = ""


class SettledLine(BaseModel):
    """One line on a settlement ticket; amounts as text, `deal_price` only where it differs from `price`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    quantity: int
    price: str
    amount: str
    deal_price: str = ""
    options: tuple[str, ...] = ()


class SettledOrder(BaseModel):
    """One order inside a deal: its short number, where it sat, its lines, and what else made its total."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    table: str = ""
    channel: str = ""
    lines: tuple[SettledLine, ...] = ()
    #: label key (discount, adjustment, service, delivery, tax) and amount
    extras: tuple[tuple[str, str], ...] = ()
    total: str = ""


class PaymentLine(BaseModel):
    """One payment: `method` is cash, weixin, alipay, prepay or the shop's own word."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str
    amount: str


class Settlement(Facts):
    """The paper the guest gets with a deal. `bill` is the bill number, `qr` what its QR code says."""

    kind: Literal["settlement"] = "settlement"
    shop: str
    shop_address: str = ""
    shop_phone: str = ""
    bill: str
    orders: tuple[SettledOrder, ...]
    total: str
    payments: tuple[PaymentLine, ...] = ()
    change: str = ""
    member: str = ""
    member_balance: str = ""
    at: str = ""
    cashier: str = ""
    qr: str = ""
    footer: str = ""


class TestPage(Facts):
    """A page that shows what a printer can do."""

    __test__ = False  # pytest: this is a ticket

    kind: Literal["test"] = "test"
    printer: str
    device: str
    at: str = ""
    settings: tuple[tuple[str, str], ...] = ()


Ticket = Annotated[KitchenTicket | Settlement | TestPage, Field(discriminator="kind")]
_TICKET: TypeAdapter[KitchenTicket | Settlement | TestPage] = TypeAdapter(Ticket)

#: Why a copy is marked. `reprint`: asked for again. `duplicate`: an earlier copy may have come out.
Mark = Literal["reprint", "duplicate"]


class Copy(NamedTuple):
    """Which paper of a ticket this is: its count, why it is marked, and the printer that it stands in for."""

    number: int = 1
    mark: Mark | None = None
    stands_in_for: str = ""


#: The first paper of a ticket, from its own printer.
FIRST = Copy()


def from_json(facts: Mapping[str, Any]) -> KitchenTicket | Settlement | TestPage:
    """Return a ticket's facts from what `to_json` gave; raises pydantic.ValidationError."""
    return _TICKET.validate_python(facts)


def to_json(ticket: Facts) -> dict[str, Any]:
    """Return the facts as plain JSON data."""
    return ticket.model_dump(mode="json", exclude_defaults=False)
