"""CREMA's client: tokens, pages, all addressings and operations, over real HTTP and against odd answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channels.crema import Client as Usable
from sync.channels.crema import wire
from sync.channels.crema.client import Client
from sync.channels.crema.opening import open_client
from sync.channels.crema.paging import last_page
from sync.channels.crema.requests import Order, OrderKey, Orders, SubOrder, SubOrderKey, options
from sync.channels.crema.settings import Settings
from sync.errors import ChannelError, Conflict, Missing, OutcomeUnknown, Paused, Refused, Throttled, TryLater
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

SECRETS = {"CLIENT_ID": "i", "CLIENT_SECRET": "s"}
SECRET_TOKEN = "a-token-that-nobody-else-sees"
Clients = Callable[..., Client]


async def never(_: float) -> None:
    """Fail: this service asks for no pauses between calls."""
    raise AssertionError


@pytest.fixture
async def client(sandbox: Sandbox, clock: Any) -> AsyncIterator[Clients]:
    """Return what makes a client of the sandbox, or of a function that answers for the service."""
    opened: list[Client] = []

    def make(service: Any = None, secrets: Mapping[str, str] = SECRETS, **settings: Any) -> Client:
        url = sandbox.urls["crema"] if service is None else "https://there.example"
        transport = None if service is None else httpx2.MockTransport(service)
        opened.append(open_client(Settings(base_url=url, **settings), secrets, clock, never, transport))
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


def header(name: str) -> str:
    """Return the ``Link`` of one of the documents' own examples."""
    line = (Path(__file__).parent / "samples" / f"{name}.headers.txt").read_text(encoding="utf-8")
    return line.partition(": ")[2].strip()


@pytest.mark.parametrize(
    ("link", "last"),
    [
        (header("crema_orders_list"), 5),
        (header("crema_sub_orders_list"), 1),
        ('<https://elsewhere.example/?page=3>; rel="last"', 3),
        ('<https://api.cre.ma/v1/orders&page=2>; rel="next"', None),
        ('<https://api.cre.ma/v1/orders>; rel="last"', None),
        ("<?page=12>; rel=last", 12),
        ("", None),
        ('page=7; rel="last"', None),
        ('<?per_page=7>; rel="last"', None),
        ('<?page=99999999999999999999>; rel="last"', None),
    ],
)
def test_of_a_link_only_the_number_of_the_last_page_is_taken(link: str, last: int | None) -> None:
    assert last_page(link) == last


@given(link=st.text(max_size=200))
def test_no_link_is_ever_an_error(link: str) -> None:
    assert last_page(link) is None or last_page(link) >= 0  # type: ignore[operator]  # it is no None


class Paged:
    """A service of so many rows whose links lead elsewhere; remembers whom it was asked as, and for what."""

    def __init__(
        self, rows: int, link: str = '<https://thief.example/v1/orders?page={}>; rel="last"'
    ) -> None:
        self.rows = [{"id": number} for number in range(rows)]
        self.link = link
        self.hosts: set[str] = set()
        self.pages: list[int] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        self.hosts.add(request.url.host)
        if request.url.path == "/oauth/token":
            return httpx2.Response(200, json={"access_token": SECRET_TOKEN})
        page, size = int(request.url.params["page"]), int(request.url.params["limit"])
        self.pages.append(page)
        links = {"Link": self.link.format(-(-len(self.rows) // size))} if self.link else {}
        return httpx2.Response(200, json=self.rows[(page - 1) * size : page * size], headers=links)


async def ids(client: Client) -> list[int]:
    """Return the ids of all orders."""
    return [row["id"] async for page in client.order_pages(Orders()) for row in page.documents]


async def test_no_link_is_followed_to_another_host(client: Clients) -> None:
    service = Paged(5)
    assert await ids(client(service, page_size=2)) == list(range(5))
    assert (service.hosts, service.pages) == ({"there.example"}, [1, 2, 3])


@pytest.mark.parametrize(("rows", "pages"), [(0, [1]), (1, [1]), (2, [1, 2]), (3, [1, 2]), (5, [1, 2, 3])])
async def test_where_pages_are_not_counted_they_are_read_to_one_that_is_not_full(
    client: Clients, rows: int, pages: list[int]
) -> None:
    service = Paged(rows, link="")
    assert await ids(client(service, page_size=2)) == list(range(rows))
    assert service.pages == pages


async def test_a_count_without_end_is_not_believed(client: Clients) -> None:
    service = Paged(3, link='<?page=999999999>; rel="last"')
    assert await ids(client(service, page_size=2)) == [0, 1, 2]
    assert service.pages == [1, 2, 3, 4]


async def test_rows_that_are_added_while_pages_are_read_are_read_too(client: Clients) -> None:
    service = Paged(4)
    found: list[int] = []
    async for page in client(service, page_size=2).order_pages(Orders()):
        found += [row["id"] for row in page.documents]
        if len(service.rows) == 4:
            service.rows.append({"id": 4})
    assert found == [0, 1, 2, 3, 4]


async def test_a_row_that_comes_on_two_pages_is_one_row(client: Clients) -> None:
    service = Paged(4)
    found: list[int] = []
    async for page in client(service, page_size=2).order_pages(Orders()):
        found += [row["id"] for row in page.documents]
        if len(service.rows) == 4:
            service.rows.insert(0, {"id": -1})
    assert sorted(found) == [0, 1, 2, 3]


class Signing:
    """A service that gives tokens of a certain life and knows which it gave; each answer is `answer`."""

    def __init__(self, lives: Any = None, answer: Any = None) -> None:
        self.lives = lives
        self.answer = answer or httpx2.Response(200, json=[])
        self.given = 0
        self.used: list[str] = []
        self.forms: list[bytes] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        if request.url.path == "/oauth/token":
            self.given += 1
            self.forms.append(request.content)
            life = {} if self.lives is None else {"expires_in": self.lives}
            return httpx2.Response(200, json={"access_token": f"t{self.given}", **life})
        token = request.headers.get("authorization") or request.url.params.get("access_token") or ""
        self.used.append(token)
        return httpx2.Response(self.answer.status_code, content=self.answer.content)


async def test_a_sign_in_is_a_form_with_the_applications_credentials(client: Clients) -> None:
    service = Signing()
    await client(service).sign_in()
    assert service.forms == [b"grant_type=client_credentials&client_id=i&client_secret=s"]


@pytest.mark.parametrize(("token_in", "token"), [("header", "Bearer t1"), ("parameter", "t1")])
async def test_a_token_goes_where_the_shop_says(client: Clients, token_in: str, token: str) -> None:
    service = Signing()
    await client(service, token_in=token_in).orders(Orders())
    assert service.used == [token]


@pytest.mark.parametrize(
    ("lives", "after", "signed_in"),
    [
        (7200, 7100, 1),
        (7200, 7171, 2),
        ("7200", 7201, 2),
        (10, 4, 1),
        (10, 6, 2),
        (None, 10**7, 1),
        (0, 5, 1),
        (-5, 5, 1),
        ("soon", 5, 1),
        (10**30, 5, 1),
    ],
)
async def test_a_token_is_renewed_before_it_ends(
    client: Clients, clock: Any, lives: Any, after: int, signed_in: int
) -> None:
    service = Signing(lives)
    crema = client(service)
    await crema.orders(Orders())
    clock.pass_(seconds=after)
    await crema.orders(Orders())
    assert service.given == signed_in


async def test_many_calls_at_once_sign_in_once(client: Clients, account: Control) -> None:
    crema = client()
    await asyncio.gather(*(crema.orders(Orders()) for _ in range(6)))
    assert account.state()["sign_ins"] == 1
    account.expire_sessions()
    await asyncio.gather(*(crema.orders(Orders()) for _ in range(6)))
    assert account.state()["sign_ins"] == 2


async def test_many_calls_at_once_after_a_tokens_end_sign_in_once(client: Clients, clock: Any) -> None:
    service = Signing(3600)
    crema = client(service)
    await crema.orders(Orders())
    clock.pass_(hours=2)
    await asyncio.gather(*(crema.orders(Orders()) for _ in range(6)))
    assert service.given == 2


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


@pytest.mark.parametrize("answer", [{}, [], None, {"access_token": None}, {"access_token": ["t"]}])
async def test_a_sign_in_without_a_token_is_tried_again(client: Clients, answer: Any) -> None:
    with pytest.raises(TryLater, match="unreadable_answer"):
        await client(lambda _: httpx2.Response(200, json=answer)).orders(Orders())


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, Paused), (400, Refused), (403, Paused), (404, Missing), (409, Conflict), (410, Missing),
        (422, Refused), (429, Throttled), (500, OutcomeUnknown), (503, OutcomeUnknown),
    ],
)  # fmt: skip
async def test_what_a_refusal_means_follows_from_its_status(
    client: Clients, status: int, kind: type[ChannelError]
) -> None:
    crema = client(Signing(answer=httpx2.Response(status, json={"error": "그런 상품이 없습니다"})))
    with pytest.raises(kind) as caught:
        await crema.save_order("A", Order())
    assert type(caught.value) is kind
    assert str(caught.value) == ("redirect: 302" if status == 302 else "그런 상품이 없습니다")


async def test_no_error_says_a_token_or_a_secret(client: Clients, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    def service(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/oauth/token":
            return httpx2.Response(200, json={"access_token": SECRET_TOKEN})
        return httpx2.Response(422, text=f"no: {request.url.params} {SECRETS['CLIENT_SECRET'] * 40}")

    secrets = {"CLIENT_ID": "an-id", "CLIENT_SECRET": "s" * 40}
    crema = client(service, secrets=secrets, token_in="parameter")
    with pytest.raises(Refused) as caught:
        await crema.orders(Orders())
    assert SECRET_TOKEN not in str(caught.value) + caplog.text
    assert secrets["CLIENT_SECRET"] not in str(caught.value) + caplog.text


@pytest.mark.parametrize("answer", [None, [], "made", 7])
async def test_a_creation_that_is_not_answered_with_a_line_may_have_been_made(
    client: Clients, answer: Any
) -> None:
    crema = client(Signing(answer=httpx2.Response(201, json=answer)))
    with pytest.raises(OutcomeUnknown):
        await crema.save_sub_order(OrderKey(order_id=1), SubOrder(product_id=1))


@pytest.mark.parametrize("answer", ["made", 7, True])
async def test_a_list_that_is_none_is_not_taken_for_one(client: Clients, answer: Any) -> None:
    with pytest.raises(TryLater, match="unreadable_answer"):
        await client(Signing(answer=httpx2.Response(200, json=answer))).orders(Orders())


async def test_a_list_where_a_line_was_asked_for_is_looked_through(client: Clients) -> None:
    rows = [{"id": 1, "code": "L1"}, {"id": 2, "code": "L2"}]
    crema = client(Signing(answer=httpx2.Response(200, json=rows)))
    assert (await crema.sub_order(SubOrderKey(order_code="A", code="L2")))["id"] == 2
    assert (await crema.sub_order(SubOrderKey(order_code="A", id=1)))["code"] == "L1"
    for other in (SubOrderKey(order_code="A", code="L3"), SubOrderKey(order_code="A", id=3)):
        with pytest.raises(Missing):
            await crema.sub_order(other)


async def test_an_object_where_a_list_was_asked_for_is_a_list_of_it(client: Clients) -> None:
    crema = client(Signing(answer=httpx2.Response(200, json={"id": 1})))
    assert (await crema.sub_orders(OrderKey(order_code="A"))).documents == ({"id": 1},)


SAMPLES = ["crema_orders_list", "crema_sub_orders_list", "crema_unpaid_orders_list"]


@pytest.mark.parametrize("name", SAMPLES)
async def test_the_documents_own_lists_are_read(
    client: Clients, sample: Callable[[str], Any], name: str
) -> None:
    rows = sample(name)
    crema = client(Signing(answer=httpx2.Response(200, json=rows)))
    listing = {
        "crema_orders_list": lambda: crema.orders(Orders()),
        "crema_sub_orders_list": lambda: crema.sub_orders(OrderKey(order_id=1)),
        "crema_unpaid_orders_list": lambda: crema.unpaid_orders(),
    }[name]
    assert list((await listing()).documents) == rows


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
