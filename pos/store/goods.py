"""What was ordered of a channel before, and what of it is still on its way to the shop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from pos.domain.order import Line, Order
from pos.store import tables as t
from pos.store.orders import from_row

#: So many of a channel's orders are looked through, the newest first.
_MOST_ORDERS = 300


def goods(read: Connection, channel: str, sorts: Sequence[str]) -> list[Line]:
    """Return each thing of these sorts (``item``, ``kit``) that a channel's orders hold, by its name.

    One piece of each, as the newest order calls it, with what the newest that says so has in it.
    """
    o = t.orders.c
    query = select(o.lines).where(o.channel == channel).order_by(o.placed_at.desc()).limit(_MOST_ORDERS)
    found: dict[str, Line] = {}
    for row in read.execute(query):
        for line in row.lines:
            sort, _, number = line["item_id"].partition(":")
            if sort in sorts and number:
                contents = tuple(line.get("contents", ()))
                one = Line("", line["name"], 1, item_id=line["item_id"], contents=contents)
                newer = found.setdefault(one.item_id, one)
                found[one.item_id] = newer if newer.contents else replace(newer, contents=contents)
    return sorted(found.values(), key=lambda line: (line.name, line.item_id))


def on_the_way(read: Connection, channel: str) -> list[Order]:
    """Return a channel's supplies that are not here yet or not closed, oldest first."""
    o = t.orders.c
    query = select(t.orders).where(t.OPEN, o.channel == channel, o.supplies).order_by(o.placed_at)
    return [from_row(row) for row in read.execute(query)]
