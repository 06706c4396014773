"""imweb's sandbox behaves as its documents say; and a day of faults ends equal on both sides."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from starlette.testclient import TestClient

from sync.channel import Channel
from sync.engine import Engine, Pace
from sync.http import trust
from sync.sandbox.control import Control
from sync.sandbox.imweb import Imweb
from sync.sandbox.imweb_orders import CLAIMS, MOVES
from sync.sandbox.server import Sandbox, application


@pytest.fixture
def shoppers(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' side of imweb."""
    with Control(sandbox.urls["imweb"]) as control:
        yield control


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """Return a signed-in shop, as plain HTTP."""
    with httpx2.Client(base_url=sandbox.urls["imweb"], trust_env=False, verify=trust()) as client:
        token = client.get("/v2/auth", params={"key": "k", "secret": "s"}).json()["access_token"]
        client.headers["access-token"] = token
        yield client


def test_a_sign_in_answers_as_documented(shop: httpx2.Client, sample: Callable[[str], Any]) -> None:
    for answer in (
        shop.get("/v2/auth", params={"key": "k", "secret": "s"}),
        shop.post("/v2/auth", json={"key": "k", "secret": "s"}),
    ):
        assert answer.json().keys() == sample("imweb_auth_response").keys()
    wrong = shop.post("/v2/auth", json={"key": "k", "secret": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (200, -1)


def test_a_list_answers_as_documented(
    shop: httpx2.Client, shoppers: Control, sample: Callable[[str], Any]
) -> None:
    for _ in range(5):
        shoppers.place()
    answer = shop.get("/v2/shop/orders", params={"limit": 2, "offset": 3}).json()
    assert answer.keys() == sample("imweb_list_envelope").keys()
    assert len(answer["data"]["list"]) == 1
    assert answer["data"]["pagenation"] == {
        "data_count": "5", "current_page": 3, "total_page": "3", "pagesize": "2",
    }  # fmt: skip
    assert len(shop.get("/v2/shop/orders").json()["data"]["list"]) == 5
    for least in ("0", "-1"):
        assert len(shop.get("/v2/shop/orders", params={"limit": least}).json()["data"]["list"]) == 1


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda shop: shop.get("/v2/shop/orders", headers={"access-token": "old"}), -2),
        (lambda shop: shop.get("/v2/shop/orders", params={"status": "CANCEL", "claim_type": "CANCEL"}), -10),
        (lambda shop: shop.get("/v2/shop/orders", params={"offset": "first"}), -10),
        (lambda shop: shop.get("/v2/shop/orders", params={"status": "BOGUS"}), -10),
        (lambda shop: shop.get("/v2/shop/orders", params={"claim_type": "BOGUS"}), -10),
        (lambda shop: shop.get("/v2/shop/orders", params={"claim_status": "BOGUS"}), -10),
        (lambda shop: shop.get("/v2/shop/orders", params={"type": "BOGUS"}), -10),
        (lambda shop: shop.get("/v2/shop/orders/0"), -11),
        (lambda shop: shop.get("/v2/shop/prod-orders"), -10),
        (lambda shop: shop.get("/v2/shop/prod-orders", params={"order_no[]": ["1"] * 26}), -10),
        (lambda shop: shop.patch("/v2/shop/orders/0/place"), -11),
    ],
)
def test_each_refusal_has_its_code(shop: httpx2.Client, ask: Any, code: int) -> None:
    answer = ask(shop)
    assert (answer.status_code, answer.json()["code"]) == (200, code)


@pytest.mark.parametrize(
    ("action", "etc", "code"),
    [
        ("boil", {}, -99),
        ("cancel", {}, -10),
        ("cancel", {"reason_code": "RAIN"}, -10),
        ("return", {"reason_code": "BROKEN"}, -10),
        ("return", {"reason_code": "WRONG_ORDER", "collect_type": "Y"}, -10),
        ("return", {"reason_code": "BROKEN", "collect_type": "Y", "deliv_fee_method": "BOX"}, -10),
        ("exchange", {"reason_code": "BROKEN", "parcel_code": "CJ"}, -10),
        ("exchange/boil", {}, -99),
        ("send", {}, -10),
        ("send", {"parcel_code": "NOSUCH", "invoice_no": "1"}, -10),
        ("send", {"parcel_code": "CJ"}, -10),
        ("send", {"invoice_no": "1"}, -10),
        ("return", {"reason_code": "BROKEN", "parcel_code": "NOSUCH", "invoice_no": "1"}, -10),
        ("return", {"reason_code": "WRONG_ORDER", "collect_type": "Y", "deliv_fee_method": "IOU"}, -10),
        ("invoice", {}, -10),
        ("cancel/reject", {"parcel_code": "CJ"}, -10),
        ("cancel/accept", {"etc_price": [{"prod_order_no": "1", "point": 5}]}, -10),
        ("cancel/accept", {"refund_point": [{"price": 5}]}, -10),
        ("return/return_done", {"refund_point": [{"prod_order_no": "1", "price": 5}]}, -10),
        ("exchange/reject", {"parcel_code": "NOSUCH", "invoice_no": "1"}, -10),
        ("exchange/withhold", {}, -10),
        ("exchange/withhold", {"reason_code": "BROKEN"}, -10),
        ("exchange/withhold", {"reason_code": "ETC", "etc_price": {"1": 500}}, -10),
        ("exchange/withhold", {"reason_code": "EXCHANGE_EXTRAFEE", "etc_price": [5]}, -10),
        ("exchange/resend", {}, -10),
        ("exchange/resend", {"method": "PIGEON"}, -10),
        ("exchange/resend", {"method": "DELIVERY"}, -10),
    ],
)
def test_what_lacks_its_data_is_refused_whole(
    shop: httpx2.Client, shoppers: Control, action: str, etc: Any, code: int
) -> None:
    number = shoppers.place(prod_orders=[{"status": "COMPLETE"}])["id"]
    answer = shop.patch(f"/v2/shop/orders/{number}/{action}", json={"etc": etc})
    assert answer.json()["code"] == code


@pytest.mark.parametrize("action", MOVES)
def test_a_part_that_cannot_be_moved_fails_alone(shop: httpx2.Client, shoppers: Control, action: str) -> None:
    can = next(iter(MOVES[action]))
    order = shoppers.place(prod_orders=[{"status": can}, {"status": "RETURN"}])
    needs = {"cancel": {"reason_code": "BROKEN"}, "send": {"parcel_code": "CJ", "invoice_no": "1"}}
    etc = needs.get(action, {})
    answer = shop.patch(f"/v2/shop/orders/{order['id']}/{action}", json={"etc": etc}).json()
    assert (answer["code"], answer["data"]["success"]) == (200, [order["id"]])
    [failed] = answer["data"]["failed"]
    assert [part["prod_order_no"] for part in failed["prod_order_list"]] == [order["prod_orders"][1]]
    assert failed["order_no"] == order["id"]


@pytest.mark.parametrize(
    ("answer", "etc"),
    [
        ("withhold", {"reason_code": "EXCHANGE_EXTRAFEE", "etc_price": {"1": 500}}),
        ("withhold", {"reason_code": "ETC", "reason_detail": "재고 확인 중"}),
        ("resend", {"method": "DELIVERY", "parcel_code": "kpacket", "invoice_no": "1"}),
        ("resend", {"method": "QUICK_SVC"}),
    ],
)
def test_an_answer_to_a_claim_that_says_what_it_must_is_taken(
    shop: httpx2.Client, shoppers: Control, answer: str, etc: Any
) -> None:
    number = shoppers.place(prod_orders=[{"status": "COMPLETE"}])["id"]
    shoppers.move(number, "exchange")
    for before in ("accept", "collect_done"):
        shop.patch(f"/v2/shop/orders/{number}/exchange/{before}")
    done = shop.patch(f"/v2/shop/orders/{number}/exchange/{answer}", json={"etc": etc}).json()
    assert (done["code"], done["data"]) == (200, {"success": [number], "failed": []})


def test_a_product_order_that_is_asked_by_its_own_path_is_answered_by_its_own_number(
    shop: httpx2.Client, shoppers: Control
) -> None:
    placed = shoppers.place(prod_orders=[{"status": "STANDBY"}, {"status": "RETURN"}])
    can, cannot = placed["prod_orders"]
    waybill = {"parcel_code": "CJ", "invoice_no": "1"}
    entered = shop.patch(f"/v2/shop/prod-orders/{can}/invoice", json=waybill).json()
    sent = shop.patch(f"/v2/shop/prod-orders/{can}/send", json={"etc": waybill}).json()
    assert entered["data"] == sent["data"] == {"success": [can], "failed": []}
    refused = shop.patch(f"/v2/shop/prod-orders/{cannot}/send", json={"etc": waybill}).json()
    [failed] = refused["data"]["failed"]
    assert (refused["data"]["success"], failed.keys()) == ([], {"prod_order_no", "msg", "detail_msg"})
    assert failed["prod_order_no"] == cannot


def test_each_documented_field_of_an_order_is_there(shop: httpx2.Client, shoppers: Control) -> None:
    option = {"option_name_list": ["맵기"], "value_name_list": ["보통"]}
    placed = shoppers.place(
        payment={"pay_type": "cash"},
        prod_orders=[{"items": [{"payment": {"count": 2, "price": 18000}, "options": [[option]]}]}],
    )
    row = shop.get(f"/v2/shop/orders/{placed['id']}").json()["data"]
    [part] = shop.get(f"/v2/shop/orders/{placed['id']}/prod-orders").json()["data"]
    [item] = part["items"]
    assert (row["payment"]["pay_type"], row["payment"]["total_price"]) == ("cash", 18000)
    assert row["payment"].keys() >= {"price_tax_free", "membership_discount", "period_discount"}
    assert row["delivery"]["address"].keys() >= {"phone2", "address_street", "address_building"}
    assert (
        item["payment"].items()
        >= {"count": 2, "price": 18000, "price_tax_free": 0, "island_price": 0}.items()
    )
    assert item["delivery"].keys() >= {"deliv_code", "deliv_price_mix", "deliv_group_code"}
    [[shown]] = item["options"]
    assert shown.items() >= {"type": "require", **option}.items()
    assert shown["payment"].keys() == {"price", "count", "deliv_price", "island_price"}


@pytest.mark.parametrize(("kind", "shown"), [("", 2), ("normal", 1), ("npay", 1), ("talkpay", 0)])
def test_a_list_is_asked_for_the_orders_of_one_shop_front(
    shop: httpx2.Client, shoppers: Control, kind: str, shown: int
) -> None:
    shoppers.place()
    shoppers.place(type="npay")
    assert len(shop.get("/v2/shop/orders", params={"type": kind}).json()["data"]["list"]) == shown


def test_every_answer_to_a_claim_leads_somewhere() -> None:
    assert all(steps for steps in CLAIMS.values())


def test_it_says_so_when_it_is_asked_too_often() -> None:
    now = [0.0]
    service = Imweb(lambda: now[0], random.Random(0))
    with TestClient(application(service)) as client:
        now[0] += 1
        token = client.get("/v2/auth", params={"key": "k", "secret": "s"}).json()["access_token"]
        codes = []
        for _ in range(2):
            codes.append(client.get("/v2/shop/orders", headers={"access-token": token}).json()["code"])
        assert codes == [200, -7]
        others = [
            client.get("/v2/shop/orders/1", headers={"access-token": token}).json()["code"] for _ in range(5)
        ]
        assert others == [-11, -11, -11, -11, -7]
        now[0] += 1
        assert client.get("/v2/shop/orders", headers={"access-token": token}).json()["code"] == 200


FAULTS = ("slow", "fail", "throttle", "expire", "lost", "drop", "html", "repeat", "shuffle")


@pytest.mark.parametrize("seed", range(6))
async def test_a_day_of_faults_ends_equal_on_both_sides(
    connect: Callable[..., Channel], host: Any, shoppers: Control, clock: Any, seed: int
) -> None:
    chance = random.Random(seed)
    engine = Engine(connect("imweb"), host, clock=clock, uniform=chance.uniform, pace=Pace())
    orders = [shoppers.place(prod_orders=[{}] * chance.randint(1, 3)) for _ in range(6)]
    for kind in FAULTS:
        shoppers.fault(kind, times=None, probability=0.05, seconds=0.0, seed=seed)
    for order in orders:
        order_id = uuid4()
        for verb in chance.choice([("accept",), ("accept", "execute", "dispatch"), ("reject",), ()]):
            host.write(verb, order_id, order["id"], carrier="CJ", tracking="1", reason="x")
    for _ in range(8):
        clock.pass_(minutes=6)
        await engine.once()
    shoppers.calm()
    for _ in range(3):
        clock.pass_(minutes=6)
        engine.resume()
        await engine.once()
    assert set(host.states()) <= {"told"}
    there = {order["order_no"]: order["prod_orders"].values() for order in shoppers.state()["orders"]}
    shown = {"PAY_COMPLETE": "placed", "STANDBY": "accepted", "DELIVERING": "executed", "CANCEL": "canceled"}
    assert {number: {shown[part["status"]] for part in parts} for number, parts in there.items()} == {
        number: {order.status} for number, order in host.orders.items()
    }


@pytest.mark.parametrize(("done", "status"), [(True, "CANCEL"), (False, "STANDBY")])
def test_a_cancel_of_the_shop_may_be_a_claim_until_its_service_decides(
    shop: httpx2.Client, shoppers: Control, done: bool, status: str
) -> None:
    number = shoppers.place(prod_orders=[{"status": "STANDBY"}])["id"]
    shoppers.move(number, "defer", state="CANCELING")
    said = shop.patch(f"/v2/shop/orders/{number}/cancel", json={"etc": {"reason_code": "SOLD_OUT"}}).json()
    assert said["data"] == {"success": [number], "failed": []}
    [part] = shop.get(f"/v2/shop/orders/{number}/prod-orders").json()["data"]
    assert (part["status"], part["claim_type"], part["claim_status"]) == ("STANDBY", "CANCEL", "CANCELING")
    shoppers.move(number, "decide", done=done)
    [part] = shop.get(f"/v2/shop/orders/{number}/prod-orders").json()["data"]
    assert (part["status"], part["claim_type"], part["claim_status"]) == (status, "", "")
