"""A ticket as a row: queued before it is printed, and what a person says of its fate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from pos.domain.order import Status
from pos.domain.refusals import Refused
from pos.domain.shop import PrinterFacts, Shop
from pos.store.moments import put_off
from pos.store.spool import MAYBE, Draft, Ticket
from pos.store.tx import Tx
from pos.words import Words
from printing.tickets import Language

#: Kinds of tickets from which is cooked; nobody pays from them.
KITCHEN = ("kitchen", "cancel", "note")

#: Kinds of tickets that nobody needs once their order is off; a CANCEL is what then is needed.
NEEDED_WHILE_ON = ("kitchen", "note", "expediter", "delivery")

#: The kind of a test page: it says how one printer prints.
TRIAL = "test"

#: What a printer must print for a kind of ticket to go there, where that is not the kind itself.
PRINTED_AS = {"cancel": "kitchen", "note": "kitchen", "refund": "settlement"}

_LANGUAGES: Mapping[str, Language] = {"zh_CN": "zh_CN", "ko_KR": "ko_KR", "en_US": "en_US"}


def words(tx: Tx) -> Words:
    """Return the shop's words on the shop's clock."""
    return Words(tx.shop.language, tx.shop.timezone)


def paper_language(tx: Tx) -> Language:
    """Return the language of the labels on paper."""
    return _LANGUAGES.get(tx.shop.language, "en_US")


def queue(tx: Tx, draft: Draft) -> UUID:
    """Queue a ticket; one whose printer nobody has is kept as failed, for all to see."""
    if draft.printer not in _names(tx):
        draft = replace(draft, state="failed", error="no_printer")
    tx.touch("tickets", "orders")
    return tx.spool.add(draft, tx.now)


def try_printer(tx: Tx, printer: str, facts: Mapping[str, Any]) -> UUID:
    """Queue a test page with these facts, under a number of its own; no other printer stands in for it."""
    number = f"T-{tx.numbers.next('T'):04d}"
    draft = Draft(number, TRIAL, printer, {**facts, "number": number}, order_ids=())
    tx.write("test_page", printer=printer, ticket=number)
    return queue(tx, draft)


def heir(shop: Shop, printer: str, kind: str) -> str:
    """Return who prints a kind of ticket when a printer is taken away; empty where nobody does."""
    own = next((known.fallback for known in shop.printers if known.name == printer), "")
    if kind == TRIAL:
        return ""
    others = [known.name for known in shop.printers_for(PRINTED_AS.get(kind, kind)) if known.name != printer]
    return own or next(iter(others), "")


def hand_over(tx: Tx, printer: str, to: str = "") -> int:
    """Give what is left of a printer's tickets to another, `to` or each to its heir; return how many.

    To be done when a printer gets another name (`to`), or before it is taken away, and harmless twice: what
    was queued meanwhile under its old name has then failed, and goes along.
    """
    moved = 0
    for ticket in tx.spool.left_at(printer):
        if goal := to or heir(tx.shop, printer, ticket.kind):
            moved += tx.spool.mark(ticket.id, (ticket.state,), **_moved(ticket, goal), **put_off(tx.now))
            _write(tx, "ticket_moved", ticket, printer=goal)
    if to and (aside := tx.states.printer(printer))["aside_at"] is not None:
        tx.states.put_printer(to, tx.now, aside_at=aside["aside_at"], aside_by=aside["aside_by"])
    if moved:
        tx.touch("tickets", "orders")
    return moved


def _moved(ticket: Ticket, goal: str) -> dict[str, Any]:
    orphan = ticket.state == "failed" and ticket.error == "no_printer"
    return {"printer": goal, **({"state": "queued", "error": ""} if orphan else {})}


def reprint(tx: Tx, ticket_id: UUID) -> UUID:
    """Queue another copy of a ticket, marked REPRINT; returns the new copy's id."""
    ticket = _ticket(tx, ticket_id)
    if ticket.state in ("queued", "sending"):
        raise Refused("ticket_on_its_way", ticket=ticket.number)
    if ticket.state == "unknown":
        raise Refused("ticket_unanswered", ticket=ticket.number)
    if called_off(tx, ticket):
        raise Refused("ticket_called_off", ticket=ticket.number)
    # The copy stands for one that failed, which would else be tried again, and bear no mark.
    tx.spool.mark(ticket.id, ("failed",), state="dropped", error="did_not_come_out", done_at=tx.now)
    return _copy(tx, ticket, "reprint")


def _copy(tx: Tx, ticket: Ticket, mark: str) -> UUID:
    copy = tx.spool.last_copy(ticket.number) + 1
    draft = Draft(
        number=ticket.number,
        kind=ticket.kind,
        printer=_printer(tx, ticket),
        facts=ticket.facts,
        order_ids=tx.spool.orders_of(ticket.id),
        buzzer=ticket.buzzer,
        deal_id=ticket.deal_id,
        told=ticket.told,
        copy=copy,
        mark=mark,
    )
    _write(tx, "ticket_copied", ticket, copy=copy, mark=mark)
    return queue(tx, draft)


def answer(tx: Tx, ticket_id: UUID, came_out: bool) -> bool:
    """Settle an `unknown` ticket: it came out, or it goes again with the mark. False: already settled."""
    ticket = _ticket(tx, ticket_id)
    _refuse_unasked(ticket, came_out)
    again = not came_out and not called_off(tx, ticket)
    error = "" if came_out else "did_not_come_out" if again else "order_canceled"
    values = {"state": "printed" if came_out else "dropped", "evidence": "person" if came_out else ""}
    if not tx.spool.mark(ticket.id, ("unknown",), **values, error=error, done_at=tx.now):
        return False
    tx.touch("tickets", "orders")
    _write(tx, "ticket_answered", ticket, came_out=came_out)
    if again:
        _copy(tx, ticket, "duplicate")
    return True


def _refuse_unasked(ticket: Ticket, came_out: bool) -> None:
    """Refuse an answer to what nobody asks; the same answer once more is harmless."""
    said = {"printed": True, "dropped": False}.get(ticket.state)
    if ticket.state != "unknown" and said is not came_out:
        raise Refused("ticket_not_asked", ticket=ticket.number, printing=ticket.state)


def copy_doubtful(tx: Tx, printer: PrinterFacts) -> None:
    """Print again by itself what the kitchen may not have, where nobody answered as long as the shop waits.

    The copy says that it may be a duplicate. It is made once: a printer that never confirms must not go on
    for ever. Nothing is taken again by itself that a guest pays from, or that was called off meanwhile.
    """
    if not printer.reprint_unknown_after:
        return
    patience = timedelta(seconds=printer.reprint_unknown_after)
    for ticket in tx.spool.unanswered(printer.name, KITCHEN, tx.now, patience):
        if ticket.mark == "duplicate" or called_off(tx, ticket):
            continue
        # It may have come out: what it told counts, even if its copy is given up before it is printed.
        values = {"state": "dropped", "error": "copied_by_itself", "evidence": MAYBE, "done_at": tx.now}
        if tx.spool.mark(ticket.id, ("unknown",), **values):
            _copy(tx, ticket, "duplicate")


def called_off(tx: Tx, ticket: Ticket) -> bool:
    """Whether nobody is to cook or pack from a ticket any more: its order is canceled."""
    if ticket.kind not in NEEDED_WHILE_ON or ticket.facts.get("change") == "cancel":
        return False
    orders = [tx.orders.get(order_id) for order_id in tx.spool.orders_of(ticket.id)]
    return bool(orders) and all(order.status is Status.CANCELED for order in orders)


def retry(tx: Tx, ticket_id: UUID) -> bool:
    """Let a failed or waiting ticket go at once; False where there is nothing to retry."""
    ticket = _ticket(tx, ticket_id)
    if ticket.state == "unknown":
        raise Refused("ticket_unanswered", ticket=ticket.number)
    if not (printer := _printer(tx, ticket)):
        raise Refused("no_printer", ticket=ticket.number)
    values = {"state": "queued", "printer": printer, "taken_by": "", "error": "", **put_off(tx.now)}
    if not tx.spool.mark(ticket.id, ("failed", "queued"), **values):
        return False
    tx.touch("tickets", "orders")
    _write(tx, "ticket_retried", ticket)
    return True


def _names(tx: Tx) -> set[str]:
    """Return the shop's printers: this counter's, and those that another one was found to work."""
    return {printer.name for printer in tx.shop.printers} | tx.states.conditions().keys()


def _printer(tx: Tx, ticket: Ticket) -> str:
    """Return a ticket's printer, else one that prints its kind; empty where none is set up."""
    if ticket.printer in _names(tx):
        return ticket.printer
    printers = tx.shop.printers_for(PRINTED_AS.get(ticket.kind, ticket.kind))
    return printers[0].name if printers else ""


def retry_all(tx: Tx) -> int:
    """Let every failed or waiting ticket that has a printer go at once; return how many."""
    return sum(retry(tx, ticket.id) for ticket in tx.spool.stuck() if _printer(tx, ticket))


def drop(tx: Tx, ticket_id: UUID, reason: str) -> bool:
    """Give a ticket up, with a reason; False where it is already on paper or given up."""
    ticket = _ticket(tx, ticket_id)
    if not reason.strip():
        raise Refused("reason_needed")
    if ticket.state == "sending":
        raise Refused("ticket_being_printed", ticket=ticket.number)
    values = {"state": "dropped", "error": reason.strip()[:200], "done_at": tx.now}
    doubtful = tx.spool.mark(ticket.id, ("unknown",), **values, evidence=MAYBE)
    if not doubtful and not tx.spool.mark(ticket.id, ("queued", "failed"), **values):
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
