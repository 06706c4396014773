"""What tickets of an order say: what changed, its number from two metres away, and whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import BIG, BOLD, PLAIN, TALL, Item, Rule, Text
from printing.looks.parts import banner, ends, largest
from printing.looks.words import CHANGES, table, word
from printing.tickets import OrderTicket

_MEMO = TALL._replace(inverse=True)


def change(ticket: OrderTicket, across: int) -> Iterator[Item]:
    """Say at the top that the ticket is about a change, in Latin letters first."""
    if ticket.change:
        own = word(f"change.{ticket.change}", ticket.language)
        parts = (CHANGES[ticket.change], own, table(ticket.table, ticket.language))
        yield banner(" ".join(filter(None, parts)), across)


def head(ticket: OrderTicket, title: str, across: int) -> Iterator[Item]:
    """Say whose ticket this is, below a `title` with the paper's own number."""
    say = ticket.language
    yield ends(title, ticket.number)
    yield from _big(ticket, across)
    promised = word("promised", say).format(ticket.promised) if ticket.promised else ""
    if ticket.channel or ticket.at or promised:
        yield ends(f"{ticket.channel} {ticket.at}".strip(), promised, PLAIN, BOLD)
    if ticket.address:
        yield Text(ticket.address)
    yield Rule()


def _big(ticket: OrderTicket, across: int) -> Iterator[Item]:
    """Say the order's number, its type and its table, beside each other where they fit."""
    number = f"{ticket.order_number}  {word(f'type.{ticket.order_type}', ticket.language)}"
    place = "" if ticket.change else table(ticket.table, ticket.language)
    together = f"{number}  {place}".rstrip()
    if largest(together, across) == BIG:
        yield Text(together, BIG, "center")
    else:
        yield Text(number, BIG, "center")
        yield Text(place, largest(place, across), "center")


def reason(ticket: OrderTicket) -> Iterator[Item]:
    """Say why something is off."""
    if ticket.reason:
        yield Text(word("reason", ticket.language).format(ticket.reason), BOLD)


def memo(messages: tuple[str, ...]) -> Iterator[Item]:
    """Say what the guest wrote, so that nobody overlooks it."""
    if messages:
        yield Rule()
    for message in messages:
        yield Text(message, _MEMO, "center")


def foot(ticket: OrderTicket, right: str = "") -> Iterator[Item]:
    """Say which ticket this one follows, and who fired it."""
    say = ticket.language
    yield Rule()
    if ticket.previous:
        yield Text(word("previous", say).format(ticket.previous), align="center")
    by = word("fired_by", say).format(ticket.fired_by) if ticket.fired_by else ""
    if by or right:
        yield ends(by, right)
