"""impilo's API as typed calls: list, read and create orders. Usable alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sync.channels.impilo.settings import Settings
from sync.errors import Missing, OutcomeUnknown, Paused, Refused, SignInAgain, TryLater
from sync.http import Answer, Api

_ORDERS = "/api/v3/order"

#: What an order may be of; it is of one of these at least.
CONTENTS = ("orderItems", "orderKits", "returnItems", "returnDevices", "returnPackedKits")
_RETURNS = ("returnItems", "returnDevices", "returnPackedKits")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of orders as they came; `last` says whether there are no more."""

    documents: tuple[Any, ...]
    last: bool


class Client:
    """impilo for one account, known by its key. Raises the errors of `sync.errors`.

    Facts are from impilo's order guide and the pages of its API, version 3; what they leave open is in
    NOTES.md.
    """

    def __init__(self, api: Api, settings: Settings, key: str = "") -> None:
        """Prepare; nothing is sent yet."""
        self._api = api
        self._settings = settings
        self._key = key

    async def orders(self, page: int = 1, newest_first: bool = False) -> Listing:
        """Return one page of all orders, the first being 1 (``GET /api/v3/order``)."""
        names = self._settings.page_parameters.split("/")
        asked = dict(zip(names, (str(page), str(self._settings.page_size)), strict=True))
        descending = {"sortDescending": "true"} if newest_first else {}
        answer = await self._call("GET", _ORDERS, params={**self._settings.filters, **asked, **descending})
        data = answer.data
        content = data.get("content") if isinstance(data, dict) else data
        if content is not None and not isinstance(content, list):
            raise TryLater("unreadable_answer")
        ends = isinstance(data, dict) and data.get("last") is True
        return Listing(tuple(content or ()), last=ends or not content)

    async def pages(self, newest_first: bool = False) -> AsyncIterator[Listing]:
        """Yield every order, page by page, each page with what no earlier one had.

        Ends where the service says that it is the last, on an empty page, and when two pages running bring
        nothing new.
        """
        seen: set[str] = set()
        page, stale = 1, 0
        while stale < 2:
            listing = await self.orders(page, newest_first)
            fresh = tuple(d for d in listing.documents if _key(d) not in seen)
            seen.update(map(_key, fresh))
            stale = 0 if fresh else stale + 1
            if fresh:
                yield Listing(fresh, listing.last)
            if listing.last:
                return
            page += 1

    async def order(self, order_id: str) -> Any:
        """Return one order (``GET /api/v3/order/{orderId}``); raises Missing."""
        answer = await self._call("GET", f"{_ORDERS}/{quote(order_id, safe='')}")
        if not isinstance(answer.data, dict) or not answer.data:
            raise Missing(f"no_order: {order_id}")
        return answer.data

    async def create(
        self,
        patient: str = "",
        site: str = "",
        external_ids: Sequence[str] = (),
        items: Mapping[str, int] | None = None,
        kits: Mapping[str, int] | None = None,
        return_items: Mapping[str, int] | None = None,
        return_devices: Sequence[str] = (),
        return_packed_kits: Mapping[str, int] | None = None,
        shipping_option: str = "",
        email_label: bool = False,
    ) -> Any:
        """Make an order for a patient or a site, by its id, and return its document (``POST /api/v3/order``).

        Items, kits and returns are counts by id. `shipping_option` is needed where something is to come back
        and its label is not sent by e-mail.
        """
        order = {
            "emailLabel": email_label,
            "externalOrderIds": list(external_ids),
            "orderItems": [{"count": n, "item": {"id": number(i)}} for i, n in (items or {}).items()],
            "orderKits": [{"count": n, "kit": {"id": number(i)}} for i, n in (kits or {}).items()],
            "returnItems": [{"count": n, "id": number(i)} for i, n in (return_items or {}).items()],
            "returnDevices": [{"id": number(i)} for i in return_devices],
            "returnPackedKits": [
                {"quantity": n, "id": number(i)} for i, n in (return_packed_kits or {}).items()
            ],
            "patient": {"id": number(patient)} if patient else None,
            "site": {"id": number(site)} if site else None,
            "shippingOption": shipping_option,
        }
        return await self.create_as_it_is(
            {key: value for key, value in order.items() if value or key == "emailLabel"}
        )

    async def create_as_it_is(self, order: Mapping[str, Any]) -> Any:
        """Make an order from a document in the service's own shape and return what the service made of it."""
        refuse_incomplete(order)
        answer = await self._call("POST", _ORDERS, body=order)
        if not isinstance(answer.data, dict):
            raise OutcomeUnknown("unreadable_answer")
        return answer.data

    async def close(self) -> None:
        """Give the connections back."""
        await self._api.close()

    async def _call(self, method: str, path: str, **said: Any) -> Answer:
        headers = {"Impilo-API-Key": self._key} if self._key else {}
        try:
            return await self._api.call(method, path, headers=headers, **said)
        except SignInAgain:
            raise Paused("wrong_secrets" if self._key else "no_secrets") from None


def refuse_incomplete(order: Mapping[str, Any]) -> None:
    """Raise Refused for an order that the service would not take, by its guide and its refusals."""
    whom = [name for name in ("patient", "site") if (order.get(name) or {}).get("id")]
    if not whom:
        raise Refused("incomplete: patient, site")
    if len(whom) > 1:
        raise Refused("not_allowed: patient, site")
    if not any(order.get(name) for name in CONTENTS):
        raise Refused(f"incomplete: {', '.join(CONTENTS)}")
    returns = any(order.get(name) for name in _RETURNS)
    if returns and not order.get("emailLabel") and not order.get("shippingOption"):
        raise Refused("incomplete: shippingOption")


def number(written: str) -> int | str:
    """Return an id as the service writes it: a number, where it is one."""
    return int(written) if written.isascii() and written.isdigit() else written


def _key(document: Any) -> str:
    return str(document.get("id")) if isinstance(document, dict) else str(document)
