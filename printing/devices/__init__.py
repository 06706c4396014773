"""The ways to a printer, by the scheme of its URL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit
from urllib.request import url2pathname

from printing.devices.device import Device
from printing.errors import PrintingError
from printing.profiles import Profile

__all__ = ["SCHEMES", "Device", "open_device"]


def _tcp(url: SplitResult, profile: Profile, _folder: Path | None) -> Device:
    from printing.devices.patience import Patience
    from printing.devices.tcp import TcpDevice

    if not url.hostname:
        raise PrintingError(f"device: {url.geturl()!r} names no host; say tcp://HOST:9100")
    seconds = {name: float(value) for name, value in parse_qsl(url.query, strict_parsing=bool(url.query))}
    if unknown := seconds.keys() - {field.name for field in fields(Patience)}:
        raise PrintingError(f"device: {url.geturl()!r}: nothing waits for {', '.join(sorted(unknown))}")
    return TcpDevice(url.hostname, url.port or 9100, profile.confirm, Patience(**seconds))


def _file(url: SplitResult, _profile: Profile, _folder: Path | None) -> Device:
    from printing.devices.file import FileDevice

    if not url.path or url.netloc:
        raise PrintingError(f"device: {url.geturl()!r} names no file; say file:///dev/usb/lp0")
    return FileDevice(Path(url2pathname(url.path)))


def _virtual(_url: SplitResult, profile: Profile, folder: Path | None) -> Device:
    from printing.devices.virtual import VirtualDevice

    return VirtualDevice(profile, folder)


SCHEMES: dict[str, Callable[[SplitResult, Profile, Path | None], Device]] = {
    "tcp": _tcp,
    "file": _file,
    "virtual": _virtual,
}


def open_device(url: str, profile: Profile, folder: Path | None = None) -> Device:
    """Return the way to a printer; nothing is connected yet. A virtual one keeps its tickets in `folder`.

    Raises PrintingError, naming what is allowed, for a URL that is none of ours.
    """
    if (opener := SCHEMES.get(url.partition(":")[0].lower())) is None:
        raise PrintingError(f"device: {url!r} is not one of {', '.join(f'{scheme}:' for scheme in SCHEMES)}")
    try:
        return opener(urlsplit(url), profile, folder)
    except ValueError as error:  # a port that is no number, a bracket left open
        raise PrintingError(f"device: {url!r}: {error}") from error
