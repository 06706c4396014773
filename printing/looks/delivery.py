"""What goes with the bag: where, to whom, and what the courier still has to collect."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import BIG, BOLD, PLAIN, QR, TALL, Item, Rule, Text
from printing.looks.dishes import BAG, dishes
from printing.looks.orders import memo
from printing.looks.parts import banner, ends, joined, largest
from printing.looks.words import word
from printing.tickets import DeliverySlip


def delivery(ticket: DeliverySlip, across: int) -> Iterator[Item]:
    """Yield a delivery slip for paper of `across` columns."""
    yield from _head(ticket, across)
    yield from _where(ticket)
    yield Rule()
    yield from dishes(ticket.lines, ticket.language, across, BAG)
    yield from memo(ticket.memo)
    yield Rule()
    yield from _money(ticket, across)
    yield from _foot(ticket)


def _head(ticket: DeliverySlip, across: int) -> Iterator[Item]:
    say = ticket.language
    yield ends(word("slip", say), ticket.number)
    theirs = f"#{ticket.sequence_number}" if ticket.sequence_number else ""
    together = joined((ticket.order_number, f" {ticket.channel}", theirs))
    if largest(together, across) == BIG:
        yield Text(together, BIG, "center")
    else:
        yield Text(ticket.order_number, BIG, "center")
        yield Text(joined((ticket.channel, theirs)), TALL, "center")
    promised = word("promised", say).format(ticket.promised) if ticket.promised else ""
    if ticket.at or promised:
        yield ends(ticket.at, promised, PLAIN, TALL)


def _where(ticket: DeliverySlip) -> Iterator[Item]:
    yield Rule()
    if ticket.address:
        yield Text(ticket.address, TALL)
    guest = word("guest", ticket.language).format(ticket.guest) if ticket.guest else ""
    if guest or ticket.phone:
        yield ends(guest, ticket.phone, BOLD, TALL)


def _money(ticket: DeliverySlip, across: int) -> Iterator[Item]:
    say = ticket.language
    if ticket.total:
        yield ends(word("total", say), ticket.total, BOLD, BOLD)
    if ticket.paid:
        yield banner(joined((word("paid", say), ticket.method)), across)
    elif ticket.due:
        yield banner(f"{word('collect', say)} {ticket.due}", across)


def _foot(ticket: DeliverySlip) -> Iterator[Item]:
    say = ticket.language
    if ticket.qr:
        yield QR(ticket.qr)
    if ticket.previous:
        yield Text(word("previous", say).format(ticket.previous), BOLD, "center")
    called = word("call_us", say).format(ticket.shop, ticket.shop_phone) if ticket.shop_phone else ticket.shop
    yield Text(called, align="center")
