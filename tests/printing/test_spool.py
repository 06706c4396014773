"""The spool prints once, tells the truth, and survives being killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from printing.errors import LineBroke, NoSuchPrinter, NotReady
from printing.ports import Evidence, PrinterHealth
from printing.profiles import profile
from printing.spool import BACKOFF_CAP, Printer, Spool
from printing.status import health_of

Tickets = dict[str, dict[str, Any]]
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class ScriptedDevice:
    """A device that does what the script says, ticket by ticket: gives evidence, or raises."""

    def __init__(self, *script: Evidence | BaseException) -> None:
        self.script = list(script)
        self.sent: list[bytes] = []
        self.titles: list[str] = []
        self.on_send: Callable[[], None] = lambda: None

    async def send(self, data: bytes, title: str = "", /) -> Evidence:
        self.on_send()
        step = self.script.pop(0) if self.script else "process-id"
        if isinstance(step, BaseException):
            raise step
        self.sent.append(data)
        self.titles.append(title)
        return step

    async def status(self) -> PrinterHealth:
        return health_of("")


def spool(host: Any, device: ScriptedDevice, **more: Any) -> Spool:
    more = {"now": lambda: NOON, "uniform": lambda _low, high: high, **more}
    return Spool(host, [Printer("kitchen", "virtual:", profile())], opener=lambda *_: device, **more)


@pytest.mark.parametrize(
    ("evidence", "state"),
    [("process-id", "printed"), ("gs-r", "printed"), ("status", "sent"), ("transport", "sent")],
)
async def test_only_proof_makes_a_ticket_printed(
    evidence: Evidence, state: str, memory_host: Any, tickets: Tickets
) -> None:
    memory_host.add(tickets["kitchen-zh"])
    worked = await spool(memory_host, ScriptedDevice(evidence)).work_once("kitchen")
    assert memory_host.all_states() == [state]
    assert worked.counts == {state: 1}
    assert memory_host.healths[-1].state == "well"


async def test_a_job_is_marked_sending_before_a_byte_leaves(memory_host: Any, tickets: Tickets) -> None:
    memory_host.add(tickets["kitchen-zh"])
    seen: list[str] = []
    device = ScriptedDevice()
    device.on_send = lambda: seen.extend(memory_host.all_states())
    await spool(memory_host, device).work_once("kitchen")
    assert seen == ["sending"]


async def test_all_that_is_due_is_printed_in_order(memory_host: Any, tickets: Tickets) -> None:
    for name in ("kitchen-zh", "kitchen-ko", "kitchen-en"):
        memory_host.add(tickets[name])
    device = ScriptedDevice()
    await spool(memory_host, device).work_once("kitchen")
    assert device.titles == ["K-0412", "K-0413", "K-0414"]


async def test_a_printer_that_is_not_ready_holds_the_job_and_all_behind_it(
    memory_host: Any, tickets: Tickets
) -> None:
    memory_host.add(tickets["kitchen-zh"])
    memory_host.add(tickets["kitchen-ko"])
    device = ScriptedDevice(NotReady("paper_out"))
    worked = await spool(memory_host, device).work_once("kitchen", all_waiting=True)
    assert memory_host.all_states() == ["queued", "queued"]
    assert device.sent == []
    assert worked.next_try_at == NOON + timedelta(seconds=1)
    assert (memory_host.healths[-1].state, memory_host.healths[-1].cause) == ("needs_you", "paper_out")


async def test_the_wait_doubles_up_to_its_cap(memory_host: Any, tickets: Tickets) -> None:
    memory_host.add(tickets["kitchen-zh"])
    device = ScriptedDevice(*[NotReady("unreachable")] * 8)
    used = spool(memory_host, device)
    waits = []
    for _ in range(8):
        worked = await used.work_once("kitchen", all_waiting=True)
        assert worked.next_try_at is not None
        waits.append((worked.next_try_at - NOON).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert max(waits) == BACKOFF_CAP


async def test_a_job_that_waits_is_not_tried_before_its_time_unless_all_are(
    memory_host: Any, tickets: Tickets
) -> None:
    memory_host.add(tickets["kitchen-zh"])
    device = ScriptedDevice(NotReady("unreachable"))
    used = spool(memory_host, device)
    await used.work_once("kitchen")
    assert (await used.work_once("kitchen")).counts == {}
    assert (await used.work_once("kitchen", all_waiting=True)).counts == {"printed": 1}


async def test_a_broken_line_is_never_retried_blindly(memory_host: Any, tickets: Tickets) -> None:
    memory_host.add(tickets["kitchen-zh"])
    device = ScriptedDevice(LineBroke("line_broke", "while sending"))
    used = spool(memory_host, device)
    await used.work_once("kitchen", all_waiting=True)
    await used.work_once("kitchen", all_waiting=True)
    assert memory_host.all_states() == ["unknown"]
    assert device.sent == []


async def test_a_device_that_fails_in_an_unnamed_way_leaves_the_fate_unknown(
    memory_host: Any, tickets: Tickets
) -> None:
    memory_host.add(tickets["kitchen-zh"])
    await spool(memory_host, ScriptedDevice(RuntimeError("bug"))).work_once("kitchen")
    assert memory_host.all_states() == ["unknown"]


async def test_a_job_of_a_killed_worker_becomes_unknown_and_is_not_printed(
    memory_host: Any, tickets: Tickets
) -> None:
    memory_host.add(tickets["kitchen-zh"])
    killed = ScriptedDevice(_Killed())
    with pytest.raises(_Killed):
        await spool(memory_host, killed).work_once("kitchen")
    assert memory_host.all_states() == ["sending"]
    device = ScriptedDevice()
    worked = await spool(memory_host, device).work_once("kitchen")
    assert memory_host.all_states() == ["unknown"]
    assert worked.counts == {"recovered": 1}
    assert device.sent == []


class _Killed(BaseException):
    """The process ends here."""


async def test_a_ticket_that_cannot_be_rendered_fails_and_the_next_is_printed(
    memory_host: Any, tickets: Tickets
) -> None:
    memory_host.add({"kind": "kitchen", "number": "K-1", "memo": "CANARY"})
    memory_host.add(tickets["kitchen-zh"])
    await spool(memory_host, ScriptedDevice()).work_once("kitchen")
    assert memory_host.all_states() == ["failed", "printed"]
    assert "CANARY" not in "".join(memory_host.errors.values())


async def test_a_printer_that_is_not_supported_says_what_is(memory_host: Any, tickets: Tickets) -> None:
    memory_host.add(tickets["kitchen-zh"])
    used = Spool(memory_host, [Printer("kitchen", "carrier-pigeon://roof", profile())])
    await used.work_once("kitchen")
    assert memory_host.all_states() == ["failed"]
    assert "tcp:" in "".join(memory_host.errors.values())
    assert memory_host.healths[-1].cause == "unsupported"


async def test_a_printer_that_another_process_works_is_left_to_it(memory_host: Any, tickets: Tickets) -> None:
    memory_host.add(tickets["kitchen-zh"])
    memory_host.held_by = "counter (pid 4711)"
    worked = await spool(memory_host, ScriptedDevice()).work_once("kitchen")
    assert worked.held_by == "counter (pid 4711)"
    assert memory_host.all_states() == ["queued"]


async def test_a_printer_that_nobody_set_up_is_refused(memory_host: Any) -> None:
    with pytest.raises(NoSuchPrinter, match="bar: only kitchen is set up"):
        await spool(memory_host, ScriptedDevice()).work_once("bar")


async def test_a_second_copy_carries_its_mark_and_its_number(memory_host: Any, tickets: Tickets) -> None:
    memory_host.add(tickets["kitchen-zh"], copy=2, mark="duplicate", drawer=True)
    device = ScriptedDevice()
    await spool(memory_host, device).work_once("kitchen")
    assert device.titles == ["K-0412-2"]
    assert b"MAY BE A DUPLICATE" in device.sent[0]
    assert b"\x1bp\x00" in device.sent[0]


class Never:
    """A sleep that only ends when the test lets it, and says how long it was asked for."""

    def __init__(self) -> None:
        self.asked: asyncio.Queue[float] = asyncio.Queue()
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.put_nowait(seconds)
        await self.over.wait()
        self.over.clear()


async def test_a_running_spool_prints_when_the_bell_rings_and_stops_when_told(
    memory_host: Any, tickets: Tickets
) -> None:
    sleep, stop, device = Never(), asyncio.Event(), ScriptedDevice()
    used = spool(memory_host, device, sleep=sleep)
    running = asyncio.create_task(used.run(stop))
    await sleep.asked.get()
    memory_host.add(tickets["kitchen-zh"])
    used.wake()
    await sleep.asked.get()
    assert memory_host.all_states() == ["printed"]
    stop.set()
    await running


async def test_a_running_spool_tries_again_when_the_time_has_come(memory_host: Any, tickets: Tickets) -> None:
    clock = [NOON]
    sleep, stop, device = Never(), asyncio.Event(), ScriptedDevice(NotReady("cover_open"))
    memory_host.add(tickets["kitchen-zh"])
    used = spool(memory_host, device, sleep=sleep, now=lambda: clock[0])
    running = asyncio.create_task(used.run(stop))
    assert await sleep.asked.get() == 1
    clock[0] += timedelta(seconds=1)
    sleep.over.set()
    await sleep.asked.get()
    assert memory_host.all_states() == ["printed"]
    stop.set()
    await running


async def test_a_running_spool_asks_again_for_a_printer_that_another_process_holds(
    memory_host: Any, tickets: Tickets
) -> None:
    memory_host.held_by = "shell (pid 5)"
    memory_host.add(tickets["kitchen-zh"])
    sleep, stop = Never(), asyncio.Event()
    running = asyncio.create_task(spool(memory_host, ScriptedDevice(), sleep=sleep).run(stop))
    assert await sleep.asked.get() == BACKOFF_CAP
    memory_host.held_by = None
    sleep.over.set()
    await sleep.asked.get()
    assert memory_host.all_states() == ["printed"]
    stop.set()
    await running


async def test_a_host_that_fails_ends_no_printing(memory_host: Any, tickets: Tickets) -> None:
    memory_host.add(tickets["kitchen-zh"])
    claim, broken = memory_host.claim, [OSError("disk full")]

    async def failing(*asked: Any, **more: Any) -> Any:
        if broken:
            raise broken.pop()
        return await claim(*asked, **more)

    memory_host.claim = failing
    sleep, stop = Never(), asyncio.Event()
    running = asyncio.create_task(spool(memory_host, ScriptedDevice(), sleep=sleep).run(stop))
    assert await sleep.asked.get() == BACKOFF_CAP
    sleep.over.set()
    await sleep.asked.get()
    assert memory_host.all_states() == ["printed"]
    stop.set()
    await running
