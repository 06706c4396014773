"""The till: orders at the left, the numpad between, methods and change at the right, one green button."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from pos.actions import deals
from pos.actions.deals import Settled
from pos.domain.deal import DealState, settle
from pos.domain.order import Order
from pos.domain.payment import METHODS, PREPAY
from pos.domain.refusals import Refused
from pos.store import queries
from pos.store.rows import Card
from pos.ui import icons
from pos.ui.desk import Desk
from pos.ui.faces import channel, dishes
from pos.ui.overlays import Sheet
from pos.ui.theme import HUGE, Theme
from pos.ui.till import Till, over
from pos.ui.widgets import Figure, button, clear, column, framed, label, restyle, row, rule, scrolled
from pos.words import Words

#: The keys of the pad, row by row; the fourth column is made of what may be given next.
KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("0", "00", "."))

#: The width of the pad with its keys, and what a side may have (mm).
PAD, SIDE_LEAST, SIDE_MOST = 139, 56, 95

#: How long the field shows that it rang (milliseconds).
RINGING = 300

#: Keys that follow each other faster than this (seconds) come from a scanner; it sends at least so many.
SCAN_GAP, SCAN_LEAST = 0.03, 3


def orders_of(read: Any, order_ids: Sequence[UUID]) -> list[Order]:
    """Return orders in the order that they were chosen in; raises Refused where one is not there."""
    return [queries.order(read, order_id) for order_id in order_ids]


class Settle(QWidget):
    """The page over everything. `closed` says what was settled, `left` that the page is done."""

    closed = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, theme: Theme, order_ids: Sequence[UUID]) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self._ids = list(order_ids)
        self._orders: list[Order] = []
        self._burst = Burst()
        self.till = Till(desk.shop.currency, 0)
        self._title, self._sum = label("", "head"), Figure(theme, HUGE)
        self._caption, self._figure = label("", "quiet"), Figure(theme)
        self._outcome, self._change = label("", "head"), Figure(theme)
        self._boxes, self._methods, self._paid = column(gap=theme.mm(3)), QGridLayout(), column()
        self._fills: list[QPushButton] = []
        self.finish = button("", self._finish, "primary", "done", "finish")
        self.finish.setMinimumHeight(theme.mm(20))
        self._pad = self._middle()
        self._sides = (self._left(), self._right())
        self._narrow = False
        body = row(self._sides[0], self._pad, self._sides[1])
        body.setStretch(1, 1)
        whole = column(self._head(), body)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ringing = QTimer(self)
        self._ringing.setSingleShot(True)
        self._ringing.timeout.connect(lambda: restyle(self._field, ringing=False))
        self._watch = desk.watch(self, "orders deals", self._read, self._show_orders)

    def press(self, key: str) -> None:
        """Type a key of the pad."""
        self._take(self.till.press(key))

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
            self.press(key)
        else:
            super().keyPressEvent(event)

    def _entered(self) -> None:
        scanned, before = self._burst.scanned(), self._burst.before
        if scanned and before is not None:
            self.till = before
            self._show_till()
            self._scan(scanned)
        elif self.finish.isEnabled():
            self._finish()
        else:
            self._ring()

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

    def _head(self) -> QWidget:
        back = button(self._words.say("rail.orders"), self.left.emit, name="back")
        back.setIcon(icons.icon("back", self._theme.color("ink"), self._theme.px(20)))
        edge, thin = self._theme.mm(4), self._theme.mm(1)
        line = row(back, self._title, None, gap=self._theme.mm(4), margins=(edge, thin, edge, thin))
        return framed("header", line)

    def _left(self) -> QWidget:
        words, theme = self._words, self._theme
        edge, thin = theme.mm(4), theme.mm(2.5)
        add = button(words.say("settle.add"), self._pick, "dashed", name="add")
        add.setIcon(icons.icon("plus", theme.color("quiet"), theme.px(18)))
        boxes = column(self._boxes, add, None, gap=theme.mm(3), margins=(thin, edge, thin, 0))
        add.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        around = (edge, theme.mm(2), edge, edge)
        total = row(label(words.say("settle.total"), "head"), self._sum, gap=theme.mm(2), margins=around)
        return framed("left", column(scrolled(boxes), rule(), total))

    def _middle(self) -> QWidget:
        theme, gap = self._theme, self._theme.mm(2.5)
        edge = theme.mm(3.5)
        line = row(self._caption, self._figure, gap=edge, margins=(edge, 0, edge, 0))
        self._field = framed("field", line)
        self._field.setFixedHeight(theme.mm(17))
        grid = QGridLayout()
        grid.setSpacing(gap)
        for at, keys in enumerate(KEYS):
            for across, key in enumerate(keys):
                grid.addWidget(self._key(key, partial(self.press, key), f"key_{key}"), at, across)
        self._grid = grid
        back = self._key("", partial(self.press, "back"), "key_back")
        back.setIcon(icons.icon("backspace", theme.color("ink"), theme.px(30)))
        back.setIconSize(QSize(theme.px(30), theme.px(30)))
        grid.addWidget(back, 3, 3)
        self._plus = row(gap=gap)
        box = column(self._field, self._plus, grid, gap=gap, margins=(edge, edge, edge, edge))
        box.setStretch(2, 1)
        pad = QWidget()
        pad.setLayout(box)
        return pad

    def _right(self) -> QWidget:
        theme = self._theme
        edge = theme.mm(4)
        self._methods.setSpacing(theme.mm(3))
        around = (theme.mm(4), theme.mm(2), theme.mm(4), theme.mm(1))
        lines = column(self._outcome, self._change, margins=around)
        self._result = framed("change", lines)
        self._result.setMinimumHeight(theme.mm(20))
        paid = scrolled(column(self._paid, None))
        parts = (self._methods, paid, self._result, self.finish)
        return framed("right", column(*parts, gap=theme.mm(3), margins=(edge,) * 4))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the sides what the pad leaves them."""
        super().resizeEvent(event)
        left = (self.width() / self._theme.density - PAD) / 2
        for side in self._sides:
            side.setFixedWidth(self._theme.mm(min(SIDE_MOST, max(SIDE_LEAST, left))))
        if self._is_narrow() != self._narrow:
            self._narrow = self._is_narrow()
            self._show_methods()

    def _is_narrow(self) -> bool:
        return self._sides[0].width() < self._theme.mm(80)

    def _key(self, text: str, on: Callable[[], None], name: str, kind: str = "key") -> QPushButton:
        made = button(text, on, kind, name=name)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setMinimumWidth(self._theme.mm(30))
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return made

    def _show_orders(self, orders: list[Order]) -> None:
        self._orders = orders
        currency = next((order.currency for order in orders if order.currency), self._desk.shop.currency)
        due = over([(order.total, order.payment.taken_online) for order in orders])
        self.till = Till(currency, due, self.till.figures, self.till.method)
        clear(self._boxes)
        for order in orders:
            self._boxes.addWidget(self._box(order))
        key, facts = (
            ("orders", {"n": len(orders)}) if len(orders) > 1 else ("one", {"number": orders[0].number})
        )
        self._title.setText(
            f"{self._words.say('settle.title')} · {self._words.say(f'settle.{key}', **facts)}"
        )
        total = sum(order.total or 0 for order in orders)
        self._sum.say(self._words.money(total, currency))
        self._show_methods()
        self._show_till()

    def _box(self, order: Order) -> QWidget:
        theme, words = self._theme, self._words
        where = words.say("board.table", table=order.table) if order.table else order.guest.name
        about = words.say("board.dot").join(part for part in (where, channel(words, order.channel)) if part)
        money = label(words.money(order.total, order.currency), "head")
        head = row(label(order.number, "head"), None, money, gap=theme.mm(2))
        if len(self._orders) > 1:
            head.addWidget(self._dropper(partial(self._remove, order.id), f"without_{order.number}"))
        edge, thin = theme.mm(3), theme.mm(0.5)
        box = column(head, gap=thin, margins=(edge, thin if len(self._orders) > 1 else edge, edge, edge))
        box.addWidget(label(about, "quiet", wrap=True))
        for line in order.lines:
            amount = words.figure(line.amount, order.currency) if line.amount is not None else ""
            name = label(f"{line.name} ×{line.quantity}", "quiet", wrap=True)
            each = row(name, label(amount, "quiet"))
            each.setStretch(0, 1)
            box.addLayout(each)
        if order.adjustment:
            extra = label(words.figure(order.adjustment, order.currency), "quiet")
            box.addLayout(row(label(words.say("detail.adjustment"), "quiet"), None, extra))
        if order.payment.taken_online:
            box.addWidget(label(words.say("settle.paid_online"), "strong", "done"))
        return framed("box", box)

    def _dropper(self, on: Callable[[], None], name: str) -> QPushButton:
        made = button("", on, "flat", name=name)
        made.setIcon(icons.icon("cross", self._theme.color("quiet"), self._theme.px(18)))
        made.setFixedWidth(self._theme.mm(12))
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return made

    def _remove(self, order_id: UUID) -> None:
        self._ids.remove(order_id)
        self._watch.again()

    def _show_methods(self) -> None:
        clear(self._methods)
        for place, method in enumerate(self._offered()):
            made = button(
                self._method_words(method), partial(self._choose, method), "second", name=f"method_{method}"
            )
            made.setCheckable(True)
            made.setChecked(method == self.till.method)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._methods.addWidget(made, *divmod(place, 1 if self._narrow else 2))

    def _offered(self) -> list[str]:
        if not self.till.due:
            return []
        members = any(order.guest.balance for order in self._orders)
        return [method for method in (*METHODS, *self._desk.shop.methods) if method != PREPAY or members]

    def _method_words(self, method: str) -> str:
        balance = max((order.guest.balance or 0 for order in self._orders), default=0)
        if method != PREPAY:
            return self._words.method(method)
        return f"{self._words.method(method)}\n{self._words.money(balance, self.till.currency)}"

    def _choose(self, method: str) -> None:
        self.till = self.till.choose(method)
        self._show_methods()
        self._show_till()

    def _take(self, till: Till | None) -> None:
        if till is None:
            self._ring()
            return
        self.till = till
        self._show_till()

    def _ring(self) -> None:
        QApplication.beep()
        restyle(self._field, ringing=True)
        self._ringing.start(RINGING)

    def _show_till(self) -> None:
        words, till = self._words, self.till
        self._caption.setText(words.say("settle.given", method=words.method(till.method)))
        self._figure.say(till.figure or "0")
        self._pad.setEnabled(bool(till.due))
        self._show_fills()
        self._show_paid()
        self._show_outcome()

    def _show_fills(self) -> None:
        words, till = self._words, self.till
        for fill in self._fills:
            fill.hide()
            fill.deleteLater()
        exact = f"{words.say('settle.exact')}\n{words.figure(till.rest, till.currency)}"
        self._fills = [self._key(exact, partial(self._fill, till.rest), "exact", "note")]
        for note in till.next_notes():
            text = words.money(note, till.currency)
            self._fills.append(self._key(text, partial(self._fill, note), f"note_{note}", "note"))
        for at, fill in enumerate(self._fills):
            self._grid.addWidget(fill, at, 3, 3 - at if fill is self._fills[-1] else 1, 1)
        clear(self._plus)
        for major in till.plus():
            plus = self._key(f"+{major:,}", partial(self._add, major), f"plus_{major}", "note")
            plus.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._plus.addWidget(plus)

    def _show_paid(self) -> None:
        clear(self._paid)
        words = self._words
        for part in self.till.given:
            name, amount = (
                label(words.method(part.method)),
                label(words.money(part.amount, self.till.currency), "strong"),
            )
            drop = self._dropper(partial(self._drop, part.method), f"drop_{part.method}")
            self._paid.addLayout(row(name, None, amount, drop, gap=self._theme.mm(2)))
            self._paid.addWidget(rule())

    def _fill(self, amount: int) -> None:
        self._take(self.till.fill(amount))

    def _add(self, major: int) -> None:
        self._take(self.till.add(major))

    def _drop(self, method: str) -> None:
        self._take(self.till.drop(method))

    def _show_outcome(self) -> None:
        words, currency = self._words, self.till.currency
        refused = None
        try:
            now = datetime.now(UTC)  # a look ahead only: nothing of it is kept
            change = settle(uuid4(), "", self._orders, self.till.given, now, "").change
            caption, figure = words.say("settle.change"), words.money(change, currency)
        except Refused as refusal:
            refused = refusal
            lacking = max(0, int(refusal.facts.get("due", 0)) - int(refusal.facts.get("given", 0)))
            caption = words.say("settle.due") if refusal.code == "too_little" else words.refusal(refusal)
            figure = words.money(lacking, currency) if refusal.code == "too_little" else ""
        if refused is None and not self.till.due:
            caption, figure = words.say("settle.nothing"), ""
        self._outcome.setText(caption)
        self._outcome.setWordWrap(not figure)
        self._change.say(figure, "ink" if refused is not None else "done")
        restyle(self._result, lacking=refused is not None)
        self.finish.setEnabled(refused is None and bool(self._orders))
        prints = bool(self._desk.shop.printers_for("settlement"))
        self.finish.setText(words.say("settle.finish_print" if prints else "settle.finish"))

    def _finish(self) -> None:
        self.finish.setEnabled(False)
        self._desk.do(
            deals.settle, list(self._ids), self.till.given, then=self._settled, refused=self._refused
        )

    def _settled(self, settled: Settled) -> None:
        words, deal = self._words, settled.deal
        if deal.state is DealState.OPEN:
            text = words.say("settle.asked", number=deal.number)
        else:
            key = "settle.closed_change" if deal.change else "settle.closed"
            text = words.say(key, number=deal.number, change=words.money(deal.change, deal.currency))
        self.closed.emit(text)
        self.left.emit()

    def _refused(self, refusal: Refused) -> None:
        self._desk.said.emit(self._words.refusal(refusal))
        self._show_outcome()

    def _pick(self) -> None:
        self._desk.ask(queries.board, then=self._offer)

    def _offer(self, cards: list[Card]) -> None:
        fitting = [card for card in cards if self._fits(card)]
        Picker(self.window(), self._theme, self._words, fitting, self.add, self._scan)

    def _fits(self, card: Card) -> bool:
        open_here = card.status in _SETTLES and not card.settled
        return open_here and card.id not in self._ids and card.currency in (None, self.till.currency)


#: The states from which an order can be settled.
_SETTLES = ("accepted", "executed")

_KEYS = {
    Qt.Key.Key_Backspace: "back",
    Qt.Key.Key_Delete: "back",
    Qt.Key.Key_Comma: ".",
}


class Burst:
    """Tells a scanner from fingers by its haste; keeps the till as it was before the first fast key."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._text = ""
        self._last = 0.0
        self.before: Till | None = None

    def hit(self, key: str, till: Till) -> None:
        """Note a key, before it changes the till."""
        now = self._clock()
        if now - self._last > SCAN_GAP:
            self._text, self.before = "", till
        self._text += key
        self._last = now

    def scanned(self) -> str:
        """Return what was scanned, when Enter follows at once; empty for what fingers typed."""
        fast = self._clock() - self._last <= SCAN_GAP and len(self._text) >= SCAN_LEAST
        return self._text if fast and self._text.isdigit() else ""


class Picker:
    """Asks for another order: tap it, or type or scan its number."""

    def __init__(
        self,
        host: QWidget,
        theme: Theme,
        words: Words,
        cards: Sequence[Card],
        then: Callable[[UUID], None],
        scan: Callable[[str], None],
    ) -> None:
        self._theme, self._words, self._cards, self._then, self._scan = theme, words, cards, then, scan
        self._field, self._list = QLineEdit(), column(gap=theme.mm(2))
        self._field.setPlaceholderText(words.say("header.search"))
        self._field.setObjectName("pick_text")
        self._field.textChanged.connect(self._show)
        self._field.returnPressed.connect(self._entered)
        area = scrolled(column(self._list, None))
        area.setMinimumHeight(min(theme.mm(90), host.height() // 2))
        content: QLayout = column(self._field, area, gap=theme.mm(3))
        self._sheet = Sheet(host, theme, words, words.say("settle.add_title"), content, 120)
        self._field.setFocus()
        self._show("")

    def _show(self, text: str) -> None:
        clear(self._list)
        mine = self._matching(text)
        if not mine:
            self._list.addWidget(label(self._words.say("settle.none_left"), "quiet"))
        for card in mine:
            self._list.addWidget(self._choice(card))

    def _matching(self, text: str) -> list[Card]:
        text = text.strip().casefold()
        return [c for c in self._cards if text in " ".join((c.number, c.guest, c.table)).casefold()][:30]

    def _choice(self, card: Card) -> QWidget:
        words = self._words
        where = words.say("board.table", table=card.table) if card.table else card.guest
        parts = (card.number, where, dishes(words, card.dishes[:3]), words.money(card.total, card.currency))
        text = words.say("board.dot").join(part for part in parts if part)
        return button(text, partial(self._pick, card.id), "row", name=f"pick_{card.number}")

    def _entered(self) -> None:
        mine = self._matching(self._field.text())
        if len(mine) == 1:
            self._pick(mine[0].id)
        elif self._field.text().strip():
            self._sheet.close()
            self._scan(self._field.text().strip())

    def _pick(self, order_id: UUID) -> None:
        self._sheet.close()
        self._then(order_id)
