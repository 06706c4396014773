"""What a station cooks from: the order's number from two metres away, then what, then how."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import Item
from printing.looks.dishes import dishes
from printing.looks.orders import change, foot, head, memo, reason
from printing.looks.words import word
from printing.tickets import KitchenTicket


def kitchen(ticket: KitchenTicket, across: int) -> Iterator[Item]:
    """Yield a kitchen ticket for paper of `across` columns."""
    yield from change(ticket, across)
    yield from head(ticket, ticket.station, across)
    yield from dishes(ticket.lines, ticket.language, across)
    yield from reason(ticket)
    yield from memo(ticket.memo)
    yield from foot(ticket, word("part", ticket.language).format(*ticket.part))
