"""Supplies for the shop itself: ordered at a channel's service, waited for, and closed with a deal of zero.

Such an order is a delivery to the shop's own site. It is accepted from the start, as nobody else has to take
it on; *execute* says that the goods are here. No ticket is printed, and nothing is told but that it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from pos.actions import deals, new, orders
from pos.actions.orders import Made
from pos.domain.order import Guest, Line, Order, OrderType, Status
from pos.domain.refusals import Refused
from pos.store.tx import Tx

#: What can be ordered; it stands before the thing's number there in a line's `item_id` (``item:31``).
ITEM, KIT = "item", "kit"


def order_supplies(tx: Tx, channel: str, items: Sequence[Line], note: str = "") -> Made:
    """Order items and kits for the shop's own site at a channel; two lines of one thing become one.

    Prices there are none. Raises Refused where the channel has no site of the shop, or a line is nothing of
    the channel's.
    """
    guest = _itself(tx, channel)
    draft = new.Draft(OrderType.DELIVER, _merged(channel, items), channel, guest=guest, memo=(note.strip(),))
    new.refuse_broken(tx, draft)
    order = new.add(tx, replace(new.drafted(tx, draft), status=Status.ACCEPTED, accepted_at=tx.now))
    return Made(order, changed=True)


def take_in(tx: Tx, order_id: UUID) -> Made:
    """The goods are here: the order is done and closed with a deal of zero; harmless to repeat."""
    order = tx.orders.get(order_id)
    if not _is_supplies(tx, order):
        raise Refused("no_supplies", order=order.number)
    if order.status is Status.PAID:
        return Made(order, changed=False)
    order = orders.execute(tx, order_id).order
    if not order.settled:
        [order] = deals.settle(tx, [order_id]).orders
    return Made(order, changed=True)


def _itself(tx: Tx, channel: str) -> Guest:
    facts = tx.shop.channels.get(channel)
    if facts is None:
        raise Refused("no_channel", channel=channel, channels=", ".join(tx.shop.channels))
    if not facts.own_guest or "register" not in facts.tells:
        raise Refused("no_site", channel=channel)
    return Guest(facts.own_guest, tx.shop.name, tx.shop.phone, tx.shop.address)


def _is_supplies(tx: Tx, order: Order) -> bool:
    return tx.shop.is_itself(order.channel, order.guest.id)


def _merged(channel: str, items: Sequence[Line]) -> tuple[Line, ...]:
    """Return one line for each thing, without prices."""
    found: dict[str, Line] = {}
    for line in items:
        sort, _, number = line.item_id.partition(":")
        if sort not in (ITEM, KIT) or not number.strip():
            raise Refused("not_supplies", line=line.name[:60], channel=channel)
        before = found.get(line.item_id)
        many = line.quantity + (before.quantity if before else 0)
        found[line.item_id] = replace(line, quantity=many, price=None, deal_price=None)
    return tuple(found.values())
