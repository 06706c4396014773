"""What only some services know: dispatched, returned, exchanged, claims answered, handed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pos.actions import deals
from pos.actions.asking import (
    LONGEST,
    NO_WAYBILL,
    UNTOLD,
    able,
    checked,
    is_brought,
    named_lines,
    one_of,
    why_untold,
)
from pos.actions.cards import refuse_card_number
from pos.actions.deals import Settled
from pos.actions.orders import Made
from pos.actions.reactions import tell
from pos.actions.reasons import code_of
from pos.actions.sales import tell_sale
from pos.actions.vocabularies import CLAIMED, keys_named
from pos.domain.claims import OTHER, claimed, refuse_second, refuse_unclaimed
from pos.domain.order import IllegalMove, Move, Order, Status
from pos.domain.refusals import Refused
from pos.domain.shop import ChannelFacts
from pos.store.moments import UNDO
from pos.store.outbox import INSTEAD_OF, Letter
from pos.store.tx import Tx

#: Letters that were taken back, and those that another one took the place of.
_UNDONE, _ANEW = "undone", "told_anew"

#: Goods come back, or others go for them, only once they may have left the kitchen.
_LEFT = frozenset({Status.EXECUTED, Status.PAID})


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods that come back: why, in words and by the service's code, who pays for it, and how they come.

    `fee` is the service's code of how the guest pays the way back. `collect`: the shop fetches them itself,
    else `carrier` (its code) brings them under the number `tracking`. Without `lines` it is all of them.
    """

    reason: str
    reason_code: str = ""
    fee: str = ""
    collect: bool = False
    carrier: str = ""
    tracking: str = ""
    lines: tuple[str, ...] = ()


def dispatch(
    tx: Tx,
    order_id: UUID,
    carrier: str = "",
    tracking: str = "",
    lines: Iterable[str] = (),
    undoable: bool = False,
) -> Made:
    """A delivery has left the shop: a fact of its timeline, and told where its service wants to know.

    Another carrier or number than before is told as a change; the same again is harmless. `lines` are those
    that left, where the service can be told of some alone. Where it asks for carrier and number, what the
    shop brings itself is kept here, and told once there are some; what was told is not taken back so.
    """
    order = tx.orders.get(order_id)
    if Move.DISPATCH not in order.possible():
        raise IllegalMove(order, Move.DISPATCH)
    named = named_lines(tx, order, "dispatch", lines)
    said = _waybill(tx, order, named, {"carrier": carrier, "tracking": tracking})
    if _is_dispatched(tx, order, named, said):
        return Made(order, changed=False)
    act = "dispatch_changed" if order.dispatched_at else "dispatch"
    shown = {} if _leaves_after_others(tx, order, said) else said
    left = tx.put(replace(order, dispatched_at=order.dispatched_at or tx.now, updated_at=tx.now, **shown))
    tx.write(act, left, lines=len(named or left.lines))
    undoable = undoable and not order.own
    _tell_about(tx, left, "dispatch", named, {**said, "undoable": undoable})
    return Made(left, changed=True, undo_until=tx.now + UNDO if undoable else None)


def _waybill(tx: Tx, order: Order, named: tuple[str, ...], said: Mapping[str, str]) -> Mapping[str, Any]:
    """Return carrier and number as the service spells them; raises Refused for one without the other."""
    said = {field: word.strip() for field, word in said.items()}
    brought = is_brought(tx.shop.channels.get(order.channel), said)
    if brought and keys_named(order, named).isdisjoint(_sent(tx, order)):
        return said
    return checked(tx, order, "dispatch", said)


def _leaves_after_others(tx: Tx, order: Order, said: Mapping[str, Any]) -> bool:
    """Whether the shop brings what is left of an order of which its service has the number of a parcel."""
    return is_brought(tx.shop.channels.get(order.channel), said) and bool(_sent(tx, order))


def _sent(tx: Tx, order: Order) -> frozenset[str]:
    """Return the lines that the channel knows, or will know, with a number on their parcel."""
    numbered = [
        letter
        for letter in _letters(tx, order, "dispatch")
        if letter.body.get("tracking") and _holds(tx, letter)
    ]
    return frozenset().union(*(keys_named(order, letter.body.get("parts", ())) for letter in numbered))


def _is_dispatched(tx: Tx, order: Order, named: tuple[str, ...], said: Mapping[str, Any]) -> bool:
    if order.own:
        same = (order.carrier, order.tracking) == (said["carrier"], said["tracking"])
        return same and order.dispatched_at is not None
    return keys_named(order, named) <= _told_of(tx, order, "dispatch", said)


def undo_dispatch(tx: Tx, order_id: UUID) -> Order:
    """Take the last dispatch back, where its channel has not been told; raises Refused once it may have."""
    order = tx.orders.get(order_id)
    letters = _letters(tx, order, "dispatch")
    last = letters[-1] if letters else None
    if last is None or last.attempts or last.attempted or not _give_up(tx, last, _UNDONE):
        raise Refused("too_late", order=order.number)
    for refused in last.body.get(INSTEAD_OF, ()):
        tx.outbox.bring_back(refused, _ANEW)
    earlier = _letters(tx, order, "dispatch")
    before = earlier[-1].body if earlier else {}
    order = tx.put(
        replace(
            order,
            dispatched_at=order.dispatched_at if before else None,
            carrier=before.get("carrier", ""),
            tracking=before.get("tracking", ""),
            updated_at=tx.now,
        )
    )
    tx.write("undo", order, verb="dispatch", after=order.status.value)
    tell_sale(tx, order)
    return order


def hand_over(
    tx: Tx, order_id: UUID, carrier: str = "", tracking: str = "", lines: Iterable[str] = ()
) -> Settled | Made:
    """Close an order for which no money is due, and tell that it has left where its service wants to know.

    Without carrier and number the shop brings it itself; what has left already is not told again. With
    `lines` these alone are with their guest: that is told, and the order is closed with the last of them.
    """
    order = tx.orders.get(order_id)
    named = named_lines(tx, order, "complete", lines)
    if named and keys_named(order, ()) - _told_of(tx, order, "complete", {}) - frozenset(named):
        return _hand_over_some(tx, order, named, carrier, tracking)
    if wants_dispatch(tx.shop.channels.get(order.channel), order, carrier, tracking):
        dispatch(tx, order_id, carrier, tracking, named)
    return deals.settle(tx, [order_id])


def _hand_over_some(tx: Tx, order: Order, named: tuple[str, ...], carrier: str, tracking: str) -> Made:
    if Move.DISPATCH not in order.possible():
        raise IllegalMove(order, Move.DISPATCH)
    if not (order.settled or order.total is None or order.payment.seen_to_there):
        raise Refused("too_little")
    if frozenset(named) <= _told_of(tx, order, "complete", {}):
        return Made(order, changed=False)
    if carrier or tracking or not frozenset(named) <= _left(tx, order):
        order = dispatch(tx, order.id, carrier, tracking, named).order
    order = tx.put(replace(order, updated_at=tx.now))
    tx.write("hand_over", order, lines=len(named))
    _tell_about(tx, order, "complete", named, {})
    return Made(order, changed=True)


def _left(tx: Tx, order: Order) -> frozenset[str]:
    """Return the lines that have left, whether or not anybody was told."""
    letters = _letters(tx, order, "dispatch")
    return frozenset().union(*(keys_named(order, each.body.get("parts", ())) for each in letters))


def wants_dispatch(facts: ChannelFacts | None, order: Order, carrier: str = "", tracking: str = "") -> bool:
    """Whether handing an order over says that it has left: its service hears of that, and does not yet."""
    hears = facts is not None and "dispatch" in facts.tells and Move.DISPATCH in order.possible()
    return bool(carrier or tracking) or (hears and order.dispatched_at is None)


def give_back(tx: Tx, order_id: UUID, goods: Goods) -> Made:
    """Goods come back from the guest: told to a service that knows such a thing, for all lines or some."""
    return _move_goods(tx, order_id, "return", goods, {"fee": goods.fee})


def exchange(tx: Tx, order_id: UUID, goods: Goods) -> Made:
    """Goods come back and others go for them: told to a service that knows such a thing."""
    return _move_goods(tx, order_id, "exchange", goods, {"fee": goods.fee} if goods.fee else {})


def _move_goods(tx: Tx, order_id: UUID, verb: str, goods: Goods, more: Mapping[str, str]) -> Made:
    order = tx.orders.get(order_id)
    _refuse_unmoved(order, verb)
    facts = able(tx, order, verb)
    code = goods.reason_code or code_of(facts, goods.reason)
    reason = goods.reason.strip()[:LONGEST] or facts.choices.get("reason_code", {}).get(code, "")
    if not reason:
        raise Refused("reason_needed")
    refuse_card_number(reason)
    way = {"collect": goods.collect, "carrier": goods.carrier, "tracking": goods.tracking}
    said = checked(tx, order, verb, {"reason_code": code, **more, **way})
    named = named_lines(tx, order, verb, goods.lines)
    wanted = keys_named(order, named)
    if not (left := wanted - _told_of(tx, order, verb, {}) - claimed(order, verb)):
        return Made(order, changed=False)
    refuse_second(order, verb, left, _on_its_way(tx, order, OTHER[verb]))
    if left < wanted and verb in facts.partly:
        named = named_lines(tx, order, verb, left)
    order = tx.put(replace(order, updated_at=tx.now))  # of two counters at once, one sees the other's letter
    tx.write(verb, order, lines=len(named or order.lines), reason=code)
    _tell_about(tx, order, verb, named, {"reason": reason, **said})
    return Made(order, changed=True)


def _refuse_unmoved(order: Order, verb: str) -> None:
    if order.status not in _LEFT:
        possible = " ".join(move.value for move in order.possible())
        raise Refused(
            "illegal_move", order=order.number, status=order.status.value, move=verb, possible=possible
        )


def answer_claim(
    tx: Tx,
    order_id: UUID,
    claim: str,
    answer: str,
    etc: Mapping[str, Any] | None = None,
    lines: Iterable[str] = (),
) -> Made:
    """Answer what the guest claims there: to cancel, to return or to exchange.

    `etc` holds what the service asks for with this answer, by its own names for it; amounts are given by
    part, in major units. The same answer again is harmless until another was given, or the guest claims anew.
    Only what is open there is answered; without `lines`, of all of which it is claimed.
    """
    order = tx.orders.get(order_id)
    facts = able(tx, order, "claim")
    claim = one_of(facts, "claim", "claim", claim)
    answer = one_of(facts, "answer", f"claim.{claim}", answer)
    etc = checked(tx, order, f"claim.{claim}.{answer}", etc or {})
    said = {"claim": claim, "answer": answer, **({"etc": etc} if etc else {})}
    named = named_lines(tx, order, "claim", lines)
    asked = "problem", f"{order.id}:{CLAIMED.get(claim, claim)}"
    if not tx.notices.asks(*asked) and keys_named(order, named) <= _told_of(tx, order, "claim", said):
        return Made(order, changed=False)
    refuse_unclaimed(order, claim, named)
    if not named and "claim" in facts.partly:
        named = named_lines(tx, order, "claim", claimed(order, claim))
    order = tx.put(replace(order, updated_at=tx.now))
    tx.write("claim_answered", order, claim=claim, answer=answer, lines=len(named or order.lines))
    _tell_about(tx, order, "claim", named, said)
    tx.notices.settle(*asked, answer, tx.now)
    tx.touch("attention")
    return Made(order, changed=True)


def _letters(tx: Tx, order: Order, verb: str) -> list[Letter]:
    """Return what its channel was, will or would have been told by a verb, without what was taken back."""
    every = tx.outbox.of_order(order.id, order.channel)
    return [each for each in every if each.verb == verb and each.error not in (_UNDONE, _ANEW)]


def _told_of(tx: Tx, order: Order, verb: str, said: Mapping[str, Any]) -> frozenset[str]:
    """Return the lines of which the last that the channel hears is this; of refused ones it heard nothing."""
    told: frozenset[str] = frozenset()
    for letter in _letters(tx, order, verb):
        named = keys_named(order, letter.body.get("parts", ()))
        same = all((letter.body.get(field) or "") == (value or "") for field, value in said.items())
        told = told | named if same and _holds(tx, letter) else told - named
    return told


def _on_its_way(tx: Tx, order: Order, verb: str) -> frozenset[str]:
    """Return the lines of which a verb is being told, or is still to be."""
    letters = [each for each in _letters(tx, order, verb) if each.state in ("waiting", "sending")]
    return frozenset().union(*(keys_named(order, each.body.get("parts", ())) for each in letters))


def _holds(tx: Tx, letter: Letter) -> bool:
    """Whether a letter stands: told, still to be told, or all that can be said of it here as things are."""
    if letter.error not in UNTOLD:
        return letter.state not in ("failed", "dropped")
    channel = tx.shop.channels.get(letter.channel)
    return channel is None or bool(why_untold(channel, letter.verb, letter.body))


def _tell_about(tx: Tx, order: Order, verb: str, named: tuple[str, ...], said: Mapping[str, Any]) -> None:
    """Write the letter; what was refused or lacked of the same lines is told with it, not beside it."""
    wanted = keys_named(order, named)
    replaced = [
        tx.outbox.replace(letter, _ANEW, tx.now)
        for letter in _letters(tx, order, verb)
        if (letter.state == "failed" or letter.error == NO_WAYBILL)
        and keys_named(order, letter.body.get("parts", ())) <= wanted
    ]
    instead_of = [letter for letter in replaced if letter is not None]
    facts = {"parts": list(named), INSTEAD_OF: instead_of, **said}
    tell(tx, order, verb, {field: value for field, value in facts.items() if value})
    tell_sale(tx, order, undoable=bool(said.get("undoable")))


def _give_up(tx: Tx, letter: Letter, why: str) -> bool:
    tx.touch("letters", "orders")
    return tx.outbox.mark(
        letter.id, ("waiting", "failed", "dropped"), state="dropped", error=why, done_at=tx.now
    )
