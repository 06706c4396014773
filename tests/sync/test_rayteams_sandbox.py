"""RayTeams's sandbox behaves as its documents say; and a day of faults ends equal on both sides."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import pytest

from sync.channel import Channel
from sync.engine import Engine, Pace
from sync.http import trust
from sync.sandbox.control import Control
from sync.sandbox.rayteams_door import LASTS, Door
from sync.sandbox.server import Sandbox

Sample = Callable[[str], Any]
BASIC = {"Authorization": "Basic " + base64.b64encode(b"id:secret").decode()}


@pytest.fixture
def group(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at RayTeams."""
    with Control(sandbox.urls["rayteams"]) as control:
        yield control


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """Return somebody who is let in, as plain HTTP."""
    headers = {"Authorization": "Bearer from before"}
    with httpx2.Client(
        base_url=sandbox.urls["rayteams"], trust_env=False, verify=trust(), headers=headers
    ) as client:
        yield client


def test_an_order_answers_as_documented(shop: httpx2.Client, group: Control, sample: Sample) -> None:
    order_id = group.place()["id"]
    documented = sample("rayteams_order_get")
    for base in ("", "/v1.0"):
        answer = shop.get(f"{base}/order/{order_id}").json()
        assert answer.keys() == documented.keys()
        assert answer["data"].keys() == documented["data"].keys()
        assert answer["data"]["product"].keys() == documented["data"]["product"].keys()


def test_a_change_answers_with_the_order_and_is_in_the_history(
    shop: httpx2.Client, group: Control, sample: Sample
) -> None:
    order = group.place()
    said = sample("rayteams_order_status_put_request")
    answer = shop.put(f"/order/{order['id']}/status", json=said).json()
    documented = sample("rayteams_order_status_put_response")["data"]
    assert answer["data"].keys() == documented.keys()
    for key in ("status", "statusName", "statusType"):
        assert answer["data"][key] == documented[key]
    [history] = shop.get(f"/project/{order['_id']}/histories").json()["data"]
    assert history.keys() == sample("rayteams_project_histories")["data"][0].keys()


@pytest.mark.parametrize(
    ("path", "name"),
    [("/mygroup", "rayteams_mygroup"), ("/me", "rayteams_me"), ("/project/{}/info", "rayteams_project_info"),
     ("/project/{}/groups", "rayteams_project_groups")],
)  # fmt: skip
def test_other_documents_have_the_fields_of_their_examples(
    shop: httpx2.Client, group: Control, sample: Sample, path: str, name: str
) -> None:
    answer, documented = shop.get(path.format(group.place()["_id"])).json(), sample(name)
    one, other = (
        said["data"][0] if isinstance(said["data"], list) else said["data"] for said in (answer, documented)
    )
    assert one.keys() == other.keys()


def test_a_list_may_show_keys_only_as_its_example_does(
    shop: httpx2.Client, group: Control, sample: Sample
) -> None:
    project = group.place()["_id"]
    group.move("any", "answers", whole_rows=False)
    [row] = shop.get(f"/project/{project}/orders").json()["data"]
    assert row.keys() == sample("rayteams_project_orders")["data"][0].keys()


@pytest.mark.parametrize(
    ("ask", "status", "name"),
    [
        (lambda c: c.get("/order/no-1"), 200, "rayteams_error_custom"),
        (lambda c: c.get("/product/no"), 200, "rayteams_error_custom"),
        (lambda c: c.put("/order/no-1/status", json={"data": {"status": "x"}}), 200, "rayteams_error_custom"),
        (lambda c: c.get("/me", headers={"Authorization": "wrong"}), 401, "rayteams_error_normal"),
        (lambda c: c.get("/me", headers={"Authorization": ""}), 401, "rayteams_error_normal"),
        (lambda c: c.post("/getuserbyemail", json={"email": "x"}), 200, "rayteams_getuserbyemail_notfound"),
    ],
)
def test_each_refusal_is_one_of_the_examples(
    shop: httpx2.Client, sample: Sample, ask: Any, status: int, name: str
) -> None:
    answer = ask(shop)
    assert (answer.status_code, answer.json()) == (status, sample(name))


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"data": []}', b'{"data": {}}', b'{"data": {"status": 7}}']
)
def test_a_request_that_is_none_is_forbidden(shop: httpx2.Client, group: Control, body: bytes) -> None:
    order = group.place()
    answer = shop.put(f"/order/{order['id']}/status", content=body)
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    assert group.state()["orders"] == [order]


@pytest.mark.parametrize("files", [{"other": ("a", b"1")}, None])
def test_a_form_without_its_file_is_forbidden(shop: httpx2.Client, group: Control, files: Any) -> None:
    path = f"/project/{group.place()['_id']}/attachment/add"
    assert shop.post(path, files=files).json() == {"message": "Forbidden"}
    assert shop.post(path, content=b"x", headers={"Content-Type": "multipart/form-data"}).status_code == 403


def test_a_path_that_is_none_is_not_found(shop: httpx2.Client, group: Control) -> None:
    assert shop.get(f"/project/{group.place()['_id']}/weather").status_code == 404
    assert shop.get("/order").status_code == 404


@pytest.mark.parametrize("header", [{"Authorization": "from before"}, {"token": "from before"}])
def test_a_token_is_heard_in_each_documented_header(sandbox: Sandbox, header: dict[str, str]) -> None:
    answer = httpx2.get(f"{sandbox.urls['rayteams']}/me", headers=header, trust_env=False, verify=trust())
    assert answer.status_code == 200


def code_for(shop: httpx2.Client, **asked: str) -> str:
    """Return the code that a browser brings back."""
    query = {"client_id": "id", "response_type": "code", "redirect_uri": "http://127.0.0.1:1/back", **asked}
    answer = shop.get("/oauth2/authorize", params=query)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


FORM = {"client_id": "id", "grant_type": "authorization_code", "redirect_uri": "http://127.0.0.1:1/back"}


def test_tokens_are_given_as_documented(shop: httpx2.Client, group: Control, sample: Sample) -> None:
    documented = sample("rayteams_token_response")
    for replaces in (False, True):
        group.move("any", "answers", replaces=replaces)
        form = {**FORM, "code": code_for(shop)}
        given = shop.post("/oauth2/token", data=form, headers=BASIC).json()
        assert given.keys() - {"refresh_token"} == documented.keys()
        assert ("refresh_token" in given) == replaces
        assert (given["token_type"], given["expires_in"]) == ("Bearer", documented["expires_in"])


@pytest.mark.parametrize(
    ("form", "headers", "error"),
    [
        ({}, {}, "invalid_client"),
        ({"client_id": "id"}, {}, "invalid_client"),
        ({"client_id": "id", "client_secret": "wrong"}, {}, "invalid_client"),
        ({"client_id": "other"}, BASIC, "invalid_request"),
        ({"client_id": "id"}, BASIC, "unsupported_grant_type"),
        ({"client_id": "id", "client_secret": "s", "grant_type": "password"}, {}, "unsupported_grant_type"),
        ({"client_id": "id", "grant_type": "refresh_token"}, BASIC, "invalid_request"),
        (
            {"client_id": "id", "grant_type": "refresh_token", "refresh_token": "wrong"},
            BASIC,
            "invalid_grant",
        ),
        ({**FORM, "code": "none"}, BASIC, "invalid_grant"),
    ],
)
def test_each_refusal_of_the_door_is_one_of_the_five_words(
    shop: httpx2.Client, form: Any, headers: Any, error: str
) -> None:
    answer = shop.post("/oauth2/token", data=form, headers=headers)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


@pytest.mark.parametrize(
    "change", [{"redirect_uri": "http://else"}, {"code_verifier": "another"}, {"code": "x"}]
)
def test_a_code_is_good_once_for_whom_it_was_given(shop: httpx2.Client, change: dict[str, str]) -> None:
    proof = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    good = {**FORM, "code": code_for(shop, **proof), "code_verifier": verifier}
    refused = shop.post("/oauth2/token", data={**good, **change}, headers=BASIC).json()
    assert refused == {"error": "invalid_grant"}
    again = {**good, "code": code_for(shop, **proof)}
    answers = [shop.post("/oauth2/token", data=again, headers=BASIC).status_code for _ in range(2)]
    assert answers == [200, 400]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, "invalid_request"),
        ({"client_id": "id", "redirect_uri": "http://x"}, "invalid_request"),
        ({"client_id": "id", "redirect_uri": "x", "response_type": "code"}, "invalid_request"),
        ({"client_id": "wrong", "redirect_uri": "http://x", "response_type": "code"}, "unauthorized_client"),
    ],
)
def test_a_sign_in_that_is_none_is_refused(shop: httpx2.Client, asked: Any, error: str) -> None:
    answer = shop.get("/login", params=asked)
    assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_a_token_ends_after_its_hour() -> None:
    now = [1000.0]
    door = Door(lambda: now[0], random.Random(0))
    token = door._given()["access_token"]
    for passed, good in ((LASTS - 1, True), (2, False)):
        now[0] += passed
        assert door.lets_in({"authorization": f"Bearer {token}"}) is good


@pytest.mark.parametrize("forgives", [True, False])
@pytest.mark.parametrize("first_used", ["access_token", "refresh_token"])
def test_a_refresh_token_that_was_replaced_is_good_until_its_successor_is_used_where_it_forgives(
    shop: httpx2.Client, group: Control, forgives: bool, first_used: str
) -> None:
    def renewed(token: str) -> dict[str, str]:
        form = {"client_id": "id", "grant_type": "refresh_token", "refresh_token": token}
        return dict(shop.post("/oauth2/token", data=form, headers=BASIC).json())

    group.move("any", "answers", forgives=forgives)
    first = renewed("from before")["refresh_token"]
    again = renewed(first)
    assert ("access_token" in renewed(first)) == forgives
    if first_used == "access_token":
        shop.get("/me", headers={"authorization": f"Bearer {again['access_token']}"}).raise_for_status()
    else:
        assert "access_token" in renewed(again["refresh_token"])
    assert renewed(first) == {"error": "invalid_grant"}


FAULTS = ("slow", "fail", "throttle", "expire", "lost", "drop", "html", "repeat", "shuffle")
SHOWN = {"Requested": "placed", "Confirmed": "accepted", "In production": "executed", "Canceled": "canceled",
         "Declined": "rejected", "Done": "paid"}  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
async def test_a_day_of_faults_ends_equal_on_both_sides(
    connect: Callable[..., Channel], sandbox: Sandbox, host: Any, group: Control, clock: Any, seed: int
) -> None:
    chance = random.Random(seed)
    channel = connect("rayteams", base_url=sandbox.urls["rayteams"] + "/v1.0")
    engine = Engine(channel, host, clock=clock, uniform=chance.uniform, pace=Pace())
    orders = [group.place() for _ in range(6)]
    group.move("any", "answers", forgives=True)  # a strict one ends in a person's sign-in: tested by itself
    for kind in FAULTS:
        group.fault(kind, times=None, probability=0.05, seconds=0.0, seed=seed)
    for order in orders:
        order_id = uuid4()
        for verb in chance.choice([("accept",), ("accept", "execute", "pay"), ("reject",), ("cancel",), ()]):
            host.write(verb, order_id, order["id"], reason="x")
    for _ in range(8):
        clock.pass_(minutes=6)
        await engine.once()
    group.calm()
    for _ in range(3):
        clock.pass_(minutes=6)
        engine.resume()
        await engine.once()
    assert set(host.states()) <= {"told"}
    state = group.state()
    assert {o["id"]: SHOWN[o["statusName"]] for o in state["orders"]} == {
        number: order.status for number, order in host.orders.items()
    }
    moves = sum(row["sk"].startswith("his:") for row in state["rows"])
    assert moves == len(host.rows)
