"""Files, virtual printers, and which URLs are printers at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from printing.devices import SCHEMES, check, open_device
from printing.devices.cups import CupsDevice
from printing.devices.file import FileDevice
from printing.devices.tcp import TcpDevice
from printing.devices.virtual import VirtualDevice
from printing.devices.windows import WindowsDevice
from printing.devices.wired import WiredDevice
from printing.errors import LineBroke, NotReady, PrintingError
from printing.profiles import profile
from printing.render import to_bytes, to_text

Tickets = dict[str, dict[str, Any]]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("tcp://127.0.0.1:9100", TcpDevice),
        ("tcp://printer.lan", TcpDevice),
        ("tcp://printer.lan?mute=5&look=3", TcpDevice),
        ("file:///dev/usb/lp0", FileDevice),
        ("virtual:", VirtualDevice),
        ("usb://04b8:0e15", WiredDevice),
        ("usb://0416:5011?serial=A%201&interface=1&in=0x82&out=2&mute=1", WiredDevice),
        ("serial:///dev/ttyS0?baud=38400&bits=7&parity=E&stop=2&flow=xonxoff", WiredDevice),
        ("serial:COM3?baud=9600&confirm=40", WiredDevice),
        ("cups://Receipt-Printer", CupsDevice),
        ("cups://Beleg%20vorn?server=192.168.1.2:631&wait=20", CupsDevice),
        ("cups://kitchen?server=/run/cups/cups.sock", CupsDevice),
    ],
)
def test_a_url_says_which_way_a_printer_is_reached(url: str, kind: type) -> None:
    assert isinstance(open_device(url, profile()), kind)


@pytest.mark.parametrize(
    "url",
    [
        "usb://",
        "usb://4b8:e15",
        "usb://04b8:0e15/1",
        "usb://04b8:0e15?in=1",
        "usb://04b8:0e15?out=0x82",
        "usb://04b8:0e15?interface=one",
        "serial:",
        "serial://COM3",
        "serial:COM3?baud=fast",
        "serial:COM3?parity=X",
        "serial:COM3?flow=hope",
        "cups://",
        "cups:///kitchen",
        "cups://kitchen?server=a/b",
        "cups://kitchen?wait=-1",
        "windows://",
        "lpt1",
        "tcp://h:0",
        "tcp://h?mute=nan",
        "tcp://",
        "tcp://host:port",
        "tcp://h?mute=long",
        "tcp://h?baud=1",
        "tcp://h?x",
        "file://",
        "",
    ],
)
def test_a_url_that_is_no_printer_of_ours_is_refused_with_its_own_words(url: str) -> None:
    with pytest.raises(PrintingError, match="device: '"):
        open_device(url, profile())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_way_names_an_example_that_is_like_it(scheme: str) -> None:
    example = SCHEMES[scheme].example.partition("?")[0].replace("HOST", "h")
    if scheme != "windows":
        check(example)
    assert example.startswith(f"{scheme}:")


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(PrintingError, match="a user or password stands in it") as refused:
        check("cups://shop:geheim@server/kitchen")
    assert "geheim" not in str(refused.value)


def test_a_windows_printer_is_refused_elsewhere_and_had_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("printing.devices.HAS_SPOOLER", False)
    with pytest.raises(PrintingError, match="only Windows has such printers"):
        check("windows://EPSON%20TM-T20II")
    monkeypatch.setattr("printing.devices.HAS_SPOOLER", True)
    assert isinstance(open_device("windows://EPSON%20TM-T20II", profile()), WindowsDevice)


def test_what_is_allowed_is_named() -> None:
    with pytest.raises(PrintingError, match="tcp:, usb:, serial:, file:, cups:, windows:, virtual:"):
        open_device("lpt1", profile())


async def test_tickets_in_a_file_follow_each_other(tmp_path: Path) -> None:
    used = open_device((tmp_path / "lp 0").as_uri(), profile())
    assert await used.send(b"one") == "transport"
    await used.send(b"two")
    assert (tmp_path / "lp 0").read_bytes() == b"onetwo"
    assert (await used.status()).state == "well"


async def test_a_file_that_cannot_be_opened_was_sent_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotReady) as refused:
        await FileDevice(tmp_path / "no such folder" / "lp0").send(b"one")
    assert refused.value.cause == "unreachable"


async def test_a_folder_in_the_place_of_a_file_is_not_called_well(tmp_path: Path) -> None:
    assert (await FileDevice(tmp_path).status()).cause == "unreachable"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
async def test_a_full_device_is_not_ready() -> None:
    with pytest.raises(NotReady) as refused:
        await FileDevice(Path("/dev/full")).send(b"one")
    assert refused.value.cause == "disk"


@pytest.mark.parametrize("way", ["tcp", "file", "virtual"])
async def test_every_way_to_a_printer_takes_a_whole_ticket_and_is_well_afterwards(
    way: str, tmp_path: Path, simulator: Any, tickets: Tickets
) -> None:
    urls = {
        "tcp": f"tcp://127.0.0.1:{simulator.port}",
        "file": (tmp_path / "lp0").as_uri(),
        "virtual": "virtual:",
    }
    used = open_device(urls[way], profile(), tmp_path)
    evidence = await used.send(to_bytes(tickets["kitchen-zh"], profile()), "K-0412")
    assert evidence == {"tcp": "process-id", "file": "transport", "virtual": "process-id"}[way]
    assert (await used.status()).state == "well"


class _FullAfter:
    """Writes that stop after some bytes: os.write of a disk that fills up."""

    def __init__(self, room: int) -> None:
        self._room, self._write = room, os.write

    def __call__(self, file: int, data: bytes) -> int:
        if not self._room:
            raise OSError(errno.ENOSPC, "No space left on device")
        part = data[: self._room]
        self._room -= len(part)
        return self._write(file, part)


async def test_a_disk_that_fills_up_keeps_no_half_ticket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tickets.bin"
    path.write_bytes(b"before")
    monkeypatch.setattr(os, "write", _FullAfter(2))
    with pytest.raises(NotReady, match="disk"):
        await FileDevice(path).send(b"ticket")
    assert path.read_bytes() == b"before"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe stands in for a device where there are pipes")
async def test_a_device_that_took_half_a_ticket_leaves_its_fate_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    monkeypatch.setattr(os, "write", _FullAfter(2))
    try:
        with pytest.raises(LineBroke, match="2 of 6 bytes"):
            await FileDevice(pipe).send(b"ticket")
    finally:
        os.close(reader)


async def test_a_virtual_printer_keeps_each_ticket_as_picture_text_and_bytes(
    tmp_path: Path, tickets: Tickets
) -> None:
    facts, used = tickets["kitchen-zh"], profile(58)
    printer = VirtualDevice(used, tmp_path / "tickets")
    data = to_bytes(facts, used)
    assert await printer.send(data, "K-0412") == "process-id"
    assert await printer.send(data, "K-0412") == "process-id"
    assert await printer.send(data, "../../K 1") == "process-id"
    stems = {"K-0412", "K-0412_2", "K-1"}
    assert {path.name for path in (tmp_path / "tickets").iterdir()} == {
        f"{stem}.{kind}" for stem in stems for kind in ("bin", "png", "txt")
    }
    assert (tmp_path / "tickets" / "K-0412.bin").read_bytes() == data
    assert (tmp_path / "tickets" / "K-0412.png").read_bytes() == printer.last_png


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("kitchen-zh", "gb18030"),
        ("settlement-zh", "gbk"),
        ("add-zh", "gb18030"),
        ("kitchen-ko", "cp949"),
        ("kitchen-en", "shift_jis"),
        ("kitchen-en", "big5"),
        ("settlement-en", "cp437"),
    ],
)
async def test_what_a_virtual_printer_shows_is_what_the_preview_promised(
    name: str, encoding: str, paper: int, tickets: Tickets
) -> None:
    used = profile(paper, encoding)
    printer = VirtualDevice(used)
    await printer.send(to_bytes(tickets[name], used))
    assert printer.last_text.split() == to_text(tickets[name], used).replace("¥", "￥").split()


async def test_a_virtual_printer_without_room_was_sent_nothing(tmp_path: Path, tickets: Tickets) -> None:
    (tmp_path / "tickets").write_text("a file where the folder should be", encoding="utf-8")
    printer = VirtualDevice(profile(), tmp_path / "tickets")
    with pytest.raises(NotReady, match="disk"):
        await printer.send(to_bytes(tickets["add-zh"], profile()))
