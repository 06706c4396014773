"""Every row of every table in the services' documents; a test that is about one names it here."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., Any])

TABLES: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("rows.toml").read_text(encoding="utf-8")
)

#: kind -> its rows, each as ``table / row``.
ROWS: Mapping[str, frozenset[str]] = {
    kind: frozenset(f"{table} / {row}" for table, rows in tables.items() for row in rows)
    for kind, tables in TABLES.items()
}

#: kind -> the rows that tests have named so far.
NAMED: Mapping[str, set[str]] = {kind: set() for kind in ROWS}


def row(kind: str, name: str, *values: Any) -> Any:
    """Return a parameter of a test that is about this row, whose name is then the test's own."""
    _name(kind, name)
    return pytest.param(*values, id=name)


def rows_of(kind: str, table: str) -> list[Any]:
    """Return a parameter for each row of a table: the row itself."""
    return [row(kind, f"{table} / {each}", each) for each in TABLES[kind][table]]


def about(kind: str, *names: str) -> Callable[[Test], Test]:
    """Say of a test that it is about these rows."""
    for name in names:
        _name(kind, name)
    return lambda test: test


def _name(kind: str, name: str) -> None:
    assert name in ROWS[kind], f"{kind} has no row {name}"
    NAMED[kind].add(name)
