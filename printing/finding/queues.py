"""Printers that the system knows as queues: those of CUPS, those of Windows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from importlib import import_module
from typing import Any
from urllib.parse import quote

from printing.devices import ipp
from printing.devices.cups_server import CupsServer
from printing.finding.found import CannotLook, Found
from printing.models import nearest

#: PRINTER_ENUM_LOCAL and PRINTER_ENUM_CONNECTIONS of winspool.h.
_ALL_OF_MINE = 2 | 4

_WANTED = ("printer-name", "printer-info", "printer-make-and-model")


async def find_cups(server: str = "") -> AsyncIterator[Found]:
    """Yield each queue of CUPS at `server` ("": of this machine); raises CannotLook where none answers."""
    try:
        reply = await CupsServer(server).ask(ipp.CUPS_PRINTERS, "/", requested_attributes=_WANTED)
    except (OSError, ipp.NotIpp) as error:
        raise CannotLook("unreachable", str(error)) from error
    for group in reply.groups:
        if queue := _text(group.get("printer-name")):
            url = f"cups://{quote(queue, safe='')}" + (f"?server={quote(server, safe=':')}" if server else "")
            words = [_text(group.get(name)) for name in _WANTED[1:]]
            yield Found(url, "cups", words[0] or queue, nearest(" ".join((*words, queue))))


def _text(values: Iterable[Any] | None) -> str:
    return str(next(iter(values or ()), ""))


async def find_windows() -> AsyncIterator[Found]:
    """Yield each printer of this Windows; raises CannotLook where it lists none."""
    for found in await asyncio.to_thread(_windows):
        yield found


def _windows() -> list[Found]:
    spooler: Any = import_module("win32print")
    try:
        known = spooler.EnumPrinters(_ALL_OF_MINE, None, 2)
    except spooler.error as error:
        raise CannotLook("error", str(error)) from error
    return [
        Found(
            f"windows://{quote(one['pPrinterName'], safe='')}",
            "windows",
            one["pPrinterName"],
            nearest(f"{one['pDriverName']} {one['pPrinterName']}"),
        )
        for one in known
    ]
