"""impilo's API as typed calls: orders, and what its guides say of patients, sites, devices and webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.channels.impilo import requests
from sync.channels.impilo.codes import cause
from sync.channels.impilo.settings import Settings
from sync.channels.impilo.wire import Listing as Envelope
from sync.documents import Raw
from sync.errors import (
    ChannelError,
    Conflict,
    Missing,
    OutcomeUnknown,
    Paused,
    Refused,
    SignInAgain,
    TryLater,
)
from sync.http import Answer, Api
from sync.paths import segment

_ROOT = "/api/v3"
_ORDERS, _PATIENTS, _SITES = f"{_ROOT}/order", f"{_ROOT}/patient", f"{_ROOT}/site"
_DEVICES, _WEBHOOKS = f"{_ROOT}/device", f"{_ROOT}/webhook"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows as they came; `last` says whether there are no more, `total` how many there are."""

    documents: tuple[Any, ...]
    last: bool
    total: int | None = None


class Client:
    """impilo for one account, known by its key. Raises the errors of `sync.errors`.

    Facts are from impilo's order guide and the pages of its API, version 3; what they leave open is in
    NOTES.md. Whatever is made is returned as the service made it.
    """

    def __init__(self, api: Api, settings: Settings, key: str = "") -> None:
        """Prepare; nothing is sent yet."""
        self._api = api
        self._settings = settings
        self._key = key

    async def orders(
        self,
        page: int = 1,
        size: int | None = None,
        newest_first: bool = False,
        filters: Mapping[str, str] | None = None,
    ) -> Listing:
        """Return one page of orders, the first being 1 (``GET /api/v3/order``).

        `size` is 1 to 250 (None: as it is set). `filters` are passed on as they are (None: as they are set).
        Raises Refused, TryLater or Paused.
        """
        return await self._page(_ORDERS, page, size, newest_first, filters)

    async def pages(
        self, newest_first: bool = False, filters: Mapping[str, str] | None = None
    ) -> AsyncIterator[Listing]:
        """Yield every order, page by page, each page with what no earlier one had (``GET /api/v3/order``).

        Ends where the service says that it is the last, on an empty page, and when two pages running bring
        nothing new. Raises Refused, TryLater or Paused.
        """
        seen: set[str] = set()
        page, stale = 1, 0
        while stale < 2:
            listing = await self.orders(page, None, newest_first, filters)
            fresh = tuple(d for d in listing.documents if _key(d) not in seen)
            seen.update(map(_key, fresh))
            stale = 0 if fresh else stale + 1
            if fresh:
                yield Listing(fresh, listing.last, listing.total)
            if listing.last:
                return
            page += 1

    async def order(self, order_id: str) -> Raw:
        """Return one order (``GET /api/v3/order/{orderId}``); raises Missing."""
        return await self._one(f"{_ORDERS}/{segment(order_id, 'order_id')}", order_id)

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
        notes: Sequence[str] = (),
        shipping_option: str = "",
        email_label: bool = False,
    ) -> Raw:
        """Make an order for a patient or a site, by its id, and return its document (``POST /api/v3/order``).

        Items, kits and returns are counts by id. `shipping_option` is needed where something is to come back
        and its label is not sent by e-mail. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        order = {
            "externalOrderIds": list(external_ids),
            "orderItems": requests.counted("item", items),
            "orderKits": requests.counted("kit", kits),
            "orderNotes": requests.notes(notes),
            "returnItems": requests.returned("count", return_items),
            "returnDevices": requests.devices(return_devices),
            "returnPackedKits": requests.returned("quantity", return_packed_kits),
            "shippingOption": shipping_option,
            **requests.whose(patient, site),
        }
        said = {name: value for name, value in order.items() if value}
        return await self.create_as_it_is({"emailLabel": email_label, **said})

    async def create_as_it_is(self, order: Mapping[str, Any]) -> Raw:
        """Make an order from a document in the service's own shape and return what the service made of it.

        ``POST /api/v3/order``. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        requests.refuse_incomplete(order)
        return await self._made("POST", _ORDERS, order)

    async def patients(
        self, page: int = 1, size: int | None = None, filters: Mapping[str, str] | None = None
    ) -> Listing:
        """Return one page of patients, as orders are listed (``GET /api/v3/patient``).

        Raises Refused, TryLater or Paused.
        """
        return await self._page(_PATIENTS, page, size, False, filters or {})

    async def create_patient(self, patient: Mapping[str, Any]) -> Raw:
        """Make a patient from a document in the service's own shape (``POST /api/v3/patient``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return await self._made("POST", _PATIENTS, patient)

    async def change_patient(self, patient_id: str, patient: Mapping[str, Any]) -> Raw:
        """Change a patient (``PUT /api/v3/patient/{id}``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return await self._made("PUT", f"{_PATIENTS}/{segment(patient_id, 'patient_id')}", patient)

    async def create_site(self, site: Mapping[str, Any]) -> Raw:
        """Make a site, for which orders can then be made (``POST /api/v3/site``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return await self._made("POST", _SITES, site)

    async def device(self, device_id: str) -> Raw:
        """Return one device (``GET /api/v3/device/{id}``); raises Missing."""
        return await self._one(f"{_DEVICES}/{segment(device_id, 'device_id')}", device_id)

    async def associate_patient(self, association: Mapping[str, Any]) -> Any:
        """Give a device to a patient; how that is written is in no document at hand.

        ``PATCH /api/v3/device/associate-patient``. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return (await self._call("PATCH", f"{_DEVICES}/associate-patient", body=association)).data

    async def disable_readings(self, devices: Mapping[str, Any]) -> Any:
        """Take no more readings of a device; how that is written is in no document at hand.

        ``PATCH /api/v3/device/disable-readings``. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return (await self._call("PATCH", f"{_DEVICES}/disable-readings", body=devices)).data

    async def create_webhook(self, type: str, url: str) -> Raw:  # noqa: A002 - the service's own word
        """Have events of a type (``order.status``, ``order.statusFull`` …) sent to an address of one's own.

        ``POST /api/v3/webhook``. Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return await self._made("POST", _WEBHOOKS, {"type": type, "url": url})

    async def set_webhook_secret(self, secret: str) -> Any:
        """Set what every event carries in ``Impilo-Webhook-Secret`` (``POST /api/v3/webhook-secret``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        self._api.conceal(secret)
        return (await self._call("POST", f"{_ROOT}/webhook-secret", body={"secret": secret})).data

    async def webhook_logs(self, page: int = 1, size: int | None = None) -> Listing:
        """Return one page of what was sent to webhooks (``GET /api/v3/webhook/logs``).

        Raises Refused, TryLater or Paused.
        """
        return await self._page(f"{_WEBHOOKS}/logs", page, size, False, {})

    async def try_webhook(self, reading: str = "blood-pressure") -> Any:
        """Have an event of a made-up reading sent (``POST /api/v3/test/blood-pressure-webhook``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return (await self._call("POST", f"{_ROOT}/test/{segment(reading, 'reading')}-webhook")).data

    async def close(self) -> None:
        """Give the connections back."""
        await self._api.close()

    async def _page(
        self,
        path: str,
        page: int,
        size: int | None,
        newest_first: bool,
        filters: Mapping[str, str] | None,
    ) -> Listing:
        rows = self._settings.page_size if size is None else size
        place = requests.page(self._settings.page_parameters, page, rows, newest_first=newest_first)
        asked = self._settings.filters if filters is None else filters
        return _listing((await self._call("GET", path, params={**asked, **place})).data)

    async def _one(self, path: str, name: str) -> Raw:
        data = (await self._call("GET", path)).data
        if not isinstance(data, dict):
            raise TryLater("unreadable_answer")
        if not data:
            raise Missing(f"no_order: {name}")
        return data

    async def _made(self, method: str, path: str, said: Mapping[str, Any]) -> Raw:
        answer = await self._call(method, path, body=said)
        if not isinstance(answer.data, dict):
            raise OutcomeUnknown("unreadable_answer")
        return answer.data

    async def _call(self, method: str, path: str, **said: Any) -> Answer:
        headers = {"Impilo-API-Key": self._key} if self._key else {}
        try:
            return await self._api.call(method, path, headers=headers, **said)
        except ChannelError as error:
            raise self._meant(error) from None

    def _meant(self, error: ChannelError) -> ChannelError:
        """Return what an error means here: there is no signing in, and causes of a refusal are known."""
        if isinstance(error, SignInAgain):
            return Paused("wrong_secrets" if self._key else "no_secrets")
        if isinstance(error, Refused) and not isinstance(error, Missing | Conflict):
            return Refused(cause(error.reason))
        return error


def _listing(data: Any) -> Listing:
    """Return the rows of a page; one that is no page is not taken for an empty one."""
    said = data if isinstance(data, dict) else {"content": data}
    page = Envelope.model_validate(said)
    if data is None or "content" not in said or not isinstance(page.content, list | None):
        raise TryLater("unreadable_answer")
    rows = tuple(page.content or ())
    total = page.total if isinstance(page.total, int) else None
    return Listing(rows, last=page.last is True or not rows, total=total)


def _key(document: Any) -> str:
    return str(document.get("id")) if isinstance(document, dict) else str(document)
