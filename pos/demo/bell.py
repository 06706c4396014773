"""Waiting for what must come: looked at again whenever the store rings, and never for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from pos.store.store import Store
from pos.store.tx import Topic

T = TypeVar("T")

#: After this long (seconds) what has not come will not: the day is broken off.
LONGEST = 60.0

#: The service does not ring: it is looked at again this often (seconds).
_LOOK = 0.1


class NeverCame(Exception):
    """Something that must happen did not; `str()` says what, in words for people."""


class Bell:
    """Hears the store's commits."""

    def __init__(self, store: Store) -> None:
        self._rung = threading.Event()
        self._off = store.subscribe(self._ring)

    def until(self, found: Callable[[], T | None], what: str) -> T:
        """Return what `found` returns once that is true; raises NeverCame, saying `what`."""
        end = time.monotonic() + LONGEST
        while not (value := found()):
            if time.monotonic() > end:
                raise NeverCame(what)
            self._rung.wait(_LOOK)
            self._rung.clear()
        return value

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Hear no more."""
        self._off()

    def _ring(self, _topics: frozenset[Topic]) -> None:
        self._rung.set()
