"""What a worker and a person do with letters: claim, tell, postpone; retry, give up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pos.actions import deals, intake, reactions, sales
from pos.actions.asking import CANNOT, UNMAPPED, why_untold
from pos.actions.ours_there import about_what_is_left
from pos.domain.order import Order, Status
from pos.domain.payment import METHODS, PREPAY
from pos.domain.refusals import Refused, Stale
from pos.store.moments import put_off
from pos.store.outbox import CHANNEL_GONE, Letter
from pos.store.tx import Tx
from sync.letters import part_body
from sync.messages import FailedPart, Told
from sync.messages import Letter as Message

#: What nobody wants to hear any more of an order that was called off there.
_FOR_THE_LIVING = ("accept", "execute", "dispatch", "complete")


def claim(tx: Tx, channel: str, all_waiting: bool) -> Message | None:
    """Mark the channel's next letter `sending` and return it as the channel is to be told."""
    letter = tx.outbox.next(channel, tx.now, before_its_time=all_waiting)
    if letter is None:
        return None
    order = tx.orders.get(letter.order_id)
    tx.touch("letters")
    if why := _why_untold(tx, letter, order):
        _say_nothing(tx, letter, order, why)
        return claim(tx, channel, all_waiting)
    own = order.channel == channel
    nameless = own and not order.remote_id and letter.verb != "register"
    body = None if nameless else sales.as_told(tx, letter, order)
    if body is None:
        why = "never_registered" if nameless else "nothing_left"
        tx.outbox.mark(letter.id, ("waiting",), state="dropped", error=why, done_at=tx.now)
        return claim(tx, channel, all_waiting)
    if not tx.outbox.mark(letter.id, ("waiting",), state="sending"):
        raise Stale(str(letter.id))
    if own:
        body = about_what_is_left(tx, order, letter.verb, body)
    return _message(letter, order.remote_id if own else "", body)


def _why_untold(tx: Tx, letter: Letter, order: Order) -> str:
    """Return why its channel, as it is set up now, is not told a letter that may be older than that.

    An order that is off by now is not made there where it could not be called off any more.
    """
    facts = tx.shop.channels.get(letter.channel)
    off = letter.verb == "register" and order.status is Status.CANCELED and not letter.attempted
    if off and facts is not None and "cancel" not in facts.tells:
        return CANNOT
    return why_untold(facts, letter.verb, letter.body)


def _say_nothing(tx: Tx, letter: Letter, order: Order, why: str) -> None:
    """Give a letter up that its channel is not told; what nobody misses is as if never written."""
    if why in (CANNOT, UNMAPPED) and not letter.attempted and reactions.is_needless(order, letter.verb):
        tx.outbox.remove(letter.id)
        return
    tx.outbox.mark(letter.id, ("waiting",), state="dropped", error=why, done_at=tx.now)
    if deal_id := _prepay_deal(letter):
        deals.prepay_refused(tx, deal_id, why)


def _message(letter: Letter, remote_id: str, body: Mapping[str, Any]) -> Message:
    return Message(
        id=letter.id,
        channel=letter.channel,
        order_id=letter.order_id,
        remote_id=remote_id,
        verb=letter.verb,  # type: ignore[arg-type]  # only `tell` writes verbs, and a channel's `tells` bounds them
        body=body,
        created_at=letter.at,
        attempts=letter.attempts,
        attempted=letter.attempted,
        overtaken=letter.overtaken,
        error=letter.error,
    )


def told(tx: Tx, letter: Message, answer: Told) -> None:
    """The channel knows: mark the letter, take its answer over, and close what waited for it."""
    elsewhere = _paid_elsewhere(letter, answer)
    values = {"state": "told", "error": "", "done_at": tx.now, "attempts": letter.attempts + 1}
    if elsewhere:
        values |= {"state": "dropped", "error": "paid_twice"}
    if not tx.outbox.mark(letter.id, ("sending", "waiting"), **values):
        return
    tx.touch("letters", "orders")
    order = tx.orders.get(letter.order_id)
    # Of an order that is another channel's, an answer says nothing.
    there = answer.order if order.channel == letter.channel else None
    if there is not None and not order.remote_id:
        order = tx.put(replace(order, remote_id=there.remote_id, sequence_number=there.sequence_number))
    if elsewhere:
        _other_money(tx, order, letter)
    else:
        act = "told" if letter.channel == order.channel else "told_elsewhere"
        tx.write(act, order, verb=letter.verb, channel=letter.channel, already=answer.already)
    for part in answer.failed:
        _split_off(tx, order, letter, part)
    if letter.verb == "cancel" and not letter.body.get("parts"):
        # It may have gone before what waited for the order to be paid there.
        tx.outbox.drop_of_order(order.id, letter.channel, "order_off_there", tx.now, verbs=_FOR_THE_LIVING)
    if there is not None:
        intake.receive(tx, letter.channel, there, answer_to=letter.id)
    if (deal_id := _prepay_deal(letter)) and not elsewhere:
        deals.prepay_taken(tx, deal_id)
    if letter.verb == "return":
        sales.tell_sale(tx, tx.orders.get(order.id))


def _split_off(tx: Tx, order: Order, letter: Message, part: FailedPart) -> None:
    """What was refused of a part of an order is a failed letter of its own, to be told again alone.

    It stands where the whole one stood: what was written after that waits for it too.
    """
    whole = _letter(tx, letter.id)
    tx.outbox.add(
        letter.channel,
        order.id,
        letter.verb,
        part_body(letter, part),
        tx.now,
        state="failed",
        error=part.reason[:500],
        part_of=whole.place,
    )
    _refused_there(tx, order, letter)


def _refused_there(tx: Tx, order: Order, letter: Message) -> None:
    if own := letter.channel == order.channel:
        tx.orders.forget_digest(order.id)
    act = "refused_there" if own else "refused_elsewhere"
    tx.write(act, order, verb=letter.verb, channel=letter.channel)


def _other_money(tx: Tx, order: Order, letter: Message) -> None:
    """What was asked of the guest here is taken apart, or, where it is in the drawer, shown to a person."""
    if deal_id := _prepay_deal(letter):
        deals.prepay_refused(tx, deal_id, "moved_on: paid")
    else:
        tx.attend("paid_twice", str(order.id), order, channel=order.channel)


def _paid_elsewhere(letter: Message, answer: Told) -> bool:
    """Whether the channel had money for the order before we ever told of ours, or in another method."""
    if letter.verb != "pay" or not answer.already or answer.order is None:
        return False
    methods = {answer.order.payment_type, str(letter.body.get("method"))}
    return not letter.attempted or (methods <= set(METHODS) and len(methods) > 1)


def refused(tx: Tx, letter: Message, reason: str) -> None:
    """The channel said no: a person must see it; the order's later letters wait for that."""
    values = {"state": "failed", "error": reason[:500], "done_at": tx.now, "attempts": letter.attempts + 1}
    if not tx.outbox.mark(letter.id, ("sending", "waiting"), **values):
        return
    tx.touch("letters", "orders")
    _refused_there(tx, tx.orders.get(letter.order_id), letter)
    if deal_id := _prepay_deal(letter):
        tx.outbox.mark(letter.id, ("failed",), state="dropped")
        deals.prepay_refused(tx, deal_id, reason)


def postpone(
    tx: Tx,
    letter: Message,
    error: str,
    next_try_at: datetime,
    unknown: bool,
    counted: bool,
    overtaken: bool = False,
) -> None:
    """Let a letter wait for its next try; a stored-value payment that surely was not taken is called off.

    One that was overtaken is decided again, unless the order is paid there.
    """
    values = {
        "state": "waiting",
        "error": error[:500],
        **put_off(tx.now, next_try_at),
        "attempted": letter.attempted or unknown,
        "overtaken": letter.overtaken or overtaken,
        "attempts": letter.attempts + counted,
    }
    if not tx.outbox.mark(letter.id, ("sending",), **values):
        return
    tx.touch("letters", "orders")
    deal_id = _prepay_deal(letter)
    again = overtaken and not tx.orders.get(letter.order_id).payment.taken_online
    if deal_id and error and not (again or unknown or letter.attempted):
        tx.outbox.mark(letter.id, ("waiting",), state="dropped", done_at=tx.now)
        deals.prepay_refused(tx, deal_id, error)


def _prepay_deal(letter: Message | Letter) -> UUID | None:
    if letter.verb != "pay" or letter.body.get("method") != PREPAY or "deal" not in letter.body:
        return None
    return UUID(str(letter.body["deal"]))


def waited_for(tx: Tx) -> set[str]:
    """Return the channels with letters that are set up no more."""
    return tx.outbox.waited_for() - tx.shop.channels.keys()


def strand(tx: Tx, channel: str) -> None:
    """Nobody tells the letters of a channel that is set up no more: each has failed, for a person to see.

    They wait again once it is back (`Outbox.wait_again`).
    """
    tx.outbox.recover(channel, tx.now)
    for letter in tx.outbox.stuck():
        if letter.channel == channel:
            tx.outbox.mark(letter.id, ("waiting",), state="failed", error=CHANNEL_GONE)
            tx.touch("letters", "orders")


def retry(tx: Tx, letter_id: UUID) -> bool:
    """Let a failed or waiting letter go at once; False where there is nothing to retry."""
    letter = _letter(tx, letter_id)
    if letter.channel not in tx.shop.channels:
        raise Refused("no_channel", channel=letter.channel, channels=", ".join(tx.shop.channels))
    values = {"state": "waiting", "error": "", "overtaken": False, **put_off(tx.now)}
    if not tx.outbox.mark(letter.id, ("failed", "waiting"), **values):
        return False
    tx.touch("letters", "orders")
    tx.write("letter_retried", tx.orders.get(letter.order_id), verb=letter.verb)
    return True


def retry_all(tx: Tx) -> int:
    """Let every letter that failed or waits go at once; return how many."""
    return sum(retry(tx, letter.id) for letter in tx.outbox.stuck() if letter.channel in tx.shop.channels)


def drop(tx: Tx, letter_id: UUID, reason: str) -> bool:
    """Give a letter up, with a reason: its channel will not know. False where it is told or given up."""
    letter = _letter(tx, letter_id)
    if not reason.strip():
        raise Refused("reason_needed")
    values = {"state": "dropped", "error": reason.strip()[:200], "done_at": tx.now}
    if not tx.outbox.mark(letter.id, ("waiting", "failed"), **values):
        return False
    tx.touch("letters", "orders")
    tx.write("letter_dropped", tx.orders.get(letter.order_id), verb=letter.verb)
    if deal_id := _prepay_deal(letter):
        deals.prepay_refused(tx, deal_id, reason)
    if letter.verb == sales.FORGET:
        sales.remember(tx, letter)
    return True


def drop_gone(tx: Tx, channel: str, reason: str) -> int:
    """Give up all letters to a channel that is set up no more, each with its journal line; return how many.

    For one that will not come back. Raises Refused for one that is set up: its letters are told.
    """
    if channel in tx.shop.channels:
        raise Refused("channel_is_here", channel=channel)
    many = 0
    # What a letter stood instead of is written anew where that is given up, and is given up too.
    while gone := sum(drop(tx, one.id, reason) for one in tx.outbox.stuck() if one.channel == channel):
        many += gone
    return many


def _letter(tx: Tx, letter_id: UUID) -> Letter:
    if (letter := tx.outbox.get(letter_id)) is None:
        raise Refused("no_letter", letter=str(letter_id))
    return letter
