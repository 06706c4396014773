"""What an example of the services' documents is, and where its text stands."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sync.errors import ChannelError
from sync.session import NOT_SHOWN

SAMPLES = Path(__file__).parent.parent / "samples"

#: The examples that were asked for, by the names of their files.
USED: set[str] = set()


def said(name: str) -> Any:
    """Return an example as the documents print it."""
    return json.loads(_read(f"{name}.json"))


def without(answer: Mapping[str, Any], *tokens: str) -> dict[str, Any]:
    """Return what a client shows of a sign-in's answer: that these were got, and not what they are."""
    return {**answer, **dict.fromkeys(tokens, NOT_SHOWN)}


def link(name: str) -> dict[str, str]:
    """Return the headers that the documents print beside a list."""
    name, _, value = _read(f"{name}.headers.txt").partition(": ")
    return {name: value.strip()}


def _read(file: str) -> str:
    USED.add(file)
    return (SAMPLES / file).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Example:
    """One operation: the call, the one request that it must make, and what the documents answer to it.

    A request has nothing in its query or its body that is not named here; `form` is a body that is a form,
    with each of its fields, and `files` has the files of one. `settings` are those under which the documents'
    way is taken. `found` is what the call returns, where that is not the answer itself.
    """

    kind: str
    call: Callable[[Any], Awaitable[Any]]
    method: str
    path: str
    answer: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    form: Sequence[tuple[str, str]] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    answered: Mapping[str, str] = field(default_factory=dict)
    found: Any = ...
    error: type[ChannelError] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


async def listed(pages: AsyncIterator[Any]) -> list[Any]:
    """Return the documents of all pages."""
    return [document async for page in pages for document in page.documents]
