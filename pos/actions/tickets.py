"""Which facts go on which ticket, and where it goes; and what a person says of a ticket's fate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from pos.domain.deal import Deal
from pos.domain.order import Line, Order, OrderType
from pos.domain.payment import CASH
from pos.domain.refusals import Refused
from pos.domain.shop import COUNTER, PrinterFacts
from pos.store.spool import TELLING, Draft, Ticket
from pos.store.tx import Tx
from pos.words import Words
from printing.tickets import (
    KitchenLine,
    KitchenTicket,
    Language,
    PaymentLine,
    SettledLine,
    SettledOrder,
    Settlement,
    to_json,
)

Change = Literal["add", "cancel", "note"]

_LANGUAGES: Mapping[str, Language] = {"zh_CN": "zh_CN", "ko_KR": "ko_KR", "en_US": "en_US"}


def words(tx: Tx) -> Words:
    """Return the shop's words on the shop's clock."""
    return Words(tx.shop.language, tx.shop.timezone)


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
        language=_LANGUAGES.get(tx.shop.language, "en_US"),
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
    _queue(
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


def _queue(tx: Tx, draft: Draft) -> UUID:
    """Queue a ticket; one without a printer is kept as failed, for all to see."""
    if not draft.printer:
        draft = replace(draft, state="failed", error="no_printer")
    tx.touch("tickets", "orders")
    return tx.spool.add(draft, tx.now)


def print_settlement(tx: Tx, deal: Deal, orders: Sequence[Order]) -> None:
    """Queue the guest's settlement ticket, with a drawer kick where cash was taken."""
    printers = tx.shop.printers_for("settlement")
    if not printers:
        return
    number = f"S-{tx.numbers.next('S'):04d}"
    draft = Draft(
        number=number,
        kind="settlement",
        printer=printers[0].name,
        facts=to_json(_settlement(tx, number, deal, orders)),
        order_ids=tuple(order.id for order in orders),
        drawer=any(part.method == CASH for part in deal.payments),
        deal_id=deal.id,
    )
    _queue(tx, draft)


def _settlement(tx: Tx, number: str, deal: Deal, orders: Sequence[Order]) -> Settlement:
    say = words(tx)
    member = next((order.guest for order in orders if order.guest.balance is not None), None)
    return Settlement(
        language=_LANGUAGES.get(tx.shop.language, "en_US"),
        number=number,
        shop=tx.shop.name,
        shop_address=tx.shop.address,
        shop_phone=tx.shop.phone,
        bill=deal.number,
        orders=tuple(_settled(order, say) for order in orders),
        total=say.money(deal.total, deal.currency),
        payments=tuple(
            PaymentLine(method=say.method(part.method), amount=say.figure(part.amount, deal.currency))
            for part in deal.payments
        ),
        change=say.figure(deal.change, deal.currency) if deal.change else "",
        member=member.level if member else "",
        member_balance=say.money(member.balance, deal.currency) if member else "",
        at=say.moment(tx.now),
        cashier=tx.who.name,
        qr=deal.number,
        footer=tx.shop.footer,
    )


def _settled(order: Order, say: Words) -> SettledOrder:
    adjustment = say.figure(order.adjustment, order.currency)
    return SettledOrder(
        number=order.number,
        table=order.table,
        channel="" if order.channel == COUNTER else order.channel,
        lines=tuple(_settled_line(line, order.currency, say) for line in order.lines),
        extras=(("adjustment", adjustment),) if order.adjustment else (),
        total=say.figure(order.total or 0, order.currency),
    )


def _settled_line(line: Line, currency: str | None, say: Words) -> SettledLine:
    differs = line.deal_price is not None and line.price is not None and line.deal_price != line.price
    each = line.price if line.price is not None else line.deal_price
    return SettledLine(
        name=line.name,
        quantity=line.quantity,
        price=say.figure(each, currency) if each is not None else "",
        amount=say.figure(line.amount, currency) if line.amount is not None else "",
        deal_price=say.figure(line.deal_price or 0, currency) if differs else "",
        options=line.options,
    )


def reprint(tx: Tx, ticket_id: UUID) -> UUID:
    """Queue another copy of a ticket, marked REPRINT; returns the new copy's id."""
    ticket = _ticket(tx, ticket_id)
    if ticket.state in ("queued", "sending"):
        raise Refused("ticket_on_its_way", ticket=ticket.number)
    if ticket.state == "unknown":
        raise Refused("ticket_unanswered", ticket=ticket.number)
    return _copy(tx, ticket, "reprint")


def _copy(tx: Tx, ticket: Ticket, mark: str) -> UUID:
    copy = tx.spool.last_copy(ticket.number) + 1
    draft = Draft(
        number=ticket.number,
        kind=ticket.kind,
        printer=ticket.printer,
        facts=ticket.facts,
        order_ids=tx.spool.orders_of(ticket.id),
        buzzer=ticket.buzzer,
        deal_id=ticket.deal_id,
        copy=copy,
        mark=mark,
    )
    _write(tx, "ticket_copied", ticket, copy=copy, mark=mark)
    return _queue(tx, draft)


def answer(tx: Tx, ticket_id: UUID, came_out: bool) -> bool:
    """Settle an `unknown` ticket: it came out, or it goes again with the mark. False: already settled."""
    ticket = _ticket(tx, ticket_id)
    state = "printed" if came_out else "dropped"
    values = {"state": state, "evidence": "person" if came_out else "", "done_at": tx.now}
    if not tx.spool.mark(ticket.id, ("unknown",), **values, error="" if came_out else "did_not_come_out"):
        return False
    tx.touch("tickets", "orders")
    _write(tx, "ticket_answered", ticket, came_out=came_out)
    if not came_out:
        _copy(tx, ticket, "duplicate")
    return True


def retry(tx: Tx, ticket_id: UUID) -> bool:
    """Let a failed or waiting ticket go at once; False where there is nothing to retry."""
    ticket = _ticket(tx, ticket_id)
    if ticket.state == "unknown":
        raise Refused("ticket_unanswered", ticket=ticket.number)
    printer = ticket.printer or _any_printer(tx, ticket.kind)
    if not printer:
        raise Refused("no_printer", ticket=ticket.number)
    values = {"state": "queued", "printer": printer, "next_try_at": tx.now, "error": ""}
    if not tx.spool.mark(ticket.id, ("failed", "queued"), **values):
        return False
    tx.touch("tickets", "orders")
    _write(tx, "ticket_retried", ticket)
    return True


def _any_printer(tx: Tx, kind: str) -> str:
    printers = tx.shop.printers_for("settlement" if kind == "settlement" else "kitchen")
    return printers[0].name if printers else ""


def retry_all(tx: Tx) -> int:
    """Let every failed or waiting ticket that has a printer go at once; return how many."""
    tx.touch("tickets", "orders")
    return tx.spool.retry_all(tx.now)


def drop(tx: Tx, ticket_id: UUID, reason: str) -> bool:
    """Give a ticket up, with a reason; False where it is already on paper or given up."""
    ticket = _ticket(tx, ticket_id)
    if not reason.strip():
        raise Refused("reason_needed")
    values = {"state": "dropped", "error": reason.strip()[:200], "done_at": tx.now}
    if not tx.spool.mark(ticket.id, ("queued", "failed", "unknown"), **values):
        return False
    tx.touch("tickets", "orders")
    _write(tx, "ticket_dropped", ticket)
    return True


def _ticket(tx: Tx, ticket_id: UUID) -> Ticket:
    if (ticket := tx.spool.get(ticket_id)) is None:
        raise Refused("no_ticket", ticket=str(ticket_id))
    return ticket


def _write(tx: Tx, act: str, ticket: Ticket, **facts: Any) -> None:
    for order_id in tx.spool.orders_of(ticket.id) or (None,):
        order = tx.orders.get(order_id) if order_id else None
        tx.write(act, order, ticket=ticket.number, **facts)
