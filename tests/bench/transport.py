"""What a network printer costs: a ticket handed over, beside the bare system call; and a spool at rest."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, cast

from printing.devices.patience import Patience
from printing.devices.tcp import TcpDevice
from printing.ports import Host, Job, PrinterHealth, Shown
from printing.profiles import profile
from printing.spool import Printer, Spool

from .measure import Figure, shown

#: Tickets that are handed over in turns, one by us, one bare; and the seconds between them: right after
#: another, either would find the system's own code warm.
_PAIRS, _APART = 3_000, 0.0005
#: As long as a kitchen ticket of twenty lines.
_TICKET = b"\x1b@" + "宫保鸡丁 微辣 多花生\n".encode("gb18030") * 50 + b"\x1dVB\x00"
#: Seconds until all have begun, seconds at rest, and printers that rest.
_SETTLED, _REST, _PRINTERS = 8.0, 10.0, 8


def figures(_folder: Path) -> Iterator[Figure]:
    """Measure the hand-over and the rest."""
    with socket.create_server(("127.0.0.1", 0)) as printer:
        process = multiprocessing.get_context("fork").Process(target=_take_all, args=(printer,), daemon=True)
        process.start()
        try:
            yield asyncio.run(_hand_over(printer.getsockname()[1]))
            yield _rest(printer.getsockname()[1])
        finally:
            process.terminate()
            process.join()


def _take_all(printer: socket.socket) -> None:
    """Take whatever comes on any connection, as a printer without paper or voice."""
    asyncio.run(_serve(printer))


async def _serve(printer: socket.socket) -> None:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            pass
        writer.close()

    async with await asyncio.start_server(take, sock=printer) as server:
        await server.serve_forever()


async def _hand_over(port: int) -> Figure:
    """A ticket to a printer that is asked nothing, over the kept line, beside `sendall` over another."""
    ours = TcpDevice("127.0.0.1", port, "none", Patience(keep=600))
    ours.listen(lambda _health: None)
    mine, floor = [], []
    with socket.create_connection(("127.0.0.1", port)) as bare:
        bare.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(_PAIRS):
            await asyncio.sleep(_APART)
            start = perf_counter()
            await ours.send(_TICKET)
            mine.append(perf_counter() - start)
            await asyncio.sleep(_APART)
            start = perf_counter()
            bare.sendall(_TICKET)
            floor.append(perf_counter() - start)
    await ours.close()
    ratio = median(mine) / median(floor)
    return Figure(f"hand-over of {len(_TICKET)} bytes", shown(median(mine)), shown(median(floor)), ratio, 1.5)


class _Resting:
    """A host that never has a ticket."""

    @asynccontextmanager
    async def lock(self, _printer: str) -> Any:
        yield None

    async def recover(self, _printer: str) -> int:
        return 0

    async def claim(self, _printer: str, _now: datetime, **_which: bool) -> Job | None:
        return None

    async def known(self, _printer: str, _way: str) -> Shown:
        return Shown()

    async def learned(self, _printer: str, _way: str, _shown: Shown) -> None:
        pass

    async def is_aside(self, _printer: str) -> bool:
        return False

    async def health(self, _printer: str, _health: PrinterHealth, _now: datetime) -> None:
        pass


def _rest(port: int) -> Figure:
    """Printers of which half are there and half are not, beside a loop in which nothing is."""
    ours, floor = asyncio.run(_share(port, _PRINTERS)), asyncio.run(_share(port, 0))
    spent = max(0.0, ours - floor)
    # The limit is in thousandths of one core: below them, two runs of the empty loop differ as much.
    return Figure(
        f"{_PRINTERS} printers at rest (‰ of a core)", f"{ours:.3%}", f"{floor:.3%}", spent * 1000, 1.0
    )


async def _share(port: int, printers: int) -> float:
    """Return which share of one core a spool takes that has nothing to print, once it has begun."""
    urls = [f"tcp://127.0.0.1:{port if even else 1}" for even in (True, False) * (printers // 2)]
    paper = profile(confirm="none")
    spool = Spool(
        cast(Host, _Resting()), [Printer(f"printer {at}", url, paper) for at, url in enumerate(urls)]
    )
    stop = asyncio.Event()
    running = asyncio.create_task(spool.run(stop))
    await asyncio.sleep(_SETTLED)
    start, spent = perf_counter(), process_time()
    await asyncio.sleep(_REST)
    share = (process_time() - spent) / (perf_counter() - start)
    stop.set()
    await running
    return share
