"""fankahui's API as typed calls: sign in, list, count, read, create and change orders. Usable alone."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.channels.fankahui.calls import documents, rows
from sync.channels.fankahui.records import Records
from sync.documents import Raw
from sync.errors import (
    ChannelError,
    Missing,
    OutcomeUnknown,
    Refused,
    TryLater,
)
from sync.paths import segment

#: Lengths at which a service is known to cap a page whatever was asked: such a page may not be the last.
_KNOWN_CAPS = frozenset({10, 20, 25, 50, 100})


@dataclass(frozen=True, slots=True)
class Query:
    """The filters of ``GET /orders``; what is empty is not sent. Times are UTC.

    `any_of` are deployd conditions of which one must hold, as ``{"customer.name": {"$regex": "张"}}``;
    `customer_name` is looked for anywhere in the guest's name, letter by letter.
    """

    status: Sequence[str] = ()
    payment_status: str = ""
    shop_ids: Sequence[str] = ()
    customer_name: str = ""
    sequence_number: str = ""
    created_since: datetime | None = None
    updated_since: datetime | None = None
    any_of: Sequence[Mapping[str, Any]] = ()
    sort: str = "createdAt"
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of documents as they came, and the service's clock (UTC) when it answered."""

    documents: tuple[Any, ...]
    at: datetime | None


class Client(Records):
    """fankahui for one shop's account: its orders, and the records beside them."""

    async def pages(self, query: Query) -> AsyncIterator[Listing]:
        """Yield every order that `query` fits, page by page, each page with what no earlier one had.

        Ends on a short page, or when two pages running bring nothing new: a service may ignore the page
        parameters, repeat a page, or answer one object in place of a list. ``GET /orders``. Raises Refused,
        TryLater or Paused.
        """
        expected = await self.count(query) if self._settings.use_count else None
        seen: set[str] = set()
        asked_from, stale = 0, 0
        while stale < 2:
            listing = await self._list(query, asked_from)
            fresh = tuple(d for d in listing.documents if _key(d) not in seen)
            seen.update(map(_key, fresh))
            stale = 0 if fresh else stale + 1
            asked_from += len(listing.documents)
            if fresh:
                yield Listing(fresh, listing.at)
            if self._is_last(len(listing.documents), asked_from, expected):
                return

    async def count(self, query: Query) -> int:
        """Return how many orders `query` fits; raises TryLater where the answer holds no count.

        ``GET /orders/count``.
        """
        answer = await self._call("GET", "/orders/count", params=self._filters(query))
        count = answer.data.get("count") if isinstance(answer.data, dict) else None
        if not isinstance(count, int):
            raise TryLater("unreadable_answer")
        return count

    async def order(self, order_id: str) -> Raw:
        """Return one order's document by its id (``GET /orders/{id}``); raises Missing.

        The service's own pages name the list alone, so what is not found by its path is looked for there.
        """
        missing = Missing(f"no_order: {order_id}")
        try:
            found = documents((await self._call("GET", _path(order_id))).data)
        except Missing as error:
            found, missing = [], error
        for document in found or await self._listed(order_id):
            row: Raw = document
            return row
        raise missing

    async def _listed(self, order_id: str) -> list[Any]:
        answer = await self._call("GET", "/orders", params={"id": order_id})
        return [d for d in rows(answer.data) if isinstance(d, dict) and d.get("id") == order_id]

    async def order_by_sequence_number(self, number: str) -> Raw:
        """Return one order's document by its number; raises Missing, or Refused where several fit.

        ``GET /orders?sequenceNumber=``.
        """
        query = Query(sequence_number=number)
        found = [d async for page in self.pages(query) for d in page.documents]
        if not found:
            raise Missing(f"no_order: {number}")
        if len(found) > 1:
            raise Refused(f"several_orders: {number}")
        row: Raw = found[0]
        return row

    async def create(self, order: Mapping[str, Any]) -> Any:
        """Make an order there and return its document, which has its id (``POST /orders``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        answer = await self._call("POST", "/orders", body=order)
        found = documents(answer.data)
        if not found:
            raise OutcomeUnknown("unreadable_answer")
        return found[0]

    async def change(self, order_id: str, **fields: Any) -> Any:
        """Change ``status``, ``memo``, ``items`` or ``payment`` of an order and return its document.

        Where the service answers without one, the order is read. ``PUT /orders/{id}``. Raises Missing,
        Refused, OutcomeUnknown, TryLater or Paused.
        """
        answer = await self._changed(_path(order_id), fields)
        if found := documents(answer.data):
            return found[0]
        with written():
            return await self.order(order_id)

    async def _list(self, query: Query, skip: int) -> Listing:
        names = self._settings.page_parameters.split("/")
        page = dict(zip(names, (str(skip), str(self._settings.page_size)), strict=True))
        dollar = "$" if names[0].startswith("$") else ""
        order = {dollar + "sort": json.dumps({query.sort: -1 if query.newest_first else 1})}
        answer = await self._call("GET", "/orders", params={**self._filters(query), **order, **page})
        return Listing(tuple(rows(answer.data)), answer.at)

    def _filters(self, query: Query) -> dict[str, str]:
        name = {"customer.name": {"$regex": re.escape(query.customer_name)}}
        any_of = [*query.any_of, *([name] if query.customer_name else [])]
        conditions: dict[str, Any] = {
            "status": _in(query.status),
            "payment.status": query.payment_status,
            "shop.id": _in(query.shop_ids),
            "sequenceNumber": query.sequence_number,
            "createdAt": self._since(query.created_since),
            "updateAt": self._since(query.updated_since),
            "$or": any_of,
        }
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in conditions.items() if v}

    def _since(self, moment: datetime | None) -> Mapping[str, int] | None:
        return {"$gte": self.stamp(moment)} if moment else None

    def stamp(self, moment: datetime) -> int:
        """Return a time (UTC) as this service writes it: seconds or, where set, milliseconds."""
        return int(moment.timestamp() * (1000 if self._settings.times == "milliseconds" else 1))

    def _is_last(self, length: int, so_far: int, expected: int | None) -> bool:
        if expected is not None:
            return length == 0 or so_far >= expected
        return length < self._settings.page_size and length not in _KNOWN_CAPS


@contextmanager
def written() -> Iterator[None]:
    """Make whatever goes wrong in the block an unknown outcome: the write before it may well be there."""
    try:
        yield
    except ChannelError as error:
        raise OutcomeUnknown(str(error), besides=error) from None


def _in(values: Sequence[str]) -> Mapping[str, list[str]] | None:
    return {"$in": list(values)} if values else None


def _path(order_id: str) -> str:
    return f"/orders/{segment(order_id, 'order_id')}"


def _key(document: Any) -> str:
    found = document.get("id") if isinstance(document, dict) else None
    return str(found) if found else json.dumps(document, sort_keys=True)
