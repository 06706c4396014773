"""The till: orders at the left, the numpad between, methods and change at the right, one green button."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos.actions import deals
from pos.actions.deals import Settled
from pos.domain.deal import DealState, settle
from pos.domain.order import Order
from pos.domain.payment import METHODS, PREPAY
from pos.domain.refusals import Refused
from pos.store import queries
from pos.store.rows import Card
from pos.ui.desk import Desk
from pos.ui.parts import icons
from pos.ui.parts.overlays import counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, framed, label, row
from pos.ui.till.bill import Bill
from pos.ui.till.pad import PAD, Pad
from pos.ui.till.picker import Picker
from pos.ui.till.purse import Outcome, Purse
from pos.ui.till.scanner import Burst
from pos.ui.till.till import Till, over

#: What a side may have, and where the methods stand in one column (mm).
SIDE_LEAST, SIDE_MOST, NARROW = 56, 95, 80

#: The states from which an order can be settled.
_SETTLES = ("accepted", "executed")

_KEYS = {Qt.Key.Key_Backspace: "back", Qt.Key.Key_Delete: "back", Qt.Key.Key_Comma: "."}


def orders_of(read: Any, order_ids: Sequence[UUID]) -> list[Order]:
    """Return orders in the order that they were chosen in; raises Refused where one is not there."""
    return [queries.order(read, order_id) for order_id in order_ids]


class Settle(QWidget):
    """The page over everything. `closed` says what was settled, `left` that the page is done."""

    closed = Signal(str, object)
    left = Signal()

    def __init__(self, desk: Desk, theme: Theme, order_ids: Sequence[UUID]) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self._ids = list(order_ids)
        self._orders: list[Order] = []
        self._burst = Burst()
        self._across = 2
        self.till = Till(desk.shop.currency, 0)
        self.bill, self.pad = Bill(theme, desk.words), Pad(theme, desk.words, self.till)
        prints = bool(desk.shop.printers_for("settlement"))
        self.purse = Purse(
            theme, desk.words, desk.words.say("settle.finish_print" if prints else "settle.finish")
        )
        self._title = label("", "head")
        self._connect()
        body = row(self.bill, self.pad, self.purse)
        body.setStretch(1, 1)
        whole = column(self._head(), body)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._watch = desk.watch(self, "orders deals", self._read, self._show_orders)

    def add(self, order_id: UUID) -> None:
        """Settle another order with these."""
        if order_id not in self._ids:
            self._ids.append(order_id)
            self._watch.again()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits type, Enter finishes, Esc leaves; what comes too fast for fingers is a scanned number."""
        key = _KEYS.get(Qt.Key(event.key()), event.text())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._entered()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif key == "back" or (len(key) == 1 and key in "0123456789."):
            self._burst.hit(key, self.till)
            self.pad.press(key)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the sides what the pad leaves them."""
        super().resizeEvent(event)
        side = min(SIDE_MOST, max(SIDE_LEAST, (self.width() / self._theme.density - PAD) / 2))
        for each in (self.bill, self.purse):
            each.setFixedWidth(self._theme.mm(side))
        self._across = 1 if side < NARROW else 2
        self._offer_methods()

    def _connect(self) -> None:
        self.bill.without.connect(self._remove)
        self.bill.more.connect(self._pick)
        self.pad.asked.connect(self._take)
        self.purse.chosen.connect(self._choose)
        self.purse.dropped.connect(lambda method: self._take(self.till.drop(method)))
        self.purse.finished.connect(self._finish)

    def _head(self) -> QWidget:
        back = button(self._words.say("rail.orders"), self.left.emit, name="back", keyed=False)
        back.setIcon(icons.icon("back", self._theme.color("ink"), self._theme.px(20)))
        edge, thin = self._theme.mm(4), self._theme.mm(1)
        return framed("header", row(back, self._title, None, gap=edge, margins=(edge, thin, edge, thin)))

    def _entered(self) -> None:
        scanned, before = self._burst.scanned(), self._burst.before
        if scanned and before is not None:
            self._take(before)
            self._scan(scanned)
        elif self.purse.finish.isEnabled():
            self._finish()
        else:
            self.pad.ring()

    def _scan(self, text: str) -> None:
        day = self._desk.shop.business_day(self._desk.clock())
        self._desk.ask(queries.find_orders, text, day, then=partial(self._scanned, text))

    def _scanned(self, text: str, found: list[Order]) -> None:
        if len(found) == 1:
            self.add(found[0].id)
        else:
            key = "toast.several" if found else "empty.found"
            self._desk.said.emit(self._words.say(key, text=text))

    def _read(self, read: Any) -> list[Order]:
        return orders_of(read, tuple(self._ids))

    def _show_orders(self, orders: list[Order]) -> None:
        self._orders, words = orders, self._words
        currency = next((order.currency for order in orders if order.currency), self._desk.shop.currency)
        due = over([(order.total, order.payment.taken_online) for order in orders])
        self.till = Till(currency, due, self.till.figures, self.till.method)
        self.bill.show_orders(orders, over([(order.total, False) for order in orders]), currency)
        many = words.say("settle.orders", n=len(orders))
        what = many if len(orders) > 1 else words.say("settle.one", number=orders[0].number)
        self._title.setText(words.say("board.dot").join((words.say("settle.title"), what)))
        self._offer_methods()
        self._take(self.till)

    def _remove(self, order_id: UUID) -> None:
        self._ids.remove(order_id)
        self._watch.again()

    def _offer_methods(self) -> None:
        shop = self._desk.shop
        purses = {name for name, facts in shop.channels.items() if facts.stored_value}
        members = any(order.guest.balance and order.channel in purses for order in self._orders)
        known = (*METHODS, *shop.methods) if self.till.due else ()
        offered = [(each, self._method_words(each)) for each in known if each != PREPAY or members]
        self.purse.offer(offered, self.till.method, self._across)

    def _method_words(self, method: str) -> str:
        if method != PREPAY:
            return self._words.method(method)
        balance = max((order.guest.balance or 0 for order in self._orders), default=0)
        return f"{self._words.method(method)}\n{self._words.money(balance, self.till.currency)}"

    def _choose(self, method: str) -> None:
        self.till = self.till.choose(method)
        self._offer_methods()
        self._take(self.till)

    def _take(self, till: Till | None) -> None:
        if till is None:
            self.pad.ring()
            return
        self.till = till
        self.pad.show_till(till)
        self.purse.show_till(till, self._outcome())

    def _outcome(self) -> Outcome:
        words, currency = self._words, self.till.currency
        try:
            # A look ahead: nothing of this deal is kept.
            change = settle(uuid4(), "", self._orders, self.till.given, datetime.now(UTC), "").change
        except Refused as refusal:
            if refusal.code != "too_little":
                return Outcome(words.refusal(refusal), "", able=False)
            change = 0
        # What went back there could close with nothing: not here, where a forgotten figure would do that.
        if (lacking := self.till.lacking) > 0:
            return Outcome(words.say("settle.due"), words.money(lacking, currency), able=False)
        if not self.till.due:
            return Outcome(words.say("settle.nothing"), "", able=bool(self._orders))
        return Outcome(words.say("settle.change"), words.money(change, currency), able=True)

    def _finish(self) -> None:
        self.purse.finish.setEnabled(False)
        ids, given = list(self._ids), self.till.given
        self._desk.do(deals.settle, ids, given, then=self._settled, refused=self._refused)

    def _settled(self, settled: Settled) -> None:
        words, deal = self._words, settled.deal
        key = "asked" if deal.state is DealState.OPEN else "closed_change" if deal.change else "closed"
        change = words.money(deal.change, deal.currency)
        said = words.say(f"settle.{key}", number=deal.number, change=change)
        self.closed.emit(said, settled.orders[0].id)
        self.left.emit()

    def _refused(self, refusal: Refused) -> None:
        self._desk.said.emit(self._words.refusal(refusal))
        self._take(self.till)

    def _pick(self) -> None:
        self._desk.ask(queries.board, then=self._offer_orders)

    def _offer_orders(self, cards: list[Card]) -> None:
        fitting = [card for card in cards if self._fits(card)]
        Picker(counter_around(self), self._theme, self._words, fitting, self.add, self._scan)

    def _fits(self, card: Card) -> bool:
        open_here = card.status in _SETTLES and not card.settled
        return open_here and card.id not in self._ids and card.currency in (None, self.till.currency)
