"""All that goes wrong with a network printer: what becomes of the ticket, and what is told meanwhile."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Any

import pytest

from printing.devices.patience import Patience
from printing.devices.tcp import TcpDevice
from printing.errors import LineBroke, NotReady
from printing.ports import Evidence
from printing.profiles import profile
from printing.render import to_bytes
from printing.simulator import Simulator

#: Nothing that a printer says is missed, however busy the machine is; it is looked at again at once.
PATIENT = Patience(*[30.0] * 9)
WATCHFUL = replace(PATIENT, look=0.01)
#: Proof does not come in this time, so the printer is asked how it is.
HASTY = replace(WATCHFUL, confirm=0.05)


class Counter:
    """Who prints: a device that is listened to, and everything that it told."""

    def __init__(self, printer: Simulator) -> None:
        self._printer = printer
        self.told: list[str] = []
        self._waits: list[tuple[str, asyncio.Event]] = []
        self.device = TcpDevice("127.0.0.1", printer.port, "auto", WATCHFUL)

    def with_patience(self, patience: Patience, confirm: Any = "auto") -> None:
        """Begin anew, as if never connected before."""
        self.device = TcpDevice("127.0.0.1", self._printer.port, confirm, patience)

    def prints(self, data: bytes) -> asyncio.Task[Evidence]:
        """Send a ticket; the test goes on meanwhile."""
        self.device.listen(lambda health: self._hear(health.cause or health.detail))
        return asyncio.create_task(self.device.send(data))

    async def hears(self, cause: str) -> None:
        """Wait until the printer has said so."""
        rung = asyncio.Event()
        self._waits.append((cause, rung))
        await rung.wait()

    def _hear(self, cause: str) -> None:
        self.told.append(cause)
        for said, rung in self._waits:
            if said == cause:
                rung.set()


@pytest.fixture
async def counter(simulator: Simulator) -> Any:
    """A counter with the simulated printer."""
    used = Counter(simulator)
    yield used
    await used.device.close()


@pytest.fixture
def ticket(tickets: dict[str, dict[str, Any]]) -> bytes:
    """A kitchen ticket's bytes."""
    return to_bytes(tickets["kitchen-zh"], profile())


def stands(printer: Simulator) -> bool:
    return not printer.machine.condition.is_online


@pytest.mark.parametrize(
    ("word", "cause"),
    [
        ("paper_out", "paper_out"),
        ("cover_open", "cover_open"),
        ("cutter_error", "cutter"),
        ("unrecoverable", "error"),
        ("overheated", "overheated"),
    ],
)
async def test_a_printer_that_cannot_print_is_sent_nothing(
    simulator: Simulator, counter: Counter, ticket: bytes, word: str, cause: str
) -> None:
    await simulator.do(word)
    with pytest.raises(NotReady) as refused:
        await counter.prints(ticket)
    assert refused.value.cause == cause
    assert (await counter.device.status()).cause == cause
    await simulator.do("well")
    assert await counter.prints(ticket) == "process-id"
    assert len(simulator.papers) == 1


@pytest.mark.parametrize(
    ("word", "cause", "help_words"),
    [
        ("paper_out", "paper_out", ["refill"]),
        ("cover_open", "cover_open", ["cover_closed"]),
        ("overheated", "overheated", ["recovered"]),
    ],
)
async def test_a_ticket_that_its_printer_holds_is_not_sent_again_and_comes_out_when_someone_has_helped(
    simulator: Simulator, counter: Counter, ticket: bytes, word: str, cause: str, help_words: list[str]
) -> None:
    sending = await _stopped_in_the_middle(simulator, counter, ticket, word)
    await counter.hears(cause)
    await counter.hears(cause)
    assert not sending.done()
    for said in help_words:
        await simulator.do(said)
    assert await sending == "process-id"
    (paper,) = simulator.papers
    assert paper.whole


async def _stopped_in_the_middle(
    simulator: Simulator, counter: Counter, ticket: bytes, word: str
) -> asyncio.Task[Evidence]:
    """Begin a ticket, and put the printer into a state after the first lines."""
    await simulator.do("paper_out 3")
    sending = counter.prints(ticket)
    await simulator.until(stands)
    if word != "paper_out":
        await simulator.do(word)
        await simulator.do("refill")
    return sending


async def test_paper_may_be_out_for_longer_than_any_patience_and_nothing_is_sent_twice(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    counter.with_patience(HASTY)
    sending = await _stopped_in_the_middle(simulator, counter, ticket, "paper_out")
    for _ in range(20):
        await counter.hears("paper_out")
    assert not sending.done()
    await simulator.do("refill")
    assert await sending == "process-id"
    assert [paper.whole for paper in simulator.papers] == [True]


async def test_new_paper_that_needs_the_feed_button_says_so(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    await simulator.do("waits_for_button")
    sending = await _stopped_in_the_middle(simulator, counter, ticket, "paper_out")
    await counter.hears("paper_out")
    await simulator.do("refill")
    await counter.hears("press_feed")
    await simulator.do("feed_button")
    assert await sending == "process-id"


async def test_a_stuck_cutter_goes_on_when_its_cover_was_opened_and_closed_and_not_before(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    sending = await _stopped_in_the_middle(simulator, counter, ticket, "cutter_error")
    await counter.hears("cutter")
    await counter.hears("cutter")
    assert simulator.machine.condition.error == "cutter"
    await simulator.do("cover_open")
    await counter.hears("cover_open")
    assert simulator.machine.condition.error == "cutter"
    await simulator.do("cover_closed")
    assert await sending == "process-id"
    assert [paper.whole for paper in simulator.papers] == [True]


async def test_paper_near_its_end_is_told_and_prints(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    await simulator.do("near_end")
    assert await counter.prints(ticket) == "process-id"
    assert counter.told[-1] == "paper_near_end"


async def test_a_printer_that_is_off_was_sent_nothing(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    await simulator.do("off")
    with pytest.raises(NotReady) as refused:
        await counter.prints(ticket)
    assert refused.value.cause == "refused"
    assert (await counter.device.status()).cause == "refused"


async def test_a_printer_that_is_nowhere_was_sent_nothing(ticket: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        hasty = replace(PATIENT, connect=0.05, status=0.05)
        used = TcpDevice("127.0.0.1", full.getsockname()[1], "auto", hasty)
        others = [socket.socket() for _ in range(8)]
        for other in others:
            other.setblocking(False)
            other.connect_ex(full.getsockname())
        try:
            with pytest.raises(NotReady, match="unreachable"):
                await used.send(ticket)
        finally:
            for other in others:
                other.close()


@pytest.mark.parametrize("after", ["paper_out 1", "paper_out 9", "paper_out 16"])
@pytest.mark.parametrize("word", ["off", "power_cycle"])
async def test_power_lost_in_the_middle_leaves_the_fate_unknown_even_where_it_is_back_at_once(
    simulator: Simulator, counter: Counter, ticket: bytes, word: str, after: str
) -> None:
    await simulator.do(after)
    sending = counter.prints(ticket)
    await simulator.until(stands)
    await simulator.do(word)
    with pytest.raises(LineBroke, match="line_broke"):
        await sending
    assert [paper.whole for paper in simulator.papers] == [False]


async def test_a_printer_that_restarts_behind_a_line_that_holds_leaves_the_fate_unknown(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    sending = await _stopped_in_the_middle(simulator, counter, ticket, "paper_out")
    simulator.machine.lose_power()
    simulator.machine.say(b"\x3b\x31\x00")
    await simulator.do("refill")
    with pytest.raises(LineBroke, match="restarted"):
        await sending


async def test_a_printer_that_said_before_that_it_was_switched_on_can_prove_a_ticket(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    await simulator.do("off")
    await simulator.do("on")
    assert await counter.prints(ticket) == "process-id"


async def test_a_printer_that_restarts_and_does_not_say_so_is_not_believed_because_it_looks_well(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    assert await counter.prints(ticket) == "process-id"
    counter.device.known.patience = HASTY
    sending = await _stopped_in_the_middle(simulator, counter, ticket, "paper_out")
    simulator.machine.lose_power()
    await simulator.do("refill")
    with pytest.raises(LineBroke, match="no_proof: the printer looks well"):
        await sending


async def test_a_cable_that_is_out_in_the_middle_leaves_the_fate_unknown(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    counter.with_patience(replace(HASTY, late=0.05))
    counter.device.known.patience = replace(HASTY, status=30, late=0.05)
    sending = await _stopped_in_the_middle(simulator, counter, ticket, "paper_out")
    await simulator.do("unplugged")
    with pytest.raises(LineBroke, match="no_proof: the printer does not answer"):
        await sending


async def test_a_cable_that_is_out_only_for_a_moment_harms_nothing(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    sending = await _stopped_in_the_middle(simulator, counter, ticket, "paper_out")
    await simulator.do("unplugged")
    await simulator.do("plugged")
    await simulator.do("refill")
    assert await sending == "process-id"


async def test_a_printer_that_hangs_up_in_the_ticket_leaves_its_fate_unknown(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    await simulator.do("hang_up_after 40")
    with pytest.raises(LineBroke, match="line_broke"):
        await counter.prints(ticket)


async def test_a_printer_that_hangs_up_on_whoever_comes_is_busy(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    await simulator.do("port_held")
    with pytest.raises(NotReady) as refused:
        await counter.prints(ticket)
    assert refused.value.cause == "busy"
    await simulator.do("port_free")
    assert await counter.prints(ticket) == "process-id"


async def test_a_printer_that_used_to_answer_and_lets_us_wait_is_sent_nothing(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    assert await counter.prints(ticket) == "process-id"
    await simulator.do("port_waits")
    counter.device.known.patience = replace(WATCHFUL, status=0.05, late=0.05)
    with pytest.raises(NotReady) as refused:
        await counter.prints(ticket)
    assert refused.value.cause == "silent"
    await simulator.do("port_free")
    assert len(simulator.papers) == 1


async def test_an_answer_that_comes_long_after_it_was_asked_for_is_waited_for(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    """Eight seconds are normal; here all is a hundred times as fast."""
    counter.with_patience(replace(PATIENT, status=0.01))
    await simulator.do("slow 0.08")
    assert await counter.prints(ticket) == "process-id"
    assert await counter.prints(ticket) == "process-id"
    assert len(simulator.papers) == 2


@pytest.mark.parametrize(
    "noise", [b"\xff\xfe\x80" * 9, b"HTTP/1.0 400", b"\x10\x37\x22\x12", b"\x5f\x5f\x37", b"\x37" * 200]
)
async def test_bytes_that_are_no_answer_prove_nothing_and_hinder_nothing(
    simulator: Simulator, counter: Counter, ticket: bytes, noise: bytes
) -> None:
    sending = await _stopped_in_the_middle(simulator, counter, ticket, "paper_out")
    simulator.machine.say(noise)
    await simulator.do("gs_r")
    await counter.hears("paper_out")
    assert not sending.done()
    simulator.machine.say(noise)
    await simulator.do("refill")
    assert await sending == "process-id"


async def test_status_that_nobody_asked_for_is_not_taken_for_an_answer(
    simulator: Simulator, counter: Counter, ticket: bytes
) -> None:
    await simulator.do("no_process_id")
    await simulator.do("no_gs_r")
    counter.with_patience(HASTY)
    sending = counter.prints(ticket)
    for word in ("near_end", "cover_open", "cover_closed", "paper_out", "refill") * 5:
        await simulator.do(word)
    assert await sending == "status"
