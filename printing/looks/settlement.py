"""What the guest gets: what was eaten, what it cost, how it was paid, and what is left on the card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from printing.document import BOLD, PLAIN, QR, TALL, Cell, Columns, Feed, Item, Rule, Text
from printing.looks.parts import ends, largest, width_of
from printing.looks.words import table, word
from printing.tickets import Language, SettledLine, SettledOrder, Settlement


def settlement(ticket: Settlement, across: int) -> Iterator[Item]:
    """Yield a settlement ticket for paper of `across` columns."""
    yield from _head(ticket, across)
    room = _amount_room(ticket)
    for order in ticket.orders:
        yield from _order(order, ticket, room)
    yield Rule()
    yield ends(word("total", ticket.language), ticket.total, TALL, TALL)
    yield from _money(ticket)
    yield from _foot(ticket)


def _head(ticket: Settlement, across: int) -> Iterator[Item]:
    yield Text(ticket.shop, largest(ticket.shop, across), "center")
    contact = "  ".join(filter(None, (ticket.shop_address, ticket.shop_phone)))
    if contact:
        yield Text(contact, align="center")
    yield Rule()
    # The paper's own number stands on it: whether this one came out is asked by it.
    bill = _joined((word("bill", ticket.language).format(ticket.bill), ticket.number))
    yield ends(bill, _joined(table(order.table, ticket.language) for order in ticket.orders), PLAIN, BOLD)
    yield ends(_joined(order.number for order in ticket.orders), ticket.at)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(filter(None, texts)))


def _amount_room(ticket: Settlement) -> int:
    """Return the columns of the widest amount, so that quantities stand below each other."""
    amounts = [line.amount for order in ticket.orders for line in order.lines]
    return max(map(width_of, amounts), default=1)


def _order(order: SettledOrder, ticket: Settlement, room: int) -> Iterator[Item]:
    yield Rule()
    several = len(ticket.orders) > 1
    if several:
        whose = _joined((order.number, table(order.table, ticket.language)))
        yield ends(whose, order.channel, BOLD)
    for line in order.lines:
        yield from _dish(line, ticket.language, room)
    for label, amount in order.extras:
        yield ends(word(label, ticket.language), amount)
    if several and order.total:
        yield ends(word("subtotal", ticket.language), order.total, BOLD, BOLD)


def _dish(line: SettledLine, language: Language, room: int) -> Iterator[Item]:
    quantity = f"{word('times', language)}{line.quantity}"
    yield Columns(
        (Cell(line.name, weight=1), Cell(quantity, width=5), Cell(line.amount, align="right", width=room))
    )
    if line.options:
        yield Text(word("and", language).join(line.options), indent=2)
    if line.deal_price:
        yield Text(word("deal_price", language).format(line.price, line.deal_price), indent=2)
    elif line.quantity != 1 and line.price:
        yield Text(word("unit_price", language).format(line.price), indent=2)


def _money(ticket: Settlement) -> Iterator[Item]:
    for payment in ticket.payments:
        yield ends(word(payment.method, ticket.language), payment.amount)
    if ticket.change:
        yield ends(word("change", ticket.language), ticket.change, BOLD, BOLD)
    if ticket.member or ticket.member_balance:
        yield Rule()
        yield from _member(ticket)


def _member(ticket: Settlement) -> Iterator[Item]:
    if ticket.member:
        yield Text(word("member", ticket.language).format(ticket.member))
    if ticket.member_balance:
        yield ends(word("balance", ticket.language), ticket.member_balance)


def _foot(ticket: Settlement) -> Iterator[Item]:
    yield Rule()
    if ticket.qr:
        yield QR(ticket.qr)
    cashier = word("cashier", ticket.language).format(ticket.cashier) if ticket.cashier else ""
    closing = "  ".join(filter(None, (cashier, ticket.footer)))
    yield Text(closing, align="center") if closing else Feed()
