"""What a client can do, read from its public methods: their names, arguments and words."""

from __future__ import annotations

import inspect
import json
import math
import types
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

#: What a client does for itself.
_OWN = frozenset({"close"})


class WrongArgument(ValueError):
    """An argument that an operation does not take, lacks, or cannot read; in plain words."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an operation. `of` is the parameter that it is a field of, where that is a value."""

    name: str
    kind: Any
    required: bool
    of: str = ""

    @property
    def flag(self) -> str:
        """Return how it is written in a shell."""
        return "--" + self.name.replace("_", "-")


@dataclass(frozen=True, slots=True)
class Operation:
    """One public method of a client."""

    name: str
    words: str
    arguments: tuple[Argument, ...]
    method: Callable[..., Any]
    values: Mapping[str, type]

    async def call(self, client: Any, given: Mapping[str, str]) -> Any:
        """Call it with arguments as a shell gives them; raises WrongArgument."""
        said = self._read(given)
        answer = self.method(client, **said)
        if isinstance(answer, AsyncIterator):
            return [row async for page in answer for row in page.documents]
        return await answer

    def _read(self, given: Mapping[str, str]) -> dict[str, Any]:
        known = {argument.name: argument for argument in self.arguments}
        for name in given:
            if name not in known:
                raise WrongArgument(f"{self.name} takes no --{name}; it takes {self._flags()}")
        missing = [a.flag for a in self.arguments if a.required and a.name not in given]
        if missing:
            raise WrongArgument(f"{self.name} needs {', '.join(missing)}")
        said: dict[str, Any] = {}
        values: dict[str, dict[str, Any]] = {name: {} for name in self.values}
        for name, text in given.items():
            argument = known[name]
            (values[argument.of] if argument.of else said)[name] = _value(argument, text)
        fields_given = said.pop(_EXTRA, {})
        return {
            **said,
            **fields_given,
            **{name: self.values[name](**value) for name, value in values.items()},
        }

    def _flags(self) -> str:
        return ", ".join(argument.flag for argument in self.arguments) or "nothing"


#: The argument that stands for whatever else a method takes.
_EXTRA = "fields"


def operations(client: type) -> dict[str, Operation]:
    """Return what a client can do, by name."""
    methods = inspect.getmembers(client, inspect.isfunction)
    found = [_operation(name, m) for name, m in methods if _is_operation(name, m)]
    return {operation.name: operation for operation in found}


def _is_operation(name: str, method: Any) -> bool:
    calls = inspect.iscoroutinefunction(method) or inspect.isasyncgenfunction(method)
    return calls and not name.startswith("_") and name not in _OWN


def _operation(name: str, method: Callable[..., Any]) -> Operation:
    hints = get_type_hints(method)
    arguments: list[Argument] = []
    values: dict[str, type] = {}
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
        kind = hints[parameter.name]
        if is_dataclass(kind) and isinstance(kind, type):
            values[parameter.name] = kind
            arguments += _fields(kind, parameter.name)
        elif parameter.kind is parameter.VAR_KEYWORD:
            arguments.append(Argument(_EXTRA, Mapping[str, Any], required=True))
        else:
            arguments.append(Argument(parameter.name, kind, parameter.default is parameter.empty))
    return Operation(name, inspect.getdoc(method) or "", tuple(arguments), method, values)


def _fields(kind: type, of: str) -> list[Argument]:
    hints = get_type_hints(kind)
    return [
        Argument(f.name, hints[f.name], f.default is MISSING and f.default_factory is MISSING, of)
        for f in fields(kind)
    ]


def _value(argument: Argument, text: str) -> Any:
    try:
        return _read_as(_bare(argument.kind), text)
    except ValueError as error:
        raise WrongArgument(f"{argument.flag}: {error}") from None


def _bare(kind: Any) -> Any:
    """Return a type without the None that it may be."""
    if get_origin(kind) in (Union, types.UnionType):
        several = [each for each in get_args(kind) if each is not type(None)]
        words = [word for each in several if get_origin(each) is Literal for word in get_args(each)]
        return Literal[tuple(words)] if words else several[0]
    return kind


def _read_as(kind: Any, text: str) -> Any:
    origin = get_origin(kind)
    if origin is Literal:
        if text not in get_args(kind):
            raise ValueError(f"“{text}” is none of {', '.join(filter(None, get_args(kind)))}")
        return text
    if kind in _READS:
        return _READS[kind](text)
    return _shaped(kind, _list(text) if origin is Sequence else _json(text))


def _shaped(kind: Any, said: Any) -> Any:
    """Return what was said in JSON; raises ValueError where its shape is not that of its kind."""
    try:
        return TypeAdapter(kind).validate_python(said)
    except ValidationError as error:
        wrong = error.errors()[0]
        place = "".join(f"[{part}]" for part in wrong["loc"])
        raise ValueError(f"{place} {wrong['msg']}".strip()) from None


def _bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("it is true or false")
    return text == "true"


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"“{text}” is no whole number") from None


def _amount(text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not math.isfinite(amount):
        raise ValueError(f"“{text}” is no amount")
    return amount


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no time; write it like 2026-03-01T12:00:00+00:00") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no day; write it like 2026-03-01") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None


def _no_json(word: str) -> NoReturn:
    """Refuse what Python reads and no service does: NaN and the infinities."""
    raise ValueError(word)


def _list(text: str) -> list[Any]:
    """Return a list from JSON, or from words with commas between them."""
    if text.startswith("["):
        found: list[Any] = _json(text)
        return found
    return [word.strip() for word in text.split(",") if word.strip()]


_READS: Mapping[Any, Callable[[str], Any]] = {
    str: str, bool: _bool, int: _number, float: _amount, datetime: _time, date: _day,
}  # fmt: skip
