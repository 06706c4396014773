"""The ways to a printer, by the scheme of its URL."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import url2pathname

from printing.devices.device import Device
from printing.errors import PrintingError
from printing.profiles import Profile

__all__ = ["SCHEMES", "Device", "check", "open_device"]


def _tcp(url: SplitResult, profile: Profile, _folder: Path | None) -> Device:
    from printing.devices.options import PATIENCE, options, patience_of
    from printing.devices.tcp import TcpDevice

    if not url.hostname or url.port == 0:
        raise ValueError("names no host and port")
    patience = patience_of(options(url, PATIENCE))
    return TcpDevice(url.hostname, url.port or 9100, profile.confirm, patience)


def _usb(url: SplitResult, profile: Profile, _folder: Path | None) -> Device:
    from printing.devices.options import PATIENCE, Reader, options, patience_of, whole
    from printing.devices.usb import Address, opened
    from printing.devices.wire import dial
    from printing.devices.wired import WiredDevice

    if not re.fullmatch("[0-9a-fA-F]{4}:[0-9a-fA-F]{4}", url.netloc) or url.path.strip("/"):
        raise ValueError("names no vendor and product of four digits 0-9 a-f each")
    known: dict[str, Reader] = {
        "serial": str,
        "interface": whole(0, 255),
        "in": whole(0x81, 0x8F),
        "out": whole(0x01, 0x0F),
    }
    said = options(url, {**known, **PATIENCE})
    patience = patience_of(said)
    names = {"in": "endpoint_in", "out": "endpoint_out"}
    vendor, product = (int(digits, 16) for digits in url.netloc.split(":"))
    address = Address(vendor, product, **{names.get(name, name): value for name, value in said.items()})
    return WiredDevice(partial(dial, partial(opened, address)), profile.confirm, patience)


def _serial(url: SplitResult, profile: Profile, _folder: Path | None) -> Device:
    from printing.devices.options import PATIENCE, one_of, options, patience_of, whole
    from printing.devices.serial import FLOWS, PARITIES, Settings, opened
    from printing.devices.wire import dial
    from printing.devices.wired import WiredDevice

    if url.netloc or not url.path.strip("/"):
        raise ValueError("names no port")
    known = {
        "baud": whole(300, 921_600),
        "bits": one_of((7, 8)),
        "parity": one_of(PARITIES),
        "stop": one_of((1, 2)),
        "flow": one_of(FLOWS),
    }
    said = options(url, {**known, **PATIENCE})
    patience = patience_of(said)
    settings = Settings(unquote(url.path), **said)
    return WiredDevice(partial(dial, partial(opened, settings)), profile.confirm, patience)


def _file(url: SplitResult, _profile: Profile, _folder: Path | None) -> Device:
    from printing.devices.file import FileDevice

    if not url.path or url.netloc:
        raise ValueError("names no file")
    return FileDevice(Path(url2pathname(url.path)))


def _cups(url: SplitResult, _profile: Profile, _folder: Path | None) -> Device:
    from printing.devices.cups import CupsDevice
    from printing.devices.cups_server import server_at
    from printing.devices.options import options, seconds

    if not url.netloc or url.path.strip("/"):
        raise ValueError("names no queue")
    return CupsDevice(unquote(url.netloc), **options(url, {"server": server_at, "wait": seconds}))


def _windows(url: SplitResult, _profile: Profile, _folder: Path | None) -> Device:
    from printing.devices.options import options, seconds
    from printing.devices.windows import WindowsDevice

    if not url.netloc or url.path.strip("/"):
        raise ValueError("names no printer")
    if not HAS_SPOOLER:
        raise ValueError("only Windows has such printers; where CUPS has the queue, say cups://QUEUE")
    return WindowsDevice(unquote(url.netloc), **options(url, {"wait": seconds}))


def _virtual(_url: SplitResult, profile: Profile, folder: Path | None) -> Device:
    from printing.devices.virtual import VirtualDevice

    return VirtualDevice(profile, folder)


#: Whether this system has the print queues of Windows.
HAS_SPOOLER = os.name == "nt"


class Scheme(NamedTuple):
    """One way to a printer: `example` is what to write, `open` raises ValueError for what is not like it."""

    example: str
    open: Callable[[SplitResult, Profile, Path | None], Device]


SCHEMES: Mapping[str, Scheme] = {
    "tcp": Scheme("tcp://HOST:9100", _tcp),
    "usb": Scheme("usb://04b8:0e15?serial=…&interface=0&in=0x82&out=0x01", _usb),
    "serial": Scheme("serial:///dev/ttyS0?baud=19200&flow=dsrdtr|rtscts|xonxoff|none", _serial),
    "file": Scheme("file:///dev/usb/lp0", _file),
    "cups": Scheme("cups://QUEUE?server=HOST:631", _cups),
    "windows": Scheme("windows://NAME", _windows),
    "virtual": Scheme("virtual:", _virtual),
}


def open_device(url: str, profile: Profile, folder: Path | None = None) -> Device:
    """Return the way to a printer; nothing is connected yet. A virtual one keeps its tickets in `folder`.

    Raises PrintingError, naming what is allowed, for a URL that is none of ours.
    """
    if (scheme := SCHEMES.get(url.partition(":")[0].lower())) is None:
        allowed = ", ".join(f"{name}:" for name in SCHEMES)
        raise PrintingError(f"device: {url!r} is not one of {allowed}")
    if "@" in url.partition("?")[0]:  # not repeated in words: it may hold a password
        raise PrintingError(f"device: a user or password stands in it; allowed is {scheme.example}")
    try:
        parts = urlsplit(url)
        return scheme.open(parts, profile, folder)
    except ValueError as error:  # a port that is no number, a bracket left open
        raise PrintingError(f"device: {url!r}: {error}; allowed is {scheme.example}") from error


def check(url: str) -> None:
    """Raise PrintingError, naming what is allowed, for a URL that is none of ours; nothing is connected."""
    open_device(url, Profile())
