"""What a channel says of money: it changes the payment only, and never what was taken here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pos.actions import paid_again
from pos.domain.money import LARGEST
from pos.domain.order import Order, Status
from pos.domain.payment import GONE_BACK, ONLINE, Payment, PaymentStatus
from pos.store.tx import Tx
from sync.messages import RemoteLine, RemoteOrder

#: No money is known to be anywhere.
_UNSETTLED = frozenset({PaymentStatus.UNPAID, PaymentStatus.UNKNOWN})

#: What is to become of an order whose guest has all money back: cooked by then, or not.
_TO_DECIDE = ("given_back_cooked", "given_back")

#: What people were asked to do that is done when a channel gave money back, until it has that again.
_ANSWERED: Mapping[PaymentStatus, tuple[str, ...]] = {
    PaymentStatus.PART_REFUNDED: ("paid_but_off",),
    PaymentStatus.REFUNDED: ("paid_but_off", "paid_here_off_there", "refund_there", "refund_rest_there"),
}


def with_sane_money(heard: RemoteOrder) -> RemoteOrder:
    """Leave out money that no order can cost, as a problem for a person; no sum then leaves 64 bits."""
    if heard.total is not None and abs(heard.total) > LARGEST:
        heard = replace(heard, total=None, problems=(*heard.problems, "total"))
    if sum(_amount(line) for line in heard.lines) > LARGEST:
        lines = tuple(replace(line, price=None, deal_price=None) for line in heard.lines)
        heard = replace(heard, lines=lines, problems=(*heard.problems, "price"))
    return heard


def _amount(line: RemoteLine) -> int:
    prices = [abs(price) for price in (line.price, line.deal_price) if price is not None]
    return max(prices, default=0) * abs(line.quantity)


def payment_of(heard: RemoteOrder) -> Payment:
    """Return the payment as the channel shows it; what is done there was paid, and may be refunded."""
    said = PaymentStatus(heard.payment)
    paid = heard.status == "paid" and said not in GONE_BACK
    status = PaymentStatus.PAID if paid else said
    known = status is not PaymentStatus.UNPAID
    return Payment(
        heard.payment_type or (ONLINE if status is PaymentStatus.PAID else ""), status, online=known
    )


def take_payment(tx: Tx, order: Order, heard: RemoteOrder) -> Order:
    """A channel's `paid` changes the payment only, and never what was taken here.

    What it gave back it may have again, or may ask of the guest again, until a refund of it is booked.
    """
    payment = payment_of(heard)
    if payment.status is PaymentStatus.PAID:
        return _paid_there(tx, order, payment)
    if payment.status in GONE_BACK and _is_theirs(order):
        return _went_back(tx, order, payment)
    if payment.status is PaymentStatus.UNPAID and _is_booked_back(tx, order):
        return paid_again.heard(tx, order, payment)
    if order.settled or payment.status not in _UNSETTLED:
        return order
    if order.payment.status in _UNSETTLED:
        return _pay(tx, order, replace(payment, type=payment.type or order.payment.type))
    if payment.status is PaymentStatus.UNPAID and _gone_back_there(order):
        return _not_gone_back(tx, order, payment)
    return order


def _gone_back_there(order: Order) -> bool:
    """Whether some of the money that its channel took went back to the guest."""
    return order.payment.online and order.payment.status in GONE_BACK


def _is_booked(tx: Tx, order: Order) -> bool:
    """Whether the books have a refund of the order: its payment is ours to say then."""
    if order.deal_id is None or not order.settled:
        return False
    return tx.deals.standing(order.deal_id).begun(order)


def _is_booked_back(tx: Tx, order: Order) -> bool:
    """Whether the books have a refund of money that the channel had taken."""
    return _gone_back_there(order) and _is_booked(tx, order)


def _is_theirs(order: Order) -> bool:
    """Whether the money that went back was its channel's: as was known, or nobody here had any of it yet."""
    untouched = order.payment.status in _UNSETTLED and not order.settled and order.deal_id is None
    return order.payment.online or untouched


def _went_back(tx: Tx, order: Order, payment: Payment) -> Order:
    """Its channel gave money back, which answers who was asked to; a part of it undoes no whole of ours."""
    tx.notices.settle_of_order(order.id, _ANSWERED[payment.status], "refunded", tx.now)
    if order.payment.status is PaymentStatus.REFUNDED and _is_booked(tx, order):
        return paid_again.heard(tx, order, payment)
    if payment.status is not PaymentStatus.REFUNDED and tx.notices.withdraw_of_order(order.id, _TO_DECIDE):
        tx.touch("attention")
    # Money that was never known here came in the channel's method, whatever the guest had meant to pay with.
    kind = payment.type or ONLINE if order.payment.status in _UNSETTLED else order.payment.type
    return _pay(tx, order, Payment(kind, payment.status, online=True))


def _not_gone_back(tx: Tx, order: Order, payment: Payment) -> Order:
    """Its channel took back that money went back: who was asked of it is asked anew."""
    withdrawn = (*_TO_DECIDE, *_ANSWERED[PaymentStatus.REFUNDED])
    if tx.notices.withdraw_of_order(order.id, withdrawn):
        tx.touch("attention")
    kept = order.settled or payment.type in ("", ONLINE)
    return _pay(tx, order, replace(payment, type=order.payment.type if kept else payment.type))


def ask_what_becomes(tx: Tx, order: Order) -> None:
    """Ask what is to become of an order whose guest has all money back while it goes on here; once.

    What was cooked is closed without money or called off; what was not is called off, or made all the same.
    """
    going_on = order.open and not order.settled and order.deal_id is None
    asked = any(tx.notices.knows(kind, str(order.id)) for kind in _TO_DECIDE)
    if going_on and order.payment.given_back_there and order.total and not asked:
        kind = "given_back_cooked" if order.executed_at else "given_back"
        tx.attend(kind, str(order.id), order, channel=order.channel)


def nothing_to_decide(tx: Tx, order: Order) -> None:
    """An order is closed or off: what was to become of it is decided."""
    if tx.notices.settle_of_order(order.id, _TO_DECIDE, order.status.value, tx.now):
        tx.touch("attention")


def cooked_meanwhile(tx: Tx, order: Order) -> None:
    """What is asked of an order that was not cooked is asked another way once it is."""
    if tx.notices.asks("given_back", str(order.id)):
        ask_anew(tx, order)


def ask_anew(tx: Tx, order: Order) -> None:
    """What was decided was undone, or is another question by now: ask again."""
    if order.payment.given_back_there:
        for kind in _TO_DECIDE:
            tx.notices.withdraw(kind, str(order.id))
        ask_what_becomes(tx, order)


def _paid_there(tx: Tx, order: Order, payment: Payment) -> Order:
    if _is_booked_back(tx, order):
        return paid_again.heard(tx, order, payment)
    if _gone_back_there(order):
        order = _not_gone_back(tx, order, payment)
    elif order.settled:
        _mind_paid_twice(tx, order)
        return order
    elif order.payment.status in _UNSETTLED:
        order = _pay(tx, order, payment)
    else:
        return order
    if order.status in (Status.REJECTED, Status.CANCELED) and order.holds_money:
        tx.attend("paid_but_off", str(order.id), order, channel=order.channel)
    return order


def _mind_paid_twice(tx: Tx, order: Order) -> None:
    """Paid there and other money taken here: tell nothing more, and let a person see to it."""
    if order.payment.online:
        return
    pay = [letter for letter in tx.outbox.of_order(order.id, order.channel) if letter.verb == "pay"]
    ours = any(letter.state in ("told", "sending") or letter.attempted for letter in pay)
    if ours:
        return
    tx.outbox.drop_of_order(order.id, order.channel, "paid_twice", tx.now, verbs=("pay",))
    tx.touch("letters")
    tx.attend("paid_twice", str(order.id), order, channel=order.channel)


def _pay(tx: Tx, order: Order, payment: Payment) -> Order:
    if payment == order.payment:
        return order
    order = tx.put(replace(order, payment=payment, updated_at=tx.now))
    tx.write("payment_there", order, status=payment.status.value, method=payment.type)
    return order
