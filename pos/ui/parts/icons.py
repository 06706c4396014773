"""The counter's own line icons, in any colour and size."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import assets


def draw(painter: QPainter, name: str, color: QColor, box: QRectF) -> None:
    """Draw an icon into a square box; raises FileNotFoundError for a name that has no drawing."""
    picture = _picture(name, color.name(), round(box.width()), painter.device().devicePixelRatio())
    painter.drawPixmap(box.topLeft().toPoint(), picture)


def icon(name: str, color: QColor, pixels: int, ratio: float = 2.0) -> QIcon:
    """Return an icon for a button, sharp on screens of up to `ratio` device pixels in a pixel."""
    return QIcon(_picture(name, color.name(), pixels, ratio))


@cache
def _picture(name: str, color: str, pixels: int, ratio: float) -> QPixmap:
    drawing = assets.text("icons", f"{name}.svg").replace("currentColor", color)
    picture = QPixmap(round(pixels * ratio), round(pixels * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    return picture
