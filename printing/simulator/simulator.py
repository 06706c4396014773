"""A printer on loopback: the machine, its network side, and the words that make it fail."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from printing.profiles import Profile
from printing.simulator import answers, faults
from printing.simulator.control import Control
from printing.simulator.keeping import Folder
from printing.simulator.machine import Machine
from printing.simulator.paper import SimulatedPaper
from printing.simulator.plan import Plan
from printing.simulator.wire import Wire

#: Commands obeyed before others get their turn.
_AT_ONCE = 32


class Simulator:
    """A TCP printer. `speed` is in millimetres of paper a second (0: at once), `capacity` in bytes.

    `notice`: after power was lost, the next client is told that it is on again. Papers go to `out` too.
    """

    def __init__(
        self,
        profile: Profile | None = None,
        out: Path | None = None,
        *,
        speed: float = 0.0,
        capacity: int = 65536,
        notice: bool = True,
        plan: Plan | None = None,
    ) -> None:
        self.profile = profile or Profile()
        self.machine: Machine = Machine(self.profile, capacity)
        self.wire: Wire = Wire(self.machine, self._changed)
        self.plan = plan
        self.is_on = True
        self.out = out
        self._speed = speed
        self._notice = notice
        self._folder: Folder | None = None
        self._control: Control | None = None
        self._working: asyncio.Handle | None = None
        self._timers: set[asyncio.TimerHandle] = set()
        self._waiters: list[tuple[Callable[[Simulator], bool], asyncio.Future[None]]] = []

    async def start(self, port: int = 0, control_port: int | None = None) -> None:
        """Listen on `port` (0: any) of loopback, and for words on `control_port`; raises OSError."""
        if self.out is not None:
            self._folder = Folder(self.out, self.profile)
            self.machine.first_number = self._folder.next_number
            self.machine.on_paper = self._folder.keep
        self.wire.listen(port)
        if control_port is not None:
            self._control = Control(self)
            try:
                await self._control.start(control_port)
            except OSError as error:
                await self.close()
                number = error.errno or 0
                raise OSError(number, os.strerror(number), str(control_port)) from error
        if self.plan is not None:
            self.plan.start(self)

    async def close(self) -> None:
        """Stop; what hangs out is torn off, and all pictures are drawn."""
        for timer in self._timers:
            timer.cancel()
        if self._working is not None:
            self._working.cancel()
        self.is_on = False
        self.wire.deafen()
        self.wire.reset()
        if self._control is not None:
            await self._control.close()
        self.machine.tear(whole=False)
        await asyncio.sleep(0)  # for the connections to notice that they are gone
        if self._folder is not None:
            await self._folder.close()

    async def __aenter__(self) -> Simulator:
        """Start on any port."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.close()

    @property
    def port(self) -> int:
        """The port where it prints."""
        return self.wire.port

    @property
    def control_port(self) -> int | None:
        """The port where it takes words, if it does."""
        return self._control.port if self._control is not None else None

    @property
    def papers(self) -> list[SimulatedPaper]:
        """What came out so far, oldest first."""
        return self.machine.papers

    @property
    def state(self) -> dict[str, Any]:
        """How it is, for people and scripts."""
        machine, wire = self.machine, self.wire
        return {
            "on": self.is_on,
            "plugged": wire.plugged,
            "online": machine.condition.is_online,
            "facts": sorted(machine.condition.facts),
            "faults": self._faults,
            "buffered": machine.buffered,
            "received": machine.received,
            "begun": machine.begun,
            "printed": len(machine.papers),
            "hanging": len(machine.lines),
            "drawer_pulses": machine.pulses,
            "connections": wire.connections,
            "steps_taken": self.plan.taken if self.plan else 0,
        }

    @property
    def _faults(self) -> dict[str, Any]:
        """What is wrong with how it answers, and nothing else."""
        wire = self.wire
        line = {"held": wire.held, "late": wire.late, "hang_up_after": wire.hang_up_after}
        return {name: value for name, value in (asdict(self.machine.faults) | line).items() if value}

    async def do(self, said: str) -> None:
        """Obey a word (see faults.WORDS), with its number behind a blank; raises ValueError."""
        self.obey(said)

    def obey(self, said: str) -> None:
        """Obey a word at once; see `do`."""
        word, number = faults.read(said)
        word.deed(self, number)
        self.wire.serve()

    async def until(self, holds: Callable[[Simulator], bool]) -> None:
        """Wait until something holds of it: `until(lambda printer: len(printer.papers) == 2)`."""
        if not holds(self):
            future = asyncio.get_running_loop().create_future()
            self._waiters.append((holds, future))
            await future

    def later(self, seconds: float, said: str) -> None:
        """Obey a word after some seconds."""

        def now() -> None:
            self._timers.discard(timer)
            self.obey(said)

        timer = asyncio.get_running_loop().call_later(seconds, now)
        self._timers.add(timer)

    def power_off(self) -> None:
        """Break off every connection; forget what was not printed."""
        if self.is_on:
            self.is_on = False
            self.wire.deafen()
            self.wire.reset()
            self.machine.lose_power()

    def power_on(self) -> None:
        """Take connections again, on the same port; the first one is told that all was lost."""
        if not self.is_on:
            self.is_on = True
            self.wire.greeting = answers.POWERED_ON if self._notice else b""
            self._listen_again()

    def unplug(self) -> None:
        """Let no byte in or out; connections neither end nor break, new ones find nobody."""
        self.wire.plugged = False
        self.wire.deafen()

    def plug(self) -> None:
        """Let bytes through again."""
        if not self.wire.plugged:
            self.wire.plugged = True
            self._listen_again()

    def _listen_again(self) -> None:
        if self.is_on and self.wire.plugged:
            self.wire.listen(self.wire.port)

    def _changed(self) -> None:
        """Let the plan look, go on printing if there is something to print, wake who waits."""
        if self.plan is not None:
            self.plan.look(self)
        if self._working is None and self.is_on and self.machine.is_busy:
            self._working = asyncio.get_running_loop().call_soon(self._work)
        for waiter in [one for one in self._waiters if one[0](self)]:
            self._waiters.remove(waiter)
            if not waiter[1].done():
                waiter[1].set_result(None)

    def _work(self) -> None:
        """Print a little, then let others have their turn, or the paper move."""
        moved = self._print_some()
        loop = asyncio.get_running_loop()
        self._working = loop.call_later(moved / self._speed, self._go_on) if moved else None
        self.wire.serve()

    def _go_on(self) -> None:
        self._working = None
        self._changed()

    def _print_some(self) -> float:
        """Return millimetres of paper to wait for; 0 at once, or where there is nothing to do."""
        for _ in range(_AT_ONCE):
            moved = self.machine.step() if self.is_on else None
            if self.plan is not None:
                self.plan.look(self)
            if moved is None:
                break
            if moved and self._speed:
                return moved
        return 0.0
