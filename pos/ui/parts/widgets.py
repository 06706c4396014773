"""The small parts that screens are put together from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from pos.ui.parts import icons, paint
from pos.ui.parts.theme import BODY, GIANT, HUGE, LARGE, STRONG, Theme
from pos.ui.parts.written import tame


def label(text: str = "", role: str = "", tone: str = "", *, wrap: bool = False) -> QLabel:
    """Return words on the screen. Whatever a guest wrote is neither obeyed nor read as markup."""
    made = QLabel(tame(text))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    if role in _SNUG:
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


#: Labels with a ground of their own, no larger than their words.
_SNUG = ("badge", "clock")


def button(
    text: str,
    on: Callable[[], object] | None = None,
    kind: str = "",
    tone: str = "",
    name: str = "",
    *,
    keyed: bool = True,
) -> QPushButton:
    """Return a button; `kind` and `tone` are looked up in the style sheet, `name` finds it in tests.

    With `keyed` it takes the keyboard's focus, and Enter presses it.
    """
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setProperty("tone", tone)
    made.setObjectName(name)
    made.setAutoDefault(keyed)
    if not keyed:
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if on is not None:
        made.clicked.connect(lambda _checked=False: on())
    return made


def dropper(theme: Theme, on: Callable[[], object], name: str) -> QPushButton:
    """Return the small cross that takes something out of a list."""
    made = button("", on, "flat", name=name, keyed=False)
    made.setIcon(icons.icon("cross", theme.color("quiet"), theme.px(18)))
    made.setFixedWidth(theme.mm(12))
    return made


def rule() -> QFrame:
    """Return a hair line between two parts."""
    made = QFrame()
    made.setProperty("role", "rule")
    return made


Part = QWidget | QLayout | int | None
Box = TypeVar("Box", bound=QBoxLayout)


def row(*parts: Part, gap: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Return parts side by side: widgets, layouts, gaps in pixels, None for what may stretch."""
    return _fill(QHBoxLayout(), parts, gap, margins)


def column(*parts: Part, gap: int = 0, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Return parts one under the other: widgets, layouts, gaps in pixels, None for what may stretch."""
    return _fill(QVBoxLayout(), parts, gap, margins)


def _fill(box: Box, parts: tuple[Part, ...], gap: int, margins: tuple[int, int, int, int]) -> Box:
    box.setSpacing(gap)
    box.setContentsMargins(*margins)
    for part in parts:
        match part:
            case None:
                box.addStretch(1)
            case int():
                box.addSpacing(part)
            case QLayout():
                box.addLayout(part)
            case QWidget():
                box.addWidget(part)
    return box


def framed(name: str, content: QLayout) -> QFrame:
    """Return a frame around a layout, named for the style sheet."""
    made = QFrame()
    made.setObjectName(name)
    made.setLayout(content)
    return made


class _Inner(QWidget):
    """What a scroll area moves. Wrapped words make it higher in mid-layout, which Qt forgets to hand on."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the parts have the room that there is now."""
        super().resizeEvent(event)
        if (layout := self.layout()) is not None:
            layout.setGeometry(self.rect())


def scrolled(content: QLayout) -> QScrollArea:
    """Return a layout that can be scrolled up and down."""
    inner = _Inner()
    inner.setObjectName("scrolled")
    inner.setLayout(content)
    area = QScrollArea()
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (inner := item.layout()) is not None:
            clear(inner)
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


def restyle(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet looks at, and let it look."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    for each in (widget, *widget.findChildren(QWidget)):
        each.style().unpolish(each)
        each.style().polish(each)
        # What surrounds words counts for their size only once they hear of it.
        QCoreApplication.sendEvent(each, QEvent(QEvent.Type.StyleChange))


class Empty(QWidget):
    """What stands where there is nothing: an icon, what is so, and what to do."""

    def __init__(self, theme: Theme, icon: str, text: str, hint: str) -> None:
        super().__init__()
        picture = label()
        size = theme.mm(12)
        picture.setPixmap(icons.icon(icon, theme.color("quiet"), size).pixmap(QSize(size, size)))
        parts = [picture, label(text, "strong", wrap=True), label(hint, "small", wrap=True)]
        for part in parts:
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(column(None, *parts, None, gap=theme.mm(2), margins=(theme.mm(4),) * 4))


class RailButton(QAbstractButton):
    """One page in the rail: icon over word, and a red count where a person must act."""

    def __init__(self, theme: Theme, icon: str, text: str) -> None:
        super().__init__()
        self._theme, self._icon = theme, icon
        self.count = 0
        self.setText(text)
        self.setCheckable(True)
        self.setFixedSize(theme.mm(18), theme.mm(16.5))
        self.setAccessibleName(text)

    def show_count(self, count: int) -> None:
        """Show how many things wait for a person; nothing for none."""
        if count == self.count:
            return
        self.count = count
        self.setAccessibleDescription(str(count) if count else "")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw icon, word and count."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = "new" if self.isChecked() else "quiet"
        if self.isChecked() or self.isDown() or self.hasFocus():
            paint.plate(painter, self.rect(), theme.mm(3), theme.tint("new"))
        size = theme.px(26)
        left = (self.width() - size) / 2
        icons.draw(painter, self._icon, theme.color(tone), QRectF(left, theme.px(9), size, size))
        line = self.rect().adjusted(0, theme.px(38), 0, -theme.px(6))
        font = theme.font(BODY - 1, bold=self.isChecked())
        paint.words(painter, line, self.text(), font, theme.color(tone), paint.CENTER)
        if self.count:
            self._draw_count(painter)

    def _draw_count(self, painter: QPainter) -> None:
        theme, text = self._theme, str(min(self.count, 99))
        font = theme.font(12, bold=True)
        high = theme.px(19)
        wide = max(high, paint.width(font, text) + theme.px(9))
        box = QRectF(self.width() - wide - theme.px(8), theme.px(4), wide, high).toRect()
        paint.plate(painter, box, high // 2, theme.color("red"))
        paint.words(painter, box, text, font, theme.color("on_red"), paint.CENTER)


class Chip(QAbstractButton):
    """A pill with words, and before them how something is (a shape in a colour) or an icon."""

    def __init__(self, theme: Theme, text: str, state: str = "", icon: str = "") -> None:
        super().__init__()
        self._theme, self._state, self._icon = theme, state, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text, state)

    def say(self, text: str, state: str = "") -> None:
        """Take other words, their width, and another state; what is as it was is not drawn again."""
        if (text, state) != (self.text(), self._state):
            self._state = state
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size that the words need; the layout gives it once place and size are known."""
        return QSize(chip_width(self._theme, self.text()), self._theme.mm(12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw a pill that is lower than its target."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pill = self.rect().adjusted(0, theme.mm(1.5), 0, -theme.mm(1.5))
        edge = theme.color("new") if self.hasFocus() else None
        paint.plate(
            painter, pill, pill.height() // 2, theme.color("line" if self.isDown() else "raised"), edge
        )
        size = theme.px(10 if self._state else 16)
        center = pill.left() + theme.px(19)
        box = QRectF(center - size / 2, pill.center().y() - size / 2 + 0.5, size, size)
        if self._state:
            paint.health(painter, theme, box, self._state)
        elif self._icon:
            icons.draw(painter, self._icon, theme.color("quiet"), box)
        words = pill.adjusted(theme.px(31), 0, 0, 0)
        paint.words(painter, words, self.text(), theme.font(BODY - 1), theme.color("ink"))


def chip_width(theme: Theme, text: str) -> int:
    """Return how wide a chip is, in pixels."""
    return paint.width(theme.font(BODY - 1), text) + theme.px(31 + 13)


class Figure(QWidget):
    """A figure at the right of its box, as large as fits."""

    def __init__(self, theme: Theme, largest: int = GIANT) -> None:
        super().__init__()
        self._theme = theme
        self._sizes = [size for size in (GIANT, 36, HUGE, LARGE, STRONG, BODY) if size <= largest]
        self._text, self._tone = "", "ink"
        self.setMinimumSize(theme.mm(16), theme.px(largest * 1.3))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, text: str, tone: str = "ink") -> None:
        """Show a figure in a tone."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.update()

    def text(self) -> str:
        """Return what is shown."""
        return self._text

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in the largest size that fits."""
        fonts = [self._theme.font(size, bold=True) for size in self._sizes]
        fitting = (font for font in fonts if paint.width(font, self._text) <= self.width())
        ink = self._theme.color(self._tone)
        paint.words(QPainter(self), self.rect(), self._text, next(fitting, fonts[-1]), ink, paint.RIGHT)


class Stepper(QWidget):
    """A number of minutes between two large keys."""

    def __init__(
        self, theme: Theme, spell: Callable[[int], str], value: int, step: int, largest: int
    ) -> None:
        super().__init__()
        self.value, self._step, self._largest, self._spell = value, step, largest, spell
        self.changed: Callable[[int], object] = lambda _value: None
        self._words = label(spell(value), "strong")
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        keys = [button("", lambda by=by: self.move_by(by), name=name) for name, by in _STEPS]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        for key, icon in zip(keys, ("minus", "plus"), strict=True):
            key.setIcon(icons.icon(icon, theme.color("ink"), theme.px(LARGE)))
            key.setIconSize(QSize(theme.px(LARGE), theme.px(LARGE)))
            key.setFixedWidth(theme.mm(15))
        self.setLayout(row(keys[0], self._words, keys[1], gap=theme.mm(3)))

    def move_by(self, steps: int) -> None:
        """Step up or down; never under one step or over the largest."""
        self.value = min(max(self.value + steps * self._step, self._step), self._largest)
        self._words.setText(self._spell(self.value))
        self.changed(self.value)


_STEPS = (("fewer", -1), ("more", 1))
