"""What names an order's lines in letters, and which of them a letter is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Line = TypeVar("_Line", bound=_HasId)


def keyed(lines: Iterable[_Line]) -> Iterator[tuple[str, _Line]]:
    """Yield each line with what names it: its id, or its place (``#1``) where it has none or shares it.

    No two are named alike, even where a service's own id looks like a place.
    """
    seen: set[str] = set()
    for place, line in enumerate(lines, start=1):
        key = f"#{place}" if not line.id or line.id in seen else line.id
        while key in seen:
            key = f"#{key}"
        seen.add(key)
        yield key, line


def named(keys: Iterable[str], parts: Iterable[object]) -> frozenset[str]:
    """Return which lines, by what names them, a letter's ``parts`` are about; none named are all.

    A service may name what it parcels together: such a part's number stands before the ``/`` of its lines'.
    """
    wanted = {str(part) for part in parts}
    return frozenset(key for key in keys if not wanted or {key, key.partition("/")[0]} & wanted)
