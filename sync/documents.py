"""What services send, as it really comes: any field may be missing, of another type, or unknown."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from sync.messages import RemoteOrder, Unreadable

_LONGEST_TEXT = 500
_LONGEST_RAW, _LONGEST_KEY = 100_000, 100
_MOST = 10**12
_MILLISECONDS_FROM = 1e11
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


#: One document of a service as it came: its fields are the service's own, and any of them may be missing.
Raw = Mapping[str, Any]

#: Longest words of a memo that are taken over, in characters; what follows them where they were longer.
LONGEST_MESSAGE, CUT = 1000, "… (cut)"
_MOST_PIECES = 10_000

#: Told of what in an order cannot be read as it should, by a word that keys what a person is told.
Problem = Callable[[str], None]


class Odd:
    """A value that is not what the documents promise, kept so that a person can be told."""

    def __init__(self, value: object) -> None:
        """Keep `value`; nothing is known of it."""
        self.value = value


def clean(value: Any) -> Any:
    """Return a JSON value without what no database takes: lone surrogates and NUL."""
    match value:
        case str():
            # Most texts, and nearly all names, need no second look.
            plain = value if value.isascii() else value.encode("utf-8", "replace").decode()
            return plain.replace("\0", "") if "\0" in plain else plain
        case list():
            return [clean(v) for v in value]
        case dict():
            return {clean(k): clean(v) for k, v in value.items()}
        case float() if not math.isfinite(value):
            return None
    return value


def whole(value: object) -> int | Odd | None:
    """Return a whole number that is not negative, Odd for anything else, None for nothing."""
    match value:
        case None | Odd():
            return value
        case bool():
            return Odd(value)
        case int() | float() if 0 <= value <= _MOST and value == int(value):
            return int(value)
        case str() if value.isascii() and value.isdigit() and len(value) < 13:
            return int(value)
    return Odd(value)


def time(value: object) -> datetime | Odd | None:
    """Return a time (UTC) from seconds or milliseconds since 1970, with or without fractions, or ISO 8601."""
    try:
        moment = _moment(value)
    except (ValueError, OverflowError, OSError):
        return Odd(value)
    if moment is None:
        return None
    return moment if _EARLIEST <= moment < _LATEST else Odd(value)


def _moment(value: object) -> datetime | None:
    match value:
        case None:
            return None
        case bool():
            raise ValueError
        case int() | float():
            seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
            return datetime.fromtimestamp(seconds, UTC)
        case str() if value.replace(".", "", 1).isdecimal():
            return _moment(float(value))
        case str():
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    raise ValueError


def text(value: object) -> str:
    """Return a text or a number as a text, and nothing for anything else."""
    match value:
        case str():
            return value.strip()[:_LONGEST_TEXT]
        case int() | float() if not isinstance(value, bool):
            return str(int(value) if _is_integer(value) else value)[:_LONGEST_TEXT]
    return ""


def _is_integer(value: float) -> bool:
    return abs(value) <= _MOST * 1000 and value == int(value)


def one(value: object) -> dict[str, Any]:
    """Return an object: itself, the first of a list, or one that has only the id which stands for it."""
    match value:
        case dict():
            return value
        case [dict() as first, *_]:
            return first
        case str() | int() if not isinstance(value, bool):
            return {"id": value}
    return {}


def many(value: object) -> tuple[Any, ...]:
    """Return a list of objects from a list or a single one; what is no object is Odd."""
    match value:
        case None:
            return ()
        case dict():
            return (value,)
        case list():
            return tuple(v if isinstance(v, dict) else Odd(v) for v in value)
    return (Odd(value),)


Text = Annotated[str, BeforeValidator(text)]
Whole = Annotated[int | Odd | None, BeforeValidator(whole)]
Time = Annotated[datetime | Odd | None, BeforeValidator(time)]


class Document(BaseModel):
    """Anything in an answer; fields that are not named are kept."""

    model_config = ConfigDict(extra="allow", arbitrary_types_allowed=True, frozen=True)


def read(
    document: object, order_of: Callable[[dict[str, Any]], RemoteOrder], key: Callable[[Any], str]
) -> RemoteOrder | Unreadable:
    """Return the order in a document, or why it is none; raises nothing whatever comes.

    `order_of` makes an order of a cleaned document and may raise ValueError; `key` finds the record's id in
    any document, empty where it has none.
    """
    try:
        cleaned = clean(document)
        if not isinstance(cleaned, dict):
            return unreadable(cleaned, "not an object")
        order = order_of(cleaned)
    except (ValueError, RecursionError) as error:
        return unreadable(None, type(error).__name__, clean(key(document))[:_LONGEST_KEY])
    return order if order.remote_id else unreadable(cleaned, "no id")


def unreadable(document: object, reason: str, key: str = "") -> Unreadable:
    """Return a document that is no order; without a `key` one that stays while the document does."""
    raw = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return Unreadable(key or hashlib.sha256(raw.encode()).hexdigest()[:16], reason, raw[:_LONGEST_RAW])


def pieces(value: object, problem: Problem) -> tuple[int, str]:
    """Return how many pieces of a line are wanted; where that is not said, one with a note for the cook."""
    if isinstance(value, int) and 1 <= value <= _MOST_PIECES:
        return value, ""
    problem("quantity")
    return 1, f"quantity: {as_it_came(value)}"


def clipped(message: str, problem: Problem) -> str:
    """Return what somebody wrote in a memo, cut where it is too long to be read in a kitchen."""
    if len(message) <= LONGEST_MESSAGE:
        return message
    problem("memo_cut")
    return message[:LONGEST_MESSAGE] + CUT


def as_it_came(value: object) -> str:
    """Return a value that could not be read, short, for a person."""
    raw = value.value if isinstance(value, Odd) else value
    return json.dumps(raw, ensure_ascii=False, default=str)[:80]
