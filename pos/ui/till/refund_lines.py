"""The left side of a refund: the bill's lines, and between two keys how many pieces of each go back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from pos.domain.order import Line, Order
from pos.ui.parts import icons
from pos.ui.parts.theme import STRONG, Theme
from pos.ui.parts.widgets import button, clear, column, label, restyle, row, rule, scrolled
from pos.ui.till.refund_choice import Chosen, Key
from pos.words import Words


class Lines(QFrame):
    """Shows what is chosen. `stepped` carries a line and how many more; `toggled` asks for all or none."""

    stepped = Signal(object, int)
    toggled = Signal()

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self.setObjectName("box")
        self._theme, self._words = theme, words
        self._box = column()
        self._counted: dict[Key, Counted] = {}
        self.all = button(words.say("refund.all"), self.toggled.emit, name="all")
        edge = theme.mm(3)
        head = row(label(words.say("refund.pick"), "quiet", wrap=True), self.all, gap=edge)
        head.setStretch(0, 1)
        head.setContentsMargins(edge, edge, edge, edge)
        inside = column(self._box, None, margins=(edge, 0, edge, 0))
        self.setLayout(column(head, rule(), scrolled(inside)))

    def show_chosen(self, chosen: Chosen) -> None:
        """Show the bill's lines anew: some may have gone back meanwhile."""
        clear(self._box)
        self._counted = {}
        several, last = len(chosen.standing.orders) > 1, None
        for key, order, line, gone in chosen.lines():
            if several and order is not last:
                self._box.addWidget(self._order(order))
            last = order
            self._box.addLayout(self._line(key, order, line, gone))
            self._box.addWidget(rule())
        self.count(chosen)

    def count(self, chosen: Chosen) -> None:
        """Show how many pieces are chosen."""
        for key, most in chosen.most().items():
            self._counted[key].show_count(chosen.counts.get(key, 0), most)
        none = chosen.whole and bool(chosen.counts)
        self.all.setText(self._words.say("refund.none" if none else "refund.all"))
        self.all.setEnabled(any(chosen.most().values()))

    def _order(self, order: Order) -> QWidget:
        parts = (order.number, self._words.table(order.table) or order.guest.name)
        made = label(self._words.say("board.dot").join(part for part in parts if part), "head")
        made.setContentsMargins(0, self._theme.mm(3), 0, 0)
        return made

    def _line(self, key: Key, order: Order, line: Line, gone: int) -> QHBoxLayout:
        words, edge = self._words, self._theme.mm(2)
        price = words.say("refund.each", price=words.money(line.each, order.currency)) if line.each else ""
        before = words.say("refund.gone", n=gone) if gone else ""
        said = column(label(line.name, "strong", wrap=True))
        if under := words.say("board.dot").join(part for part in (price, before) if part):
            said.addWidget(label(under, "small", wrap=True))
        self._counted[key] = Counted(self._theme, words, len(self._counted) + 1)
        self._counted[key].stepped.connect(partial(self.stepped.emit, key))
        made = row(said, self._counted[key], gap=self._theme.mm(3), margins=(0, edge, 0, edge))
        made.setStretch(0, 1)
        return made


class Counted(QWidget):
    """How many pieces of a line go back, between two keys. `stepped` carries one more, or one less."""

    stepped = Signal(int)

    def __init__(self, theme: Theme, words: Words, place: int) -> None:
        super().__init__()
        self._words, self._count = words, label("", "head")
        self._count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._count.setMinimumWidth(theme.mm(15))
        self._fewer = self._key(theme, "minus", f"fewer_{place}", -1)
        self._more = self._key(theme, "plus", f"more_{place}", 1)
        self.setLayout(row(self._fewer, self._count, self._more))

    def show_count(self, count: int, most: int) -> None:
        """Show so many pieces, of those that are left."""
        self._count.setText(self._words.say("refund.of", n=count, most=most))
        restyle(self._count, tone="" if count else "quiet")
        self._fewer.setEnabled(count > 0)
        self._more.setEnabled(count < most)

    def _key(self, theme: Theme, icon: str, name: str, step: int) -> QPushButton:
        made = button("", partial(self.stepped.emit, step), name=name)
        made.setIcon(icons.icon(icon, theme.color("ink"), theme.px(STRONG)))
        made.setFixedWidth(theme.mm(14))
        return made
