"""The sandbox behaves as the services' documents say, also when it is told to misbehave."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.http import trust
from sync.sandbox import deployd
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox, serve

ACCOUNT = {"username": "18912345678", "password": "a password"}


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """Return a signed-in shop, as plain HTTP."""
    with httpx2.Client(base_url=sandbox.urls["fankahui"], trust_env=False, verify=trust()) as client:
        client.post("/users/login", json=ACCOUNT).raise_for_status()
        yield client


@pytest.fixture
def stranger(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """Return somebody who is not signed in."""
    with httpx2.Client(base_url=sandbox.urls["fankahui"], trust_env=False, verify=trust()) as client:
        yield client


def test_a_sign_in_answers_as_deployd_does(stranger: httpx2.Client, sample: Callable[[str], Any]) -> None:
    answer = stranger.post("/employes/login", json=ACCOUNT)
    assert answer.json().keys() == sample("deployd_login_response").keys()
    assert answer.cookies["sid"] == answer.json()["id"]
    wrong = stranger.post("/users/login", json={**ACCOUNT, "password": "wrong"})
    assert (wrong.status_code, wrong.json()) == (401, sample("deployd_error_401"))


def test_a_stranger_gets_nothing(stranger: httpx2.Client) -> None:
    answers = [stranger.get("/orders"), stranger.post("/orders", json={}), stranger.put("/orders/1", json={})]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert stranger.get("/users/me").status_code == 204


def test_a_posted_order_is_answered_with_what_the_service_computes(
    shop: httpx2.Client, sample: Callable[[str], Any]
) -> None:
    order = shop.post("/orders", json={**sample("fankahui_orders_post_request"), "fee": 1}).json()
    assert (order["fee"], order["quantity"], order["sequenceNumber"]) == (3620, 3, 1)
    assert shop.get("/orders/count").json() == {"count": 1}
    assert shop.get(f"/orders/{order['id']}").json() == order


def test_every_paid_makes_a_deal(shop: httpx2.Client, guests: Control, sample: Callable[[str], Any]) -> None:
    path = f"/orders/{guests.place()['id']}"
    paid = [shop.put(path, json=sample("fankahui_orders_pay_request")).json() for _ in range(2)]
    assert [order["status"] for order in paid] == ["paid", "paid"]
    assert len({order["deal"]["id"] for order in paid}) == len(guests.state()["deals"]) == 2


@pytest.mark.parametrize(
    ("way", "allowed"),
    [
        (["accepted", "executed", "canceled"], True),
        (["rejected", "accepted"], False),
        (["canceled", "executed"], False),
        (["executed", "accepted"], False),
        (["paid"], False),
    ],
)
def test_only_legal_moves_are_made(
    shop: httpx2.Client, guests: Control, way: list[str], allowed: bool
) -> None:
    path = f"/orders/{guests.place()['id']}"
    answers = [shop.put(path, json={"status": status}) for status in way]
    assert answers[-1].is_success is allowed
    assert all(answer.is_success for answer in answers[:-1])


def test_a_refused_change_changes_nothing(shop: httpx2.Client, guests: Control) -> None:
    order = guests.place()
    answer = shop.put(
        f"/orders/{order['id']}", json={"memo": [{"message": "x"}], "payment": {"type": "gold"}}
    )
    assert answer.status_code == 400
    assert guests.state()["orders"] == [order]


def test_a_change_of_no_order_says_so_in_deployds_words(
    shop: httpx2.Client, sample: Callable[[str], Any]
) -> None:
    answer = shop.put("/orders/0000", json={})
    assert answer.json() == sample("deployd_error_400_put_nomatch")
    assert shop.get("/orders/0000").status_code == 404


@pytest.mark.parametrize("body", ["{", "[]", '{"type":"booking","items":[{}]}', '{"type":"x"}', '"text"'])
def test_a_broken_order_is_refused(shop: httpx2.Client, guests: Control, body: str) -> None:
    assert shop.post("/orders", content=body).status_code == 400
    assert guests.state()["orders"] == []


def test_a_dropped_answer_was_applied_and_a_lost_request_was_not(
    shop: httpx2.Client, guests: Control
) -> None:
    seen = {}
    for kind in ("drop", "lost"):
        order = guests.place()
        guests.fault(kind, method="PUT")
        with pytest.raises(httpx2.TransportError):
            shop.put(f"/orders/{order['id']}", json={"status": "accepted"})
        seen[kind] = shop.get(f"/orders/{order['id']}").json()["status"]
    assert seen == {"drop": "accepted", "lost": "placed"}


def test_the_same_seed_brings_the_same_faults(shop: httpx2.Client, guests: Control) -> None:
    runs = []
    for _ in range(2):
        guests.calm()
        guests.fault("fail", times=None, probability=0.5, seed=7)
        runs.append([shop.get("/orders").status_code for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


def test_an_unknown_fault_is_refused(stranger: httpx2.Client) -> None:
    answers = [
        stranger.post("/_sandbox/faults", json=body) for body in ({"kind": "fire"}, {"kind": "drop", "x": 1})
    ]
    assert [answer.status_code for answer in answers] == [400, 400]


async def test_it_serves_from_a_coroutine_until_cancelled() -> None:
    ready: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(0, ready.set_result))
    urls = await ready
    async with httpx2.AsyncClient(trust_env=False, verify=trust()) as client:
        state = await client.get(urls["fankahui"] + "/_sandbox/state")
    assert state.json()["orders"] == []
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    async with httpx2.AsyncClient(trust_env=False, verify=trust()) as client:
        with pytest.raises(httpx2.ConnectError):
            await client.get(urls["fankahui"])


@pytest.mark.parametrize("path", ["/orders", "/_sandbox/state"], ids=["waits for an answer", "is idle"])
async def test_whoever_is_on_the_line_is_hung_up_on_when_serving_is_cancelled(path: str) -> None:
    served = Sandbox()
    serving = asyncio.create_task(served.serve())
    url = httpx2.URL(served.urls["fankahui"])
    async with httpx2.AsyncClient(base_url=url, trust_env=False, verify=trust()) as client:
        fault = {"kind": "slow", "times": None, "seconds": 3600}
        assert (await client.post("/_sandbox/faults", json=fault)).is_success
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {url.host}\r\n\r\n".encode())
        await writer.drain()
        if path != "/orders":
            await reader.readuntil(b"\r\n")
        await client.get("/_sandbox/state")  # what was written before is heard by now
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        with suppress(ConnectionResetError):
            await reader.read()
        writer.close()
    assert serving.cancelled()


def test_who_still_waits_for_an_answer_is_hung_up_on_at_the_end() -> None:
    with Sandbox() as ending, Control(ending.urls["fankahui"]) as there:
        there.fault("slow", seconds=600)
        port = int(ending.urls["fankahui"].rpartition(":")[2])
        waiting = socket.create_connection(("127.0.0.1", port))
        waiting.sendall(b"GET /orders HTTP/1.1\r\nHost: localhost\r\n\r\n")
        there.state()
    with waiting, suppress(ConnectionResetError):
        assert waiting.recv(1) == b""


def test_only_this_machine_is_served(sandbox: Sandbox) -> None:
    assert all(url.startswith("http://127.0.0.1:") for url in sandbox.urls.values())


def test_a_taken_port_is_said_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(OSError, match="in use"):
        Sandbox(int(sandbox.urls["fankahui"].rpartition(":")[2]))


DOCUMENTS = [
    {"id": "a", "n": 1, "who": {"name": "张三"}, "tags": [{"k": 1}, {"k": 2}]},
    {"id": "b", "n": 2.5, "who": {"name": "李四"}},
    {"id": "c"},
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"n": "1"}, "a"),
        ({"n": {"$gt": 1}}, "b"),
        ({"n": {"$gte": 1, "$lt": 2}}, "a"),
        ({"n": {"$ne": 1}}, "bc"),
        ({"n": {"$lte": 2.5}}, "ab"),
        ({"id": {"$in": ["a", "c"]}}, "ac"),
        ({"id": {"$nin": ["a", "c"]}}, "b"),
        ({"who.name": {"$regex": "^张"}}, "a"),
        ({"tags.k": 2}, "a"),
        ({"$or": [{"id": "c"}, {"n": 1}]}, "ac"),
        ({"n": "1", "$limit": "1"}, "a"),
        ({}, "abc"),
    ],
)
def test_the_query_language_is_deployds(query: dict[str, Any], found: str) -> None:
    encoded = urlencode({k: v if isinstance(v, str) else json.dumps(v) for k, v in query.items()})
    for text in (encoded, quote(json.dumps(query))):
        assert "".join(d["id"] for d in deployd.matching(DOCUMENTS, deployd.decoded(text))) == found


@given(size=st.integers(1, 9), count=st.integers(0, 30), down=st.booleans())
def test_pages_put_together_are_the_whole(size: int, count: int, down: bool) -> None:
    documents = [{"n": n} for n in range(count)]
    sort = {"n": -1 if down else 1}
    pages = [
        deployd.page(documents, {"$sort": sort, "$skip": skip, "$limit": size})
        for skip in range(0, count, size)
    ]
    assert [d for page in pages for d in page] == sorted(documents, key=lambda d: d["n"], reverse=down)
