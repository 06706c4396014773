"""The facts of what an order leaves in the house: at its stations, at the pass, and in the courier's bag."""

from __future__ import annotations

from typing import Literal

from printing.tickets.facts import Facts, Piece


class KitchenLine(Piece):
    """One dish. `change` is set on tickets that say a difference; `contents` are a kit's or combo's parts."""

    name: str
    quantity: int
    options: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()
    note: str = ""
    change: Literal["add", "cancel"] | None = None


class OrderTicket(Facts):
    """What stands on each ticket of an order that is being cooked, or that says what `change`d of it.

    `order_type` is booking, deliver, eat_in or take_away; `at` and `promised` are clock times as text;
    `previous` is the ticket that this one follows.
    """

    change: Literal["add", "cancel", "note"] | None = None
    order_number: str
    order_type: str
    channel: str = ""
    table: str = ""
    address: str = ""
    at: str = ""
    promised: str = ""
    memo: tuple[str, ...] = ()
    reason: str = ""
    fired_by: str = ""
    previous: str = ""


class KitchenTicket(OrderTicket):
    """The paper a station cooks from. `part` is (this, of) when one order leaves several tickets."""

    kind: Literal["kitchen"] = "kitchen"
    station: str = ""
    lines: tuple[KitchenLine, ...] = ()
    part: tuple[int, int] = (1, 1)


class StationDishes(Piece):
    """What one station cooks of an order."""

    station: str
    lines: tuple[KitchenLine, ...]


class KitchenPart(Piece):
    """One of the kitchen tickets that an expediter's ticket goes with, and where it is cooked."""

    number: str
    station: str


class ExpediterTicket(OrderTicket):
    """The paper at the pass: the whole order as it is now, by station, to be ticked off as it comes.

    `changed` says what is new and what is off since the last one; an order that is off has nothing else.
    """

    kind: Literal["expediter"] = "expediter"
    changed: tuple[KitchenLine, ...] = ()
    stations: tuple[StationDishes, ...] = ()
    parts: tuple[KitchenPart, ...] = ()


class DeliverySlip(Facts):
    """What goes with the bag: where it goes, to whom, what is in it, and what is still to be collected.

    `order_number` is the shop's, `sequence_number` the channel's own; `due` is what the courier collects,
    empty where all is `paid` (by which method, as the shop calls it; empty where nobody knows).
    """

    kind: Literal["delivery"] = "delivery"
    shop: str
    shop_phone: str = ""
    order_number: str
    channel: str = ""
    sequence_number: str = ""
    at: str = ""
    promised: str = ""
    address: str = ""
    guest: str = ""
    phone: str = ""
    lines: tuple[KitchenLine, ...] = ()
    memo: tuple[str, ...] = ()
    total: str = ""
    paid: bool = False
    method: str = ""
    due: str = ""
    previous: str = ""
    qr: str = ""
