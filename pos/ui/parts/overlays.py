"""What lies over the counter for a moment: sheets that ask, and toasts that tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEasingCurve, QEvent, QObject, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLayout, QLineEdit, QPushButton, QWidget
from shiboken6 import isValid

from pos.ui.parts import icons
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, framed, label, row, scrolled
from pos.words import Words

#: How long something takes that shows where it went (milliseconds).
MOTION = 120

#: The sizes at which a paper can be seen, as parts of its own.
ZOOM = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0)

#: The least that a sheet leaves free around it, and what lies in it around its content (mm).
EDGE = 4

#: How thick the line around a sheet is (pixels).
LINE = 1

#: How long a toast stays (milliseconds).
TOAST = 5000


def slide(widget: QWidget, start: int) -> None:
    """Let a widget come from the side, `start` pixels from the left; what moves it down meanwhile may."""
    motion = QVariantAnimation(widget)
    motion.setDuration(MOTION)
    motion.setStartValue(start)
    motion.setEndValue(widget.x())
    motion.setEasingCurve(QEasingCurve.Type.OutCubic)
    motion.valueChanged.connect(lambda left: widget.move(left, widget.y()))
    motion.start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)


def counter_around(widget: QWidget) -> QWidget:
    """Return what a sheet asked for by this widget covers: the counter in its dress, not the bare frame."""
    around = widget
    while around.objectName() != "window" and (outer := around.parentWidget()) is not None:
        around = outer
    return around


class Overlay(QWidget):
    """Covers its host and follows its size."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        host.installEventFilter(self)
        self.setGeometry(host.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the host."""
        if event.type() == QEvent.Type.Resize and watched is self._host:
            self.setGeometry(self._host.rect())
        return super().eventFilter(watched, event)


def sheet_width(host: QWidget, theme: Theme, wide: float) -> int:
    """Return how wide the content of a sheet over `host` is, in pixels, where the sheet may be `wide` mm."""
    return min(theme.mm(wide), host.width() - 2 * theme.mm(EDGE)) - 2 * (theme.mm(EDGE) + LINE)


class Sheet(Overlay):
    """A panel over a darkened counter; Esc or a tap beside it takes it away."""

    def __init__(
        self, host: QWidget, theme: Theme, words: Words, title: str, content: QLayout, wide: float
    ) -> None:
        super().__init__(host)
        self._shade = theme.color("shade")
        self._before = host.window().focusWidget()
        close = button("", self.close, "flat", name="close")
        close.setIcon(icons.icon("cross", theme.color("quiet"), theme.px(22)))
        close.setFixedWidth(theme.mm(12))
        close.setAccessibleName(words.say("do.close"))
        edge = theme.mm(EDGE)
        head = row(label(title, "head", wrap=True), close, gap=edge)
        head.setStretch(0, 1)
        inside = column(head, content, gap=theme.mm(3), margins=(edge,) * 4)
        self.panel = framed("panel", inside)
        self.panel.setFixedWidth(sheet_width(host, theme, wide) + 2 * (edge + LINE))
        self.panel.setMaximumHeight(host.height() - 2 * edge)
        self.setLayout(column(None, row(None, self.panel, None), None))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.show()
        self.raise_()
        self.setFocus()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Darken what lies behind."""
        shade = QColor(self._shade)
        shade.setAlphaF(0.45)
        QPainter(self).fillRect(self.rect(), shade)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Beside the panel: away."""
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc: away; nothing typed here reaches what lies behind."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab: on to what can be pressed or filled in here; nothing that lies behind is reached."""
        start = self.window().focusWidget() or self
        step = QWidget.nextInFocusChain if forward else QWidget.previousInFocusChain
        at = step(start)
        while at is not None and at is not start:
            takes = at.isEnabled() and at.isVisible() and at.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes and self.isAncestorOf(at):
                at.setFocus(Qt.FocusReason.TabFocusReason)
                break
            at = step(at)
        return True

    def hideEvent(self, event: QEvent) -> None:
        """Give the focus back to where it came from."""
        super().hideEvent(event)  # type: ignore[arg-type]  # the stubs want QHideEvent, which QEvent is here
        if self._before is not None and isValid(self._before) and self.window().isVisible():
            self._before.setFocus()


def close_sheets(over: QWidget) -> None:
    """Close every sheet over a widget: what it asks about is gone from the screen."""
    for sheet in over.findChildren(Sheet):
        sheet.close()


def ask_reason(
    host: QWidget,
    theme: Theme,
    words: Words,
    title: str,
    reasons: Sequence[str],
    then: Callable[[str], object],
    tells: str = "",
) -> Sheet:
    """Ask why: one tap on a usual reason, or words of one's own; `tells` says beforehand who will hear it."""
    grid, own = QGridLayout(), QLineEdit()
    grid.setSpacing(theme.mm(3))
    own.setPlaceholderText(words.say("reasons.own"))
    own.setMaxLength(200)
    own.setObjectName("own")

    def give(reason: str) -> None:
        if reason.strip():
            sheet.close()
            then(reason.strip())

    for place, key in enumerate(reasons):
        text = words.say(f"reasons.{key}")
        grid.addWidget(button(text, partial(give, text), "second", name=key), *divmod(place, 2))
    own.returnPressed.connect(lambda: give(own.text()))
    sure = button(words.say("do.confirm"), lambda: give(own.text()), name="sure")
    heard = label(tells, "quiet", wrap=True)
    heard.setObjectName("tells")
    heard.setVisible(bool(tells))
    content = column(grid, row(own, sure, gap=theme.mm(3)), heard, gap=theme.mm(3))
    sheet = Sheet(host, theme, words, title, content, 130)
    return sheet


def show_picture(host: QWidget, theme: Theme, words: Words, title: str, png: bytes, *extra: QWidget) -> Sheet:
    """Show a ticket as it comes out, on grey, to be scrolled where it is long."""
    picture = QPixmap()
    picture.loadFromData(png)
    paper = label()
    paper.setObjectName("ticket_paper")
    paper.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    inside = scrolled(column(paper, None, margins=(theme.mm(4),) * 4))
    inside.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    area = framed("paper", column(inside))
    wanted = picture.height() + theme.mm(10)
    area.setMinimumHeight(min(wanted, max(theme.mm(40), host.height() - theme.mm(50))))
    zoom = _zoom(theme, words, paper, picture)
    content = column(area, row(*extra, None, *zoom, gap=theme.mm(3)), gap=theme.mm(3))
    return Sheet(host, theme, words, title, content, (picture.width() + theme.mm(20)) / theme.density)


def _zoom(theme: Theme, words: Words, paper: QLabel, picture: QPixmap) -> list[QPushButton]:
    """Return the keys that make a paper smaller and larger; it begins at its own size."""
    steps = list(ZOOM)

    def show(by: int) -> None:
        at = min(max(steps.index(paper.property("zoom") or 1.0) + by, 0), len(steps) - 1)
        paper.setProperty("zoom", steps[at])
        wide = round(picture.width() * steps[at])
        smooth = Qt.TransformationMode.SmoothTransformation
        paper.setPixmap(picture if steps[at] == 1.0 else picture.scaledToWidth(wide, smooth))
        smaller.setEnabled(at > 0)
        larger.setEnabled(at < len(steps) - 1)

    smaller, larger = button("", lambda: show(-1), name="smaller"), button("", lambda: show(1), name="larger")
    for key, icon in ((smaller, "minus"), (larger, "plus")):
        key.setIcon(icons.icon(icon, theme.color("ink"), theme.px(22)))
        key.setAccessibleName(words.say(f"spool.{key.objectName()}"))
        key.setFixedWidth(theme.mm(14))
    show(0)
    return [smaller, larger]


class Toast(QFrame):
    """One thing said at the foot of the counter, with at most one thing to press."""

    def __init__(self, host: QWidget, theme: Theme) -> None:
        super().__init__(host)
        self.setObjectName("toast")
        self._theme, self._host = theme, host
        self._on: Callable[[], object] | None = None
        self.words = label("", wrap=False)
        self.action = button("", self._act, name="undo")
        self._inside = row(self.words, self.action, gap=theme.mm(6))
        self.setLayout(self._inside)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(
        self, text: str, action: str = "", on: Callable[[], object] | None = None, stay: int = TOAST
    ) -> None:
        """Say something for `stay` milliseconds; what was said before gives way."""
        self.words.setText(text)
        self.words.setWordWrap(False)
        self._on = on
        self.action.setText(action)
        self.action.setVisible(on is not None)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(stay)

    def _act(self) -> None:
        self.hide()
        if self._on is not None:
            self._on()

    def _place(self) -> None:
        host, margin = self._host, self._theme.mm(6)
        self.setMinimumHeight(self._theme.mm(15))
        edge, beside = self._theme.mm(3), self._theme.mm(5)
        self._inside.setContentsMargins(beside, edge, edge if self._on else beside, edge)
        room = host.width() - 2 * margin
        if self.sizeHint().width() > room:
            self.words.setWordWrap(True)
            self.setFixedWidth(room)
        else:
            self.setMinimumWidth(0)
            self.setMaximumWidth(room)
        self.adjustSize()
        self.move((host.width() - self.width()) // 2, host.height() - self.height() - margin)
