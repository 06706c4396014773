"""What tickets of an order that is cooked have in common: where each dish is cooked, and how it is said."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pos.actions.tickets import paper_language, words
from pos.domain.order import Line, Order, OrderType
from pos.store.tx import Tx
from printing.tickets import KitchenLine

Change = Literal["add", "cancel", "note"]


class Part(NamedTuple):
    """What one printer is told of one line: how many more of it, or fewer. No printer: "" (none fits)."""

    printer: str
    line: Line
    change: int


def key(line: Line) -> str:
    """Return what makes a line another dish to its cook: what it is, and how it is wanted."""
    return "\0".join((line.id, line.name, *line.options, line.note, *line.contents))


def station(tx: Tx, line: Line) -> str:
    """Return the station that cooks a line: its own, else the shop's for that dish, else none."""
    return line.station or tx.shop.stations.get(line.item_id) or tx.shop.stations.get(line.name) or ""


def printers(tx: Tx, line: Line) -> tuple[str, ...]:
    """Return the printers of a line's station, else those that print for all, else "" that nobody has."""
    kitchen = tx.shop.printers_for("kitchen")
    where = station(tx, line)
    own = [printer for printer in kitchen if where and where in printer.stations]
    every = [printer for printer in kitchen if "*" in printer.stations]
    return tuple(printer.name for printer in own or every or kitchen[:1]) or ("",)


def heading(tx: Tx, order: Order) -> dict[str, Any]:
    """Return the facts that say whose ticket it is, on each that an order leaves.

    Where delivery slips are printed, the guest's address is on those alone.
    """
    say = words(tx)
    brought = order.type is OrderType.DELIVER and not tx.shop.printers_for("delivery")
    return {
        "language": paper_language(tx),
        "order_number": order.number,
        "order_type": order.type.value,
        "channel": "" if order.own else say.channel(order.channel),
        "table": order.table,
        "address": order.guest.address if brought else "",
        "at": say.clock(tx.now),
        "promised": say.clock(order.due_at) if order.due_at else "",
        "fired_by": say.person(tx.who.name),
    }


def memo(tx: Tx, order: Order) -> tuple[str, ...]:
    """Return what was written about an order, entry by entry, and last what goes back with it."""
    written = tuple(note.message for note in order.memo if note.message and not note.fact)
    return (*written, *_going_back(tx, order))


def _going_back(tx: Tx, order: Order) -> tuple[str, ...]:
    """Return what whoever packs or brings an order is to know of what goes back: it is no dish of theirs."""
    if not order.going_back:
        return ()
    say = words(tx).say
    goods = say("board.and").join(f"{line.name} ×{line.quantity}" for line in order.going_back)
    return (say("board.going_back", lines=goods),)


def dish(line: Line, quantity: int | None = None, *, marked: bool = False) -> KitchenLine:
    """Return a line as it stands on paper; `quantity` more or fewer of it, `marked` with which of both."""
    many = line.quantity if quantity is None else quantity
    change: Literal["add", "cancel"] = "add" if many > 0 else "cancel"
    return KitchenLine(
        name=line.name,
        quantity=abs(many),
        options=line.options,
        contents=line.contents,
        note=line.note,
        change=change if marked else None,
    )
