"""What the pass is told: the whole order by station, with every kitchen ticket that it went out on."""

from __future__ import annotations

from collections.abc import Sequence

from pos.actions.cooking import Change, Part, dish, heading, key, memo, printers, station
from pos.actions.tickets import queue
from pos.domain.order import Line, Order, Status
from pos.domain.shop import PrinterFacts
from pos.store.spool import Draft
from pos.store.tx import Tx
from printing.tickets import ExpediterTicket, KitchenLine, KitchenPart, StationDishes, to_json

KIND = "expediter"


def tell_pass(
    tx: Tx,
    order: Order,
    tickets: Sequence[KitchenPart],
    *,
    parts: Sequence[Part] = (),
    change: Change | None = None,
    reason: str = "",
    message: str = "",
) -> None:
    """Queue the pass's own paper beside these kitchen `tickets`; nothing where no printer prints it.

    `parts` are what changed. What takes all back, or only says a word, goes to a pass that knows the order.
    """
    if not (passes := tx.shop.printers_for(KIND)):
        return
    before = [known for known in tx.spool.of_order(order.id) if known.kind == KIND and known.telling]
    if not before and (change == "note" or order.status is Status.CANCELED):
        return
    for printer in passes:
        facts = ExpediterTicket(
            **heading(tx, order) | {"address": ""},
            number=f"X-{tx.numbers.next('X'):04d}",
            change=change,
            changed=_changed(parts) if change else (),
            stations=() if change == "note" else _stations(tx, order),
            parts=tuple(tickets),
            memo=(message,) if message else () if change else memo(tx, order),
            reason=reason,
            previous=_last([known.number for known in before if known.printer == printer.name]),
        )
        _queue(tx, order, printer, facts)


def _last(numbers: Sequence[str]) -> str:
    return numbers[-1] if numbers else ""


def _queue(tx: Tx, order: Order, printer: PrinterFacts, facts: ExpediterTicket) -> None:
    queue(tx, Draft(facts.number, KIND, printer.name, to_json(facts), (order.id,), buzzer=True))


def _changed(parts: Sequence[Part]) -> tuple[KitchenLine, ...]:
    """Return each dish that changed once, at however many printers."""
    once: dict[str, Part] = {}
    for part in parts:
        once.setdefault(key(part.line), part)
    return tuple(dish(part.line, part.change, marked=True) for part in once.values())


def _stations(tx: Tx, order: Order) -> tuple[StationDishes, ...]:
    """Return what is to come from each station, in the order of the guest's lines."""
    if order.status is Status.CANCELED:
        return ()
    by_station: dict[str, list[Line]] = {}
    for line in order.wanted:
        by_station.setdefault(_place(tx, line), []).append(line)
    return tuple(
        StationDishes(station=where, lines=tuple(map(dish, lines))) for where, lines in by_station.items()
    )


def _place(tx: Tx, line: Line) -> str:
    """Return where a line is cooked: its station, else whatever its printers are called."""
    return station(tx, line) or " ".join(filter(None, printers(tx, line)))


def all_off(order: Order) -> tuple[Part, ...]:
    """Return every dish of an order as taken back."""
    return tuple(Part("", line, -line.quantity) for line in order.wanted)
