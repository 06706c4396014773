"""Tells a scanner, which types as a keyboard does, from fingers."""

from __future__ import annotations

import time
from collections.abc import Callable

from pos.ui.till.till import Till

#: Keys that follow each other faster than this (seconds) come from a scanner; it sends at least so many.
SCAN_GAP, SCAN_LEAST = 0.03, 3


class Burst:
    """Tells a scanner from fingers by its haste; keeps the till as it was before the first fast key."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._text = ""
        self._last = 0.0
        self.before: Till | None = None

    def hit(self, key: str, till: Till) -> None:
        """Note a key, before it changes the till."""
        now = self._clock()
        if now - self._last > SCAN_GAP:
            self._text, self.before = "", till
        self._text += key
        self._last = now

    def scanned(self) -> str:
        """Return what was scanned, when Enter follows at once; empty for what fingers typed."""
        fast = self._clock() - self._last <= SCAN_GAP and len(self._text) >= SCAN_LEAST
        return self._text if fast and self._text.isdigit() else ""
