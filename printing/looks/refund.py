"""What a guest gets and signs when money goes back: how much, of which bill, which way, and why."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import BOLD, PLAIN, QR, TALL, Feed, Item, Rule, Text
from printing.looks import bill
from printing.looks.parts import banner, ends, joined, width_of
from printing.looks.words import word
from printing.tickets import Refund


def refund(ticket: Refund, across: int) -> Iterator[Item]:
    """Yield a refund ticket for paper of `across` columns."""
    say = ticket.language
    yield banner(word("refund", say), across)
    yield from bill.shop(ticket, across)
    yield ends(
        joined((word("bill", say).format(ticket.bill), ticket.number)), bill.tables(ticket), PLAIN, BOLD
    )
    yield ends(word("refunds", say).format(ticket.refunds), ticket.at, BOLD)
    yield from bill.orders(ticket, across)
    yield Rule()
    yield ends(word("refunded", say), ticket.total, TALL, TALL)
    for payment in ticket.payments:
        yield ends(word("goes_back", say).format(word(payment.method, say)), payment.amount)
    if ticket.reason:
        yield Text(word("reason", say).format(ticket.reason), BOLD)
    yield from _foot(ticket, across)


def _foot(ticket: Refund, across: int) -> Iterator[Item]:
    say = ticket.language
    yield Rule()
    people = (("cashier", ticket.cashier), ("approved_by", ticket.approved_by))
    took, allowed = (word(key, say).format(name) if name else "" for key, name in people)
    yield ends(took, allowed)
    if ticket.signature:
        label = word("signature", say)
        yield Feed(2)
        yield Text(f"{label} {'_' * (across - width_of(label) - 1)}")
    if ticket.qr:
        yield QR(ticket.qr)
