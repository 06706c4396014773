"""How a channel or a printer is, as one small shape beside its name."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos.ui.parts import paint
from pos.ui.parts.theme import Theme


class Dot(QWidget):
    """How something is, as its shape and colour."""

    def __init__(self, theme: Theme, state: str) -> None:
        super().__init__()
        self._theme, self._state = theme, state
        self.setFixedSize(QSize(theme.mm(4), theme.mm(4)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = self.width() * 0.12
        paint.health(
            painter, self._theme, QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), self._state
        )
