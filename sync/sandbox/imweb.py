"""imweb as its documents describe it: sign-in, envelopes, lists by page, actions, and its limits."""

from __future__ import annotations

import json
import random
from collections import deque
from collections.abc import Callable, Collection, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.channels.imweb.codes import ACTIONS, CLAIM_STATUSES, CLAIM_TYPES, PROD_ORDER_ACTIONS, STATUSES
from sync.sandbox.imweb_data import is_answered_whole, is_waybill, is_whole
from sync.sandbox.imweb_orders import CLAIMS, Change, Document, Orders

#: Signing in with this key or secret always fails.
WRONG_SECRET = "wrong"

#: The codes that are those of HTTP; there are no others.
_HTTP_CODES = frozenset({400, 401, 404, 429, 500, 501})

#: What a list is asked for with, and which words there are for it; of these, one at a time.
_FILTERS: Mapping[str, Collection[str]] = {
    "status": STATUSES, "claim_type": CLAIM_TYPES, "claim_status": CLAIM_STATUSES,
}  # fmt: skip
#: Whose orders they are: those of the shop itself, of Naver, of Kakao.
_TYPES = ("normal", "npay", "talkpay")
_MOST_ROWS, _ROWS, _MOST_NUMBERS = 100, 25, 25


class Refusal(Exception):
    """A request that the service refuses, by its own code; the HTTP status stays 200."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.body = {"msg": message, "code": code}


class Limit:
    """Lets so many calls in a second through."""

    def __init__(self, per_second: int, clock: Callable[[], float]) -> None:
        self._calls: deque[float] = deque(maxlen=per_second)
        self._clock = clock

    def passed(self) -> bool:
        """Say whether one more call is within the limit; it counts if so."""
        now = self._clock()
        if len(self._calls) == self._calls.maxlen and now - self._calls[0] < 1:
            return False
        self._calls.append(now)
        return True


class Imweb:
    """The service's state and its rules. `clock` gives seconds since 1970.

    `limited` to so many calls in a second as its pages say, or to `pace` times as many.
    """

    def __init__(
        self, clock: Callable[[], float], chance: random.Random, *, limited: bool = True, pace: int = 1
    ) -> None:
        """Open an empty shop."""
        self._clock = clock
        self._random = chance
        self._limited = limited
        self._pace = pace
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.orders = Orders(self._clock, self._random)
        self._tokens: set[str] = set()
        self.sign_ins = 0
        self._lists = Limit(self._pace, self._clock)
        self._others = Limit(5 * self._pace, self._clock)

    def routes(self) -> list[Route]:
        """Return the service's own paths."""
        orders, parts = "/v2/shop/orders", "/v2/shop/prod-orders"
        answered = self._answered
        return [
            Route("/v2/auth", answered(self._sign_in, signed_in=False), methods=["GET", "POST"]),
            Route(orders, answered(self._list, listing=True), methods=["GET"]),
            Route(orders + "/{no}", answered(self._get), methods=["GET"]),
            Route(orders + "/{no}/prod-orders", answered(self._parts), methods=["GET"]),
            Route(orders + "/{no}/prod-orders/{part}", answered(self._one_part), methods=["GET"]),
            Route(orders + "/{no}/invoice", answered(self._invoice), methods=["GET", "PATCH"]),
            Route(orders + "/{no}/{action}", answered(self._act), methods=["PATCH"]),
            Route(orders + "/{no}/{claim}/{action}", answered(self._answer), methods=["PATCH"]),
            Route(parts, answered(self._many), methods=["GET"]),
            Route(parts + "/{part}/invoice", answered(self._part_invoice), methods=["GET", "PATCH"]),
            Route(parts + "/{part}/{action}", answered(self._act), methods=["PATCH"]),
        ]

    def guest_routes(self) -> list[Route]:
        """Return what guests do, under the control path: place, pay, ask for a claim; and what is held."""

        async def place(_: Request, said: Any) -> Any:
            return self.orders.place(said)

        async def move(request: Request, said: Any) -> Any:
            number = self._known(request.path_params["id"])
            act = self._guests().get(request.path_params["move"])
            if act is None:
                raise Refusal(404, "not found")
            act(number, **said)
            return {"id": number}

        return [
            Route("/orders", self._controlled(place), methods=["POST"]),
            Route("/orders/{id}/{move}", self._controlled(move), methods=["POST"]),
        ]

    def state(self) -> dict[str, Any]:
        """Return all that the service knows."""
        numbers = self.orders.rows
        return {
            "orders": [{**self.orders.rows[n], "prod_orders": self.orders.parts[n]} for n in numbers],
            "sign_ins": self.sign_ins,
        }

    def expire(self) -> bool:
        """End every token; return whether one can sign in again."""
        self._tokens.clear()
        return True

    def throttled(self) -> tuple[int, dict[str, Any]]:
        """Return how the service says that it was asked too often: HTTP status and body."""
        return 200, {"msg": "TOO MANY REQUEST", "code": -7}

    def error(self, status: int, words: str, /) -> dict[str, Any]:
        """Return the body with which the service answers an HTTP error."""
        nearest = 400 if status < 500 else 500
        return {"msg": words.upper(), "code": status if status in _HTTP_CODES else nearest}

    def _guests(self) -> Mapping[str, Callable[..., None]]:
        def pay(number: str, **_: Any) -> None:
            self.orders.act(number, "", self.orders.move("deposit", {}))

        def hold(number: str, part: str = "", words: str = "") -> None:
            for each in [part] if part else self.orders.parts[number]:
                self.orders.held[each] = words

        def asks(claim: str) -> Callable[..., None]:
            return lambda number, **_: self.orders.ask(number, claim)

        claims = {claim: asks(claim) for claim in ("cancel", "return", "exchange")}
        named = ("ignore", "heed", "defer", "decide")
        return {"pay": pay, "hold": hold, **{name: getattr(self.orders, name) for name in named}, **claims}

    async def _sign_in(self, _: Request, said: Any) -> Any:
        key, secret = said.get("key"), said.get("secret")
        if not key or not secret or WRONG_SECRET in (key, secret):
            raise Refusal(-1, "INVALID KEY OR SECRET")
        self.sign_ins += 1
        token = f"{self._random.getrandbits(128):032x}"
        self._tokens.add(token)
        return {"access_token": token}

    async def _list(self, _: Request, said: Any) -> Any:
        if sum(1 for name in _FILTERS if said.get(name)) > 1:
            raise Refusal(-10, "ONLY ONE STATUS FILTER")
        parts = [part for parts in self.orders.parts.values() for part in parts.values()]
        known = {name: {"", *words, *(part[name] for part in parts)} for name, words in _FILTERS.items()}
        if any(said.get(name, "") not in words for name, words in known.items()):
            raise Refusal(-10, "INVALID PARAMETER")
        if said.get("type", "") not in ("", *_TYPES):
            raise Refusal(-10, "INVALID PARAMETER")
        found = [row for number, row in self.orders.rows.items() if self._fits(number, row, said)]
        found.sort(key=lambda row: row["order_time"], reverse=True)
        page, size = max(_whole(said, "offset", 1), 1), min(max(_whole(said, "limit", _ROWS), 1), _MOST_ROWS)
        pages = -(-len(found) // size)
        return {
            "data": {
                "list": found[(page - 1) * size : page * size],
                "pagenation": {
                    "data_count": str(len(found)),
                    "current_page": page,
                    "total_page": str(pages),
                    "pagesize": str(size),
                },
            }
        }

    def _fits(self, number: str, row: Document, said: Mapping[str, Any]) -> bool:
        since, until = _whole(said, "order_date_from", 0), _whole(said, "order_date_to", 2**60)
        parts = self.orders.parts[number].values()
        wanted = [(name, said[name]) for name in _FILTERS if said.get(name)]
        kind = said.get("type") in (None, "", row.get("type", _TYPES[0]))
        member = said.get("member") in (None, "", row["orderer"].get("member_code"))
        fits = all(any(part[name] == value for part in parts) for name, value in wanted)
        return fits and kind and member and since <= row["order_time"] <= until

    async def _get(self, request: Request, _: Any) -> Any:
        return {"data": self.orders.rows[self._known(request.path_params["no"])]}

    async def _parts(self, request: Request, _: Any) -> Any:
        return {"data": list(self.orders.parts[self._known(request.path_params["no"])].values())}

    async def _one_part(self, request: Request, _: Any) -> Any:
        parts = self.orders.parts[self._known(request.path_params["no"])]
        part = parts.get(request.path_params["part"])
        if part is None:
            raise Refusal(-11, "NO DATA")
        return {"data": part}

    async def _many(self, _: Request, said: Any) -> Any:
        numbers = said.get("order_no[]") or said.get("order_no") or []
        numbers = numbers if isinstance(numbers, list) else [numbers]
        if not numbers or len(numbers) > _MOST_NUMBERS:
            raise Refusal(-10, "INVALID PARAMETER")
        return {"data": {n: self.orders.parts[n] for n in numbers if n in self.orders.parts}}

    async def _act(self, request: Request, said: Any) -> Any:
        number, part = self._addressed(request, said)
        action, etc = request.path_params["action"], said.get("etc") or {}
        if action not in (PROD_ORDER_ACTIONS if "part" in request.path_params else ACTIONS):
            raise Refusal(-99, "UNKNOWN METHOD")
        if not is_whole(action, etc):
            raise Refusal(-10, "INVALID PARAMETER")
        return self._done(request, number, part, self.orders.move(action, etc))

    async def _answer(self, request: Request, said: Any) -> Any:
        number, part = self._addressed(request, said)
        claim, action = request.path_params["claim"], request.path_params["action"]
        if (claim, action) not in CLAIMS:
            raise Refusal(-99, "UNKNOWN METHOD")
        etc = said.get("etc") or {}
        if not is_answered_whole(claim, action, etc):
            raise Refusal(-10, "INVALID PARAMETER")
        return self._done(request, number, part, self.orders.answer(claim, action, etc))

    async def _invoice(self, request: Request, said: Any) -> Any:
        number, part = self._addressed(request, said)
        if not is_waybill(said):
            raise Refusal(-10, "INVALID PARAMETER")
        entered = {key: said[key] for key in ("parcel_code", "invoice_no")}

        def enter(_: Document, document: Document) -> str:
            document.update(entered)
            return ""

        return self._done(request, number, part, enter)

    def _done(self, request: Request, number: str, part: str, change: Change) -> Any:
        """Act, and answer by orders, or by product-orders where they were asked by their own path."""
        failed = self.orders.act(number, part, change) if (heard := not self.orders.ignores(number)) else []
        if "part" in request.path_params:
            return {"data": {"success": [part] if heard and not failed else [], "failed": failed}}
        some = heard and len(failed) < (1 if part else len(self.orders.parts[number]))
        whole = [{"order_no": number, "prod_order_list": failed}] if failed else []
        return {"data": {"success": [number] if some else [], "failed": whole}}

    async def _part_invoice(self, request: Request, said: Any) -> Any:
        if request.method == "PATCH":
            return await self._invoice(request, said)
        number, part = self._addressed(request, said)
        document = self.orders.parts[number][part]
        return {"data": {**{k: document[k] for k in ("parcel_code", "invoice_no")}, "status": ""}}

    def _addressed(self, request: Request, said: Mapping[str, Any]) -> tuple[str, str]:
        part = str(request.path_params.get("part") or said.get("prod_order_no") or "")
        number = request.path_params.get("no") or self.orders.order_of(part) or ""
        if part and part not in self.orders.parts.get(number, {}):
            raise Refusal(-11, "NO DATA")
        return self._known(number), part

    def _known(self, number: str) -> str:
        if number not in self.orders.rows:
            raise Refusal(-11, "NO DATA")
        return number

    def _answered(
        self, act: Callable[[Request, Any], Any], *, signed_in: bool = True, listing: bool = False
    ) -> Callable[[Request], Any]:
        """Wrap an endpoint: limits, token, what is said in query or body, and the envelope."""

        async def endpoint(request: Request) -> Response:
            limit = self._lists if listing else self._others
            if self._limited and not limit.passed():
                status, body = self.throttled()
                return JSONResponse(body, status)
            try:
                if signed_in and request.headers.get("access-token") not in self._tokens:
                    raise Refusal(-2, "INVALID ACCESS TOKEN")
                answer = await act(request, await _said(request))
            except Refusal as refusal:
                return JSONResponse(refusal.body)
            rest = {} if not signed_in else {"request_count": 4, "version": "2.0"}
            return JSONResponse({"msg": "SUCCESS", "code": 200, **rest, **answer})

        return endpoint

    def _controlled(self, act: Callable[[Request, Any], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse(await act(request, await _said(request)))
            except Refusal as refusal:
                return JSONResponse(refusal.body, 404)

        return endpoint


async def _said(request: Request) -> dict[str, Any]:
    """Return what a request asks, from its query and its JSON body together."""
    query = request.query_params
    said: dict[str, Any] = {
        key: query.getlist(key) if key.endswith("[]") or len(query.getlist(key)) > 1 else query[key]
        for key in query
    }
    content = await request.body()
    if content:
        try:
            body = json.loads(content)
        except ValueError:
            raise Refusal(-10, "INVALID PARAMETER") from None
        said |= body if isinstance(body, dict) else {}
    return said


def _whole(said: Mapping[str, Any], name: str, otherwise: int) -> int:
    try:
        return int(said.get(name) or otherwise)
    except (TypeError, ValueError):
        raise Refusal(-10, "INVALID PARAMETER") from None
