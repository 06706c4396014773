"""What both kinds of workers need of the store: its locks, and the end of what was begun."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from typing import Literal, TypeVar

from pos.store.store import Store

T = TypeVar("T")

#: Told what a worker found begun and not ended: whose (a channel's or printer's name), what, and how many.
Recovered = Callable[[str, Literal["letters", "tickets"], int], object]


def nobody(_name: str, _what: str, _many: int) -> None:
    """Nobody is told: what was recovered is seen in the store."""


async def done(future: Future[T]) -> T:
    """Wait for an action even when cancelled meanwhile: a commit that was begun is not given up."""
    return await asyncio.shield(asyncio.wrap_future(future))


@asynccontextmanager
async def locked(store: Store, name: str) -> AsyncIterator[str | None]:
    """Hold a worker's lock while in the block; yields None when held, else who holds it."""
    with store.lock(name) as holder:
        yield holder
