"""What the kitchen is told: tickets by station, then only what changed, and CANCEL for what may cook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal, NamedTuple
from uuid import UUID

from pos.actions.tickets import paper_language, queue, words
from pos.domain.order import Line, Order, OrderType
from pos.store.spool import Draft, Ticket
from pos.store.tx import Tx
from printing.tickets import KitchenLine, KitchenTicket, to_json

Change = Literal["add", "cancel", "note"]


#: Stands for the dishes of an order that has none.
_NO_LINE = Line("", "", 1)


class Part(NamedTuple):
    """What one printer is told of one line: how many more of it, or fewer. No printer: "" (none fits)."""

    printer: str
    line: Line
    change: int


def fire(tx: Tx, order: Order) -> None:
    """Queue the kitchen tickets of an order: one for each printer that has a dish of it.

    An order may come without any line, all of it in its memo: that too is a ticket.
    """
    parts = [Part(printer, line, line.quantity) for line in order.lines for printer in _printers(tx, line)]
    _tell_kitchen(tx, order, parts, difference=False)
    if not parts:
        _tell_bare(tx, order, _printers(tx, _NO_LINE), change=None)


def tell_difference(tx: Tx, order: Order) -> None:
    """Queue what the kitchen does not know yet: dishes added and canceled since it was last told."""
    known = told(tx, order.id)
    wanted: dict[str, Part] = {}
    for line in order.lines:
        before = wanted.get(_key(line), Part("", line, 0))
        wanted[_key(line)] = Part("", line, before.change + line.quantity)
    more = [
        Part(printer, line, quantity - (known[key, printer].change if (key, printer) in known else 0))
        for key, (_, line, quantity) in wanted.items()
        for printer in [where for of, where in known if of == key] or _printers(tx, line)
    ]
    gone = [part._replace(change=-part.change) for (key, _), part in known.items() if key not in wanted]
    _tell_kitchen(tx, order, [part for part in (*more, *gone) if part.change], difference=True)


def call_off(tx: Tx, order: Order, reason: str) -> None:
    """Tell the kitchen that an order is off: drop what never left, and print CANCEL for what may have."""
    for ticket in _kitchen(tx, order.id):
        never_left = ("queued", "failed")
        if tx.spool.mark(ticket.id, never_left, state="dropped", error="order_canceled", done_at=tx.now):
            tx.touch("tickets")
    parts = [part._replace(change=-part.change) for part in told(tx, order.id).values() if part.change > 0]
    _tell_kitchen(tx, order, parts, difference=True, reason=reason)
    _tell_bare(tx, order, _told_bare(tx, order.id), change="cancel", reason=reason)


def tell_note(tx: Tx, order: Order, message: str) -> None:
    """Queue a NOTE ticket for every printer that has been told of the order."""
    printers = {part.printer for part in told(tx, order.id).values() if part.change > 0}
    _tell_bare(tx, order, sorted(printers | _told_bare(tx, order.id)), change="note", memo=(message,))


def _tell_bare(
    tx: Tx,
    order: Order,
    printers: Collection[str],
    *,
    change: Change | None,
    reason: str = "",
    memo: tuple[str, ...] = (),
) -> None:
    """Queue a ticket without dishes for each of these printers."""
    for part, printer in enumerate(printers, start=1):
        nth = part, len(printers)
        _queue_kitchen(tx, order, printer, [], nth, change=change, reason=reason, memo=memo)


def _told_bare(tx: Tx, order_id: UUID) -> set[str]:
    """Return the printers that were told of an order without any line."""
    known = _telling(_kitchen(tx, order_id))
    return {ticket.printer for ticket in known if ticket.kind == "kitchen" and not ticket.told}


def told(tx: Tx, order_id: UUID) -> dict[tuple[str, str], Part]:
    """Return what the kitchen may know of an order: how many of each line, by its key and printer."""
    known: dict[tuple[str, str], Part] = {}
    for ticket in _telling(_kitchen(tx, order_id)):
        for line_id, change, name, options, note in ticket.told:
            line = Line(line_id, name, abs(change), options=tuple(options), note=note)
            place = _key(line), ticket.printer
            known[place] = Part(ticket.printer, line, change + (known[place].change if place in known else 0))
    return known


def _telling(tickets: Sequence[Ticket]) -> Iterable[Ticket]:
    """Return one copy of each ticket that may have come out, or will: a second copy tells nothing new."""
    first: dict[str, Ticket] = {}
    for ticket in tickets:
        if ticket.telling:
            first.setdefault(ticket.number, ticket)
    return first.values()


def _kitchen(tx: Tx, order_id: UUID) -> list[Ticket]:
    return [ticket for ticket in tx.spool.of_order(order_id) if ticket.kind in ("kitchen", "cancel", "note")]


def _key(line: Line) -> str:
    return "\0".join((line.id, line.name, *line.options, line.note))


def _tell_kitchen(tx: Tx, order: Order, parts: Sequence[Part], *, difference: bool, reason: str = "") -> None:
    by_printer: dict[str, list[Part]] = {}
    for part in parts:
        by_printer.setdefault(part.printer, []).append(part)
    for nth, (printer, mine) in enumerate(by_printer.items(), start=1):
        change: Change | None = "add" if any(part.change > 0 for part in mine) else "cancel"
        change = change if difference else None
        _queue_kitchen(tx, order, printer, mine, (nth, len(by_printer)), change=change, reason=reason)


def station(tx: Tx, line: Line) -> str:
    """Return the station that cooks a line: its own, else the shop's for that dish, else none."""
    return line.station or tx.shop.stations.get(line.item_id) or tx.shop.stations.get(line.name) or ""


def _printers(tx: Tx, line: Line) -> tuple[str, ...]:
    """Return the printers of a line's station, else those that print for all, else "" that nobody has."""
    kitchen = tx.shop.printers_for("kitchen")
    where = station(tx, line)
    own = [printer for printer in kitchen if where and where in printer.stations]
    every = [printer for printer in kitchen if "*" in printer.stations]
    return tuple(printer.name for printer in own or every or kitchen[:1]) or ("",)


def _queue_kitchen(
    tx: Tx,
    order: Order,
    printer: str,
    parts: Sequence[Part],
    nth: tuple[int, int],
    *,
    change: Change | None,
    reason: str = "",
    memo: tuple[str, ...] = (),
) -> None:
    number = f"K-{tx.numbers.next('K'):04d}"
    before = [known.number for known in _telling(_kitchen(tx, order.id)) if known.printer == printer]
    facts = KitchenTicket(
        **_heading(tx, order),
        number=number,
        change=change,
        station=" ".join(sorted({station(tx, part.line) for part in parts} - {""})),
        lines=tuple(_kitchen_line(part, marked=change is not None) for part in parts),
        memo=memo or (_memo(order) if change is None else ()),
        reason=reason,
        part=nth,
        previous=before[-1] if before else "",
    )
    kind = change if change in ("cancel", "note") else "kitchen"
    said = tuple((p.line.id, p.change, p.line.name, p.line.options, p.line.note) for p in parts)
    queue(tx, Draft(number, kind, printer, to_json(facts), (order.id,), said, buzzer=True))


def _heading(tx: Tx, order: Order) -> dict[str, Any]:
    """Return the facts that say whose ticket it is, on each that an order leaves."""
    say = words(tx)
    return {
        "language": paper_language(tx),
        "order_number": order.number,
        "order_type": order.type.value,
        "channel": "" if order.own else say.channel(order.channel),
        "table": order.table,
        "address": order.guest.address if order.type is OrderType.DELIVER else "",
        "at": say.clock(tx.now),
        "promised": say.clock(order.due_at) if order.due_at else "",
        "fired_by": say.person(tx.who.name),
    }


def _kitchen_line(part: Part, *, marked: bool) -> KitchenLine:
    change: Literal["add", "cancel"] = "add" if part.change > 0 else "cancel"
    return KitchenLine(
        name=part.line.name,
        quantity=abs(part.change),
        options=part.line.options,
        note=part.line.note,
        change=change if marked else None,
    )


def _memo(order: Order) -> tuple[str, ...]:
    return tuple(note.message for note in order.memo if note.message)
