"""How closed deals stand: what of them was taken back before."""

from __future__ import annotations

from uuid import UUID

from pos.domain.order import Order
from pos.domain.refund import Standing
from pos.store.tx import Tx


def standing(tx: Tx, deal_id: UUID) -> Standing:
    """Return a deal with its orders and its refunds; raises Refused where there is none."""
    deal = tx.deals.get(deal_id)
    ids = dict.fromkeys(share.order_id for share in deal.shares)
    return Standing(deal, tuple(tx.orders.get(each) for each in ids), tx.deals.refunds_of(deal_id))


def refunded_pieces(tx: Tx, order: Order) -> dict[str, int]:
    """Return how many pieces of an order's lines (by their ids) were refunded; lines of none are left out."""
    if order.deal_id is None or not (earlier := tx.deals.refunds_of(order.deal_id)):
        return {}
    return dict(Standing(tx.deals.get(order.deal_id), (order,), earlier).pieces_back(order))
