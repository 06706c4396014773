"""Supplies for the shop itself: ordered at a channel's service, waited for, and closed with a deal of zero.

Such an order is a delivery to the shop's own site. It is accepted from the start, as nobody else has to take
it on; *execute* says that the goods are here. No ticket is printed, and nothing is told but that it is made.

That it is supplies is a fact of the order, found out once by its guest: goods stay goods where the shop moves
to another site, or gives the channel up. Only what nobody has dealt with yet is looked at again.
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
    order = new.add(tx, _waited_for(tx, new.drafted(tx, draft)))
    return Made(order, changed=True)


def look_again(tx: Tx, order: Order) -> Order:
    """Wait for an order as supplies that nobody has dealt with and whose guest turns out to be the shop."""
    if order.status is not Status.PLACED or not tx.shop.is_itself(order.channel, order.guest.id):
        return order
    order = tx.put(_waited_for(tx, order))
    tx.write("is_supplies", order)
    return order


def look_through(tx: Tx, channel: str) -> None:
    """Look again at what a channel brought: it may only now be said which guest there is the shop."""
    for order in tx.orders.placed(channel):
        look_again(tx, order)


def take_in(tx: Tx, order_id: UUID) -> Made:
    """The goods are here, or handed over: the order is done, its deal is of zero; harmless to repeat."""
    order = tx.orders.get(order_id)
    if not order.supplies:
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


def _waited_for(tx: Tx, order: Order) -> Order:
    return replace(order, supplies=True, status=Status.ACCEPTED, accepted_at=tx.now, updated_at=tx.now)


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
