"""A network printer and its line, over real sockets on loopback: what goes out, and what proves it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from printing.devices import open_device
from printing.devices.line import Line
from printing.devices.patience import Patience
from printing.devices.tcp import TcpDevice
from printing.errors import LineBroke, NotReady, PrintingError
from printing.ports import PrinterHealth
from printing.profiles import profile
from printing.render import to_bytes
from printing.simulator import Simulator
from printing.status import PAPER_SENSOR

#: Nothing that a printer says is missed, however busy the machine is.
LONG = Patience(*[30.0] * 9)
#: For printers that never say what is waited for.
NO_STATUS = replace(LONG, status=0.05, late=0.05, mute=0.05)
NO_PROOF = replace(LONG, confirm=0.05, process_id=0.05)


def device(printer: Simulator, confirm: Any = "auto", patience: Patience = LONG) -> TcpDevice:
    return TcpDevice("127.0.0.1", printer.port, confirm, patience)


@pytest.fixture
def ticket(tickets: dict[str, dict[str, Any]]) -> bytes:
    """A kitchen ticket's bytes."""
    return to_bytes(tickets["kitchen-zh"], profile())


@asynccontextmanager
async def listening(
    used: TcpDevice, tell: Callable[[PrinterHealth], None] = lambda _: None
) -> AsyncIterator[TcpDevice]:
    used.listen(tell)
    yield used
    await used.close()


async def test_a_process_id_proves_that_the_ticket_is_out(simulator: Simulator, ticket: bytes) -> None:
    assert await device(simulator).send(ticket) == "process-id"
    (paper,) = simulator.papers
    assert paper.whole
    assert "K-0412" in paper.text


async def test_a_printer_without_process_ids_proves_it_by_its_paper_sensor(
    simulator: Simulator, ticket: bytes
) -> None:
    await simulator.do("no_process_id")
    used = device(simulator, patience=NO_PROOF)
    assert [await used.send(ticket) for _ in range(5)] == ["gs-r"] * 5
    assert len(simulator.papers) == 5


async def test_status_mode_asks_for_no_process_id(simulator: Simulator, ticket: bytes) -> None:
    assert await device(simulator, "status").send(ticket) == "gs-r"


async def test_a_printer_that_only_looks_well_has_proved_nothing(simulator: Simulator, ticket: bytes) -> None:
    await simulator.do("no_gs_r")
    await simulator.do("no_process_id")
    used = device(simulator, patience=NO_PROOF)
    assert [await used.send(ticket), await used.send(ticket)] == ["status", "status"]
    assert len(simulator.papers) == 2


async def test_a_printer_that_has_proved_tickets_and_proves_one_no_more_leaves_it_in_doubt(
    simulator: Simulator, ticket: bytes
) -> None:
    used = device(simulator)
    assert await used.send(ticket) == "process-id"
    await simulator.do("drop_answer")
    used.known.patience = NO_PROOF
    with pytest.raises(LineBroke, match="no_proof"):
        await used.send(ticket)


async def test_a_process_id_that_must_come_and_does_not_leaves_the_fate_unknown(
    simulator: Simulator, ticket: bytes
) -> None:
    await simulator.do("no_process_id")
    with pytest.raises(LineBroke, match="no_proof"):
        await device(simulator, "process-id", NO_PROOF).send(ticket)


@pytest.mark.parametrize("confirm", ["auto", "none"])
async def test_a_mute_printer_prints(simulator: Simulator, ticket: bytes, confirm: Any) -> None:
    await simulator.do("mute")
    used = device(simulator, confirm, NO_STATUS)
    assert [await used.send(ticket), await used.send(ticket)] == ["transport", "transport"]
    await simulator.until(lambda printer: len(printer.papers) == 2)


@pytest.mark.parametrize("confirm", ["process-id", "status"])
async def test_a_mute_printer_that_must_answer_is_sent_nothing(
    simulator: Simulator, ticket: bytes, confirm: Any
) -> None:
    await simulator.do("mute")
    with pytest.raises(NotReady, match="silent"):
        await device(simulator, confirm, NO_STATUS).send(ticket)
    assert simulator.papers == []


@pytest.mark.parametrize(("confirm", "cause"), [("auto", ""), ("none", ""), ("status", "silent")])
async def test_a_mute_printer_is_well_unless_its_settings_say_that_it_must_answer(
    simulator: Simulator, confirm: Any, cause: str
) -> None:
    await simulator.do("mute")
    assert (await device(simulator, confirm, NO_STATUS).status()).cause == cause


class PrintServer:
    """Hands over what its printer says whenever that comes, to whoever is connected then."""

    def __init__(self, *said: bytes | None) -> None:
        self._said = list(said)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer status requests, and GS r as it was told; None: hang up."""
        while data := await reader.read(4096):
            writer.write(b"\x12" * data.count(b"\x10\x04"))
            if data.endswith(PAPER_SENSOR):
                if (said := self._said.pop(0)) is None:
                    break
                writer.write(said)
        writer.close()


@pytest.mark.parametrize(("end", "why"), [("abort", "(reset|Broken pipe)"), ("write_eof", "hung up$")])
async def test_a_line_that_ends_while_it_is_sent_over_says_why(ticket: bytes, end: str, why: str) -> None:
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer status requests, and end the line when a ticket comes, most of it unread."""
        for _ in range(4):
            await reader.readexactly(3)
            writer.write(b"\x12")
        await reader.read(1)
        getattr(writer.transport, end)()
        await over.wait()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        used = TcpDevice("127.0.0.1", server.sockets[0].getsockname()[1], "auto", LONG)
        with pytest.raises(LineBroke, match=f"^line_broke: while sending: .*{why}"):
            await used.send(ticket * 20_000)
        over.set()


async def test_a_late_answer_to_an_earlier_ticket_proves_no_later_one(ticket: bytes) -> None:
    late = PrintServer(b"\x00", None, b"\x00\x00", None)
    async with await asyncio.start_server(late.serve, "127.0.0.1", 0) as server:
        used = TcpDevice("127.0.0.1", server.sockets[0].getsockname()[1], "status", LONG)
        assert await used.send(ticket) == "gs-r"
        used.known.patience = replace(LONG, status=0.05)
        for _ in range(2):
            with pytest.raises(LineBroke, match="line_broke"):
                await used.send(ticket)


async def test_a_printer_that_still_owes_an_answer_is_sent_nothing_before_it(ticket: bytes) -> None:
    owing = PrintServer(b"\x00", b"", b"")
    async with await asyncio.start_server(owing.serve, "127.0.0.1", 0) as server:
        used = TcpDevice("127.0.0.1", server.sockets[0].getsockname()[1], "status", LONG)
        assert await used.send(ticket) == "gs-r"
        used.known.patience = replace(LONG, confirm=0.05)
        with pytest.raises(LineBroke, match="no_proof"):
            await used.send(ticket)
        with pytest.raises(NotReady, match="ticket before"):
            await used.send(ticket)


async def test_who_listens_to_nobody_keeps_no_line(simulator: Simulator, ticket: bytes) -> None:
    used = device(simulator)
    await used.send(ticket)
    await used.send(ticket)
    assert simulator.wire.connections == 2


@pytest.mark.parametrize("confirm", ["auto", "status", "none"])
async def test_one_line_is_kept_between_tickets(simulator: Simulator, ticket: bytes, confirm: Any) -> None:
    async with listening(device(simulator, confirm)) as used:
        for _ in range(3):
            await used.send(ticket)
        await simulator.until(lambda printer: len(printer.papers) == 3)
        assert simulator.wire.connections == 1
    await simulator.until(lambda printer: printer.wire.current is None)


async def test_an_idle_line_is_let_go_so_that_other_programs_can_print(
    simulator: Simulator, ticket: bytes
) -> None:
    async with listening(device(simulator, patience=replace(LONG, keep=0.01))) as used:
        await used.send(ticket)
        await simulator.until(lambda printer: printer.wire.current is None)
        await used.send(ticket)
    assert simulator.wire.connections == 2


async def test_a_mute_printers_line_is_not_kept_because_it_cannot_be_asked_whether_it_lives(
    simulator: Simulator, ticket: bytes
) -> None:
    await simulator.do("mute")
    async with listening(device(simulator, patience=NO_STATUS)) as used:
        await used.send(ticket)
        await used.send(ticket)
    assert simulator.wire.connections == 2


async def test_a_kept_line_that_died_is_noticed_before_a_ticket_goes_out_on_it(
    simulator: Simulator, ticket: bytes
) -> None:
    async with listening(device(simulator)) as used:
        await used.send(ticket)
        await simulator.do("power_cycle")
        await simulator.until(lambda printer: printer.is_on)
        assert await used.send(ticket) == "process-id"
    assert [paper.whole for paper in simulator.papers] == [True, True]


async def test_a_kept_line_on_which_nothing_comes_any_more_is_left_for_a_new_one(
    simulator: Simulator, ticket: bytes
) -> None:
    async with listening(device(simulator)) as used:
        await used.send(ticket)
        used.known.patience = replace(LONG, status=0.05)
        assert simulator.wire.current is not None
        stuck = simulator.wire.current
        await simulator.do("unplugged")
        simulator.wire.leave(stuck)  # the printer has forgotten the line, and never said so
        await simulator.do("plugged")
        assert await used.send(ticket) == "process-id"
        stuck.end()
    assert simulator.wire.connections == 2


async def test_a_printer_says_by_itself_how_it_is_while_nobody_prints(
    simulator: Simulator, ticket: bytes
) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    async with listening(
        device(simulator), lambda health: told.put_nowait(health.cause or health.detail)
    ) as used:
        await used.send(ticket)
        for word, said in [("near_end", "paper_near_end"), ("paper_out", "paper_out"), ("refill", "")]:
            await simulator.do(word)
            while await told.get() != said:
                pass
    assert simulator.wire.connections == 1


async def test_a_printer_that_stops_taking_bytes_leaves_the_fate_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        used = TcpDevice("127.0.0.1", deaf.getsockname()[1], "none", replace(LONG, write=0.05))
        with pytest.raises(LineBroke, match="while sending"):
            await used.send(bytes(50_000_000))


async def test_a_printer_that_says_it_is_held_may_take_no_byte_for_longer() -> None:
    says = [True, True, True, False]
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        host, port = deaf.getsockname()
        _, line = await asyncio.get_running_loop().create_connection(Line, host, port)
        assert not line.give(bytes(50_000_000))
        with pytest.raises(LineBroke, match="takes no more"):
            await line.given(0.01, lambda: says.pop(0))
        await line.close()
    assert says == []


async def test_a_ticket_larger_than_all_buffers_goes_out_whole(simulator: Simulator, ticket: bytes) -> None:
    simulator.machine.capacity = 512
    assert await device(simulator).send(ticket * 30) == "process-id"
    assert len(simulator.papers) == 30


def test_how_long_to_wait_is_said_in_the_address() -> None:
    used = open_device("tcp://127.0.0.1?keep=60&late=3", profile())
    assert isinstance(used, TcpDevice)
    with pytest.raises(PrintingError, match="cake"):
        open_device("tcp://127.0.0.1?cake=60", profile())
