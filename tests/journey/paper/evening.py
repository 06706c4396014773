"""What outlives the counters: printers that fail, and who kills."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.journey.forking import Warm
from tests.journey.paper.outages import Door, Outage, Outages
from tests.journey.paper.roll import Roll, Sheet, ask, opened

_ROOT = Path(__file__).parents[3]
_KILLED = 9

#: What the counter waits for, in seconds: the faults of this evening heal in a fraction of one.
PATIENCE = "connect=2&status=0.3&late=3&mute=0.3&confirm=2&process_id=0.3&look=0.3"
#: A printer that is ill for so long leaves its tickets to its fallback (seconds).
FALLBACK_AFTER = 0.2
#: A kill comes so long after the order that it was meant for, at most (seconds).
_LATER = 0.15


@contextmanager
def simulator(out: Path, plan: str) -> Iterator[Mapping[str, Any]]:
    """Switch a printer on, in a process of its own; yields its ports."""
    command = [
        sys.executable,
        "-m",
        "pos",
        "printer-simulator",
        "--port",
        "0",
        "--out",
        str(out),
        "--plan",
        plan,
    ]
    with subprocess.Popen([*command, "--control-port", "0"], stdout=subprocess.PIPE, cwd=_ROOT) as process:
        assert process.stdout
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


class Printer(NamedTuple):
    """A printer of the evening: what it prints, the plan of its faults, and who stands in for it."""

    name: str
    prints: tuple[str, ...]
    plan: str
    fallback: str = ""


class Evening:
    """One shop's evening."""

    def __init__(self, folder: Path, seed: int, printers: Sequence[Printer]) -> None:
        self.folder, self.seed = folder, seed
        self._printers = printers
        self._random = random.Random(seed)
        self.rolls: dict[str, Roll] = {}
        self.kills = self.served = 0

    def __enter__(self) -> Evening:
        """Switch the printers on and warm up."""
        with ExitStack() as stack:
            self._tables = [self._table(stack, printer) for printer in self._printers]
            self._warm = stack.enter_context(Warm("tests.journey.paper.day", self.folder / "counters.log"))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything."""
        self._stack.close()

    def live(self, orders: int, kill_every: int, outages: Sequence[Outage] = ()) -> None:
        """Serve so many orders, and more until all outages are over.

        About every so many of them the counter is killed, and begins anew.
        """
        minded = Outages(self.rolls, outages)

        def goes_on(served: int) -> bool:
            self.served = served
            return minded.mind(served) or served < orders

        with Door(goes_on) as door:
            while self._life(door.port, self._random.randint(kill_every // 2, kill_every * 3 // 2)):
                self.kills += 1

    def sheets(self) -> list[Sheet]:
        """Return all paper, printer after printer."""
        return [sheet for roll in self.rolls.values() for sheet in roll.sheets()]

    def faults(self, printer: str) -> int:
        """Return how many faults a printer went through."""
        with opened(self.rolls[printer].control) as talk:
            return int(ask(talk, "state")["steps_taken"])

    def _life(self, door: int, kill_after: int) -> bool:
        """Let a counter live; return whether it was killed."""
        self._warm.write(self._task(door))
        pid, served = 0, 0
        death = threading.Timer(self._random.uniform(0, _LATER), lambda: _kill(pid))
        for news in self._warm.read(None, lambda: None):
            if "born" in news:
                pid = news["born"]
            elif "broke" in news:
                raise AssertionError(news["broke"])
            elif "ended" in news:
                _have_passed(death)
                return bool(news["ended"] == _KILLED)
            elif "served" in news:
                served += 1
                if served == kill_after:
                    death.start()
        raise AssertionError(f"the warm process ended: {self._warm.log.read_text()[-2000:]}")

    def _table(self, stack: ExitStack, printer: Printer) -> Mapping[str, Any]:
        out = self.folder / printer.name
        ports = stack.enter_context(simulator(out, printer.plan))
        self.rolls[printer.name] = Roll(out, ports["control_port"])
        return {
            "name": printer.name,
            "device": f"tcp://127.0.0.1:{ports['port']}?{PATIENCE}",
            "prints": printer.prints,
            "fallback": printer.fallback,
            "fallback_after": FALLBACK_AFTER,
        }

    def _task(self, door: int) -> Mapping[str, Any]:
        return {
            "store": f"sqlite:///{self.folder / 'counter.db'}",
            "folder": str(self.folder),
            "door": door,
            "rolls": [(str(roll.out), roll.control) for roll in self.rolls.values()],
            "config": {"shop": {"name": "泛盈总店", "currency": "CNY"}, "printer": self._tables},
        }


def _kill(pid: int) -> None:
    # Its number is free for another process only after it was waited for, at the next counter's birth.
    os.kill(pid, signal.SIGKILL)


def _have_passed(death: threading.Timer) -> None:
    """Wait for a kill that is on its way: the number that it is for is somebody else's soon."""
    if death.ident is not None:
        death.join()
