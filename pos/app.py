"""The counter put together: an empty frame at once, the window in it, and behind it all that is heavy."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from pos.ui.frame import Frame
from pos.ui.parts.theme import Theme, pixels_per_mm

if TYPE_CHECKING:
    from pos.counter import Counter
    from pos.ui.window import Window

_log = logging.getLogger("pos.app")

#: How long one thread may keep the interpreter while the screen wants it (seconds).
SWITCH_SECONDS = 0.0005


def application(arguments: list[str] | None = None) -> QApplication:
    """Return the Qt application; on Linux without a display, on the offscreen platform."""
    seen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not seen:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    known = QApplication.instance()
    made = known if isinstance(known, QApplication) else QApplication(arguments or ["pos"])
    made.setApplicationName("pos")
    # A thread that works keeps the interpreter 5 ms by default: too long for a finger that waits.
    sys.setswitchinterval(SWITCH_SECONDS)
    return made


class Opening(QObject):
    """A frame on the screen, and the counter that fills it; `built` is given the counter first."""

    def __init__(
        self, file: Path, settings: QSettings, built: Callable[[Counter], object] | None = None
    ) -> None:
        super().__init__()
        self._file, self._settings, self._built = file, settings, built
        self.counter: Counter | None = None
        dark = str(settings.value("dark", "false")) == "true"
        self.frame = Frame(Theme(dark, pixels_per_mm(QGuiApplication.primaryScreen())))
        self.frame.painted.connect(self._fill)

    def close(self) -> int:
        """Stop all and return the counter's exit status."""
        if self.counter is None:
            return 0
        self.counter.stop()
        return self.counter.status

    def _fill(self) -> None:
        # Imported only now: the frame stands before anything else is read.
        from pos.counter import Counter

        self.counter = Counter(self._file, settings=self._settings)
        sys.excepthook = _reporter(self.counter.window)
        if self._built is not None:
            self._built(self.counter)
        self.frame.setWindowTitle(self.counter.window.windowTitle())
        self.frame.hold(self.counter.window)


def run_counter(file: Path, built: Callable[[Counter], object] | None = None) -> int:
    """Open the counter of a configuration file and return its exit status when its window is closed."""
    qt = application()
    opening = Opening(
        file, QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "pos", "counter"), built
    )
    # Where no window manager hears "maximized" (a bare kiosk), the frame has the screen's size by itself.
    opening.frame.setGeometry(QGuiApplication.primaryScreen().availableGeometry())
    opening.frame.showMaximized()
    qt.exec()
    return opening.close()


def _reporter(window: Window) -> Callable[[type[BaseException], BaseException, TracebackType | None], Any]:
    """Return what happens with a bug: it is logged, and the cashier told that this one thing did not work."""

    def report(kind: type[BaseException], bug: BaseException, trace: TracebackType | None) -> None:
        _log.error("bug", exc_info=(kind, bug, trace))
        window.say_bug()

    return report
