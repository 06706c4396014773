"""An order whose money did not come as it is there: nothing is booked of it before a person has looked."""

from __future__ import annotations

from collections.abc import Iterable

from pos.domain.order import Order
from pos.domain.refusals import Refused
from pos.store.tx import Tx

#: What of an order that could not be taken over changes what it costs.
_COSTS = ("price", "total", "quantity")


def refuse_unread(tx: Tx, orders: Iterable[Order]) -> None:
    """Raise Refused where a person has still to look at what one of these orders costs."""
    for order in orders:
        if any(tx.notices.asks("problem", f"{order.id}:{part}") for part in _COSTS):
            raise Refused("money_unread", order=order.number)
