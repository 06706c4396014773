"""The sandbox's fankahui to the letter of its documents: what a change answers, and what is beside orders."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx2
import pytest

from sync.channels.fankahui.client import Client
from sync.channels.fankahui.opening import open_client
from sync.channels.fankahui.settings import Settings
from sync.errors import Missing, Paused, Refused
from sync.http import trust
from sync.means import Means
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

Sample = Callable[[str], Any]


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """Return a signed-in shop, as plain HTTP."""
    with httpx2.Client(base_url=sandbox.urls["fankahui"], trust_env=False, verify=trust()) as client:
        client.post("/users/login", json={"username": "u", "password": "p"})
        yield client


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    """Return the client of a shop's account."""
    secrets = {"USERNAME": "u", "PASSWORD": "p"}
    one = open_client(Settings(base_url=sandbox.urls["fankahui"]), secrets, Means())
    yield one
    await one.close()


def names(document: Any) -> Any:
    """Return the names in a document, without its values; of a list those of its first row."""
    match document:
        case dict():
            return {name: names(inner) for name, inner in document.items()}
        case [first, *_]:
            return [names(first)]
    return None


def test_a_change_of_status_is_answered_with_the_shops_own_entry_in_the_memo(
    shop: httpx2.Client, guests: Control, sample: Sample
) -> None:
    printed = sample("fankahui_orders_put_response")
    order = guests.place(shop=printed["shop"], customer=printed["customer"])
    changed = shop.put(f"/orders/{order['id']}", json=sample("fankahui_orders_put_request")).json()
    [guest, entry] = changed["memo"]
    assert guest == printed["memo"][0]
    assert names(entry) == names(printed["memo"][1])
    assert (entry["name"], entry["message"]) == (printed["shop"]["name"], "")
    assert shop.get(f"/orders/{order['id']}").json() == changed


@pytest.mark.parametrize(
    "change",
    [
        {"status": "placed"},
        {"items": [{"dealPrice": 1, "quantity": 1}]},
        {"status": "accepted", "memo": [{"name": "泛盈总店", "createdAt": 1, "message": "马上来"}]},
    ],
)
def test_the_shop_does_not_speak_beside_its_own_words_or_where_no_status_changed(
    shop: httpx2.Client, guests: Control, change: dict[str, Any]
) -> None:
    order = guests.place()
    changed = shop.put(f"/orders/{order['id']}", json=change).json()
    assert changed["memo"] == change.get("memo", [])


@pytest.mark.parametrize("field", ["payment", "customer", "shop"])
def test_what_is_no_object_where_one_belongs_is_refused(
    shop: httpx2.Client, guests: Control, field: str
) -> None:
    order = guests.place()
    refused = shop.put(f"/orders/{order['id']}", json={"status": "accepted", field: 7})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert shop.get(f"/orders/{order['id']}").json()["status"] == "placed"


def test_a_payment_is_answered_with_the_member_and_the_whole_shop(
    shop: httpx2.Client, guests: Control, sample: Sample
) -> None:
    printed = sample("fankahui_orders_pay_response")
    order = guests.place()
    paid = shop.put(f"/orders/{order['id']}", json=sample("fankahui_orders_pay_request")).json()
    assert names(paid["deal"]) == names(printed["deal"])
    assert paid["customer"].keys() >= {"account", "level", "point", "merchant", "registerShopID", "status"}
    assert paid["customer"].keys() - printed["customer"].keys() == set()
    assert names(paid["customer"]["account"]) == names(printed["customer"]["account"])
    assert paid["shop"].keys() - printed["shop"].keys() <= {"phone"}
    assert {"openRes", "location", "merchant", "printers", "merchantID"} <= paid["shop"].keys()
    assert (paid["customer"]["name"], paid["status"]) == (order["customer"]["name"], "paid")


async def test_an_order_of_a_guest_without_an_id_is_paid_as_it_is(
    shop: httpx2.Client, guests: Control
) -> None:
    order = guests.place(customer={"name": "散客"}, shop={})
    paid = shop.put(f"/orders/{order['id']}", json={"payment": {"type": "cash", "status": "paid"}}).json()
    assert (paid["customer"], paid["shop"]) == ({"name": "散客"}, {})


async def test_a_paid_order_is_a_deal_with_its_bill(client: Client, guests: Control) -> None:
    order = guests.place()
    paid = await client.change(order["id"], payment={"type": "prepay", "status": "paid"})
    [deal] = await client.records("deals", {"withall": 1, "fee": 1620})
    assert (deal["id"], deal["serialNumber"]) == (paid["deal"]["id"], order["sequenceNumber"])
    assert (deal["bill"]["id"], deal["bill"]["amount"]) == (paid["deal"]["bill"]["id"], 1620)
    assert deal["bill"]["memberSettlement"]["payType"] == "prepay"
    assert "bill" not in (await client.records("deals"))[0]


async def test_a_deal_is_made_with_its_bill_and_goods_of_it_come_back(client: Client, sample: Sample) -> None:
    said = sample("fankahui_add_deal_request")
    made = await client.add_deal(said)
    assert made.keys() == sample("fankahui_add_deal_response").keys()
    deal = await client.record("deals", made["dealID"])
    assert (deal["billID"], deal["quantity"], deal["fee"]) == (made["billID"], 3, 3000)
    bill = await client.record("bills", made["billID"])
    assert (bill["dealID"], bill["amount"]) == (made["dealID"], said["bill"]["amount"])
    await client.add_return({"dealSerialNumber": deal["serialNumber"]})
    assert len(await client.records("returns", {"dealSerialNumber": deal["serialNumber"]})) == 1


async def test_members_are_made_found_and_changed(client: Client, sample: Sample) -> None:
    made = await client.make_record("members", sample("fankahui_members_post_request"))
    for _ in range(10):
        await client.make_record("members", {"name": "李四"})
    assert len(await client.records("members")) == 10
    assert [m["id"] for m in await client.records("members", {"code": made["code"]})] == [made["id"]]
    changed = await client.change_record("members", made["id"], {"tags": {"$push": "常客"}, "level": "金卡"})
    assert (changed["tags"], changed["level"], changed["status"]) == (["常客"], "金卡", "active")
    again = await client.change_record("members", made["id"], {"tags": {"$pull": "常客"}})
    assert again["tags"] == []


async def test_each_collection_can_be_listed_and_what_is_not_there_is_missing(client: Client) -> None:
    [shop] = await client.records("shops")
    assert (await client.record("shops", shop["id"]))["openRes"][0]["type"] == "table"
    assert [item["name"] for item in await client.records("items")] == ["盖浇饭"]
    assert await client.records("points") == []
    with pytest.raises(Missing):
        await client.record("members", "0000")
    with pytest.raises(Missing):
        await client.change_record("members", "0000", {"level": "金卡"})
    with pytest.raises(Refused):
        await client.add_deal({"items": []})


async def test_what_only_the_service_makes_is_not_made_by_a_client(
    shop: httpx2.Client, client: Client
) -> None:
    for collection in ("deals", "returns"):
        assert shop.post(f"/{collection}", json={"fee": 1}).status_code == 403
        assert await client.records(collection) == []  # type: ignore[arg-type]  # of the two a list is known
    assert shop.post("/users/logout").status_code == 200
    assert shop.get("/deals").status_code == 401


async def test_a_password_is_in_no_record(client: Client, sample: Sample) -> None:
    await client.make_record("users", sample("fankahui_users_post_request"))
    [user] = await client.records("users")
    assert user.keys() & {"username", "password"} == {"username"}


async def test_records_too_are_for_those_who_have_signed_in(sandbox: Sandbox) -> None:
    nobody = open_client(Settings(base_url=sandbox.urls["fankahui"]), {}, Means())
    with pytest.raises(Paused):
        await nobody.records("members")
    await nobody.close()
