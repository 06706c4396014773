"""The full-height banner of a new order, and its sound, until someone acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QLayout, QWidget

from pos.domain.shop import COUNTER, Shop
from pos.store.rows import Card
from pos.ui.parts.faces import LANES, channel, dishes, lane_cards
from pos.ui.parts.overlays import slide
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, label, rule
from pos.ui.parts.written import tame
from pos.words import Words

#: How many new orders the banner names; the others it counts.
NAMED = 3


class Voice(Protocol):
    """What the alarm needs of a sound."""

    def loop(self) -> None:
        """Ring until stopped."""
        ...

    def chime(self) -> None:
        """Ring once."""
        ...

    def stop(self) -> None:
        """Be quiet."""
        ...

    def close(self) -> None:
        """Be quiet for good."""
        ...


class Alarm(QFrame):
    """Comes for orders in New that nobody has looked at. `look` carries the id of one to open.

    It lies `over` the pages of its host and no higher: how printers and channels are must be seen meanwhile.
    """

    look = Signal(object)
    rang = Signal(str)

    def __init__(
        self,
        host: QWidget,
        over: QWidget,
        theme: Theme,
        words: Words,
        shop: Callable[[], Shop],
        voice: Voice,
        known: set[UUID] | None = None,
    ) -> None:
        super().__init__(host)
        self.setObjectName("alarm")
        self._host, self._over = host, over
        self._theme, self._words, self._shop, self._voice = theme, words, shop, voice
        self.known = known
        self._new: list[Card] = []
        self._shown: tuple[list[UUID], int] = ([], 0)
        self._head = label(role="head")
        self._named = [_Named(theme, words) for _ in range(NAMED)]
        self.setLayout(self._laid_out())
        over.installEventFilter(self)
        self.hide()

    def hear(self, cards: Sequence[Card]) -> None:
        """Ring for orders that were not here before; the first time, only for what still waits in New."""
        waiting = {card.id: card for card in lane_cards(LANES[0], cards)}
        known = set() if self.known is None else self.known
        fresh = [card for card in waiting.values() if card.id not in known and card.channel != COUNTER]
        seen_before = known | waiting.keys()
        taken_on = [card for card in cards if card.id not in seen_before]
        first, self.known = self.known is None, known | {card.id for card in cards}
        unseen = {card.id for card in self._new}
        self._new = [card for card in waiting.values() if card.id in unseen] + fresh
        if fresh:
            self._ring()
        elif self._new:
            self._show()
        elif unseen:
            self.acted()
        if taken_on and not first and any(self._auto(card) for card in taken_on):
            self._voice.chime()

    def acted(self) -> None:
        """Someone acts: be quiet and go."""
        self._new = []
        self._voice.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where the pages are, and as high as they."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and watched is self._over:
            self._place()
        return super().eventFilter(watched, event)

    def _auto(self, card: Card) -> bool:
        facts = self._shop().channels.get(card.channel)
        return facts is not None and facts.auto_accept

    def _ring(self) -> None:
        hidden = self.isHidden()
        self._show()
        self._voice.loop()
        self.rang.emit(self._title())
        if hidden:
            slide(self, self._host.width())

    def _show(self) -> None:
        named = [card.id for card in self._new[:NAMED]]
        if self.isVisible() and (named, len(self._new)) == self._shown:
            return
        self._shown = named, len(self._new)
        self._head.setText(self._title())
        for place, each in enumerate(self._named):
            each.name(self._new[place] if place < len(self._new) else None)
        self._place()
        self.show()
        self.raise_()

    def _laid_out(self) -> QLayout:
        words, edge, gap = self._words, self._theme.mm(6), self._theme.mm(3)
        look = button(words.say("banner.look"), self._look, "primary", name="look")
        mute = button(words.say("banner.mute"), self.acted, name="mute")
        return column(self._head, *self._named, None, look, mute, gap=gap, margins=(edge, edge, edge, edge))

    def _title(self) -> str:
        many = len(self._new)
        return self._words.say("banner.one") if many == 1 else self._words.say("banner.many", n=many)

    def _look(self) -> None:
        first = self._new[0].id if self._new else None
        self.acted()
        if first is not None:
            self.look.emit(first)

    def _place(self) -> None:
        host = self._host
        wide = min(self._theme.mm(98), host.width() // 2)
        top = self._over.mapTo(host, QPoint()).y()
        self.setGeometry(host.width() - wide, top, wide, host.height() - top)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class _Named(QWidget):
    """One order that the banner names; its labels stay, only their words change."""

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self._words = words
        self._number, self._kind, self._total = (label(role=role) for role in ("giant", "quiet", "head"))
        self._dishes = label(role="quiet", wrap=True)
        about = column(self._number, self._kind, self._dishes, self._total, gap=theme.mm(1))
        self.setLayout(column(rule(), about, gap=theme.mm(3)))

    def name(self, card: Card | None) -> None:
        """Say which order it is; None: there are no more."""
        self.setVisible(card is not None)
        if card is None:
            return
        words = self._words
        kind = words.say("board.dot").join((words.say(f"type.{card.type}"), channel(words, card.channel)))
        self._number.setText(tame(card.number))
        self._kind.setText(tame(kind))
        self._dishes.setText(tame(dishes(words, card.dishes, card.back)))
        self._total.setText(words.money(card.total, card.currency))
        self._total.setVisible(card.total is not None)
