"""Strokes that all painted rows share: words that fit, pills, buttons, shapes of health."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from pos.ui.parts import icons
from pos.ui.parts.theme import BODY, SMALL, Theme
from pos.ui.parts.written import tame

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


@lru_cache(maxsize=8192)
def width(font: QFont, text: str) -> int:
    """Return how many pixels wide a text is."""
    return _metrics(font).horizontalAdvance(text)


@lru_cache(maxsize=64)
def _metrics(font: QFont) -> QFontMetrics:
    return QFontMetrics(font)


@lru_cache(maxsize=8192)
def _fitting(font: QFont, text: str, room: int) -> str:
    return _metrics(font).elidedText(tame(text).replace("\n", " "), Qt.TextElideMode.ElideRight, room)


def words(
    painter: QPainter,
    box: QRect,
    text: str,
    font: QFont,
    color: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """Write one line into a box, cut with an ellipsis where it does not fit."""
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(box, align, _fitting(font, text, box.width()))


def plate(
    painter: QPainter, box: QRect | QRectF, radius: int, fill: QColor, edge: QColor | None = None
) -> None:
    """Fill a box with round corners, with a hair line around it where `edge` is given."""
    painter.setPen(QPen(edge, 1) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    half = 0.5 if edge else 0.0
    painter.drawRoundedRect(QRectF(box).adjusted(half, half, -half, -half), radius, radius)


def pill(painter: QPainter, theme: Theme, box: QRect, text: str, ink: QColor, ground: QColor) -> int:
    """Draw a chip at the left of a box, as wide as its words; return its width (0: no room)."""
    font = theme.font(SMALL, bold=True)
    wide = width(font, text) + 2 * theme.px(8)
    if wide > box.width():
        return 0
    chip = QRect(box.left(), box.top(), wide, box.height())
    plate(painter, chip, theme.px(6), ground)
    words(painter, chip, text, font, ink, CENTER)
    return wide


#: The type of a painted button's words: the largest in which they fit.
_BUTTON_TYPE = (BODY + 1, BODY, SMALL + 1, SMALL)


def action_width(theme: Theme, text: str) -> int:
    """Return how wide the button of a line is: its words and some air, and never less than fingers want."""
    return max(theme.mm(20), width(theme.font(_BUTTON_TYPE[0], bold=True), text) + theme.mm(7))


def button_width(theme: Theme, text: str) -> int:
    """Return how much room a button's words want, at their largest."""
    return width(theme.font(_BUTTON_TYPE[0], bold=True), text) + 2 * theme.mm(2)


def button(
    painter: QPainter,
    theme: Theme,
    box: QRect,
    text: str,
    tone: str,
    *,
    filled: bool,
    pressed: bool = False,
    icon: str = "",
) -> None:
    """Draw a button: filled with its tone, or plain with its words in that tone, and an icon before them."""
    fill = theme.color(tone if filled else "surface")
    if pressed:
        fill = fill.darker(120) if filled else theme.color("line")
    plate(painter, box, theme.mm(2.5), fill, None if filled else theme.color("line"))
    ink = theme.color(f"on_{tone}" if filled else tone)
    inner = box.adjusted(theme.mm(1), 0, -theme.mm(1), 0)
    lead = theme.px(21) if icon else 0
    fonts = (theme.font(size, bold=True) for size in _BUTTON_TYPE)
    font = next((font for font in fonts if width(font, text) + lead <= inner.width()), None)
    font = font or theme.font(SMALL, bold=True)
    if icon:
        size, left = theme.px(16), max(0, (inner.width() - width(font, text) - lead) // 2)
        place = QRectF(inner.left() + left, inner.center().y() - size / 2, size, size)
        icons.draw(painter, icon, ink, place)
    words(painter, inner.adjusted(lead, 0, 0, 0), text, font, ink, CENTER)


def mark(painter: QPainter, theme: Theme, box: QRect, name: str, text: str, tone: str, *, bold: bool) -> int:
    """Draw an icon and its words at the left of a box; return how wide they are."""
    size = min(theme.px(16), box.height())
    ink = theme.color(tone)
    icons.draw(painter, name, ink, QRectF(box.left(), box.top() + (box.height() - size) / 2, size, size))
    font = theme.font(SMALL + 1, bold=bold)
    gap = theme.px(5)
    rest = box.adjusted(size + gap, 0, 0, 0)
    words(painter, rest, text, font, theme.color("ink") if tone == "amber" else ink)
    return size + gap + min(width(font, text), max(0, rest.width()))


def mark_width(theme: Theme, text: str, *, bold: bool) -> int:
    """Return how wide `mark` would draw."""
    return theme.px(16) + theme.px(5) + width(theme.font(SMALL + 1, bold=bold), text)


def health(painter: QPainter, theme: Theme, box: QRectF, state: str) -> None:
    """Draw how something is, told apart by shape too: round green, square amber, diamond red."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color({"well": "done", "waiting": "amber"}.get(state, "red")))
    if state == "well":
        painter.drawEllipse(box)
    elif state == "waiting":
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    else:
        middle = box.center()
        out = box.width() * 0.62
        corners = ((0, -out), (out, 0), (0, out), (-out, 0))
        painter.drawPolygon(QPolygonF([QPointF(middle.x() + x, middle.y() + y) for x, y in corners]))
