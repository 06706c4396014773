"""fankahui as a channel: what changed there, what is unfinished there, and what it has to be told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from sync.channel import OVERLAP
from sync.channels.fankahui import letters
from sync.channels.fankahui.client import Client, Listing, Query, written
from sync.channels.fankahui.parse import parse
from sync.channels.fankahui.settings import CAN, Settings
from sync.errors import OutcomeUnknown, Refused
from sync.letters import order_of
from sync.messages import Letter, Page, RemoteOrder, RemoteStatus, Told
from sync.standing import id_there, moment_of, moved_on

UNFINISHED: tuple[RemoteStatus, ...] = ("placed", "accepted", "executed")

#: How far before its own time a registered order may stand there: two clocks are never the same.
_CLOCKS_DIFFER = timedelta(days=1)

#: So often an order is looked for before it counts as not registered: a second one there would be the harm.
_LOOKS = 2


class FankahuiChannel:
    """A shop's orders at fankahui. Every verb reads the order first, and tells only what is not so yet."""

    kind = "fankahui"
    capabilities = CAN

    def __init__(self, name: str, client: Client, settings: Settings) -> None:
        """Put a client to work under the channel's name; it and its connections are then this channel's."""
        self.name = name
        self._client = client
        self._settings = settings

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        """Yield orders by their last change there; `position` is the latest change heard, in their clock."""
        heard = _Heard(position)
        if heard.moment is None:
            async for listing in self._client.pages(self._query(status=UNFINISHED)):
                yield heard.page(listing)
        since = heard.since or finished_since
        async for listing in self._client.pages(self._query(updated_since=since, sort="updateAt")):
            yield heard.page(listing)

    async def unfinished(self) -> AsyncIterator[Page]:
        """Yield all orders that are placed, accepted or executed there."""
        async for listing in self._client.pages(self._query(status=UNFINISHED)):
            yield Page(tuple(map(parse, listing.documents)))

    async def read(self, remote_id: str) -> RemoteOrder:
        """Return one order; raises Missing, or Refused where it cannot be read as one."""
        order = parse(await self._client.order(remote_id))
        if not isinstance(order, RemoteOrder):
            raise Refused(f"unreadable_order: {order.reason}")
        return order

    async def tell(self, letter: Letter) -> Told:
        """Tell one letter; raises Conflict where the order there has taken another way."""
        if letter.verb == "register":
            return await self._register(letter)
        there = await self.read(id_there(letter))
        standing = letters.standing(letter.verb, there)
        if standing == "gone":
            raise moved_on(there)
        fields = self._fields(letter, there, set_status=standing == "to_do")
        if not fields:
            return Told(there, already=True)
        return Told(await self._checked(letter, await self._client.change(there.remote_id, **fields)))

    async def find(self, letter: Letter) -> RemoteOrder | None:
        """Return the order there in which a letter is already done."""
        if letter.verb == "register":
            return await self._find_registered(letter)
        there = await self.read(id_there(letter))
        done = letters.standing(letter.verb, there) == "done"
        return there if done and not self._fields(letter, there, set_status=False) else None

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    def _query(self, **filters: Any) -> Query:
        shop = self._settings.shop_id
        return Query(shop_ids=(shop,) if shop else (), **filters)

    def _fields(self, letter: Letter, there: RemoteOrder, *, set_status: bool) -> dict[str, Any]:
        """Return what has to be changed there, empty where nothing has."""
        fields: dict[str, Any] = {}
        if set_status and (status := letters.SETS.get(letter.verb)):
            fields["status"] = status
        if set_status and letter.verb == "pay":
            kind = letters.method(str(letter.body.get("method") or ""))
            fields["payment"] = {"type": kind, "status": "paid"}
        if letter.verb == "amend":
            fields["items"] = letters.items_of(letter, there)
        memo = letters.memo_with(letter, there, self._settings.shop_name, self._client.stamp)
        return {**fields, "memo": memo} if memo is not None else fields

    async def _checked(self, letter: Letter, document: Any) -> RemoteOrder:
        """Return the order if it shows what was told; only that says so, not the 200 of the answer."""
        order = parse(document)
        if not isinstance(order, RemoteOrder) or not _shows(letter, order):
            with written():
                order = await self.read(id_there(letter))
        if not _shows(letter, order):
            raise moved_on(order)
        return order

    async def _register(self, letter: Letter) -> Told:
        if letter.remote_id:
            return Told(await self.read(letter.remote_id), already=True)
        settings = self._settings
        shop_name = letter.body.get("name") or settings.shop_name
        document = letters.registration(letter, settings.shop_id, shop_name, self._client.stamp)
        order = parse(await self._client.create(document))
        if not isinstance(order, RemoteOrder):
            raise OutcomeUnknown("unreadable_answer")
        return Told(order)

    async def _find_registered(self, letter: Letter) -> RemoteOrder | None:
        """Return the order that a letter made, looked for twice: a list may be one that was given before."""
        placed = order_of(letter.body["order"]).placed_at or letter.created_at
        query = self._query(created_since=placed - _CLOCKS_DIFFER)
        for _ in range(_LOOKS):
            async for listing in self._client.pages(query):
                for order in map(parse, listing.documents):
                    if isinstance(order, RemoteOrder) and letters.is_registered_as(letter, order):
                        return order
        return None


def _status_of(order: RemoteOrder) -> str:
    return order.remote_status if order.status == "unknown" else order.status


def _shows(letter: Letter, order: RemoteOrder) -> bool:
    settles = letter.verb in letters.SETS or letter.verb == "pay"
    return not settles or letters.standing(letter.verb, order) == "done"


class _Heard:
    """How far a fetch has come: the latest change seen, never past the service's clock at its first page."""

    def __init__(self, position: str) -> None:
        self.moment = moment_of(position)
        self.since = self.moment - OVERLAP if self.moment else None
        self._limit: datetime | None = None

    def page(self, listing: Listing) -> Page:
        """Return a listing as a page, whose position takes in all pages up to it."""
        orders = tuple(map(parse, listing.documents))
        self._limit = self._limit or listing.at
        for order in orders:
            if isinstance(order, RemoteOrder) and order.updated_at:
                self._hear(order.updated_at)
        return Page(orders, f"{self.moment.timestamp():.3f}" if self.moment else "")

    def _hear(self, changed: datetime) -> None:
        # One order dated into the future would otherwise hide all that changes until then.
        changed = min(changed, self._limit) if self._limit else changed
        self.moment = max(changed, self.moment) if self.moment else changed
