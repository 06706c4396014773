"""What one thing about a channel is typed into or switched on with: lines, numbers, switches, secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPushButton, QWidget

from pos.ui.parts import icons, paint
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, row
from pos.words import Words


class Text(QLineEdit):
    """One line, without the blanks around it."""

    changed = Signal()

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__(text)
        self.setObjectName(name)
        self.setMaxLength(500)
        self.textChanged.connect(lambda _text: self.changed.emit())

    @property
    def value(self) -> Any:
        """What is typed."""
        return self.text().strip()


class Number(Text):
    """A number; what is none is handed on as it is typed, to be complained about."""

    def __init__(self, theme: Theme, name: str, value: object) -> None:
        super().__init__(name, f"{value:g}" if isinstance(value, float) else str(value))
        self.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
        self.setFixedWidth(theme.mm(34))

    @property
    def value(self) -> Any:
        """The number, whole where it is written so."""
        text = self.text().strip()
        for read in (int, float):
            try:
                return read(text)
            except ValueError:
                continue
        return text


class Switch(QAbstractButton):
    """On or off, as a knob on a track."""

    changed = Signal()

    def __init__(self, theme: Theme, name: str, on: bool) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName(name)
        self.setCheckable(True)
        self.setChecked(on)
        self.setFixedSize(theme.mm(18), theme.mm(12))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(lambda _on: self.changed.emit())

    @property
    def value(self) -> Any:
        """Whether it is on."""
        return self.isChecked()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track, filled where it is on, and the knob at its end."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = theme.mm(2.25)
        track = self.rect().adjusted(1, inset, -theme.mm(2), -inset)
        edge = theme.color("ink") if self.hasFocus() else theme.color("new" if self.isChecked() else "quiet")
        ground = theme.color("new") if self.isChecked() else theme.color("raised")
        paint.plate(painter, track, track.height() // 2, ground, edge)
        size = track.height() - theme.mm(1.5)
        gap = (track.height() - size) / 2
        left = track.right() + 1 - gap - size if self.isChecked() else track.left() + gap
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_new" if self.isChecked() else "quiet"))
        painter.drawEllipse(QRectF(left, track.top() + gap, size, size))

    def sizeHint(self) -> QSize:
        """Return its size."""
        return self.minimumSize()


class Secret(QWidget):
    """A secret, typed in the dark; one that is kept is never shown, and stays unless another is typed."""

    changed = Signal()

    def __init__(self, theme: Theme, words: Words, name: str) -> None:
        super().__init__()
        self._words = words
        self.line = Text(name)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.changed.connect(self._typed)
        self.eye = button("", self._turn, "flat", name=f"show_{name}")
        self.eye.setIcon(icons.icon("eye", theme.color("quiet"), theme.px(20)))
        self.eye.setFixedWidth(theme.mm(12))
        self.eye.setCheckable(True)
        self.eye.setEnabled(False)
        self.eye.setAccessibleName(words.say("channels.show_typed"))
        self.setLayout(row(self.line, self.eye, gap=theme.mm(2)))
        self.setFocusProxy(self.line)

    @property
    def value(self) -> Any:
        """What is typed; empty where nothing is."""
        return self.line.value

    def know(self, source: str) -> None:
        """Say that it is kept already, or that it is not (an empty `source`)."""
        self.line.setPlaceholderText(self._words.say(f"channels.secret_{'kept' if source else 'missing'}"))

    def _typed(self) -> None:
        self.eye.setEnabled(bool(self.line.text()))
        self.changed.emit()

    def _turn(self) -> None:
        shown = QLineEdit.EchoMode.Normal if self.eye.isChecked() else QLineEdit.EchoMode.Password
        self.line.setEchoMode(shown)


def plus(theme: Theme, words: Words, on: Callable[[], object], name: str) -> QPushButton:
    """Return the button that adds one more."""
    made = button("", on, name=name)
    made.setIcon(icons.icon("plus", theme.color("ink"), theme.px(20)))
    made.setFixedWidth(theme.mm(12))
    made.setAccessibleName(words.say("channels.add"))
    return made
