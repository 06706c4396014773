"""A printer on loopback: the machine, its network side, and the words that make it fail."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path

from printing.profiles import Profile
from printing.simulator import answers, faults
from printing.simulator.machine import Machine, SimulatedPaper
from printing.simulator.wire import Wire

#: Commands obeyed before others get their turn.
_AT_ONCE = 32


class Simulator:
    """A TCP printer. `speed` is in millimetres of paper a second (0: at once), `capacity` in bytes."""

    def __init__(
        self,
        profile: Profile | None = None,
        out: Path | None = None,
        *,
        speed: float = 0.0,
        capacity: int = 65536,
        notice: bool = True,
    ) -> None:
        self.machine = Machine(profile or Profile(), capacity)
        self.wire = Wire(self.machine, self._changed)
        self.out = out
        self.speed = speed
        self.notice = notice
        self.is_on = True
        self.control_port: int | None = None
        self._working: asyncio.Handle | None = None
        self._timers: set[asyncio.Task[None]] = set()
        self._waiters: list[tuple[Callable[[Simulator], bool], asyncio.Future[None]]] = []

    async def start(self, port: int = 0, control_port: int | None = None) -> None:
        """Listen on `port` (0: any) of loopback, and for words on `control_port`; raises OSError."""
        await self.wire.listen(port)
        self.control_port = control_port

    async def close(self) -> None:
        """Stop; what hangs out is torn off."""
        for timer in self._timers:
            timer.cancel()
        await asyncio.gather(*self._timers, return_exceptions=True)
        if self._working is not None:
            self._working.cancel()
        await self.wire.deaf()
        self.wire.reset()
        self.machine.tear(whole=False)

    @property
    def port(self) -> int:
        """The port where it prints."""
        return self.wire.port

    @property
    def papers(self) -> list[SimulatedPaper]:
        """What came out so far, oldest first."""
        return self.machine.papers

    async def do(self, said: str) -> None:
        """Obey a word (see faults.WORDS), with its number behind a blank; raises ValueError."""
        word, number = faults.read(said)
        done = word.deed(self, number)
        if inspect.isawaitable(done):
            await done
        self.wire.pump()
        self._changed()

    async def until(self, holds: Callable[[Simulator], bool]) -> None:
        """Wait until something holds of it: `until(lambda printer: len(printer.papers) == 2)`."""
        if not holds(self):
            future = asyncio.get_running_loop().create_future()
            self._waiters.append((holds, future))
            await future

    def later(self, seconds: float, said: str) -> None:
        """Obey a word after some seconds."""
        timer = asyncio.get_running_loop().create_task(self._do_later(seconds, said))
        self._timers.add(timer)
        timer.add_done_callback(self._timers.discard)

    async def _do_later(self, seconds: float, said: str) -> None:
        await asyncio.sleep(seconds)
        await self.do(said)

    async def power_off(self) -> None:
        """Break off every connection; forget what was not printed."""
        if self.is_on:
            self.is_on = False
            await self.wire.deaf()
            self.wire.reset()
            self.machine.lose_power()

    async def power_on(self) -> None:
        """Take connections again, on the same port; the first one is told that all was lost."""
        if not self.is_on:
            self.is_on = True
            self.wire.greeting = answers.POWERED_ON if self.notice else b""
            await self._listen_again()

    async def unplug(self) -> None:
        """Let no byte in or out; connections neither end nor break, new ones find nobody."""
        self.wire.plugged = False
        await self.wire.deaf()

    async def plug(self) -> None:
        """Let bytes through again."""
        if not self.wire.plugged:
            self.wire.plugged = True
            await self._listen_again()

    async def _listen_again(self) -> None:
        if self.is_on and self.wire.plugged:
            await self.wire.listen(self.wire.port)

    def _changed(self) -> None:
        """Go on printing if there is something to print; wake who waits."""
        if self._working is None and self.is_on and self.machine.is_busy:
            self._working = asyncio.get_running_loop().call_soon(self._work)
        for waiter in [one for one in self._waiters if one[0](self)]:
            self._waiters.remove(waiter)
            if not waiter[1].done():
                waiter[1].set_result(None)

    def _work(self) -> None:
        self._working = None
        moved: float | None = 0.0
        for _ in range(_AT_ONCE):
            moved = self.machine.step() if self.is_on else None
            if moved is None or (moved and self.speed):
                break
        self.wire.pump()
        if moved and self.speed:
            loop = asyncio.get_running_loop()
            self._working = loop.call_later(moved / self.speed, self._work)
        self._changed()
