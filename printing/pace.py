"""A worker's time: its clock, its sleep, and its patience after what was in vain. Tests own all three."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds: the first wait after a printer was not well, the longest one, and the longest without looking for
#: tickets although no bell rang.
BACKOFF_BASE, BACKOFF_CAP, LOOK_AGAIN = 1.0, 30.0, 30.0


def utc_now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """When it is, and how to wait (seconds)."""

    now: Callable[[], datetime] = utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    uniform: Callable[[float, float], float] = random.uniform

    def after(self, seconds: float) -> datetime:
        """Return the moment so many seconds from now."""
        return self.now() + timedelta(seconds=seconds)

    def backoff(self, tries: int) -> datetime:
        """Return when to try again after so many tries in vain."""
        return self.after(self.uniform(0, min(BACKOFF_CAP, BACKOFF_BASE * 2 ** min(tries, 16))))

    def has_come(self, moment: datetime) -> bool:
        """Whether it is time; a moment too far ahead was set by a clock that has been put back since."""
        ahead = (moment - self.now()).total_seconds()
        return ahead <= 0 or ahead > BACKOFF_CAP

    def until(self, *moments: datetime | None) -> float:
        """Return the seconds until the first of `moments`, and never more than LOOK_AGAIN."""
        waits = [(moment - self.now()).total_seconds() for moment in moments if moment]
        return min(LOOK_AGAIN, max(0.0, min(waits, default=LOOK_AGAIN)))

    async def pause(self, seconds: float, *bells: asyncio.Event) -> None:
        """Sleep until a bell rings or the time has come."""
        if not any(bell.is_set() for bell in bells):
            await unless_rung(self.sleep(seconds), *bells)


async def unless_rung(work: Awaitable[T], *bells: asyncio.Event) -> T | None:
    """Return what `work` comes to, or None when a bell rang first: it is then given up, and has ended."""
    task = asyncio.ensure_future(work)
    try:
        await rung(task, *bells)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return None if task.cancelled() else task.result()


async def rung(task: asyncio.Future[T], *bells: asyncio.Event) -> None:
    """Wait until `task` is done or a bell rings; the task goes on."""
    rings = [asyncio.ensure_future(bell.wait()) for bell in bells]
    try:
        waits: list[asyncio.Future[Any]] = [task, *rings]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for ring in rings:
            ring.cancel()
        await asyncio.gather(*rings, return_exceptions=True)
