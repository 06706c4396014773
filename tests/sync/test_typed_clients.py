"""A client is typed for who uses it alone: a type checker sees the classes that a program is given."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import sync
from sync.channels import KINDS
from sync.documents import Raw
from sync.operations import Operation, operations


def seen_by_a_checker(kind: str) -> dict[str, str]:
    """Return from where a type checker takes the names of a channel's package."""
    source = (Path(sync.__file__).parent / "channels" / kind / "__init__.py").read_text(encoding="utf-8")
    [block] = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.If)]
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    lines = [line for line in block.body if isinstance(line, ast.ImportFrom)]
    return {name.name: str(line.module) for line in lines for name in line.names}


@pytest.mark.parametrize("kind", KINDS)
def test_a_checker_sees_what_a_program_is_given(kind: str) -> None:
    package: Any = import_module(f"sync.channels.{kind}")
    seen = seen_by_a_checker(kind)
    assert sorted(seen) == sorted(package.__all__) == ["Client", "Settings", "open_client"]
    for name, module in seen.items():
        assert getattr(package, name) is getattr(import_module(module), name)


@pytest.mark.parametrize("kind", KINDS)
def test_one_order_is_a_document_as_it_came(kind: str) -> None:
    client = import_module(f"sync.channels.{kind}").Client
    assert get_type_hints(client.order)["return"] == Raw


@pytest.mark.parametrize("kind", KINDS)
def test_every_operation_says_what_it_returns(kind: str) -> None:
    known = operations(import_module(f"sync.channels.{kind}").Client)
    assert [name for name, one in known.items() if "return" not in get_type_hints(one.method)] == []


def test_an_installed_package_says_that_it_is_typed() -> None:
    assert (Path(sync.__file__).parent / "py.typed").exists()


OPERATIONS = [
    (kind, operation)
    for kind in KINDS
    for operation in operations(import_module(f"sync.channels.{kind}").Client).values()
]


@pytest.mark.parametrize(("kind", "operation"), OPERATIONS, ids=[f"{k} {o.name}" for k, o in OPERATIONS])
def test_each_operation_says_which_call_it_makes_and_what_it_raises(kind: str, operation: Operation) -> None:
    assert re.search(r"``(GET|POST|PUT|PATCH|DELETE) /", operation.words), kind
    assert "aises" in operation.words, kind
