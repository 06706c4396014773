"""Finds the order that a person means by what was typed or scanned; asks where it may be several."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pos.domain.order import Order
from pos.store import queries
from pos.ui.desk import Desk
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column
from pos.words import Words

#: How many orders are offered at most.
OFFERED = 8


class Finder(QObject):
    """`found` carries the id of the order that was meant."""

    found = Signal(object)

    def __init__(self, desk: Desk, theme: Theme, host: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._theme, self._words, self._host = desk, theme, desk.words, host

    def find(self, text: str) -> None:
        """Look for an order by short number, sequence number, or `channel:remote-id`."""
        if text:
            day = self._desk.shop.business_day(self._desk.clock())
            self._desk.ask(queries.find_orders, text, day, then=partial(self._answered, text))

    def _answered(self, text: str, orders: list[Order]) -> None:
        if not orders:
            self._desk.said.emit(self._words.say("empty.found", text=text))
        elif len(orders) == 1:
            self.found.emit(orders[0].id)
        else:
            self._ask(text, orders[:OFFERED])

    def _ask(self, text: str, orders: list[Order]) -> None:
        choices = {
            order.id: button(order_words(self._words, order), kind="row", name="found") for order in orders
        }
        content = column(*choices.values(), gap=self._theme.mm(3))
        title = self._words.say("toast.several", text=text)
        sheet = Sheet(self._host, self._theme, self._words, title, content, 110)
        for order_id, choice in choices.items():
            choice.clicked.connect(partial(self._chose, sheet, order_id))

    def _chose(self, sheet: Sheet, order_id: UUID, _checked: bool = False) -> None:
        sheet.close()
        self.found.emit(order_id)


def order_words(words: Words, order: Order) -> str:
    """Return an order as a line: number, type, status, guest, and when it was placed."""
    kind, status = words.say(f"type.{order.type.value}"), words.say(f"status.{order.status.value}")
    parts = (order.number, kind, status, order.guest.name, words.moment(order.placed_at))
    return words.say("board.dot").join(part for part in parts if part)
