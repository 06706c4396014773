"""fankahui's API as typed calls: sign in, list, count, read, create and change orders. Usable alone."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sync.channels.fankahui.settings import Settings
from sync.errors import (
    ChannelError,
    Missing,
    OutcomeUnknown,
    Refused,
    TryLater,
)
from sync.http import Answer, Api
from sync.session import Session, signing_in

#: Lengths at which a service is known to cap a page whatever was asked: such a page may not be the last.
_KNOWN_CAPS = frozenset({10, 20, 25, 50, 100})

#: How deployd words a change of an order that it does not have (answered with 400).
_NO_SUCH_ORDER = "No object exists that matches that query", "No object exists with that id"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs in."""

    username: str
    password: str


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


class Client:
    """fankahui for one shop's account. Signs in before the first call and again when a session ends.

    Without credentials the calls go out unsigned. Raises the errors of `sync.errors`; a session that cannot
    be renewed is Paused.
    """

    def __init__(self, api: Api, settings: Settings, credentials: Credentials | None = None) -> None:
        """Prepare; nothing is sent yet."""
        self._api = api
        self._settings = settings
        self._credentials = credentials
        self._account = ""
        self._session = Session(self._signed_in if credentials else None)

    async def sign_in(self) -> str:
        """Sign in and return the account's id; raises Paused where the service does not accept it."""
        await self._session.renew()
        return self._account

    async def _signed_in(self) -> str:
        assert self._credentials is not None  # nobody else is signed in
        account = {"username": self._credentials.username, "password": self._credentials.password}
        path = f"/{self._settings.login}/login"
        answer = await signing_in(self._api.call("POST", path, body=account), path)
        data = answer.data if isinstance(answer.data, dict) else {}
        self._account = str(data.get("uid") or "")
        token = answer.cookies.get("sid") or str(data.get("id") or "")
        self._api.conceal(token)
        return token

    async def sign_out(self) -> None:
        """End the session there."""
        await self._api.call("POST", f"/{self._settings.login}/logout", headers=self._headers())
        self._session.end()

    async def me(self) -> Mapping[str, Any] | None:
        """Return the account that is signed in, None where nobody is."""
        answer = await self._api.call("GET", f"/{self._settings.login}/me", headers=self._headers())
        return answer.data if isinstance(answer.data, dict) else None

    async def pages(self, query: Query) -> AsyncIterator[Listing]:
        """Yield every order that `query` fits, page by page, each page with what no earlier one had.

        Ends on a short page, or when two pages running bring nothing new: a service may ignore the page
        parameters, repeat a page, or answer one object in place of a list.
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
        """Return how many orders `query` fits; raises TryLater where the answer holds no count."""
        answer = await self._call("GET", "/orders/count", params=self._filters(query))
        count = answer.data.get("count") if isinstance(answer.data, dict) else None
        if not isinstance(count, int):
            raise TryLater("unreadable_answer")
        return count

    async def order(self, order_id: str) -> Any:
        """Return one order's document by its id; raises Missing.

        The service's own pages name the list alone, so what is not found by its path is looked for there.
        """
        missing = Missing(f"no_order: {order_id}")
        try:
            found = _documents((await self._call("GET", _path(order_id))).data)
        except Missing as error:
            found, missing = [], error
        if found := found or await self._listed(order_id):
            return found[0]
        raise missing

    async def _listed(self, order_id: str) -> list[Any]:
        answer = await self._call("GET", "/orders", params={"id": order_id})
        return [d for d in _documents(answer.data) if isinstance(d, dict) and d.get("id") == order_id]

    async def order_by_sequence_number(self, number: str) -> Any:
        """Return one order's document by its number; raises Missing, or Refused where several fit."""
        query = Query(sequence_number=number)
        found = [d async for page in self.pages(query) for d in page.documents]
        if not found:
            raise Missing(f"no_order: {number}")
        if len(found) > 1:
            raise Refused(f"several_orders: {number}")
        return found[0]

    async def create(self, order: Mapping[str, Any]) -> Any:
        """Make an order there and return its document, which has its id."""
        answer = await self._call("POST", "/orders", body=order)
        found = _documents(answer.data)
        if not found:
            raise OutcomeUnknown("unreadable_answer")
        return found[0]

    async def change(self, order_id: str, **fields: Any) -> Any:
        """Change ``status``, ``memo``, ``items`` or ``payment`` of an order and return its document.

        Where the service answers without one, the order is read.
        """
        try:
            answer = await self._call("PUT", _path(order_id), body=fields)
        except Refused as error:
            if error.reason.startswith(_NO_SUCH_ORDER):
                raise Missing(error.reason) from None
            raise
        if found := _documents(answer.data):
            return found[0]
        with written():
            return await self.order(order_id)

    async def close(self) -> None:
        """Give the connections back."""
        await self._api.close()

    async def _list(self, query: Query, skip: int) -> Listing:
        names = self._settings.page_parameters.split("/")
        page = dict(zip(names, (str(skip), str(self._settings.page_size)), strict=True))
        dollar = "$" if names[0].startswith("$") else ""
        order = {dollar + "sort": json.dumps({query.sort: -1 if query.newest_first else 1})}
        answer = await self._call("GET", "/orders", params={**self._filters(query), **order, **page})
        return Listing(tuple(_page(answer.data)), answer.at)

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

    async def _call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None
    ) -> Answer:
        async def send(_: str) -> Answer:
            return await self._api.call(method, path, params=params, body=body, headers=self._headers())

        return await self._session.call(send)

    def _headers(self) -> Mapping[str, str]:
        token = self._session.token
        return {"Cookie": f"sid={quote(token, safe='')}"} if token else {}


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
    return f"/orders/{quote(order_id, safe='')}"


def _documents(data: Any) -> list[Any]:
    """Return the documents of an answer, which is a list, one object, or empty."""
    match data:
        case None:
            return []
        case list():
            return data
    return [data]


def _page(data: Any) -> list[Any]:
    """Return the documents of a list's answer; raises TryLater for what is neither a list nor one order.

    Kept as a record of its own, a word of the service's that reads differently each time would be a new one
    at every poll.
    """
    found = _documents(data)
    if not isinstance(data, list) and any(not isinstance(d, dict) or not d.get("id") for d in found):
        raise TryLater("unreadable_answer")
    return found


def _key(document: Any) -> str:
    found = document.get("id") if isinstance(document, dict) else None
    return str(found) if found else json.dumps(document, sort_keys=True)
