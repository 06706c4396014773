"""A day of one shop: five services with their guests, and counters that live one after another."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.sandbox.control import Control
from sync.sandbox.rayteams_stock import PRODUCT
from sync.sandbox.server import Sandbox
from tests.journey.five.fates import MADE_HERE, SUPPLIES
from tests.journey.five.guests import ORDERS, Guests
from tests.journey.forking import Warm
from tests.journey.paper.evening import PATIENCE, simulator
from tests.journey.paper.roll import Roll

_KILLED = 9

#: Seconds of a counter's life while guests come and things go wrong.
STORMY = 4.0
#: So many counters are killed in the storm.
KILLS = 2

#: How many times as fast as documented the web shop allows calls, and the counter makes them.
PACE = 4

#: The shop itself as a patients' service knows it, and as a guest of its own.
SITE = "7"
OWN_GUEST = f"site:{SITE}"

#: A fault of the kitchen's printer about every so many tickets.
FAULT_EVERY = 6

_MORE: Mapping[str, Mapping[str, Any]] = {
    "crema": {"currency": "KRW"},
    "imweb": {"lists_per_second": PACE, "calls_per_second": 5 * PACE},
    "rayteams": {
        "products": [PRODUCT["_id"]],
        "workflow": {
            "Requested": "placed", "Confirmed": "accepted", "In production": "executed", "Done": "paid",
            "Declined": "rejected", "Canceled": "canceled",
        },
    },
    "impilo": {"site": SITE, "workflow": {"shipped": "executed", "canceled": "canceled"}},
}  # fmt: skip


@dataclass
class World:
    """What outlives the counters. `refused` is what cashiers were refused, `kills` how many died of it.

    `differ` is what the end of the day found to differ."""

    folder: Path
    seed: int
    sandbox: Sandbox
    controls: Mapping[str, Control]
    guests: Guests
    warm: Warm
    kitchen: Roll
    printer: Mapping[str, Any]
    kills: int = 0
    refused: list[str] = field(default_factory=list)
    over: bool = False
    differ: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @property
    def store(self) -> str:
        """The store's address."""
        return f"sqlite:///{self.folder / 'counter.db'}"

    def live(self, kill_after: float | None = None, *, calm: bool = False) -> None:
        """Let a counter live in the storm, or until all is over where it is calm.

        Or kill it so many seconds after it is born and guests are there.
        """
        self.warm.write(self.task(None if calm or kill_after else STORMY, calm=calm))
        born, death = 0, threading.Timer(kill_after or 0, lambda: os.kill(born, signal.SIGKILL))
        for news in self.warm.read(None, None):
            if "born" in news:
                born = news["born"]
            elif "heard" in news and not self.guests.here:
                self.guests.come()
            if self.guests.here and kill_after is not None and death.ident is None:
                death.start()
            if "broke" in news:
                raise AssertionError(news["broke"])
            if "refused" in news:
                self.refused.append(news["refused"])
            elif "ended" in news:
                self.kills += news["ended"] == _KILLED
                return
            if "done" in news:
                self.guests.lose_all()
            self.over, self.differ = bool(news.get("over")), news.get("differ", {})
        raise AssertionError(f"the warm process ended: {self.warm.log.read_text()[-2000:]}")

    def there(self) -> dict[str, Any]:
        """Return all that each service knows."""
        return {kind: control.state() for kind, control in self.controls.items()}

    def story(self) -> str:
        """Return where to look."""
        return f"seed {self.seed}, {self.folder}; refused: {self.refused}"

    def task(self, seconds: float | None, *, calm: bool) -> Mapping[str, Any]:
        """Return what a counter is told at its birth."""
        return {
            "seconds": seconds,
            "calm": calm,
            "seed": random.Random(f"{self.seed} {self.kills} {calm}").getrandbits(32),
            "fates": self.seed,
            "expected": sum(ORDERS.values()) + MADE_HERE + SUPPLIES,
            "store": self.store,
            "folder": str(self.folder),
            "rolls": [(str(self.kitchen.out), self.kitchen.control)],
            "config": {
                "shop": {"name": "泛盈总店", "currency": "CNY"},
                "channel": [
                    {"name": kind, "kind": kind, "base_url": url, "poll_seconds": 0.5, **_MORE.get(kind, {})}
                    for kind, url in self.sandbox.urls.items()
                ],
                "printer": [self.printer],
            },
        }


@contextmanager
def opened(folder: Path, seed: int) -> Iterator[World]:
    """Open the services and warm up; stop all of it afterwards."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(seed=seed, pace=PACE))
        controls = {kind: stack.enter_context(Control(url)) for kind, url in sandbox.urls.items()}
        guests = Guests(controls, seed)
        stack.callback(guests.leave)
        warm = stack.enter_context(Warm("tests.journey.five.day", folder / "counters.log"))
        ports = stack.enter_context(simulator(folder / "kitchen", f"random:{seed}:{FAULT_EVERY}"))
        kitchen = Roll(folder / "kitchen", ports["control_port"])
        device = f"tcp://127.0.0.1:{ports['port']}?{PATIENCE}"
        printer = {"name": "kitchen", "device": device, "prints": ["kitchen"]}
        yield World(folder, seed, sandbox, controls, guests, warm, kitchen, printer)


@contextmanager
def lived(folder: Path, seed: int) -> Iterator[World]:
    """Live a day: counters are killed, one is closed, and the last one has the evening."""
    chance = random.Random(seed)
    with opened(folder, seed) as world:
        for _ in range(KILLS):
            world.live(chance.uniform(STORMY, STORMY + 2))
        world.live()
        world.guests.go()
        world.live(calm=True)
        yield world
