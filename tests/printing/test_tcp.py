"""A network printer on its good and bad days, over real sockets on loopback."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Any

import pytest

from printing.decode import decode
from printing.devices.tcp import Patience, TcpDevice
from printing.document import Cut
from printing.errors import LineBroke, NotReady
from printing.profiles import profile
from printing.render import to_bytes

#: Nothing that a printer says is missed, however busy the machine is.
LONG = Patience(connect=30, status=30, write=30, confirm=30, mute=30, held=30, process_id=30)
#: For printers that never say what is waited for.
NO_STATUS = replace(LONG, status=0.05, mute=0.05)
NO_PROOF = replace(LONG, confirm=0.05, process_id=0.05)


def device(printer: Any, confirm: Any = "auto", patience: Patience = LONG) -> TcpDevice:
    return TcpDevice("127.0.0.1", printer.port, confirm, patience)


@pytest.fixture
def ticket(tickets: dict[str, dict[str, Any]]) -> bytes:
    """A kitchen ticket's bytes."""
    return to_bytes(tickets["kitchen-zh"], profile())


async def test_a_process_id_proves_that_the_ticket_is_out(loopback_printer: Any, ticket: bytes) -> None:
    assert await device(loopback_printer).send(ticket) == "process-id"
    assert loopback_printer.received == ticket
    assert decode(loopback_printer.received).count(Cut) == 1


async def test_a_printer_without_process_ids_proves_it_by_its_paper_sensor(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.knows_process_ids = False
    used = device(loopback_printer, patience=NO_PROOF)
    assert await used.send(ticket) == "gs-r"
    assert await used.send(ticket) == "gs-r"
    assert loopback_printer.received == ticket + ticket


async def test_status_mode_asks_for_no_process_id(loopback_printer: Any, ticket: bytes) -> None:
    assert await device(loopback_printer, "status").send(ticket) == "gs-r"


async def test_a_printer_that_only_looks_well_has_proved_nothing(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.knows_process_ids = loopback_printer.knows_gs_r = False
    assert await device(loopback_printer, patience=NO_PROOF).send(ticket) == "status"


async def test_a_process_id_that_must_come_and_does_not_leaves_the_fate_unknown(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.knows_process_ids = loopback_printer.knows_gs_r = False
    with pytest.raises(LineBroke, match="no_proof"):
        await device(loopback_printer, "process-id", NO_PROOF).send(ticket)


@pytest.mark.parametrize("confirm", ["auto", "none"])
async def test_a_mute_printer_prints(loopback_printer: Any, ticket: bytes, confirm: Any) -> None:
    loopback_printer.status = {}
    loopback_printer.knows_process_ids = loopback_printer.knows_gs_r = False
    used = device(loopback_printer, confirm, NO_STATUS)
    assert [await used.send(ticket), await used.send(ticket)] == ["transport", "transport"]


@pytest.mark.parametrize("confirm", ["process-id", "status"])
async def test_a_mute_printer_that_must_answer_is_sent_nothing(
    loopback_printer: Any, ticket: bytes, confirm: Any
) -> None:
    loopback_printer.status = {}
    with pytest.raises(NotReady, match="offline"):
        await device(loopback_printer, confirm, NO_STATUS).send(ticket)
    assert loopback_printer.received == b""


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ({1: 0x1A, 2: 0x32, 3: 0x12, 4: 0x7E}, "paper_out"),
        ({1: 0x1A, 2: 0x16, 3: 0x12, 4: 0x12}, "cover_open"),
        ({1: 0x1A, 2: 0x52, 3: 0x1A, 4: 0x12}, "cutter"),
    ],
)
async def test_a_printer_that_cannot_print_is_sent_nothing(
    loopback_printer: Any, ticket: bytes, status: dict[int, int], cause: str
) -> None:
    loopback_printer.status = status
    used = device(loopback_printer)
    with pytest.raises(NotReady) as refused:
        await used.send(ticket)
    assert refused.value.cause == cause
    assert loopback_printer.received == b""
    assert (await used.status()).cause == cause


async def test_status_that_nobody_asked_for_is_not_taken_for_an_answer(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.unasked = bytes.fromhex("18000f00")
    used = device(loopback_printer)
    assert (await used.status()).state == "well"
    assert await used.send(ticket) == "process-id"


async def test_a_line_that_breaks_in_the_ticket_leaves_its_fate_unknown(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.hang_up_after = 10
    with pytest.raises(LineBroke):
        await device(loopback_printer).send(ticket)


async def test_a_printer_that_hangs_up_at_once_is_busy_and_was_sent_nothing(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.status = {}
    loopback_printer.hang_up_after = -1
    with pytest.raises(NotReady) as refused:
        await device(loopback_printer).send(ticket)
    assert refused.value.cause in ("busy", "unreachable")


async def test_a_printer_that_is_off_is_unreachable(ticket: bytes) -> None:
    used = TcpDevice("127.0.0.1", 1, "auto", NO_PROOF)
    with pytest.raises(NotReady) as refused:
        await used.send(ticket)
    assert refused.value.cause == "unreachable"
    assert (await used.status()).state == "waiting"


@pytest.mark.parametrize(("confirm", "cause"), [("auto", ""), ("none", ""), ("status", "offline")])
async def test_a_mute_printer_is_well_unless_its_settings_say_that_it_must_answer(
    loopback_printer: Any, confirm: Any, cause: str
) -> None:
    loopback_printer.status = {}
    assert (await device(loopback_printer, confirm, NO_STATUS).status()).cause == cause


async def test_a_connection_lasts_for_one_ticket(loopback_printer: Any, ticket: bytes) -> None:
    used = device(loopback_printer)
    await used.send(ticket)
    await used.send(ticket)
    assert loopback_printer.connections == 2


async def test_paper_that_runs_out_in_a_ticket_is_waited_for_as_long_as_the_line_holds(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.paper_runs_out = True
    assert await device(loopback_printer, patience=replace(LONG, confirm=0.05)).send(ticket) == "process-id"
    assert loopback_printer.received == ticket


async def test_paper_that_nobody_refills_leaves_the_fate_unknown(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.paper_runs_out = True
    loopback_printer.is_refilled_when_asked = False
    with pytest.raises(LineBroke, match="paper_out"):
        await device(loopback_printer, patience=replace(LONG, confirm=0.05, held=0.05)).send(ticket)


async def test_a_printer_that_stops_taking_bytes_leaves_the_fate_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        used = TcpDevice("127.0.0.1", deaf.getsockname()[1], "none", replace(LONG, write=0.05))
        with pytest.raises(LineBroke, match="while sending"):
            await used.send(bytes(50_000_000))


async def test_a_status_question_on_a_dead_line_is_an_answer_too() -> None:
    async def slam(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    server = await asyncio.start_server(slam, "127.0.0.1", 0)
    async with server:
        used = TcpDevice("127.0.0.1", server.sockets[0].getsockname()[1], "auto", LONG)
        assert (await used.status()).cause == "unreachable"


async def test_a_mute_printer_that_hangs_up_in_the_ticket_leaves_its_fate_unknown(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.status = {}
    loopback_printer.hang_up_after = 10
    with pytest.raises(LineBroke):
        await device(loopback_printer, patience=replace(LONG, status=0.05)).send(ticket)


async def test_a_printer_that_restarts_and_forgets_leaves_the_fate_unknown(
    loopback_printer: Any, ticket: bytes
) -> None:
    loopback_printer.knows_process_ids = loopback_printer.knows_gs_r = False
    loopback_printer.unasked = b"\x3b\x31\x00"
    with pytest.raises(LineBroke, match="restarted"):
        await device(loopback_printer, patience=NO_PROOF).send(ticket)
