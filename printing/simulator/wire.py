"""The network side of a printer: one connection is served at a time, and it can be pulled out, reset or held."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Literal

from printing.simulator.machine import Answer, Machine

#: Taken from the network at once; a printer's own window is small too.
_WINDOW = 4096
#: SO_LINGER with no time: closing resets the connection instead of ending it.
_RESET = struct.pack("ii", 1, 0)


class Wire:
    """Listens for a machine; `changed` is called whenever something happened."""

    def __init__(self, machine: Machine, changed: Callable[[], None]) -> None:
        self.machine = machine
        self.changed = changed
        self.port = 0
        self.plugged = True
        #: another program has the port: whoever comes is hung up on, or waits unanswered
        self.held: Literal["", "hangs_up", "waits"] = ""
        self.late = 0.0
        self.hang_up_after: int | None = None
        self.greeting = b""
        #: connections ever made, those that were hung up on included
        self.connections = 0
        self._server: asyncio.Server | None = None
        self._lines: deque[Connection] = deque()

    async def listen(self, port: int) -> None:
        """Take connections on `port` (0: any); raises OSError."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WINDOW)
        if hasattr(socket, "SO_REUSEPORT"):  # elsewhere that option means something worse
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            sock.close()
            raise
        self.port = sock.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), sock=sock)

    async def deaf(self) -> None:
        """Take no more connections: they are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def reset(self) -> None:
        """Break every connection off."""
        for line in list(self._lines):
            line.reset()

    @property
    def current(self) -> Connection | None:
        """The connection that is served."""
        return self._lines[0] if self._lines else None

    def enter(self, line: Connection) -> None:
        """A client connected."""
        self.connections += 1
        if self.held == "hangs_up":
            line.end()
            return
        self._lines.append(line)
        if self._lines[0] is line:
            self._greet()
        self.pump()
        self.changed()

    def _greet(self) -> None:
        if self.greeting:
            self.machine.say(self.greeting)
            self.greeting = b""

    def leave(self, line: Connection) -> None:
        """A client is gone; the next one is served."""
        if line in self._lines:
            served = self._lines[0] is line
            self._lines.remove(line)
            if served:
                self.machine.outbox.clear()  # nobody is there to hear what it was asked
                if self._lines:
                    self._greet()
        self.pump()
        self.changed()

    @property
    def may_talk(self) -> bool:
        """Whether bytes go in and out at all."""
        return self.plugged and self.held != "waits"

    def pump(self) -> None:
        """Send what waits, and read on, stop reading, or hang up, as things are."""
        for line in list(self._lines):
            line.look(served=line is self.current)


class Connection(asyncio.BufferedProtocol):
    """One client's connection."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._buffer = bytearray(_WINDOW)
        self._is_full = False
        self._is_reading = True
        self._ended = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; see asyncio.BaseProtocol, also for all below."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=0)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wire.enter(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        room = max(1, min(_WINDOW, self._wire.machine.room))
        if self._wire.hang_up_after is not None:
            room = max(1, min(room, self._wire.hang_up_after))
        return memoryview(self._buffer)[:room]

    def buffer_updated(self, count: int) -> None:
        wire = self._wire
        wire.machine.receive(bytes(self._buffer[:count]))
        if wire.hang_up_after is not None:
            wire.hang_up_after -= count
            if wire.hang_up_after <= 0:
                wire.hang_up_after = None
                self.end()
        wire.pump()
        wire.changed()

    def eof_received(self) -> bool:
        self._ended = True
        self._wire.pump()
        self._wire.changed()
        return True

    def connection_lost(self, _error: Exception | None) -> None:
        self._wire.leave(self)

    def pause_writing(self) -> None:
        self._is_full = True

    def resume_writing(self) -> None:
        self._is_full = False
        self._wire.pump()

    def look(self, *, served: bool) -> None:
        """Read and send as far as the printer does that now; end when a client that ended has had all."""
        if self._transport is None or self._transport.is_closing():
            return
        machine = self._wire.machine
        self._read(served and self._wire.may_talk and machine.room > 0)
        if not served or not self._wire.may_talk:
            return
        while machine.outbox and not self._is_full:
            self._send(machine.outbox.popleft())
        if self._ended and not machine.is_busy and not self._is_full:
            self.end()

    def _read(self, wanted: bool) -> None:
        assert self._transport is not None
        if wanted != self._is_reading:
            self._is_reading = wanted
            (self._transport.resume_reading if wanted else self._transport.pause_reading)()

    def _send(self, answer: Answer) -> None:
        assert self._transport is not None
        if self._wire.late:
            loop = asyncio.get_running_loop()
            loop.call_later(self._wire.late, self._send_late, answer.data)
        else:
            self._transport.write(answer.data)

    def _send_late(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing() and self._wire.may_talk:
            self._transport.write(data)

    def end(self) -> None:
        """Hang up; what was sent still goes out."""
        if self._transport is not None:
            self._transport.close()

    def reset(self) -> None:
        """Break it off, as a machine without power does."""
        if self._transport is not None:
            sock = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self._transport.abort()
