"""impilo as a channel: which orders there are, how each stands there, and orders made here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sync.channels.impilo import requests
from sync.channels.impilo.client import Client, Listing
from sync.channels.impilo.codes import ITEM, KIT, PATIENT, SITE
from sync.channels.impilo.parse import own_ids, parse
from sync.channels.impilo.settings import CAN, Settings
from sync.errors import OutcomeUnknown, Refused, TryLater
from sync.letters import order_of
from sync.messages import Letter, Page, RemoteLine, RemoteOrder, Told, Unreadable
from sync.standing import is_finished, is_wanted

#: So often all pages are read while an order is looked for, until they say the same twice running.
_MOST_LOOKS = 5


class Look(NamedTuple):
    """What all pages showed: the order that was looked for, else which there were and whether that is all."""

    found: Any
    there: frozenset[str] = frozenset()
    whole: bool = False


class ImpiloChannel:
    """A shop's orders at impilo. It is told nothing of them: orders can only be made there."""

    kind = "impilo"
    capabilities = CAN

    def __init__(self, name: str, client: Client, settings: Settings) -> None:
        """Put a client to work under the channel's name; it and its connections are then this channel's."""
        self.name = name
        self._client = client
        self._settings = settings

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        """Yield orders, the newest first, back to those known; `position` is the highest number heard.

        The service tells no time of change: what changed on an older order is found by the sweep.
        """
        known = highest = int(position) if position.isdecimal() else 0
        async for listing in self._client.pages(newest_first=True):
            orders = self._read(listing)
            highest = max([highest, *_numbers(orders)])
            wanted = orders if known else tuple(o for o in orders if is_wanted(o, finished_since))
            yield Page(wanted, str(highest) if highest else "")
            if known and _goes_back_to(known, orders):
                return

    async def unfinished(self) -> AsyncIterator[Page]:
        """Yield every order that is not finished by the shop's own workflow, and beside them all others."""
        async for listing in self._client.pages(newest_first=True):
            orders = self._read(listing)
            over = (order for order in orders if isinstance(order, RemoteOrder) and is_finished(order))
            yield Page(tuple(order for order in orders if not is_finished(order)), over=tuple(over))

    async def read(self, remote_id: str) -> RemoteOrder:
        """Return one order; raises Missing, or Refused where it cannot be read as one."""
        return self._order(await self._client.order(remote_id))

    async def tell(self, letter: Letter) -> Told:
        """Make an order there; nothing else can be told."""
        if letter.verb not in CAN.tells:
            raise Refused("cannot_be_told")
        if letter.remote_id:
            return Told(await self.read(letter.remote_id), already=True)
        order = self._parsed(await self._client.create_as_it_is(self._document(letter)))
        if not isinstance(order, RemoteOrder):
            raise OutcomeUnknown("unreadable_answer")
        return Told(order)

    async def find(self, letter: Letter) -> RemoteOrder | None:
        """Return the order that an earlier attempt made: it carries our number.

        There is no asking for that number, and rows move from page to page while they are read. So it is
        missing only when all pages showed the same orders twice running, and as many as they say that there
        are; raises TryLater where they never do.
        """
        if letter.remote_id:
            return await self.read(letter.remote_id)
        before: Look | None = None
        for _ in range(_MOST_LOOKS):
            look = await self._look_for(letter)
            if look.found is not None:
                return self._order(look.found)
            if look.whole and look == before:
                return None
            before = look
        raise TryLater("moving_rows")

    async def _look_for(self, letter: Letter) -> Look:
        """Read all pages, without the shop's filters: they may hide the very order that is looked for."""
        there: set[str] = set()
        total = 0
        async for listing in self._client.pages(newest_first=True, filters={}):
            total = listing.total or 0
            for document in listing.documents:
                if _is_ours(letter, document):
                    return Look(document)
                there.add(_key(document))
        return Look(None, frozenset(there), whole=len(there) >= total)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    def _parsed(self, document: Any) -> RemoteOrder | Unreadable:
        return parse(document, self._settings.workflow)

    def _order(self, document: Any) -> RemoteOrder:
        order = self._parsed(document)
        if not isinstance(order, RemoteOrder):
            raise Refused(f"unreadable_order: {order.reason}")
        return order

    def _read(self, listing: Listing) -> tuple[RemoteOrder | Unreadable, ...]:
        return tuple(map(self._parsed, listing.documents))

    def _document(self, letter: Letter) -> dict[str, Any]:
        """Return the order that a letter makes: for its guest, or else for the shop's own site."""
        order = order_of(letter.body["order"])
        return {
            "emailLabel": False,
            "externalOrderIds": [str(letter.order_id)],
            "orderItems": [_counted("item", ITEM, line) for line in order.lines if not _is_kit(line)],
            "orderKits": [_counted("kit", KIT, line) for line in order.lines if _is_kit(line)],
            "orderNotes": requests.notes([note.message for note in order.memo]),
            "shippingOption": self._settings.shipping_option,
            **self._whose(order.guest.id),
        }

    def _whose(self, guest: str) -> Mapping[str, Any]:
        if guest.startswith(SITE):
            return requests.whose("", guest.removeprefix(SITE))
        patient = guest.removeprefix(PATIENT)
        return requests.whose(patient, "" if patient else self._settings.site.strip())


def _is_kit(line: RemoteLine) -> bool:
    return line.item_id.startswith(KIT)


def _counted(name: str, sort: str, line: RemoteLine) -> dict[str, Any]:
    thing = line.item_id.removeprefix(sort)
    if not thing:
        raise Refused(f"incomplete: {line.name}")
    return {"count": line.quantity, name: {"id": requests.number(thing), "name": line.name}}


def _is_ours(letter: Letter, document: Any) -> bool:
    return str(letter.order_id) in map(str.casefold, own_ids(document))


def _key(document: Any) -> str:
    return str(document.get("id")) if isinstance(document, dict) else str(document)


def _numbers(orders: Sequence[RemoteOrder | Unreadable]) -> list[int]:
    return [int(o.remote_id) for o in orders if isinstance(o, RemoteOrder) and o.remote_id.isdecimal()]


def _goes_back_to(known: int, orders: Sequence[RemoteOrder | Unreadable]) -> bool:
    """Whether a page reaches what is known already; never where the service does not sort as it was asked."""
    numbers = _numbers(orders)
    return bool(numbers) and numbers == sorted(numbers, reverse=True) and min(numbers) <= known
