"""The one slot in which every write is made: one after another, a person's before a worker's."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from itertools import count
from queue import PriorityQueue
from typing import Any, TypeVar

T = TypeVar("T")

#: Who waits for whom: what a person pressed goes before what channels and printers have to write.
PERSON, WORKER, LAST = 0, 1, 2

_Job = tuple[int, int, Future[Any], Callable[[], Any]]


class Slot:
    """A thread that does one thing after another; equals in the order they came."""

    def __init__(self, name: str) -> None:
        self._jobs: PriorityQueue[_Job] = PriorityQueue()
        self._turn = count()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, urgency: int, work: Callable[[], T]) -> Future[T]:
        """Do `work` when its turn comes; raises RuntimeError once the slot is closed."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError("the store is closed")
            self._jobs.put((urgency, next(self._turn), future, work))
        return future

    def close(self) -> None:
        """Do what was begun and what waits, and end."""
        with self._lock:
            self._closed = True
            self._jobs.put((LAST, next(self._turn), Future(), lambda: None))
        self._thread.join()

    def _run(self) -> None:
        while True:
            urgency, _, future, work = self._jobs.get()
            if urgency == LAST:
                return
            if future.set_running_or_notify_cancel():
                _do(future, work)


def _do(future: Future[T], work: Callable[[], T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001  # whatever it is, it belongs to who asked for the work
        future.set_exception(error)
