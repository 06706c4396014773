"""A channel's business day, theirs and ours side by side, asked for through the channel that is worked."""

from __future__ import annotations

import asyncio
from datetime import date

from pos.reconciled import Reconciliation, Row
from pos.store import sides
from pos.store.database import utcnow
from pos.store.store import Store
from sync.channel import Channel
from sync.reconcile import Side, compare, fetch


async def reconcile(channel: Channel, store: Store, day: date) -> Reconciliation:
    """Ask a service for a business day's orders and put ours beside them; nothing is changed on either side.

    Raises the errors of `sync.errors`, and StoreTrouble.
    """
    shop, name, at = store.shop, channel.name, utcnow()
    ours = await asyncio.to_thread(store.ask, sides.of_day, shop, name, day)
    theirs = await fetch(channel, ours, *shop.bounds(day))
    if "sale" not in shop.channels[name].tells:
        others = theirs.orders.keys() - ours.keys()
        ours |= await asyncio.to_thread(store.ask, sides.known, name, others)
    pairs = compare({key: _side(each) for key, each in ours.items()}, theirs, shop.channels[name].tells)
    rows = tuple(
        Row(pair, each.order_id, each.why) if (each := ours.get(pair.remote_id)) else Row(pair)
        for pair in pairs
    )
    return Reconciliation(name, day, at, rows, theirs.orders, len(theirs.unreadable))


def _side(ours: sides.Ours) -> Side:
    return Side(ours.status, ours.payment, ours.total, ours.currency, ours.number, ours.waits)
