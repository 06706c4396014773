"""What both kinds of workers need of the store: its locks, and the end of what was begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Literal, TypeVar

from pos.store.store import Store
from pos.store.trouble import StoreTrouble

T = TypeVar("T")

#: Told what a worker found begun and not ended: whose (a channel's or printer's name), what, and how many.
Recovered = Callable[[str, Literal["letters", "tickets"], int], object]


def nobody(_name: str, _what: str, _many: int) -> None:
    """Nobody is told: what was recovered is seen in the store."""


async def done(future: Future[T]) -> T:
    """Wait for an action even when cancelled meanwhile: a commit that was begun is not given up."""
    return await asyncio.shield(asyncio.wrap_future(future))


async def holds(store: Store, name: str) -> bool:
    """Whether a worker's lock is still held: it is lost with the way to a database's server."""
    known = store.holds_as_known(name)
    return await asyncio.to_thread(store.holds, name) if known is None else known


async def still_held(store: Store, name: str) -> None:
    """Claim only where the worker's lock is held: another may work it by now. Raises StoreTrouble."""
    if not await holds(store, name):
        raise StoreTrouble("unreachable", detail=f"the lock {name} is lost")


@asynccontextmanager
async def locked(store: Store, name: str) -> AsyncIterator[str | None]:
    """Hold a worker's lock while in the block; yields None when held, else who holds it."""
    with store.lock(name) as holder:
        yield holder


class Handover:
    """Workers' locks, of which one that ends may leave its own to the one that follows it in this process.

    Else another counter would take what is only worked anew here, with secrets that may be older.
    """

    def __init__(self, store: Store) -> None:
        """Prepare; nothing is held yet."""
        self._store = store
        self._followed: set[str] = set()
        self._left: dict[str, ExitStack] = {}

    @asynccontextmanager
    async def locked(self, name: str) -> AsyncIterator[str | None]:
        """Hold a worker's lock while in the block; yields None when held, else who holds it."""
        left = self._left.pop(name, None)
        with left or ExitStack() as held:
            holder = None if left else held.enter_context(self._store.lock(name))
            try:
                yield holder
            finally:
                if name in self._followed and holder is None:
                    self._left[name] = held.pop_all()

    @contextmanager
    def followed(self, name: str) -> Iterator[None]:
        """Let who gives the lock back in the block leave it to the next who asks for it here."""
        self._followed.add(name)
        try:
            yield
        except BaseException:
            self._followed.discard(name)
            self.give_back(name)
            raise
        finally:
            self._followed.discard(name)

    def give_back(self, name: str) -> None:
        """Give back what was left to one who never asked for it."""
        if name not in self._followed and (left := self._left.pop(name, None)):
            left.close()
