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
    from PySide6.QtWidgets import QApplication

    from pos.app import Opening, application

    moments: dict[str, float] = {}

    class Painted(QObject):
        """Looks at every paint: the board is filled when lanes with all the cards are painted."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and watched is opening.frame:
                moments.setdefault("painted", _since())
            if event.type() == QEvent.Type.Paint and "filled" not in moments and _lanes(watched) >= cards:
                moments["filled"] = _since()
            return False

    qt = application()
    painted = Painted()
    opening = Opening(
        Path(config), QSettings(str(Path(config).parent / "settings.ini"), QSettings.Format.IniFormat)
    )
    QApplication.instance().installEventFilter(painted)  # type: ignore[union-attr]
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
    from pos.ui.lanes import LaneColumn

    top = inside.window() if hasattr(inside, "window") else None
    lanes = top.findChildren(LaneColumn) if top is not None else []
    return sum(len(lane.cards.rows.rows) for lane in lanes if lane.isVisible())


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare()
    else:
        counter(sys.argv[2], int(sys.argv[3]))
