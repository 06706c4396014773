"""Accepting by itself what a channel brings, where it is set to: never blindly, nor more than is cooked."""

from __future__ import annotations

from collections.abc import Collection

from pos.actions import orders as moves
from pos.actions.spool import all_print
from pos.domain.order import Order
from pos.store.tx import Tx
from sync.messages import RemoteOrder

#: States there in which an order may have been made by hand before it was heard of.
_DONE = frozenset({"executed", "paid"})


def auto_accept(tx: Tx, order: Order, heard: RemoteOrder) -> Order:
    """Accept an order at once where its channel is set to, unless a person must look at it first."""
    facts = tx.shop.channels[order.channel]
    if not facts.auto_accept or order.payment.given_back_there:
        # Whether an order is still wanted whose guest has all money back, a person was asked.
        return order
    if why := _unclear(order, heard, facts.guests_set) or _too_busy(tx, facts.auto_accept_limit):
        tx.attend("auto_accept_off", f"{order.channel}:{order.id}", order, channel=order.channel, why=why)
        return order
    return moves.accept(tx, order.id).order


def _unclear(order: Order, heard: RemoteOrder, guests_set: Collection[str]) -> str:
    if not order.lines:
        return "no_lines"
    if heard.status in _DONE and heard.status not in guests_set:
        return "done_there"
    return "unknown_status" if heard.status == "unknown" else ""


def _too_busy(tx: Tx, limit: int) -> str:
    if not all_print(tx, "kitchen"):
        return "kitchen_printer"
    return "many_orders" if tx.orders.count_placed() > limit else ""
