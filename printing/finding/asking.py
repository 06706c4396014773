"""Ask given addresses whether a printer is there. Only those: a shop's network is not ours to search."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from printing.finding.found import CannotLook, Found, Missed
from printing.models import nearest
from printing.status import QUESTIONS

#: More addresses than this are a search.
MOST = 48
_AT_ONCE = 12
_PORT = 9100
#: Seconds to wait for a connection.
_CONNECT = 3.0
#: GS I 66 and 67: maker and model, each answered by _ … NUL where the printer knows the question.
_WHO = b"\x1dIB\x1dIC"
_NAME = re.compile(rb"_([ -~]+)\x00")


async def probe(hosts: Sequence[str], patience: float = 1.5) -> AsyncIterator[Found | Missed]:
    """Yield what is at each of `hosts` (HOST or HOST:PORT), in the order in which they answer.

    Each answer is waited for `patience` seconds. Raises CannotLook for more than MOST addresses.
    """
    wanted = list(dict.fromkeys(host.strip() for host in hosts if host.strip()))
    if len(wanted) > MOST:
        raise CannotLook("unsupported", f"{len(wanted)} addresses are too many: {MOST} at most")
    turns = asyncio.Semaphore(_AT_ONCE)
    tasks = [asyncio.ensure_future(_in_turn(host, patience, turns)) for host in wanted]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _in_turn(host: str, patience: float, turns: asyncio.Semaphore) -> Found | Missed:
    async with turns:
        return await _ask(host, patience)


async def _ask(address: str, patience: float) -> Found | Missed:
    """Return what is at one address; who takes the connection and says nothing may still print."""
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname or "", parts.port or _PORT
    except ValueError as error:
        return Missed("probe", "unsupported", str(error), address)
    if not host or parts.path or "@" in address:
        return Missed("probe", "unsupported", "this is no HOST or HOST:PORT", address)
    try:
        async with asyncio.timeout(_CONNECT):
            reader, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        cause = "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"
        return Missed("probe", cause, str(error) or type(error).__name__, address)
    name = await _named(reader, writer, patience)
    shown = f"[{host}]" if ":" in host else host
    return Found(f"tcp://{shown}:{port}", "probe", name, nearest(name))


async def _named(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience: float) -> str:
    """Return what the printer calls itself, and hang up; "" where it does not say."""
    try:
        writer.write(QUESTIONS[1])
        if not await _said(reader, 1, patience):
            return ""
        writer.write(_WHO)
        said = await _said(reader, 2, patience)
        return " ".join(text.decode("ascii") for text in _NAME.findall(said)).strip()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _said(reader: asyncio.StreamReader, answers: int, patience: float) -> bytes:
    """Return what comes until there are so many answers, silence, or the end of the line."""
    said = b""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(patience):
            while len(_NAME.findall(said)) < answers and (data := await reader.read(256)):
                said += data
                if answers == 1:
                    break
    return said
