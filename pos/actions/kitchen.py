"""What the kitchen is told: tickets by station, then only what changed, and CANCEL for what may cook."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from pos.actions.cooking import Change, Part, dish, heading, key, memo, printers, station
from pos.actions.expediter import all_off, tell_pass
from pos.actions.tickets import KITCHEN, NEEDED_WHILE_ON, queue, words
from pos.domain.order import Line, Order
from pos.store.spool import Draft, Ticket
from pos.store.tx import Tx
from printing.tickets import KitchenPart, KitchenTicket, to_json

#: Stands for the dishes of an order that has none.
_NO_LINE = Line("", "", 1)


def fire(tx: Tx, order: Order) -> None:
    """Queue the kitchen tickets of an order: one for each printer that has a dish of it.

    An order may come without any line, all of it in its memo: that too is a ticket, and one that says so
    where nothing was written. One of which there are only facts has nothing to make, nor has one of the
    shop's own supplies, or of goods that go back and nothing else.
    """
    if order.supplies or order.only_goes_back:
        return
    parts = [Part(printer, line, line.quantity) for line in order.wanted for printer in printers(tx, line)]
    tickets = _tell_kitchen(tx, order, parts, difference=False)
    if not parts and not (order.memo and all(note.fact for note in order.memo)):
        said = memo(tx, order) or (words(tx).say("why.no_lines"),)
        tickets = _tell_bare(tx, order, printers(tx, _NO_LINE), change=None, message=said)
    tell_pass(tx, order, tickets)


def tell_difference(tx: Tx, order: Order) -> None:
    """Queue what the kitchen does not know yet: dishes added and canceled since it was last told."""
    parts = [] if order.supplies else _difference(tx, order)
    if parts:
        tickets = _tell_kitchen(tx, order, parts, difference=True)
        tell_pass(tx, order, tickets, parts=parts, change=_change(parts))


def _difference(tx: Tx, order: Order) -> list[Part]:
    known = told(tx, order)
    wanted: dict[str, Part] = {}
    for line in order.wanted:
        before = wanted.get(key(line), Part("", line, 0))
        wanted[key(line)] = Part("", line, before.change + line.quantity)
    more = [
        Part(printer, line, quantity - (known[what, printer].change if (what, printer) in known else 0))
        for what, (_, line, quantity) in wanted.items()
        for printer in [where for of, where in known if of == what] or printers(tx, line)
    ]
    gone = [part._replace(change=-part.change) for (what, _), part in known.items() if what not in wanted]
    return [part for part in (*more, *gone) if part.change]


def let_go(tx: Tx, order: Order) -> None:
    """Drop the tickets of an order that is over, where they never left for paper."""
    for ticket in tx.spool.of_order(order.id):
        values = {"state": "dropped", "error": "order_canceled", "done_at": tx.now}
        of_no_use = ticket.kind in (*KITCHEN, *NEEDED_WHILE_ON)
        if of_no_use and tx.spool.mark(ticket.id, ("queued", "failed"), **values):
            tx.touch("tickets")


def call_off(tx: Tx, order: Order, reason: str) -> None:
    """Tell the kitchen that an order is off: drop what never left, and print CANCEL for what may have."""
    let_go(tx, order)
    parts = [part._replace(change=-part.change) for part in told(tx, order).values() if part.change > 0]
    tickets = [
        *_tell_kitchen(tx, order, parts, difference=True, reason=reason),
        *_tell_bare(tx, order, _told_bare(tx, order.id), change="cancel", reason=reason),
    ]
    tell_pass(tx, order, tickets, parts=all_off(order), change="cancel", reason=reason)


def tell_note(tx: Tx, order: Order, message: str) -> None:
    """Queue a NOTE ticket for every printer that has been told of the order."""
    told_dishes = {part.printer for part in told(tx, order).values() if part.change > 0}
    everyone = sorted(told_dishes | _told_bare(tx, order.id))
    tickets = _tell_bare(tx, order, everyone, change="note", message=(message,))
    tell_pass(tx, order, tickets, change="note", message=message)


def _tell_bare(
    tx: Tx,
    order: Order,
    to: Collection[str],
    *,
    change: Change | None,
    reason: str = "",
    message: tuple[str, ...] = (),
) -> list[KitchenPart]:
    """Queue a ticket without dishes for each of these printers."""
    return [
        _queue_kitchen(tx, order, printer, [], (nth, len(to)), change=change, reason=reason, message=message)
        for nth, printer in enumerate(to, start=1)
    ]


def _told_bare(tx: Tx, order_id: UUID) -> set[str]:
    """Return the printers that were told of an order without any line."""
    known = _telling(_kitchen(tx, order_id))
    return {ticket.printer for ticket in known if ticket.kind == "kitchen" and not ticket.told}


def told(tx: Tx, order: Order) -> dict[tuple[str, str], Part]:
    """Return what the kitchen may know of an order: how many of each line, by its key and printer."""
    known: dict[tuple[str, str], Part] = {}
    for ticket in _telling(_kitchen(tx, order.id)):
        for said in ticket.told:
            line, change = _line(order, *said)
            place = key(line), ticket.printer
            known[place] = Part(ticket.printer, line, change + (known[place].change if place in known else 0))
    return known


def _line(
    order: Order, line_id: str, change: int, name: str, options: Sequence[str], note: str, *contents: str
) -> tuple[Line, int]:
    """Return a line as a ticket told it, and how many; where it is cooked is what the order now says."""
    now = next((line for line in order.lines if line.id == line_id), _NO_LINE)
    said = replace(now, id=line_id, name=name, options=tuple(options), note=note, contents=contents)
    return replace(said, quantity=abs(change)), change


def _telling(tickets: Sequence[Ticket]) -> Iterable[Ticket]:
    """Return one copy of each ticket that may have come out, or will: a second copy tells nothing new."""
    first: dict[str, Ticket] = {}
    for ticket in tickets:
        if ticket.telling:
            first.setdefault(ticket.number, ticket)
    return first.values()


def _kitchen(tx: Tx, order_id: UUID) -> list[Ticket]:
    return [ticket for ticket in tx.spool.of_order(order_id) if ticket.kind in KITCHEN]


def _change(parts: Sequence[Part]) -> Change:
    return "add" if any(part.change > 0 for part in parts) else "cancel"


def _tell_kitchen(
    tx: Tx, order: Order, parts: Sequence[Part], *, difference: bool, reason: str = ""
) -> list[KitchenPart]:
    by_printer: dict[str, list[Part]] = {}
    for part in parts:
        by_printer.setdefault(part.printer, []).append(part)
    return [
        _queue_kitchen(
            tx,
            order,
            printer,
            mine,
            (nth, len(by_printer)),
            change=_change(mine) if difference else None,
            reason=reason,
        )
        for nth, (printer, mine) in enumerate(by_printer.items(), start=1)
    ]


def _queue_kitchen(
    tx: Tx,
    order: Order,
    printer: str,
    parts: Sequence[Part],
    nth: tuple[int, int],
    *,
    change: Change | None,
    reason: str = "",
    message: tuple[str, ...] = (),
) -> KitchenPart:
    number = f"K-{tx.numbers.next('K'):04d}"
    before = [known.number for known in _telling(_kitchen(tx, order.id)) if known.printer == printer]
    facts = KitchenTicket(
        **heading(tx, order),
        number=number,
        change=change,
        station=" ".join(sorted({station(tx, part.line) for part in parts} - {""})),
        lines=tuple(dish(part.line, part.change, marked=change is not None) for part in parts),
        memo=message or (memo(tx, order) if change is None else ()),
        reason=reason,
        part=nth,
        previous=before[-1] if before else "",
    )
    kind = change if change in ("cancel", "note") else "kitchen"
    said = tuple((p.line.id, p.change, *_said(p.line)) for p in parts)
    queue(tx, Draft(number, kind, printer, to_json(facts), (order.id,), said, buzzer=True))
    return KitchenPart(number=number, station=facts.station or printer)


def _said(line: Line) -> tuple[object, ...]:
    """Return what a ticket says of a line, as the store keeps it."""
    return (line.name, line.options, line.note, *line.contents)
