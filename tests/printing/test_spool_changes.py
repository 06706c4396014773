"""Printers come and go while the spool runs, hold a ticket for hours, and the shop closes meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from printing.devices.device import Tell
from printing.ports import Evidence, PrinterHealth
from printing.profiles import profile
from printing.simulator import Simulator
from printing.spool import Printer, Spool
from printing.status import health_of

Tickets = dict[str, dict[str, Any]]


class Held:
    """A device that holds every ticket until the test gives it free, and says what the test says."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.began, self.free = asyncio.Event(), asyncio.Event()
        self.tell: Tell = lambda _health: None
        self.closed = 0

    async def send(self, _data: bytes, title: str = "", /) -> Evidence:
        self.began.set()
        await self.free.wait()
        self.sent.append(title)
        return "gs-r"

    async def status(self) -> PrinterHealth:
        return health_of("")

    def listen(self, tell: Tell) -> None:
        self.tell = tell

    async def close(self) -> None:
        self.closed += 1


class Hosted:
    """A spool over devices by their address, that runs while in the block."""

    def __init__(self, host: Any, **devices: Any) -> None:
        self.host, self.devices = host, devices
        self.stop = asyncio.Event()
        self.sleeps: asyncio.Queue[float] = asyncio.Queue()
        self.over = asyncio.Event()
        self.spool = Spool(host, map(printer, devices), opener=lambda url, *_: devices[url], sleep=self.sleep)

    async def sleep(self, seconds: float) -> None:
        """Sleep until the test says that the time is over."""
        self.sleeps.put_nowait(seconds)
        await self.over.wait()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Spool]:
        """Run; at the end of the block, stop."""
        task = asyncio.create_task(self.spool.run(self.stop))
        yield self.spool
        self.stop.set()
        await task


def printer(name: str) -> Printer:
    return Printer(name, name, profile())


async def until(holds: Any) -> None:
    """Let the others work until something holds."""
    while not holds():  # noqa: ASYNC110 - what it waits for are plain lists of devices and hosts in memory
        await asyncio.sleep(0)


async def test_what_a_printer_says_in_the_middle_of_a_ticket_is_told_at_once(
    memory_host: Any, tickets: Tickets
) -> None:
    device = Held()
    memory_host.add(tickets["kitchen-zh"])
    async with Hosted(memory_host, kitchen=device).running():
        await device.began.wait()
        device.tell(health_of("paper_out"))
        await until(lambda: memory_host.healths)
        assert (memory_host.healths[-1].cause, memory_host.all_states()) == ("paper_out", ["sending"])
        device.free.set()
        await until(lambda: memory_host.all_states() == ["printed"])
        await until(lambda: memory_host.healths[-1].state == "well")


async def test_nobody_waits_for_paper_when_the_counter_is_closed(memory_host: Any, tickets: Tickets) -> None:
    device = Held()
    memory_host.add(tickets["kitchen-zh"])
    hosted = Hosted(memory_host, kitchen=device)
    async with hosted.running():
        await device.began.wait()
        device.tell(health_of("paper_out"))
        await until(lambda: memory_host.healths)
    assert memory_host.all_states() == ["unknown"]
    assert list(memory_host.errors.values()) == ["stopped: paper_out"]
    assert (hosted.sleeps.empty(), device.closed) == (True, 1)


async def test_a_ticket_on_its_way_is_finished_when_the_counter_is_closed(
    memory_host: Any, tickets: Tickets
) -> None:
    device = Held()
    memory_host.add(tickets["kitchen-zh"])
    hosted = Hosted(memory_host, kitchen=device)
    async with hosted.running():
        await device.began.wait()
        hosted.stop.set()
        await hosted.sleeps.get()
        device.free.set()
    assert memory_host.all_states() == ["printed"]


async def test_a_ticket_on_its_way_that_takes_too_long_is_left_in_doubt_when_the_counter_is_closed(
    memory_host: Any, tickets: Tickets
) -> None:
    device = Held()
    memory_host.add(tickets["kitchen-zh"])
    hosted = Hosted(memory_host, kitchen=device)
    hosted.over.set()
    async with hosted.running():
        await device.began.wait()
    assert memory_host.all_states() == ["unknown"]
    assert "stopped" in "".join(memory_host.errors.values())


async def test_a_stopped_counter_that_starts_again_sends_nothing_twice(
    simulator: Simulator, memory_host: Any, tickets: Tickets
) -> None:
    memory_host.add(tickets["kitchen-zh"])
    address = f"tcp://127.0.0.1:{simulator.port}?status=30&late=30&look=0.01"
    stop = asyncio.Event()
    running = asyncio.create_task(Spool(memory_host, [Printer("kitchen", address, profile())]).run(stop))
    await simulator.do("paper_out 3")
    await until(lambda: [health.cause for health in memory_host.healths][-1:] == ["paper_out"])
    stop.set()
    await running
    await simulator.do("refill")
    await Spool(memory_host, [Printer("kitchen", address, profile())]).work_once("kitchen", all_waiting=True)
    assert memory_host.all_states() == ["unknown"]
    await simulator.until(lambda printer: len(printer.papers) == 1)


async def test_what_was_held_for_want_of_paper_goes_when_the_printer_says_that_it_is_well(
    memory_host: Any, tickets: Tickets
) -> None:
    device = Held()
    device.free.set()
    hosted = Hosted(memory_host, kitchen=device)
    async with hosted.running() as spool:
        await hosted.sleeps.get()
        device.tell(health_of("paper_out"))
        await until(lambda: memory_host.healths[-1:] == [health_of("paper_out")])
        job = memory_host.add(tickets["kitchen-zh"])
        memory_host.due[job.id] = memory_host.clock(hours=1)
        spool.wake()
        device.tell(health_of(""))
        await until(lambda: memory_host.all_states() == ["printed"])


async def test_a_printer_that_is_set_aside_is_not_looked_at(memory_host: Any) -> None:
    class Alone(Held):
        async def status(self) -> PrinterHealth:
            raise AssertionError("nobody should ask")

    memory_host.aside = {"kitchen"}
    hosted = Hosted(memory_host, kitchen=Alone())
    async with hosted.running():
        await hosted.sleeps.get()
    assert memory_host.healths == []


async def test_a_new_printer_prints_at_once_and_one_that_is_gone_no_more(
    memory_host: Any, tickets: Tickets
) -> None:
    bar, kitchen = Held(), Held()
    bar.free.set()
    hosted = Hosted(memory_host, kitchen=kitchen)
    hosted.devices["bar"] = bar
    memory_host.add(tickets["kitchen-zh"])
    memory_host.add(tickets["kitchen-ko"])
    memory_host.add(tickets["kitchen-en"], "bar")
    async with hosted.running() as spool:
        await kitchen.began.wait()
        spool.change([printer("bar")])
        await until(lambda: bar.sent)
        kitchen.free.set()
        await until(lambda: kitchen.closed)
        assert (bar.sent, kitchen.sent) == (["K-0414"], ["K-0412"])
        assert memory_host.all_states() == ["printed", "queued", "printed"]


async def test_a_printer_with_other_settings_begins_anew_after_its_ticket(
    memory_host: Any, tickets: Tickets
) -> None:
    before, after = Held(), Held()
    after.free.set()
    hosted = Hosted(memory_host, kitchen=before)
    hosted.devices["elsewhere"] = after
    memory_host.add(tickets["kitchen-zh"])
    async with hosted.running() as spool:
        await before.began.wait()
        spool.change([replace(printer("kitchen"), device="elsewhere")])
        memory_host.add(tickets["kitchen-ko"])
        await hosted.sleeps.get()
        assert after.sent == []
        before.free.set()
        await until(lambda: after.sent)
        assert (before.sent, after.sent) == (["K-0412"], ["K-0413"])


async def test_a_printer_that_stays_as_it_was_notices_nothing(memory_host: Any, tickets: Tickets) -> None:
    kitchen = Held()
    hosted = Hosted(memory_host, kitchen=kitchen)
    memory_host.add(tickets["kitchen-zh"])
    async with hosted.running() as spool:
        await kitchen.began.wait()
        spool.change([printer("kitchen")])
        kitchen.free.set()
        await until(lambda: memory_host.all_states() == ["printed"])
        assert kitchen.closed == 0


async def test_a_printers_health_wakes_the_others_for_one_may_have_to_stand_in(
    memory_host: Any, tickets: Tickets
) -> None:
    kitchen, bar = Held(), Held()
    bar.free.set()
    hosted = Hosted(memory_host, kitchen=kitchen, bar=bar)
    async with hosted.running():
        await until(lambda: len(memory_host.healths) == 2 and hosted.sleeps.qsize() >= 2)
        memory_host.add(tickets["kitchen-zh"], "bar", stands_in_for="kitchen")
        kitchen.tell(health_of("paper_out"))
        await until(lambda: bar.sent)
