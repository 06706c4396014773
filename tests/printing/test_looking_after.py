"""A worker looks after its printer: it says how it is before any ticket, and sees when it is well again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from printing.devices import Device
from printing.errors import NotReady
from printing.ports import Evidence, PrinterHealth
from printing.profiles import profile
from printing.simulator import Simulator
from printing.spool import LOOK_AGAIN, Printer, Spool
from printing.status import health_of

Tickets = dict[str, dict[str, Any]]
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Night:
    """The sleep of a worker, and the clock that it sleeps by: a test says when it is over."""

    def __init__(self) -> None:
        self.now = NOON
        self._asked: asyncio.Queue[float] = asyncio.Queue()
        self._over = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Sleep until the test wakes."""
        self._asked.put_nowait(seconds)
        await self._over.wait()
        self._over.clear()

    async def falls(self) -> float:
        """Wait until the worker sleeps; return for how long it wants to (seconds)."""
        return await self._asked.get()

    async def passes(self, seconds: float) -> float:
        """Let the worker sleep so long and work; return for how long it wants to sleep then."""
        self.now += timedelta(seconds=seconds)
        self._over.set()
        return await self.falls()


@pytest.fixture
def night() -> Night:
    """Return a night that has not begun."""
    return Night()


class OneLine:
    """A device that notes what is asked of it, and cannot be used twice at once."""

    def __init__(self, *health: PrinterHealth | BaseException) -> None:
        self.health = list(health)
        self.log: list[str] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked, self.sent = asyncio.Event(), asyncio.Event()
        self.not_ready: list[NotReady] = []
        self._busy = False

    async def send(self, _data: bytes, title: str = "", /) -> Evidence:
        async with self._line(title):
            if self.not_ready:
                raise self.not_ready.pop(0)
            self.sent.set()
            return "process-id"

    async def status(self) -> PrinterHealth:
        async with self._line("look"):
            self.asked.set()
            await self.answers.wait()
            how = self.health.pop(0) if self.health else health_of("")
        if isinstance(how, BaseException):
            raise how
        return how

    @asynccontextmanager
    async def _line(self, what: str) -> AsyncIterator[None]:
        assert not self._busy
        self._busy = True
        self.log.append(what)
        try:
            yield
        finally:
            await asyncio.sleep(0)
            self._busy = False


Working = Callable[..., Any]


@pytest.fixture
def working(memory_host: Any, night: Night) -> Working:
    """Return what runs a spool over a device, by itself or by its URL, while in the block."""

    @asynccontextmanager
    async def run(device: Device | str) -> AsyncIterator[Spool]:
        url = device if isinstance(device, str) else "virtual:"
        more: dict[str, Any] = {} if isinstance(device, str) else {"opener": lambda *_: device}
        used = Spool(
            memory_host,
            [Printer("kitchen", url, profile())],
            now=lambda: night.now,
            sleep=night.sleep,
            uniform=lambda _low, high: high,
            **more,
        )
        stop = asyncio.Event()
        running = asyncio.create_task(used.run(stop))
        yield used
        stop.set()
        await running

    return run


def url(printer: Any, **patience: float) -> str:
    waits = {"connect": 30.0, "status": 30.0, "late": 30.0, "keep": 0.0, **patience}
    return f"tcp://127.0.0.1:{printer.port}?" + "&".join(f"{name}={value}" for name, value in waits.items())


def said(host: Any) -> list[tuple[str, str]]:
    return [(health.state, health.cause) for health in host.healths]


async def test_a_printer_is_well_before_its_first_ticket(
    simulator: Simulator, memory_host: Any, night: Night, working: Working
) -> None:
    async with working(url(simulator)):
        await night.falls()
        assert said(memory_host) == [("well", "")]
    assert simulator.papers == []


async def test_a_printer_that_is_mute_but_there_is_well(
    simulator: Simulator, memory_host: Any, night: Night, working: Working
) -> None:
    await simulator.do("mute")
    async with working(url(simulator, late=0.05)):
        await night.falls()
        assert said(memory_host) == [("well", "")]


async def test_a_printer_that_is_well_is_left_alone(
    simulator: Simulator, night: Night, working: Working
) -> None:
    async with working(url(simulator)):
        assert await night.falls() == LOOK_AGAIN
        assert await night.passes(LOOK_AGAIN) == LOOK_AGAIN
    assert simulator.wire.connections == 1


async def test_a_printer_is_well_again_when_its_paper_is_in_without_any_ticket(
    simulator: Simulator, memory_host: Any, night: Night, working: Working
) -> None:
    await simulator.do("paper_out")
    async with working(url(simulator)):
        waits = [await night.falls()]
        for _ in range(6):
            waits.append(await night.passes(waits[-1]))
        assert waits == [1, 2, 4, 8, 16, 30, 30]
        assert said(memory_host) == [("needs_you", "paper_out")]
        await simulator.do("refill")
        assert await night.passes(30) == LOOK_AGAIN
        assert said(memory_host) == [("needs_you", "paper_out"), ("well", "")]


async def test_a_printer_that_is_switched_on_late_turns_well(
    memory_host: Any, night: Night, working: Working
) -> None:
    away = OneLine(health_of("unreachable"), health_of("unreachable"))
    async with working(away):
        await night.falls()
        await night.passes(1)
        await night.passes(2)
        assert said(memory_host) == [("waiting", "unreachable"), ("well", "")]


async def test_a_clock_that_is_put_back_does_not_put_a_look_off(
    memory_host: Any, night: Night, working: Working
) -> None:
    away = OneLine(health_of("unreachable"))
    async with working(away):
        await night.falls()
        night.now -= timedelta(days=400)
        await night.passes(30)
        assert said(memory_host) == [("waiting", "unreachable"), ("well", "")]


async def test_a_ticket_says_how_its_printer_is_and_no_look_is_needed(
    memory_host: Any, tickets: Tickets, night: Night, working: Working
) -> None:
    memory_host.add(tickets["kitchen-zh"])
    device = OneLine()
    async with working(device):
        await night.falls()
    assert device.log == ["K-0412"]


async def test_a_ticket_does_not_wait_for_a_look_and_never_shares_its_line(
    memory_host: Any, tickets: Tickets, working: Working
) -> None:
    device = OneLine()
    device.answers.clear()
    async with working(device) as used:
        await device.asked.wait()
        memory_host.add(tickets["kitchen-zh"])
        used.wake()
        await device.sent.wait()
    assert memory_host.all_states() == ["printed"]
    assert device.log == ["look", "K-0412"]


async def test_a_worker_stops_in_the_middle_of_a_look(working: Working, memory_host: Any) -> None:
    device = OneLine()
    device.answers.clear()
    async with working(device):
        await device.asked.wait()
    assert memory_host.healths == []


async def test_a_bell_before_a_tickets_time_does_not_put_it_off(
    memory_host: Any, tickets: Tickets, night: Night, working: Working
) -> None:
    memory_host.add(tickets["kitchen-zh"])
    device = OneLine(*[health_of("unreachable")] * 9)
    device.not_ready = [NotReady("unreachable")]
    async with working(device) as used:
        assert await night.falls() == 1
        used.wake()
        assert await night.falls() == 1
        await night.passes(1)
        assert memory_host.all_states() == ["printed"]


async def test_a_device_that_fails_in_a_look_does_not_end_the_worker(
    memory_host: Any, tickets: Tickets, night: Night, working: Working
) -> None:
    device = OneLine(RuntimeError("bug"))
    async with working(device) as used:
        await night.falls()
        assert said(memory_host) == [("waiting", "unreachable")]
        memory_host.add(tickets["kitchen-zh"])
        used.wake()
        await night.falls()
        assert memory_host.all_states() == ["printed"]


async def test_a_printer_whose_address_is_none_needs_a_person(
    memory_host: Any, night: Night, working: Working
) -> None:
    async with working("carrier-pigeon://roof"):
        await night.falls()
        assert said(memory_host) == [("needs_you", "unsupported")]
