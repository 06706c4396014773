"""Find printers: announced in the network, plugged in, as queues of the system, or at given addresses.

Never by trying addresses that nobody has given.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing

from printing.finding.asking import probe
from printing.finding.found import CannotLook, Found, How, Missed
from printing.finding.mdns import find_announced
from printing.finding.plugged import find_usb
from printing.finding.queues import find_cups, find_windows

__all__ = ["Found", "How", "Missed", "find"]

_log = logging.getLogger(__name__)

Ways = Mapping[How, AsyncIterator[Found | Missed]]


async def find(hosts: Sequence[str] = (), seconds: float = 3.0) -> AsyncGenerator[Found | Missed, None]:
    """Yield each printer as it is found, and each way that shows none; ends by itself, can be left any time.

    `hosts` (HOST or HOST:PORT) are asked whether a printer is there; to the network we listen `seconds` long.
    """
    async with aclosing(look(_ways(hosts, seconds))) as all_ways:
        async for one in all_ways:
            yield one


def _ways(hosts: Sequence[str], seconds: float) -> Ways:
    ways: dict[How, AsyncIterator[Found | Missed]] = {
        "usb": find_usb(),
        "mdns": find_announced(seconds),
    }
    ways |= {"windows": find_windows()} if os.name == "nt" else {"cups": find_cups()}
    return ways | ({"probe": probe(hosts)} if hosts else {})


async def look(ways: Ways) -> AsyncGenerator[Found | Missed, None]:
    """Yield what all ways show, as it comes; one that breaks says so and does not end the others."""
    news: asyncio.Queue[Found | Missed | None] = asyncio.Queue()
    tasks = [asyncio.ensure_future(_follow(how, way, news)) for how, way in ways.items()]
    left = len(tasks)
    try:
        while left:
            if (one := await news.get()) is None:
                left -= 1
            else:
                yield one
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _follow(
    how: How, way: AsyncIterator[Found | Missed], news: asyncio.Queue[Found | Missed | None]
) -> None:
    try:
        async for one in way:
            news.put_nowait(one)
    except CannotLook as error:
        news.put_nowait(Missed(how, error.cause, str(error)))
    except Exception as error:  # noqa: BLE001 - one way's fault must not hide what the others find
        _log.exception("looking for printers by %s failed", how)
        news.put_nowait(Missed(how, "error", f"{type(error).__name__}: {error}"))
    finally:
        news.put_nowait(None)
