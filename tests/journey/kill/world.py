"""What outlives the counters: the service with its guests, two printers, and who kills."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.journey.forking import Warm
from tests.journey.kill.fates import FATES, MADE_HERE
from tests.journey.kill.instants import AFTER_ANOTHER, ALONE, MIGRATION, RANDOM
from tests.journey.kill.printer import Printer
from tests.journey.kill.reaper import Reaper
from tests.journey.kill.service import Service

_KILLED = 9

#: The longest life before a kill at random (seconds): about what a round takes.
LONGEST = 0.4


#: Kills that follow one another: (instant, fate that leads to it, for the n-th time).
Chain = tuple[tuple[str, str, int], ...]


class World:
    """One shop's surroundings. `hits` counts the kills by instant, `done` is what counters said they did."""

    def __init__(self, folder: Path, seed: int, mutant: str = "") -> None:
        self.store = folder / "counter.db"
        self.hits: Counter[str] = Counter()
        self.done: list[Mapping[str, Any]] = []
        self.log: list[str] = []
        self.asked: list[tuple[int, str]] = []
        self.placed: list[tuple[int, str]] = []
        self._seed, self._mutant = seed, mutant
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)
        self._fates = itertools.cycle(FATES)
        self._reaper = Reaper()
        self._paper = folder / "paper.jsonl"
        self._paper.touch()

    def __enter__(self) -> World:
        """Open the service, switch the printers on, and warm up."""
        with ExitStack() as stack:
            self.service = stack.enter_context(Service(self._reaper, self._seed))
            self.kitchen = stack.enter_context(Printer(self._paper, self._reaper, talks=True))
            self.front = stack.enter_context(Printer(self._paper, self._reaper, talks=False))
            self._warm = stack.enter_context(
                Warm("tests.journey.kill.day", self._paper.with_name("counters.log"))
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything."""
        self._stack.close()

    def guest(self, fate: str = "") -> None:
        """Let one more guest order something; without a fate, the next one in turn."""
        fate = fate or next(self._fates)
        number = next(self._numbers)
        if fate in MADE_HERE:
            self.asked.append((number, fate))
        else:
            self.service.place(number, fate)
        self.placed.append((number, fate))

    def suffer(self, chains: Iterable[Chain]) -> None:
        """Let counters be killed at all instants; a chain that missed one is tried again."""
        again = [chain for chain in chains if not all(self.kill(*blow) for blow in chain)]
        for chain in again:
            for instant, fate, _ in chain:
                self.kill(instant, fate)

    def kill(self, instant: str, fate: str = "", nth: int = 1) -> bool:
        """Let a counter live until `instant`; return whether it came, and the counter was killed."""
        for _ in range(nth if fate else 0):
            self.guest(fate)
        if len(self.log) % 3 == 2:
            self.guest()
        self.service.guests_act()
        killed, _ = self.life(instant, nth)
        return killed

    def life(self, instant: str = "", nth: int = 1) -> tuple[bool, bool]:
        """Let a counter live; return whether it was killed, and whether it left nothing to do."""
        self._reaper.aim(instant, nth)
        self._warm.write(self._task(instant, nth))
        after = self._random.uniform(0, LONGEST) if instant == RANDOM else None
        killed, idle = self._listen(after)
        self._reaper.gone()
        for printer in (self.kitchen, self.front):
            printer.come_to_rest()
        self.service.come_to_rest()
        self.hits.update([instant] * killed)
        self.log.append(f"{instant} ×{nth}: {'killed' if killed else 'lived'}")
        return killed, idle

    def story(self) -> str:
        """Return what is needed to live the day again."""
        return f"seed {self._seed}, {self._paper.parent}; " + "; ".join(self.log)

    def drain(self, most: int = 30) -> bool:
        """Let counters live on, unharmed, until nothing is left to do; return whether that came."""
        return any(self._rests() for _ in range(most))

    def _rests(self) -> bool:
        acted = self.service.guests_act()
        _, idle = self.life()
        return idle and not acted and not self.service.guests_act()

    def _listen(self, after: float | None) -> tuple[bool, bool]:
        idle = False
        for news in self._warm.read(after, self._reaper.kill):
            if "born" in news:
                self._reaper.born(news["born"])
            elif "broke" in news:
                raise AssertionError(news["broke"])
            elif "ended" in news:
                return news["ended"] == _KILLED, idle
            elif "done" in news:
                self.done.append(news)
                self.asked = [(number, fate) for number, fate in self.asked if number != news.get("number")]
            idle = bool(news.get("idle"))
        raise AssertionError(f"the warm process ended: {self._warm.log.read_text()[-2000:]}")

    def _task(self, instant: str, nth: int) -> Mapping[str, Any]:
        return {
            "instant": instant,
            "nth": nth,
            "seed": self._random.getrandbits(32),
            "mutant": self._mutant,
            "store": f"sqlite:///{self.store}",
            "paper": str(self._paper),
            "asked": self.asked,
            "config": self._config(),
        }

    def _config(self) -> Mapping[str, Any]:
        kitchen = {"name": "kitchen", "device": self.kitchen.url, "prints": ["kitchen"]}
        front = {"name": "front", "device": self.front.url, "prints": ["settlement"], "confirm": "none"}
        return {
            "shop": {"name": "泛盈总店", "currency": "CNY"},
            "channel": [{"name": "fankahui", "kind": "fankahui", "base_url": self.service.url}],
            "printer": [kitchen, front],
        }


def plan(seed: int, each: int, randomly: int) -> list[Chain]:
    """Return every instant `each` times, and so many kills at random, in chance's order."""
    chance = random.Random(seed)
    alone = [
        ((instant, fate, chance.choice((1, 1, 2)) if fate else 1),)
        for instant, fate in ALONE.items()
        for _ in range(each)
    ]
    chains = [
        tuple((instant, "delivered" if "device" in instant else "phones", 1) for instant in chain)
        for chain in AFTER_ANOTHER
    ]
    at_random = [((RANDOM, "served", 1),)] * randomly
    rest = [*alone, *chains, *at_random]
    chance.shuffle(rest)
    return [tuple((instant, "", 1) for instant in MIGRATION), *rest]
