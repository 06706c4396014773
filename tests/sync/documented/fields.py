"""The fields of a document by their paths, and where in an order the value of one is found."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from sync.messages import RemoteOrder


def leaves(document: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every value in a document; of a list the first row stands for all, as ``[]``."""
    match document:
        case dict() if document:
            for name, inner in document.items():
                yield from leaves(inner, f"{path}.{name}" if path else name)
        case [first, *_]:
            yield from leaves(first, f"{path}[]")
        case _:
            yield path


def put(document: Any, path: str, value: Any) -> Any:
    """Return the document with a value at a path."""
    document = copy.deepcopy(document)
    *way, last = path.replace("[]", ".0").split(".")
    there = document
    for step in way:
        there = there[int(step) if step == "0" else step]
    there[int(last) if last == "0" else last] = value
    return document


def at(value: Any, path: str) -> Any:
    """Return what a model, or a document, has at a path."""
    for step in path.replace("[]", ".0").split("."):
        plain = step == "0" or isinstance(value, dict)
        value = value[int(step) if step == "0" else step] if plain else getattr(value, step)
    return value


def holds(value: object, mark: object) -> bool:
    """Whether a value is the mark, or has it in its text or in one of its rows."""
    if isinstance(value, tuple):
        return any(holds(each, mark) for each in value)
    return str(mark) in value if isinstance(value, str) else value == mark


def found_in(order: RemoteOrder, mark: object) -> set[str]:
    """Return which fields of an order hold the mark, apart from the document itself."""
    return set(_found(order, mark, ""))


def _found(value: object, mark: object, path: str) -> Iterator[str]:
    if is_dataclass(value):
        for field in fields(value):
            if field.name != "raw":
                yield from _found(getattr(value, field.name), mark, f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for each in value:
            yield from _found(each, mark, path)
    elif holds(value, mark):
        yield path
