"""The left side of the till: the orders that are settled together, with their lines and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from pos.domain.order import Order
from pos.domain.payment import Payment, PaymentStatus
from pos.ui.parts import icons
from pos.ui.parts.faces import channel
from pos.ui.parts.theme import HUGE, Theme
from pos.ui.parts.widgets import Figure, button, clear, column, dropper, framed, label, row, rule, scrolled
from pos.words import Words


class Bill(QFrame):
    """Shows orders. `without` carries the id of one that is taken out, `more` asks for another."""

    without = Signal(object)
    more = Signal()

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self.setObjectName("left")
        self._theme, self._words = theme, words
        self._boxes, self._sum = column(gap=theme.mm(3)), Figure(theme, HUGE)
        edge, thin = theme.mm(4), theme.mm(2.5)
        add = button(words.say("settle.add"), self.more.emit, "dashed", name="add", keyed=False)
        add.setIcon(icons.icon("plus", theme.color("quiet"), theme.px(18)))
        add.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        boxes = column(self._boxes, add, None, gap=theme.mm(3), margins=(thin, edge, thin, 0))
        around = (edge, theme.mm(2), edge, edge)
        total = row(label(words.say("settle.total"), "head"), self._sum, gap=theme.mm(2), margins=around)
        self.setLayout(column(scrolled(boxes), rule(), total))

    def show_orders(self, orders: Sequence[Order], total: int, currency: str) -> None:
        """Show these orders, and what they cost together (minor units)."""
        clear(self._boxes)
        for order in orders:
            self._boxes.addWidget(self._box(order, alone=len(orders) == 1))
        self._sum.say(self._words.money(total, currency))

    def _box(self, order: Order, *, alone: bool) -> QWidget:
        theme, words = self._theme, self._words
        where = words.table(order.table) or order.guest.name
        about = words.say("board.dot").join(part for part in (where, channel(words, order.channel)) if part)
        money = label(words.money(order.total, order.currency), "head")
        head = row(label(order.number, "head"), None, money, gap=theme.mm(2))
        if not alone:
            head.addWidget(dropper(theme, partial(self.without.emit, order.id), f"without_{order.number}"))
        edge, thin = theme.mm(3), theme.mm(0.5)
        box = column(head, gap=thin, margins=(edge, edge if alone else thin, edge, edge))
        box.addWidget(label(about, "quiet", wrap=True))
        for name, amount in self._lines(order):
            line = row(label(name, "quiet", wrap=True), label(amount, "quiet"))
            line.setStretch(0, 1)
            box.addLayout(line)
        if order.payment.seen_to_there:
            box.addWidget(self._seen_to(order.payment))
        return framed("box", box)

    def _seen_to(self, payment: Payment) -> QWidget:
        """Say what the channel took, and whether the guest has it, or some of it, back."""
        key, tone = "paid_online", "done"
        if payment.given_back_there:
            key, tone = "given_back", "red"
        elif payment.status is PaymentStatus.PART_REFUNDED:
            key, tone = "part_given_back", "red"
        return label(self._words.say(f"settle.{key}"), "strong", tone, wrap=True)

    def _lines(self, order: Order) -> list[tuple[str, str]]:
        words, currency = self._words, order.currency
        lines = [
            (
                f"{line.name} ×{line.quantity}",
                "" if line.amount is None else words.figure(line.amount, currency),
            )
            for line in order.wanted
        ]
        if order.adjustment:
            lines.append((words.say("detail.adjustment"), words.figure(order.adjustment, currency)))
        return lines
