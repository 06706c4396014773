"""What imweb has beside orders: each call that its pages name, at its path, below its limits."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from sync.channels.imweb.client import Client
from sync.channels.imweb.opening import open_client
from sync.channels.imweb.settings import Settings
from sync.errors import Missing
from sync.means import Means

Asked = list[tuple[str, str, dict[str, str], Any]]
LISTS = {
    "products": "/v2/shop/products",
    "reviews": "/v2/shop/reviews",
    "inquiries": "/v2/shop/inquirys",
    "members": "/v2/member/members",
}


@pytest.fixture
def asked() -> Asked:
    """Return what the service was asked: method, path, parameters, body."""
    return []


@pytest.fixture
async def answering(asked: Asked, clock: Any) -> AsyncIterator[Callable[..., Client]]:
    """Return what opens a client whose service answers with this `data`, or this code."""
    opened: list[Client] = []

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    def make(data: Any = None, code: int = 200) -> Client:
        def handle(request: httpx2.Request) -> httpx2.Response:
            body = json.loads(request.content or b"null")
            asked.append((request.method, request.url.path, dict(request.url.params), body))
            return httpx2.Response(200, json={"msg": "SUCCESS", "code": code, "data": data})

        means = Means(clock, sleep, httpx2.MockTransport(handle))
        opened.append(open_client(Settings(base_url="https://there.example"), {}, means))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


@pytest.mark.parametrize(("operation", "path"), LISTS.items())
async def test_each_list_is_asked_for_page_by_page(
    answering: Callable[..., Client], asked: Asked, operation: str, path: str
) -> None:
    pages = {"data_count": "1", "current_page": "2", "total_page": "2", "pagesize": "100"}
    client = answering({"list": [{"no": 7}], "pagenation": pages})
    listing = await getattr(client, operation)(2, {"category": "s1"})
    assert (listing.documents, listing.last) == (({"no": 7},), True)
    assert asked == [("GET", path, {"category": "s1", "offset": "2", "limit": "100"}, None)]


@pytest.mark.parametrize("operation", LISTS)
async def test_a_list_of_nothing_is_its_last_page(answering: Callable[..., Client], operation: str) -> None:
    listing = await getattr(answering(code=-11), operation)()
    assert (listing.documents, listing.last) == ((), True)


@pytest.mark.parametrize("operation", LISTS)
async def test_lists_come_one_in_a_second(
    answering: Callable[..., Client], clock: Any, operation: str
) -> None:
    client, began = answering({"list": []}), clock.now
    for _ in range(3):
        await getattr(client, operation)()
    assert (clock.now - began).total_seconds() >= 3


async def test_a_product_is_read(answering: Callable[..., Client], asked: Asked) -> None:
    assert await answering({"no": 7, "name": "밥"}).product("7") == {"no": 7, "name": "밥"}
    assert asked[0][:2] == ("GET", "/v2/shop/products/7")
    for data, code in ((None, -11), ({}, 200)):
        with pytest.raises(Missing):
            await answering(data, code).product("8")


async def test_an_inquiry_is_answered(answering: Callable[..., Client], asked: Asked) -> None:
    await answering({"no": 1}).answer_inquiry("7", {"body": "내일 옵니다"})
    assert asked == [("POST", "/v2/shop/inquirys/7/answers", {}, {"body": "내일 옵니다"})]
