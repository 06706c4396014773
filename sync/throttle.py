"""Keeps calls below what a service allows, so that it never has to say so."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]

#: A second here may be a little shorter there: calls that are sent a second apart can arrive closer.
_SECOND = timedelta(seconds=1.05)


class Throttle:
    """Lets at most `per_second` calls through in any second; the others wait, in the order they came."""

    def __init__(self, per_second: int, *, clock: Clock, sleep: Sleep) -> None:
        """Prepare; `clock` gives UTC, `sleep` takes seconds."""
        self._clock = clock
        self._sleep = sleep
        self._let_through: deque[datetime] = deque(maxlen=per_second)
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Return as soon as one more call may go."""
        async with self._queue:
            if wait := self._wait():
                await self._sleep(wait.total_seconds())
            self._let_through.append(self._clock())

    def _wait(self) -> timedelta:
        if len(self._let_through) < (self._let_through.maxlen or 0):
            return timedelta()
        # A clock that was put back must not make a call wait until it has caught up.
        left = self._let_through[0] + _SECOND - self._clock()
        return min(max(left, timedelta()), _SECOND)
