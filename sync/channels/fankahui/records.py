"""fankahui's records beside orders: deals, bills, returns, members and all else that its pages name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from sync.channels.fankahui.calls import Calls, documents
from sync.errors import Missing
from sync.paths import segment

#: What can be listed there; `statistics` are figures by ``target``, ``period`` and the like.
Listed = Literal[
    "deals", "bills", "returns", "shops", "members", "merchants", "items", "employes", "devices", "accounts",
    "points", "skus", "inventories", "statistics", "users", "wxoauth",
]  # fmt: skip

#: What a client may make. Deals and returns are made by a call of their own, the service makes all else.
Made = Literal["bills", "shops", "members", "merchants", "devices", "users", "wxoauth"]

#: What a client may change.
Changed = Literal["shops", "members", "merchants"]


class Records(Calls):
    """The collections beside orders; documents as they came. Lists are short unless ``limit`` says more."""

    async def records(self, collection: Listed, filters: Mapping[str, Any] | None = None) -> list[Any]:
        """Return the records that fit (``GET /deals`` and the like).

        `filters` are the service's own:
        ``{"shopID": "…", "createdAt": {"$gt": 1000}, "skip": 20, "limit": 20}``; ``withall`` adds the bill
        and the device of a deal. A list has 10 or 20 of them by default. Raises Refused, TryLater or Paused.
        """
        asked = {k: v if isinstance(v, str) else json.dumps(v) for k, v in (filters or {}).items()}
        return documents((await self._call("GET", f"/{collection}", params=asked)).data)

    async def record(self, collection: Listed, record_id: str) -> Any:
        """Return one record by its id (``GET /{collection}/{id}``); raises Missing."""
        found = documents((await self._call("GET", _path(collection, record_id))).data)
        if not found:
            raise Missing(f"no_order: {record_id}")
        return found[0]

    async def make_record(self, collection: Made, record: Mapping[str, Any]) -> Any:
        """Make a record (``POST /members`` and the like) and return what the service made of it.

        A user's ``password`` is written in no log of calls. Raises Refused, OutcomeUnknown, TryLater or
        Paused.
        """
        self._api.conceal(str(record.get("password") or ""))
        return (await self._call("POST", f"/{collection}", body=record)).data

    async def change_record(self, collection: Changed, record_id: str, changes: Mapping[str, Any]) -> Any:
        """Change fields of a record and return it (``PUT /{collection}/{id}``); raises Missing.

        A list is changed by ``{"$push": …}``, ``{"$pull": …}`` and their kind.
        """
        return (await self._changed(_path(collection, record_id), changes)).data

    async def add_deal(self, deal: Mapping[str, Any]) -> Any:
        """Make a deal with its bill and return their ids, ``dealID`` and ``billID`` (``POST /add-deal``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return (await self._call("POST", "/add-deal", body=deal)).data

    async def add_return(self, goods: Mapping[str, Any]) -> Any:
        """Take goods of a deal back (``POST /add-return``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return (await self._call("POST", "/add-return", body=goods)).data

    async def register_device(self, device: Mapping[str, Any]) -> Any:
        """Make a device known to a shop (``POST /device-register``).

        Raises Refused, OutcomeUnknown, TryLater or Paused.
        """
        return (await self._call("POST", "/device-register", body=device)).data


def _path(collection: str, record_id: str) -> str:
    return f"/{collection}/{segment(record_id, 'record_id')}"
