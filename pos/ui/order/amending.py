"""The sheet that changes an order: how many of each, what is taken out, a note more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLayout, QPushButton

from pos.actions import orders
from pos.domain.order import Line, Status
from pos.ui.order.moving import Moving, tells
from pos.ui.parts import icons
from pos.ui.parts.fields import Field, line_edit
from pos.ui.parts.widgets import button, label, restyle, row

#: The most pieces of a line that are counted up by taps; more are typed into a new order.
MOST = 99


class Amend(Moving):
    """Every line with its quantity between two keys; none left is taken out. What goes back stays."""

    name = "amend"

    def fill(self) -> None:
        """Lay the lines and the note."""
        self.counts = [line.quantity for line in self.order.wanted]
        self._figures = [label("", "strong") for _ in self.order.wanted]
        for at, line in enumerate(self.order.wanted):
            self.box.addLayout(self._line(at, line))
        self.memo = line_edit("", "memo", self.refresh, longest=2000)
        self.memo.returnPressed.connect(self.send)
        self.box.addWidget(Field(self.place.theme, self.words.say("deal_with.memo"), self.memo))

    def _line(self, at: int, line: Line) -> QLayout:
        theme = self.place.theme
        under = self.words.say("board.dot").join(line.options)
        name = label(f"{line.name} {under}".strip(), wrap=True)
        figure = self._figures[at]
        figure.setFixedWidth(theme.mm(20))
        figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        keys = [self._key(icon, f"{icon}_{at}", partial(self._count, at, by)) for icon, by in _KEYS]
        made = row(name, keys[0], figure, keys[1], gap=theme.mm(3))
        made.setStretch(0, 1)
        self._say(at)
        return made

    def _key(self, icon: str, name: str, on: Callable[[], None]) -> QPushButton:
        theme = self.place.theme
        key = button("", on, name=name)
        key.setIcon(icons.icon(icon, theme.color("ink"), theme.px(22)))
        key.setIconSize(QSize(theme.px(22), theme.px(22)))
        key.setFixedWidth(theme.mm(14))
        key.setAccessibleName(self.words.say(f"deal_with.{icon}"))
        return key

    def _count(self, at: int, by: int) -> None:
        self.counts[at] = min(max(self.counts[at] + by, 0), max(MOST, self.order.wanted[at].quantity))
        self._say(at)
        self.refresh()

    def _say(self, at: int) -> None:
        count, before = self.counts[at], self.order.wanted[at].quantity
        text = f"{before} → {count}" if count not in (0, before) else f"{count}×"
        self._figures[at].setText(text if count else self.words.say("deal_with.removed"))
        restyle(self._figures[at], tone="" if count == before else "kitchen" if count else "red")

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines as they are to be."""
        counted = zip(self.order.wanted, self.counts, strict=True)
        changed = (replace(line, quantity=count) for line, count in counted if count)
        return (*changed, *self.order.going_back)

    def ready(self) -> bool:
        """Whether something is changed, and something left."""
        return bool(self.lines) and (self.lines != self.order.lines or bool(self.memo.text().strip()))

    def said_there(self) -> list[str]:
        """Return what the channel hears of lines and note, which may be one of them only, and the kitchen."""
        changed, noted = self.lines != self.order.lines, bool(self.memo.text().strip())
        said = [
            tells(self.words, self.facts, verb)
            for verb, is_so in (("amend", changed), ("note", noted))
            if is_so
        ]
        if (changed or noted) and self.order.status is Status.EXECUTED:
            said.append(self.words.say("deal_with.kitchen"))
        return list(dict.fromkeys(said)) or [self.words.say("deal_with.nothing_changed")]

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
        """Have it changed."""
        lines = None if self.lines == self.order.lines else self.lines
        return orders.amend, (self.order.id, lines, self.memo.text().strip() or None), {}


_KEYS = (("minus", -1), ("plus", 1))
