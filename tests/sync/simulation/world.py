"""One seed's world: chance, clocks, weather, and the record of all that reached the services."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

START = datetime(2026, 3, 1, 12, tzinfo=UTC)

#: What can go wrong with a request, and how often at most (see `tests.sync.simulation.network`).
WORST = {
    "lost": 0.12,
    "cut": 0.06,
    "unanswered": 0.15,
    "slow": 0.08,
    "failed": 0.08,
    "failed_applied": 0.06,
    "html": 0.04,
    "html_applied": 0.05,
    "expired": 0.05,
    "forbidden": 0.02,
    "throttled": 0.06,
    "blink": 0.04,
    "repeated": 0.06,
    "shuffled": 0.06,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it reached a service, and whether the service applied it."""

    at: float
    channel: str
    life: object
    method: str
    path: str
    body: bytes
    status: int


@dataclass
class World:
    """What a seed decides. Our clock and the services' differ, and ours may be put forward or back."""

    seed: int
    asked: list[Asked] = field(default_factory=list)
    faults: Counter[tuple[str, str]] = field(default_factory=Counter)
    calm: bool = False
    #: Channel -> when it was told to be quiet, and until when (seconds of this world).
    quiet: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    #: What is found wrong while it happens.
    wrongs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Draw what holds for the whole seed."""
        self.random = random.Random(self.seed)
        self.skew = timedelta(seconds=self.random.uniform(-400, 400))
        self.jumps = self.random.random() < 0.25
        self.two_workers = self.random.random() < 0.3
        self.crashes = self.random.choice((0.0, 0.01, 0.03))
        self.shifty = self.random.random() < 0.4
        self.only_throttled = self.seed % 8 == 7
        if self.only_throttled:
            self.crashes, self.jumps = 0.0, False
        self._jumped = timedelta()
        self._last = 0.0

    def weather(self) -> dict[str, float]:
        """Draw how a channel's network is: some things go wrong in it, each more or less often."""
        if self.only_throttled:
            return {"throttled": 0.2}
        kinds = [kind for kind in WORST if self.random.random() < 0.4]
        return {kind: self.random.uniform(0.2, 1) * WORST[kind] for kind in kinds}

    def seconds(self) -> float:
        """Return how long this world has existed."""
        return asyncio.get_running_loop().time()

    def clock(self) -> datetime:
        """Return what our clock shows (UTC)."""
        return START + timedelta(seconds=self.seconds()) + self._jumped

    def theirs(self) -> float:
        """Return what the services' clock shows, in seconds since 1970; no two moments are the same."""
        now = (START + timedelta(seconds=self.seconds()) + self.skew).timestamp()
        self._last = max(now, self._last + 0.001)
        return self._last

    def put_clock(self) -> None:
        """Put our clock forward or back."""
        steps = (-7200, -600, -30, -10, 30, 600, 7200, 86400)
        self._jumped += timedelta(seconds=self.random.choice(steps))

    def set_right(self) -> None:
        """Put our clock back by some minutes, as one is that ran fast."""
        self._jumped -= timedelta(seconds=self.random.uniform(400, 840))

    def chance(self, of: float) -> bool:
        """Say whether something happens that happens so often; nothing does once it is calm."""
        return not self.calm and self.random.random() < of

    def uuid(self) -> UUID:
        """Return an id that is the same whenever the seed is lived again."""
        return UUID(int=self.random.getrandbits(128), version=4)
