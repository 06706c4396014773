"""Printers at USB ports, whatever driver the system has for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from printing.devices.usb import NO_LIBRARY, printer_interfaces, serial_of
from printing.finding.found import CannotLook, Found
from printing.models import nearest


async def find_usb() -> AsyncIterator[Found]:
    """Yield each printer that is plugged in; raises CannotLook where libusb is not installed."""
    for found in await asyncio.to_thread(_all):
        yield found


def _all() -> list[Found]:
    import usb.core

    try:
        return [_found(device) for device in usb.core.find(find_all=True, custom_match=_prints)]
    except usb.core.NoBackendError as error:
        raise CannotLook("unsupported", NO_LIBRARY) from error
    except usb.core.USBError as error:
        raise CannotLook("error", str(error)) from error


def _prints(device: Any) -> bool:
    import usb.core

    with suppress(usb.core.USBError, IndexError):  # a device without a configuration prints nothing
        return any(True for _ in printer_interfaces(device))
    return False


def _found(device: Any) -> Found:
    """Return a printer by its numbers; its name is a secret where this user may not open it."""
    import usb.core

    url = f"usb://{device.idVendor:04x}:{device.idProduct:04x}"
    words: list[str] = []
    with suppress(usb.core.USBError, ValueError, NotImplementedError):
        words = [text for text in (device.manufacturer, device.product) if text]
    if serial := serial_of(device):
        url += f"?serial={quote(serial, safe='')}"
    name = " ".join(words)
    return Found(url, "usb", name, nearest(name))
