"""What an example of the services' documents is, and where its text stands."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.errors import ChannelError

SAMPLES = Path(__file__).parent.parent / "samples"

#: The examples that were asked for by name.
USED: set[str] = set()


def said(name: str) -> Any:
    """Return an example as the documents print it."""
    USED.add(name)
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def link(name: str) -> dict[str, str]:
    """Return the headers that the documents print beside a list."""
    name, _, value = (SAMPLES / f"{name}.headers.txt").read_text(encoding="utf-8").partition(": ")
    return {name: value.strip()}


@dataclass(frozen=True)
class Example:
    """One operation: the call, the request that it must make, and what the documents answer to it.

    `found` is what the call returns, where that is not the answer itself.
    """

    kind: str
    call: Callable[[Any], Awaitable[Any]]
    method: str
    path: str
    answer: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    answered: Mapping[str, str] = field(default_factory=dict)
    found: Any = ...
    error: type[ChannelError] | None = None


async def listed(pages: AsyncIterator[Any]) -> list[Any]:
    """Return the documents of all pages."""
    return [document async for page in pages for document in page.documents]
