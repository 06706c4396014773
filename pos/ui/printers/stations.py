"""A station as a chip: tapped, or dragged from one printer to another."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from pos.ui.parts import paint
from pos.ui.parts.overlays import counter_around
from pos.ui.parts.theme import BODY, Theme


class StationChip(QAbstractButton):
    """One station of one printer. `dropped` carries where on the screen the finger let it go."""

    dropped = Signal(QPoint)

    def __init__(self, theme: Theme, station: str, text: str, tone: str = "kitchen") -> None:
        super().__init__()
        self._theme, self.station, self._tone = theme, station, tone
        self._from: QPoint | None = None
        self._ghost: QWidget | None = None
        self.setText(text)
        self.setAccessibleName(text)
        self.setObjectName(f"station_{station}")
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def sizeHint(self) -> QSize:
        """Return the width of its words, a finger high."""
        wide = paint.width(self._theme.font(BODY, bold=True), self.text()) + self._theme.mm(8)
        return QSize(max(wide, self._theme.mm(14)), self._theme.mm(12))

    def minimumSizeHint(self) -> QSize:
        """Return the same: it is never squeezed."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a pill that is lower than its target."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = self.rect().adjusted(0, theme.mm(1), 0, -theme.mm(1))
        edge = theme.color("new") if self.hasFocus() else None
        ground = theme.tint(self._tone, 0.3 if self.isDown() else 0)
        paint.plate(painter, pill, pill.height() // 2, ground, edge)
        ink = theme.color("ink" if self._tone == "amber" else self._tone)
        paint.words(painter, pill, self.text(), theme.font(BODY, bold=True), ink, paint.CENTER)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where the finger went down."""
        self._from = event.globalPosition().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the finger once it has gone further than a tap does."""
        at = event.globalPosition().toPoint()
        far = (
            self._from is not None and (at - self._from).manhattanLength() >= QApplication.startDragDistance()
        )
        if self._ghost is None and not far:
            super().mouseMoveEvent(event)
            return
        if self._ghost is None:
            self._ghost = self._lift()
        half = QPoint(self.width() // 2, self.height() // 2)
        self._ghost.move(counter_around(self).mapFromGlobal(at) - half)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: of a chip that was dragged, say where; one that was not was tapped."""
        ghost, self._ghost, self._from = self._ghost, None, None
        if ghost is None:
            super().mouseReleaseEvent(event)
            return
        ghost.hide()
        ghost.deleteLater()
        self.setDown(False)
        self.dropped.emit(event.globalPosition().toPoint())

    def _lift(self) -> QWidget:
        ghost = StationChip(self._theme, self.station, self.text(), self._tone)
        ghost.setParent(counter_around(self))
        ghost.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        ghost.resize(self.size())
        ghost.show()
        ghost.raise_()
        return ghost
