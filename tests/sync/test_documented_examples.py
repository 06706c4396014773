"""Every client against a real server that answers exactly what the services' documents print."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from sync.channels import KINDS
from sync.channels.crema.requests import OrderKey, Orders, SubOrder, SubOrderKey
from sync.channels.fankahui.client import Query
from sync.channels.imweb.client import Query as ImwebQuery
from sync.errors import ChannelError, Missing, Paused, Refused
from sync.means import Means

SAMPLES = Path(__file__).parent / "samples"
SENT = SubOrder(status="delivery_started", delivery_started_at=datetime(2015, 2, 2, tzinfo=UTC))


def said(name: str) -> Any:
    """Return an example as the documents print it."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def link(name: str) -> dict[str, str]:
    """Return the headers that the documents print beside a list."""
    name, _, value = (SAMPLES / f"{name}.headers.txt").read_text(encoding="utf-8").partition(": ")
    return {name: value.strip()}


@dataclass(frozen=True)
class Example:
    """One operation: the call, the request that it must make, and what the documents answer to it.

    `found` is what the call returns, where that is not the answer itself.
    """

    kind: str
    call: Callable[[Any], Awaitable[Any]]
    method: str
    path: str
    answer: Any = None
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    answered: Mapping[str, str] = field(default_factory=dict)
    found: Any = ...
    error: type[ChannelError] | None = None


ORDER = said("fankahui_orders_get_response")
NUMBER = "2834910281d26a76"
ONE = f"/orders/{NUMBER}"
PAID = said("fankahui_orders_pay_response")
LINE = said("crema_sub_order_get")
RAY = "334c972a-5756-45f7-8eb1-f3f84bedd525"
RAY_ORDER = f"{RAY}-1669346270408"
SUCCESS = {"msg": "SUCCESS", "code": 200, "data": {"success": ["20260101"], "failed": []}}
SID = {"Cookie": "sid=a-session"}
BASIC = {"Authorization": "Basic aWQ6cw=="}
BEARER = {"Authorization": "Bearer t"}
#: The only reason that comes with an amount, which its example leaves out.
EXTRA_FEE = {"reason_code": "EXCHANGE_EXTRAFEE"}
WITHHELD = said("imweb_exchange_withhold_etc_price")["etc"]


async def listed(pages: AsyncIterator[Any]) -> list[Any]:
    """Return the documents of all pages."""
    return [document async for page in pages for document in page.documents]


FANKAHUI = {
    "POST /orders": Example(
        "fankahui", lambda c: c.create(said("fankahui_orders_post_request")), "POST", "/orders",
        said("fankahui_orders_post_response"), body=said("fankahui_orders_post_request"), headers=SID,
    ),
    "GET /orders answers one object": Example(
        "fankahui", lambda c: listed(c.pages(Query())), "GET", "/orders", ORDER, headers=SID,
        query={"$sort": '{"createdAt": 1}', "$skip": "0", "$limit": "50"}, found=[ORDER],
    ),
    "GET /orders by its number": Example(
        "fankahui", lambda c: c.order_by_sequence_number("1402304633001"), "GET", "/orders", PAID,
        query={"sequenceNumber": "1402304633001", "$sort": '{"createdAt": 1}', "$skip": "0", "$limit": "50"},
    ),
    "PUT /orders/:id": Example(
        "fankahui", lambda c: c.change(NUMBER, **said("fankahui_orders_put_request")), "PUT", ONE,
        said("fankahui_orders_put_response"), body=said("fankahui_orders_put_request"), headers=SID,
    ),
    "PUT /orders/:id with a payment": Example(
        "fankahui", lambda c: c.change(NUMBER, **said("fankahui_orders_pay_request")), "PUT", ONE,
        PAID, body=said("fankahui_orders_pay_request"), headers=SID,
    ),
    "400 of one field": Example(
        "fankahui", lambda c: c.change(NUMBER, status="paid"), "PUT", f"/orders/{NUMBER}",
        said("deployd_error_400_fields"), status=400, error=Refused,
    ),
    "400 where there is no such order": Example(
        "fankahui", lambda c: c.change(NUMBER, status="accepted"), "PUT", f"/orders/{NUMBER}",
        said("deployd_error_400_put_nomatch"), status=400, error=Missing,
    ),
    "401": Example(
        "fankahui", lambda c: c.create({"type": "booking"}), "POST", "/orders", said("deployd_error_401"),
        status=401, error=Paused,
    ),
}  # fmt: skip

IMWEB = {
    "GET /orders": Example(
        "imweb", lambda c: c.orders(ImwebQuery()), "GET", "/v2/shop/orders", said("imweb_list_envelope"),
        headers={"access-token": "{ACCESS_TOKEN}"},
        found=lambda found: list(found.documents) == said("imweb_list_envelope")["data"]["list"],
    ),
    "GET /prod-orders of several orders": Example(
        "imweb", lambda c: c.prod_orders_of(["<order_no>"]), "GET", "/v2/shop/prod-orders",
        said("imweb_prod_orders_multi_shape"),
        found={"<order_no>": [{"code": "<prod order code>", "order_no": "<prod_order_no>"}]},
    ),
    "PATCH /orders/:no/cancel": Example(
        "imweb", lambda c: c.cancel("1", "INTENT_CHANGED"), "PATCH", "/v2/shop/orders/1/cancel", SUCCESS,
        body=said("imweb_patch_cancel_request"), found=lambda outcome: outcome.success == ("20260101",),
    ),
    "PATCH /orders/:no/exchange/withhold": Example(
        "imweb",
        lambda c: c.answer_claim("1", "exchange", "withhold", EXTRA_FEE | WITHHELD),
        "PATCH", "/v2/shop/orders/1/exchange/withhold", SUCCESS,
        body={"etc": EXTRA_FEE | WITHHELD}, found=lambda outcome: outcome.failed == (),
    ),
}  # fmt: skip

ROWS = {"limit": "100", "page": "1"}
CREMA = {
    "GET /v1/orders": Example(
        "crema", lambda c: c.orders(Orders(date(2014, 6, 5), ("su1", "su2"))), "GET", "/v1/orders",
        said("crema_orders_list"), query={"paid_on": "2014-06-05", "usernames": "su1,su2", **ROWS},
        answered=link("crema_orders_list"), headers=BEARER,
        found=lambda page: (list(page.documents), page.last) == (said("crema_orders_list"), 5),
    ),
    "GET /v1/orders/:id/sub_orders": Example(
        "crema", lambda c: c.sub_orders(OrderKey(order_id=1)), "GET", "/v1/orders/1/sub_orders",
        said("crema_sub_orders_list"), query=ROWS, answered=link("crema_sub_orders_list"),
        found=lambda page: (list(page.documents), page.last) == (said("crema_sub_orders_list"), 1),
    ),
    "GET /v1/orders/:id/sub_orders/:id": Example(
        "crema", lambda c: c.sub_order(SubOrderKey(order_id=1, id=11188250)), "GET",
        "/v1/orders/1/sub_orders/11188250", LINE,
    ),
    "GET /v1/sub_orders by codes": Example(
        "crema", lambda c: c.sub_order(SubOrderKey(order_code="A", code="sub_order1")), "GET",
        "/v1/sub_orders", LINE, query={"order_code": "A", "code": "sub_order1"},
    ),
    "POST /v1/sub_orders": Example(
        "crema",
        lambda c: c.save_sub_order(OrderKey(order_code="A"), SubOrder(product_code="P", price=1.5), "L"),
        "POST", "/v1/sub_orders", said("crema_sub_order_post_201"), status=201,
        body={"order_code": "A", "code": "L", "product_code": "P", "price": 1.5},
    ),
    "PATCH /v1/sub_orders": Example(
        "crema",
        lambda c: c.change_sub_order(SubOrderKey(order_code="A", code="L"), SENT),
        "PATCH", "/v1/sub_orders", status=204, found=None,
        body={
            "order_code": "A", "code": "L", "status": "delivery_started",
            "delivery_started_at": "2015-02-02T00:00:00.000+00:00",
        },
    ),
    "DELETE /v1/orders/:id/sub_orders/:id": Example(
        "crema", lambda c: c.delete_sub_order(SubOrderKey(order_id=1, id=2)), "DELETE",
        "/v1/orders/1/sub_orders/2", status=204, found=None,
    ),
    "GET /v1/unpaid_orders": Example(
        "crema", lambda c: c.unpaid_orders(), "GET", "/v1/unpaid_orders", said("crema_unpaid_orders_list"),
        query=ROWS, found=lambda page: list(page.documents) == said("crema_unpaid_orders_list"),
    ),
}  # fmt: skip


def _ray(path: str, call: Callable[[Any], Awaitable[Any]], name: str, **more: Any) -> Example:
    found = {"found": said(name).get("data"), **more}
    return Example("rayteams", call, "GET", path, said(name), headers=BEARER, **found)


def _rows(name: str) -> Callable[[Any], bool]:
    return lambda listing: list(listing.documents) == said(name)["data"]


RAYTEAMS = {
    "GET /order/:id": _ray(
        f"/order/{RAY_ORDER}", lambda c: c.order(RAY_ORDER), "rayteams_order_get"
    ),
    "PUT /order/:id/status": Example(
        "rayteams", lambda c: c.set_status(RAY_ORDER, "node_1669006551533", "Confirmed"), "PUT",
        f"/order/{RAY_ORDER}/status", said("rayteams_order_status_put_response"), headers=BEARER,
        body=said("rayteams_order_status_put_request"),
        found=said("rayteams_order_status_put_response")["data"],
    ),
    "GET /product/:id": _ray(
        "/product/P", lambda c: c.product("P"), "rayteams_product_get"
    ),
    "GET /project": _ray(
        "/project", lambda c: c.projects(), "rayteams_projects", found=_rows("rayteams_projects")
    ),
    "GET /project/:id": _ray(
        f"/project/{RAY}", lambda c: c.project(RAY), "rayteams_project_all"
    ),
    "GET /project/:id/info": _ray(
        f"/project/{RAY}/info", lambda c: c.project_info(RAY), "rayteams_project_info",
    ),
    **{
        f"GET /project/:id/{what}": _ray(
            f"/project/{RAY}/{what}", lambda c, call=call: getattr(c, call)(RAY), f"rayteams_project_{what}",
            found=_rows(f"rayteams_project_{what}"),
        )
        for what, call in (
            ("orders", "orders_of"), ("memo", "memo"), ("attachments", "attachments"),
            ("histories", "histories"), ("groups", "groups"),
        )
    },
    "GET /mygroup": _ray("/mygroup", lambda c: c.my_group(), "rayteams_mygroup"),
    "GET /me": _ray("/me", lambda c: c.me(), "rayteams_me"),
    "an error of their own": _ray(
        "/order/x-1", lambda c: c.order("x-1"), "rayteams_error_custom", error=Missing
    ),
    "an error of the others": Example(
        "rayteams", lambda c: c.me(), "GET", "/me", said("rayteams_error_normal"), status=401, error=Paused
    ),
    "POST /getuserbyemail of nobody": Example(
        "rayteams", lambda c: c.user_by_email("a@b.c"), "POST", "/getuserbyemail",
        said("rayteams_getuserbyemail_notfound"), body={"email": "a@b.c"}, error=Missing,
    ),
    "POST /oauth2/token": Example(
        "rayteams", lambda c: c.renew(), "POST", "/oauth2/token", said("rayteams_token_response"),
        headers=BASIC,
    ),
}  # fmt: skip

KEY = {"Impilo-API-Key": "k"}
IMPILO = {
    "GET /api/v3/order": Example(
        "impilo", lambda c: c.orders(), "GET", "/api/v3/order", said("impilo_order_list"), headers=KEY,
        query={"page": "1", "size": "100"},
        found=lambda page: list(page.documents) == said("impilo_order_list")["content"],
    ),
    "GET /api/v3/order/:id": Example(
        "impilo", lambda c: c.order("1001"), "GET", "/api/v3/order/1001", said("impilo_order"), headers=KEY
    ),
    "POST /api/v3/webhook": Example(
        "impilo", lambda c: c.create_webhook(**said("impilo_webhook_create_request")), "POST",
        "/api/v3/webhook", said("impilo_webhook_create_response"),
        body=said("impilo_webhook_create_request"), headers=KEY,
    ),
}  # fmt: skip

EXAMPLES = {
    f"{example.kind}: {name}": example
    for table in (FANKAHUI, IMWEB, CREMA, RAYTEAMS, IMPILO)
    for name, example in table.items()
}

SECRETS = {
    "fankahui": {"USERNAME": "u", "PASSWORD": "p"},
    "imweb": {"KEY": "k", "SECRET": "s"},
    "crema": {"CLIENT_ID": "i", "CLIENT_SECRET": "s"},
    "rayteams": {"CLIENT_ID": "id", "CLIENT_SECRET": "s", "ACCESS_TOKEN": "t", "REFRESH_TOKEN": "r"},
    "impilo": {"API_KEY": "k"},
}


def let_in(server: HTTPServer) -> None:
    """Answer sign-ins as the documents do."""
    login = server.expect_request("/users/login", method="POST", json={"username": "u", "password": "p"})
    login.respond_with_json(said("deployd_login_response"))
    server.expect_request("/v2/auth").respond_with_json(said("imweb_auth_response"))
    token = server.expect_request("/oauth/token", method="POST")
    token.respond_with_json({"access_token": "t", "token_type": "bearer"})
    renewal = server.expect_request("/oauth2/token", method="POST", headers=BASIC)
    renewal.respond_with_json(said("rayteams_token_response"))


def expect(server: HTTPServer, example: Example) -> None:
    """Let the server answer the one request that the documents print, and no other."""
    asked: dict[str, Any] = {"method": example.method, "headers": dict(example.headers)}
    if example.query:
        asked["query_string"] = dict(example.query)
    if example.body is not None:
        asked["json"] = example.body
    answer = "" if example.answer is None else json.dumps(example.answer, ensure_ascii=False)
    server.expect_request(example.path, **asked).respond_with_data(
        answer, status=example.status, headers=dict(example.answered), content_type="application/json"
    )


@pytest.fixture
async def client(httpserver: HTTPServer, clock: Any, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """Return the client of the example's kind, at the server's address."""
    kind = EXAMPLES[request.getfixturevalue("name")].kind

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    settings = KINDS[kind].settings_model()(base_url=httpserver.url_for("").rstrip("/"))
    opened = import_module(KINDS[kind].opener).open_client(settings, SECRETS[kind], Means(clock, sleep))
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", EXAMPLES)
async def test_each_documented_operation_is_made_and_understood(
    name: str, client: Any, httpserver: HTTPServer
) -> None:
    example = EXAMPLES[name]
    let_in(httpserver)
    expect(httpserver, example)
    if example.error:
        with pytest.raises(example.error):
            await example.call(client)
        return
    found = await example.call(client)
    httpserver.check_assertions()
    if callable(example.found):
        assert example.found(found)
    else:
        assert found == (example.answer if example.found is ... else example.found)
