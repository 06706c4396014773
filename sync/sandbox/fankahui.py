"""fankahui as its documents describe it: a deployd with orders, deals and bills, in memory."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sync.sandbox import deployd
from sync.sandbox.deployd import Refusal
from sync.sandbox.fankahui_records import SHOP, Records

#: What may follow a status there; `paid` follows from a payment alone.
MOVES: Mapping[str, frozenset[str]] = {
    "placed": frozenset({"accepted", "rejected", "executed", "canceled"}),
    "accepted": frozenset({"executed", "canceled"}),
    "executed": frozenset({"canceled"}),
}
TYPES = frozenset({"booking", "deliver"})
PAYMENT_TYPES = frozenset({"weixin", "alipay", "cash", "prepay"})

#: What the service computes: whoever sends it is not listened to.
_ITS_OWN = frozenset({"id", "fee", "quantity", "sequenceNumber", "deal", "createdAt", "updateAt"})

#: Signing in with this password always fails; any other does, unless accounts were given.
WRONG_PASSWORD = "wrong"


class Fankahui:
    """The service's state and its rules. `clock` gives seconds since 1970."""

    def __init__(
        self, clock: Callable[[], float], chance: random.Random, accounts: Mapping[str, str] | None = None
    ) -> None:
        """Open an empty service; without `accounts` (name: password) anyone may sign in."""
        self._clock = clock
        self._random = chance
        self._accounts = accounts
        self.records = Records(clock, self._id)
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.orders: dict[str, dict[str, Any]] = {}
        self.records.reset()
        self._sessions: dict[str, str] = {}
        self._sequence = 0
        self.sign_ins = 0

    def routes(self) -> list[Route]:
        """Return the service's own paths."""
        accounts = [
            route
            for path in ("/users", "/employes")
            for route in (
                Route(f"{path}/login", self._answered(self._login, signed_in=False), methods=["POST"]),
                Route(f"{path}/logout", self._answered(self._logout), methods=["POST"]),
                Route(f"{path}/me", self._answered(self._me, signed_in=False), methods=["GET"]),
            )
        ]
        return [
            *accounts,
            Route("/orders", self._answered(self._list), methods=["GET"]),
            Route("/orders", self._answered(self._post), methods=["POST"]),
            Route("/orders", self._answered(self._put), methods=["PUT"]),
            Route("/orders/count", self._answered(self._count), methods=["GET"]),
            Route("/orders/{id}", self._answered(self._get), methods=["GET"]),
            Route("/orders/{id}", self._answered(self._put), methods=["PUT"]),
            *self.records.routes(self._answered),
        ]

    def guest_routes(self) -> list[Route]:
        """Return what a guest does, under the control path: place, check in, cancel, pay."""
        moves = {"check-in": self.check_in, "cancel": self.cancel, "pay": self.pay}

        async def place(_: Request, body: Any) -> Response:
            return JSONResponse(self.place(body or {}))

        async def move(request: Request, body: Any) -> Response:
            act = moves.get(request.path_params["move"])
            if act is None:
                raise Refusal(404, "not found")
            return JSONResponse(act(request.path_params["id"], **(body or {})))

        return [
            Route("/orders", self._answered(place, signed_in=False), methods=["POST"]),
            Route("/orders/{id}/{move}", self._answered(move, signed_in=False), methods=["POST"]),
        ]

    def state(self) -> dict[str, Any]:
        """Return all that the service knows, for tests and for the curious."""
        return {
            "orders": list(self.orders.values()),
            "deals": self.deals,
            "bills": list(self.records.rows["bills"].values()),
            "sign_ins": self.sign_ins,
            "sessions": len(self._sessions),
        }

    @property
    def deals(self) -> list[dict[str, Any]]:
        """Every deal, oldest first."""
        return list(self.records.rows["deals"].values())

    def expire(self) -> bool:
        """End every session; return whether one can sign in again."""
        self._sessions.clear()
        return True

    def throttled(self) -> tuple[int, dict[str, Any]]:
        """Return how the service says that it was asked too often: HTTP status and body."""
        return 429, self.error(429, "too many")

    def error(self, status: int, words: str, /) -> dict[str, Any]:
        """Return the body with which the service answers an HTTP error."""
        return {"status": status, "message": words.lower()}

    def place(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Place an order as a guest does; what is left out is made up."""
        number = self._sequence + 1
        guest = {"id": self._id(), "name": f"顾客{number}", "phone": f"189{number:08d}"}
        thing = {"id": "221f47e56134f82c", "name": "盖浇饭", "price": 1620}
        line = {"item": thing, "id": self._id(), "dealPrice": 1620, "quantity": 1}
        made_up = {
            "status": "placed",
            "type": "booking",
            "payment": {"type": "weixin", "status": "unpaid"},
            "items": [line],
            "customer": guest,
            "agent": {"id": "6d97c241f56a8873", "name": "泛盈微信订餐"},
            "shop": dict(SHOP),
        }
        return self._create({**made_up, **order})

    def check_in(self, order_id: str) -> dict[str, Any]:
        """Let the guest be here; a repeat changes nothing."""
        return self._change(order_id, {"status": "executed"})

    def cancel(self, order_id: str) -> dict[str, Any]:
        """Let the guest cancel."""
        return self._change(order_id, {"status": "canceled"})

    def pay(self, order_id: str, method: str = "weixin") -> dict[str, Any]:
        """Let the guest pay online; before the food is out this does not finish the order."""
        order = self._order(order_id)
        self._book(order, {"type": method, "status": "paid"})
        return self._touched(order)

    async def _login(self, request: Request, body: Any) -> Response:
        name, password = ((body or {}).get(key) or "" for key in ("username", "password"))
        known = name and password != WRONG_PASSWORD
        if self._accounts is not None:
            known = name in self._accounts and self._accounts[name] == password
        if not known or not password:
            raise Refusal(401, "bad credentials")
        self.sign_ins += 1
        session, account = self._id() + self._id(), self._id()
        self._sessions[session] = account
        path = request.url.path.removesuffix("/login")
        response = JSONResponse({"id": session, "path": path, "uid": account})
        response.set_cookie("sid", session, httponly=True)
        return response

    async def _logout(self, request: Request, _: Any) -> Response:
        self._sessions.pop(request.cookies.get("sid", ""), None)
        return JSONResponse(None)

    async def _me(self, request: Request, _: Any) -> Response:
        account = self._sessions.get(request.cookies.get("sid", ""))
        return JSONResponse({"id": account, "roles": ["user"]}) if account else Response(status_code=204)

    async def _list(self, request: Request, _: Any) -> Response:
        query = deployd.decoded(request.url.query)
        return JSONResponse(deployd.page(deployd.matching(self.orders.values(), query), query))

    async def _count(self, request: Request, _: Any) -> Response:
        query = deployd.decoded(request.url.query)
        return JSONResponse({"count": len(deployd.matching(self.orders.values(), query))})

    async def _get(self, request: Request, _: Any) -> Response:
        return JSONResponse(self._order(request.path_params["id"]))

    async def _post(self, _: Request, body: Any) -> Response:
        return JSONResponse(self._create(body))

    async def _put(self, request: Request, body: Any) -> Response:
        changes = {} if body is None else body
        if not isinstance(changes, dict):
            raise Refusal(400, "not an object")
        order_id = request.path_params.get("id") or changes.get("id") or ""
        if order_id not in self.orders:
            raise Refusal(400, "No object exists that matches that query")
        before = self.orders[order_id]
        order = self._change(order_id, changes)
        if (changes.get("payment") or {}).get("status") == "paid":
            return JSONResponse(self.records.expanded(order))
        if order["status"] != before["status"] and not _has_spoken(before, order):
            self._speak(order)
        return JSONResponse(order)

    def _speak(self, order: dict[str, Any]) -> None:
        """Let the shop stand in the memo beside a status that it set without a word of its own."""
        shop = (order.get("shop") or {}).get("name") or SHOP["name"]
        entry = {"name": shop, "createdAt": int(order["updateAt"]), "message": ""}
        order["memo"] = [*_thread(order), entry]

    def _order(self, order_id: str) -> dict[str, Any]:
        if order_id not in self.orders:
            raise Refusal(404, "not found")
        return self.orders[order_id]

    def _create(self, body: Any) -> dict[str, Any]:
        _checked(body)
        self._sequence += 1
        now = self._clock()
        order = {
            "createdAt": int(now),
            "payment": {"type": "cash", "status": "unpaid"},
            "memo": [],
            **copy.deepcopy(dict(body)),
            "id": self._id(),
            "sequenceNumber": self._sequence,
        }
        order.setdefault("status", "placed")
        self.orders[order["id"]] = order
        return self._touched(order)

    def _change(self, order_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Apply a PUT all or nothing."""
        order = copy.deepcopy(self._order(order_id))
        changes = {key: value for key, value in body.items() if key not in _ITS_OWN}
        status = changes.pop("status", order["status"])
        payment = changes.pop("payment", None)
        if status != order["status"] and status not in MOVES.get(order["status"], ()):
            raise Refusal(400, errors={"status": "disallow operation"})
        order.update(copy.deepcopy(changes), status=status)
        _checked(order if payment is None else {**order, "payment": payment})
        if payment is not None:
            self._settle(order, payment)
        self.orders[order_id] = order
        return self._touched(order)

    def _settle(self, order: dict[str, Any], payment: Mapping[str, Any]) -> None:
        """Take a payment from the shop; every `paid` makes a deal, also a second one."""
        if payment.get("type") not in PAYMENT_TYPES:
            raise Refusal(400, errors={"payment.type": "is not exist"})
        if payment.get("status") != "paid":
            order["payment"] = dict(payment)
            return
        if order["status"] in ("rejected", "canceled"):
            raise Refusal(400, errors={"status": "disallow operation"})
        self._book(order, payment)
        order["status"] = "paid"

    def _book(self, order: dict[str, Any], payment: Mapping[str, Any]) -> None:
        order["deal"] = self.records.book(order, payment)
        order["payment"] = dict(payment)

    def _touched(self, order: dict[str, Any]) -> dict[str, Any]:
        """Return an order with what the service computes for it."""
        items = order["items"]
        order["fee"] = sum(item.get("dealPrice", 0) * item["quantity"] for item in items)
        order["quantity"] = sum(item["quantity"] for item in items)
        order["updateAt"] = round(self._clock(), 3)
        return order

    def _id(self) -> str:
        return f"{self._random.getrandbits(64):016x}"

    def _answered(
        self, act: Callable[[Request, Any], Any], *, signed_in: bool = True
    ) -> Callable[[Request], Any]:
        """Wrap an endpoint: sign-in, body, and refusals as deployd words them."""

        async def endpoint(request: Request) -> Response:
            if signed_in and request.cookies.get("sid") not in self._sessions:
                return JSONResponse({"status": 401, "message": "please login"}, 401)
            try:
                content = await request.body()
                answer: Response = await act(request, json.loads(content) if content else None)
            except Refusal as refusal:
                return JSONResponse(refusal.body, refusal.status)
            except ValueError as error:
                return PlainTextResponse(str(error), 400)
            return answer

        return endpoint


def _thread(order: Mapping[str, Any]) -> list[Any]:
    """Return an order's memo, which may also be one entry or one text."""
    memo = order.get("memo")
    return memo if isinstance(memo, list) else [memo] if memo else []


def _has_spoken(before: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    """Whether a change brought words into the memo that are not the guest's."""
    guest = (order.get("customer") or {}).get("name")
    new = [entry for entry in _thread(order) if entry not in _thread(before)]
    return any(not isinstance(entry, dict) or entry.get("name") != guest for entry in new)


def _checked(order: Any) -> None:
    """Refuse what is not an order."""
    if not isinstance(order, Mapping):
        raise Refusal(400, "not an object")
    if order.get("type") not in TYPES:
        raise Refusal(400, errors={"type": "is not exist"})
    items = order.get("items")
    if not isinstance(items, list) or not items:
        raise Refusal(400, errors={"items": "is required"})
    if not all(isinstance(i, Mapping) and isinstance(i.get("quantity"), int) for i in items):
        raise Refusal(400, errors={"items": "quantity is required"})
    for name in ("payment", "customer", "shop"):
        if not isinstance(order.get(name) or {}, Mapping):
            raise Refusal(400, errors={name: "is not exist"})
