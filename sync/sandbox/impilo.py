"""impilo as its documents describe it: a key, orders for patients and sites, pages."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

#: A key that is never accepted; any other is.
WRONG_KEY = "wrong"

_CONTENTS = ("orderItems", "orderKits", "returnItems", "returnDevices", "returnPackedKits")
_RETURNS = _CONTENTS[2:]
_SIZE, _LARGEST = 15, 250

#: What the service words for what it refuses.
_NO_CONTENT = f"Order must contain at least one of: {', '.join(_CONTENTS[:-1])}, or {_CONTENTS[-1]}"
_NO_SHIPPING = "shippingOption is required when emailLabel is false and return items are included"
_NOBODY = "patient or site required"


class Refusal(Exception):
    """A request that the service refuses."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Impilo:
    """The service's state and its rules. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float], chance: random.Random) -> None:
        """Open an empty account."""
        self._clock = clock
        self._random = chance
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.orders: dict[int, dict[str, Any]] = {}

    def routes(self) -> list[Route]:
        """Return the service's own paths."""
        path = "/api/v3/order"
        return [
            Route(path, self._answered(self._list), methods=["GET"]),
            Route(path, self._answered(self._create), methods=["POST"]),
            Route(path + "/{id}", self._answered(self._get), methods=["GET"]),
        ]

    def guest_routes(self) -> list[Route]:
        """Return what others do there, under the control path: order, and move an order on."""
        return [
            Route("/orders", self._answered(self._place, by_key=False), methods=["POST"]),
            Route("/orders/{id}/{status}", self._answered(self._move, by_key=False), methods=["POST"]),
        ]

    def state(self) -> dict[str, Any]:
        """Return all that the service knows."""
        return {"orders": list(self.orders.values())}

    def expire(self) -> bool:
        """Return that nobody signs in here: a key works until it is deactivated there."""
        return False

    def throttled(self) -> tuple[int, dict[str, Any]]:
        """Return how the service says that it was asked too often: HTTP status and body."""
        return 429, self.error(429, "Too Many Requests")

    def error(self, _status: int, words: str, /) -> dict[str, Any]:
        """Return the body with which the service answers an HTTP error."""
        return {"message": words}

    def make(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Make an order as the service answers it: what was not said is empty."""
        number = max(self.orders, default=1000) + 1
        order = {
            "id": number,
            "currentStatus": "reconfirmAddress",
            "emailLabel": False,
            **{name: [] for name in (*_CONTENTS, "devices", "packedKits", "orderNotes", "trackingNumbers")},
            "externalOrderIds": [],
            "orderEvents": [self._event("created")],
            "patient": None,
            "site": None,
            "shippingOption": None,
            **said,
        }
        self.orders[number] = order
        return order

    def _event(self, name: str) -> dict[str, str]:
        return {
            "eventTimestamp": f"{datetime.fromtimestamp(self._clock(), UTC):%Y-%m-%dT%H:%M:%SZ}",
            "name": name,
        }

    async def _list(self, request: Request, _: Any) -> Response:
        query = request.query_params
        try:
            page, size = int(query.get("page", 1)), min(int(query.get("size", _SIZE)), _LARGEST)
        except ValueError:
            raise Refusal(400, "page and size are numbers") from None
        found = sorted(
            self.orders.values(), key=lambda o: o["id"], reverse=query.get("sortDescending") == "true"
        )
        rows = found[(page - 1) * size : page * size]
        last = page * size >= len(found)
        return JSONResponse(
            {
                "content": rows,
                "first": page == 1,
                "last": last,
                "page": page,
                "size": size,
                "total": len(found),
            }
        )

    async def _get(self, request: Request, _: Any) -> Response:
        return JSONResponse(self._known(request))

    async def _create(self, _: Request, said: Any) -> Response:
        if not isinstance(said, dict):
            raise Refusal(400, "not an order")
        _check(said)
        return JSONResponse(self.make(said), 201)

    async def _place(self, _: Request, said: Any) -> Response:
        item = {"count": 2, "item": {"id": 31, "name": "Blood pressure cuff", "sku": "BP-1"}}
        patient = {"id": 1234, "firstName": "John", "lastName": "Doe"}
        return JSONResponse(self.make({"orderItems": [item], "patient": patient, **(said or {})}))

    async def _move(self, request: Request, _: Any) -> Response:
        order, status = self._known(request), request.path_params["status"]
        order["currentStatus"] = status
        order["orderEvents"].append(self._event(status))
        return JSONResponse(order)

    def _known(self, request: Request) -> dict[str, Any]:
        number = request.path_params["id"]
        order = self.orders.get(int(number)) if number.isdecimal() else None
        if order is None:
            raise Refusal(404, "Order not found")
        return order

    def _answered(
        self, act: Callable[[Request, Any], Any], *, by_key: bool = True
    ) -> Callable[[Request], Any]:
        """Wrap an endpoint: key, body, and refusals."""

        async def endpoint(request: Request) -> Response:
            if by_key and request.headers.get("impilo-api-key", WRONG_KEY) == WRONG_KEY:
                return JSONResponse({"message": "Unauthorized"}, 401)
            try:
                content = await request.body()
                answer: Response = await act(request, json.loads(content) if content else None)
            except Refusal as refusal:
                return JSONResponse({"message": str(refusal)}, refusal.status)
            except ValueError:
                return JSONResponse({"message": "not JSON"}, 400)
            return answer

        return endpoint


def _check(order: Mapping[str, Any]) -> None:
    whom = [name for name in ("patient", "site") if (order.get(name) or {}).get("id")]
    if len(whom) != 1:
        raise Refusal(400, _NOBODY)
    if not any(order.get(name) for name in _CONTENTS):
        raise Refusal(400, _NO_CONTENT)
    if any(order.get(name) for name in _RETURNS) and not (
        order.get("emailLabel") or order.get("shippingOption")
    ):
        raise Refusal(400, _NO_SHIPPING)
