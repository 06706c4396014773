"""Some of an order's lines are called off at its service, and the rest goes on."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from pos.actions import delivery, kitchen
from pos.actions.asking import able, named_lines
from pos.actions.lines_there import GOODS_OFF, shown
from pos.actions.orders import Made, amended_fee, cancel
from pos.actions.reactions import tell
from pos.actions.reasons import with_reason
from pos.actions.sales import tell_sale
from pos.actions.vocabularies import line_keys
from pos.domain.lines import keyed
from pos.domain.order import IllegalMove, Line, Move, Order, Status
from pos.domain.refusals import Refused
from pos.store.moments import UNDO
from pos.store.outbox import Letter
from pos.store.tx import Tx

#: In a letter's body: the order's lines and its total as they were. They stay at the counter.
_BEFORE = "before"


def cancel_lines(
    tx: Tx, order_id: UUID, lines: Iterable[str], reason: str, code: str = "", undoable: bool = False
) -> Made:
    """Call off these lines, as letters name them; all of them are the order itself.

    What the service parcels together goes together. The order costs less by them, and the kitchen learns the
    difference where it was told of them. Raises Refused where the service is told of whole orders only.
    """
    order = tx.orders.get(order_id)
    able(tx, order, "cancel")
    if not (named := named_lines(tx, order, "cancel", lines)):
        return cancel(tx, order_id, reason, undoable, code)
    if Move.AMEND not in order.possible():
        raise IllegalMove(order, Move.AMEND)
    _refuse_torn(order, named)
    facts = with_reason(tx, order, "cancel", reason, code)
    undoable = undoable and not order.executed_at
    keys, left = line_keys(order), _without(order.lines, named)
    before = {"lines": [asdict(line) for line in order.lines], "fee": order.fee}
    fee = None if order.fee is None else amended_fee(order, left)
    order = tx.put(replace(order, lines=left, fee=fee, updated_at=tx.now))
    tx.write("lines_off", order, lines=len(named))
    # The names stay at the counter: the order has these lines no more.
    gone = {key: keys[key].name for key in named}
    goods = shown(keys[key] for key in named)
    said = {"parts": list(named), "gone": gone, GOODS_OFF: goods, _BEFORE: before, "undoable": undoable}
    tell(tx, order, "cancel", {**said, **facts})
    if order.status is Status.EXECUTED:
        kitchen.tell_difference(tx, order)
        delivery.print_slip(tx, order)
    tell_sale(tx, order, undoable=undoable)
    return Made(order, changed=True, undo_until=tx.now + UNDO if undoable else None)


def undo_lines(tx: Tx, order_id: UUID) -> Order:
    """Take back that some lines were called off last; raises Refused once kitchen or channel may know."""
    order = tx.orders.get(order_id)
    letters = tx.outbox.of_order(order.id, order.channel)
    last = letters[-1] if letters else None
    if last is None or not _is_as_it_left_it(order, last) or not _untold(tx, order, last):
        raise Refused("too_late", order=order.number)
    before = last.body[_BEFORE]
    order = tx.put(replace(order, lines=_lines(before), fee=before["fee"], updated_at=tx.now))
    tx.touch("letters")
    tx.write("undo", order, verb=last.verb, after=order.status.value)
    tell_sale(tx, order)
    return order


def _is_as_it_left_it(order: Order, letter: Letter) -> bool:
    """Whether an order is still what a letter left of it: what was changed since is not taken back."""
    before = letter.body.get(_BEFORE)
    return before is not None and order.lines == _without(_lines(before), letter.body["parts"])


def _untold(tx: Tx, order: Order, letter: Letter) -> bool:
    """Give a letter up; False where its channel may have been told of it, or the kitchen of its order."""
    if order.executed_at or order.deal_id or letter.attempts or letter.attempted:
        return False
    return tx.outbox.mark(letter.id, ("waiting",), state="dropped", error="undone", done_at=tx.now)


def _without(lines: Sequence[Line], named: Container[str]) -> tuple[Line, ...]:
    return tuple(line for key, line in keyed(lines).items() if key not in named)


def _lines(before: Mapping[str, Any]) -> tuple[Line, ...]:
    rows = ({name: _as_kept(value) for name, value in row.items()} for row in before["lines"])
    return tuple(Line(**row) for row in rows)


def _as_kept(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _refuse_torn(order: Order, named: tuple[str, ...]) -> None:
    """Raise Refused for a line of a part of which others stay: its service knows only the whole part."""
    parts = {key.partition("/")[0] for key in named}
    if torn := [
        line.name
        for key, line in line_keys(order).items()
        if key.partition("/")[0] in parts - {key} and key not in named
    ]:
        raise Refused("torn_apart", order=order.number, lines=", ".join(torn))
