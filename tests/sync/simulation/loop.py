"""An event loop in which time passes only while everybody waits: an hour takes no longer than its work."""

# asyncio's own names of what a loop has to have.
# ruff: noqa: ARG002
from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Stuck(RuntimeError):
    """Everybody waits, and nothing is ever to come."""


class _Skips:
    """Stands where a selector does: instead of waiting for sockets it moves the clock on."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck
        self._loop.passed += timeout
        return []

    def close(self) -> None:
        return


class VirtualLoop(asyncio.BaseEventLoop):
    """A loop without sockets and threads, whose seconds are counted and not waited for."""

    def __init__(self) -> None:
        """Begin at second 0."""
        super().__init__()
        self.passed = 0.0
        self._selector = _Skips(self)
        # What a worker that was killed leaves unfinished is nobody's to hear of.
        self.set_exception_handler(lambda *_: None)

    def time(self) -> float:
        """Return the seconds that have passed."""
        return self.passed

    def _process_events(self, event_list: list[Any]) -> None:
        return

    def _write_to_self(self) -> None:
        return


def live(story: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a time of its own and return what it returns."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story)
