"""Asks which other order is to be settled too: tap it, or type or scan its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QLineEdit, QWidget

from pos.store.rows import Card
from pos.ui.parts.faces import dishes
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, clear, column, label, scrolled
from pos.words import Words

#: How many orders are offered at once.
OFFERED = 30


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
        content = column(self._field, area, gap=theme.mm(3))
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
        return [c for c in self._cards if text in " ".join((c.number, c.guest, c.table)).casefold()][:OFFERED]

    def _choice(self, card: Card) -> QWidget:
        words = self._words
        where = words.table(card.table) or card.guest
        ordered = dishes(words, card.dishes[:3], card.back[:3])
        parts = (card.number, where, ordered, words.money(card.total, card.currency))
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
