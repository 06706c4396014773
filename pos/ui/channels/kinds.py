"""Asks which service is to be connected: each kind with a sentence what it is for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from pos.ui.parts import icons
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import column, label, row, scrolled
from pos.words import Words
from sync.channels import KINDS

#: How high a kind is with the gap below it (mm).
EACH = 21.5


class KindButton(QPushButton):
    """A kind's name over what it is for, all of it one button."""

    def __init__(self, theme: Theme, words: Words, kind: str) -> None:
        super().__init__()
        self.setObjectName(f"kind_{kind}")
        self.setProperty("kind", "tall")
        name, purpose = words.say(f"kind.{kind}"), words.say(f"kind.{kind}_hint")
        self.setAccessibleName(f"{name}, {purpose}")
        arrow, size, edge = label(), theme.px(20), theme.mm(4)
        arrow.setPixmap(icons.icon("forward", theme.color("quiet"), size).pixmap(QSize(size, size)))
        said = column(label(name, "head"), label(purpose, "quiet", wrap=True), gap=theme.mm(1))
        line = row(said, arrow, gap=edge, margins=(edge, theme.mm(2), edge, theme.mm(2)))
        line.setStretch(0, 1)
        self.setLayout(line)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


def ask_kind(host: QWidget, theme: Theme, words: Words, then: Callable[[str], object]) -> Sheet:
    """Offer every kind of service; call `then` with the one that was tapped."""

    def take(kind: str, _checked: bool = False) -> None:
        sheet.close()
        then(kind)

    box = column(gap=theme.mm(2))
    for kind in KINDS:
        made = KindButton(theme, words, kind)
        made.clicked.connect(partial(take, kind))
        box.addWidget(made)
    area = scrolled(box)
    area.setMinimumHeight(min(len(KINDS) * theme.mm(EACH), host.height() - theme.mm(40)))
    sheet = Sheet(host, theme, words, words.say("channels.connect_title"), column(area), 130)
    first = box.itemAt(0)
    if first is not None and (button := first.widget()) is not None:
        button.setFocus()
    return sheet
