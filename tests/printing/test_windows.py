"""A queue of Windows: its spooler is played, since it runs nowhere else."""

# ruff: noqa: ARG002 - the spooler is told more than one printer needs to know
from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

from printing.devices.windows import WindowsDevice
from printing.errors import LineBroke, NotReady
from printing.finding.found import CannotLook, Found
from printing.finding.queues import find_windows

NAME = "EPSON TM-T20II Receipt"
PRINTING, PRINTED, DELETING = 0x10, 0x80, 0x04


class SpoolerError(Exception):
    """What pywin32 raises: a number, the function, and words."""


@dataclass
class Spooler:
    """win32print, as far as one printer goes."""

    JOB_CONTROL_DELETE = 5
    error = SpoolerError

    status: int = 0
    attributes: int = 0
    #: what fails, by the function's name
    fails: frozenset[str] = frozenset()
    #: bytes that are taken at once
    takes: int | None = None
    #: the job's status, look by look; then it has left the queue
    looks: list[int] = field(default_factory=lambda: [PRINTING, PRINTED])
    jobs: list[tuple[str, bytes]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    handles: int = 0
    _title: str = ""

    def _do(self, what: str) -> None:
        if what in self.fails:
            raise SpoolerError(1801, what, "The printer name is invalid.")

    def OpenPrinter(self, name: str) -> int:
        self._do("OpenPrinter")
        assert name == NAME
        self.handles += 1
        return 7

    def ClosePrinter(self, handle: int) -> None:
        self.handles -= 1

    def GetPrinter(self, handle: int, level: int) -> dict[str, Any]:
        self._do("GetPrinter")
        return {"Status": self.status, "Attributes": self.attributes}

    def StartDocPrinter(self, handle: int, level: int, about: tuple[str, None, str]) -> int:
        self._do("StartDocPrinter")
        self._title, _, kind = about
        assert kind == "RAW"
        return 3

    def WritePrinter(self, handle: int, data: bytes) -> int:
        self._do("WritePrinter")
        self.jobs.append((self._title, data))
        return len(data) if self.takes is None else self.takes

    def EndDocPrinter(self, handle: int) -> None:
        self._do("EndDocPrinter")

    def GetJob(self, handle: int, job: int, level: int) -> dict[str, int]:
        if not self.looks:
            raise SpoolerError(87, "GetJob", "The parameter is incorrect.")
        return {"Status": self.looks.pop(0)}

    def SetJob(self, handle: int, job: int, level: int, info: None, command: int) -> None:
        self._do("SetJob")
        assert command == self.JOB_CONTROL_DELETE
        self.removed.append(job)

    def EnumPrinters(self, flags: int, name: None, level: int) -> list[dict[str, str]]:
        self._do("EnumPrinters")
        return [{"pPrinterName": NAME, "pDriverName": "EPSON Receipt"}]


@pytest.fixture
def spooler(monkeypatch: pytest.MonkeyPatch) -> Spooler:
    """A spooler whose printer is well."""
    played = Spooler()
    monkeypatch.setitem(sys.modules, "win32print", played)
    monkeypatch.setattr("printing.devices.windows._LOOK", 0)
    return played


async def test_a_ticket_goes_to_the_queue_as_it_is_and_is_watched_until_it_leaves(spooler: Spooler) -> None:
    assert await WindowsDevice(NAME).send(b"\x1b@ticket", "K-0412") == "transport"
    assert spooler.jobs == [("K-0412", b"\x1b@ticket")]
    assert (spooler.handles, spooler.removed, spooler.looks) == (0, [], [])


async def test_a_job_that_has_left_the_queue_was_passed_on(spooler: Spooler) -> None:
    spooler.looks = [PRINTING]
    assert await WindowsDevice(NAME).send(b"ticket") == "transport"


@pytest.mark.parametrize(
    ("status", "attributes", "cause"),
    [
        (0x10, 0, "paper_out"),
        (0x400000, 0, "cover_open"),
        (0x80, 0, "unreachable"),
        (0x02, 0, "error"),
        (0x01, 0, "offline"),
        (0x00, 0x400, "offline"),
    ],
)
async def test_what_windows_says_of_a_printer_holds_the_ticket(
    spooler: Spooler, status: int, attributes: int, cause: str
) -> None:
    spooler.status, spooler.attributes = status, attributes
    device = WindowsDevice(NAME)
    assert (await device.status()).cause == cause
    with pytest.raises(NotReady, match=cause):
        await device.send(b"ticket")
    assert (spooler.jobs, spooler.handles) == ([], 0)


@pytest.mark.parametrize(
    ("fails", "cause"),
    [("OpenPrinter", "unsupported"), ("GetPrinter", "unreachable"), ("StartDocPrinter", "offline")],
)
async def test_what_fails_before_the_first_byte_was_sent_nothing(
    spooler: Spooler, fails: str, cause: str
) -> None:
    spooler.fails = frozenset((fails,))
    with pytest.raises(NotReady, match=f"{cause}.*name is invalid"):
        await WindowsDevice(NAME).send(b"ticket")
    assert (spooler.jobs, spooler.handles) == ([], 0)


@pytest.mark.parametrize("fails", ["WritePrinter", "EndDocPrinter"])
async def test_what_fails_afterwards_is_unknown_and_taken_out_of_the_queue(
    spooler: Spooler, fails: str
) -> None:
    spooler.fails = frozenset((fails,))
    with pytest.raises(LineBroke, match="line_broke: The printer name is invalid"):
        await WindowsDevice(NAME).send(b"ticket")
    assert (spooler.removed, spooler.handles) == ([3], 0)


async def test_a_ticket_that_is_taken_in_part_is_unknown(spooler: Spooler) -> None:
    spooler.takes = 2
    with pytest.raises(LineBroke, match="2 of 6 bytes"):
        await WindowsDevice(NAME).send(b"ticket")
    assert spooler.removed == [3]


async def test_a_job_that_somebody_removes_is_unknown(spooler: Spooler) -> None:
    spooler.looks, spooler.fails = [PRINTING, DELETING], frozenset(("SetJob",))
    with pytest.raises(LineBroke, match="line_broke: job 3 has status 0x4"):
        await WindowsDevice(NAME).send(b"ticket")


async def test_a_job_that_does_not_leave_in_time_is_unknown_and_taken_out(spooler: Spooler) -> None:
    with pytest.raises(LineBroke, match="no_proof"):
        await WindowsDevice(NAME, wait=0).send(b"ticket")
    assert spooler.removed == [3]


async def test_the_printers_of_windows_are_found(spooler: Spooler) -> None:
    url = "windows://EPSON%20TM-T20II%20Receipt"
    assert [one async for one in find_windows()] == [Found(url, "windows", NAME, "TM-T20II")]
    spooler.fails = frozenset(("EnumPrinters",))
    with pytest.raises(CannotLook):
        [one async for one in find_windows()]
