"""A scripted day: at which ticket, byte or second what goes wrong, and when it is well again."""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from printing.simulator import faults

if TYPE_CHECKING:
    from printing.simulator.simulator import Simulator

_MOMENTS = ("begun", "printed", "bytes", "seconds")
_KEYS = frozenset((*_MOMENTS, "line", "do", "heal", "after"))


@dataclass(frozen=True, slots=True)
class Step:
    """At a moment, words; and `after` seconds, those that heal.

    `moment` counts tickets begun or printed, bytes received, or seconds from the start; of a ticket that has
    begun, so many lines have to be out too.
    """

    moment: str
    count: float
    do: tuple[str, ...]
    heal: tuple[str, ...] = ()
    after: float = 0.0
    line: int = 0

    def has_come(self, simulator: Simulator) -> bool:
        """Whether its moment is there; one in seconds is waited for by a clock."""
        machine = simulator.machine
        match self.moment:
            case "begun":
                is_there = not machine.hangs or len(machine.lines) >= self.line
                return machine.begun > self.count or (machine.begun == self.count and is_there)
            case "printed":
                return len(machine.papers) >= self.count
            case "bytes":
                return machine.received >= self.count
        return False


class Plan:
    """Steps that wait for their moments: all of `steps` at once, and of `more` the next one only."""

    def __init__(self, steps: Iterable[Step], more: Iterable[Step] = ()) -> None:
        self._waiting = list(steps)
        self._more = iter(more)
        #: how many steps were taken, but those in seconds
        self.taken = 0
        self._draw()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps whose moments have not come."""
        return tuple(self._waiting)

    def drawn(self, count: int) -> list[Step]:
        """Take so many steps more out of it, as if their moments had come."""
        return [step for step in (next(self._more, None) for _ in range(count)) if step is not None]

    def start(self, simulator: Simulator) -> None:
        """Start the clock."""
        for step in self._waiting:
            if step.moment == "seconds":
                for said in step.do:
                    simulator.later(step.count, said)
                for said in step.heal:
                    simulator.later(step.count + step.after, said)
        self._waiting = [step for step in self._waiting if step.moment != "seconds"]

    def look(self, simulator: Simulator) -> None:
        """Do what is due."""
        for step in [step for step in self._waiting if step.has_come(simulator)]:
            if step not in self._waiting:
                continue  # doing another one made this one's moment come, too
            self._waiting.remove(step)
            self.taken += 1
            for said in step.do:
                simulator.obey(said)
            for said in step.heal:
                simulator.later(step.after, said)
            self._draw()

    def _draw(self) -> None:
        if (step := next(self._more, None)) is not None:
            self._waiting.append(step)


def read(path: Path) -> Plan:
    """Return the plan in a TOML file (`[[step]]` tables) or one of JSON lines; raises ValueError, OSError."""
    text = path.read_text(encoding="utf-8")
    if text.lstrip().startswith("{"):
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    else:
        rows = tomllib.loads(text).get("step", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("a plan is a list of [[step]] tables, or of JSON objects, one a line")
    return Plan([_step(row, number) for number, row in enumerate(rows, start=1)])


def _step(row: Mapping[str, Any], number: int) -> Step:
    where = f"step {number}"
    if unknown := row.keys() - _KEYS:
        raise ValueError(f"{where}: {', '.join(sorted(unknown))}: allowed are {', '.join(sorted(_KEYS))}")
    moments = [name for name in _MOMENTS if name in row]
    if len(moments) != 1:
        raise ValueError(f"{where}: one of {', '.join(_MOMENTS)} says when")
    count, after, line = row[moments[0]], row.get("after", 0), row.get("line", 0)
    if not all(_is_number(one) for one in (count, after, line)):
        raise ValueError(f"{where}: {moments[0]}, after and line are numbers, and not negative")
    do, heal = (_words(row.get(name, []), f"{where}: {name}") for name in ("do", "heal"))
    if not do:
        raise ValueError(f"{where}: nothing to do")
    return Step(moments[0], count, do, heal, after, int(line))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _words(said: Any, where: str) -> tuple[str, ...]:
    words = [said] if isinstance(said, str) else said
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError(f"{where}: words are wanted")
    for word in words:
        try:
            faults.read(word)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from error
    return tuple(words)


#: What can go wrong by itself, and what makes it well.
_TROUBLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("paper_out", ("refill",)),
    ("paper_out 3", ("refill",)),
    ("near_end", ("refill",)),
    ("cover_open", ("cover_closed",)),
    ("cutter_error", ("recovered",)),
    ("overheated", ("recovered",)),
    ("power_cycle 0.2", ()),
    ("unplugged", ("plugged",)),
    ("port_held", ("port_free",)),
    ("port_waits", ("port_free",)),
    ("slow 0.3", ("talking",)),
    ("mute", ("talking",)),
    ("drop_answer", ()),
    ("no_process_id", ("process_id",)),
    ("hang_up_after 100", ()),
)
#: Lines of a ticket after which it may happen, and seconds until it is well again.
_LINES, _SECONDS = (0, 20), (0.05, 1.0)


def at_random(seed: int, every: int) -> Plan:
    """Return a plan without end: about every so many tickets something goes wrong, for a second at most."""
    return Plan((), _troubles(random.Random(seed), every))


def _troubles(chance: random.Random, every: int) -> Iterator[Step]:
    ticket = 0
    while True:
        ticket += chance.randint(1, max(1, 2 * every - 1))
        trouble, heal = chance.choice(_TROUBLES)
        yield Step(
            "begun", ticket, (trouble,), heal, round(chance.uniform(*_SECONDS), 3), chance.randint(*_LINES)
        )
