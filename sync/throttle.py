"""Keeps calls below what a service allows, so that it never has to say so."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sync.ports import Clock, Sleep

#: A second here may be a little shorter there.
_SECOND = timedelta(seconds=1.05)


class Throttle:
    """Lets at most `per_second` calls through in any second; the others wait, in the order they came.

    A call begins a second after the answer to an earlier one: however long each is on its way, a service gets
    no more in any second of its own. What was called before, by a worker that was killed or by one that this
    one takes the place of, nobody knows: the first calls wait a second too.
    """

    def __init__(self, per_second: int, *, clock: Clock, sleep: Sleep) -> None:
        """Prepare; `clock` gives UTC, `sleep` takes seconds."""
        self._clock = clock
        self._sleep = sleep
        self._free = asyncio.Semaphore(per_second)
        self._answered: deque[datetime] = deque([clock()] * per_second)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Enter as soon as one more call may go; make it, and have its answer, in the block."""
        async with self._free:
            earlier = self._answered.popleft()
            try:
                if wait := self._left(earlier):
                    await self._sleep(wait.total_seconds())
                yield
            finally:
                self._answered.append(self._clock())

    def _left(self, earlier: datetime) -> timedelta:
        # A clock that was put back must not make a call wait until it has caught up.
        return min(max(earlier + _SECOND - self._clock(), timedelta()), _SECOND)
