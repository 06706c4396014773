"""What a channel gave back of an order after it was settled here: nothing of it is booked without a person.

The books then say that the shop has money which the guest has again. A person is asked, and books it as a
refund for which no drawer opens; that closes the question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pos.actions.lines_there import lines_of, untold
from pos.actions.money_there import payment_of
from pos.domain.lines import keyed
from pos.domain.order import Line, Order
from pos.domain.payment import GONE_BACK, PaymentStatus
from pos.domain.refund import Standing
from pos.domain.refusals import Refused
from pos.store.orders import digest
from pos.store.tx import Tx
from sync.messages import RemoteOrder

#: What is asked where all money went back there, and where some of it did.
WHOLE, PART = "book_refund", "book_part_refund"
KINDS = (WHOLE, PART)


def ask(tx: Tx, before: Order, order: Order, heard: RemoteOrder) -> None:
    """Ask for a refund to be booked where the channel gave back what the books still have; once for the same.

    `before` is the order before this was heard. How much of a part it was is said in pieces where the channel
    shows fewer than were sold, and left to the person where it does not.
    """
    if not (order.payment.online and order.settled and order.deal_id):
        return
    said = payment_of(heard).status
    if said is not PaymentStatus.REFUNDED:
        _withdraw(tx, order, KINDS if said is PaymentStatus.PAID else (WHOLE,))
    if said not in GONE_BACK:
        return
    now = tx.deals.standing(order.deal_id)
    if now.money_left(order) == 0:
        return
    if order.payment.status is PaymentStatus.REFUNDED:
        _ask(tx, order, WHOLE, {})
    elif missing := _missing(tx, order, heard):
        if missing - now.pieces_back(order):
            _ask(tx, order, PART, missing)
    elif before.payment.status is not PaymentStatus.PART_REFUNDED:
        _ask(tx, order, PART, {})


def _withdraw(tx: Tx, order: Order, kinds: Sequence[str]) -> None:
    """Its channel has the money again, or some of it: what was not booked is not to be."""
    if tx.notices.withdraw_of_order(order.id, kinds):
        tx.touch("attention")


def _ask(tx: Tx, order: Order, kind: str, pieces: Mapping[str, int]) -> None:
    """Ask this in the place of what was asked before of the same order."""
    said = sorted(pieces.items())
    key = f"{order.id}:{digest(repr(said)).hex()}" if said else str(order.id)
    if tx.notices.knows(kind, key):
        return
    tx.notices.settle_of_order(order.id, KINDS, "overtaken", tx.now)
    tx.attend(kind, key, order, channel=order.channel, pieces=dict(said))


def _missing(tx: Tx, order: Order, heard: RemoteOrder) -> Counter[str]:
    """Return how many pieces of each line the channel shows no more; none where it never knew our lines."""
    if untold(tx, order):
        return Counter()
    return _counted(order.lines) - _counted(lines_of(order, heard))


def _counted(lines: Sequence[Line]) -> Counter[str]:
    return Counter({key: max(0, line.quantity) for key, line in keyed(lines).items() if not line.goes_back})


def refuse_unasked(tx: Tx, orders: Sequence[Order]) -> None:
    """Refuse to book what a channel gave back where that is booked already, or it never gave any back."""
    for order in orders:
        if not tx.notices.open_of_order(order.id, KINDS):
            raise Refused("nothing_to_book", order=order.number)


def booked(tx: Tx, after: Standing, order: Order) -> None:
    """A refund of an order was booked: close what was asked about it once nothing of that is left."""
    for notice in tx.notices.open_of_order(order.id, KINDS):
        left = _left(after, order, notice.kind, notice.facts.get("pieces", {}))
        if not left and tx.notices.answer(notice.id, "refunded", tx.now):
            tx.touch("attention")


def _left(after: Standing, order: Order, kind: str, pieces: Mapping[str, int]) -> bool:
    """Whether some of what was given back is not booked yet; of a part of unknown size, any refund is it."""
    if kind == WHOLE:
        return after.money_left(order) > 0
    return bool(Counter(pieces) - after.pieces_back(order))
