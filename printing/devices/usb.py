"""A printer at a USB port, without the system's own driver in between.

pyusb stands below directly: python-escpos' driver resets the printer at each opening, looks at the first
interface only, and never gives it back to the system.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from printing.devices.wire import Driver
from printing.errors import NotReady

#: The interface class of printers.
PRINTERS = 7
_PIECE = 4096
#: Milliseconds for which one call blocks at most.
_MOMENT = 250

_PERMIT = (
    "this user may not open it: allow it with a udev rule "
    '(SUBSYSTEM=="usb", ATTR{{idVendor}}=="{vendor:04x}", MODE="0660", GROUP="lp"), '
    "add the user to the group lp, and plug it in anew"
)
_CAUSES: Mapping[int | None, tuple[str, str]] = {
    errno.EACCES: ("unsupported", _PERMIT),
    errno.EPERM: ("unsupported", _PERMIT),
    errno.EBUSY: ("busy", "another program has it open"),
    errno.ENODEV: ("unreachable", "it was unplugged"),
    errno.ENOENT: ("unreachable", "it was unplugged"),
}
NO_LIBRARY = "the library libusb is not installed (Debian, Ubuntu: sudo apt-get install libusb-1.0-0)"


@dataclass(frozen=True, slots=True)
class Address:
    """Which USB printer: the first of this vendor and product, or that with the `serial` number.

    `interface` and the end points are those that the printer itself names, where they are not given.
    """

    vendor: int
    product: int
    serial: str = ""
    interface: int | None = None
    endpoint_in: int | None = None
    endpoint_out: int | None = None

    def __str__(self) -> str:
        return f"usb://{self.vendor:04x}:{self.product:04x}"


def opened(address: Address) -> Driver:
    """Find the printer and take it over from the system's driver; raises NotReady where that fails."""
    import usb.core

    try:
        device = _found(address)
        return _UsbDriver(device, _Pipes.of(device, address))
    except usb.core.NoBackendError as error:
        raise NotReady("unsupported", NO_LIBRARY) from error
    except usb.core.USBError as error:
        raise _not_opened(address, error) from error


def _not_opened(address: Address, error: Any) -> NotReady:
    if (known := _CAUSES.get(error.errno)) is None:
        return NotReady("unreachable", f"{address}: {error}")
    cause, advice = known
    return NotReady(cause, f"{address}: {advice.format(vendor=address.vendor)}")


def _found(address: Address) -> Any:
    import usb.core

    fits = usb.core.find(find_all=True, idVendor=address.vendor, idProduct=address.product)
    for device in fits:
        if not address.serial or serial_of(device) == address.serial:
            return device
    raise NotReady("unreachable", f"{address}: it is not plugged in, or not switched on")


def serial_of(device: Any) -> str:
    """Return a device's serial number; "" where it has none, or this user may not ask."""
    import usb.core

    with suppress(usb.core.USBError, ValueError, NotImplementedError):
        return str(device.serial_number or "")
    return ""


def printer_interfaces(device: Any) -> Iterator[Any]:
    """Return the printing interfaces of a device, as its first configuration names them."""
    return (interface for interface in device[0] if interface.bInterfaceClass == PRINTERS)


@dataclass(frozen=True, slots=True)
class _Pipes:
    """The interface that prints, and its end points; `into` is None where the printer has no way back."""

    interface: int
    out: int
    into: int | None

    @classmethod
    def of(cls, device: Any, address: Address) -> _Pipes:
        """Return what the printer names, or what the address says."""
        wanted = [one for one in device[0] if one.bInterfaceNumber == address.interface]
        known = wanted or list(printer_interfaces(device))
        if not known:
            raise NotReady("unsupported", f"{address}: it has no interface that prints")
        ends = [end.bEndpointAddress for end in known[0] if end.bmAttributes & 3 == 2]
        out = address.endpoint_out or next((end for end in ends if not end & 0x80), None)
        if out is None:
            raise NotReady("unsupported", f"{address}: its interface takes no data")
        into = address.endpoint_in or next((end for end in ends if end & 0x80), None)
        return cls(known[0].bInterfaceNumber, out, into)


class _UsbDriver:
    """See Driver. The system's own driver is put aside, and put back at the end."""

    def __init__(self, device: Any, pipes: _Pipes) -> None:
        import usb.util

        self._device, self._pipes = device, pipes
        self._over = threading.Event()
        self._was_the_systems = self._put_aside()
        try:
            usb.util.claim_interface(device, pipes.interface)
        except BaseException:
            self.close()
            raise

    def read(self) -> bytes:
        """Return what came; printers of one way only stay silent."""
        import usb.core

        if self._pipes.into is None:
            self._over.wait()
            return b""
        try:
            return bytes(self._device.read(self._pipes.into, 64, _MOMENT))
        except usb.core.USBTimeoutError:
            return b""

    def write(self, data: bytes) -> int:
        import usb.core

        try:
            return int(self._device.write(self._pipes.out, data[:_PIECE], _MOMENT))
        except usb.core.USBTimeoutError:
            return 0

    def wake(self) -> None:
        self._over.set()

    def close(self) -> None:
        import usb.core
        import usb.util

        usb.util.dispose_resources(self._device)
        if self._was_the_systems:
            with suppress(usb.core.USBError):  # unplugged: the system finds it anew by itself
                self._device.attach_kernel_driver(self._pipes.interface)
                usb.util.dispose_resources(self._device)

    def _put_aside(self) -> bool:
        """Take the interface from the system's driver; return whether it had it. Not all systems have one."""
        try:
            if not self._device.is_kernel_driver_active(self._pipes.interface):
                return False
            self._device.detach_kernel_driver(self._pipes.interface)
        except NotImplementedError:
            return False
        return True
