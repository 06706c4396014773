"""What the kitchen is told: tickets by station, then only what changed, and CANCEL for what may cook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID

from pos.actions.tickets import paper_language, queue, words
from pos.domain.order import Line, Order, OrderType
from pos.domain.shop import PrinterFacts
from pos.store.spool import TELLING, Draft, Ticket
from pos.store.tx import Tx
from printing.tickets import KitchenLine, KitchenTicket, to_json

Change = Literal["add", "cancel", "note"]


def fire(tx: Tx, order: Order) -> None:
    """Queue the kitchen tickets of an order: one for each printer that has a dish of it."""
    _tell_kitchen(tx, order, [(line, line.quantity) for line in order.lines], change=None)


def tell_difference(tx: Tx, order: Order, reason: str = "") -> None:
    """Queue what the kitchen does not know yet: dishes added and canceled since it was last told."""
    known = told(tx, order.id)
    wanted = {_key(line): line for line in order.lines}
    gone = [(line, -quantity) for key, (line, quantity, _) in known.items() if key not in wanted and quantity]
    more = [(line, line.quantity - (known[key][1] if key in known else 0)) for key, line in wanted.items()]
    parts = [(line, delta) for line, delta in (*more, *gone) if delta]
    if parts:
        change: Change = "add" if any(delta > 0 for _, delta in parts) else "cancel"
        _tell_kitchen(tx, order, parts, change=change, reason=reason)


def call_off(tx: Tx, order: Order, reason: str) -> None:
    """Tell the kitchen that an order is off: drop what never left, and print CANCEL for what may have."""
    for ticket in _kitchen(tx, order.id):
        if tx.spool.mark(ticket.id, ("queued",), state="dropped", error="order_canceled", done_at=tx.now):
            tx.touch("tickets")
    by_printer: dict[str, list[tuple[Line, int]]] = {}
    for line, quantity, printer in told(tx, order.id).values():
        if quantity > 0:
            by_printer.setdefault(printer, []).append((line, -quantity))
    for part, (printer, parts) in enumerate(by_printer.items(), start=1):
        _queue_kitchen(tx, order, printer, parts, (part, len(by_printer)), change="cancel", reason=reason)


def tell_note(tx: Tx, order: Order, message: str) -> None:
    """Queue a NOTE ticket for every printer that has been told of the order."""
    printers = sorted({printer for _, quantity, printer in told(tx, order.id).values() if quantity > 0})
    for part, printer in enumerate(printers, start=1):
        _queue_kitchen(tx, order, printer, [], (part, len(printers)), change="note", memo=(message,))


def told(tx: Tx, order_id: UUID) -> dict[str, tuple[Line, int, str]]:
    """Return what the kitchen may know of an order: line, quantity and printer by the line's key."""
    known: dict[str, tuple[Line, int, str]] = {}
    for ticket in _kitchen(tx, order_id):
        if ticket.state not in TELLING or ticket.copy > 1:
            continue
        for line_id, delta, name, options, note in ticket.told:
            line = Line(line_id, name, abs(delta), options=tuple(options), note=note)
            before = known.get(_key(line))
            known[_key(line)] = (line, delta + (before[1] if before else 0), ticket.printer)
    return known


def _kitchen(tx: Tx, order_id: UUID) -> list[Ticket]:
    return [ticket for ticket in tx.spool.of_order(order_id) if ticket.kind in ("kitchen", "cancel", "note")]


def _key(line: Line) -> str:
    return "\0".join((line.id, line.name, *line.options, line.note))


def _tell_kitchen(
    tx: Tx, order: Order, parts: Sequence[tuple[Line, int]], *, change: Change | None, reason: str = ""
) -> None:
    by_printer: dict[str, list[tuple[Line, int]]] = {}
    for line, delta in parts:
        for printer in _printers(tx, line) or ("",):
            by_printer.setdefault(printer, []).append((line, delta))
    for part, (printer, mine) in enumerate(by_printer.items(), start=1):
        _queue_kitchen(tx, order, printer, mine, (part, len(by_printer)), change=change, reason=reason)


def station(tx: Tx, line: Line) -> str:
    """Return the station that cooks a line: its own, else the shop's for that dish, else none."""
    return line.station or tx.shop.stations.get(line.item_id) or tx.shop.stations.get(line.name) or ""


def _printers(tx: Tx, line: Line) -> tuple[str, ...]:
    """Return the printers of a line's station; where no station fits, of those that print for all."""
    kitchen = tx.shop.printers_for("kitchen")
    where = station(tx, line)
    own = [printer for printer in kitchen if where and where in printer.stations]
    every = [printer for printer in kitchen if "*" in printer.stations]
    return _names(own or every or list(kitchen[:1]))


def _names(printers: Iterable[PrinterFacts]) -> tuple[str, ...]:
    return tuple(printer.name for printer in printers)


def _queue_kitchen(
    tx: Tx,
    order: Order,
    printer: str,
    parts: Sequence[tuple[Line, int]],
    part: tuple[int, int],
    *,
    change: Change | None,
    reason: str = "",
    memo: tuple[str, ...] = (),
) -> None:
    say = words(tx)
    before = [ticket.number for ticket in _kitchen(tx, order.id) if ticket.printer == printer]
    number = f"K-{tx.numbers.next('K'):04d}"
    facts = KitchenTicket(
        language=paper_language(tx),
        number=number,
        change=change,
        order_number=order.number,
        order_type=order.type.value,
        station=" ".join(sorted({station(tx, line) for line, _ in parts} - {""})),
        channel="" if order.own else order.channel,
        table=order.table,
        address=order.guest.address if order.type is OrderType.DELIVER else "",
        at=say.clock(tx.now),
        promised=say.clock(order.due_at) if order.due_at else "",
        lines=tuple(_kitchen_line(line, delta, marked=change is not None) for line, delta in parts),
        memo=memo or (_memo(order) if change is None else ()),
        reason=reason,
        fired_by=tx.who.name,
        part=part,
        previous=before[-1] if before else "",
    )
    queue(
        tx,
        Draft(
            number=number,
            kind=change if change in ("cancel", "note") else "kitchen",
            printer=printer,
            facts=to_json(facts),
            order_ids=(order.id,),
            told=tuple((line.id, delta, line.name, line.options, line.note) for line, delta in parts),
            buzzer=True,
        ),
    )


def _kitchen_line(line: Line, delta: int, *, marked: bool) -> KitchenLine:
    change: Literal["add", "cancel"] = "add" if delta > 0 else "cancel"
    return KitchenLine(
        name=line.name,
        quantity=abs(delta),
        options=line.options,
        note=line.note,
        change=change if marked else None,
    )


def _memo(order: Order) -> tuple[str, ...]:
    return tuple(note.message for note in order.memo if note.message)
