"""The moves of orders: each one transaction with all that follows, and harmless to repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from pos.actions import delivery, kitchen
from pos.actions.cards import refuse_card_number
from pos.actions.lines_there import shown
from pos.actions.money_there import ask_anew
from pos.actions.reactions import make_after_all, react, tell
from pos.actions.reasons import with_reason
from pos.actions.sales import tell_sale
from pos.actions.vocabularies import remote_line
from pos.domain.money import LARGEST
from pos.domain.order import IllegalMove, Line, Move, Note, Order, OrderType, Status
from pos.domain.refusals import Refused
from pos.store.moments import UNDO
from pos.store.tx import Tx
from sync.letters import line_body

#: The longest preparation time that a guest can be promised (minutes).
LONGEST_PREPARATION = 600


class Made(NamedTuple):
    """What became of a command. `changed` is false where it was already so; Undo is possible until then."""

    order: Order
    changed: bool
    undo_until: datetime | None = None


def accept(tx: Tx, order_id: UUID, minutes: int | None = None, undoable: bool = False) -> Made:
    """Take an order on, promising it in so many minutes where given; a delivery is fired at once."""
    if minutes is not None and not 0 < minutes <= LONGEST_PREPARATION:
        raise Refused("bad_minutes", minutes=minutes, longest=LONGEST_PREPARATION)
    facts: dict[str, Any] = {"undoable": undoable} if undoable else {}
    if minutes is not None:
        facts["minutes"] = minutes
    return make(tx, order_id, Move.ACCEPT, facts)


def reject(tx: Tx, order_id: UUID, reason: str, undoable: bool = False, code: str = "") -> Made:
    """Turn an order down, with a reason that its guest may read, or its service's code of one."""
    facts = with_reason(tx, tx.orders.get(order_id), "reject", reason, code)
    return make(tx, order_id, Move.REJECT, {**facts, **({"undoable": True} if undoable else {})})


def cancel(tx: Tx, order_id: UUID, reason: str, undoable: bool = False, code: str = "") -> Made:
    """Call an order off, with a reason; the kitchen learns it where it may have been told of the order."""
    facts = with_reason(tx, tx.orders.get(order_id), "cancel", reason, code)
    return make(tx, order_id, Move.CANCEL, {**facts, **({"undoable": True} if undoable else {})})


def check_in(tx: Tx, order_id: UUID) -> Made:
    """The guest is here: fire the booking, accepting it first where that was not done."""
    return make(tx, order_id, Move.CHECK_IN, {})


def execute(tx: Tx, order_id: UUID) -> Made:
    """Fire an accepted order to the kitchen by hand."""
    return make(tx, order_id, Move.EXECUTE, {})


def make(tx: Tx, order_id: UUID, move: Move, facts: Mapping[str, Any]) -> Made:
    """Make a move with all that follows from it; harmless and said so where it was already made."""
    order = tx.orders.get(order_id)
    if order.reached(move):
        if move in (Move.CHECK_IN, Move.EXECUTE):
            tx.write("was_first", order, move=move.value)
        return Made(order, changed=False)
    path = order.path(move)
    order = _promise(tx, order, facts)
    for step in path:
        order = _step(tx, order, step, facts)
    undoable = bool(facts.get("undoable")) and order.status not in (Status.EXECUTED, Status.PAID)
    undoable = undoable and not order.executed_at and order.deal_id is None
    return Made(order, changed=True, undo_until=tx.now + UNDO if undoable else None)


def _promise(tx: Tx, order: Order, facts: Mapping[str, Any]) -> Order:
    minutes = facts.get("minutes")
    if minutes is None or (order.type is OrderType.BOOKING and order.due_at):
        return order
    return replace(order, due_at=tx.now + timedelta(minutes=int(minutes)))


def _step(tx: Tx, order: Order, move: Move, facts: Mapping[str, Any]) -> Order:
    before = order.status
    moved = order.after(move, tx.now)
    if moved.status in (Status.ACCEPTED, Status.EXECUTED, Status.PAID):
        moved = replace(moved, guest_is_here=False)
    moved = tx.put(moved)
    figures = {key: facts[key] for key in ("minutes",) if key in facts}
    act = _end_of_supplies(order) if order.supplies and move is Move.EXECUTE else move.value
    tx.write(act, moved, before=before.value, after=moved.status.value, **figures)
    react(tx, moved, move, facts)
    return moved


def _end_of_supplies(order: Order) -> str:
    """Return what has become of the shop's own supplies: they came, or went where they came from."""
    return "sent_back" if order.only_goes_back else "arrived"


def undo(tx: Tx, order_id: UUID) -> Order:
    """Take back the last accept, reject or cancel, where nothing has left for the kitchen or the channel."""
    order = tx.orders.get(order_id)
    verb, back = _LAST.get(order.status, ("", Status.PLACED))
    if not verb or order.executed_at or order.deal_id or not _untell(tx, order, verb):
        raise Refused("too_late", order=order.number)
    if order.status is Status.CANCELED and order.accepted_at:
        back = Status.ACCEPTED
    if back is Status.PLACED:
        order = replace(order, accepted_at=None, due_at=_due_before(tx, order))
    order = tx.put(replace(order, status=back, closed_at=None, updated_at=tx.now))
    tx.notices.withdraw("paid_but_off", str(order.id))
    ask_anew(tx, order)
    tx.touch("letters", "attention")
    tx.write("undo", order, verb=verb, after=back.value)
    tell_sale(tx, order)
    return order


def _due_before(tx: Tx, order: Order) -> datetime | None:
    """Return when the guest wants the order, without what accepting it promised."""
    minutes = tx.journal.last(order.id, Move.ACCEPT.value).get("minutes")
    promised = minutes and order.accepted_at and order.accepted_at + timedelta(minutes=minutes)
    return None if order.due_at == promised else order.due_at


def _untell(tx: Tx, order: Order, verb: str) -> bool:
    """Give up the letter of the last move; False where its channel may have been told.

    An order that was called off before its channel knew of it has none: it is made there after all.
    """
    letters = tx.outbox.of_order(order.id, order.channel)
    unmade = verb == "cancel" and make_after_all(tx, order)
    if order.own and not letters:
        return True
    if not letters or letters[-1].verb != verb:
        return unmade
    last = letters[-1]
    if last.attempts or last.attempted:
        return False
    return tx.outbox.mark(last.id, ("waiting", "dropped"), state="dropped", error="undone", done_at=tx.now)


#: The letter that the last move wrote, and the state to go back to, by the state it led to.
_LAST: Mapping[Status, tuple[str, Status]] = {
    Status.ACCEPTED: ("accept", Status.PLACED),
    Status.REJECTED: ("reject", Status.PLACED),
    Status.CANCELED: ("cancel", Status.PLACED),
}


def amend(tx: Tx, order_id: UUID, lines: Sequence[Line] | None = None, memo: str | None = None) -> Made:
    """Change an order's lines or add to its memo; the kitchen and the channel learn only the difference."""
    order = tx.orders.get(order_id)
    if Move.AMEND not in order.possible():
        raise IllegalMove(order, Move.AMEND)
    changed = order
    if lines is not None:
        lines = identified(lines)
        refuse_broken_lines(lines)
        fee = None if order.fee is None else amended_fee(order, lines)
        changed = replace(changed, lines=lines, fee=fee)
    if memo is not None and (message := memo.strip()[:2000]):
        refuse_card_number(message)
        changed = replace(changed, memo=(*order.memo, Note(tx.shop.name, message, tx.now)))
    if changed == order:
        return Made(order, changed=False)
    changed = tx.put(replace(changed, updated_at=tx.now))
    tx.write("amend", changed, lines=len(changed.lines))
    _tell_amended(tx, order, changed)
    tell_sale(tx, changed)
    return Made(changed, changed=True)


def amended_fee(order: Order, lines: Sequence[Line]) -> int | None:
    """Keep what the channel adds to the sum of lines, or its own figure where these have no prices."""
    if order.lines_total is None:
        return order.fee
    return max(0, sum(line.amount or 0 for line in lines) + order.adjustment)


def refuse_broken_lines(lines: Sequence[Line]) -> None:
    """Raise Refused for lines that cannot be: none, unnamed, out of bounds, twice, or with a card number."""
    if not lines:
        raise Refused("no_lines")
    if len({line.id for line in lines}) != len(lines):
        raise Refused("same_line_twice")
    for line in lines:
        _refuse_broken_line(line)
    if sum(line.amount or 0 for line in lines) > LARGEST:
        raise Refused("bad_total")


def _refuse_broken_line(line: Line) -> None:
    if not line.name.strip():
        raise Refused("no_name")
    if not 1 <= line.quantity <= 9999:
        raise Refused("bad_quantity")
    if any(price is not None and not 0 <= price <= LARGEST for price in (line.price, line.deal_price)):
        raise Refused("bad_price", line=line.name[:60])
    refuse_card_number(line.note)


def identified(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give every line that has none an id of its own."""
    return tuple(line if line.id else replace(line, id=str(uuid4()).upper()) for line in lines)


def _tell_amended(tx: Tx, before: Order, after: Order) -> None:
    if after.lines != before.lines:
        items = [line_body(remote_line(line)) for line in after.lines]
        tell(tx, after, "amend", {"items": items, "was": shown(before.lines)})
        if after.status is Status.EXECUTED:
            kitchen.tell_difference(tx, after)
            delivery.print_slip(tx, after)
    if after.memo != before.memo:
        message = after.memo[-1].message
        tell(tx, after, "note", {"message": message})
        if after.status is Status.EXECUTED:
            kitchen.tell_note(tx, after, message)
