"""Channels that hear one shop: each of its orders would come in twice, and be cooked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sync.channels import KINDS


class Connected(NamedTuple):
    """How a channel reaches its shop: the keys of its kind, and those of its secrets that are known."""

    kind: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]

    @property
    def account(self) -> str:
        """Whose shop it is at the service; empty where nobody has entered it."""
        return self.secrets.get(KINDS[self.kind].who_field(), "")

    @property
    def place(self) -> str:
        """Where the service is, as one address is written in several ways."""
        return str(self.settings.get("base_url", "")).rstrip("/").lower()


def connected(
    tables: Iterable[Mapping[str, Any]],
    secrets_of: Callable[[str, str], Mapping[str, str]],
    fresh: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> dict[str, Connected]:
    """Return the channels of ``[[channel]]`` tables by name, with the secrets that each is to have.

    `secrets_of` is asked for a kind and a name; `fresh` are those by name that are not kept yet.
    """
    named = [(str(table["name"]), str(table["kind"]), table) for table in tables]
    return {
        name: Connected(kind, table, {**secrets_of(kind, name), **fresh.get(name, {})})
        for name, kind, table in named
    }


def twins(name: str, known: Mapping[str, Connected]) -> set[str]:
    """Return those of the `known` channels that hear the same shop as the one of this name."""
    own = known.get(name)
    return {other for other, its in known.items() if own and other != name and _is_one_shop(own, its)}


def _is_one_shop(one: Connected, other: Connected) -> bool:
    if not one.account or (one.kind, one.place, one.account) != (other.kind, other.place, other.account):
        return False
    parts = [(one.settings.get(key), other.settings.get(key)) for key in KINDS[one.kind].part_fields()]
    # One that hears all of an account hears what another picks of it, too.
    return not any(mine and theirs and mine != theirs for mine, theirs in parts)
