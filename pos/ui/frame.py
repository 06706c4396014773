"""The counter's empty frame: on the screen at once, and filled as soon as the window is built.

It names as little of Qt as it can: each name is read when it is first asked for, `Qt` alone for 25 ms.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos.ui.parts.theme import Theme

#: Heights and widths of the window's own header and rail (mm): nothing jumps when it comes.
HEADER, RAIL = 14, 20


class Frame(QWidget):
    """Header and rail as bare ground. `painted` comes once, as soon as it has been seen."""

    painted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._seen = False

    def hold(self, window: QWidget) -> None:
        """Take the window in."""
        from PySide6.QtWidgets import QVBoxLayout

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(window)
        window.setFocus()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the grounds that the window will have."""
        painter, theme = QPainter(self), self._theme
        painter.fillRect(self.rect(), theme.color("background"))
        painter.fillRect(QRect(0, 0, self.width(), theme.mm(HEADER)), theme.color("surface"))
        painter.fillRect(QRect(0, 0, theme.mm(RAIL), self.height()), theme.color("surface"))
        painter.end()
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self.painted.emit)
