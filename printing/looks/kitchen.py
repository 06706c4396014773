"""What a station cooks from: the order's number from two metres away, then what, then how."""

from __future__ import annotations

from collections.abc import Iterator

from printing.document import BIG, BOLD, PLAIN, TALL, Cell, Columns, Item, Rule, Text
from printing.looks.parts import banner, ends, largest
from printing.looks.words import CHANGES, table, word
from printing.tickets import KitchenLine, KitchenTicket

_SIGNS = {"add": "+", "cancel": "-", None: ""}
_MEMO = TALL._replace(inverse=True)


def kitchen(ticket: KitchenTicket, across: int) -> Iterator[Item]:
    """Yield a kitchen ticket for paper of `across` columns."""
    yield from _banner(ticket, across)
    yield from _head(ticket, across)
    yield Rule()
    if ticket.lines:
        yield from _dishes(ticket)
    yield from _reason(ticket)
    yield from _memo(ticket)
    yield from _foot(ticket)


def _banner(ticket: KitchenTicket, across: int) -> Iterator[Item]:
    if ticket.change:
        own = word(f"change.{ticket.change}", ticket.language)
        parts = (CHANGES[ticket.change], own, table(ticket.table, ticket.language))
        yield banner(" ".join(filter(None, parts)), across)


def _head(ticket: KitchenTicket, across: int) -> Iterator[Item]:
    say = ticket.language
    yield ends(ticket.station, ticket.number)
    yield from _big(ticket, across)
    promised = word("promised", say).format(ticket.promised) if ticket.promised else ""
    if ticket.channel or ticket.at or promised:
        yield ends(f"{ticket.channel} {ticket.at}".strip(), promised, PLAIN, BOLD)
    if ticket.address:
        yield Text(ticket.address)


def _big(ticket: KitchenTicket, across: int) -> Iterator[Item]:
    """Say the order's number, its type and its table, beside each other where they fit."""
    number = f"{ticket.order_number}  {word(f'type.{ticket.order_type}', ticket.language)}"
    place = "" if ticket.change else table(ticket.table, ticket.language)
    together = f"{number}  {place}".rstrip()
    if largest(together, across) == BIG:
        yield Text(together, BIG, "center")
    else:
        yield Text(number, BIG, "center")
        yield Text(place, largest(place, across), "center")


def _dishes(ticket: KitchenTicket) -> Iterator[Item]:
    times = word("times", ticket.language)
    quantities = [f"{_SIGNS[line.change]}{line.quantity}{times}" for line in ticket.lines]
    room = max(map(len, quantities)) + 1
    for line, quantity in zip(ticket.lines, quantities, strict=True):
        yield Columns((Cell(quantity, TALL, width=room), Cell(line.name, TALL, weight=1)))
        yield from _under(line, room + 1, word("and", ticket.language))


def _under(line: KitchenLine, indent: int, separator: str) -> Iterator[Item]:
    if line.options:
        yield Text(separator.join(line.options), indent=indent)
    for part in line.contents:
        yield Columns((Cell("", width=indent), Cell("-", width=2), Cell(part, weight=1)), gap=0)
    if line.note:
        yield Text(line.note, BOLD, indent=indent)


def _reason(ticket: KitchenTicket) -> Iterator[Item]:
    if ticket.reason:
        yield Text(word("reason", ticket.language).format(ticket.reason), BOLD)


def _memo(ticket: KitchenTicket) -> Iterator[Item]:
    if ticket.memo:
        yield Rule()
    for memo in ticket.memo:
        yield Text(memo, _MEMO, "center")


def _foot(ticket: KitchenTicket) -> Iterator[Item]:
    say = ticket.language
    yield Rule()
    if ticket.previous:
        yield Text(word("previous", say).format(ticket.previous), align="center")
    by = word("fired_by", say).format(ticket.fired_by) if ticket.fired_by else ""
    yield ends(by, word("part", say).format(*ticket.part))
