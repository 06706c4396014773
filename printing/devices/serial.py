"""A printer at a serial port, or at a USB adapter that looks like one.

pyserial stands below directly: python-escpos' driver knows no time limit for writing, and no other way on.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from printing.devices.wire import Driver
from printing.errors import NotReady

Flow = Literal["dsrdtr", "rtscts", "xonxoff", "none"]
FLOWS: tuple[Flow, ...] = ("dsrdtr", "rtscts", "xonxoff", "none")
PARITIES = ("N", "E", "O")

#: Bytes in one piece: a printer that says "stop" still has room for this many.
_PIECE = 64
#: Seconds for which one call blocks at most.
_MOMENT = 0.25
_STEP = 0.01

_CAUSES: Mapping[int | None, tuple[str, str]] = {
    errno.ENOENT: ("unreachable", "there is no such port: is the cable or adapter plugged in?"),
    errno.EACCES: (
        "unsupported",
        "this user may not open it: add the user to the group dialout, then log in anew",
    ),
    errno.EBUSY: ("busy", "another program has it open"),
    errno.EAGAIN: ("busy", "another program has it open"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a port is set, as the printer's own switches are: `baud` is in bits per second.

    `flow` is how the printer says "stop": by its DTR wire, by RTS/CTS, by XON/XOFF, or not at all.
    """

    port: str
    baud: int = 19200
    bits: int = 8
    parity: str = "N"
    stop: int = 1
    flow: Flow = "dsrdtr"


def opened(settings: Settings) -> Driver:
    """Open the port; raises NotReady where that fails. It is ours alone until it is closed."""
    import serial

    try:
        port = serial.Serial(
            port=settings.port,
            baudrate=settings.baud,
            bytesize=settings.bits,
            parity=settings.parity,
            stopbits=settings.stop,
            xonxoff=settings.flow == "xonxoff",
            rtscts=settings.flow == "rtscts",
            dsrdtr=settings.flow == "dsrdtr",
            timeout=_MOMENT,
            exclusive=True,
        )
    except ValueError as error:
        raise NotReady("unsupported", f"{settings.port}: {error}") from error
    except OSError as error:
        # Windows gives no number, and says "access denied" of a port that another program has.
        number = errno.EBUSY if error.errno is None and "PermissionError" in str(error) else error.errno
        cause, advice = _CAUSES.get(number, ("unreachable", str(error)))
        raise NotReady(cause, f"{settings.port}: {advice}") from error
    if settings.flow == "dsrdtr":
        _look_at_dsr(port)
    return _SerialDriver(port, waits_for_dsr=settings.flow == "dsrdtr")


def _look_at_dsr(port: Any) -> None:
    """Raise NotReady, and close the port, where the printer does not raise its wire."""
    try:
        is_ready = bool(port.dsr)
    except OSError as error:
        port.close()
        raise NotReady("unsupported", f"{port.port} has no DSR: say flow=xonxoff or none") from error
    if not is_ready:
        port.close()
        raise NotReady("offline", f"{port.port}: no DSR; the printer is off or busy, or flow is not dsrdtr")


class _SerialDriver:
    """See Driver. Taken is what has left the system's own buffer: a printer that stops does not get it."""

    def __init__(self, port: Any, *, waits_for_dsr: bool) -> None:
        self._port = port
        self._waits_for_dsr = waits_for_dsr
        self._is_over = False
        port.reset_input_buffer()

    def read(self) -> bytes:
        data: bytes = self._port.read(1)
        return data + self._port.read(self._port.in_waiting) if data else b""

    def write(self, data: bytes) -> int:
        """Write one piece when the printer lets us, and wait until it has left."""
        if not self._until(self._may_write):
            return 0
        written: int = self._port.write(data[:_PIECE])
        while not (self._is_over or self._until(lambda: not self._port.out_waiting)):
            pass  # what the system has cannot be written again
        return written

    def wake(self) -> None:
        self._is_over = True
        self._port.cancel_read()
        self._port.cancel_write()

    def close(self) -> None:
        """Give the port back; what still waits there is dropped, or closing would wait for it."""
        self._port.reset_output_buffer()
        self._port.close()

    def _may_write(self) -> bool:
        return not self._waits_for_dsr or bool(self._port.dsr)

    def _until(self, done: Callable[[], bool]) -> bool:
        """Wait a moment at most; return whether `done`."""
        ends = time.monotonic() + _MOMENT
        while not done():
            if self._is_over or time.monotonic() > ends:
                return False
            time.sleep(_STEP)  # on the writing thread; no port rings when its peer is ready
        return True
