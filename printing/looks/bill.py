"""What a bill lists, and what a refund takes back of it: the shop, the orders, and what each line cost."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import BOLD, Column, Item, Rule, Table, Text
from printing.looks.parts import ends, joined, largest
from printing.looks.words import table, word
from printing.tickets import BillTicket, Language, SettledLine

#: Paper with so many columns has room for the price of one beside the quantity.
_ROOMY = 42


def shop(ticket: BillTicket, across: int) -> Iterator[Item]:
    """Say whose bill this is."""
    yield Text(ticket.shop, largest(ticket.shop, across), "center")
    contact = "  ".join(filter(None, (ticket.shop_address, ticket.shop_phone)))
    if contact:
        yield Text(contact, align="center")
    yield Rule()


def tables(ticket: BillTicket) -> str:
    """Return every table of the orders once."""
    return joined(table(order.table, ticket.language) for order in ticket.orders)


def numbers(ticket: BillTicket) -> str:
    """Return the orders' numbers."""
    return joined(order.number for order in ticket.orders)


def orders(ticket: BillTicket, across: int) -> Iterator[Item]:
    """List every order with its lines, what else made its total, and that total where there are several."""
    say = ticket.language
    several = len(ticket.orders) > 1
    for order in ticket.orders:
        yield Rule()
        if several:
            yield ends(joined((order.number, table(order.table, say))), order.channel, BOLD)
        if order.lines:
            yield _lines(order.lines, say, roomy=across >= _ROOMY)
        yield from (ends(word(label, say), amount) for label, amount in order.extras)
        if several and order.total:
            yield ends(word("subtotal", say), order.total, BOLD, BOLD)


def _lines(lines: tuple[SettledLine, ...], language: Language, *, roomy: bool) -> Table:
    rows: list[tuple[str, ...] | Text] = []
    for line in lines:
        rows.append((line.name, _quantity(line, language, roomy=roomy), line.amount))
        if line.options:
            rows.append(Text(word("and", language).join(line.options), indent=2))
        if price := _price(line, language, roomy=roomy):
            rows.append(Text(price, indent=2))
    return Table((Column(weight=1), Column(align="right"), Column(align="right")), tuple(rows), gap=2)


def _quantity(line: SettledLine, language: Language, *, roomy: bool) -> str:
    """Return how many, behind the price of one where there is room for it and it is not the amount."""
    quantity = f"{word('times', language)}{line.quantity}"
    each = line.deal_price or (line.price if abs(line.quantity) != 1 else "")
    return f"{each} {quantity}" if roomy and each else quantity


def _price(line: SettledLine, language: Language, *, roomy: bool) -> str:
    """Return what is still to be said of the price of one."""
    if line.deal_price:
        full = word("full_price", language).format(line.price)
        return full if roomy else word("deal_price", language).format(line.price, line.deal_price)
    said_beside = roomy or abs(line.quantity) == 1 or not line.price
    return "" if said_beside else word("unit_price", language).format(line.price)
