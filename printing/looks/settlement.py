"""What the guest gets: what was eaten, what it cost, how it was paid, and what is left on the card."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import BOLD, PLAIN, QR, TALL, Feed, Item, Rule, Text
from printing.looks import bill
from printing.looks.parts import ends, joined
from printing.looks.words import word
from printing.tickets import Settlement


def settlement(ticket: Settlement, across: int) -> Iterator[Item]:
    """Yield a settlement ticket for paper of `across` columns."""
    say = ticket.language
    yield from bill.shop(ticket, across)
    # The paper's own number stands on it: whether this one came out is asked by it.
    yield ends(
        joined((word("bill", say).format(ticket.bill), ticket.number)), bill.tables(ticket), PLAIN, BOLD
    )
    yield ends(bill.numbers(ticket), ticket.at)
    yield from bill.orders(ticket, across)
    yield Rule()
    if ticket.total:  # goods without prices have none
        yield ends(word("total", say), ticket.total, TALL, TALL)
    yield from _money(ticket)
    yield from _foot(ticket)


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
