"""What both kinds of workers need of the store: its locks, and the end of what was begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
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
