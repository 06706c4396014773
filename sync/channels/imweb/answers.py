"""What imweb's envelopes hold: errors by their code, lists in two shapes, and what an action was done for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.channels.imweb import wire
from sync.documents import text
from sync.errors import (
    ChannelError,
    Missing,
    OutcomeUnknown,
    Paused,
    Refused,
    SignInAgain,
    Throttled,
    TryLater,
)
from sync.http import Answer
from sync.messages import FailedPart
from sync.verdicts import Verdict

#: What follows from the ``code`` of an answer. It is looked at before the HTTP status: which of them comes
#: with which is not documented.
BY_CODE: Mapping[int, type[ChannelError]] = {
    400: Refused,
    401: SignInAgain,
    404: Missing,
    429: Throttled,
    500: OutcomeUnknown,
    501: Refused,
    -1: SignInAgain,  # a wrong key or secret: only a sign-in says so, and is then Paused
    -2: SignInAgain,
    -5: Paused,
    -6: Paused,
    -7: Throttled,
    -10: Refused,
    -11: Missing,
    -19: OutcomeUnknown,
    -98: Refused,
    -99: Refused,
    -999: TryLater,
}

_SUCCESS = range(200, 300)
#: Codes of the service's own trouble: what was asked for may have been done.
_ITS_OWN = range(500, 600)


def judge(data: Any) -> Verdict | None:
    """Return what follows from an answer that is a refusal by its code; None where it is none."""
    code = _code(data)
    if code is None or code in _SUCCESS:
        return None
    unlisted = OutcomeUnknown if code in _ITS_OWN else Refused
    return Verdict(BY_CODE.get(code, unlisted), f"answered: {code}")


def _code(data: Any) -> int | None:
    code = data.get("code") if isinstance(data, dict) else None
    try:
        return int(code) if isinstance(code, int | str) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows as they came, and the service's clock (UTC) when it answered.

    `last` says whether it is the last page; None where the service does not count them.
    """

    documents: tuple[Any, ...]
    at: datetime | None
    last: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an action: the numbers it was done for, and the product-orders it was not done for.

    A `FailedPart` without an id is the whole order. `answer` is what the service said.
    """

    success: tuple[str, ...]
    failed: tuple[FailedPart, ...]
    answer: Any = None


def listing_of(answer: Answer) -> Listing:
    """Return the rows of ``data.list``, with what ``data.pagenation`` says of the pages."""
    data = answer.data
    if not isinstance(data, dict) or "list" not in data:
        return Listing(tuple(rows_of(data)), answer.at)
    pages = wire.ListData.model_validate(data).pagenation
    known = isinstance(pages.current_page, int) and isinstance(pages.total_page, int)
    last = pages.current_page >= pages.total_page if known else None  # type: ignore[operator]  # both are whole
    return Listing(tuple(rows_of(data)), answer.at, last=last)


def rows_of(data: Any) -> list[Any]:
    """Return the rows of a list, which is itself one, is under ``list``, or is an object by number."""
    match data:
        case {"list": found}:
            return rows_of(found)
        case list():
            return data
        case dict() if "order_no" in data:
            return [data]
        case dict():
            return [row for row in data.values() if isinstance(row, dict)]
        case None | "":
            return []
    raise TryLater("unreadable_answer")


def grouped(data: Any) -> dict[str, list[Any]]:
    """Return product-orders by their order's number, from an object of objects."""
    found = data.get("list", data) if isinstance(data, dict) else {}
    if not isinstance(found, dict):
        return {}
    return {str(number): rows_of(rows) for number, rows in found.items() if isinstance(rows, dict | list)}


def key_of(row: Any) -> str:
    """Return what tells one row of a list from the others."""
    number = text(row.get("order_no")) if isinstance(row, dict) else ""
    return number or json.dumps(row, sort_keys=True)


def outcome_of(data: Any) -> Outcome:
    """Return what became of an action; a failure stands in an answer that is otherwise a success."""
    answer = wire.ActionAnswer.model_validate(data if isinstance(data, dict) else {})
    failed = [part for each in answer.failed if isinstance(each, wire.FailedOrder) for part in _failed(each)]
    return Outcome(answer.success, tuple(failed), data)


def _failed(order: wire.FailedOrder) -> list[FailedPart]:
    parts = [part for part in order.prod_order_list if isinstance(part, wire.FailedProdOrder)]
    return [FailedPart(part.prod_order_no, _words(part)) for part in parts or [order]]


def _words(part: wire.FailedProdOrder) -> str:
    said = dict.fromkeys(words for words in (part.msg, part.detail_msg) if words)
    return ": ".join(said) or "answered: 200"
