"""Some of an order's lines are called off at its service, and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from pos.actions import delivery, kitchen
from pos.actions.asking import able, named_lines
from pos.actions.orders import Made, amended_fee, cancel
from pos.actions.reactions import tell
from pos.actions.reasons import with_reason
from pos.actions.sales import tell_sale
from pos.actions.vocabularies import line_keys
from pos.domain.order import IllegalMove, Move, Order, Status
from pos.domain.refusals import Refused
from pos.store.tx import Tx


def cancel_lines(tx: Tx, order_id: UUID, lines: Iterable[str], reason: str, code: str = "") -> Made:
    """Call off these lines, as letters name them; all of them are the order itself.

    What the service parcels together goes together. The order costs less by them, and the kitchen learns the
    difference where it was told of them. Raises Refused where the service is told of whole orders only.
    """
    order = tx.orders.get(order_id)
    able(tx, order, "cancel")
    if not (named := named_lines(tx, order, "cancel", lines)):
        return cancel(tx, order_id, reason, code=code)
    if Move.AMEND not in order.possible():
        raise IllegalMove(order, Move.AMEND)
    _refuse_torn(order, named)
    facts = with_reason(tx, order, "cancel", reason, code)
    keys = line_keys(order)
    left = tuple(line for key, line in keys.items() if key not in named)
    fee = None if order.fee is None else amended_fee(order, left)
    order = tx.put(replace(order, lines=left, fee=fee, updated_at=tx.now))
    tx.write("lines_off", order, lines=len(named))
    # The names stay at the counter: the order has these lines no more.
    gone = {key: keys[key].name for key in named}
    tell(tx, order, "cancel", {"parts": list(named), "gone": gone, **facts})
    if order.status is Status.EXECUTED:
        kitchen.tell_difference(tx, order)
        delivery.print_slip(tx, order)
    tell_sale(tx, order)
    return Made(order, changed=True)


def _refuse_torn(order: Order, named: tuple[str, ...]) -> None:
    """Raise Refused for a line of a part of which others stay: its service knows only the whole part."""
    parts = {key.partition("/")[0] for key in named}
    if torn := [
        line.name
        for key, line in line_keys(order).items()
        if key.partition("/")[0] in parts - {key} and key not in named
    ]:
        raise Refused("torn_apart", order=order.number, lines=", ".join(torn))
