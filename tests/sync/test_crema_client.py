"""CREMA's client over real HTTP: every operation in every addressing, and how it writes what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channels.crema import Client as Usable
from sync.channels.crema import wire
from sync.channels.crema.client import Client
from sync.channels.crema.opening import open_client
from sync.channels.crema.requests import Order, OrderKey, Orders, SubOrder, SubOrderKey, options
from sync.channels.crema.settings import Settings
from sync.errors import Missing, Paused
from sync.means import Means
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

SECRETS = {"CLIENT_ID": "i", "CLIENT_SECRET": "s"}
Clients = Callable[..., Client]


async def never(_: float) -> None:
    """Fail: this service asks for no pauses between calls."""
    raise AssertionError


@pytest.fixture
async def client(sandbox: Sandbox, clock: Any) -> AsyncIterator[Clients]:
    """Return what makes a client of the sandbox."""
    opened: list[Client] = []

    def make(secrets: Mapping[str, str] = SECRETS, **settings: Any) -> Client:
        told = Settings(base_url=sandbox.urls["crema"], **settings)
        opened.append(open_client(told, secrets, Means(clock, never)))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at CREMA."""
    with Control(sandbox.urls["crema"]) as control:
        yield control


@pytest.fixture
def order(account: Control) -> dict[str, Any]:
    """Return an order there with three lines."""
    lines = [{"code": f"L{n}", "product_code": f"P{n}", "price": 1000 * n} for n in (1, 2, 3)]
    return account.place(code="A", sub_orders=lines)


KEYS = {
    "id": lambda order: OrderKey(order_id=order["id"]),
    "code": lambda order: OrderKey(order_code=order["code"]),
}
LINE_KEYS = {
    "id, id": lambda order: SubOrderKey(order_id=order["id"], id=order["sub_orders"][1]["id"]),
    "id, code": lambda order: SubOrderKey(order_id=order["id"], code="L2"),
    "code, id": lambda order: SubOrderKey(order_code="A", id=order["sub_orders"][1]["id"]),
    "code, code": lambda order: SubOrderKey(order_code=order["code"], code="L2"),
}


@pytest.mark.parametrize("token_in", ["header", "parameter"])
@pytest.mark.parametrize("body", ["json", "form"])
@pytest.mark.parametrize("by", LINE_KEYS)
async def test_a_line_is_read_changed_and_deleted_however_it_is_addressed(
    client: Clients, account: Control, order: Any, by: str, token_in: str, body: str
) -> None:
    crema, key = client(token_in=token_in, body=body), LINE_KEYS[by](order)
    assert (await crema.sub_order(key))["code"] == "L2"
    change = SubOrder(status="delivery_started", product_options=["size:160"], invoice="3021")
    await crema.change_sub_order(key, change)
    there = await crema.sub_order(key)
    assert (there["status"], there["product_options"], there["invoice"]) == (
        "delivery_started", {"size": "160"}, "3021",
    )  # fmt: skip
    await crema.change_sub_order(key, SubOrder(), clear=["invoice"])
    assert (await crema.sub_order(key))["invoice"] is None
    await crema.delete_sub_order(key)
    with pytest.raises(Missing):
        await crema.sub_order(key)
    [left] = account.state()["orders"]
    assert [line["code"] for line in left["sub_orders"]] == ["L1", "L3"]


@pytest.mark.parametrize("by", KEYS)
@pytest.mark.parametrize("body", ["json", "form"])
async def test_a_line_is_made_once_by_its_code_however_its_order_is_addressed(
    client: Clients, account: Control, order: Any, by: str, body: str
) -> None:
    crema, said = client(body=body), SubOrder(product_code="P4", price=45800, product_count=2)
    made = await crema.save_sub_order(KEYS[by](order), said, code="L4")
    again = await crema.save_sub_order(KEYS[by](order), said, code="L4")
    assert made["id"] == again["id"]
    assert made["price"] == {"cents": 45800, "currency_iso": "KRW"}
    assert len(account.state()["orders"][0]["sub_orders"]) == 4


async def test_a_line_without_a_code_gets_one_there(client: Clients, order: Any) -> None:
    crema, said = client(), SubOrder(product_id=7)
    codes = [(await crema.save_sub_order(KEYS["code"](order), said))["code"] for _ in range(2)]
    assert len(set(codes)) == 2


async def test_a_line_gets_another_code_by_its_id(client: Clients, order: Any) -> None:
    crema, line = client(), LINE_KEYS["id, id"](order)
    await crema.change_sub_order(line, SubOrder(), new_code="N")
    assert (await crema.sub_order(line))["code"] == "N"


async def test_with_its_last_line_an_order_is_deleted(client: Clients, account: Control) -> None:
    account.place(code="B", sub_orders=[{"code": "only", "product_code": "P"}])
    crema = client()
    await crema.delete_sub_order(SubOrderKey(order_code="B", code="only"))
    with pytest.raises(Missing):
        await crema.order(OrderKey(order_code="B"))


@pytest.mark.parametrize("by", KEYS)
async def test_an_order_is_made_read_changed_and_deleted(client: Clients, account: Control, by: str) -> None:
    crema = client()
    made = await crema.save_order("A", Order(total_price=12000, user_code="u1"))
    assert (await crema.save_order("A", Order(user_code="u2")))["id"] == made["id"]
    key = KEYS[by](made)
    await crema.change_order(key, Order(total_price=9000))
    there = await crema.order(key)
    assert (there["code"], there["user_code"], there["total_price"]["cents"]) == ("A", "u2", 9000)
    await crema.delete_order(key)
    assert account.state()["orders"] == []


async def test_orders_are_listed_by_day_and_by_name(client: Clients, account: Control) -> None:
    for number, name in enumerate(("su1", "su2", "su1"), start=1):
        account.place(code=f"o{number}", username=name, paid_at=f"2014-06-0{number}T01:27:19.000+09:00")
    crema = client(page_size=1)

    async def codes(query: Orders) -> list[str]:
        return [row["code"] async for page in crema.order_pages(query) for row in page.documents]

    assert await codes(Orders()) == ["o1", "o2", "o3"]
    assert await codes(Orders(paid_on=date(2014, 6, 2))) == ["o2"]
    assert await codes(Orders(usernames=["su1"])) == ["o1", "o3"]
    assert await codes(Orders(paid_on=date(2014, 6, 3), usernames=["su1", "su2"])) == ["o3"]


async def test_unpaid_orders_are_listed_and_read(client: Clients, account: Control) -> None:
    for code in ("A", "B", "C"):
        number = str(account.place(code=code)["id"])
        account.move(number, "unpaid", bank_name="국민은행")
    crema = client(page_size=2)
    listed = [row async for page in crema.unpaid_order_pages() for row in page.documents]
    assert [row["order_code"] for row in listed] == ["A", "B", "C"]
    assert (await crema.unpaid_order("B"))["bank_name"] == "국민은행"
    with pytest.raises(Missing):
        await crema.unpaid_order("D")


@pytest.mark.parametrize("size", [1, 2, 7, 100])
@pytest.mark.parametrize("by", KEYS)
async def test_every_line_comes_once_whatever_the_page(
    client: Clients, account: Control, size: int, by: str
) -> None:
    codes = [f"L{n:03d}" for n in range(31)]
    order = account.place(code="A", sub_orders=[{"code": code, "product_code": "P"} for code in codes])
    pages = client(page_size=size).sub_order_pages(KEYS[by](order))
    assert [row["code"] async for page in pages for row in page.documents] == codes


async def test_only_one_products_lines_are_listed_where_that_is_asked(client: Clients, order: Any) -> None:
    product = order["sub_orders"][2]["product_id"]
    pages = client().sub_order_pages(OrderKey(order_code="A"), product_id=product)
    assert [row["code"] async for page in pages for row in page.documents] == ["L3"]


async def test_many_calls_at_once_sign_in_once(client: Clients, account: Control) -> None:
    crema = client()
    await asyncio.gather(*(crema.orders(Orders()) for _ in range(6)))
    assert account.state()["sign_ins"] == 1
    account.expire_sessions()
    await asyncio.gather(*(crema.orders(Orders()) for _ in range(6)))
    assert account.state()["sign_ins"] == 2


async def test_what_ended_while_it_was_told_is_told_once(client: Clients, account: Control) -> None:
    crema = client()
    await crema.save_order("A", Order())
    account.expire_sessions()
    await crema.save_sub_order(OrderKey(order_code="A"), SubOrder(product_code="P"), code="L")
    [order] = account.state()["orders"]
    assert len(order["sub_orders"]) == 1


@pytest.mark.parametrize(
    ("secrets", "why"),
    [
        ({}, "no_secrets"),
        ({"CLIENT_ID": "i"}, "no_secrets"),
        ({"CLIENT_ID": "i", "CLIENT_SECRET": "wrong"}, "wrong_secrets"),
    ],
)
async def test_without_the_right_secrets_a_person_must_act(
    client: Clients, secrets: dict[str, str], why: str
) -> None:
    with pytest.raises(Paused, match=why):
        await client(secrets=secrets).orders(Orders())


def test_the_documents_own_rows_are_typed(sample: Callable[[str], Any]) -> None:
    first, second = (wire.Order.model_validate(row) for row in sample("crema_orders_list"))
    assert (first.total_price.cents, first.total_price.currency_iso) == (23500, "KRW")
    assert [line.id for line in second.sub_orders if isinstance(line, wire.SubOrder)] == [
        "5794162", "5794164",
    ]  # fmt: skip
    unpaid = wire.UnpaidOrder.model_validate(sample("crema_unpaid_orders_list")[1])
    assert (unpaid.id, unpaid.order_id, unpaid.unpaid_price_cents) == ("13213", "1242", 500000)
    line = wire.SubOrder.model_validate(sample("crema_sub_order_get"))
    assert line.product_options == (("색상", "블랙"), ("사이즈", "235"))


@pytest.mark.parametrize(
    ("amount", "currency", "price"),
    [(45800, "KRW", 45800), (1250, "USD", 12.5), (1200, "USD", 12), (1234, "KWD", 1.234), (7, "JPY", 7)],
)
def test_a_price_is_written_in_major_units_of_its_currency(amount: int, currency: str, price: float) -> None:
    assert wire.major(amount, currency) == price


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (["size:160", "color: white"], ["size:160", "color:white"]),
        (["加辣", "少盐"], ["option:加辣", "option 2:少盐"]),
        (["사이즈:", ":235", "a:b:c"], ["option:사이즈:", "option 2::235", "a:b:c"]),
        ([], []),
    ],
)
def test_options_are_written_as_key_and_value(said: list[str], written: list[str]) -> None:
    assert options(said, "option") == written


@given(said=st.lists(st.text(min_size=1, max_size=9), max_size=4))
def test_whatever_an_option_says_it_has_a_key_of_its_own(said: list[str]) -> None:
    assert all(":" in option for option in options(said, "option"))


def test_the_client_is_the_one_that_is_named() -> None:
    assert Usable is Client
