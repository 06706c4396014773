"""Printers that announce themselves in the local network (DNS service discovery, RFC 6763)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

from printing.finding.found import CannotLook, Found
from printing.models import nearest

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

#: Raw printing, whose port is announced; the others only say that a printer is there, whose raw port is 9100.
_RAW = "_pdl-datastream._tcp.local."
_KINDS = (_RAW, "_printer._tcp.local.", "_ipp._tcp.local.")
_PORT = 9100

#: Keys under which printers say what they are, best first.
_NAMES = (b"ty", b"usb_MDL", b"product", b"note")


async def find_announced(seconds: float = 3.0, interfaces: Sequence[str] = ()) -> AsyncIterator[Found]:
    """Yield each printer that answers within `seconds`, once; raises CannotLook without a network."""
    from zeroconf import InterfaceChoice
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def hear(service_type: str, name: str, **_more: Any) -> None:
        heard.put_nowait((service_type, name))

    try:
        zeroconf = AsyncZeroconf(interfaces=list(interfaces) or InterfaceChoice.All)
    except OSError as error:
        raise CannotLook("unreachable", f"this machine has no network to listen to: {error}") from error
    browser = AsyncServiceBrowser(zeroconf.zeroconf, list(_KINDS), handlers=[hear])
    try:
        async for found in _answers(zeroconf, heard, seconds):
            yield found
    finally:
        await browser.async_cancel()
        await zeroconf.async_close()


async def _answers(
    zeroconf: AsyncZeroconf, heard: asyncio.Queue[tuple[str, str]], seconds: float
) -> AsyncIterator[Found]:
    from zeroconf.asyncio import AsyncServiceInfo

    loop, seen = asyncio.get_running_loop(), set[str]()
    ends = loop.time() + seconds
    while (left := ends - loop.time()) > 0:
        try:
            kind, name = await asyncio.wait_for(heard.get(), left)
        except TimeoutError:
            return
        info = AsyncServiceInfo(kind, name)
        if await info.async_request(zeroconf.zeroconf, max(left, 0.5) * 1000):
            found = _found(info)
            if found is not None and found.url not in seen:
                seen.add(found.url)
                yield found


def _found(info: AsyncServiceInfo) -> Found | None:
    """Return the printer by its number: its .local name is not known to every system."""
    addresses = sorted(info.parsed_addresses(), key=lambda address: ":" in address)
    if not addresses:
        return None
    host = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    port = info.port if info.type == _RAW and info.port else _PORT
    said = [text for key in _NAMES if (text := (info.properties.get(key) or b"").decode("utf-8", "replace"))]
    name = said[0] if said else info.name.removesuffix(f".{info.type}")
    return Found(f"tcp://{host}:{port}", "mdns", name.strip("()"), nearest(" ".join(said) or name))
