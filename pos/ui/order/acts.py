"""What the counter's buttons set off: an action, what is said about it, and Undo where that is honest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pos.actions import deals, lines_off, orders, outbox, services, supplies, tickets
from pos.actions.deals import Settled
from pos.actions.orders import Made
from pos.domain.order import Order
from pos.ui.desk import Desk
from pos.ui.order.further import SHEETS, awaits_dispatch, further, offer
from pos.ui.order.moving import Place, ask, tells
from pos.ui.order.papers import Papers
from pos.ui.parts.faces import USUAL_MINUTES
from pos.ui.parts.overlays import ask_reason
from pos.ui.parts.theme import Theme
from pos.ui.till.refund import ask_refund

REJECT_REASONS = ("sold_out", "too_busy", "closing", "too_far")
CANCEL_REASONS = ("guest_asked", "no_show", "sold_out", "entered_twice")
#: What asks only where the order's service wants to know more.
_AT_ONE_TAP = ("hand_over", "reject", "cancel")
DROP_REASONS = ("not_needed", "done_by_hand")
#: What is said of a move that was made of some of an order.
_IN_PART = {"cancel": "amend", "hand_over": "handed_part"}
#: What takes a move back that has a way of its own; lines that were called off are an amendment here.
_UNDO: Mapping[str, Callable[..., Order]] = {
    "dispatch": services.undo_dispatch,
    "amend": lines_off.undo_lines,
}


def give_up(desk: Desk, theme: Theme, host: QWidget, letter_id: UUID) -> None:
    """Ask why a letter is given up, and give it up."""
    then = partial(desk.do, outbox.drop, letter_id)
    ask_reason(host, theme, desk.words, desk.words.say("reasons.drop"), DROP_REASONS, then)


class Acts(QObject):
    """Every button of cards and detail, by name. `done` tells what became of it, with a way back or None."""

    done = Signal(str, object)
    settle_wanted = Signal(object)
    touched = Signal()

    def __init__(self, desk: Desk, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._desk, self._theme, self._host = desk, theme, host
        self._papers = Papers(desk, theme, host)
        self._papers.setParent(self)
        self._table: dict[str, Callable[[Any], None]] = {
            "accept": lambda order: self.accept(order.id, _minutes(order)),
            "reject": lambda order: self._with_reason("reject", order, REJECT_REASONS),
            "cancel": lambda order: self._with_reason("cancel", order, CANCEL_REASONS),
            "no_show": lambda order: self._with_reason("cancel", order, CANCEL_REASONS),
            "check_in": lambda order: self._make("check_in", orders.check_in, order.id),
            "execute": lambda order: self._make("execute", orders.execute, order.id),
            "arrive": lambda order: self._make("arrive", supplies.take_in, order.id),
            "send_back": lambda order: self._make("send_back", supplies.take_in, order.id),
            "settle": lambda order: self.settle_wanted.emit([order.id]),
            "pay_here": lambda order: self.settle_wanted.emit([order.id]),
            "refund": lambda order: ask_refund(desk, theme, host, order.deal_id, self._refunded),
            "hand_over": self._hand_over,
            "further": self._offer_further,
            **{name: partial(self._ask, name) for name in SHEETS if name not in _AT_ONE_TAP},
            "look": lambda card: self._papers.show_id(card.question.ticket_id),
            "answer_yes": lambda card: self.answer(card.question.ticket_id, True),
            "answer_no": lambda card: self.answer(card.question.ticket_id, False),
        }

    def act(self, order: Any, name: str) -> None:
        """Do what a button says, with a card or an order; raises KeyError for a name that is no action."""
        self.touched.emit()
        self._table[name](order)

    def accept(self, order_id: UUID, minutes: int | None) -> None:
        """Take an order on, with a preparation time in minutes where one was chosen."""
        self._make("accept", orders.accept, order_id, minutes=minutes, undoable=True)

    def answer(self, ticket_id: UUID, came_out: bool) -> None:
        """Say whether a ticket came out."""
        self._desk.do(tickets.answer, ticket_id, came_out)

    def _ask(self, name: str, order: Any) -> None:
        ask(Place(self._desk, self._theme, self._host, self._moved), order.id, SHEETS[name])

    def _hand_over(self, order: Any) -> None:
        """Close it at one tap; where its service hears of a dispatch, with whom it leaves is asked first."""
        if awaits_dispatch(order, self._desk.shop.channels.get(order.channel)):
            self._ask("hand_over", order)
        else:
            self._desk.do(deals.settle, [order.id], then=self._handed_over)

    def _offer_further(self, order: Order) -> None:
        names = further(order, self._desk.shop.channels.get(order.channel))
        offer(self._host, self._theme, self._desk.words, order, names, partial(self.act, order))

    def _moved(self, name: str, made: Any) -> None:
        if isinstance(made, Settled):
            self._handed_over(made)
        else:
            self._made(_IN_PART.get(name, name) if made.order.open else name, made)

    def retry(self, letter_id: UUID) -> None:
        """Let a channel be told again what it refused."""
        self._desk.do(outbox.retry, letter_id)

    def give_up(self, letter_id: UUID) -> None:
        """Let a channel never know, with a reason."""
        give_up(self._desk, self._theme, self._host, letter_id)

    def _with_reason(self, name: str, order: Any, reasons: tuple[str, ...]) -> None:
        facts = self._desk.shop.channels.get(order.channel)
        if facts is not None and name in facts.asks:
            self._ask(name, order)
            return
        words = self._desk.words
        action = orders.reject if name == "reject" else orders.cancel
        then = partial(self._make_because, name, action, order.id)
        title = words.say(f"reasons.{name}", number=order.number)
        heard = tells(words, facts, name) if facts is not None else ""
        ask_reason(self._host, self._theme, words, title, reasons, then, heard)

    def _make_because(self, name: str, action: Callable[..., Made], order_id: UUID, reason: str) -> None:
        self._make(name, action, order_id, reason=reason, undoable=True)

    def _make(self, name: str, action: Callable[..., Made], order_id: UUID, **facts: Any) -> None:
        self._desk.do(action, order_id, then=partial(self._made, name), **facts)

    def _made(self, name: str, made: Made) -> None:
        words, number = self._desk.words, made.order.number
        key = f"toast.{name}" if made.changed else "toast.already"
        back = partial(self._undo, _UNDO.get(name, orders.undo), made.order.id) if made.undo_until else None
        self.done.emit(words.say(key, number=number), back)

    def _undo(self, undo: Callable[..., Order], order_id: UUID) -> None:
        self._desk.do(undo, order_id, then=self._undone)

    def _undone(self, order: Order) -> None:
        self.done.emit(self._desk.words.say("toast.undone", number=order.number), None)

    def _refunded(self, said: str) -> None:
        self.done.emit(said, None)

    def _handed_over(self, settled: Settled) -> None:
        key = "toast.hand_over" if settled.changed else "toast.already"
        self.done.emit(self._desk.words.say(key, number=settled.orders[0].number), None)


def _minutes(order: Any) -> int | None:
    return USUAL_MINUTES if order.type == "deliver" else None
