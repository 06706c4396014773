"""An order's lines as its channel shows them, made ours: what it has no words for is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from pos.actions.vocabularies import local_line
from pos.domain.order import Line, Order, OrderType
from pos.store.outbox import Letter
from pos.store.tx import Tx
from sync.messages import RemoteOrder

#: In the body of a letter that calls lines off: what they came to (`shown`).
GOODS_OFF = "goods_off"


def lines_of(order: Order, heard: RemoteOrder) -> tuple[Line, ...]:
    """Return the lines that a channel shows of an order, with what is known of each here.

    An answer without any says nothing of lines: what was known stays.
    """
    if not heard.lines:
        return order.lines
    return tuple(_as_known(line, known) for line, known in _as_ours(order, heard))


def fee_of(order: Order, heard: RemoteOrder) -> int | None:
    """Return the order's own total (minor units) as its channel shows it; nothing shown says nothing."""
    return order.fee if heard.total is None and not heard.lines else heard.total


def without_dishes(order: Order, heard: RemoteOrder) -> tuple[str, ...]:
    """Return the problem of an order that shows no dishes, nor says anything of what is to be made.

    A table may be booked without any, and goods that come back are none; what was known stays.
    """
    missing = not heard.lines and order.open and (order.lines or order.type is not OrderType.BOOKING)
    return ("no_lines",) if missing and (order.lines or not order.memo) else ()


def shown(lines: Iterable[Line]) -> list[list[Any]]:
    """Return what lines come to, however a service names them: goods, how many, and how they are wanted."""
    return sorted([line.item_id or line.name, line.quantity, list(line.options)] for line in lines)


def untold(tx: Tx, order: Order) -> Letter | None:
    """Return the first letter of the last amendments that the channel was never told; None where it knows.

    What it goes on showing undoes nothing then: it is what was ordered before.
    """
    amended = [one for one in tx.outbox.of_order(order.id, order.channel) if one.verb == "amend"]
    lost = list(takewhile(lambda letter: letter.state == "dropped", reversed(amended)))
    return lost[-1] if lost else None


def as_before(tx: Tx, order: Order, amended: Letter) -> list[list[Any]]:
    """Return what an order came to before it was amended here, without what was called off since."""
    left = list(amended.body.get("was", ()))
    for letter in tx.outbox.of_order(order.id, order.channel):
        if letter.verb == "cancel" and letter.seq > amended.seq and letter.state not in ("failed", "dropped"):
            left = [goods for goods in left if goods not in letter.body.get(GOODS_OFF, ())]
    return left


def taken_back(tx: Tx, order: Order) -> bool:
    """Whether we told its channel that goods come back: that it calls the order off then is our own doing."""
    return any(
        "return" in (letter.verb, letter.body.get("claim")) and (letter.state == "told" or letter.attempted)
        for letter in tx.outbox.of_order(order.id, order.channel)
        if letter.body.get("answer") != "reject"
    )


def _as_ours(order: Order, heard: RemoteOrder) -> Iterator[tuple[Line, Line | None]]:
    """Yield a channel's lines, each with ours that it is: by its id, or by what it is in an order made here.

    A service that has no ids for lines, and numbers of its own for goods, shows ours under its own names.
    """
    known = {line.id: line for line in order.lines}
    ours = str(order.id) in map(str.casefold, heard.own_ids)
    rest = [line for line in order.lines if ours and line.id not in {there.id for there in heard.lines}]
    for line in map(local_line, heard.lines):
        here = known.get(line.id)
        if here is None and (here := _same_goods(rest, line)):
            rest.remove(here)
            line = replace(line, id=here.id, name=here.name, contents=here.contents or line.contents)
        yield line, here


def _same_goods(lines: Sequence[Line], wanted: Line) -> Line | None:
    return next((line for line in lines if line.item_id and line.item_id == wanted.item_id), None)


def _as_known(heard: Line, known: Line | None) -> Line:
    """Keep what a service has no words for: our own lines come back from it without station and wishes."""
    if known is None:
        return heard
    kept = replace(
        heard,
        station=known.station,
        options=heard.options or known.options,
        note=heard.note or known.note,
        contents=heard.contents or known.contents,
    )
    same = replace(kept, quantity=1).amount == replace(known, quantity=1).amount
    return replace(kept, price=known.price, deal_price=known.deal_price) if same else kept
