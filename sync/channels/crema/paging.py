"""CREMA's lists by page: how many there are stands in a header that is not to be followed."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sync.errors import TryLater
from sync.http import Answer

_LINK = re.compile(r"""<([^>]*)>[^<]*?;\s*rel\s*=\s*["']?(\w+)""", re.IGNORECASE)
_PAGE = re.compile(r"[?&]page=(\d{1,9})(?!\d)")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows as they came; `last` is the number of the last page, None where it is not said.

    `is_followed`: the service says that there is a next one.
    """

    documents: tuple[Any, ...]
    last: int | None = None
    is_followed: bool = False


def links_in(header: str) -> dict[str, str]:
    """Return the addresses in a ``Link`` header (RFC 8288) by what they are: ``last``, ``next`` …."""
    return {what.lower(): address for address, what in _LINK.findall(header)}


def last_page(link: str) -> int | None:
    """Return the number of the last page that a ``Link`` header names, None where it names none.

    No address is taken from it: its ``next`` is malformed in the documents, and a token must not go to
    whatever host it names.
    """
    found = _PAGE.search(links_in(link).get("last", ""))
    return int(found[1]) if found else None


def listing_of(answer: Answer) -> Listing:
    """Return the rows of an answer, which are a list; a single object is a list of one."""
    match answer.data:
        case list() as rows:
            link = answer.headers.get("link", "")
            return Listing(tuple(rows), last_page(link), "next" in links_in(link))
        case dict() as row:
            return Listing((row,), 1)
        case None:
            return Listing((), 1)
    raise TryLater("unreadable_answer")


async def counted(ask: Callable[[int], Awaitable[Listing]], size: int) -> AsyncIterator[Listing]:
    """Yield page after page, each with what no earlier one had, the first also where it is empty.

    Ends at the last page by the service's count, which may grow meanwhile; where it counts none, at a page
    that is not full (`size` rows) and names no next; and when two pages running bring nothing new.
    """
    seen: set[str] = set()
    page, stale = 1, 0
    while stale < 2:
        listing = await ask(page)
        fresh = tuple(row for row in listing.documents if key_of(row) not in seen)
        seen.update(map(key_of, fresh))
        stale = 0 if fresh else stale + 1
        if fresh or page == 1:
            yield Listing(fresh, listing.last)
        may_go_on = listing.is_followed or len(listing.documents) >= size
        if not (may_go_on if listing.last is None else page < listing.last):
            return
        page += 1


def key_of(row: Any) -> str:
    """Return what tells one row of a list from the others."""
    number = row.get("id") if isinstance(row, dict) else None
    return str(number) if isinstance(number, int | str) else json.dumps(row, sort_keys=True)
