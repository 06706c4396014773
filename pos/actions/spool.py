"""What a printer's worker does with tickets: claim before a byte leaves, then say truly what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pos.actions.tickets import called_off
from pos.domain.refusals import Refused, Stale
from pos.store.spool import Ticket
from pos.store.tx import Tx
from printing.ports import PROOF, Evidence, Job, PrinterHealth


def claim(tx: Tx, printer: str, all_waiting: bool) -> Job | None:
    """Mark the printer's oldest ticket `sending` and return it as it is to be printed."""
    ticket = tx.spool.next(printer, tx.now, before_its_time=all_waiting)
    if ticket is None:
        return None
    if not tx.spool.mark(ticket.id, ("queued",), state="sending"):
        raise Stale(ticket.number)
    tx.touch("tickets")
    return job(ticket)


def job(ticket: Ticket) -> Job:
    """Return a ticket as a printer's worker knows it."""
    return Job(
        id=ticket.id,
        printer=ticket.printer,
        number=ticket.number,
        facts=ticket.facts,
        copy=ticket.copy,
        mark=ticket.mark,  # type: ignore[arg-type]  # only `_copy` writes marks, and from the same words
        attempts=ticket.attempts,
        drawer=ticket.drawer,
        buzzer=ticket.buzzer,
    )


def printed(tx: Tx, done: Job, evidence: Evidence) -> None:
    """The paper is out (`printed`), or every byte was taken by the transport (`sent`)."""
    state = "printed" if evidence in PROOF else "sent"
    _settle(tx, done, state=state, evidence=evidence, error="", act=state)


def unknown(tx: Tx, done: Job, error: str) -> None:
    """The line broke: only a person can say whether paper came out."""
    _settle(tx, done, state="unknown", evidence="", error=error[:500], act="print_unknown")


def failed(tx: Tx, done: Job, error: str) -> None:
    """The ticket cannot be printed as it is; nobody is to try again what was called off meanwhile."""
    ticket = tx.spool.get(done.id)
    if ticket is not None and called_off(tx, ticket):
        _settle(tx, done, state="dropped", evidence="", error="order_canceled", act="print_failed")
    else:
        _settle(tx, done, state="failed", evidence="", error=error[:500], act="print_failed")


def held(tx: Tx, done: Job, error: str, next_try_at: datetime) -> None:
    """Nothing was sent: the ticket waits for its printer, unless its order was canceled meanwhile."""
    ticket = tx.spool.get(done.id)
    values: dict[str, Any] = {"state": "queued", "error": error[:500], "next_try_at": next_try_at}
    if ticket is not None and called_off(tx, ticket):
        values = {"state": "dropped", "error": "order_canceled", "done_at": tx.now}
    if tx.spool.mark(done.id, ("sending",), **values, attempts=done.attempts + 1):
        tx.touch("tickets", "orders")


def recover(tx: Tx, printer: str) -> int:
    """Make the tickets of a worker that died `unknown`; return how many."""
    lost = tx.spool.recover(printer, tx.now)
    for ticket_id in lost:
        ticket = tx.spool.get(ticket_id)
        if ticket is None:
            raise Refused("no_ticket", ticket=str(ticket_id))
        _write(tx, ticket_id, "print_unknown", ticket=ticket.number)
    if lost:
        tx.touch("tickets", "orders")
    return len(lost)


def waited_for(tx: Tx) -> set[str]:
    """Return the printers with tickets that are set up no more."""
    return tx.spool.waited_for() - {printer.name for printer in tx.shop.printers}


def strand(tx: Tx, printer: str) -> None:
    """Nobody prints the tickets of a printer that is set up no more: each has failed, for a person to see."""
    recover(tx, printer)
    for ticket in tx.spool.stuck():
        if ticket.printer == printer:
            tx.spool.mark(ticket.id, ("queued",), state="failed", error="no_printer")
            tx.touch("tickets", "orders")


def _settle(tx: Tx, done: Job, *, act: str, **values: Any) -> None:
    values |= {"done_at": tx.now, "attempts": done.attempts + 1}
    if not tx.spool.mark(done.id, ("sending",), **values):
        return
    tx.touch("tickets", "orders")
    _write(tx, done.id, act, ticket=done.number, copy=done.copy)


def _write(tx: Tx, ticket_id: UUID, act: str, **facts: Any) -> None:
    for order_id in tx.spool.orders_of(ticket_id):
        tx.write(act, tx.orders.get(order_id), **facts)


def health(tx: Tx, printer: str, how: PrinterHealth) -> None:
    """Keep how a printer is, and ring only where that changed."""
    changed = tx.states.put_printer(
        printer, state=how.state, cause=how.cause, detail=how.detail[:300], at=tx.now
    )
    if changed:
        tx.touch("printers")
