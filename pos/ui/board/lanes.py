"""The lanes of the board, and the board at a first glance: shown while the store is still being loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos.store.rows import Card
from pos.ui.board.cards import CardLook
from pos.ui.parts.faces import LANES, Lane, lane_cards
from pos.ui.parts.lists import TargetList
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import Empty, column, label, row
from pos.words import Words


class LaneColumn(QWidget):
    """One lane: name, count, what is to be known of it, and its cards."""

    def __init__(self, theme: Theme, words: Words, lane: Lane, cards: TargetList) -> None:
        super().__init__()
        self.lane, self.cards = lane, cards
        self._words = words
        self.count = label("0", "badge", lane.name)
        self.hint = label("", "quiet")
        head = row(
            label(words.say(f"lane.{lane.name}"), "head"), self.count, None, self.hint, gap=theme.mm(2)
        )
        empty = Empty(theme, "empty", words.say(f"empty.{lane.name}"), words.say(f"empty.{lane.name}_hint"))
        self.stack = QStackedWidget()
        self.stack.addWidget(cards)
        self.stack.addWidget(empty)
        self.head = QWidget()
        self.head.setFixedHeight(theme.mm(12))
        head.setContentsMargins(theme.px(6), 0, theme.px(6), 0)
        self.head.setLayout(head)
        self.setLayout(column(self.head, self.stack))

    def show_cards(self, cards: list[Card], hint: str, *, searched: bool) -> None:
        """Show a lane's cards, sorted; with `searched`, no cards only means that none was found."""
        self.count.setText(str(len(cards)))
        self.hint.setText(hint)
        self.cards.show_rows(cards)
        self.stack.setCurrentIndex(0 if cards or searched else 1)


class Glance(QWidget):
    """The lanes as they were last written; nothing can be tapped in them before the store answers."""

    painted = Signal()

    def __init__(self, theme: Theme, words: Words, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.lanes = [
            LaneColumn(theme, words, lane, TargetList(CardLook(theme, words, clock))) for lane in LANES
        ]
        gap = theme.mm(1.5)
        room = QWidget()
        room.setFixedWidth(theme.mm(DETAIL))
        self.setLayout(row(*self.lanes, room, gap=gap, margins=(gap, 0, gap, 0)))
        self.setEnabled(False)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show the open orders; once it has its place, so that no card is measured at a width it has not."""
        for lane in self.lanes:
            lane.show_cards(lane_cards(lane.lane, cards), "", searched=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell that the cards are seen."""
        super().paintEvent(event)
        self.painted.emit()


#: The detail's width (mm).
DETAIL = 98
