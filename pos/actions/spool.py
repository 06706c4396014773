"""What a printer's worker does with tickets: claim before a byte leaves, then say truly what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pos.actions.tickets import TRIAL, called_off, copy_doubtful
from pos.domain.refusals import Refused, Stale
from pos.domain.standing_in import UNHEARD, stand_ins
from pos.store.moments import put_off
from pos.store.spool import Ticket
from pos.store.tx import Tx
from printing.ports import PROOF, Evidence, Job, PrinterHealth


def claim(tx: Tx, printer: str, all_waiting: bool) -> Job | None:
    """Mark a ticket `sending` and return it as this printer is to print it; None where it has nothing to do.

    Its own oldest one goes first, then those of printers that it stands in for. Kitchen tickets whose fate
    nobody told in time are copied by themselves first. A printer that was set aside takes nothing.
    """
    for own in (known for known in tx.shop.printers if known.name == printer):
        copy_doubtful(tx, own)
    ticket = next(_waiting(tx, printer, all_waiting), None)
    if ticket is None:
        return None
    taken = {"state": "sending", "taken_by": printer, "printed_as": _paper(tx, printer)}
    if not tx.spool.mark(ticket.id, ("queued",), **taken):
        raise Stale(ticket.number)
    tx.touch("tickets")
    return job(ticket, printer)


def _paper(tx: Tx, printer: str) -> Mapping[str, Any]:
    """Return what shapes the paper of a printer, to be kept: its settings may be others tomorrow."""
    return next((known.paper for known in tx.shop.printers if known.name == printer), {})


def _waiting(tx: Tx, printer: str, all_waiting: bool) -> Iterator[Ticket]:
    """Yield the oldest ticket that waits for a printer, then the oldest of each that it stands in for."""
    conditions = tx.states.conditions()
    mine = conditions.get(printer, UNHEARD)
    if mine.aside:
        return
    if own := tx.spool.next(printer, tx.now, before_its_time=all_waiting):
        yield own
    for other, by in stand_ins(tx.shop.printers, conditions, tx.now).items():
        # What a ticket waits for is that its own printer may be well again: another need not.
        if by != printer or not mine.well:
            continue
        if found := tx.spool.next(other, tx.now, before_its_time=True, but=TRIAL):
            yield found


def job(ticket: Ticket, printer: str = "") -> Job:
    """Return a ticket as a printer's worker knows it; another printer than its own stands in for that."""
    return Job(
        id=ticket.id,
        printer=printer or ticket.printer,
        number=ticket.number,
        facts=ticket.facts,
        copy=ticket.copy,
        mark=ticket.mark,  # type: ignore[arg-type]  # only `_copy` writes marks, and from the same words
        attempts=ticket.attempts,
        drawer=ticket.drawer,
        buzzer=ticket.buzzer,
        stands_in_for=ticket.printer if printer not in ("", ticket.printer) else "",
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
    """Nothing was sent: the ticket waits for its printer, unless its order was canceled meanwhile.

    One that another printer could not print either is given back: its own printer may be well by now.
    """
    ticket = tx.spool.get(done.id)
    again = tx.now if done.stands_in_for else next_try_at
    values: dict[str, Any] = {
        "state": "queued",
        "error": error[:500],
        "taken_by": "",
        **put_off(tx.now, again),
    }
    if ticket is not None and called_off(tx, ticket):
        values = {"state": "dropped", "error": "order_canceled", "done_at": tx.now}
    if tx.spool.mark(done.id, ("sending",), **values, attempts=done.attempts + 1):
        tx.touch("tickets", "orders")


def recover(tx: Tx, printer: str) -> int:
    """Make the tickets that a worker had taken when it died `unknown`; return how many."""
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
    """Return the printers that this counter does not have, but of which the store knows."""
    known = tx.spool.waited_for() | tx.states.conditions().keys()
    return known - {printer.name for printer in tx.shop.printers}


def strand(tx: Tx, printer: str) -> None:
    """Nobody prints the tickets of a printer that is set up no more: each has failed, for a person to see."""
    recover(tx, printer)
    tx.states.forget_printer(printer)
    for ticket in tx.spool.stuck():
        if ticket.printer == printer:
            tx.spool.mark(ticket.id, ("queued",), state="failed", error="no_printer")
            tx.touch("tickets", "orders")


def _settle(tx: Tx, done: Job, *, act: str, **values: Any) -> None:
    values |= {"done_at": tx.now, "attempts": done.attempts + 1}
    if not tx.spool.mark(done.id, ("sending",), **values):
        return
    tx.touch("tickets", "orders")
    standing = {"printer": done.printer, "stands_in_for": done.stands_in_for} if done.stands_in_for else {}
    _write(tx, done.id, act, ticket=done.number, copy=done.copy, **standing)


def _write(tx: Tx, ticket_id: UUID, act: str, **facts: Any) -> None:
    for order_id in tx.spool.orders_of(ticket_id):
        tx.write(act, tx.orders.get(order_id), **facts)


def health(tx: Tx, printer: str, how: PrinterHealth) -> None:
    """Keep how a printer is, and ring only where that changed."""
    detail = how.detail[:300]
    if tx.states.put_printer(printer, tx.now, state=how.state, cause=how.cause, detail=detail):
        tx.touch("printers")


def all_print(tx: Tx, kind: str) -> bool:
    """Whether what is queued now comes out of every printer of a kind, or of who stands in for it."""
    standing = stand_ins(tx.shop.printers, tx.states.conditions(), tx.now)
    able = [standing.get(printer.name, printer.name) for printer in tx.shop.printers_for(kind)]
    # One that another program holds only takes its time.
    return bool(able) and all(name and tx.states.printer(name)["cause"] in ("", "busy") for name in able)


def set_aside(tx: Tx, printer: str) -> bool:
    """Let a printer print nothing until it is taken back; its fallback takes its tickets. False: it is so."""
    return _put_aside(tx, printer, True)


def take_back(tx: Tx, printer: str) -> bool:
    """Let a printer that was set aside print again. False: it is not set aside."""
    return _put_aside(tx, printer, False)


def _put_aside(tx: Tx, printer: str, aside: bool) -> bool:
    names = [known.name for known in tx.shop.printers]
    if printer not in names:
        raise Refused("no_such_printer", printer=printer, printers=", ".join(names) or "-")
    if (tx.states.printer(printer)["aside_at"] is not None) is aside:
        return False
    values = {"aside_at": tx.now, "aside_by": tx.who.name} if aside else {"aside_at": None, "aside_by": ""}
    tx.states.put_printer(printer, tx.now, **values)
    tx.touch("printers", "tickets")
    tx.write("printer_aside" if aside else "printer_back", printer=printer)
    return True
