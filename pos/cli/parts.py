"""Commands by their names, of which only those are made that somebody asks for: to make all takes longest."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from functools import cache
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command_name, get_group_from_info
from typer.models import TyperInfo


class _Commands(Mapping[str, Any]):
    """The commands of several apps."""

    def __init__(self, apps: Sequence[typer.Typer]) -> None:
        self._apps = {name: app for app in apps for name in _names(app)}

    def __getitem__(self, name: str) -> Any:
        return _made(self._apps[name]).commands[name]

    def __contains__(self, name: object) -> bool:
        return name in self._apps

    def __iter__(self) -> Iterator[str]:
        return iter(self._apps)

    def __len__(self) -> int:
        return len(self._apps)


def with_parts(app: typer.Typer, parts: Sequence[typer.Typer]) -> TyperGroup:
    """Return an app's command; the commands of its parts come after its own."""
    group = _group(app)
    commands: MutableMapping[str, Any] = ChainMap({}, _Commands(parts), group.commands)  # type: ignore[arg-type]  # only the first is written to
    group.commands = commands
    return group


def _names(app: typer.Typer) -> Iterator[str]:
    for made in app.registered_commands:
        yield made.name or get_command_name(made.callback.__name__)  # type: ignore[union-attr]  # each has one
    for group in app.registered_groups:
        yield str(group.name)


@cache
def _made(app: typer.Typer) -> TyperGroup:
    return _group(app)


def _group(app: typer.Typer) -> TyperGroup:
    return get_group_from_info(
        TyperInfo(app), pretty_exceptions_short=True, suggest_commands=True, rich_markup_mode=None
    )
