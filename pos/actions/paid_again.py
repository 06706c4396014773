"""What a channel has again once its giving back was booked here: nothing of it is booked without a person.

The guest may have paid there anew, or the channel may have called its refund off. A person books that it has
the money, or sees to it that it goes back; until then the books say that it went back.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from pos.actions.bills import closed
from pos.actions.sales import tell_sale
from pos.actions.tickets import words
from pos.domain.order import Order, Status
from pos.domain.payment import Payment, PaymentStatus
from pos.domain.refund import undone
from pos.domain.refusals import Refused
from pos.store.tx import Tx

#: What is asked where the channel has all of the money again, and where it has some of it.
WHOLE, PART = "paid_again_there", "part_again_there"
_ASKED = {PaymentStatus.PAID: WHOLE, PaymentStatus.PART_REFUNDED: PART}

#: What asks a person already to give back there what the channel has.
_TO_GIVE_BACK = ("refund_there", "refund_rest_there")

#: What a channel says that never gave back what was refunded here: nothing came again.
_NEVER_WENT = ("", PaymentStatus.PAID.value)


def heard(tx: Tx, order: Order, payment: Payment) -> Order:
    """A channel says this of money whose refund is booked: ask where it has some again, once for each word.

    Another word takes back what was asked. The order's payment stays as the books have it.
    """
    said, before = payment.status, _last_word(tx, order)
    if said.value == before:
        return order
    tx.write("payment_there", order, status=said.value, method=payment.type)
    asked = tx.notices.withdraw_of_order(order.id, (WHOLE, PART))
    if asked:
        tx.touch("attention")
    if tx.notices.open_of_order(order.id, _TO_GIVE_BACK):
        return order
    if said in _ASKED and (asked or before not in _NEVER_WENT):
        tx.attend(_ASKED[said], str(order.id), order, channel=order.channel)
    return order


def _last_word(tx: Tx, order: Order) -> str:
    """Return what the channel said last of the order's money, as the journal has it."""
    said = tx.journal.last(order.id, "payment_there").get("status")
    return str(said or tx.journal.last(order.id, "received").get("payment", ""))


def book(tx: Tx, order_id: UUID) -> Order:
    """Book that a channel has the money again which it gave back; raises Refused where none of it went back.

    Nothing enters the drawer, nothing is printed, and the channel, which knows it, is told nothing.
    """
    order = tx.orders.get(order_id)
    if order.deal_id is None:
        raise Refused("nothing_to_book", order=order.number)
    before, why = tx.deals.standing(order.deal_id), words(tx).say("refund.has_it_again")
    made = undone(before, order, deal_id=uuid4(), at=tx.now, by=tx.who.name, reason=why)
    tx.deals.hold(before.deal)
    made = tx.deals.add(closed(tx, made))
    tx.touch("deals")
    paid = replace(order, payment=replace(order.payment, status=PaymentStatus.PAID))
    status = replace(before, earlier=(*before.earlier, made)).payment_of(paid)
    moved = tx.put(replace(paid, payment=replace(paid.payment, status=status), updated_at=tx.now))
    tx.write("refund_undone", moved, made, total=made.total, bill=made.number, of=before.deal.number)
    _mind_what_is_off(tx, moved)
    tell_sale(tx, moved)
    return moved


def _mind_what_is_off(tx: Tx, order: Order) -> None:
    """Money for an order that will not be must go back again, however often it did."""
    if order.status in (Status.CANCELED, Status.REJECTED):
        tx.notices.withdraw("paid_but_off", str(order.id))
        tx.attend("paid_but_off", str(order.id), order, channel=order.channel)
