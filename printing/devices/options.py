"""What may stand behind the question mark of a device's URL, as tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from math import isfinite
from typing import Any
from urllib.parse import SplitResult, parse_qsl

from printing.devices.patience import Patience

#: Takes the text of an option, and returns its value; raises ValueError, saying what is allowed.
Reader = Callable[[str], Any]


def options(url: SplitResult, known: Mapping[str, Reader]) -> dict[str, Any]:
    """Return the options of `url`, each read as `known` says; raises ValueError, naming what is allowed."""
    said = dict(parse_qsl(url.query, strict_parsing=True)) if url.query else {}
    if unknown := said.keys() - known.keys():
        raise ValueError(f"{', '.join(sorted(unknown))} is not one of {', '.join(known)}")
    return {name: _read(name, text, known[name]) for name, text in said.items()}


def _read(name: str, text: str, reader: Reader) -> Any:
    try:
        return reader(text)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def one_of(allowed: Collection[Any]) -> Reader:
    """Return a reader of one of these values."""
    spelled = {str(value): value for value in allowed}

    def read(text: str) -> Any:
        if text not in spelled:
            raise ValueError(f"{text!r} is not one of {', '.join(spelled)}")
        return spelled[text]

    return read


def whole(low: int, high: int) -> Reader:
    """Return a reader of a whole number from `low` to `high`, written plainly or as 0x82."""

    def read(text: str) -> int:
        number = int(text, 0) if text.isascii() and text.isalnum() else None
        if number is None or not low <= number <= high:
            raise ValueError(f"{text!r} is not from {low} to {high}")
        return number

    return read


def seconds(text: str) -> float:
    """Return a time in seconds."""
    value = float(text)
    if not isfinite(value) or value < 0:
        raise ValueError(f"{text!r} is no time in seconds")
    return value


#: How long is waited; see Patience.
PATIENCE: Mapping[str, Reader] = {field.name: seconds for field in fields(Patience)}


def patience_of(said: dict[str, Any]) -> Patience:
    """Take the times out of `said`, and return them."""
    return Patience(**{name: said.pop(name) for name in PATIENCE.keys() & said.keys()})
