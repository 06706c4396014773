"""The parts of an order in the words of the channels and in ours: the same facts, field by field."""

from __future__ import annotations

from collections.abc import Iterable

from pos.domain.lines import keyed
from pos.domain.order import Guest, Line, Note, Order
from sync.messages import RemoteGuest, RemoteLine, RemoteNote
from sync.parts import named

#: What a guest claims there, and the problem by which it shows: a person's to answer.
CLAIMED = {"cancel": "cancel_requested", "return": "return_requested", "exchange": "exchange_requested"}


def local_line(line: RemoteLine) -> Line:
    """Return a channel's line as one of ours."""
    return Line(
        id=line.id,
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        deal_price=line.deal_price,
        item_id=line.item_id,
        options=line.options,
        note=line.note,
        contents=line.contents,
        goes_back=line.goes_back,
    )


def remote_line(line: Line) -> RemoteLine:
    """Return a line in the words of the channels."""
    return RemoteLine(
        id=line.id,
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        deal_price=line.deal_price,
        item_id=line.item_id,
        options=line.options,
        note=line.note,
        contents=line.contents,
        goes_back=line.goes_back,
    )


def local_note(note: RemoteNote) -> Note:
    """Return a channel's note as one of ours."""
    return Note(note.name, note.message, note.at, note.fact)


def local_guest(guest: RemoteGuest) -> Guest:
    """Return a channel's guest as one of ours; a membership is what is on the card."""
    member = guest.membership
    return Guest(
        id=guest.id,
        name=guest.name,
        phone=guest.phone,
        address=guest.address,
        level=member.level if member else "",
        balance=member.balance if member else None,
        points=member.points if member else None,
    )


def line_keys(order: Order) -> dict[str, Line]:
    """Return an order's lines by what names them in letters."""
    return keyed(order.lines)


def keys_named(order: Order, parts: Iterable[object]) -> frozenset[str]:
    """Return which of an order's lines a letter's ``parts`` name; none named are all."""
    return named(line_keys(order), parts)
