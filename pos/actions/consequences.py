"""What follows beside an order's new state where its channel shows another: the conflict table's acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pos.actions import orders as moves
from pos.actions.conflicts import TABLE, Consequence
from pos.actions.deals import no_prepay
from pos.actions.kitchen import call_off, let_go
from pos.actions.lines_there import taken_back
from pos.actions.money_there import ask_anew, nothing_to_decide
from pos.actions.tickets import words
from pos.domain.order import Move, Order, OrderType
from pos.store.tx import Tx
from sync.messages import RemoteOrder

#: Does what follows from what a channel shows of an order, and returns the order as it is then.
Follow = Callable[[Tx, Order, RemoteOrder], Order]


def overrule(tx: Tx, order: Order, heard: RemoteOrder) -> None:
    """Give up a rejection that the service said no to and has gone on from: its word counts.

    What else it refused is a person's to try again, and so is a cancel of an order that stays as it is here.
    """
    if Consequence.REOPENED not in TABLE[(order.status, heard.status, False)].consequences:
        return
    values = {"state": "dropped", "error": f"moved_on: {heard.status}", "done_at": tx.now}
    for letter in tx.outbox.of_order(order.id, order.channel):
        if letter.verb == "reject" and tx.outbox.mark(letter.id, ("failed",), **values):
            tx.touch("letters")
            tx.write("letter_dropped", order, verb=letter.verb)


def _off(tx: Tx, order: Order, heard: RemoteOrder) -> Order:
    order = no_prepay(tx, order, "order_off_there")
    returned = taken_back(tx, order)
    tx.outbox.drop_of_order(order.id, order.channel, "order_off_there", tx.now)
    # No cook can stop what has left the shop.
    if returned or order.dispatched_at:
        let_go(tx, order)
    else:
        call_off(tx, order, heard.status)
    tx.touch("letters", "tickets")
    if not returned:
        tx.attend("canceled_there", str(order.id), order, channel=order.channel, status=heard.status)
    if order.holds_money:
        tx.attend("paid_but_off", str(order.id), order, channel=order.channel)
    nothing_to_decide(tx, order)
    return order


def _checked_in(tx: Tx, order: Order, _heard: RemoteOrder) -> Order:
    if order.type is not OrderType.BOOKING:
        return order
    return moves.make(tx, order.id, Move.CHECK_IN, {"there": True}).order


def _here(tx: Tx, order: Order, _heard: RemoteOrder) -> Order:
    if order.guest_is_here or order.type is not OrderType.BOOKING:
        return order
    order = tx.put(replace(order, guest_is_here=True, updated_at=tx.now))
    tx.write("guest_is_here", order)
    return order


def _reopened(tx: Tx, order: Order, heard: RemoteOrder) -> Order:
    """What is in New again may be turned down again, and go on there again: that is said each time."""
    said = words(tx)
    there, at = heard.remote_status or heard.status, said.clock(heard.updated_at or tx.now)
    key = f"{order.id}:{order.version}"
    tx.attend("reopened_there", key, order, channel=order.channel, there=there, time=at)
    if tx.notices.withdraw("paid_but_off", str(order.id)):
        tx.touch("attention")
    ask_anew(tx, order)
    return order


def notice(kind: str) -> Follow:
    """Return what asks a person once for each status that its channel shows of an order."""

    def follow(tx: Tx, order: Order, heard: RemoteOrder) -> Order:
        there = heard.remote_status or heard.status
        tx.attend(kind, f"{order.id}:{there}", order, channel=order.channel, there=there)
        return order

    return follow


def _off_there(tx: Tx, order: Order, heard: RemoteOrder) -> Order:
    """What is no more there can be told nothing more: the money that was taken is for a person to see to.

    Where goods go without a price nobody has taken any, and a person is to know all the same.
    """
    if tx.outbox.drop_of_order(order.id, order.channel, "order_off_there", tx.now):
        tx.touch("letters")
    if order.total is None:
        tx.attend("canceled_there", str(order.id), order, channel=order.channel, status=heard.status)
    return notice("paid_here_off_there")(tx, order, heard) if order.holds_money else order


CONSEQUENCES: Mapping[Consequence, Follow] = {
    Consequence.CALL_OFF: _off,
    Consequence.CHECK_IN: _checked_in,
    Consequence.GUEST_IS_HERE: _here,
    Consequence.REOPENED: _reopened,
    Consequence.ALIVE_THERE: notice("alive_there"),
    Consequence.PAID_HERE_OFF_THERE: _off_there,
    Consequence.UNKNOWN_STATUS: notice("unknown_status"),
}
