"""The facts of every ticket, as data that goes to JSON and back: a reprint is exact.

All money and time arrive already formatted as text for the shop's language; labels and layout are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from printing.tickets.facts import Facts, Language
from printing.tickets.money import (
    BillTicket,
    Cash,
    Coins,
    PaymentLine,
    Refund,
    Series,
    SettledLine,
    SettledOrder,
    Settlement,
    ShiftReport,
    Sum,
)
from printing.tickets.orders import (
    DeliverySlip,
    ExpediterTicket,
    KitchenLine,
    KitchenPart,
    KitchenTicket,
    OrderTicket,
    StationDishes,
)
from printing.tickets.trial import TestPage

__all__ = [
    "FIRST", "BillTicket", "Cash", "Coins", "Copy", "DeliverySlip", "ExpediterTicket", "Facts", "KitchenLine",
    "KitchenPart", "KitchenTicket", "Language", "Mark", "OrderTicket", "PaymentLine", "Refund", "Series",
    "SettledLine", "SettledOrder", "Settlement", "ShiftReport", "StationDishes", "Sum", "TestPage", "Ticket",
    "from_json", "to_json",
]  # fmt: skip

Ticket = KitchenTicket | ExpediterTicket | DeliverySlip | Settlement | Refund | ShiftReport | TestPage
_TICKET: TypeAdapter[Ticket] = TypeAdapter(Annotated[Ticket, Field(discriminator="kind")])

#: Why a copy is marked. `reprint`: asked for again. `duplicate`: an earlier copy may have come out.
Mark = Literal["reprint", "duplicate"]


class Copy(NamedTuple):
    """Which paper of a ticket this is: its count, why it is marked, and the printer that it stands in for."""

    number: int = 1
    mark: Mark | None = None
    stands_in_for: str = ""


#: The first paper of a ticket, from its own printer.
FIRST = Copy()


def from_json(facts: Mapping[str, Any]) -> Ticket:
    """Return a ticket's facts from what `to_json` gave; raises pydantic.ValidationError."""
    return _TICKET.validate_python(facts)


def to_json(ticket: Facts) -> dict[str, Any]:
    """Return the facts as plain JSON data."""
    return ticket.model_dump(mode="json", exclude_defaults=False)
