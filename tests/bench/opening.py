"""A child of the bench: opens a window, bare or the counter's, and says when what was painted (JSON)."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

#: When the parent started this process (seconds of the system's monotonic clock).
STARTED = float(os.environ["BENCH_STARTED"])


def _since() -> float:
    return time.monotonic() - STARTED


def _say(**moments: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({**moments, "peak": peak}), flush=True)  # noqa: T201
    os._exit(0)


def bare() -> None:
    """Open a window with nothing in it."""
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Window(QMainWindow):
        def paintEvent(self, _event: QPaintEvent) -> None:
            _say(painted=_since())

    qt = QApplication(["bare"])
    window = Window()
    window.resize(1366, 768)
    window.show()
    qt.exec()


def counter(config: str, cards: int) -> None:
    """Open the counter of a configuration and wait until its board shows `cards` orders."""
    from PySide6.QtCore import QEvent, QObject, QSettings

    from pos.__main__ import plainly
    from pos.app import Opening, application

    moments: dict[str, float] = {}

    class Painted(QObject):
        """Looks at the frame and the window: the board is filled when they are painted with all the cards.

        At all else it would cost what is measured: each event gets a Python object for its widget.
        """

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and watched is opening.frame:
                moments.setdefault("painted", _since())
            if event.type() == QEvent.Type.Paint and "filled" not in moments and _lanes(watched) >= cards:
                moments["filled"] = _since()
            return False

    qt = application()
    painted = Painted()
    file = plainly(["--config", config])
    assert file is not None
    settings = QSettings(str(Path(config).parent / "settings.ini"), QSettings.Format.IniFormat)
    opening = Opening(file, settings, lambda made: made.window.installEventFilter(painted))
    opening.frame.installEventFilter(painted)
    opening.frame.resize(1366, 768)
    opening.frame.show()

    def look() -> None:
        made = opening.counter
        if (
            made is not None
            and made.works is not None
            and "filled" in moments
            and _lanes(made.window) >= cards
        ):
            _say(**moments, served=_since())

    timer = opening.startTimer(20)
    opening.timerEvent = lambda _event: look()  # type: ignore[method-assign]
    qt.exec()
    opening.killTimer(timer)


def _lanes(inside: Any) -> int:
    """Return how many cards the lanes around or inside a widget show."""
    from pos.ui.board.lanes import LaneColumn

    top = inside.window() if hasattr(inside, "window") else None
    lanes = top.findChildren(LaneColumn) if top is not None else []
    return sum(len(lane.cards.rows.rows) for lane in lanes if lane.isVisible())


def taps(config: str, count: int) -> None:
    """Open the counter, accept orders one after another, and say what each took of the event loop's time."""
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings, Qt, QTimer
    from PySide6.QtTest import QTest

    from pos.app import application
    from pos.counter import Counter

    application()
    settings = QSettings(str(Path(config).parent / "settings.ini"), QSettings.Format.IniFormat)
    counter = Counter(Path(config), settings=settings)
    counter.window.resize(1366, 768)
    counter.window.show()

    def until(true: Any) -> None:
        """Sleep in the event loop until something is so; asking costs next to nothing of its time."""
        loop, asking = QEventLoop(), QTimer()
        asking.timeout.connect(lambda: loop.quit() if true() else None)
        asking.start(5)
        loop.exec()

    until(lambda: "orders" in counter.window.pages)
    board: Any = counter.window.pages["orders"]
    new, waiting, kitchen = (lane.cards for lane in board.lanes)
    until(lambda: len(new.rows.rows) >= count)
    counter.window.alarm.acted()

    class Repainted(QObject):
        """Notes when the lane that a card went to is painted with the card in it."""

        wanted: Any = None
        at = 0.0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not self.at and self.wanted is not None:
                moved = any(lane.rows.find(self.wanted).isValid() for lane in (waiting, kitchen))
                self.at = time.thread_time() if moved else 0.0
            return False

    seen = Repainted()
    for lane in (waiting, kitchen):
        lane.viewport().installEventFilter(seen)
    took = []
    for _ in range(count):
        counter.window.alarm.acted()
        card = new.rows.rows[0]
        new.scrollToTop()
        place = new.target(card.id, "accept").center()
        seen.wanted, seen.at = card.id, 0.0
        start = time.thread_time()
        QTest.mouseClick(new.viewport(), Qt.MouseButton.LeftButton, pos=place)
        until(lambda: seen.at)
        took.append(seen.at - start)
    _say(p95=sorted(took)[int(len(took) * 0.95)], median=sorted(took)[len(took) // 2])


if __name__ == "__main__":
    if sys.argv[1] == "taps":
        taps(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1] == "bare":
        bare()
    else:
        counter(sys.argv[2], int(sys.argv[3]))
