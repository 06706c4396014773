"""Orders made at the counter: here at once, and registered with their channel where they have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from pos.actions import orders as moves
from pos.actions.cards import refuse_card_number
from pos.actions.reactions import tell
from pos.actions.vocabularies import remote_line
from pos.actions.watching import hears_sales
from pos.domain.order import NOBODY, Guest, Line, Note, Order, OrderType, Status
from pos.domain.payment import Payment
from pos.domain.refusals import Refused
from pos.domain.shop import COUNTER
from pos.store.tx import Tx
from sync.letters import order_body
from sync.messages import RemoteGuest, RemoteNote, RemoteOrder

#: What a guest at the counter orders is accepted and fired at once.
_AT_ONCE = frozenset({OrderType.EAT_IN, OrderType.TAKE_AWAY})


@dataclass(frozen=True, slots=True)
class Draft:
    """An order as it is typed in. Prices are minor units of `currency` (empty: the shop's)."""

    type: OrderType
    lines: tuple[Line, ...]
    channel: str = COUNTER
    currency: str = ""
    table: str = ""
    guest: Guest = NOBODY
    memo: tuple[str, ...] = ()
    due_at: datetime | None = None
    payment_type: str = ""


def place(tx: Tx, draft: Draft) -> Order:
    """Make an order of a draft; raises Refused for one that cannot be."""
    refuse_broken(tx, draft)
    order = add(tx, drafted(tx, draft))
    if draft.type in _AT_ONCE:
        order = moves.accept(tx, order.id).order
    return order


def add(tx: Tx, order: Order) -> Order:
    """Take an order in that was made here, and have it made at its channel where it has one."""
    order = tx.orders.add(order)
    tx.touch("orders")
    tx.write("made_here", order, lines=len(order.lines), total=order.total)
    if not order.own:
        tell(tx, order, "register", {"order": order_body(_remote(order))})
    return order


def refuse_broken(tx: Tx, draft: Draft) -> None:
    """Raise Refused for a draft that cannot be an order."""
    takers = (COUNTER, *(name for name in tx.shop.channels if not hears_sales(tx.shop, name)))
    if draft.channel not in takers:
        code = "takes_no_orders" if draft.channel in tx.shop.channels else "no_channel"
        raise Refused(code, channel=draft.channel, channels=", ".join(takers))
    moves.refuse_broken_lines(_identified(draft.lines))
    if back := next((line for line in draft.lines if line.goes_back), None):
        raise Refused("goes_back", line=back.name[:60])
    for text in (*draft.memo, draft.guest.name, draft.guest.address):
        refuse_card_number(text)


def drafted(tx: Tx, draft: Draft) -> Order:
    """Return the order of a draft, with a number and nothing done yet."""
    day = tx.shop.business_day(tx.now)
    priced = any(line.price is not None or line.deal_price is not None for line in draft.lines)
    return Order(
        id=uuid4(),
        number=f"{tx.numbers.next(f'order:{day}'):03d}",
        day=day,
        channel=draft.channel,
        type=draft.type,
        status=Status.PLACED,
        lines=_identified(draft.lines),
        currency=(draft.currency or tx.shop.currency) if priced else None,
        placed_at=tx.now,
        updated_at=tx.now,
        payment=Payment(draft.payment_type),
        table=draft.table,
        guest=draft.guest,
        memo=tuple(Note(draft.guest.name or tx.shop.name, text, tx.now) for text in draft.memo if text),
        due_at=draft.due_at,
    )


def _identified(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give every line a new id; a channel's order is found again by them."""
    return moves.identified([replace(line, id="") for line in lines])


def _remote(order: Order) -> RemoteOrder:
    guest = order.guest
    return RemoteOrder(
        remote_id="",
        status="placed",
        type=order.type.value,
        lines=tuple(remote_line(line) for line in order.lines),
        currency=order.currency,
        raw={},
        payment_type=order.payment.type,
        total=order.total,
        table=order.table,
        guest=RemoteGuest(guest.id, guest.name, guest.phone, guest.address),
        memo=tuple(RemoteNote(note.name, note.message, note.at) for note in order.memo),
        placed_at=order.placed_at,
    )
