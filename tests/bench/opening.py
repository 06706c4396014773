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
    from PySide6.QtCore import QEvent, QObject

    from pos.app import Counter, application

    moments: dict[str, float] = {}

    class Painted(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if (
                event.type() == QEvent.Type.Paint
                and sum(len(lane.cards.rows.rows) for lane in board()) >= cards
            ):
                _say(**moments, filled=_since())
            return False

    def board() -> Any:
        return opened.window.pages["orders"].lanes  # type: ignore[attr-defined]

    def fill() -> None:
        for lane in board():
            lane.cards.viewport().installEventFilter(painted)
            lane.cards.viewport().update()

    qt = application()
    painted = Painted()
    opened = Counter(Path(config))
    opened.window.painted.connect(lambda: moments.setdefault("painted", _since()))
    opened.opened.connect(fill)
    opened.window.resize(1366, 768)
    opened.window.show()
    qt.exec()


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        counter(sys.argv[2], int(sys.argv[3]))
