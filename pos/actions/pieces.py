"""What of an order's pieces went back."""

from __future__ import annotations

from pos.domain.order import Order
from pos.store.tx import Tx


def refunded_pieces(tx: Tx, order: Order) -> dict[str, int]:
    """Return how many pieces of an order's lines (by their keys) went back; lines of none are left out."""
    return {} if order.deal_id is None else dict(tx.deals.standing(order.deal_id).pieces_back(order))
