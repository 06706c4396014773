"""A printer on the network, raw on port 9100: asked before, given the ticket in one go, asked afterwards."""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from printing.errors import LineBroke, NotReady
from printing.ports import Evidence, PrinterHealth
from printing.profiles import Confirm
from printing.status import PAPER_SENSOR, QUESTIONS, Answers, health_of, process_id_request, read_status


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds; a device's URL may say otherwise (`tcp://host:9100?mute=5&held=300`)."""

    connect: float = 3.0
    #: for an answer to a status request, which is given at once
    status: float = 1.0
    #: for all bytes to be taken: a printer out of paper stops taking them
    write: float = 120.0
    #: for proof from a printer that is well: the time to print what is in its buffer
    confirm: float = 20.0
    #: for proof from one that answered nothing so far; a tenth of it where there was none last time either
    mute: float = 2.0
    #: for proof from one that stopped over its paper or cover: it goes on when a person has helped
    held: float = 120.0
    #: for a process id after the weaker proof has come
    process_id: float = 1.0


class TcpDevice:
    """A printer at `host`:`port`. A connection lasts for one ticket, so that others can print too."""

    def __init__(
        self, host: str, port: int = 9100, confirm: Confirm = "auto", patience: Patience | None = None
    ) -> None:
        self._host, self._port = host, port
        self._confirm = confirm
        self._patience = patience or Patience()
        self._answers_status = self._proves = True
        self._knows_process_ids = confirm in ("auto", "process-id")
        # A print server may hand us what an earlier process of ours had asked for: begin somewhere else.
        self._count = random.randrange(10_000)

    async def send(self, data: bytes, _title: str = "") -> Evidence:
        """Print one ticket; see Device.send."""
        async with self._connected() as line:
            answers = await self._ask_first(line)
            if (health := read_status(answers)).cause:
                raise NotReady(health.cause, health.detail)
            self._count += 1
            return await self._print(line, data, spoke=bool(answers))

    async def status(self) -> PrinterHealth:
        """Return how the printer is; see Device.status."""
        try:
            async with self._connected() as line:
                return read_status(await self._ask_first(line))
        except NotReady as error:
            return health_of(error.cause, str(error))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[_Line]:
        try:
            async with asyncio.timeout(self._patience.connect):
                reader, writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError) as error:
            raise NotReady("unreachable", f"{self._host}:{self._port} {_said(error)}") from error
        line = _Line(reader, writer)
        try:
            yield line
        finally:
            await line.close()

    async def _ask_first(self, line: _Line) -> dict[int, int]:
        """Ask how the printer is; one that says nothing may print where its settings allow that."""
        if self._confirm == "none":
            return {}
        try:
            answers = await self._ask(line)
        except OSError as error:
            raise NotReady("unreachable", _said(error)) from error
        if line.is_closed:
            raise NotReady("busy", "the printer hung up before anything was sent")
        if not answers and self._confirm != "auto":
            raise NotReady("offline", "the printer does not answer, and its settings say that it must")
        return answers

    async def _ask(self, line: _Line) -> dict[int, int]:
        """Return the answers to DLE EOT 1 to 4, by question; none from a printer that is mute."""
        answers: dict[int, int] = {}
        for number, question in enumerate(QUESTIONS, start=1):
            line.answers.real_time.clear()
            line.write(question)
            if not await line.until(lambda: bool(line.answers.real_time), self._status_patience()):
                break
            answers[number] = line.answers.real_time.popleft()
        self._answers_status = bool(answers)
        return answers

    def _status_patience(self) -> float:
        """Return how long to wait: a printer that was mute last time is asked again, but briefly."""
        return self._patience.status if self._answers_status else self._patience.status / 5

    async def _print(self, line: _Line, data: bytes, *, spoke: bool) -> Evidence:
        """Send a ticket with its request for proof in one write; from here on its fate may be unknown."""
        process_id = f"{self._count % 10000:04d}".encode()
        line.answers.queued.clear()
        try:
            async with asyncio.timeout(self._patience.write):
                await line.write_all(data + self._request(process_id))
        except (OSError, TimeoutError) as error:
            raise LineBroke("line_broke", f"while sending: {_said(error)}") from error
        if self._confirm == "none":
            return "transport"
        try:
            return await self._proof(line, process_id, spoke)
        except OSError as error:
            raise LineBroke("line_broke", f"while waiting for proof: {_said(error)}") from error

    def _request(self, process_id: bytes) -> bytes:
        if self._confirm == "none":
            return b""
        return (process_id_request(process_id) if self._knows_process_ids else b"") + PAPER_SENSOR

    async def _proof(self, line: _Line, process_id: bytes, spoke: bool) -> Evidence:
        """Wait for what the printer says of this ticket."""
        answers = line.answers

        def proven() -> bool:
            return process_id in answers.process_ids or bool(answers.queued)

        self._proves = await self._wait(line, proven, spoke)
        if not self._proves:
            return await self._without_proof(line, spoke)
        if self._knows_process_ids:
            await line.until(lambda: process_id in answers.process_ids, self._patience.process_id)
            self._knows_process_ids = process_id in answers.process_ids or self._confirm == "process-id"
        if process_id in answers.process_ids:
            return "process-id"
        return "gs-r"

    async def _wait(self, line: _Line, proven: Callable[[], bool], spoke: bool) -> bool:
        """Wait for proof; longer where the printer says that it holds the ticket until a person helps."""
        if not spoke:
            return await line.until(proven, self._patience.mute / (1 if self._proves else 10))
        if await line.until(proven, self._patience.confirm) or line.is_closed:
            return proven()
        held = read_status(await self._ask(line)).cause
        return bool(held) and await line.until(proven, self._patience.held)

    async def _without_proof(self, line: _Line, spoke: bool) -> Evidence:
        """Return the weaker evidence that is left, or raise LineBroke."""
        if line.is_closed or line.answers.restarted:
            raise LineBroke(
                "line_broke", "the printer hung up or restarted before it said that the ticket is out"
            )
        if not spoke:
            return "transport"
        answers = await self._ask(line)
        said = read_status(answers).cause or ("looks well" if answers else "no answer any more")
        if self._confirm == "process-id" or said != "looks well":
            raise LineBroke("no_proof", said)
        return "status"


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__


class _Line:
    """One connection, and what came over it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.answers = Answers()
        self.is_closed = False
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.transport.set_write_buffer_limits(high=0)

    def write(self, data: bytes) -> None:
        """Send a few bytes."""
        self._writer.write(data)

    async def write_all(self, data: bytes) -> None:
        """Send all of `data` in one write, and return when the system has taken every byte."""
        self._writer.write(data)
        await self._writer.drain()

    async def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Read until `done`, the line's end or the time's; return whether `done`. Raises OSError."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not done() and not self.is_closed:
                    data = await self._reader.read(256)
                    self.is_closed = not data
                    self.answers.feed(data)
        return done()

    async def close(self) -> None:
        """Hang up; what the system has taken still goes out, what a stuck printer did not take is dropped."""
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()
