"""deployd's query language, as far as its documents and the vendor's app use it."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

Document = Mapping[str, Any]


class BadQuery(ValueError):
    """A query that deployd answers with 400 as text/plain."""


class Refusal(Exception):
    """A request that is refused, with deployd's body."""

    def __init__(self, status: int, message: str = "", errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        body = {"status": status, "message": message, "errors": errors or {}}
        self.body = {key: value for key, value in body.items() if value}


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def fits(value: Any, wanted: Any) -> bool:
        try:
            return compare(value, wanted)
        except TypeError:
            return False

    return fits


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "$gt": _ordered(operator.gt),
    "$gte": _ordered(operator.ge),
    "$lt": _ordered(operator.lt),
    "$lte": _ordered(operator.le),
    "$ne": lambda value, wanted: not _same(value, wanted),
    "$in": lambda value, wanted: any(_same(value, w) for w in wanted),
    "$nin": lambda value, wanted: not any(_same(value, w) for w in wanted),
    "$regex": lambda value, wanted: isinstance(value, str) and re.search(wanted, value) is not None,
}

_COMMANDS = frozenset({"$sort", "$skip", "$limit", "$fields", "skip", "limit", "sort"})


def decoded(query_string: str) -> dict[str, Any]:
    """Return the parameters of a query string, of which the whole or each value may be JSON."""
    plain = unquote(query_string)
    if plain.startswith("{"):
        whole = _json(plain)
        return whole if isinstance(whole, dict) else {}
    pairs = parse_qsl(query_string, keep_blank_values=True)
    return {key: _json(value) if value[:1] in "{[" and value else value for key, value in pairs}


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BadQuery(f"cannot parse {text[:40]}") from error


def matching(documents: Iterable[Document], query: Mapping[str, Any]) -> list[Document]:
    """Return the documents that all filters of a query fit."""
    filters = {key: wanted for key, wanted in query.items() if key not in _COMMANDS}
    return [document for document in documents if _fits(document, filters)]


def page(documents: Sequence[Document], query: Mapping[str, Any]) -> list[Document]:
    """Return the part of the documents that ``$sort``, ``$skip`` and ``$limit`` ask for (20 by default)."""
    ordered = list(documents)
    sort = query.get("$sort", query.get("sort"))
    for path, direction in reversed((sort if isinstance(sort, dict) else {}).items()):
        ordered.sort(key=lambda d, path=path: _rank(_first(d, path)), reverse=int(direction) < 0)  # type: ignore[misc]  # mypy cannot infer a default
    skip = _number(query.get("$skip", query.get("skip", 0)))
    limit = _number(query.get("$limit", query.get("limit", 20)))
    return ordered[skip : skip + limit]


def _number(value: Any) -> int:
    try:
        return max(int(value), 0)
    except (TypeError, ValueError) as error:
        raise BadQuery("not a number") from error


def _rank(value: Any) -> tuple[int, Any]:
    return (1, value) if isinstance(value, int | float) else (0, str(value))


def _fits(document: Document, filters: Mapping[str, Any]) -> bool:
    for path, wanted in filters.items():
        if path == "$or":
            if not any(_fits(document, branch) for branch in wanted):
                return False
        elif not _condition(_values(document, path), wanted):
            return False
    return True


def _condition(values: Sequence[Any], wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return any(_same(value, wanted) for value in values)
    unknown = set(wanted) - set(OPERATORS)
    if unknown:
        raise BadQuery(f"unknown operator {min(unknown)}")
    return all(any(OPERATORS[name](value, arg) for value in values) for name, arg in wanted.items())


def _same(value: Any, wanted: Any) -> bool:
    return bool(value == wanted or (isinstance(wanted, str) and str(value) == wanted))


def _first(document: Document, path: str) -> Any:
    return next(iter(_values(document, path)), None)


def _values(value: Any, path: str) -> list[Any]:
    """Return what stands at a dotted path, through lists."""
    found = [value]
    for name in path.split("."):
        parts = [part for v in found for part in (v if isinstance(v, list) else [v])]
        found = [part.get(name) for part in parts if isinstance(part, Mapping)]
    return found or [None]
