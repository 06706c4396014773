"""fankahui's client and verbs, over real HTTP against the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from sync.channels.fankahui.calls import Credentials
from sync.channels.fankahui.channel import FankahuiChannel
from sync.channels.fankahui.client import Client, Query
from sync.channels.fankahui.settings import Settings
from sync.errors import Conflict, Missing, OutcomeUnknown, Paused, Refused, TryLater
from sync.http import Api
from sync.messages import Letter, Verb
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox
from sync.session import NOT_SHOWN

NOW = datetime.now(UTC)
SOMEBODY = Credentials("18912345678", "a password")
Clients = Callable[..., Client]


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Clients]:
    """Return what makes a client of the sandbox."""
    apis: list[Api] = []

    def make(credentials: Credentials | None = SOMEBODY, **settings: Any) -> Client:
        apis.append(Api(sandbox.urls["fankahui"], clock=lambda: NOW))
        return Client(apis[-1], Settings(base_url="https://x", **settings), credentials)

    yield make
    for api in apis:
        await api.close()


async def ids(client: Client, query: Query | None = None) -> list[str]:
    """Return the ids that a query brings, in their order."""
    return [d["id"] async for page in client.pages(query or Query()) for d in page.documents]


def letter(verb: Verb, remote_id: str, **body: Any) -> Letter:
    """Return a letter about an order there."""
    return Letter(uuid4(), "c", uuid4(), remote_id, verb, body, NOW)


@pytest.mark.parametrize("login", ["users", "employes"])
async def test_a_user_or_an_employee_signs_in_and_out(client: Clients, guests: Control, login: str) -> None:
    one = client(login=login)
    account = await one.sign_in()
    me = await one.me()
    assert me is not None
    assert (me["id"], account["id"]) == (account["uid"], NOT_SHOWN)
    await one.sign_out()
    assert guests.state()["sessions"] == 0


async def test_who_asks_who_they_are_is_signed_in_first(client: Clients, guests: Control) -> None:
    me = await client().me()
    assert me is not None
    assert guests.state()["sign_ins"] == 1
    assert await client(None).me() is None


async def test_a_session_that_is_to_be_ended_is_begun_first(client: Clients, guests: Control) -> None:
    await client().sign_out()
    assert (guests.state()["sign_ins"], guests.state()["sessions"]) == (1, 0)


async def test_a_wrong_password_pauses_and_is_not_repeated_to_anyone(client: Clients) -> None:
    with pytest.raises(Paused) as caught:
        await client(Credentials("18912345678", "wrong")).sign_in()
    assert str(caught.value) == "wrong_secrets"


async def test_without_an_account_a_401_says_that_it_is_missing(client: Clients) -> None:
    with pytest.raises(Paused, match="no_secrets"):
        await ids(client(None))


async def test_a_session_that_ends_is_renewed_once_for_all_calls(client: Clients, guests: Control) -> None:
    order = guests.place()
    one = client()
    await one.order(order["id"])
    guests.expire_sessions()
    await asyncio.gather(*(one.order(order["id"]) for _ in range(8)))
    assert guests.state()["sign_ins"] == 2


async def test_a_service_that_forgets_every_session_pauses(client: Clients, guests: Control) -> None:
    guests.fault("expire", times=None, path="/orders")
    with pytest.raises(Paused, match="session_ends"):
        await ids(client())


async def test_a_sign_in_without_an_answer_leaves_nothing_unknown(client: Clients, guests: Control) -> None:
    guests.fault("drop", path="/users/login")
    with pytest.raises(TryLater):
        await client().create({"type": "booking", "items": []})
    assert guests.state()["orders"] == []


async def test_every_filter_finds_what_it_names(client: Clients, guests: Control) -> None:
    first = guests.place(customer={"name": "张三"}, shop={"id": "s1"})
    second = guests.place(customer={"name": "李四 (vip)"}, shop={"id": "s2"}, status="executed")
    guests.pay(second["id"])
    found = {
        "status": await ids(client(), Query(status=["placed"])),
        "payment": await ids(client(), Query(payment_status="paid")),
        "shop": await ids(client(), Query(shop_ids=["s1", "s9"])),
        "name": await ids(client(), Query(customer_name="(vip")),
        "number": await ids(client(), Query(sequence_number="2")),
        "any": await ids(client(), Query(any_of=[{"shop.id": "s2"}, {"customer.name": {"$regex": "王"}}])),
        "later": await ids(client(), Query(created_since=NOW + timedelta(hours=1))),
        "changed": await ids(client(), Query(updated_since=NOW - timedelta(hours=1))),
        "newest": await ids(client(), Query(sort="sequenceNumber", newest_first=True)),
    }
    one, two = [first["id"]], [second["id"]]
    assert found == {
        "status": one, "payment": two, "shop": one, "name": two, "number": two, "any": two,
        "later": [], "changed": one + two, "newest": two + one,
    }  # fmt: skip


@pytest.mark.parametrize("settings", [{}, {"page_parameters": "skip/limit"}, {"use_count": True}])
@pytest.mark.parametrize("page_size", [1, 7, 10, 20, 100])
async def test_every_order_comes_once_whatever_the_page(
    client: Clients, guests: Control, settings: dict[str, Any], page_size: int
) -> None:
    placed = [guests.place()["id"] for _ in range(20)]
    found = await ids(client(page_size=page_size, **settings), Query(sort="sequenceNumber"))
    assert found == placed


async def test_a_service_that_knows_no_paging_is_not_asked_for_ever(client: Clients, guests: Control) -> None:
    placed = [guests.place()["id"] for _ in range(4)]
    one = client(page_size=4)
    assert sorted(await ids(one)) == sorted(placed)
    guests.fault("repeat", times=None, path="/orders")
    assert sorted(await ids(one)) == sorted(placed)


async def test_a_repeated_page_does_not_end_the_list(client: Clients, guests: Control) -> None:
    placed = {guests.place()["id"] for _ in range(9)}
    one = client(page_size=3)
    pages = one.pages(Query())
    found = {d["id"] for d in (await anext(pages)).documents}
    guests.fault("repeat", path="/orders")
    found |= {d["id"] async for page in pages for d in page.documents}
    assert len(placed - found) <= 3


async def test_an_order_is_read_by_its_number(client: Clients, guests: Control) -> None:
    placed = guests.place()
    assert (await client().order_by_sequence_number("1"))["id"] == placed["id"]
    with pytest.raises(Missing):
        await client().order_by_sequence_number("99")


async def test_a_change_of_no_order_is_missing(client: Clients) -> None:
    with pytest.raises(Missing):
        await client().change("0000", status="accepted")


async def test_an_id_never_becomes_another_path(client: Clients) -> None:
    with pytest.raises(Missing):
        await client().order("../users/me")


async def test_a_filter_that_the_service_cannot_read_is_refused_in_its_words(
    client: Clients, guests: Control
) -> None:
    guests.place()
    with pytest.raises(Refused, match="unknown operator"):
        await ids(client(), Query(any_of=[{"status": {"$odd": 1}}]))


async def test_the_guest_reads_why_and_how_long(connect: Any, guests: Control) -> None:
    channel, order = connect(), guests.place(memo=[{"name": "顾客", "createdAt": 1, "message": "快"}])
    told = letter("accept", order["id"], minutes=20)
    await channel.tell(told)
    await channel.tell(told)
    [there] = guests.state()["orders"]
    assert [(n["name"], n["message"]) for n in there["memo"]] == [("顾客", "快"), ("泛盈总店", "预计20分钟")]


def settled(guests: Control) -> list[str]:
    """Return with what each bill there was settled."""
    names = ("cashSettlement", "memberSettlement", "onlineSettlement")
    return [bill[name]["payType"] for bill in guests.state()["bills"] for name in names if name in bill]


async def test_a_second_pay_books_no_second_deal(connect: Any, guests: Control) -> None:
    channel, order = connect(), guests.place()
    paid = await channel.tell(letter("pay", order["id"], method="alipay"))
    again = await channel.tell(letter("pay", order["id"], method="cash"))
    assert (paid.already, again.already) == (False, True)
    assert settled(guests) == ["alipay"]
    assert paid.order.deal.id == guests.state()["deals"][0]["id"]


async def test_what_the_guest_paid_is_not_paid_again(connect: Any, guests: Control) -> None:
    channel, order = connect(), guests.place()
    guests.pay(order["id"], "weixin")
    assert (await channel.tell(letter("pay", order["id"], method="cash"))).already
    assert len(guests.state()["deals"]) == 1


@pytest.mark.parametrize(
    ("method", "told"), [("prepay", "prepay"), ("voucher", "cash"), ("weixin", "weixin")]
)
async def test_a_way_to_pay_of_the_shops_own_is_told_as_cash(
    connect: Any, guests: Control, method: str, told: str
) -> None:
    order = guests.place()
    await connect().tell(letter("pay", order["id"], method=method))
    assert settled(guests) == [told]


@pytest.mark.parametrize("verb", ["accept", "execute", "amend", "pay"])
async def test_what_the_guest_canceled_is_a_conflict(connect: Any, guests: Control, verb: Verb) -> None:
    order = guests.place()
    guests.cancel(order["id"])
    with pytest.raises(Conflict, match="moved_on: canceled"):
        await connect().tell(letter(verb, order["id"], items=[]))


async def test_accept_never_takes_back_a_guest_who_is_here(connect: Any, guests: Control) -> None:
    order = guests.place()
    guests.check_in(order["id"])
    assert (await connect().tell(letter("accept", order["id"]))).already
    assert guests.state()["orders"][0]["status"] == "executed"


async def test_a_registration_whose_answer_was_lost_is_found(connect: Any, guests: Control) -> None:
    channel = connect()
    order = {
        "type": "eat_in",
        "placed_at": NOW.isoformat(),
        "items": [{"name": "汤", "quantity": 1, "price": 500}],
    }
    told = letter("register", "", order=order)
    guests.fault("drop", method="POST", path="/orders")
    with pytest.raises(OutcomeUnknown):
        await channel.tell(told)
    guests.place()
    found = await channel.find(told)
    assert [(line.name, line.price) for line in found.lines] == [("汤", 500)]
    assert await channel.find(letter("register", "", order=order)) is None


async def test_an_amended_item_keeps_what_we_do_not_know(connect: Any, guests: Control) -> None:
    item = {
        "item": {"id": "i", "name": "面", "price": 900},
        "id": "L1",
        "dealPrice": 900,
        "quantity": 1,
        "kitchen": 4,
    }
    order = guests.place(items=[item])
    items = [{"id": "L1", "item_id": "i", "name": "面", "price": 900, "deal_price": 800, "quantity": 2}]
    told = await connect().tell(letter("amend", order["id"], items=items))
    [there] = guests.state()["orders"]
    assert there["items"] == [{**item, "dealPrice": 800, "quantity": 2}]
    assert told.order.total == 1600


async def test_an_order_dated_into_the_future_hides_no_other() -> None:
    headers = {"Date": "Sun, 01 Mar 2026 12:00:00 GMT"}
    documents = [{"id": "1", "updateAt": 1772366390}, {"id": "2", "updateAt": 4000000000}]
    answer = httpx2.MockTransport(lambda _: httpx2.Response(200, headers=headers, json=documents))
    api = Api("https://there.example", clock=lambda: NOW, transport=answer)
    settings = Settings(base_url="https://x")
    channel = FankahuiChannel("c", Client(api, settings), settings)
    pages = [page async for page in channel.changes("1772366000", finished_since=NOW)]
    await channel.close()
    assert [page.position for page in pages] == ["1772366400.000"]


async def test_a_payment_that_cannot_be_read_back_is_of_unknown_outcome() -> None:
    calls: list[str] = []

    def service(request: httpx2.Request) -> httpx2.Response:
        calls.append(request.method)
        if request.method == "PUT":
            return httpx2.Response(204)
        if "PUT" in calls:
            raise httpx2.ConnectError("gone")
        return httpx2.Response(200, json={"id": "A", "status": "executed", "type": "booking"})

    api = Api("http://127.0.0.1:1", clock=lambda: NOW, transport=httpx2.MockTransport(service))
    settings = Settings(base_url="http://127.0.0.1:1")
    channel = FankahuiChannel("c", Client(api, settings), settings)
    with pytest.raises(OutcomeUnknown):
        await channel.tell(letter("pay", "A", method="prepay"))
    await api.close()


@pytest.mark.parametrize("answer", [42, "hi", {}, {"data": []}, {"error": "at 12:00:01"}])
async def test_an_answer_that_is_no_list_of_orders_leaves_no_record_behind(answer: object) -> None:
    heard = httpx2.MockTransport(lambda _request: httpx2.Response(200, json=answer))
    api = Api("https://there.example", clock=lambda: NOW, transport=heard)
    with pytest.raises(TryLater, match="unreadable_answer"):
        await ids(Client(api, Settings(base_url="https://x"), None))
    await api.close()


async def test_one_order_in_place_of_a_list_is_taken() -> None:
    heard = httpx2.MockTransport(lambda _request: httpx2.Response(200, json={"id": "o1"}))
    api = Api("https://there.example", clock=lambda: NOW, transport=heard)
    assert await ids(Client(api, Settings(base_url="https://x"), None)) == ["o1"]
    await api.close()


async def test_an_order_is_registered_once_even_if_a_list_from_before_is_answered(
    connect: Any, guests: Control
) -> None:
    channel = connect()
    order = {
        "type": "eat_in",
        "currency": "CNY",
        "items": [{"id": "L1", "name": "拉面", "quantity": 1, "price": 1}],
    }
    letter = Letter(uuid4(), "c", uuid4(), "", "register", {"order": order}, datetime.now(UTC))
    assert await channel.find(letter) is None
    guests.place()
    assert [page async for page in channel.unfinished()]
    told = await channel.tell(letter)
    guests.fault("repeat", method="GET", path="/orders")
    found = await channel.find(letter)
    assert found is not None
    assert found.remote_id == told.order.remote_id
