"""A line over a driver that blocks: two threads read and write, so that the loop never waits."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

from printing.devices.line import Line
from printing.errors import NotReady


class Driver(Protocol):
    """An open port whose calls block for a moment; `read` and `write` run in two threads at a time.

    All raise OSError when the port is gone.
    """

    def read(self) -> bytes:
        """Return what came; nothing after a moment of silence, or when `wake` was called."""
        ...

    def write(self, data: bytes) -> int:
        """Return how many bytes of `data` were taken, after a moment at most: none is no error."""
        ...

    def wake(self) -> None:
        """End a `read` or `write` that waits; called in the loop, at the end."""
        ...

    def close(self) -> None:
        """Give the port back."""
        ...


async def dial(connect: Callable[[], Driver]) -> Line:
    """Return the line over the driver that `connect` opens, in a thread; raises what `connect` raises."""
    opening = asyncio.ensure_future(asyncio.to_thread(connect))
    try:
        driver = await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_unused)
        raise
    line = Line()
    Wire(driver, line).start()
    return line


def _close_unused(opening: asyncio.Future[Driver]) -> None:
    """Give back a port that was opened for one who has gone; a port that could not be opened is nothing."""
    with suppress(NotReady, asyncio.CancelledError):
        threading.Thread(target=opening.result().close, daemon=True).start()


class Wire(asyncio.Transport):
    """Carries bytes between a driver and its line. What the driver has not taken counts as untaken."""

    def __init__(self, driver: Driver, line: Line) -> None:
        super().__init__()
        self._driver, self._line = driver, line
        self._loop = asyncio.get_running_loop()
        self._pieces: deque[bytes] = deque()
        self._untaken = 0
        self._news = threading.Condition()
        self._is_closing = False
        self._why: Exception | None = None
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._write)]

    def start(self) -> None:
        """Hand the line over, and begin."""
        self._line.connection_made(self)
        for thread in self._threads:
            thread.start()

    def get_extra_info(self, _name: str, default: Any = None) -> Any:
        """Return nothing: a port has no socket."""
        return default

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Do nothing: the line is told of the last byte only."""

    def get_write_buffer_size(self) -> int:
        """Return the bytes that the driver has not taken."""
        return self._untaken

    def is_closing(self) -> bool:
        """Whether nothing more comes or goes."""
        return self._is_closing

    def write(self, data: Any) -> None:
        """Queue `data` for the writing thread."""
        with self._news:
            self._pieces.append(bytes(data))
            self._untaken += len(data)
            self._news.notify()

    def abort(self) -> None:
        """Close; what was not taken is dropped."""
        self._end(None)

    close = abort

    def _end(self, why: Exception | None) -> None:
        with self._news:
            if self._is_closing:
                return
            self._is_closing, self._why = True, why
            self._news.notify()
        self._driver.wake()
        threading.Thread(target=self._hang_up, daemon=True).start()

    def _hang_up(self) -> None:
        """Give the port back when both threads have let go of it."""
        for thread in self._threads:
            thread.join()
        try:
            self._driver.close()
        except OSError as error:
            self._why = self._why or error
        self._tell(self._line.connection_lost, self._why)

    def _read(self) -> None:
        try:
            while not self._is_closing:
                if data := self._driver.read():
                    self._tell(self._line.data_received, data)
        except OSError as error:
            self._tell(self._end, error)

    def _write(self) -> None:
        try:
            while (piece := self._next()) is not None:
                self._put(piece)
        except OSError as error:
            self._tell(self._end, error)

    def _next(self) -> bytes | None:
        """Wait for what is written next, and return it; None when the line is closed."""
        with self._news:
            self._news.wait_for(lambda: self._pieces or self._is_closing)
            return None if self._is_closing else self._pieces.popleft()

    def _put(self, piece: bytes) -> None:
        """Write one piece, as long as the line is there."""
        while piece and not self._is_closing:
            taken = self._driver.write(piece)
            piece = piece[taken:]
            with self._news:
                self._untaken -= taken
        if not self._untaken:
            self._tell(self._line.resume_writing)

    def _tell(self, what: Callable[..., None], *news: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(what, *news)
