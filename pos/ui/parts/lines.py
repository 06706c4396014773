"""Rows of the spool, the outbox and what a person must look at: one look, its contents as data."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from pos.ui.parts import icons, paint
from pos.ui.parts.faces import Action
from pos.ui.parts.lists import State
from pos.ui.parts.theme import BODY, SMALL, STRONG, Theme


class Line(NamedTuple):
    """One row as it is read: an icon in a tone, what it is, how it is, more about it, what can be done.

    `icon` may be a state of health (`well`, `waiting`, `needs_you`): it is drawn as its shape.
    """

    id: Hashable
    row: Any
    icon: str
    tone: str
    title: str
    badge: str = ""
    sub: str = ""
    error: str = ""
    actions: tuple[Action, ...] = ()
    sentence: bool = False  # the title is a sentence and may take several lines
    opens: bool = False  # a tap beside its buttons, or Enter, opens more about it (`open`)


class Heading(NamedTuple):
    """A title between lines, with how many there are."""

    id: Hashable
    title: str
    many: int


#: How a sentence is written.
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap

#: How high a button is, and the least that a sentence needs beside its buttons (mm).
BUTTON, LEAST = 12, 60

#: How wide the arrow is at the end of a line that opens (mm).
ARROW = 7

_HEALTH = ("well", "waiting", "needs_you")


class LineLook:
    """Draws lines and headings. Buttons stand at the right, a finger high."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._gap = theme.mm(3)

    def height(self, row: Line | Heading, width: int) -> int:
        """Return a row's height with the gap below it."""
        if isinstance(row, Heading):
            return self._theme.mm(12)
        lines = sum(self._lines(row, width))
        below = self._theme.mm(BUTTON) if self._is_below(row, width) else 0
        return self._theme.mm(max(18, 6 + 6 * lines)) + self._gap + below

    def primary(self, row: Line | Heading) -> str:
        """Return the action of Enter, where a line has a primary one."""
        actions = row.actions if isinstance(row, Line) else ()
        opens = "open" if isinstance(row, Line) and row.opens else ""
        return next((action.name for action in actions if action.primary), opens)

    def said(self, row: Line | Heading) -> str:
        """Return a row in words."""
        parts = (row.title, row.badge, row.sub, row.error) if isinstance(row, Line) else (row.title,)
        return ", ".join(part for part in parts if part)

    def targets(self, box: QRect, row: Line | Heading) -> Mapping[str, QRect]:
        """Return a line's buttons, and behind them all of a line that opens."""
        if not isinstance(row, Line):
            return {}
        whole = {"open": box.adjusted(2, 0, -2, -self._gap)} if row.opens else {}
        return {action.name: place for action, place in self._buttons(box, row)} | whole

    def paint(self, painter: QPainter, box: QRect, row: Line | Heading, state: State) -> None:
        """Draw a row."""
        if isinstance(row, Heading):
            self._heading(painter, box, row)
            return
        theme = self._theme
        card = box.adjusted(2, 0, -2, -self._gap)
        edge = theme.color("new" if state.chosen else "line")
        paint.plate(painter, card, theme.mm(2.5), theme.color("surface"), edge)
        self._icon(painter, card, row)
        self._words(painter, self._text_box(card, box, row), row, self._lines(row, box.width()))
        if row.opens:
            size = theme.mm(5)
            at = QRectF(card.right() - theme.mm(ARROW - 1), card.center().y() - size / 2, size, size)
            icons.draw(painter, "forward", theme.color("quiet"), at)
        for action, place in self._buttons(box, row):
            pressed = state.pressed == action.name
            paint.button(
                painter, theme, place, action.text, action.tone, filled=action.primary, pressed=pressed
            )

    def _heading(self, painter: QPainter, box: QRect, row: Heading) -> None:
        theme = self._theme
        font = theme.font(STRONG, bold=True)
        line = box.adjusted(theme.mm(1), 0, 0, 0)
        paint.words(painter, line, row.title, font, theme.color("ink"))
        if row.many:
            left = line.left() + paint.width(font, row.title) + theme.mm(2)
            chip = QRect(left, box.center().y() - theme.px(11), theme.mm(20), theme.px(22))
            paint.pill(painter, theme, chip, str(row.many), theme.color("quiet"), theme.tint("quiet"))

    def _icon(self, painter: QPainter, card: QRect, row: Line) -> None:
        theme = self._theme
        size = theme.mm(3.5 if row.icon in _HEALTH else 6)
        center = card.left() + theme.mm(7)
        box = QRectF(center - size / 2, card.center().y() - size / 2, size, size)
        if row.icon in _HEALTH:
            paint.health(painter, theme, box, row.icon)
        else:
            icons.draw(painter, row.icon, theme.color(row.tone), box)

    def _text_box(self, card: QRect, box: QRect, row: Line) -> QRect:
        buttons, below = self._buttons(box, row), self._is_below(row, box.width())
        beside = buttons and not below
        end = card.right() - self._theme.mm(ARROW if row.opens else 4)
        right = buttons[0][1].left() - self._gap if beside else end
        left = card.left() + self._theme.mm(14)
        taken = self._theme.mm(BUTTON) if below else 0
        return QRect(left, card.top(), right - left, card.height() - taken)

    def _lines(self, row: Line, width: int) -> tuple[int, int, int]:
        """How many lines title, more about it, and error take in a row of a width."""
        box = QRect(0, 0, width, self._theme.mm(18))
        wide = self._text_box(box.adjusted(2, 0, -2, 0), box, row).width()
        title = self._broken(row.title, BODY + 1, wide) if row.sentence else 1
        return title, self._broken(row.sub, BODY - 1, wide), self._broken(row.error, BODY - 1, wide)

    def _broken(self, text: str, size: int, wide: int) -> int:
        if not text:
            return 0
        metrics = QFontMetrics(self._theme.font(size, bold=size > BODY))
        high = metrics.boundingRect(QRect(0, 0, wide, 10000), Qt.TextFlag.TextWordWrap, text).height()
        return max(1, round(high / metrics.lineSpacing()))

    def _words(self, painter: QPainter, box: QRect, row: Line, lines: tuple[int, int, int]) -> None:
        high = self._theme.mm(6)
        top = box.center().y() - high * sum(lines) // 2
        self._title(painter, QRect(box.left(), top, box.width(), high * lines[0]), row)
        top += high * lines[0]
        for text, tone, many in ((row.sub, "quiet", lines[1]), (row.error, "red", lines[2])):
            if many:
                line = QRect(box.left(), top, box.width(), high * many)
                self._sentence(painter, line, text, BODY - 1, tone)
            top += high * many

    def _sentence(self, painter: QPainter, box: QRect, text: str, size: int, tone: str) -> None:
        painter.setFont(self._theme.font(size, bold=size > BODY))
        painter.setPen(self._theme.color(tone))
        painter.drawText(box, _WRAPPED, text)

    def _title(self, painter: QPainter, line: QRect, row: Line) -> None:
        theme = self._theme
        font, small = theme.font(BODY + 1, bold=True), theme.font(SMALL, bold=True)
        if row.sentence:
            self._sentence(painter, line, row.title, BODY + 1, "ink")
            return
        room = paint.width(small, row.badge) + 2 * theme.px(8) + theme.mm(2) if row.badge else 0
        title = line.adjusted(0, 0, -room, 0)
        paint.words(painter, title, row.title, font, theme.color("ink"))
        if row.badge:
            left = line.left() + min(paint.width(font, row.title), title.width()) + theme.mm(2)
            chip = QRect(left, line.center().y() - theme.px(11), line.right() - left + 1, theme.px(22))
            amber = row.tone == "amber"
            ink, ground = theme.color("ink" if amber else row.tone), theme.tint(row.tone, 0.3 if amber else 0)
            paint.pill(painter, theme, chip, row.badge, ink, ground)

    def _buttons(self, box: QRect, row: Line) -> list[tuple[Action, QRect]]:
        card, high = box.adjusted(2, 0, -2, -self._gap), self._theme.mm(BUTTON)
        below = self._is_below(row, box.width())
        top = card.bottom() - self._gap - high + 1 if below else card.center().y() - high // 2
        right, made = card.right() - (self._theme.mm(ARROW) if row.opens else self._gap), []
        for action in reversed(row.actions):
            wide = paint.action_width(self._theme, action.text)
            made.append((action, QRect(right - wide + 1, top, wide, high)))
            right -= wide + self._gap
        return made[::-1]

    def _is_below(self, row: Line, width: int) -> bool:
        """Whether buttons stand under a sentence or an error because they would squeeze it beside them."""
        taken = sum(paint.action_width(self._theme, action.text) + self._gap for action in row.actions)
        said = row.sentence or bool(row.error)
        return said and bool(row.actions) and width - taken < self._theme.mm(14 + LEAST)
