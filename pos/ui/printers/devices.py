"""How people say where a printer is: a way to it, and what stands behind that."""

from __future__ import annotations

import sys
from urllib.parse import quote, unquote

from printing.devices import check
from printing.errors import PrintingError

#: The ways that are offered: what a device's URL begins with. A queue's name may hold anything.
WAYS = {
    "tcp": "tcp://",
    "usb": "usb://",
    "cups": "cups://",
    "windows": "windows://",
    "serial": "serial://",
    "file": "file://",
    "virtual": "virtual:",
}
_QUEUES = ("cups", "windows")


def offered(way: str) -> list[str]:
    """Return the ways there are on this machine, and the one that is set whatever it is."""
    absent = "cups" if sys.platform == "win32" else "windows"
    return [each for each in WAYS if each != absent or each == way]


def split(device: str) -> tuple[str, str]:
    """Return a device's way and what a person types behind it."""
    way = device.partition(":")[0]
    rest = device.removeprefix(WAYS.get(way, ""))
    return way, unquote(rest) if way in _QUEUES else rest


def joined(way: str, text: str) -> str:
    """Return the device's URL."""
    text = text.strip()
    if way == "virtual":
        return WAYS[way]
    return WAYS[way] + (quote(text, safe="?=&") if way in _QUEUES else text)


def is_possible(way: str, text: str) -> bool:
    """Whether a printer could be there."""
    try:
        check(joined(way, text))
    except PrintingError:
        return False
    return way == "virtual" or bool(text.strip())
