"""The right side of the till: methods, what was given in each, and what goes back; one green button."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import (
    Figure,
    button,
    clear,
    column,
    dropper,
    framed,
    label,
    restyle,
    row,
    rule,
    scrolled,
)
from pos.ui.till.till import Till
from pos.words import Words


class Outcome(NamedTuple):
    """What would come of settling now: words, a figure where there is one, and whether it can be done."""

    words: str
    figure: str
    able: bool


class Purse(QFrame):
    """Shows a till. `chosen` and `dropped` carry a method, `finished` ends it."""

    chosen = Signal(str)
    dropped = Signal(str)
    finished = Signal()

    def __init__(self, theme: Theme, words: Words, finish: str) -> None:
        super().__init__()
        self.setObjectName("right")
        self._theme, self._words = theme, words
        self._methods, self._paid = QGridLayout(), column()
        self._methods.setSpacing(theme.mm(3))
        self._outcome, self.change = label("", "head"), Figure(theme)
        edge = theme.mm(4)
        around = (edge, theme.mm(2), edge, theme.mm(1))
        self._result = framed("change", column(self._outcome, self.change, margins=around))
        self.finish = button(finish, self.finished.emit, "primary", "done", "finish")
        self.finish.setMinimumHeight(theme.mm(20))
        paid = scrolled(column(self._paid, None))
        parts = (self._methods, paid, self._result, self.finish)
        self.setLayout(column(*parts, gap=theme.mm(3), margins=(edge,) * 4))

    def offer(self, methods: Sequence[tuple[str, str]], chosen: str, across: int) -> None:
        """Offer methods (name and words), so many in a row."""
        clear(self._methods)
        for place, (method, text) in enumerate(methods):
            made = button(
                text, partial(self.chosen.emit, method), "second", name=f"method_{method}", keyed=False
            )
            made.setCheckable(True)
            made.setChecked(method == chosen)
            self._methods.addWidget(made, *divmod(place, across))

    def show_till(self, till: Till, outcome: Outcome) -> None:
        """Show what was given, and what comes of it."""
        clear(self._paid)
        for part in till.given:
            self._paid.addWidget(self._given(part.method, self._words.money(part.amount, till.currency)))
            self._paid.addWidget(rule())
        self._outcome.setText(outcome.words)
        self._outcome.setWordWrap(not outcome.figure)
        self.change.setVisible(bool(outcome.figure))
        self.change.say(outcome.figure, "done" if outcome.able else "ink")
        restyle(self._result, lacking=not outcome.able)
        self.finish.setEnabled(outcome.able)

    def _given(self, method: str, amount: str) -> QWidget:
        line = QWidget()
        drop = dropper(self._theme, partial(self.dropped.emit, method), f"drop_{method}")
        parts = (label(self._words.method(method)), None, label(amount, "strong"), drop)
        line.setLayout(row(*parts, gap=self._theme.mm(2)))
        return line
