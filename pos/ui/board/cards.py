"""How an order's card is drawn, and where it can be tapped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from pos.store.rows import Card
from pos.ui.parts import paint
from pos.ui.parts.faces import LANE_OF, Action, Clock, Face, Lane, Mark, face, is_late
from pos.ui.parts.lists import State
from pos.ui.parts.theme import BODY, LARGE, STRONG, Theme
from pos.words import Words

#: So many cards of a lane are kept as they were drawn: a few more than are ever seen at once.
KEPT = 10


class CardLook:
    """Cards of one lane. Heights follow from what a card says; nothing is measured twice."""

    def __init__(self, theme: Theme, words: Words, clock: Callable[[], datetime]) -> None:
        self._theme = theme
        self._words = words
        self._now = clock
        self._edge = theme.px(5)  # room for the ring around a chosen card
        self._gap = theme.mm(3)
        self._pad = theme.px(13)
        self._button = theme.mm(13)
        self._rows = (theme.px(34), theme.px(26), theme.px(24), theme.px(26))
        self._drawn: dict[UUID, tuple[Any, QPixmap]] = {}

    def height(self, row: Card, _width: int) -> int:
        """Return a card's height with the gap below it."""
        lines = sum(self._rows[:3]) + self._rows[3] * len(self._mark_lines(row, _width))
        asked = self._button + self._gap if row.question else 0
        around = 2 * self._edge + 2 * self._pad + self._theme.px(4)
        return around + lines + asked + self._button

    def targets(self, box: QRect, row: Card) -> Mapping[str, QRect]:
        """Return the card's buttons by the name of their action."""
        return {action.name: place for action, place in self._buttons(box, row)}

    def primary(self, row: Card) -> str:
        """Return the card's one thing to press; a question has none: Enter must not answer it."""
        return next((action.name for action in self._face(row).actions if action.primary), "")

    def said(self, row: Card) -> str:
        """Return a card in words."""
        seen, clock = self._face(row), LANE_OF[row.status].clock(self._words, row, self._now())
        parts = (seen.number, clock.text, *seen.chips, seen.dishes, seen.who, seen.total)
        asked = (action.text for action in seen.actions if action.name == "look")
        marks = (mark.text for mark in seen.marks)
        return ", ".join((*(part for part in parts if part), *asked, *marks))

    def paint(self, painter: QPainter, box: QRect, row: Card, state: State) -> None:
        """Draw a card; one that looks as it did is not drawn again."""
        now, sharpness = self._now(), painter.device().devicePixelRatio()
        clock = LANE_OF[row.status].clock(self._words, row, now)
        looks = (row, box.size(), state, clock, is_late(row, now), sharpness)
        before = self._drawn.pop(row.id, None)
        if before is None or before[0] != looks:
            before = looks, self._picture(row, box.size(), state, clock, sharpness)
        self._drawn[row.id] = before
        if len(self._drawn) > KEPT:
            del self._drawn[next(iter(self._drawn))]
        painter.drawPixmap(box.topLeft(), before[1])

    def _picture(self, row: Card, size: QSize, state: State, clock: Clock, sharpness: float) -> QPixmap:
        picture = QPixmap(size * sharpness)
        picture.setDevicePixelRatio(sharpness)
        picture.fill(self._theme.color("background"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, QRect(QPoint(), size), row, state, clock)
        painter.end()
        return picture

    def _draw(self, painter: QPainter, box: QRect, row: Card, state: State, clock: Clock) -> None:
        lane, seen = LANE_OF[row.status], self._face(row)
        card = self._card(box)
        self._ground(painter, card, lane, state.chosen)
        inner = card.adjusted(self._theme.px(6) + self._pad, self._pad - self._theme.px(3), -self._pad, 0)
        left_over = self._head(painter, inner, lane, seen, clock)
        who = self._words.say("board.dot").join(filter(None, (*left_over, seen.who)))
        top = self._body(painter, inner, inner.top() + self._rows[0], seen, who)
        for marks in self._mark_lines(row, box.width()):
            self._marks(painter, QRect(inner.left(), top, inner.width(), self._rows[3]), marks)
            top += self._rows[3]
        for action, place in self._buttons(box, row):
            paint.button(
                painter,
                self._theme,
                place,
                action.text,
                action.tone,
                filled=action.primary,
                pressed=state.pressed == action.name,
                icon="tickets" if action.name == "look" else "",  # the paper that is asked about
            )

    def _face(self, row: Card) -> Face:
        return face(self._words, row, is_late(row, self._now()))

    def _card(self, box: QRect) -> QRect:
        return box.adjusted(self._edge, self._edge, -self._edge, -self._edge)

    def _inner_width(self, width: int) -> int:
        return width - 2 * self._edge - 2 * self._pad - self._theme.px(6)

    def _mark_lines(self, row: Card, width: int) -> list[list[Mark]]:
        """Break the marks into lines of at most two that fit."""
        lines: list[list[Mark]] = []
        room = 0
        for mark in self._face(row).marks:
            wide = paint.mark_width(self._theme, mark.text, bold=_loud(mark)) + self._gap
            if lines and len(lines[-1]) < 2 and wide <= room:
                lines[-1].append(mark)
            else:
                lines.append([mark])
                room = self._inner_width(width)
            room -= wide
        return lines

    def _buttons(self, box: QRect, row: Card) -> list[tuple[Action, QRect]]:
        actions = self._face(row).actions
        card = self._card(box)
        left, right = card.left() + self._theme.px(6) + self._pad, card.right() - self._pad + 1
        top = card.bottom() - self._pad - self._button + 1
        if len(actions) == 1:
            return [(actions[0], QRect(left, top, right - left, self._button))]
        *asked, one, other = actions
        above = QRect(left, top - self._button - self._gap, right - left, self._button)
        return [
            *((each, above) for each in asked),
            *self._pair(above.translated(0, self._button + self._gap), one, other),
        ]

    def _pair(self, line: QRect, one: Action, other: Action) -> list[tuple[Action, QRect]]:
        """Put two actions beside each other; a primary one gets the more of it, but no words all of it."""
        room = line.width() - self._gap
        first = round(room * (0.34 if other.primary else 0.5))
        mine, its = (paint.button_width(self._theme, action.text) for action in (one, other))
        if mine > first or its > room - first:
            first = round(room * mine / (mine + its))
        left = QRect(line.left(), line.top(), first, line.height())
        return [(one, left), (other, line.adjusted(first + self._gap, 0, 0, 0))]

    def _ground(self, painter: QPainter, card: QRect, lane: Lane, chosen: bool) -> None:
        theme, radius = self._theme, self._theme.mm(3)
        paint.plate(painter, card, radius, theme.color("surface"), theme.color("line"))
        stripe = QPainterPath()
        stripe.addRoundedRect(QRectF(card), radius, radius)
        painter.save()
        painter.setClipPath(stripe)
        painter.fillRect(QRect(card.left(), card.top(), theme.px(6), card.height()), theme.color(lane.name))
        painter.restore()
        if chosen:
            painter.setPen(QPen(theme.color(lane.name), theme.px(3)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            out = theme.px(2.5)
            painter.drawRoundedRect(QRectF(card).adjusted(-out, -out, out, out), radius + out, radius + out)

    def _head(self, painter: QPainter, inner: QRect, lane: Lane, seen: Face, clock: Clock) -> list[str]:
        """Draw number, chips and clock; return the words of chips for which there is no room."""
        theme, high = self._theme, self._rows[0]
        font = theme.font(LARGE + 1, bold=True)
        taken = self._clock(painter, QRect(inner.left(), inner.top(), inner.width(), high), clock)
        left = inner.left()
        line = QRect(left, inner.top(), inner.width() - taken - theme.px(8), high)
        paint.words(painter, line, seen.number, font, theme.color("ink"))
        left += paint.width(font, seen.number) + theme.px(10)
        chip_high, left_over = theme.px(22), []
        for chip in seen.chips:
            room = QRect(left, inner.top() + (high - chip_high) // 2, line.right() - left, chip_high)
            wide = paint.pill(painter, theme, room, chip, theme.color(lane.name), theme.tint(lane.name))
            left += wide + theme.px(6) if wide else 0
            left_over += [] if wide else [chip]
        return left_over

    def _clock(self, painter: QPainter, line: QRect, clock: Clock) -> int:
        theme = self._theme
        font = theme.font(STRONG + 1, bold=True)
        wide = paint.width(font, clock.text)
        if clock.tone == "calm":
            paint.words(painter, line, clock.text, font, theme.color("ink"), paint.RIGHT)
            return wide
        wide += 2 * theme.px(8)
        badge = QRect(line.right() - wide + 1, line.top() + theme.px(2), wide, line.height() - theme.px(4))
        paint.plate(painter, badge, theme.px(7), theme.color(clock.tone))
        paint.words(painter, badge, clock.text, font, theme.color(f"on_{clock.tone}"), paint.CENTER)
        return wide

    def _body(self, painter: QPainter, inner: QRect, top: int, seen: Face, about: str) -> int:
        theme = self._theme
        line = QRect(inner.left(), top, inner.width(), self._rows[1])
        paint.words(painter, line, seen.dishes, theme.font(BODY), theme.color("ink"))
        line = QRect(inner.left(), line.bottom() + 1, inner.width(), self._rows[2])
        bold = theme.font(BODY, bold=True)
        paint.words(painter, line, seen.total, bold, theme.color("ink"), paint.RIGHT)
        who = line.adjusted(0, 0, -paint.width(bold, seen.total) - theme.px(10), 0)
        paint.words(painter, who, about, theme.font(BODY - 1), theme.color("quiet"))
        return line.bottom() + 1

    def _marks(self, painter: QPainter, line: QRect, marks: list[Mark]) -> None:
        theme = self._theme
        for place, mark in enumerate(marks):
            loud = _loud(mark)
            wide = paint.mark_width(theme, mark.text, bold=loud)
            left = line.left() if place == 0 else max(line.left(), line.right() - wide)
            box = QRect(left, line.top(), line.right() - left + 1, line.height())
            paint.mark(painter, theme, box, mark.icon, mark.text, mark.tone, bold=loud)


def _loud(mark: Mark) -> bool:
    return mark.tone not in ("quiet", "ink")
