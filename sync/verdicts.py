"""What follows from an answer that is no success, and what it says: its words, its quiet, its clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

from sync.backoff import LONGEST
from sync.errors import (
    ChannelError,
    Conflict,
    Missing,
    OutcomeUnknown,
    Paused,
    Refused,
    SignInAgain,
    Throttled,
    TryLater,
)
from sync.fitting import fits

_QUIET_LEAST, _QUIET_MOST = timedelta(seconds=1), LONGEST
_QUIET_WITHOUT_A_WORD = timedelta(minutes=1)

#: What follows from an answer that is not a success; ranges are in `verdict_of`.
_BY_STATUS: Mapping[int, type[ChannelError]] = {
    401: SignInAgain,
    404: Missing,
    408: OutcomeUnknown,
    409: Conflict,
    410: Missing,
    412: Conflict,
    425: OutcomeUnknown,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an answer that is a refusal by its body, and the word for it where it says none."""

    kind: type[ChannelError]
    word: str


#: The statuses that say enough without a word.
_BARE = {403: Verdict(Paused, "forbidden"), 429: Verdict(Throttled, "quiet")}

#: What the trouble of a whole channel is called: what the service says of it comes behind that.
_OURS_FIRST = {
    verdict.kind: verdict.word
    for verdict in (*_BARE.values(), Verdict(OutcomeUnknown, "broken"), Verdict(TryLater, "broken"))
}

#: Reads an answer's JSON, whatever its HTTP status; None where that alone decides.
Judge = Callable[[Any], Verdict | None]


def by_status(_data: Any) -> None:
    """Judge by the HTTP status alone."""


def verdict_of(status: int) -> Verdict:
    """Return what follows from an HTTP status that is no success."""
    kind = _BY_STATUS.get(status, OutcomeUnknown if status >= 500 else Refused)
    return _BARE.get(status) or Verdict(kind, f"answered: {status}")


def quiet_for(retry_after: str | None, at: datetime) -> timedelta:
    """Return how long a 429 asks for quiet, 1 s to 15 min; `at` is the service's clock (UTC).

    `retry_after` is seconds or an HTTP date; without a readable one it is a minute.
    """
    asked = _QUIET_WITHOUT_A_WORD
    if retry_after and retry_after.strip().isascii() and retry_after.strip().isdigit():
        asked = timedelta(seconds=min(int(retry_after.strip()[:9]), _QUIET_MOST.total_seconds()))
    elif date := date_of(retry_after):
        asked = date - at
    return min(max(asked, _QUIET_LEAST), _QUIET_MOST)


def error_text(verdict: Verdict, words: str) -> str:
    """Return what an error says: the service's own words, behind ours where the whole channel is meant."""
    ours = _OURS_FIRST.get(verdict.kind)
    return f"{ours}: {words}" if ours and words else words or verdict.word


_NO_KEY = "is no key of an answer; allowed is for example message, or error.message for one in it"

#: A key of an answer, with a dot behind each that it stands in: ``error.message``.
ErrorKey = Annotated[str, fits(r"[^\s.]+(\.[^\s.]+)*", _NO_KEY)]

#: Where services put the words of a refusal.
ERROR_KEYS = ("message", "msg", "error", "detail", "title")


def words_in(content: bytes, keys: Sequence[ErrorKey] = ERROR_KEYS) -> str:
    """Return the service's own words in the body of a refusal; empty where it has none.

    They are those of the first of `keys` that has any, and what stands under ``errors`` of each field.
    """
    text = content[:4096].decode("utf-8", "replace").strip()
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return "" if text.startswith("<") else text
    if not isinstance(data, dict):
        return data if isinstance(data, str) else ""
    said = next((words for key in keys if (words := _under(data, key))), [])
    return "; ".join(dict.fromkeys((*said, *_details(data))))


def _under(data: Mapping[str, Any], path: str) -> list[str]:
    """Return the texts under a key, or under one in it; of a list those of all that stands in it."""
    found: list[Any] = [data]
    for key in path.split("."):
        inner = [each.get(key) for each in found if isinstance(each, dict)]
        found = [one for each in inner for one in (each if isinstance(each, list) else [each])]
    return [words for words in found if isinstance(words, str) and words]


def _details(data: Mapping[str, Any]) -> list[str]:
    """Return what is said of each field, or one word after the other."""
    said = data.get("errors")
    if isinstance(said, dict):
        return [f"{name}: {words}" for name, words in said.items()]
    return [words for words in said if isinstance(words, str)] if isinstance(said, list) else []


def date_of(header: str | None) -> datetime | None:
    """Return the moment (UTC) in an HTTP date; None where it is none."""
    try:
        date = parsedate_to_datetime(header or "")
    except (ValueError, TypeError, IndexError):
        return None
    return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
