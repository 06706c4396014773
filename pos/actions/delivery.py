"""What goes with the bag: the delivery slip, with no more of the guest on it than the courier needs."""

from __future__ import annotations

from pos.actions.cooking import dish, memo
from pos.actions.tickets import paper_language, queue, words
from pos.domain.order import Order, OrderType
from pos.store.spool import Draft
from pos.store.tx import Tx
from printing.tickets import DeliverySlip, to_json

KIND = "delivery"


def print_slip(tx: Tx, order: Order) -> None:
    """Queue the slip of an order that is brought; an earlier one that is not out yet is not printed."""
    leaves = order.type is OrderType.DELIVER and not order.supplies
    bags = tx.shop.printers_for(KIND) if leaves else ()
    before = _replaced(tx, order) if bags else {}
    for printer in bags:
        number = f"D-{tx.numbers.next('D'):04d}"
        facts = to_json(_slip(tx, order, number, before.get(printer.name, "")))
        queue(tx, Draft(number, KIND, printer.name, facts, (order.id,)))


def _replaced(tx: Tx, order: Order) -> dict[str, str]:
    """Drop the slips of an order that never left; return the last that may have, by its printer."""
    out: dict[str, str] = {}
    for slip in tx.spool.of_order(order.id):
        if slip.kind != KIND:
            continue
        values = {"state": "dropped", "error": "replaced", "done_at": tx.now}
        if tx.spool.mark(slip.id, ("queued", "failed"), **values):
            tx.touch("tickets")
        elif slip.telling:
            out[slip.printer] = slip.number
    return out


def _slip(tx: Tx, order: Order, number: str, previous: str) -> DeliverySlip:
    say = words(tx)
    paid = order.settled or order.payment.taken_online
    total = say.money(order.total, order.currency)
    nothing_due = paid or order.payment.given_back_there
    return DeliverySlip(
        language=paper_language(tx),
        number=number,
        shop=tx.shop.name,
        shop_phone=tx.shop.phone,
        order_number=order.number,
        channel="" if order.own else say.channel(order.channel),
        sequence_number=order.sequence_number,
        at=say.clock(tx.now),
        promised=say.clock(order.due_at) if order.due_at else "",
        address=order.guest.address,
        guest=order.guest.name,
        phone=order.guest.phone,
        lines=tuple(map(dish, order.wanted)),
        memo=memo(tx, order),
        total=total,
        paid=paid,
        method=say.method(order.payment.type) if paid and order.payment.type else "",
        due="" if nothing_due else total,
        previous=previous,
        qr=f"{order.channel}:{order.remote_id}" if order.remote_id else order.number,
    )
