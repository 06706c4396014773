"""What the pass ticks off: what changed, then the whole order by station, and its kitchen tickets."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import BOLD, Cell, Column, Columns, Item, Rule, Table, Text
from printing.looks.dishes import COOK, PASS, dishes
from printing.looks.orders import change, foot, head, memo, reason
from printing.looks.words import word
from printing.tickets import ExpediterTicket, StationDishes

_STATION = BOLD._replace(inverse=True)


def expediter(ticket: ExpediterTicket, across: int) -> Iterator[Item]:
    """Yield an expediter's ticket for paper of `across` columns."""
    yield from change(ticket, across)
    yield from head(ticket, word("expediter", ticket.language), across)
    yield from dishes(ticket.changed, ticket.language, across, COOK)
    yield from reason(ticket)
    if ticket.changed and ticket.stations:
        yield Rule()
        yield Text(word("as_now", ticket.language), BOLD)
    for station in ticket.stations:
        yield _title(station)
        yield from dishes(station.lines, ticket.language, across, PASS)
    yield from memo(ticket.memo)
    yield from _parts(ticket)
    yield from foot(ticket)


def _title(station: StationDishes) -> Item:
    """Say where it comes from, and how many are to come."""
    many = sum(line.quantity for line in station.lines)
    name = Cell(f" {station.station}", _STATION, weight=1)
    return Columns((name, Cell(f"{many} ", _STATION, "right")), gap=0)


def _parts(ticket: ExpediterTicket) -> Iterator[Item]:
    """Say how many kitchen tickets there are, so that a missing one is missed."""
    if ticket.parts:
        yield Rule()
        yield Text(word("parts", ticket.language).format(len(ticket.parts)), BOLD)
        rows = tuple((part.number, part.station) for part in ticket.parts)
        yield Table((Column(), Column(weight=1)), rows, gap=2)
