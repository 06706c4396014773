"""A timer for the end of something that rings no bell, however far away it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer

#: The longest that it waits before it looks again: Qt's timers hold 24 days, and clocks are set.
LONGEST = timedelta(days=1)

#: So much later it wakes, so that the moment has passed for whoever asks the clock then.
_AFTER = timedelta(milliseconds=50)


class Wake(QTimer):
    """Wakes once, `then`, soon after a moment; earlier where it is far, for whoever looks to set it anew."""

    def __init__(self, parent: QObject, then: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setSingleShot(True)
        self.timeout.connect(then)

    def at(self, moment: datetime | None, now: datetime) -> None:
        """Wake at a moment (UTC); at None it sleeps on."""
        self.stop()
        if moment is not None:
            left = min(max(moment - now + _AFTER, timedelta()), LONGEST)
            self.start(left // timedelta(milliseconds=1))
