"""A simulated printer, and a client that knows nothing of printers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from printing.simulator import Simulator


class Client:
    """Sends bytes and reads what comes; it has no patience of its own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, data: bytes) -> None:
        """Send some bytes."""
        self.writer.write(data)

    async def ask(self, data: bytes, size: int = 1) -> bytes:
        """Send a question, and return an answer of `size` bytes."""
        self.send(data)
        return await self.reader.readexactly(size)

    async def rest(self) -> bytes:
        """Return all that comes until the printer hangs up; raises ConnectionError where it breaks off."""
        return await self.reader.read()

    async def close(self) -> None:
        """Hang up."""
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


Connect = Callable[[], Awaitable[Client]]


@pytest.fixture
async def printer() -> AsyncIterator[Simulator]:
    """A printer that is well, and prints at once."""
    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
async def connect(printer: Simulator) -> AsyncIterator[Connect]:
    """Connect to the printer."""
    clients: list[Client] = []

    async def connected() -> Client:
        clients.append(Client(*await asyncio.open_connection("127.0.0.1", printer.port)))
        return clients[-1]

    yield connected
    for client in clients:
        await client.close()
