"""Refunds: what of a closed deal goes back, as a deal of its own that names it."""

from __future__ import annotations

from collections import Counter

from pos.domain.order import Order
from pos.store.tx import Tx


def refunded_pieces(tx: Tx, order: Order) -> dict[str, int]:
    """Return how many pieces of an order's lines (by their ids) were refunded; lines of none are left out."""
    if order.deal_id is None:
        return {}
    pieces: Counter[str] = Counter()
    for refund in tx.deals.refunds_of(order.deal_id):
        pieces.update({back.line_id: back.quantity for back in refund.back if back.order_id == order.id})
    return dict(pieces)
