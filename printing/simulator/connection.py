"""One client's connection to the simulated printer."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import TYPE_CHECKING

from printing.simulator.machine import Answer

if TYPE_CHECKING:
    from printing.simulator.wire import Wire

#: Bytes taken from the network at once; a printer's own window is small too.
WINDOW = 4096
#: SO_LINGER with no time: closing resets the connection instead of ending it.
_RESET = struct.pack("ii", 1, 0)


class Connection(asyncio.BufferedProtocol):
    """Reads only what the printer has room for, so that a full one makes its client wait."""

    _transport: asyncio.Transport

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._buffer = memoryview(bytearray(WINDOW))
        self._is_full = False
        self._is_reading = True
        self._ended = False
        self._late = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; this and those below are called by the event loop (asyncio.BufferedProtocol)."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=0)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Not at once: before Python 3.11.4 a transport forgets here that it is not to read yet.
        asyncio.get_running_loop().call_soon(self._wire.enter, self)

    def get_buffer(self, _sizehint: int) -> memoryview:
        """Return where to put what comes: no larger than the room there is."""
        room = min(WINDOW, self._wire.machine.room)
        if self._wire.hang_up_after is not None:
            room = min(room, self._wire.hang_up_after)
        return self._buffer[: max(1, room)]

    def buffer_updated(self, count: int) -> None:
        """Take what came, and hang up where that was the last."""
        wire = self._wire
        wire.machine.receive(bytes(self._buffer[:count]))
        if wire.hang_up_after is not None:
            wire.hang_up_after -= count
            if wire.hang_up_after <= 0:
                wire.hang_up_after = None
                self.end()
        wire.serve()

    def eof_received(self) -> bool:
        """Stay until the client has had all answers: it may only have ended its own side."""
        self._ended = True
        self._wire.serve()
        return True

    def connection_lost(self, _error: Exception | None) -> None:
        """Make room for the next."""
        self._wire.leave(self)

    def pause_writing(self) -> None:
        """The client does not read."""
        self._is_full = True

    def resume_writing(self) -> None:
        """The client has read."""
        self._is_full = False
        self._wire.serve()

    def look(self, *, served: bool) -> None:
        """Read and send as far as the printer does that now; end when a client that ended has had all."""
        if self._transport.is_closing():
            return
        machine, may_talk = self._wire.machine, served and self._wire.may_talk
        self._read(may_talk and machine.room > 0)
        while may_talk and machine.outbox and not self._is_full:
            self._send(machine.outbox.popleft())
        if may_talk and self._ended and not (machine.is_busy or self._is_full or self._late):
            self.end()

    def _read(self, wanted: bool) -> None:
        if wanted != self._is_reading:
            self._is_reading = wanted
            (self._transport.resume_reading if wanted else self._transport.pause_reading)()

    def _send(self, answer: Answer) -> None:
        if self._wire.late:
            self._late += 1
            asyncio.get_running_loop().call_later(self._wire.late, self._send_late, answer)
        else:
            self._transport.write(answer.data)

    def _send_late(self, answer: Answer) -> None:
        self._late -= 1
        if self._transport.is_closing():
            return
        if self._wire.may_talk:
            self._transport.write(answer.data)
        else:
            self._wire.machine.outbox.append(answer)  # the network brings it when it is there again
        self._wire.serve()

    def end(self) -> None:
        """Hang up; what was sent still goes out."""
        self._transport.close()

    def reset(self) -> None:
        """Break it off, as a machine without power does."""
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()
