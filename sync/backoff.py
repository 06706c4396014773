"""When to try again: exponential with full jitter, so that many counters never knock at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

#: Gives a number between two others, as `random.uniform` does; injected, so that a simulation repeats.
Uniform = Callable[[float, float], float]

BASE = timedelta(seconds=1)
CAP = timedelta(minutes=5)

#: Nothing is ever put off for longer: a 429 may ask for this much quiet.
LONGEST = timedelta(minutes=15)

#: 2 to this power seconds is beyond any cap; without the bound a month of attempts overflows.
_HIGHEST_POWER = 16


@dataclass(frozen=True, slots=True)
class Wait:
    """From when until when (UTC) nothing is done, both by one clock."""

    since: datetime
    until: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether its end has come, or its beginning is yet to come: the clock has been put back since.

        So whatever becomes of the clock, nothing waits longer from now on than it was put off for.
        """
        return not self.since <= now < self.until


def delay(attempts: int, uniform: Uniform) -> timedelta:
    """Return how long to wait after `attempts` failed ones (0 or more): anything up to 1, 2, 4 … 300 s."""
    ceiling = min(CAP, BASE * 2 ** min(max(attempts, 0), _HIGHEST_POWER))
    return timedelta(seconds=uniform(0, ceiling.total_seconds()))


def next_try(now: datetime, attempts: int, uniform: Uniform) -> datetime:
    """Return when to try again after `attempts` failed attempts, the last of them at `now`."""
    return now + delay(attempts, uniform)


def is_due(at: datetime, now: datetime, longest: timedelta = LONGEST) -> bool:
    """Whether a moment that was set at most `longest` ahead has come.

    One that lies further ahead was set by a clock that has been put back since: it would never come.
    """
    return at <= now or at - now > longest
