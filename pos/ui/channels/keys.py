"""What a channel can be set to, key by key, read from its settings' own models; no widgets here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from pos.config_tables import ChannelPart
from sync.channels import KINDS

#: How a key is asked for: a line, a number, yes or no, one of several, any of several, words, words to words.
Shape = Literal["text", "number", "switch", "choice", "choices", "words", "map"]

#: What a shop sets on the first day, beside address and secrets; all else is folded away.
FIRST: Mapping[str, tuple[str, ...]] = {
    "fankahui": ("login", "allow_plain_http", "auto_accept"),
    "imweb": ("auto_accept",),
    "crema": ("tell_about", "currency"),
    "rayteams": ("products",),
    "impilo": ("site",),
}

#: Keys of every channel that mean nothing where a service has no orders to fetch, or none to accept.
_OF_LISTS = ("poll_seconds", "finished_hours")
_OF_ACCEPTING = ("auto_accept", "auto_accept_limit", "deadline_minutes")

#: What has a page of its own.
MAPPED = frozenset({"workflow", "workflows"})

_OTHERWISE = ("name", "kind", "base_url")


class Key(NamedTuple):
    """One key. `options` are what may be chosen; `fixed` are the only words that a map may begin from."""

    name: str
    shape: Shape
    usual: Any
    options: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


@cache
def every(kind: str) -> tuple[Key, ...]:
    """Return all keys of a kind but its name and what has a page of its own; its address comes first."""
    model, can = KINDS[kind].settings_model(), KINDS[kind].can
    own = {name: field for name, field in model.model_fields.items() if name not in MAPPED}
    spare = set(_OTHERWISE) | (set() if can.lists else set(_OF_LISTS))
    spare |= set() if "accept" in can.tells else set(_OF_ACCEPTING)
    common = {name: field for name, field in ChannelPart.model_fields.items() if name not in spare}
    return tuple(_key(name, field) for name, field in {**own, **common}.items())


def own(kind: str) -> frozenset[str]:
    """Return the names of the keys that a kind itself understands."""
    return frozenset(KINDS[kind].settings_model().model_fields)


def hears_of(kind: str) -> bool:
    """Whether a kind has no orders of its own, and is told what was sold at other channels."""
    return "tell_about" in own(kind)


def typed_secrets(kind: str) -> tuple[str, ...]:
    """Return the secrets that a person types; those of a sign-in come by themselves."""
    place = KINDS[kind]
    return tuple(name for name in place.secret_fields() if name not in place.renewed_fields())


def wrong(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a channel's table, by key, in the models' own words; empty where nothing."""
    found: dict[str, str] = {}
    given = {key: value for key, value in values.items() if value is not None}
    own = {key: value for key, value in given.items() if key not in ChannelPart.model_fields}
    address = {"base_url": given["base_url"]} if "base_url" in given else {}
    shared = {key: value for key, value in given.items() if key in ChannelPart.model_fields}
    for model, part in ((ChannelPart, shared), (KINDS[kind].settings_model(), {**address, **own})):
        found.update(_wrong(model, part))
    return found


def _wrong(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, str]:
    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        return {str(part["loc"][0]): part["msg"].removeprefix("Value error, ") for part in error.errors()}
    return {}


def _key(name: str, field: FieldInfo) -> Key:
    shape, options, fixed = _shape(field.annotation)
    usual = "" if field.is_required() else field.get_default(call_default_factory=True)
    bounds = {
        side: getattr(each, bound)
        for each in field.metadata
        for side, bound in (("least", "ge"), ("least", "gt"), ("most", "le"), ("most", "lt"))
        if hasattr(each, bound)
    }
    return Key(name, shape, usual, options, fixed, **bounds)


def _shape(kind: Any) -> tuple[Shape, tuple[str, ...], tuple[str, ...]]:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _shape(next(part for part in parts if part is not type(None)))
    if origin is Literal:
        return "choice", tuple(map(str, parts)), ()
    if origin is dict:
        return "map", _words(parts[1]), _words(parts[0])
    if origin is tuple:
        return ("choices" if _words(parts[0]) else "words"), _words(parts[0]), ()
    return _PLAIN.get(kind, "text"), (), ()


_PLAIN: Mapping[Any, Shape] = {bool: "switch", int: "number", float: "number"}


def _words(kind: Any) -> tuple[str, ...]:
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()
