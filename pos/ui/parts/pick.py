"""A list with a search, for what is too much to lay out: tap one, or type a part of its name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from pos.ui.parts import icons
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import LARGE, Theme
from pos.ui.parts.widgets import button, clear, column, label, row, scrolled
from pos.words import Words

#: How high one of the list is with the gap below it, and the room that its sheet leaves around the list (mm).
ONE, AROUND = 14.5, 60


def opens(theme: Theme, made: QPushButton) -> None:
    """Show at the end of a button that a list comes up."""
    arrow, size = label(), theme.px(LARGE)
    arrow.setPixmap(icons.icon("forward", theme.color("quiet"), size).pixmap(QSize(size, size)))
    arrow.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    made.setProperty("opens", True)
    made.setLayout(row(None, arrow, margins=(0, 0, theme.mm(2), 0)))


def pick(
    host: QWidget,
    theme: Theme,
    words: Words,
    title: str,
    offered: Sequence[tuple[Hashable, str]],
    then: Callable[[Hashable], object],
) -> Sheet:
    """Ask for one of many: tap it, or type a part of its name."""
    field, found = QLineEdit(), column(gap=theme.mm(2))
    field.setObjectName("pick_text")
    field.setPlaceholderText(words.say("do.search"))
    area = scrolled(column(found, None))
    area.setMinimumHeight(min(theme.mm(ONE * len(offered)), host.height() - theme.mm(AROUND)))
    sheet = Sheet(host, theme, words, title, column(field, area, gap=theme.mm(3)), 110)

    def take(value: Hashable) -> None:
        sheet.close()
        then(value)

    def show(text: str) -> None:
        clear(found)
        mine = [(value, said) for value, said in offered if text.casefold() in said.casefold()]
        for value, said in mine:
            found.addWidget(button(said, partial(take, value), "row", name=f"pick_{value}"))
        if not mine:
            found.addWidget(label(words.say("settings.none_such"), "quiet"))

    field.textChanged.connect(show)
    show("")
    field.setFocus()
    return sheet
