"""Every channel hears and reads the documents' own orders, from a server that answers exactly those."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from sync.channel import Channel
from sync.channels import build
from sync.messages import RemoteOrder
from tests.sync.documented.example import said
from tests.sync.documented.fankahui import NUMBER, ORDER
from tests.sync.documented.rayteams import RAY_ORDER
from tests.sync.documented.server import SECRETS, let_in

OF_IMPILO = said("impilo_order")
OF_RAYTEAMS, PROJECT = said("rayteams_order_get"), said("rayteams_project_info")["data"]
LINE, LINES = said("crema_sub_order_get"), said("crema_sub_orders_list")

#: What each service answers, by path, with what its documents print.
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "fankahui": {f"/orders/{NUMBER}": ORDER, "/orders": ORDER},
    "impilo": {"/api/v3/order/42": OF_IMPILO, "/api/v3/order": said("impilo_order_list")},
    "rayteams": {
        f"/order/{RAY_ORDER}": OF_RAYTEAMS,
        "/project": {"status": "success", "data": [PROJECT]},
        f"/project/{PROJECT['_id']}/orders": {"status": "success", "data": [OF_RAYTEAMS["data"]]},
    },
    "crema": {
        "/v1/sub_orders": LINES,
        **{f"/v1/sub_orders/{row['id']}": {**LINE, "id": row["id"], "code": row["code"]} for row in LINES},
    },
}

#: The order that each service then shows: its number there, and its document.
ORDERS: Mapping[str, tuple[str, Any]] = {
    "fankahui": (NUMBER, ORDER),
    "impilo": ("42", OF_IMPILO),
    "rayteams": (RAY_ORDER, OF_RAYTEAMS["data"]),
}


@pytest.fixture
async def channel(httpserver: HTTPServer, clock: Any, kind: str) -> AsyncIterator[Channel]:
    """Return a channel to a server that answers what the documents of its kind print."""

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    let_in(httpserver)
    for path, answer in ANSWERS[kind].items():
        httpserver.expect_request(path, method="GET").respond_with_json(answer)
    opened = build(kind, "c", {"base_url": httpserver.url_for("").rstrip("/")}, SECRETS[kind], clock, sleep)
    yield opened
    await opened.close()


def assert_documented(order: Any, kind: str) -> None:
    """Check that an order is the documents' own, whole."""
    number, document = ORDERS[kind]
    assert isinstance(order, RemoteOrder)
    assert (order.remote_id, order.raw) == (number, document)
    assert order.lines


@pytest.mark.parametrize("kind", ORDERS)
async def test_the_documents_own_order_is_read(channel: Channel, kind: str) -> None:
    assert_documented(await channel.read(ORDERS[kind][0]), kind)


@pytest.mark.parametrize("kind", ORDERS)
async def test_the_documents_own_order_is_swept_up(channel: Channel, kind: str) -> None:
    [order] = [order async for page in channel.unfinished() for order in page.orders]
    assert_documented(order, kind)


@pytest.mark.parametrize("kind", ["crema"])
async def test_the_documents_own_lines_are_read_as_an_order(channel: Channel, kind: str) -> None:
    order = await channel.read("A")
    assert [line.id for line in order.lines] == [row["code"] for row in LINES], kind
    assert [line["price"] for line in order.raw["sub_orders"]] == [LINE["price"]] * len(LINES)
