"""Settling: several orders into one deal, all or nothing, and what each channel learns of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID, uuid4

from pos.actions.bills import closed
from pos.actions.money_there import nothing_to_decide
from pos.actions.reactions import tell, tell_complete
from pos.actions.refunds import went_back_there
from pos.actions.sales import tell_sale
from pos.actions.settlement import print_settlement
from pos.actions.unread_money import refuse_unread
from pos.domain import deal as deals
from pos.domain.deal import Deal, DealState, Share
from pos.domain.order import Move, Order, Status
from pos.domain.payment import CASH, METHODS, PREPAY, Amount, Payment, PaymentStatus
from pos.domain.refusals import Refused
from pos.store.tx import Tx


class Settled(NamedTuple):
    """A deal and its orders as they are now. `changed` is false where it was already so."""

    deal: Deal
    orders: tuple[Order, ...]
    changed: bool


def settle(tx: Tx, order_ids: Sequence[UUID], given: Sequence[Amount] = ()) -> Settled:
    """Turn orders into one deal, closed at once; with `prepay` it closes on the channel's answer.

    `given` are minor units of the orders' currency. Orders whose channel took the money need none, nor does
    one whose channel gave it back: it closes alone, and what went back is booked with it, unless its guest
    pays here after all.
    """
    if not order_ids or len(set(order_ids)) != len(order_ids):
        raise Refused("no_orders" if not order_ids else "order_twice")
    orders = tuple(tx.orders.get(order_id) for order_id in order_ids)
    if known := _known(tx, orders):
        _refuse_while_asked(known, given)
        return known
    for order in orders:
        order.path(Move.SETTLE)
    refuse_unread(tx, orders)
    _refuse_unknown_methods(tx, given)
    deal_id = uuid4()
    deal = deals.settle(deal_id, str(deal_id), orders, given, tx.now, tx.who.name)
    if any(part.method == PREPAY for part in given):
        return _ask_for_prepay(tx, deal, orders)
    return _close(tx, tx.deals.add(closed(tx, deal)), orders)


def _known(tx: Tx, orders: tuple[Order, ...]) -> Settled | None:
    """Return the deal in which all these orders already are; raises Refused where only some are in one."""
    in_deals = {order.deal_id for order in orders}
    if in_deals == {None}:
        return None
    first = orders[0].deal_id
    if len(in_deals) == 1 and first is not None:
        return Settled(tx.deals.get(first), orders, changed=False)
    taken = [order.number for order in orders if order.deal_id]
    raise Refused("already_settled", orders=", ".join(taken))


def _refuse_while_asked(known: Settled, given: Sequence[Amount]) -> None:
    """Take no other money while the channel is asked for the guest's balance: it may be taken yet."""
    if known.deal.state is DealState.OPEN and not any(part.method == PREPAY for part in given):
        raise Refused("prepay_pending", order=known.orders[0].number)


def _refuse_unknown_methods(tx: Tx, given: Sequence[Amount]) -> None:
    known = (*METHODS, *tx.shop.methods)
    for part in given:
        if part.method not in known:
            raise Refused("unknown_method", method=part.method, methods=", ".join(known))


def _close(tx: Tx, deal: Deal, orders: tuple[Order, ...]) -> Settled:
    tx.touch("deals")
    settled = tuple(
        _settle_one(tx, deal, order, share) for order, share in zip(orders, deal.shares, strict=True)
    )
    print_settlement(tx, deal, settled)
    return Settled(deal, went_back_there(tx, deal, settled), changed=True)


def _settle_one(tx: Tx, deal: Deal, order: Order, share: Share) -> Order:
    method = share.method or order.payment.type or CASH
    payment = order.payment if share.online else Payment(method, PaymentStatus.PAID)
    before = order.status
    off = before in (Status.CANCELED, Status.REJECTED)
    moved = replace(order, settled=True) if off else order.after(Move.SETTLE, tx.now)
    moved = tx.put(replace(moved, payment=payment, deal_id=deal.id))
    if off and moved.holds_money:
        tx.attend("paid_but_off", str(order.id), moved, channel=order.channel)
    tx.write(
        "settle",
        moved,
        deal,
        before=before.value,
        after=moved.status.value,
        total=share.total,
        bill=deal.number,
    )
    if not share.online and not _prepaid(deal):
        tell(tx, moved, "pay", {"method": method, "amount": share.total})
    tell_complete(tx, moved)
    tell_sale(tx, moved)
    nothing_to_decide(tx, moved)
    return moved


def _prepaid(deal: Deal) -> bool:
    return any(part.method == PREPAY for part in deal.payments)


def _ask_for_prepay(tx: Tx, deal: Deal, orders: tuple[Order, ...]) -> Settled:
    """Open the deal and ask the channel for the guest's stored value; nothing is closed before it answers."""
    if len(orders) != 1 or len(deal.payments) != 1:
        raise Refused("prepay_alone")
    order = orders[0]
    channel = tx.shop.channels.get(order.channel)
    if channel is None or not channel.stored_value:
        raise Refused("prepay_not_here", order=order.number)
    if _is_away(tx, order.channel):
        raise Refused("channel_away", channel=order.channel)
    deal = tx.deals.add(deal)
    order = tx.put(replace(order, deal_id=deal.id, updated_at=tx.now))
    tx.touch("deals")
    tx.write("ask_prepay", order, deal, total=deal.total)
    tell(tx, order, "pay", {"method": PREPAY, "amount": deal.total, "deal": str(deal.id)})
    return Settled(deal, (order,), changed=True)


def _is_away(tx: Tx, channel: str) -> bool:
    """Whether a channel cannot answer now: it is not well, or somebody has paused it."""
    known = tx.states.channel(channel)
    paused = known["paused_until"]
    return known["state"] != "well" or (paused is not None and paused > tx.now)


def prepay_taken(tx: Tx, deal_id: UUID) -> Settled:
    """The channel took the stored value: close the deal, also where the order was called off meanwhile."""
    deal = tx.deals.get(deal_id)
    orders = tuple(tx.orders.get(share.order_id) for share in deal.shares)
    if deal.state is DealState.CLOSED:
        return Settled(deal, orders, changed=False)
    return _close(tx, tx.deals.put(closed(tx, deal)), orders)


def prepay_refused(tx: Tx, deal_id: UUID, why: str) -> None:
    """The channel did not take the stored value: take the deal apart, and say so.

    Where the guest has paid there meanwhile, nothing else is to be taken.
    """
    deal = tx.deals.get(deal_id)
    if deal.state is DealState.CLOSED:
        return
    for share in deal.shares:
        order = tx.put(replace(tx.orders.get(share.order_id), deal_id=None, updated_at=tx.now))
        tx.write("prepay_refused", order, deal)
        kind = "prepay_paid_there" if order.payment.taken_online else "prepay_refused"
        tx.attend(kind, f"{deal.id}", order, channel=order.channel, why=why[:200])
        tell_sale(tx, order)
    tx.touch("deals")
    tx.deals.remove(deal)


def no_prepay_there(tx: Tx, channel: str, why: str) -> None:
    """Ask a channel that is left alone for no stored value more, where that was not begun."""
    asking = {one.order_id for one in tx.outbox.stuck() if (one.channel, one.verb) == (channel, "pay")}
    for order_id in asking:
        no_prepay(tx, tx.orders.get(order_id), why)


def no_prepay(tx: Tx, order: Order, why: str) -> Order:
    """Ask for stored value no more where that was not begun; what was begun is left to be found out."""
    for letter in tx.outbox.of_order(order.id, order.channel):
        asks = letter.verb == "pay" and letter.state == "waiting" and not letter.attempted
        if asks and order.deal_id and not order.settled:
            tx.outbox.mark(letter.id, ("waiting",), state="dropped", error=why, done_at=tx.now)
            prepay_refused(tx, order.deal_id, why)
    return tx.orders.get(order.id)
