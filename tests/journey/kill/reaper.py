"""Who kills: one instant at a time, struck by whoever sees it come."""

from __future__ import annotations

import os
import signal
import threading


class Reaper:
    """Kills the counter that is alive when the instant it waits for has come for the n-th time."""

    def __init__(self) -> None:
        self._born = threading.Event()
        self._lock = threading.Lock()
        self._instant = ""
        self._left = 0
        self._pid = 0

    def aim(self, instant: str, nth: int) -> None:
        """Wait for an instant of the next counter's life."""
        with self._lock:
            self._born.clear()
            self._instant, self._left = instant, nth

    def born(self, pid: int) -> None:
        """The counter lives: this is its process."""
        self._pid = pid
        self._born.set()

    def gone(self) -> None:
        """The counter is no more: nobody may be killed in its place."""
        with self._lock:
            self._instant = ""

    def strike(self, instant: str) -> bool:
        """Kill the counter if this is the instant; return whether it was."""
        with self._lock:
            if instant != self._instant:
                return False
            self._left -= 1
            if self._left > 0:
                return False
            self._instant = ""
            self._born.wait()
            os.kill(self._pid, signal.SIGKILL)
            return True

    def kill(self) -> None:
        """Kill the counter now, whatever it does."""
        with self._lock:
            os.kill(self._pid, signal.SIGKILL)
