"""What the guest gets with a deal: the settlement ticket, and the refund ticket of one that takes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pos.actions.tickets import paper_language, queue, words
from pos.domain.deal import Deal
from pos.domain.order import Line, Order
from pos.domain.payment import CASH
from pos.domain.shop import COUNTER
from pos.store.spool import Draft
from pos.store.tx import Tx
from pos.words import Words
from printing.tickets import PaymentLine, Refund, SettledLine, SettledOrder, Settlement, to_json


def print_settlement(tx: Tx, deal: Deal, orders: Sequence[Order]) -> None:
    """Queue the guest's settlement ticket, with a drawer kick where cash was taken.

    The shop itself needs none, nor does who got all money back.
    """
    if all(order.supplies or order.payment.given_back_there for order in orders):
        return
    _queue(tx, deal, orders, partial(_settlement, tx, deal, orders))


def print_refund(tx: Tx, made: Deal, of: Deal, orders: Sequence[Order], approved_by: str) -> None:
    """Queue what the guest signs for money that goes back, with a drawer kick where that is cash."""
    _queue(tx, made, orders, partial(_refund, tx, made, of, orders, approved_by))


def _queue(tx: Tx, deal: Deal, orders: Sequence[Order], facts: Callable[[str], Settlement | Refund]) -> None:
    printers = tx.shop.printers_for("settlement")
    if not printers:
        return
    number = f"S-{tx.numbers.next('S'):04d}"
    ticket = facts(number)
    draft = Draft(
        number=number,
        kind=ticket.kind,
        printer=printers[0].name,
        facts=to_json(ticket),
        order_ids=tuple(order.id for order in orders),
        drawer=any(part.method == CASH for part in deal.payments),
        deal_id=deal.id,
    )
    queue(tx, draft)


def _bill(tx: Tx, deal: Deal, number: str) -> dict[str, Any]:
    """Return what stands on each paper of a deal."""
    say = words(tx)
    return {
        "language": paper_language(tx),
        "number": number,
        "shop": tx.shop.name,
        "shop_address": tx.shop.address,
        "shop_phone": tx.shop.phone,
        "bill": deal.number,
        "total": say.money(deal.total, deal.currency),
        "payments": tuple(
            PaymentLine(method=say.method(part.method), amount=say.figure(part.amount, deal.currency))
            for part in deal.payments
        ),
        "at": say.moment(tx.now),
        "cashier": say.person(tx.who.name),
        "qr": deal.number,
    }


def _settlement(tx: Tx, deal: Deal, orders: Sequence[Order], number: str) -> Settlement:
    say = words(tx)
    member = next((order.guest for order in orders if order.guest.balance is not None), None)
    return Settlement(
        **_bill(tx, deal, number),
        orders=tuple(_settled(order, say) for order in orders),
        change=say.figure(deal.change, deal.currency) if deal.change else "",
        member=member.level if member else "",
        member_balance=say.money(member.balance, deal.currency) if member else "",
        footer=tx.shop.footer,
    )


def _refund(tx: Tx, made: Deal, of: Deal, orders: Sequence[Order], approved_by: str, number: str) -> Refund:
    say = words(tx)
    return Refund(
        **_bill(tx, made, number),
        orders=tuple(_taken_back(made, order, say) for order in orders),
        refunds=of.number,
        reason=made.reason,
        approved_by=say.person(approved_by) if approved_by != tx.who.name else "",
    )


def _taken_back(made: Deal, order: Order, say: Words) -> SettledOrder:
    back = [part for part in made.back if part.order_id == order.id]
    total = sum(share.total for share in made.shares_of(order.id))
    charge = total + sum(part.amount for part in back)
    return SettledOrder(
        number=order.number,
        table=order.table,
        channel="" if order.channel == COUNTER else say.channel(order.channel),
        lines=tuple(
            SettledLine(
                name=part.name,
                quantity=-part.quantity,
                price="",
                amount=say.figure(-part.amount, made.currency) if part.amount else "",
            )
            for part in back
        ),
        extras=(("adjustment", say.figure(charge, made.currency)),) if charge else (),
        total=say.figure(total, made.currency),
    )


def _settled(order: Order, say: Words) -> SettledOrder:
    adjustment = say.figure(order.adjustment, order.currency)
    return SettledOrder(
        number=order.number,
        table=order.table,
        channel="" if order.channel == COUNTER else say.channel(order.channel),
        lines=tuple(_settled_line(line, order.currency, say) for line in order.wanted),
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
