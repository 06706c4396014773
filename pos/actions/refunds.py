"""Refunds: what of a closed deal goes back is a deal of its own, linked to it, with negative money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID, uuid4

from pos.actions import unbooked
from pos.actions.bills import closed
from pos.actions.cards import refuse_card_number
from pos.actions.pieces import refunded_pieces
from pos.actions.reactions import tell
from pos.actions.sales import tell_sale
from pos.actions.settlement import print_refund
from pos.actions.tickets import words
from pos.domain import refund as refunds
from pos.domain.deal import Deal, merged
from pos.domain.order import Order
from pos.domain.payment import METHODS, Amount, PaymentStatus
from pos.domain.refund import Pieces, Standing
from pos.domain.refusals import Refused
from pos.store.tx import Tx

__all__ = ["Refunded", "refund", "refunded_pieces"]

#: What people were asked to do about money that a refund gives back.
_ASKED = ("paid_but_off", "paid_here_off_there", "paid_twice")


#: What a person is asked to give back there: all that a refund says, or what is left of it by then.
_THERE, _REST_THERE = "refund_there", "refund_rest_there"


class Refunded(NamedTuple):
    """The deal that took something back, and its orders as they are now. `changed`: it was made just now.

    `held` (minor units) is with channels that cannot be told of it: a person has still to give it back there.
    Of `perhaps_held` they had given back some before, and nobody here knows how much.
    """

    deal: Deal
    orders: tuple[Order, ...]
    changed: bool
    held: int = 0
    perhaps_held: int = 0


def refund(
    tx: Tx,
    deal_id: UUID,
    pieces: Sequence[tuple[UUID, str, int]] = (),
    given: Sequence[Amount] = (),
    reason: str = "",
    refund_id: UUID | None = None,
    there: bool = False,
) -> Refunded:
    """Take pieces (order, line, how many; none: all that is left) of a closed deal back; raises Refused.

    `given` are the amounts (minor units, positive) by which the money goes; none: the methods it came by.
    Repeating is harmless: with the same `refund_id`; without one, the same pieces for the same reason are
    the same refund, and all that is left is taken back once. `there`: the channel gave it back already, as a
    person was asked to book; nothing leaves the drawer then, nobody signs, and the channel is not told.
    """
    if not (reason := reason.strip()[:200]):
        raise Refused("reason_needed")
    refuse_card_number(reason)
    before, wanted = tx.deals.standing(deal_id), [Pieces(*part) for part in pieces]
    if known := _known(before, wanted, given, reason, refund_id):
        return _refunded(tx, known, _concerned(before, known), changed=False)
    made = refunds.refund(
        before,
        wanted,
        given,
        refund_id=refund_id or uuid4(),
        at=tx.now,
        by=tx.who.name,
        reason=reason,
        methods=(*METHODS, *tx.shop.methods),
    )
    return _book_there(tx, before, made) if there else _close(tx, before, made)


def _known(
    now: Standing, pieces: Sequence[Pieces], given: Sequence[Amount], reason: str, refund_id: UUID | None
) -> Deal | None:
    """Return the refund that this command made when it was first given; None where it is a new one."""
    if refund_id is not None:
        return next((made for made in now.earlier if made.id == refund_id), None)
    if not pieces:
        whole = not any(now.left(order) for order in now.orders)
        return now.earlier[-1] if whole and now.earlier else None
    asked = _counted(pieces), reason
    ways = {part.method: -part.amount for part in merged(given)}
    for made in now.lasting:
        back = [Pieces(part.order_id, part.line_id, part.quantity) for part in made.back]
        paid = {part.method: part.amount for part in made.payments}
        if (_counted(back), made.reason) == asked and ways in ({}, paid):
            return made
    return None


def _counted(pieces: Sequence[Pieces]) -> Counter[tuple[UUID, str]]:
    counts: Counter[tuple[UUID, str]] = Counter()
    for part in pieces:
        counts[part.order_id, part.line_id] += part.quantity
    return counts


def _concerned(now: Standing, made: Deal) -> tuple[Order, ...]:
    return tuple(order for order in now.orders if made.shares_of(order.id))


def _refunded(tx: Tx, made: Deal, orders: tuple[Order, ...], *, changed: bool) -> Refunded:
    """Return what came of a refund: what is held there is what a person is still asked to give back."""
    held, perhaps = (
        -sum(
            share.total
            for order in orders
            if tx.notices.asks(kind, f"{made.id}:{order.id}")
            for share in made.shares_of(order.id)
            if share.online
        )
        for kind in (_THERE, _REST_THERE)
    )
    return Refunded(made, orders, changed, held, perhaps)


def _close(tx: Tx, before: Standing, made: Deal) -> Refunded:
    approved_by = _approved_by(tx)
    tx.deals.hold(before.deal)
    made, orders = _book(tx, before, made)
    print_refund(tx, made, before.deal, orders, approved_by)
    return _refunded(tx, made, orders, changed=True)


def _book_there(tx: Tx, before: Standing, made: Deal) -> Refunded:
    unbooked.refuse_unasked(tx, _concerned(before, made))
    tx.deals.hold(before.deal)
    made, orders = _book(tx, before, made, there=True)
    return Refunded(made, orders, changed=True)


def _book(tx: Tx, before: Standing, made: Deal, *, there: bool = False) -> tuple[Deal, tuple[Order, ...]]:
    made = tx.deals.add(closed(tx, made))
    tx.touch("deals")
    after = replace(before, earlier=(*before.earlier, made))
    return made, tuple(_give_back(tx, after, made, order, there=there) for order in _concerned(after, made))


def went_back_there(tx: Tx, deal: Deal, orders: tuple[Order, ...]) -> tuple[Order, ...]:
    """Book what a channel gave back before its order was settled here; return the orders as they are now.

    The books then say both: that it took the money, and that the guest has it again. Nothing leaves the
    drawer, and nobody signs.
    """
    back = [order for order in orders if order.payment.given_back_there and order.total]
    if not back:
        return orders
    standing, why = Standing(deal, tuple(back)), words(tx).say("refund.went_back_there")
    made = refunds.refund(
        standing, (), (), refund_id=uuid4(), at=tx.now, by=tx.who.name, reason=why, methods=()
    )
    now = {order.id: order for order in _book(tx, standing, made)[1]}
    return tuple(now.get(order.id, order) for order in orders)


def _approved_by(tx: Tx) -> str:
    """Return who lets money go back; as long as the shop has no roles, whoever stands at the counter."""
    return tx.who.name


def _give_back(tx: Tx, after: Standing, made: Deal, order: Order, *, there: bool) -> Order:
    all_there = order.payment.given_back_there
    kind = _REST_THERE if _part_went_back_there(tx, after, made, order) else _THERE
    status = order.payment.status if all_there else after.payment_of(order)
    shares = made.shares_of(order.id)
    moved = tx.put(replace(order, payment=replace(order.payment, status=status), updated_at=tx.now))
    tx.write(
        "refund",
        moved,
        made,
        total=sum(share.total for share in shares),
        paid={part.method: part.amount for share in shares for part in share.paid},
        bill=made.number,
        of=after.deal.number,
    )
    if status is PaymentStatus.REFUNDED:
        tx.touch("attention")
        tx.notices.settle_of_order(order.id, _ASKED, "refunded", tx.now)
    unbooked.booked(tx, after, order)
    if not (there or all_there):
        _say_there(tx, moved, made, kind)
    tell_sale(tx, moved)
    return moved


def _part_went_back_there(tx: Tx, after: Standing, made: Deal, order: Order) -> bool:
    """Whether its channel gave some of an order's money back before we did: nobody knows here how much."""
    if not order.payment.online or order.payment.status is not PaymentStatus.PART_REFUNDED:
        return False
    ours = any(earlier.shares_of(order.id) for earlier in after.earlier if earlier.id != made.id)
    said = tx.journal.last(order.id, "payment_there").get("status")
    return not ours or said == PaymentStatus.PART_REFUNDED.value


def _say_there(tx: Tx, order: Order, made: Deal, kind: str) -> None:
    """Tell the channel where it has a call for that; else a person gives back what it holds, there."""
    shares = made.shares_of(order.id)
    total, held = (-sum(share.total for share in shares if share.online or every) for every in (True, False))
    tell(tx, order, "refund", {"bill": made.number, "amount": total, "held": held, "reason": made.reason})
    channel = tx.shop.channels.get(order.channel)
    if held and (channel is None or "refund" not in channel.tells):
        said = words(tx).money(held, made.currency)
        tx.attend(kind, f"{made.id}:{order.id}", order, channel=order.channel, amount=said)
