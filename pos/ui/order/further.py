"""What else can be done with an order, beyond the one step that its lane is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QWidget

from pos.domain.claims import unclaimed
from pos.domain.order import MOVES, Move, Order, OrderType, Status
from pos.domain.shop import ChannelFacts
from pos.store.rows import Card
from pos.ui.order.amending import Amend
from pos.ui.order.claims import Claim
from pos.ui.order.goods import Dispatch, Exchange, HandOver, Return
from pos.ui.order.moving import Moving, Place, Subject
from pos.ui.order.off import Cancel, Reject
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column
from pos.words import Words

#: The sheet of each move that asks before it is made.
SHEETS: Mapping[str, Callable[[Place, Subject], Moving]] = {
    "dispatch": Dispatch,
    "hand_over": HandOver,
    "return": Return,
    "exchange": Exchange,
    "claim": Claim,
    "reject": Reject,
    "cancel": Cancel,
    "amend": Amend,
}


def awaits_dispatch(order: Order | Card, facts: ChannelFacts | None) -> bool:
    """Whether the order's service wants to hear that it has left, and does not yet."""
    hears = facts is not None and "dispatch" in facts.tells
    leaves = (OrderType(order.type), Status(order.status)) in _LEAVE
    return hears and leaves and order.dispatched_at is None


#: What can leave the shop.
_LEAVE = {(kind, status) for kind, moves in MOVES.items() for status, move in moves if move is Move.DISPATCH}


def further(order: Order, facts: ChannelFacts | None) -> tuple[str, ...]:
    """Return what can be done besides, in the order in which it is offered."""
    possible, can = order.possible(), facts.tells if facts else frozenset()
    left = order.status in (Status.EXECUTED, Status.PAID) and bool(unclaimed(order))
    offers = {
        "amend": Move.AMEND in possible,
        "dispatch": Move.DISPATCH in possible and not (order.supplies or awaits_dispatch(order, facts)),
        "return": left and "return" in can,
        "exchange": left and "exchange" in can,
        "claim": "claim" in can and bool(order.claims),
    }
    return tuple(name for name, offered in offers.items() if offered)


def offer(
    host: QWidget,
    theme: Theme,
    words: Words,
    order: Order,
    names: tuple[str, ...],
    act: Callable[[str], None],
) -> Sheet:
    """Lay the moves out, a finger high each; the tapped one is given to `act`."""

    def take(name: str) -> None:
        sheet.close()
        act(name)

    keys = [button(words.say(f"do.{name}"), partial(take, name), "second", name=name) for name in names]
    title = words.say("deal_with.further", number=order.number)
    sheet = Sheet(host, theme, words, title, column(*keys, gap=theme.mm(3)), 90)
    return sheet
