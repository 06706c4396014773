"""The counter's own line icons, in any colour and size."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import assets


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    drawing = assets.text("icons", f"{name}.svg").replace("currentColor", color)
    return QSvgRenderer(QByteArray(drawing.encode()))


def draw(painter: QPainter, name: str, color: QColor, box: QRectF) -> None:
    """Draw an icon into a square box; raises FileNotFoundError for a name that has no drawing."""
    _renderer(name, color.name()).render(painter, box)


def icon(name: str, color: QColor, pixels: int, ratio: float = 2.0) -> QIcon:
    """Return an icon for a button, sharp on screens of up to `ratio` device pixels in a pixel."""
    picture = QPixmap(round(pixels * ratio), round(pixels * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    draw(painter, name, color, QRectF(0, 0, pixels, pixels))
    painter.end()
    return QIcon(picture)
