"""One open connection to a printer: bytes go out whole, and its answers are sorted as they come."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from printing.errors import LineBroke, NotReady
from printing.status import Answers

#: Socket options that let the system notice within seconds that an idle peer is gone: after 5 s of silence
#: every 2 s, three times. The names differ by system; what one does not have is left at its usual value.
_KEEP_ALIVE = {"TCP_KEEPIDLE": 5, "TCP_KEEPALIVE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3}


class Line(asyncio.Protocol):
    """What one connection says and takes. It reads by itself: idle, it costs nothing."""

    def __init__(self) -> None:
        self.answers = Answers()
        #: why it was closed, in the system's words
        self.why = "the printer hung up"
        self.heard: Callable[[], None] = lambda: None
        self._news = asyncio.Event()
        self._gone = asyncio.Event()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more comes or goes."""
        return self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over a connection, as asyncio hands it out."""
        self._transport = cast(asyncio.Transport, transport)
        # What is not yet with the system counts as not taken, down to the last byte.
        self._transport.set_write_buffer_limits(high=0)
        if (opened := transport.get_extra_info("socket")) is not None:
            _prepare(opened)

    def data_received(self, data: bytes) -> None:
        """Sort out what the printer says."""
        self.answers.feed(data)
        self._rings()

    def eof_received(self) -> None:
        """Wake who waits: the printer has hung up, and what was not taken may never be."""
        self._rings()

    def connection_lost(self, error: Exception | None) -> None:
        """Remember that nothing more comes, and why."""
        if error is not None:
            self.why = str(error) or type(error).__name__
        self._gone.set()
        self._rings()

    def resume_writing(self) -> None:
        """Wake who waits for the last byte to be taken."""
        self._rings()

    @property
    def untaken(self) -> int:
        """Bytes that the system has not taken yet."""
        return self._transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        """Send all of `data` in one write; `untaken` says what still waits."""
        self._transport.write(data)

    def give(self, data: bytes) -> bool:
        """Send one whole ticket in one write; return whether the system has taken every byte already.

        Raises NotReady when the line is closed, and nothing was sent.
        """
        transport = self._transport
        if transport.is_closing():
            raise NotReady("busy", f"{self.why} before anything was sent")
        transport.write(data)
        return not (transport.get_write_buffer_size() or transport.is_closing())

    async def given(self, seconds: float, is_held: Callable[[], bool] = bool) -> None:
        """Return when the system has taken every byte. Raises LineBroke.

        It may rest for so long with nothing taken, and longer where the printer `is_held` until a person has
        helped.
        """
        while (left := self.untaken) and not self.is_closed:
            taken = await self.until(lambda: not self.untaken, seconds)
            if not (taken or self.is_closed or is_held()) and self.untaken == left:
                raise LineBroke("line_broke", "while sending: the printer takes no more")
        if self.is_closed:
            await self.close()  # only then is it known why
            raise LineBroke("line_broke", f"while sending: {self.why}")

    async def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Listen until `done`, the line's end or the time's; return whether `done`."""
        if done() or self.is_closed:
            return done()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (done() or self.is_closed):
                    self._news.clear()
                    await self._news.wait()
        return done()

    def hang_up(self) -> None:
        """End the line; what a stuck printer has not taken is dropped, all else still goes out."""
        if self.untaken:
            self._transport.abort()
        self._transport.close()

    async def close(self) -> None:
        """Hang up, and return when the line is gone."""
        self.hang_up()
        await self._gone.wait()

    def _rings(self) -> None:
        self._news.set()
        self.heard()


def _prepare(opened: socket.socket) -> None:
    """Let small writes go at once, and a dead peer be noticed."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():
        if (option := getattr(socket, name, None)) is not None:
            opened.setsockopt(socket.IPPROTO_TCP, option, value)
