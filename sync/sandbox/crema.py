"""CREMA as its documents describe it: tokens, orders and their lines in all addressings, malformed links."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sync.sandbox.crema_orders import CREATED, LISTED, Document, Orders, only
from sync.sandbox.service import Refusal

#: An id or secret with which nobody gets a token; any other will do.
WRONG_SECRET = "wrong"

#: What stands before every address that the service itself names, wherever it is asked.
_ITSELF = "https://api.cre.ma"
_ROWS, _UNPAID_ROWS, _MOST_ROWS = 30, 50, 100

Act = Callable[[Request, Mapping[str, Any]], Response]


class Crema:
    """The service's state and its rules. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float], chance: random.Random) -> None:
        """Open an empty account."""
        self._clock = clock
        self._random = chance
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.orders = Orders(self._clock)
        self._tokens: set[str] = set()
        self.sign_ins = 0

    def routes(self) -> list[Route]:
        """Return the service's own paths."""
        orders, lines = "/v1/orders", "/v1/sub_orders"
        of_order = orders + "/{order_id}/sub_orders"
        unpaid = "/v1/unpaid_orders"
        table: Sequence[tuple[str, str, Act]] = (
            (orders, "GET", self._list_orders),
            (orders, "POST", self._save_order),
            (orders, "PATCH", self._change_order),
            (orders, "DELETE", self._delete_order),
            (orders + "/{order_id}", "GET", self._order),
            (orders + "/{order_id}", "PATCH", self._change_order),
            (orders + "/{order_id}", "DELETE", self._delete_order),
            (unpaid, "GET", self._unpaid),
            *((path, method, act) for path in (of_order, lines) for method, act in self._of_lines().items()),
            *(
                (path + "/{id}", method, act)
                for path in (of_order, lines)
                for method, act in self._of_a_line().items()
            ),
        )
        return [
            Route("/oauth/token", self._answered(self._sign_in, signed_in=False), methods=["POST"]),
            *(Route(path, self._answered(act), methods=[method]) for path, method, act in table),
        ]

    def guest_routes(self) -> list[Route]:
        """Return what others do there, under the control path: orders made, deleted, left unpaid."""
        return [
            Route("/orders", self._answered(self._place, signed_in=False), methods=["POST"]),
            Route("/orders/{order_id}/{move}", self._answered(self._move, signed_in=False), methods=["POST"]),
        ]

    def state(self) -> dict[str, Any]:
        """Return all that the service knows."""
        return {"orders": self.orders.state(), "unpaid": self.orders.unpaid, "sign_ins": self.sign_ins}

    def expire(self) -> bool:
        """End every token; return whether one can sign in again."""
        self._tokens.clear()
        return True

    def throttled(self) -> tuple[int, dict[str, Any]]:
        """Return how the service says that it was asked too often: HTTP status and body."""
        return 429, self.error(429, "Too Many Requests")

    def error(self, _status: int, words: str, /) -> dict[str, Any]:
        """Return the body with which the service answers an HTTP error."""
        return {"error": words}

    def _of_lines(self) -> Mapping[str, Act]:
        return {
            "GET": self._lines,
            "POST": self._save_line,
            "PATCH": self._change_line,
            "PUT": self._change_line,
            "DELETE": self._delete_line,
        }

    def _of_a_line(self) -> Mapping[str, Act]:
        return {
            "GET": self._line,
            "PATCH": self._change_line,
            "PUT": self._change_line,
            "DELETE": self._delete_line,
        }

    def _sign_in(self, _: Request, said: Mapping[str, Any]) -> Response:
        account = said.get("client_id"), said.get("client_secret")
        if said.get("grant_type") != "client_credentials":
            raise Refusal(400, "unsupported_grant_type")
        if not all(account) or WRONG_SECRET in account:
            raise Refusal(401, "invalid_client")
        self.sign_ins += 1
        token = f"{self._random.getrandbits(128):032x}"
        self._tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "bearer"})

    def _list_orders(self, request: Request, said: Mapping[str, Any]) -> Response:
        if said.get("code"):
            return JSONResponse(self.orders.shown(self.orders.known(code=said["code"])))
        names = str(said.get("usernames") or "").split(",")
        found = [
            self.orders.shown(order)
            for order in self.orders.orders.values()
            if (not said.get("paid_on") or str(order["paid_at"]).startswith(str(said["paid_on"])))
            and (names == [""] or order["username"] in names)
        ]
        return _page(found, said, "/v1/orders", request)

    def _order(self, request: Request, _: Mapping[str, Any]) -> Response:
        return JSONResponse(self.orders.shown(self._addressed(request, {})))

    def _save_order(self, _: Request, said: Mapping[str, Any]) -> Response:
        order = self.orders.save(said)
        return JSONResponse(self.orders.shown(order), 201, {"Location": f"{_ITSELF}/v1/orders"})

    def _change_order(self, request: Request, said: Mapping[str, Any]) -> Response:
        order = self.orders.change(self._addressed(request, said, "code"), said)
        return Response(status_code=204, headers={"Location": f"{_ITSELF}/v1/orders/{order['id']}"})

    def _delete_order(self, request: Request, said: Mapping[str, Any]) -> Response:
        self.orders.delete(self._addressed(request, said, "code"))
        return Response(status_code=204)

    def _lines(self, request: Request, said: Mapping[str, Any]) -> Response:
        if said.get("code"):
            return self._line(request, said)
        order = self._addressed(request, said)
        product = str(said.get("product_id") or "")
        lines = self.orders.lines[order["id"]].values()
        rows = [only(line, LISTED) for line in lines if product in ("", str(line["product_id"]))]
        return _page(rows, said, f"/v1/orders/{order['id']}/sub_orders", request)

    def _line(self, request: Request, said: Mapping[str, Any]) -> Response:
        _, line = self._addressed_line(request, said)
        return JSONResponse({name: value for name, value in line.items() if name != "product_code"})

    def _save_line(self, request: Request, said: Mapping[str, Any]) -> Response:
        line = self.orders.save_line(self._addressed(request, said), said)
        return JSONResponse(only(line, CREATED), 201, {"Location": f"{_ITSELF}/v1/orders"})

    def _change_line(self, request: Request, said: Mapping[str, Any]) -> Response:
        order, line = self._addressed_line(request, said)
        self.orders.change_line(line, said)
        if "id" in request.path_params and said.get("code"):
            self.orders.rename(line, str(said["code"]))
        place = f"{_ITSELF}/v1/orders/{order['id']}/sub_orders/{line['id']}"
        return Response(status_code=204, headers={"Location": place})

    def _delete_line(self, request: Request, said: Mapping[str, Any]) -> Response:
        self.orders.delete_line(*self._addressed_line(request, said))
        return Response(status_code=204)

    def _unpaid(self, request: Request, said: Mapping[str, Any]) -> Response:
        code = said.get("order_code")
        if not code:
            return _page(self.orders.unpaid, said, "/v1/unpaid_orders", request, _UNPAID_ROWS)
        for row in self.orders.unpaid:
            if row["order_code"] == code:
                return JSONResponse(row)
        raise Refusal(404, "UnpaidOrder not found")

    def _place(self, _: Request, said: Mapping[str, Any]) -> Response:
        code = said.get("code") or f"order-{self._random.getrandbits(32)}"
        order = self.orders.save({"user_code": "su1", **said, "code": code})
        order.update({name: said[name] for name in ("username", "paid_at") if name in said})
        for line in said.get("sub_orders", [{"product_code": "122401", "price": 23500}]):
            self.orders.save_line(order, line)
        return JSONResponse(self.orders.shown(order))

    def _move(self, request: Request, said: Mapping[str, Any]) -> Response:
        order = self.orders.known(request.path_params["order_id"], request.path_params["order_id"])
        match request.path_params["move"]:
            case "delete":
                self.orders.delete(order)
            case "delete-line":
                self.orders.delete_line(order, self.orders.line(order, said.get("id"), said.get("code")))
            case "unpaid":
                self.orders.unpaid.append(self._left_unpaid(order, said))
            case _:
                raise Refusal(404, "not found")
        return JSONResponse({"id": order["id"]})

    def _left_unpaid(self, order: Document, said: Mapping[str, Any]) -> Document:
        return {
            "id": str(11142 + len(self.orders.unpaid)),
            "order_id": str(order["id"]),
            "order_code": order["code"],
            "unpaid_price_cents": str(order["total_price"]["cents"]),
            "created_at": self.orders.now(),
            "updated_at": self.orders.now(),
            **said,
        }

    def _addressed(self, request: Request, said: Mapping[str, Any], by: str = "order_code") -> Document:
        if "order_id" in request.path_params:
            return self.orders.known(request.path_params["order_id"])
        return self.orders.known(code=said.get(by))

    def _addressed_line(self, request: Request, said: Mapping[str, Any]) -> tuple[Document, Document]:
        order = self._addressed(request, said)
        if "id" in request.path_params:
            return order, self.orders.line(order, request.path_params["id"])
        return order, self.orders.line(order, code=said.get("code"))

    def _answered(self, act: Act, *, signed_in: bool = True) -> Callable[[Request], Any]:
        """Wrap an endpoint: the token, what is said in query and body, and refusals."""

        async def endpoint(request: Request) -> Response:
            try:
                said = await _said(request)
                if signed_in and _token(request, said) not in self._tokens:
                    raise Refusal(401, "invalid_token")
                return act(request, said)
            except Refusal as refusal:
                return JSONResponse({"error": str(refusal)}, refusal.status)

        return endpoint


def _token(request: Request, said: Mapping[str, Any]) -> str:
    header = request.headers.get("authorization", "")
    return header.removeprefix("Bearer ") or str(said.get("access_token") or "")


async def _said(request: Request) -> dict[str, Any]:
    """Return what a request says: its query, and its body as JSON or as a form, whichever it is."""
    content = (await request.body()).decode("utf-8", "replace")
    said = _form(str(request.url.query))
    if not content:
        return said
    if "json" not in request.headers.get("content-type", ""):
        return {**said, **_form(content)}
    try:
        body = json.loads(content)
    except ValueError:
        raise Refusal(400, "not JSON") from None
    return {**said, **(body if isinstance(body, dict) else {})}


def _form(written: str) -> dict[str, Any]:
    """Return a form's fields; a name with ``[]`` is a list."""
    found = parse_qs(written, keep_blank_values=True)
    return {k.removesuffix("[]"): v if k.endswith("[]") else v[-1] for k, v in found.items()}


def _page(
    rows: Sequence[Any], said: Mapping[str, Any], path: str, request: Request, otherwise: int = _ROWS
) -> Response:
    """Return one page of rows. Its ``Link`` is as malformed as documented, for the service's own host."""
    size = min(max(_number(said, "limit", otherwise), 1), _MOST_ROWS)
    page, last = max(_number(said, "page", 1), 1), max(-(-len(rows) // size), 1)
    asked = [f"&{k}={request.query_params[k]}" for k in ("paid_on", "usernames") if k in request.query_params]
    rest = "".join(asked)
    following = min(page + 1, last)
    link = (
        f'<{_ITSELF}{path}?page={last}{rest}>; rel="last", '
        f'<{_ITSELF}/v1/orders&page={following}{rest}>; rel="next"'
    )
    return JSONResponse(list(rows[(page - 1) * size : page * size]), headers={"Link": link})


def _number(said: Mapping[str, Any], name: str, otherwise: int) -> int:
    try:
        return int(said.get(name) or otherwise)
    except (TypeError, ValueError):
        raise Refusal(422, f"{name} is not a number") from None
