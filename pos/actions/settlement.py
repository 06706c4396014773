"""What the guest gets with a deal: the settlement ticket."""

from __future__ import annotations

from collections.abc import Sequence

from pos.actions.tickets import paper_language, queue, words
from pos.domain.deal import Deal
from pos.domain.order import Line, Order
from pos.domain.payment import CASH
from pos.domain.shop import COUNTER
from pos.store.spool import Draft
from pos.store.tx import Tx
from pos.words import Words
from printing.tickets import PaymentLine, SettledLine, SettledOrder, Settlement, to_json


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
    queue(tx, draft)


def _settlement(tx: Tx, number: str, deal: Deal, orders: Sequence[Order]) -> Settlement:
    say = words(tx)
    member = next((order.guest for order in orders if order.guest.balance is not None), None)
    return Settlement(
        language=paper_language(tx),
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
        cashier=say.person(tx.who.name),
        qr=deal.number,
        footer=tx.shop.footer,
    )


def _settled(order: Order, say: Words) -> SettledOrder:
    adjustment = say.figure(order.adjustment, order.currency)
    return SettledOrder(
        number=order.number,
        table=order.table,
        channel="" if order.channel == COUNTER else say.channel(order.channel),
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
