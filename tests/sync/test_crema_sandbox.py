"""The sandbox's CREMA, as plain HTTP: it answers as the documents write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from sync.http import trust
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

APPLICATION = {"grant_type": "client_credentials", "client_id": "i", "client_secret": "s"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00")
ITSELF = "https://api.cre.ma"
Sample = Callable[[str], Any]


@pytest.fixture
def stranger(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """Return somebody who is not signed in."""
    with httpx2.Client(base_url=sandbox.urls["crema"], trust_env=False, verify=trust()) as client:
        yield client


@pytest.fixture
def shop(stranger: httpx2.Client) -> httpx2.Client:
    """Return a signed-in shop."""
    token = stranger.post("/oauth/token", data=APPLICATION).json()["access_token"]
    stranger.headers["Authorization"] = f"Bearer {token}"
    return stranger


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at CREMA."""
    with Control(sandbox.urls["crema"]) as control:
        yield control


@pytest.fixture
def order(account: Control) -> dict[str, Any]:
    """Return an order there, of one line."""
    said = {"code": "sub_order1", "product_code": "122401", "price": 45800, "product_options": ["색상:블랙"]}
    return account.place(code="A", sub_orders=[said])


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"grant_type": "password"}, 400),
        ({"client_id": ""}, 401),
        ({"client_secret": "wrong"}, 401),
    ],
)
def test_a_wrong_sign_in_gets_no_token(stranger: httpx2.Client, wrong: dict[str, str], status: int) -> None:
    answer = stranger.post("/oauth/token", data={**APPLICATION, **wrong})
    assert (answer.status_code, "access_token" in answer.json()) == (status, False)


def test_a_token_is_known_in_a_header_in_a_query_and_in_a_body(
    stranger: httpx2.Client, account: Control
) -> None:
    token = stranger.post("/oauth/token", data=APPLICATION).json()["access_token"]
    own = {"access_token": token}
    said = {"code": "A"}
    answers = [
        stranger.get("/v1/orders", headers={"Authorization": f"Bearer {token}"}),
        stranger.get("/v1/orders", params=own),
        stranger.post("/v1/orders", data={**said, **own}),
        stranger.post("/v1/orders", json={**said, **own}),
        stranger.get("/v1/orders"),
        stranger.get("/v1/orders", params={"access_token": "another"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 201, 201, 401, 401]
    account.expire_sessions()
    assert stranger.get("/v1/orders", params=own).status_code == 401


def test_a_list_has_the_documents_fields_and_their_malformed_link(
    shop: httpx2.Client, order: Any, sample: Sample
) -> None:
    answer = shop.get(f"/v1/orders/{order['id']}/sub_orders")
    assert answer.json()[0].keys() == sample("crema_sub_orders_list")[0].keys()
    assert answer.headers["link"] == (
        f'<{ITSELF}/v1/orders/{order["id"]}/sub_orders?page=1>; rel="last", '
        f'<{ITSELF}/v1/orders&page=1>; rel="next"'
    )


def test_a_list_of_orders_has_the_documents_fields_and_their_malformed_link(
    shop: httpx2.Client, account: Control, sample: Sample
) -> None:
    for number in range(9):
        account.place(username=f"su{number % 2 + 1}", paid_at="2014-06-05T01:27:19.000+09:00")
    answer = shop.get("/v1/orders", params={"paid_on": "2014-06-05", "usernames": "su1,su2", "limit": 2})
    expected = sample("crema_orders_list")[0]
    assert answer.json()[0].keys() == expected.keys()
    assert answer.json()[0]["sub_orders"][0].keys() == expected["sub_orders"][0].keys()
    assert answer.headers["link"] == (
        f'<{ITSELF}/v1/orders?page=5&paid_on=2014-06-05&usernames=su1,su2>; rel="last", '
        f'<{ITSELF}/v1/orders&page=2&paid_on=2014-06-05&usernames=su1,su2>; rel="next"'
    )


@pytest.mark.parametrize(("limit", "rows"), [(None, 30), (7, 7), (100, 100), (1000, 100)])
def test_a_page_has_thirty_rows_and_a_hundred_at_most(
    shop: httpx2.Client, account: Control, limit: int | None, rows: int
) -> None:
    account.place(code="A", sub_orders=[{"product_code": f"P{n}"} for n in range(120)])
    asked = {"order_code": "A"} | ({} if limit is None else {"limit": str(limit)})
    assert len(shop.get("/v1/sub_orders", params=asked).json()) == rows


@pytest.mark.usefixtures("order")
def test_a_line_has_the_documents_fields(shop: httpx2.Client, sample: Sample) -> None:
    line = shop.get("/v1/sub_orders", params={"order_code": "A", "code": "sub_order1"}).json()
    expected = sample("crema_sub_order_get")
    assert line.keys() == expected.keys()
    assert (line["price"], line["product_options"]) == (expected["price"], {"색상": "블랙"})
    assert TIME.fullmatch(line["created_at"])


def test_a_line_is_made_and_answered_as_documented(
    shop: httpx2.Client, account: Control, sample: Sample
) -> None:
    order = account.place(code="A", sub_orders=[])
    said = {"product_id": 940621, "price": 45800, "code": "sub_order1"}
    answer = shop.post(f"/v1/orders/{order['id']}/sub_orders", data=said)
    assert (answer.status_code, answer.headers["location"]) == (201, f"{ITSELF}/v1/orders")
    expected = sample("crema_sub_order_post_201")
    assert answer.json().keys() == expected.keys()
    assert (answer.json()["price"], answer.json()["product_id"]) == (expected["price"], 940621)


def test_a_change_and_a_deletion_answer_nothing(shop: httpx2.Client, order: Any) -> None:
    line = order["sub_orders"][0]["id"]
    path = f"/v1/orders/{order['id']}/sub_orders/{line}"
    changed = shop.patch(path, json={"status": "delivery_finished"})
    assert (changed.status_code, changed.content, changed.headers["location"]) == (204, b"", ITSELF + path)
    deleted = shop.delete(path)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert shop.get(path).status_code == 404


def test_an_example_that_puts_a_message_is_answered(
    shop: httpx2.Client, account: Control, order: Any
) -> None:
    line = order["sub_orders"][0]["id"]
    shop.put(f"/v1/orders/{order['id']}/sub_orders/{line}", params={"message": "TEST"}).raise_for_status()
    assert account.state()["orders"][0]["sub_orders"][0]["message"] == "TEST"


@pytest.mark.parametrize(
    "said",
    [
        {"status": "on_the_moon"},
        {"price": "much"},
        {"price": "-1"},
        {"product_count": "many"},
        {"product_options": ["no key"]},
        {"product_options": "size:160"},
        {"product_code": ""},
    ],
)
@pytest.mark.usefixtures("order")
def test_what_makes_no_sense_is_refused_and_not_kept(
    shop: httpx2.Client, account: Control, said: Any
) -> None:
    before = account.state()["orders"]
    answer = shop.post("/v1/sub_orders", json={"order_code": "A", "product_code": "P", "code": "L9", **said})
    assert (answer.status_code, list(answer.json())) == (422, ["error"])
    assert account.state()["orders"] == before


@pytest.mark.usefixtures("order")
def test_a_code_is_one_lines_alone(shop: httpx2.Client, account: Control) -> None:
    other = account.place(code="B", sub_orders=[{"code": "L9", "product_code": "P"}])
    taken = shop.post("/v1/sub_orders", json={"order_code": "A", "product_code": "P", "code": "L9"})
    line = other["sub_orders"][0]["id"]
    renamed = shop.patch(f"/v1/sub_orders/{line}", json={"order_code": "B", "code": "sub_order1"})
    assert (taken.status_code, renamed.status_code) == (422, 422)


@pytest.mark.usefixtures("order")
def test_what_is_told_again_as_it_is_changes_nothing(shop: httpx2.Client, account: Control) -> None:
    before = account.state()["orders"]
    shop.patch("/v1/sub_orders", json={"order_code": "A", "code": "sub_order1", "price": 45800})
    assert account.state()["orders"] == before


@pytest.mark.usefixtures("order")
def test_an_unpaid_order_has_the_documents_fields(
    shop: httpx2.Client, account: Control, sample: Sample
) -> None:
    expected = sample("crema_unpaid_orders_list")[0]
    names = ("bank_name", "bank_account_no", "recipient_name", "sender_name")
    account.move("A", "unpaid", **{name: expected[name] for name in names})
    [row] = shop.get("/v1/unpaid_orders").json()
    assert row.keys() == expected.keys()
    assert {name: type(value) for name, value in row.items()} == {n: type(v) for n, v in expected.items()}
    assert shop.get("/v1/unpaid_orders", params={"order_code": "A"}).json() == row


def test_too_many_calls_are_told_to_wait(shop: httpx2.Client, account: Control) -> None:
    account.fault("throttle", seconds=30)
    answer = shop.get("/v1/orders")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")


@pytest.mark.parametrize("move", ["boil", "check-in"])
@pytest.mark.usefixtures("order")
def test_what_nobody_does_there_is_refused(account: Control, move: str) -> None:
    with pytest.raises(httpx2.HTTPStatusError):
        account.move("A", move)
