"""What follows from what: the moves of an order, and what channels and the kitchen learn from each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pos.actions import delivery, kitchen
from pos.actions.asking import CANNOT, UNMAPPED, why_untold
from pos.actions.money_there import cooked_meanwhile, nothing_to_decide
from pos.actions.sales import tell_sale
from pos.domain.order import Move, Order, Status
from pos.domain.payment import PaymentStatus
from pos.store.moments import UNDO, put_off
from pos.store.tx import Tx

#: Why the letter is given up that would have made an order at its channel.
UNMADE = "undone"

_UNTOLD = ("waiting", "sending", "failed")

Reaction = Callable[[Tx, Order, Mapping[str, Any]], None]


def tell(tx: Tx, order: Order, verb: str, facts: Mapping[str, Any]) -> None:
    """Write the letter that tells an order's channel; where it cannot be told, a letter that says so.

    One for a channel that is not set up now waits until it is again; only then is known what it can be told.
    """
    if order.own or _is_here_alone(order, verb):
        return
    why = why_untold(tx.shop.channels.get(order.channel), verb, facts)
    if why in (CANNOT, UNMAPPED) and is_needless(order, verb):
        return
    tx.outbox.add(
        order.channel,
        order.id,
        verb,
        {"name": tx.shop.name, **{key: value for key, value in facts.items() if key != "undoable"}},
        tx.now,
        not_before=tx.now + UNDO if facts.get("undoable") else None,
        state="dropped" if why else "waiting",
        error=why,
    )
    tx.touch("letters")


#: What happens to the shop's own supplies and concerns nobody there.
_HERE_ALONE = frozenset({"accept", "execute", "pay", "complete"})


def is_needless(order: Order, verb: str) -> bool:
    """Whether nobody misses anything where an order's channel has no word for a verb."""
    return verb == "complete" or _is_here_alone(order, verb)


def _is_here_alone(order: Order, verb: str) -> bool:
    return order.supplies and verb in _HERE_ALONE


def tell_complete(tx: Tx, order: Order) -> None:
    """Tell that an order is with its guest and paid, where its service has a word for that.

    One whose money went back is not paid.
    """
    if order.status is Status.PAID and order.payment.status is not PaymentStatus.REFUNDED:
        tell(tx, order, "complete", {})


def _telling(verb: str) -> Reaction:
    def react(tx: Tx, order: Order, facts: Mapping[str, Any]) -> None:
        tell(tx, order, verb, facts)

    return react


def _tell_executed(tx: Tx, order: Order, facts: Mapping[str, Any]) -> None:
    # After `paid` there a later `executed` would take the order back; what came from there is known there.
    if not order.settled and not facts.get("there"):
        tell(tx, order, "execute", {key: facts[key] for key in ("undoable",) if key in facts})
    tell_complete(tx, order)


def _tell_canceled(tx: Tx, order: Order, facts: Mapping[str, Any]) -> None:
    if not _made_nowhere(tx, order):
        tell(tx, order, "cancel", facts)


def _made_nowhere(tx: Tx, order: Order) -> bool:
    """Give up making an order where it could not be called off any more; False where it may be made now."""
    channel = tx.shop.channels.get(order.channel)
    if channel is None or "cancel" in channel.tells or order.remote_id:
        return False
    values = {"state": "dropped", "error": UNMADE, "done_at": tx.now}
    letters = [one for one in tx.outbox.of_order(order.id, order.channel) if one.verb == "register"]
    perhaps_made = {one.id: one.attempted or one.state == "sending" for one in letters}
    given_up = [
        perhaps_made[one.id]
        for one in letters
        if tx.outbox.mark(one.id, _UNTOLD, attempted=perhaps_made[one.id], **values)
    ]
    return bool(given_up) and not any(given_up)


def make_after_all(tx: Tx, order: Order) -> bool:
    """Let an order be made there that was called off before it was known to be; False where none was."""
    letters = tx.outbox.of_order(order.id, order.channel)
    unmade = [one for one in letters if one.verb == "register" and one.error == UNMADE]
    values = {"state": "waiting", "error": "", "done_at": None, **put_off(tx.now)}
    return sum(tx.outbox.mark(one.id, ("dropped",), **values) for one in unmade) > 0


def _tell_sale(tx: Tx, order: Order, facts: Mapping[str, Any]) -> None:
    tell_sale(tx, order, undoable=bool(facts.get("undoable")))


def _fire(tx: Tx, order: Order, _facts: Mapping[str, Any]) -> None:
    kitchen.fire(tx, order)
    cooked_meanwhile(tx, order)


def _slip(tx: Tx, order: Order, _facts: Mapping[str, Any]) -> None:
    delivery.print_slip(tx, order)


def _call_off(tx: Tx, order: Order, facts: Mapping[str, Any]) -> None:
    kitchen.call_off(tx, order, str(facts.get("reason", "")))


def _mind_the_money(tx: Tx, order: Order, _facts: Mapping[str, Any]) -> None:
    """A guest who has paid for an order that will not be must get the money back: a person sees to it."""
    if order.payment.taken_online:
        tx.attend("paid_but_off", str(order.id), order, channel=order.channel)
    nothing_to_decide(tx, order)


def _taken_on_or_off(tx: Tx, order: Order, _facts: Mapping[str, Any]) -> None:
    """Of what came back to New somebody knows now."""
    if tx.notices.settle_of_order(order.id, ("reopened_there",), order.status.value, tx.now):
        tx.touch("attention")


REACTIONS: Mapping[Move, tuple[Reaction, ...]] = {
    Move.ACCEPT: (_telling("accept"), _taken_on_or_off),
    Move.REJECT: (_telling("reject"), _mind_the_money, _taken_on_or_off),
    Move.CHECK_IN: (_tell_executed, _tell_sale, _fire),
    Move.EXECUTE: (_tell_executed, _tell_sale, _fire, _slip),
    Move.CANCEL: (_tell_canceled, _tell_sale, _call_off, _mind_the_money, _taken_on_or_off),
}


def react(tx: Tx, order: Order, move: Move, facts: Mapping[str, Any]) -> None:
    """Write every row that follows from a move, in its transaction."""
    for reaction in REACTIONS.get(move, ()):
        reaction(tx, order, facts)
