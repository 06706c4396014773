"""Each of the five services can be made to misbehave in every way, and does what the control says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

import httpx2
import pytest

from sync.http import trust
from sync.sandbox.control import Control
from sync.sandbox.faults import Kind
from sync.sandbox.server import Sandbox

Body = Mapping[str, Any]


class Way(NamedTuple):
    """How a shop talks to one service: plain HTTP, as its documents write it."""

    sign_in: Callable[[httpx2.Client], Mapping[str, str]]
    #: a list of three rows a page, by the number of the page, and what such an answer holds
    page: Callable[[int], tuple[str, Mapping[str, Any]]]
    rows: Callable[[Any], Sequence[Any]]
    #: something that changes an order there: method, path and body; and whether its record shows it
    change: Callable[[Mapping[str, Any]], tuple[str, str, Body]]
    changed: Callable[[Mapping[str, Any]], bool]
    #: what an answer holds when nobody is signed in, and when the service is out of order
    stranger: tuple[int, Body]
    broken: Body


def _fankahui(shop: httpx2.Client) -> Mapping[str, str]:
    shop.post("/users/login", json={"username": "a", "password": "b"}).raise_for_status()
    return {}


def _imweb(shop: httpx2.Client) -> Mapping[str, str]:
    token = shop.get("/v2/auth", params={"key": "k", "secret": "s"}).json()["access_token"]
    return {"access-token": token}


def _crema(shop: httpx2.Client) -> Mapping[str, str]:
    form = {"grant_type": "client_credentials", "client_id": "i", "client_secret": "s"}
    return {"Authorization": f"Bearer {shop.post('/oauth/token', data=form).json()['access_token']}"}


def _rayteams(shop: httpx2.Client) -> Mapping[str, str]:
    form = {"grant_type": "refresh_token", "refresh_token": "r", "client_id": "i", "client_secret": "s"}
    return {"Authorization": f"Bearer {shop.post('/oauth2/token', data=form).json()['access_token']}"}


WAYS: Mapping[str, Way] = {
    "fankahui": Way(
        _fankahui,
        lambda n: ("/orders", {"$skip": 3 * (n - 1), "$limit": 3, "$sort": '{"createdAt":1}'}),
        lambda data: data,
        lambda order: ("PUT", f"/orders/{order['id']}", {"status": "accepted"}),
        lambda order: order["status"] == "accepted",
        (401, {"status": 401, "message": "please login"}),
        {"status": 502, "message": "bad gateway"},
    ),
    "imweb": Way(
        _imweb,
        lambda n: ("/v2/shop/orders", {"offset": n, "limit": 3}),
        lambda data: data["data"]["list"],
        lambda order: ("PATCH", f"/v2/shop/orders/{order['id']}/place", {}),
        lambda order: all(part["status"] == "STANDBY" for part in order["prod_orders"].values()),
        (200, {"msg": "INVALID ACCESS TOKEN", "code": -2}),
        {"msg": "BAD GATEWAY", "code": 500},
    ),
    "crema": Way(
        _crema,
        lambda n: ("/v1/orders", {"page": n, "limit": 3}),
        lambda data: data,
        lambda order: ("PATCH", f"/v1/orders/{order['id']}", {"user_code": "changed"}),
        lambda order: order["user_code"] == "changed",
        (401, {"error": "invalid_token"}),
        {"error": "Bad Gateway"},
    ),
    "rayteams": Way(
        _rayteams,
        lambda _: ("/v1.0/project/one/orders", {}),
        lambda data: data["data"],
        lambda order: ("PUT", f"/v1.0/order/{order['id']}/status", {"data": {"status": "ewb-4"}}),
        lambda order: order["status"] == "ewb-4",
        (401, {"message": "Unauthorized"}),
        {"message": "Bad Gateway"},
    ),
    "impilo": Way(
        lambda _: {"Impilo-API-Key": "k"},
        lambda n: ("/api/v3/order", {"page": n, "size": 3}),
        lambda data: data["content"],
        lambda order: ("POST", "/api/v3/order", {"site": {"id": 7}, "orderItems": order["orderItems"]}),
        lambda order: order["site"] is not None,
        (401, {"message": "Unauthorized"}),
        {"message": "Bad Gateway"},
    ),
}


class Talk:
    """A signed-in shop and the control of the same service, which has seven orders."""

    def __init__(self, way: Way, shop: httpx2.Client, control: Control) -> None:
        self.way, self.shop, self.control = way, shop, control
        shop.headers.update(way.sign_in(shop))
        self.orders = [control.place(_id="one") for _ in range(7)]
        for order in self.orders:
            order["id"] = str(order["id"])

    def list(self, page: int = 1) -> httpx2.Response:
        """Ask for a page."""
        path, query = self.way.page(page)
        return self.shop.get(path, params=query)

    def ids(self, answer: httpx2.Response) -> list[str]:
        """Return what names the rows of an answer."""
        return [
            str(row.get("sk") or row.get("order_no") or row["id"]) for row in self.way.rows(answer.json())
        ]

    def change(self) -> httpx2.Response:
        """Change an order there."""
        method, path, body = self.way.change(self.orders[0])
        return self.shop.request(method, path, json=body)

    def is_changed(self) -> bool:
        """Whether the service's own records show the change."""
        return any(self.way.changed(order) for order in self.control.state()["orders"])


@pytest.fixture
def talk(sandbox: Sandbox, kind: str) -> Iterator[Talk]:
    """Return a shop's talk with each kind of service in turn."""
    with (
        httpx2.Client(base_url=sandbox.urls[kind], trust_env=False, verify=trust()) as shop,
        Control(sandbox.urls[kind]) as control,
    ):
        yield Talk(WAYS[kind], shop, control)


def _slow(talk: Talk) -> None:
    talk.control.fault("slow", seconds=0.2)
    began = time.monotonic()
    assert talk.change().is_success
    assert time.monotonic() - began >= 0.2
    assert talk.is_changed()


def _fail(talk: Talk) -> None:
    talk.control.fault("fail", status=502)
    answer = talk.change()
    assert (answer.status_code, answer.json()) == (502, talk.way.broken)
    assert not talk.is_changed()


def _throttle(talk: Talk) -> None:
    talk.control.fault("throttle", seconds=30)
    answer = talk.change()
    assert answer.headers["retry-after"] == "30"
    assert answer.status_code == 429 or answer.json()["code"] == -7
    assert not talk.is_changed()


def _expire(talk: Talk) -> None:
    talk.control.fault("expire")
    answer = talk.change()
    assert (answer.status_code, answer.json()) == talk.way.stranger
    assert not talk.is_changed()
    talk.shop.headers.update(talk.way.sign_in(talk.shop))
    assert talk.change().is_success
    assert talk.is_changed()


def _lost(talk: Talk) -> None:
    talk.control.fault("lost")
    with pytest.raises(httpx2.TransportError):
        talk.change()
    assert not talk.is_changed()
    assert talk.list().is_success


def _down(talk: Talk) -> None:
    talk.control.fault("down")
    for ask in (talk.list, talk.list, talk.change):
        with pytest.raises(httpx2.TransportError):
            ask()
    assert not talk.is_changed()
    talk.control.calm("down")
    assert talk.list().is_success


def _drop(talk: Talk) -> None:
    talk.control.fault("drop")
    with pytest.raises(httpx2.TransportError):
        talk.change()
    assert talk.is_changed()


def _html(talk: Talk) -> None:
    talk.control.fault("html")
    answer = talk.change()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert talk.is_changed()


def _repeat(talk: Talk) -> None:
    before = talk.list()
    talk.change()
    talk.control.fault("repeat")
    again = talk.list()
    assert (again.content, again.headers.get("link")) == (before.content, before.headers.get("link"))


def _shuffle(talk: Talk) -> None:
    before = talk.list()
    talk.control.fault("shuffle", times=None, seed=1)
    answers = [talk.list() for _ in range(8)]
    assert {tuple(sorted(talk.ids(answer))) for answer in answers} == {tuple(sorted(talk.ids(before)))}
    assert any(talk.ids(answer) != talk.ids(before) for answer in answers)
    assert {answer.headers.get("link") for answer in answers} == {before.headers.get("link")}


def _move(talk: Talk) -> None:
    first, second = talk.ids(talk.list(1)), talk.ids(talk.list(2))
    talk.control.fault("move", times=None, seed=1)
    seen = []
    for _ in range(8):
        assert talk.ids(talk.list(1)) == first
        seen.append(talk.ids(talk.list(2)))
    if first == second:  # a service without pages has none to move between
        assert seen == [first] * 8
        return
    assert {tuple(ids) for ids in seen} == {(first[-1], *second[:-1]), tuple(second[1:])}


CHECKS: Mapping[str, Callable[[Talk], None]] = {
    "slow": _slow, "fail": _fail, "throttle": _throttle, "expire": _expire, "lost": _lost, "down": _down,
    "drop": _drop, "html": _html, "repeat": _repeat, "shuffle": _shuffle, "move": _move,
}  # fmt: skip


@pytest.mark.parametrize("fault", get_args(Kind))
def test_the_control_does_what_it_says(talk: Talk, fault: str) -> None:
    CHECKS[fault](talk)
    talk.control.calm()
    assert talk.list().is_success


def test_every_fault_can_come_by_chance_at_one_address_and_so_many_times(talk: Talk) -> None:
    path, _ = talk.way.page(1)
    talk.control.fault("fail", times=2, path=path, method="GET", probability=0.5, seed=3)
    statuses = [talk.list().status_code for _ in range(12)]
    assert statuses.count(503) == 2
    assert talk.change().is_success


def test_sessions_that_were_ended_are_no_good(talk: Talk) -> None:
    talk.control.expire_sessions()
    answer = talk.list()
    assert (answer.status_code, answer.json()) == talk.way.stranger
    talk.control.calm()
    talk.shop.headers.update(talk.way.sign_in(talk.shop))
    assert talk.list().is_success


@pytest.mark.parametrize(
    "body", ["[]", '"text"', "1", '{"items": 7, "etc": 7, "patient": 7, "data": 7}', "{"]
)
def test_a_document_that_is_none_is_answered_and_changes_nothing(talk: Talk, body: str) -> None:
    before = talk.control.state()["orders"]
    method, path, _ = talk.way.change(talk.orders[0])
    path = path.replace("/place", "/cancel")  # what needs more than its address says
    answer = talk.shop.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code < 500
    assert talk.control.state()["orders"] == before


def test_an_address_that_is_not_there_is_said_in_the_services_words(talk: Talk) -> None:
    answer = talk.shop.get("/no/such/place")
    assert (answer.status_code, answer.json().keys()) == (404, talk.way.broken.keys())
    assert "not found" in str(answer.json()).lower()
