"""fankahui's collections beside orders in the sandbox: shops and members, deals and bills."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.sandbox import deployd
from sync.sandbox.deployd import Refusal

Document = dict[str, Any]

#: Collections that can be listed and read; their pages have 20 records, of these 10.
COLLECTIONS = (
    "deals", "bills", "returns", "shops", "members", "merchants", "items", "devices", "accounts", "points",
    "skus", "inventories", "statistics", "wxoauth", "employes", "users",
)  # fmt: skip
_SHORT_PAGES = frozenset({"members", "items"})

#: What anybody may make and change.
MADE = frozenset({"bills", "shops", "members", "merchants", "devices", "wxoauth", "users"})
CHANGED = frozenset({"shops", "members", "merchants"})

#: What a new record has where nothing is said.
_NEW: Mapping[str, Mapping[str, Any]] = {
    "shops": {"status": "open"},
    "members": {"status": "active", "level": "会员", "point": 0},
    "merchants": {"status": "open"},
}

SHOP: Mapping[str, str] = {
    "id": "903d6f6ce857a9eb",
    "name": "泛盈总店",
    "address": "胜太路68号3层",
    "phone": "025-58679066",
}
_MERCHANT: Mapping[str, Any] = {
    "id": "c82e1197884d8806",
    "name": "泛盈科技",
    "fullName": "泛盈信息科技有限公司",
    "status": "open",
    "shopIDs": [SHOP["id"]],
    "pointRule": {
        "newMember": {"type": "fixed", "amount": "200"},
        "consumption": {"type": "ratio", "ratio": "1"},
        "referrer": {"type": "fixed", "amount": "300"},
    },
}
_SHOP_RECORD: Mapping[str, Any] = {
    "code": "10011",
    "createdAt": 1386235335,
    "location": {"latitude": 23.137466, "longitude": 113.352425, "precision": 119.38504},
    "merchantID": _MERCHANT["id"],
    "telephone": "02558679066",
    "openRes": [{"name": "桌子", "type": "table", "serviceability": 1, "code": "16", "codename": "桌号"}],
    "printers": ["000000007985f65b"],
    "status": "open",
    "sequenceNumber": 0,
}
_ITEM: Mapping[str, Any] = {
    "id": "221f47e56134f82c",
    "name": "盖浇饭",
    "price": 1620,
    "status": "sale",
    "code": "10002000",
}

#: How money of each kind is settled in a bill: the settlement's name there.
_SETTLEMENTS: Mapping[str, str] = {"cash": "cashSettlement", "prepay": "memberSettlement"}


class Records:
    """All collections beside orders. `clock` gives seconds since 1970, `new_id` a new id."""

    def __init__(self, clock: Callable[[], float], new_id: Callable[[], str]) -> None:
        """Begin with one merchant, its shop, and one thing on its menu."""
        self._clock = clock
        self._new_id = new_id
        self.reset()

    def reset(self) -> None:
        """Forget everything else."""
        self.rows: dict[str, dict[str, Document]] = {name: {} for name in COLLECTIONS}
        self.rows["merchants"][_MERCHANT["id"]] = copy.deepcopy(dict(_MERCHANT))
        self.rows["shops"][SHOP["id"]] = copy.deepcopy({**_SHOP_RECORD, **SHOP})
        self.rows["items"][_ITEM["id"]] = dict(_ITEM)

    def routes(self, answered: Callable[[Any], Any]) -> Iterator[Route]:
        """Yield the paths of all collections; `answered` wraps what is done at one."""
        calls = {
            "/add-deal": self.add_deal,
            "/add-return": self.add_return,
            "/device-register": self.register_device,
        }
        for path, call in calls.items():
            yield Route(path, answered(_with(call)), methods=["POST"])
        for name in COLLECTIONS:
            yield Route(f"/{name}", answered(self._all), methods=["GET", "POST"])
            yield Route(f"/{name}/{{id}}", answered(self._one), methods=["GET", "PUT"])

    async def _all(self, request: Request, body: Any) -> Response:
        name = request.url.path.strip("/")
        if request.method == "POST":
            return JSONResponse(self.make(name, body))
        return JSONResponse(self.listed(name, deployd.decoded(request.url.query)))

    async def _one(self, request: Request, body: Any) -> Response:
        name, record_id = request.url.path.split("/")[1], request.path_params["id"]
        if request.method == "PUT":
            return JSONResponse(self.change(name, record_id, body))
        return JSONResponse(self.get(name, record_id))

    def listed(self, collection: str, query: Mapping[str, Any]) -> list[Document]:
        """Return the records that a query asks for; ``withall`` shows a deal's bill."""
        asked = {key: value for key, value in query.items() if key != "withall"}
        if collection in _SHORT_PAGES and not {"limit", "$limit"} & asked.keys():
            asked["limit"] = 10
        found = deployd.page(deployd.matching(self.rows[collection].values(), asked), asked)
        if collection == "deals" and "withall" in query:
            return [{**deal, "bill": self.rows["bills"].get(deal["billID"])} for deal in found]
        return [dict(record) for record in found]

    def get(self, collection: str, record_id: str) -> Document:
        """Return one record; raises Refusal where there is none."""
        found = self.rows[collection].get(record_id)
        if found is None:
            raise Refusal(404, "not found")
        return found

    def make(self, collection: str, said: object) -> Document:
        """Make a record; raises Refusal for what the service makes itself."""
        if collection not in MADE:
            raise Refusal(403, "disallow operation")
        return self._keep(collection, _object(said))

    def change(self, collection: str, record_id: str, said: object) -> Document:
        """Change fields of a record, and lists by deployd's ``$push`` and ``$pull``; raises Refusal."""
        if collection not in CHANGED:
            raise Refusal(403, "disallow operation")
        if record_id not in self.rows[collection]:
            raise Refusal(400, "No object exists that matches that query")
        record = self.rows[collection][record_id]
        for name, value in _object(said).items():
            record[name] = _changed(record.get(name), value)
        record["updateAt"] = round(self._clock(), 3)
        return {**record, "id": record_id}

    def add_deal(self, said: object) -> Document:
        """Make a deal with its bill, as the shop's own till does; raises Refusal."""
        deal = _object(said)
        if not isinstance(deal.get("bill"), Mapping):
            raise Refusal(400, "bill is required")
        bill = self._keep("bills", {"dealType": "deal", **deal["bill"]})
        counted = {"quantity": _pieces(deal), "fee": _fee(deal), "billID": bill["id"]}
        made = self._keep("deals", {**{k: v for k, v in deal.items() if k != "bill"}, **counted})
        bill["dealID"] = made["id"]
        return {"message": "success", "dealID": made["id"], "billID": bill["id"]}

    def add_return(self, said: object) -> Document:
        """Take goods of a deal back; raises Refusal."""
        return {"message": "success", "returnID": self._keep("returns", _object(said))["id"]}

    def register_device(self, said: object) -> Document:
        """Make a device known; raises Refusal."""
        return self._keep("devices", _object(said))

    def book(self, order: Mapping[str, Any], payment: Mapping[str, Any]) -> Document:
        """Make the deal and the bill of a paid order; return what the order shows of them."""
        shop, kind, now = (order.get("shop") or {}).get("id"), payment["type"], int(self._clock())
        facts = {"fee": order["fee"], "quantity": order["quantity"], "items": order["items"]}
        deal = self._keep("deals", {
            "orderID": order["id"], "shopID": shop, "serialNumber": order["sequenceNumber"], "memo": "",
            **facts,
        })  # fmt: skip
        settled = {"amount": order["fee"], "payType": kind, "status": "closed", "settledAt": now}
        bill = self._keep("bills", {
            "dealID": deal["id"], "dealType": "deal", "shopID": shop, "amount": order["fee"],
            "discountAmount": 0, _SETTLEMENTS.get(kind, "onlineSettlement"): settled,
        })  # fmt: skip
        deal["billID"] = bill["id"]
        return {"id": deal["id"], "bill": {"id": bill["id"]}}

    def expanded(self, order: Mapping[str, Any]) -> Document:
        """Return a paid order as its payment is answered: its guest as the member, its shop whole."""
        guest, shop = order.get("customer"), order.get("shop")
        whole = dict(order)
        if isinstance(guest, Mapping) and guest.get("id"):
            whole["customer"] = {**self._member(guest, shop), **guest}
        if isinstance(shop, Mapping) and shop.get("id"):
            known = self.rows["shops"].get(shop["id"], {})
            merchant = self.rows["merchants"].get(known.get("merchantID", ""), {})
            whole["shop"] = {**known, **shop, "merchant": merchant}
        return whole

    def _member(self, guest: Mapping[str, Any], shop: object) -> Document:
        now = self._clock()
        return {
            "account": {"balance": 20000, "updateAt": round(now, 3), "id": guest["id"][::-1]},
            "code": "100001",
            "level": "会员",
            "merchant": {name: _MERCHANT[key] for name, key in _MERCHANT_OF_A_MEMBER.items()},
            "point": 0,
            "postPoint": 0,
            "postTotalPoint": 0,
            "registerShopID": shop.get("id") if isinstance(shop, Mapping) else None,
            "shop": {},
            "sinceAt": 1371570826,
            "dueAt": int(now) + 365 * 24 * 3600,
            "status": "active",
            "updateAt": round(now, 3),
        }

    def _keep(self, collection: str, said: Mapping[str, Any]) -> Document:
        made = {"createdAt": int(self._clock()), **_NEW.get(collection, {}), **copy.deepcopy(dict(said))}
        made["id"] = self._new_id()
        made.pop("password", None)
        self.rows[collection][made["id"]] = made
        return made


_MERCHANT_OF_A_MEMBER = {"merchantID": "id", "name": "name", "fullName": "fullName"}


def _with(call: Callable[[object], Document]) -> Callable[[Request, Any], Any]:
    async def act(_: Request, body: Any) -> Response:
        return JSONResponse(call(body))

    return act


def _object(said: object) -> Document:
    if not isinstance(said, dict):
        raise Refusal(400, "not an object")
    return said


def _changed(known: Any, value: Any) -> Any:
    """Return a field with a new value, or with what deployd's array modifiers make of it."""
    if not isinstance(value, dict) or not any(key.startswith("$") for key in value):
        return value
    rows = list(known) if isinstance(known, list) else []
    rows += [value["$push"]] if "$push" in value else value.get("$pushAll", [])
    gone = [value["$pull"]] if "$pull" in value else value.get("$pullAll", [])
    return [row for row in rows if row not in gone]


def _lines(deal: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = deal.get("items")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _pieces(deal: Mapping[str, Any]) -> int:
    return sum(int(row.get("quantity") or 0) for row in _lines(deal))


def _fee(deal: Mapping[str, Any]) -> int:
    return sum(int(row.get("dealPrice") or 0) * int(row.get("quantity") or 0) for row in _lines(deal))
