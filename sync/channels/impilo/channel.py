"""impilo as a channel: which orders there are, how each stands there, and orders made here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from sync.channels.impilo.client import Client, Listing, number
from sync.channels.impilo.parse import ITEM, KIT, parse
from sync.channels.impilo.settings import CAN, Settings
from sync.errors import OutcomeUnknown, Refused
from sync.messages import Letter, Page, RemoteLine, RemoteOrder, Told, Unreadable, order_of

_FINISHED = frozenset({"rejected", "canceled", "paid"})


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
            wanted = orders if known else tuple(o for o in orders if _is_wanted(o, finished_since))
            yield Page(wanted, str(highest) if highest else "")
            if known and _goes_back_to(known, orders):
                return

    async def unfinished(self) -> AsyncIterator[Page]:
        """Yield every order that is not finished by the shop's own workflow."""
        async for listing in self._client.pages(newest_first=True):
            yield Page(tuple(order for order in self._read(listing) if not _is_finished(order)))

    async def read(self, remote_id: str) -> RemoteOrder:
        """Return one order; raises Missing, or Refused where it cannot be read as one."""
        order = self._parsed(await self._client.order(remote_id))
        if not isinstance(order, RemoteOrder):
            raise Refused(f"unreadable_order: {order.reason}")
        return order

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
        """Return the order that an earlier attempt made: it carries our number."""
        async for listing in self._client.pages(newest_first=True):
            for order in self._read(listing):
                if isinstance(order, RemoteOrder) and str(letter.order_id) in order.own_ids:
                    return order
        return None

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.close()

    def _parsed(self, document: Any) -> RemoteOrder | Unreadable:
        return parse(document, self._settings.workflow)

    def _read(self, listing: Listing) -> tuple[RemoteOrder | Unreadable, ...]:
        return tuple(map(self._parsed, listing.documents))

    def _document(self, letter: Letter) -> dict[str, Any]:
        """Return the order that a letter makes: for its guest, a patient, or else for the shop's own site."""
        order = order_of(letter.body["order"])
        patient = order.guest.id
        return {
            "emailLabel": False,
            "externalOrderIds": [str(letter.order_id)],
            "orderItems": [_counted("item", ITEM, line) for line in order.lines if not _is_kit(line)],
            "orderKits": [_counted("kit", KIT, line) for line in order.lines if _is_kit(line)],
            "shippingOption": self._settings.shipping_option,
            **(
                {"patient": {"id": number(patient)}}
                if patient
                else {"site": {"id": number(self._settings.site)}}
            ),
        }


def _is_kit(line: RemoteLine) -> bool:
    return line.item_id.startswith(KIT)


def _counted(name: str, sort: str, line: RemoteLine) -> dict[str, Any]:
    if not line.item_id:
        raise Refused(f"incomplete: {line.name}")
    return {"count": line.quantity, name: {"id": number(line.item_id.removeprefix(sort)), "name": line.name}}


def _is_finished(order: RemoteOrder | Unreadable) -> bool:
    return isinstance(order, RemoteOrder) and order.status in _FINISHED


def _is_wanted(order: RemoteOrder | Unreadable, finished_since: datetime) -> bool:
    """Whether a first fetch takes an order; one that says no time is taken."""
    if not isinstance(order, RemoteOrder) or not _is_finished(order):
        return True
    times = [note.at for note in order.memo if note.at]
    return not times or max(times) >= finished_since


def _numbers(orders: Sequence[RemoteOrder | Unreadable]) -> list[int]:
    return [int(o.remote_id) for o in orders if isinstance(o, RemoteOrder) and o.remote_id.isdecimal()]


def _goes_back_to(known: int, orders: Sequence[RemoteOrder | Unreadable]) -> bool:
    """Whether a page reaches what is known already; never where the service does not sort as it was asked."""
    numbers = _numbers(orders)
    return bool(numbers) and numbers == sorted(numbers, reverse=True) and min(numbers) <= known
