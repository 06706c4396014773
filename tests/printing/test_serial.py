"""A printer at a serial port: a real terminal pair, with the simulated printer at its other end."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from printing.devices import open_device
from printing.devices.device import Device
from printing.devices.serial import Settings, opened
from printing.errors import LineBroke, NotReady
from printing.profiles import Profile, profile
from printing.render import to_bytes
from printing.simulator import Simulator

if sys.platform == "win32":
    pytest.skip("a pair of terminals is what POSIX has", allow_module_level=True)

Tickets = dict[str, dict[str, Any]]
#: Nothing that a printer says is missed, however busy the machine is; what never comes is not waited for.
LONG = "status=30&late=30&mute=0&confirm=30&process_id=30&look=30"


@dataclass
class Port:
    """The end that is ours, and the printer behind the other one."""

    path: str
    printer: Simulator
    cable: _Cable

    def device(self, options: str = LONG, used: Profile | None = None) -> Device:
        """The way to the printer."""
        return open_device(f"serial://{self.path}?flow=none&{options}", used or profile())


class _Cable(asyncio.Protocol):
    """Carries bytes between the terminal's far end and the simulated printer."""

    def __init__(self, far: int) -> None:
        self._far = far
        self.carries = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._printer = transport
        asyncio.get_running_loop().add_reader(self._far, self._carry)

    def data_received(self, data: bytes) -> None:
        if self.carries:
            os.write(self._far, data)

    def _carry(self) -> None:
        with suppress(OSError):  # nobody has the near end open
            data = os.read(self._far, 1024)
            if self.carries:
                self._printer.write(data)

    def unplug(self) -> None:
        """Let no byte through any more."""
        self.carries = False

    def end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._far)
        self._printer.abort()


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    """A printer that is well, at a serial port."""
    far, near = os.openpty()
    async with Simulator() as printer:
        loop = asyncio.get_running_loop()
        _, cable = await loop.create_connection(lambda: _Cable(far), "127.0.0.1", printer.port)
        yield Port(os.ttyname(near), printer, cable)
        cable.end()
    os.close(far)
    os.close(near)


async def test_a_ticket_comes_out_and_is_proven(port: Port, tickets: Tickets) -> None:
    device = port.device()
    assert await device.send(to_bytes(tickets["kitchen-zh"], profile())) == "process-id"
    assert await device.send(to_bytes(tickets["settlement-zh"], profile())) == "process-id"
    assert [paper.whole for paper in port.printer.papers] == [True, True]
    assert "宫保鸡丁" in port.printer.papers[0].text


async def test_a_printer_without_paper_was_sent_nothing(port: Port) -> None:
    await port.printer.do("paper_out")
    device = port.device()
    with pytest.raises(NotReady, match="paper_out"):
        await device.send(b"ticket\n")
    assert (await device.status()).cause == "paper_out"
    assert port.printer.papers == []


async def test_a_silent_printer_takes_the_ticket_and_proves_nothing(port: Port) -> None:
    port.cable.unplug()
    assert await port.device("status=0.1&mute=0").send(b"ticket\n") == "transport"


async def test_a_printer_that_must_answer_and_does_not_was_sent_nothing(port: Port) -> None:
    port.cable.unplug()
    with pytest.raises(NotReady, match="silent"):
        await port.device("status=0.1", profile(confirm="status")).send(b"ticket\n")


async def test_a_port_that_another_program_has_is_busy(port: Port) -> None:
    other = await asyncio.to_thread(opened, Settings(port.path, flow="none"))
    try:
        with pytest.raises(NotReady, match="busy"):
            await port.device().send(b"ticket\n")
    finally:
        other.close()


async def test_a_port_without_the_wire_that_says_stop_is_refused_in_words(port: Port) -> None:
    device = open_device(f"serial://{port.path}?flow=dsrdtr", profile())
    with pytest.raises(NotReady, match="has no DSR: say flow=xonxoff or none"):
        await device.send(b"ticket\n")


async def test_a_port_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    device = open_device(f"serial://{tmp_path}/ttyS7", profile())
    assert (await device.status()).cause == "unreachable"
    with pytest.raises(NotReady, match="is the cable or adapter plugged in"):
        await device.send(b"ticket\n")


async def test_a_port_that_goes_away_in_the_ticket_leaves_its_fate_unknown(
    port: Port, monkeypatch: pytest.MonkeyPatch
) -> None:
    import serial

    write = serial.Serial.write

    def unplugged_in_the_ticket(self: Any, data: bytes) -> int:
        if b"BREAK" in data:
            raise serial.SerialException("write failed: [Errno 5] Input/output error")
        return int(write(self, data))

    monkeypatch.setattr(serial.Serial, "write", unplugged_in_the_ticket)
    with pytest.raises(LineBroke, match="Input/output error"):
        await port.device().send(b"x" * 100 + b"BREAK" + b"x" * 100)


async def test_one_who_leaves_in_the_middle_gives_the_port_back(port: Port, tickets: Tickets) -> None:
    await port.printer.do("mute")
    device = port.device()
    leaving = asyncio.ensure_future(device.send(b"ticket\n"))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    await port.printer.do("talking")
    while True:  # the port that was being opened is given back by a thread of its own
        with suppress(NotReady):
            assert await device.send(to_bytes(tickets["add-zh"], profile())) == "process-id"
            break


async def test_windows_says_that_another_program_has_the_port_in_other_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import serial

    def taken(**_settings: Any) -> None:
        raise serial.SerialException("could not open port 'COM3': PermissionError(13, 'Access is denied.')")

    monkeypatch.setattr(serial, "Serial", taken)
    assert (await open_device("serial:COM3", profile()).status()).cause == "busy"


class _Wired:
    """A pyserial port whose printer raises and drops its DSR wire."""

    def __init__(self, **_settings: Any) -> None:
        self.port = "COM1"
        self.ready = [True, True, False, False, True]
        self.written = b""
        self.in_waiting = self.out_waiting = 0

    @property
    def dsr(self) -> bool:
        """Ready, as long as the plan says; then always."""
        return self.ready.pop(0) if self.ready else True

    def write(self, data: bytes) -> int:
        assert len(data) <= 64
        self.written += data
        return len(data)

    def reset_input_buffer(self) -> None: ...


def test_a_printer_that_drops_its_wire_is_not_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    import serial

    wired = _Wired()
    monkeypatch.setattr(serial, "Serial", lambda **_settings: wired)
    driver = opened(Settings("COM1"))
    assert driver.write(b"x" * 100) == 64
    assert wired.ready == [False, False, True]
    assert driver.write(b"y" * 10) == 10
    assert (wired.ready, wired.written) == ([], b"x" * 64 + b"y" * 10)
