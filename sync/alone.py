"""One asking at a time in this process: who asks the same meanwhile, on whatever thread, hears the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from sync.errors import TryLater

T = TypeVar("T")


class Alone(Generic[T]):
    """What is being asked just now, by what it is; nothing of it is remembered once it is answered."""

    def __init__(self) -> None:
        """Begin; nothing is asked yet."""
        self._under_way: dict[Hashable, Future[T]] = {}
        self._guard = Lock()

    async def ask(self, what: Hashable, send: Callable[[], Awaitable[T]]) -> T:
        """Return what `send` answers, or what is answered to somebody who asks `what` just now.

        Raises what that raised; TryLater where that was broken off.
        """
        with self._guard:
            before = self._under_way.get(what)
            ours = self._under_way.setdefault(what, Future())
        if before is not None:
            return await asyncio.wrap_future(before)
        ours.set_running_or_notify_cancel()  # from now on, who waits for it cannot cancel it
        try:
            ours.set_result(await send())
        except BaseException as error:
            ours.set_exception(error if isinstance(error, Exception) else TryLater("no_answer_in_time"))
            raise
        finally:  # only now: who asked before has found the answer
            with self._guard:
                del self._under_way[what]
        return ours.result()
