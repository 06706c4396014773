"""The network side of a printer: one connection is served at a time; all can be cut off, reset or held."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import Literal

from printing.simulator.connection import WINDOW, Connection
from printing.simulator.machine import Machine


class Wire:
    """Listens for a machine; `changed` is called whenever something happened."""

    def __init__(self, machine: Machine, changed: Callable[[], None]) -> None:
        self.machine = machine
        self.changed = changed
        self.port = 0
        self.plugged = True
        #: another program has the port: whoever comes is hung up on, or waits unanswered
        self.held: Literal["", "hangs_up", "waits"] = ""
        #: seconds that every answer comes late
        self.late = 0.0
        self.hang_up_after: int | None = None
        #: said to the next client, unasked
        self.greeting = b""
        #: connections ever made, those that were hung up on included
        self.connections = 0
        self._socket: socket.socket | None = None
        self._server: asyncio.Task[asyncio.Server] | None = None
        self._lines: deque[Connection] = deque()

    def listen(self, port: int) -> None:
        """Take connections on `port` (0: any) of loopback; raises OSError."""
        sock = socket.socket()
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
            if hasattr(socket, "SO_REUSEPORT"):  # elsewhere SO_REUSEADDR would let two listen at once
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(("127.0.0.1", port))
            sock.listen()
        except OSError:
            sock.close()
            raise
        self.port = sock.getsockname()[1]
        self._socket = sock
        loop = asyncio.get_running_loop()
        self._server = loop.create_task(loop.create_server(lambda: Connection(self), sock=sock))

    def deafen(self) -> None:
        """Take no more connections: they are refused."""
        if self._server is None or self._socket is None:
            return
        if self._server.done():
            self._server.result().close()
        else:
            self._server.cancel()
            self._socket.close()
        self._server = self._socket = None

    def reset(self) -> None:
        """Break every connection off."""
        for line in list(self._lines):
            line.reset()

    @property
    def current(self) -> Connection | None:
        """The connection that is served."""
        return self._lines[0] if self._lines else None

    @property
    def may_talk(self) -> bool:
        """Whether bytes go in and out at all."""
        return self.plugged and self.held != "waits"

    def enter(self, line: Connection) -> None:
        """A client connected."""
        self.connections += 1
        if self.held == "hangs_up":
            line.end()
        else:
            self._lines.append(line)
            self.serve()

    def leave(self, line: Connection) -> None:
        """A client is gone; the next one is served."""
        if line is self.current:
            self.machine.line_ended()
            if not self.machine.faults.joins:
                self.machine.outbox.clear()  # whoever asked hears no more
        if line in self._lines:
            self._lines.remove(line)
        self.serve()

    def serve(self) -> None:
        """Send what waits, and read on, stop reading, or hang up, as things are."""
        if self.greeting and self.current is not None:
            self.machine.say(self.greeting)
            self.greeting = b""
        if not self._lines:
            self.machine.outbox.clear()
        for line in list(self._lines):
            line.look(served=line is self.current)
        self.changed()
