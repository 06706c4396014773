"""Accepting by itself what a channel brings, where it is set to: never blindly, nor more than is cooked."""

from __future__ import annotations

from pos.actions import orders as moves
from pos.actions.spool import all_print
from pos.domain.order import Order
from pos.store.tx import Tx
from sync.messages import RemoteOrder


def auto_accept(tx: Tx, order: Order, heard: RemoteOrder) -> Order:
    """Accept an order at once where its channel is set to, unless a person must look at it first."""
    facts = tx.shop.channels[order.channel]
    if not facts.auto_accept or order.payment.given_back_there:
        # Whether an order is still wanted whose guest has all money back, a person was asked.
        return order
    if why := _unclear(order, heard) or _too_busy(tx, facts.auto_accept_limit):
        tx.attend("auto_accept_off", f"{order.channel}:{order.id}", order, channel=order.channel, why=why)
        return order
    return moves.accept(tx, order.id).order


#: Why a person must look first at what is so there when it is first heard.
_LEFT = {"unknown": "unknown_status", "paid": "paid_there"}


def _unclear(order: Order, heard: RemoteOrder) -> str:
    if not order.lines:
        return "no_lines"
    return _LEFT.get(heard.status, "")


def _too_busy(tx: Tx, limit: int) -> str:
    if not all_print(tx, "kitchen"):
        return "kitchen_printer"
    return "many_orders" if tx.orders.count_placed() > limit else ""
