"""A printer at a USB port: the real pyusb over a libusb that the test plays, and a simulated printer."""

# ruff: noqa: ARG002 - libusb is told more than one printer needs to know

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from array import array
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend.libusb1
import usb.core

from printing.devices import open_device
from printing.errors import LineBroke, NotReady
from printing.finding.found import CannotLook, Found
from printing.finding.plugged import find_usb
from printing.profiles import profile
from printing.render import to_bytes
from printing.simulator import Simulator

Tickets = dict[str, dict[str, Any]]
LONG = "status=30&late=30&confirm=30&process_id=30&look=30"
URL = f"usb://04b8:0e15?{LONG}"
STRINGS = {1: "EPSON", 2: "TM-T20II", 3: "J4XF 001"}


class PlayedLibusb(usb.backend.IBackend):  # type: ignore[misc] # pyusb has no types
    """One bus with one printer; what goes wrong is set by the test."""

    def __init__(self) -> None:
        self.port = 0
        self.is_plugged = True
        #: the error that opening or claiming ends in
        self.refuses = 0
        self.has_way_back = True
        self.interface_class = 7
        self.kernel_has_it = True
        #: bytes of a ticket after which it is unplugged
        self.unplugged_after: int | None = None
        #: it takes no data: the printer answers "not now" to every packet
        self.is_full = False
        self.taken = 0
        self.cable: socket.socket | None = None
        self.was_asked, self.was_given_back = threading.Event(), threading.Event()

    def enumerate_devices(self) -> Iterator[int]:
        return iter([1] if self.is_plugged else [])

    def get_device_descriptor(self, dev: int) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=0x04B8, idProduct=0x0E15, bcdDevice=0x100,
            iManufacturer=1, iProduct=2, iSerialNumber=3, bNumConfigurations=1, address=1, bus=1,
            port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: int, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1, bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: int, intf: int, alt: int, config: int) -> Any:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0,
            bNumEndpoints=1 + self.has_way_back, bInterfaceClass=self.interface_class, bInterfaceSubClass=1,
            bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: int, ep: int, intf: int, alt: int, config: int) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(0x01, 0x82)[ep], bmAttributes=2,
            wMaxPacketSize=64, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: int) -> int:
        if self.refuses == errno.EACCES:
            raise usb.core.USBError("Access denied", -3, errno.EACCES)
        return dev

    def close_device(self, dev_handle: int) -> None: ...

    def get_configuration(self, dev_handle: int) -> int:
        return 1

    def is_kernel_driver_active(self, dev_handle: int, intf: int) -> bool:
        return self.kernel_has_it

    def detach_kernel_driver(self, dev_handle: int, intf: int) -> None:
        self.kernel_has_it = False

    def attach_kernel_driver(self, dev_handle: int, intf: int) -> None:
        self.kernel_has_it = True
        self.was_given_back.set()

    def claim_interface(self, dev_handle: int, intf: int) -> None:
        if self.refuses:
            raise usb.core.USBError("Resource busy", -6, self.refuses)
        self.cable = socket.create_connection(("127.0.0.1", self.port))

    def release_interface(self, dev_handle: int, intf: int) -> None:
        if self.cable is not None:
            self.cable.close()

    def bulk_write(self, dev_handle: int, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == 0x01
        assert self.cable is not None
        if self.is_full:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        self.taken += len(data)
        self.was_asked.set()
        if self.unplugged_after is not None and self.taken > self.unplugged_after:
            raise usb.core.USBError("No such device", -4, errno.ENODEV)
        return self.cable.send(bytes(data))

    def bulk_read(self, dev_handle: int, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep == 0x82
        assert self.cable is not None
        self.cable.settimeout(timeout / 1000)
        try:
            data = self.cable.recv(len(buff))
        except TimeoutError:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT) from None
        buff[: len(data)] = array("B", data)
        return len(data)

    def ctrl_transfer(
        self, dev_handle: int, kind: int, request: int, value: int, index: int, data: Any, timeout: int
    ) -> int:
        """Answer for strings only, as GET_DESCRIPTOR asks."""
        text = STRINGS[value & 0xFF].encode("utf-16-le") if value & 0xFF else b"\x09\x04"
        answer = array("B", bytes((len(text) + 2, 3)) + text)[: len(data)]
        data[: len(answer)] = answer
        return len(answer)


@pytest.fixture
async def bus(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[PlayedLibusb, Simulator]]:
    """A bus with a printer that is well."""
    libusb = PlayedLibusb()
    monkeypatch.setattr(usb.backend.libusb1, "get_backend", lambda *_: libusb)
    async with Simulator() as printer:
        libusb.port = printer.port
        yield libusb, printer


Bus = tuple[PlayedLibusb, Simulator]


async def test_a_ticket_comes_out_is_proven_and_the_port_is_given_back(bus: Bus, tickets: Tickets) -> None:
    libusb, printer = bus
    device = open_device(URL, profile())
    for name in ("kitchen-zh", "settlement-zh"):
        assert await device.send(to_bytes(tickets[name], profile())) == "process-id"
        assert libusb.kernel_has_it
    assert [paper.whole for paper in printer.papers] == [True, True]
    assert "宫保鸡丁" in printer.papers[0].text


async def test_a_printer_with_an_open_cover_was_sent_nothing(bus: Bus) -> None:
    _, printer = bus
    await printer.do("cover_open")
    device = open_device(URL, profile())
    assert (await device.status()).cause == "cover_open"
    with pytest.raises(NotReady, match="cover_open"):
        await device.send(b"ticket\n")


async def test_a_printer_of_one_way_only_takes_the_ticket_and_proves_nothing(bus: Bus) -> None:
    libusb, _ = bus
    libusb.has_way_back = False
    device = open_device("usb://04b8:0e15?status=0.1&mute=0", profile())
    assert await device.send(b"ticket\n") == "transport"


@pytest.mark.parametrize(
    ("number", "cause", "words"),
    [
        (errno.EACCES, "unsupported", 'ATTR{idVendor}=="04b8".*join|group lp'),
        (errno.EBUSY, "busy", "another program has it open"),
        (errno.EIO, "unreachable", "usb://04b8:0e15"),
    ],
)
async def test_a_printer_that_cannot_be_opened_says_what_to_do(
    bus: Bus, number: int, cause: str, words: str
) -> None:
    bus[0].refuses = number
    device = open_device(URL, profile())
    assert (await device.status()).cause == cause
    with pytest.raises(NotReady, match=words):
        await device.send(b"ticket\n")
    assert bus[0].kernel_has_it


async def test_a_printer_that_is_not_plugged_in_is_unreachable(bus: Bus) -> None:
    bus[0].is_plugged = False
    with pytest.raises(NotReady, match="unreachable: usb://04b8:0e15: it is not plugged in"):
        await open_device(URL, profile()).send(b"ticket\n")


async def test_another_printer_of_the_same_kind_is_told_by_its_serial_number(bus: Bus) -> None:
    del bus
    health = await open_device(f"usb://04b8:0e15?serial=J4XF%20001&{LONG}", profile()).status()
    assert health.state == "well"
    with pytest.raises(NotReady, match="not plugged in"):
        await open_device("usb://04b8:0e15?serial=J4XF%20002", profile()).send(b"ticket\n")


async def test_a_device_that_prints_nothing_is_refused(bus: Bus) -> None:
    bus[0].interface_class = 3
    with pytest.raises(NotReady, match="no interface that prints"):
        await open_device(URL, profile()).send(b"ticket\n")


async def test_a_printer_unplugged_in_the_ticket_leaves_its_fate_unknown(bus: Bus) -> None:
    bus[0].unplugged_after = 12  # the four questions
    with pytest.raises(LineBroke, match="line_broke: while sending"):
        await open_device(URL, profile()).send(b"ticket\n")


async def test_a_printer_that_takes_no_data_was_sent_nothing(bus: Bus) -> None:
    bus[0].is_full = True
    with pytest.raises(NotReady, match="takes no data"):
        await open_device("usb://04b8:0e15?status=0.1", profile()).send(b"ticket\n")


async def test_one_who_leaves_in_the_middle_gives_the_port_back(bus: Bus) -> None:
    libusb, printer = bus
    await printer.do("mute")
    asked = asyncio.ensure_future(open_device(URL, profile()).status())
    await asyncio.to_thread(libusb.was_asked.wait)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await asyncio.to_thread(libusb.was_given_back.wait)
    assert libusb.kernel_has_it


async def test_what_is_plugged_in_is_found_with_its_name_and_model(bus: Bus) -> None:
    del bus
    url = "usb://04b8:0e15?serial=J4XF%20001"
    assert [one async for one in find_usb()] == [Found(url, "usb", "EPSON TM-T20II", "TM-T20II")]


async def test_what_this_user_may_not_open_is_found_by_its_numbers(bus: Bus) -> None:
    bus[0].refuses = errno.EACCES
    assert [one async for one in find_usb()] == [Found("usb://04b8:0e15", "usb")]


async def test_what_prints_nothing_is_not_found(bus: Bus) -> None:
    bus[0].interface_class = 8
    assert [one async for one in find_usb()] == []


async def test_without_libusb_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for backend in ("libusb1", "openusb", "libusb0"):
        monkeypatch.setattr(f"usb.backend.{backend}.get_backend", lambda *_: None)
    with pytest.raises(NotReady, match="libusb is not installed"):
        await open_device(URL, profile()).send(b"ticket\n")
    with pytest.raises(CannotLook, match="libusb is not installed"):
        [one async for one in find_usb()]
