"""A printer queue of Windows: the ticket goes there as it is, and the queue is watched until it is gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from printing.errors import LineBroke, NotReady
from printing.ports import Evidence, PrinterHealth
from printing.status import health_of

#: Seconds between two looks at a job.
_LOOK = 0.25

#: Bits of a printer's status (winspool.h, PRINTER_STATUS_…), and their causes; the first that is set counts.
_CAUSES: Mapping[int, str] = {
    0x00000010: "paper_out",
    0x00000040: "paper_out",
    0x00400000: "cover_open",
    0x00000080: "unreachable",
    0x00001000: "unreachable",
    0x00000008: "error",
    0x00000002: "error",
    0x00100000: "error",
    0x00000001: "offline",
}
#: PRINTER_ATTRIBUTE_WORK_OFFLINE: somebody has told the queue to wait.
_WORK_OFFLINE = 0x400
#: JOB_STATUS_PRINTED and JOB_STATUS_COMPLETE: the printer has taken it all.
_PRINTED = 0x80 | 0x1000
#: JOB_STATUS_DELETED and _DELETING: somebody has removed it.
_DELETED = 0x100 | 0x04


class WindowsDevice:
    """The printer that Windows calls `name`; a job is given `wait` seconds to leave its queue."""

    def __init__(self, name: str, wait: float = 60.0) -> None:
        self._name = name
        self._wait = wait

    async def send(self, data: bytes, title: str = "", /) -> Evidence:
        """Queue one ticket and watch it leave; see Device.send."""
        if (health := await self.status()).cause:
            raise NotReady(health.cause, health.detail)
        await asyncio.to_thread(self._print, data, title or "ticket")
        return "transport"

    async def status(self) -> PrinterHealth:
        """Return how Windows says that the printer is; see Device.status."""
        try:
            return await asyncio.to_thread(self._look)
        except NotReady as error:
            return health_of(error.cause, str(error))

    def _look(self) -> PrinterHealth:
        queue = _Queue(self._name)
        try:
            return queue.health()
        finally:
            queue.close()

    def _print(self, data: bytes, title: str) -> None:
        queue = _Queue(self._name)
        try:
            queue.watch(queue.put(data, title), self._wait)
        finally:
            queue.close()


class _Queue:
    """An open handle of win32print; its module is there on Windows only."""

    def __init__(self, name: str) -> None:
        self._spooler: Any = import_module("win32print")
        self._name = name
        try:
            self._handle = self._spooler.OpenPrinter(name)
        except self._spooler.error as error:
            raise NotReady("unsupported", f"no printer {name!r} for us: {_said(error)}") from error

    def close(self) -> None:
        """Give the handle back."""
        self._spooler.ClosePrinter(self._handle)

    def health(self) -> PrinterHealth:
        """Return what the status bits say."""
        try:
            told = self._spooler.GetPrinter(self._handle, 2)
        except self._spooler.error as error:
            return health_of("unreachable", _said(error))
        cause = next((cause for bit, cause in _CAUSES.items() if told["Status"] & bit), "")
        if not cause and told["Attributes"] & _WORK_OFFLINE:
            cause = "offline"
        return health_of(cause, f"Windows says so of {self._name!r}" if cause else "")

    def put(self, data: bytes, title: str) -> int:
        """Queue one raw job; return its number. Raises NotReady, LineBroke."""
        spooler = self._spooler
        try:
            job: int = spooler.StartDocPrinter(self._handle, 1, (title, None, "RAW"))
        except spooler.error as error:
            raise NotReady("offline", _said(error)) from error
        try:
            written = spooler.WritePrinter(self._handle, data)
            if written == len(data):
                spooler.EndDocPrinter(self._handle)
                return job
            why = f"{written} of {len(data)} bytes were taken"
        except spooler.error as error:
            why = _said(error)
        self._remove(job)
        raise LineBroke("line_broke", why)

    def watch(self, job: int, seconds: float) -> None:
        """Return when the printer has taken the job, which then leaves the queue. Raises LineBroke."""
        ends = time.monotonic() + seconds
        status = 0
        while time.monotonic() < ends:
            try:
                status = self._spooler.GetJob(self._handle, job, 1)["Status"]
            except self._spooler.error:  # it is gone: passed on, or removed before we could see it
                status = status if status & _DELETED else _PRINTED
            if status & (_PRINTED | _DELETED):
                break
            time.sleep(_LOOK)  # on the job's own thread; the spooler rings for no single job
        if not status & _PRINTED:
            self._remove(job)
            cause = "line_broke" if status & _DELETED else "no_proof"
            raise LineBroke(cause, f"job {job} has status {status:#x}")

    def _remove(self, job: int) -> None:
        """Take a job out of the queue: left there it would print later, unmarked."""
        try:
            self._spooler.SetJob(self._handle, job, 0, None, self._spooler.JOB_CONTROL_DELETE)
        except self._spooler.error:
            return  # it has left by itself


def _said(error: Exception) -> str:
    return str(error.args[-1]) if error.args else type(error).__name__
