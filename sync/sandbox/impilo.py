"""impilo as its documents describe it: a key, orders for patients and sites, pages, webhooks."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.sandbox.impilo_orders import RETURNS, Orders, page
from sync.sandbox.impilo_stock import DEVICES, PATIENT, PATIENTS, SITES, Document, known
from sync.sandbox.service import Refusal

#: A key that is never accepted, and one that may only read; any other may do all.
WRONG_KEY, READING_KEY = "wrong", "reading"

#: Rows of a page where nothing else is asked for, and the most that it can have.
_SIZE, _LARGEST = 15, 250

Act = Callable[[Request, Any], Any]


class Impilo:
    """The service's state and its rules. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float], chance: random.Random) -> None:
        """Open an account without orders."""
        self._clock = clock
        self._random = chance
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.orders = Orders(self._clock)
        self.patients, self.sites, self.devices = dict(PATIENTS), dict(SITES), dict(DEVICES)
        self.webhooks: list[Document] = []
        self.logs: list[Document] = []
        self.secret = ""

    def routes(self) -> list[Route]:
        """Return the service's own paths."""
        table: Mapping[tuple[str, str], Act] = {
            ("GET", "order"): self._list,
            ("POST", "order"): self._create,
            ("GET", "order/{id}"): lambda request, _: self.orders.order(request.path_params["id"]),
            ("GET", "patient"): lambda request, _: page(list(self.patients.values()), *_place(request)),
            ("POST", "patient"): lambda _, said: self._keep(self.patients, said),
            ("PUT", "patient/{id}"): self._change_patient,
            ("POST", "site"): lambda _, said: self._keep(self.sites, said),
            ("PATCH", "device/associate-patient"): lambda _, __: Response(status_code=204),
            ("PATCH", "device/disable-readings"): lambda _, __: Response(status_code=204),
            ("GET", "device/{id}"): lambda request, _: _found(self.devices, request, "Device"),
            ("POST", "webhook"): self._watch,
            ("POST", "webhook-secret"): self._hide,
            ("GET", "webhook/logs"): lambda request, _: page(self.logs[::-1], *_place(request)),
            ("POST", "test/{reading}-webhook"): self._try,
        }
        return [
            Route(f"/api/v3/{path}", self._answered(act), methods=[method])
            for (method, path), act in table.items()
        ]

    def guest_routes(self) -> list[Route]:
        """Return what others do there, under the control path: order, move an order on, add to it."""
        return [
            Route("/orders", self._answered(self._place, by_key=False), methods=["POST"]),
            Route("/orders/{id}/{move}", self._answered(self._move, by_key=False), methods=["POST"]),
        ]

    def state(self) -> dict[str, Any]:
        """Return all that the service knows."""
        return {"orders": list(self.orders.rows.values()), "webhooks": self.webhooks, "logs": self.logs}

    def expire(self) -> bool:
        """Return that nobody signs in here: a key works until it is deactivated there."""
        return False

    def throttled(self) -> tuple[int, dict[str, Any]]:
        """Return how the service says that it was asked too often: HTTP status and body."""
        return 429, self.error(429, "Too Many Requests")

    def error(self, _status: int, words: str, /) -> dict[str, Any]:
        """Return the body with which the service answers an HTTP error."""
        return {"message": words}

    def _list(self, request: Request, _: Any) -> Document:
        query = request.query_params
        newest_first = query.get("sortDescending") == "true"
        ids = [int(i) for each in query.getlist("id") for i in each.split(",") if i.isdecimal()]
        return self.orders.page(*_place(request), ids, newest_first=newest_first)

    def _create(self, _: Request, said: Any) -> Response:
        return JSONResponse(self.orders.create(said, self.patients, self.sites), 201)

    def _keep(self, stock: dict[int, Document], said: Any) -> Response:
        made = known({**(said or {}), "id": max(stock) + 1}, stock)
        stock[max(stock) + 1] = made or {}
        return JSONResponse(made, 201)

    def _change_patient(self, request: Request, said: Any) -> Document:
        patient = _found(self.patients, request, "Patient")
        self.patients[patient["id"]] = {**patient, **(said or {}), "id": patient["id"]}
        return self.patients[patient["id"]]

    def _watch(self, _: Request, said: Any) -> Response:
        if not isinstance(said, dict) or not said.get("type") or not said.get("url"):
            raise Refusal(400, "type and url are required")
        self.webhooks.append({"id": 123 + len(self.webhooks), "type": said["type"], "url": said["url"]})
        return JSONResponse(self.webhooks[-1], 201)

    def _hide(self, _: Request, said: Any) -> Document:
        self.secret = str((said or {}).get("secret") or "")
        return {"secret": self.secret}

    def _try(self, request: Request, _: Any) -> Response:
        words = request.path_params["reading"].split("-")
        kind = words[0] + "".join(word.title() for word in words[1:])
        self._ring(f"reading.{kind}", {"id": 1})
        return Response(status_code=204)

    def _ring(self, kind: str, payload: Document) -> None:
        """Keep what would have been sent to the webhooks of a kind: the sandbox calls nobody."""
        for webhook in self.webhooks:
            if webhook["type"] == kind:
                self.logs.append(self._logged(webhook, payload))

    def _logged(self, webhook: Document, payload: Document) -> Document:
        return {
            "id": len(self.logs) + 1,
            "webhookId": webhook["id"],
            "webhookType": webhook["type"],
            "webhookUrl": webhook["url"],
            "payload": json.dumps(payload),
            "createTimestamp": self.orders.now(),
            "lastResponseStatus": None,
            "retryAttempts": 0,
            "lastRetryTimestamp": None,
        }

    def _place(self, _: Request, said: Any) -> Document:
        said = said or {}
        usual = {} if said.keys() & set(RETURNS) else {"orderItems": [{"count": 2, "item": {"id": 31}}]}
        whom = {} if said.get("site") else {"patient": {"id": PATIENT}}
        order = self.orders.make({**usual, **whom, **said})
        for name in {"patient", "site"} & said.keys():
            order[name].update(said[name] or {})
        return order

    def _move(self, request: Request, said: Any) -> Document:
        order = self.orders.order(request.path_params["id"])
        self.orders.move(order, request.path_params["move"], said or {})
        self._ring("order.status", {"id": order["id"]})
        self._ring("order.statusFull", order)
        return order

    def _answered(self, act: Act, *, by_key: bool = True) -> Callable[[Request], Any]:
        """Wrap an endpoint: key, body, and refusals."""

        async def endpoint(request: Request) -> Response:
            try:
                if by_key:
                    _check_key(request)
                content = await request.body()
                answer = act(request, json.loads(content) if content else None)
            except Refusal as refusal:
                return JSONResponse({"message": str(refusal)}, refusal.status)
            except ValueError:
                return JSONResponse({"message": "not JSON"}, 400)
            return answer if isinstance(answer, Response) else JSONResponse(answer)

        return endpoint


def _check_key(request: Request) -> None:
    key = request.headers.get("impilo-api-key", WRONG_KEY)
    if key == WRONG_KEY:
        raise Refusal(401, "Unauthorized")
    if key == READING_KEY and request.method != "GET":
        raise Refusal(403, "Forbidden")


def _place(request: Request) -> tuple[int, int]:
    """Return which page is asked for, the first being 1, and how many rows it shall have."""
    asked = [request.query_params.get("page", "1"), request.query_params.get("size", str(_SIZE))]
    if not all(each.isdecimal() and int(each) > 0 for each in asked):
        raise Refusal(400, "page and size are numbers from 1")
    return int(asked[0]), min(int(asked[1]), _LARGEST)


def _found(stock: Mapping[int, Document], request: Request, name: str) -> Document:
    number = request.path_params["id"]
    if not number.isdecimal() or int(number) not in stock:
        raise Refusal(404, f"{name} not found")
    return stock[int(number)]
