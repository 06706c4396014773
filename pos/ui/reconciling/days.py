"""One day of a month to be chosen with a finger: what is yet to come cannot be."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QTransform
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from pos.ui.parts import icons
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, clear, column, label, row
from pos.words import Words

_WEEK = 7


class Month(QWidget):
    """A month's days, each a finger high, between the months before and after."""

    def __init__(
        self, theme: Theme, words: Words, day: date, last: date, then: Callable[[date], object]
    ) -> None:
        super().__init__()
        self._theme, self._words, self._day, self._last, self._then = theme, words, day, last, then
        self._first = day.replace(day=1)
        self._title = label("", "head")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.mm(1))
        before, self._after = self._key("back", -1), self._key("forward", 1)
        head = row(before, self._title, self._after)
        head.setStretch(1, 1)
        self.setLayout(column(head, self._grid, gap=theme.mm(2)))
        self._show()

    def _key(self, name: str, by: int) -> QPushButton:
        made = button("", partial(self._turn, by), "flat", name=f"month_{name}")
        size = self._theme.px(22)
        arrow = icons.icon("forward", self._theme.color("ink"), size).pixmap(QSize(size, size))
        made.setIcon(QIcon(arrow.transformed(QTransform().scale(by, 1))))
        made.setFixedWidth(self._theme.mm(14))
        made.setAccessibleName(self._words.say(f"reconcile.month_{name}"))
        return made

    def _turn(self, by: int) -> None:
        beside = self._first - timedelta(days=1) if by < 0 else self._first + timedelta(days=31)
        self._first = beside.replace(day=1)
        self._show()

    def _show(self) -> None:
        clear(self._grid)
        self._title.setText(self._words.month(self._first))
        self._after.setEnabled(self._first < self._last.replace(day=1))
        weeks = calendar.Calendar().monthdatescalendar(self._first.year, self._first.month)
        for place, day in enumerate(weeks[0]):
            head = label(self._words.weekday(day), "small")
            head.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._grid.addWidget(head, 0, place)
        for place, day in enumerate(day for week in weeks for day in week):
            if day.month == self._first.month:
                self._grid.addWidget(self._one(day), 1 + place // _WEEK, place % _WEEK)

    def _one(self, day: date) -> QPushButton:
        made = button(str(day.day), partial(self._then, day), name=f"day_{day.isoformat()}")
        made.setCheckable(True)
        made.setChecked(day == self._day)
        made.setEnabled(day <= self._last)
        return made


def ask_day(
    host: QWidget, theme: Theme, words: Words, day: date, last: date, then: Callable[[date], object]
) -> None:
    """Ask for a day, `last` at the latest; `day` is what is shown now."""

    def give(chosen: date) -> None:
        sheet.close()
        then(chosen)

    sheet = Sheet(
        host,
        theme,
        words,
        words.say("reconcile.which_day"),
        column(Month(theme, words, day, last, give)),
        116,
    )
