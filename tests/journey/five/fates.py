"""What becomes of the orders of a day with five services, as far as the counter has a say in it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from uuid import UUID

from pos.domain.lines import keyed
from pos.domain.order import Line, Order

#: Orders that guests make at the counter itself, and those that the shop makes for itself.
MADE_HERE, SUPPLIES = 3, 1

#: What the shop needs for itself.
WANTED = (
    Line("", "Blood pressure cuff", 2, item_id="item:31"),
    Line("", "Heart kit", 1, item_id="kit:7"),
)


def fate(seed: int, order_id: UUID) -> float:
    """Return an order's number from 0 to 1, by which the cashier does what is next for it."""
    return random.Random(f"{seed} {order_id}").random()


def is_brought(order: Order) -> bool:
    """Whether the shop brings an order of the web shop itself, every third: it has no number then."""
    return int(order.number) % 3 == 0


def goes_back(order: Order) -> Mapping[str, int] | None:
    """Return the pieces of an order's lines that go back once it is paid: nothing named for all of them.

    Every second guest is content, and None is what goes back; others want one piece or all of it.
    """
    if int(order.number) % 2:
        return None
    key, line = next(iter(keyed(order.lines).items()))
    return {} if int(order.number) % 4 or line.quantity == 1 else {key: 1}


def pieces_back(order: Order) -> Mapping[str, int]:
    """Return how many pieces of each line go back of a paid order."""
    wanted = goes_back(order)
    return {key: line.quantity for key, line in keyed(order.lines).items()} if wanted == {} else wanted or {}
