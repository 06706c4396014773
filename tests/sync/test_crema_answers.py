"""CREMA's client against a service that answers as it likes: tokens, links, refusals, odd answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channels.crema.client import Client
from sync.channels.crema.opening import open_client
from sync.channels.crema.paging import last_page
from sync.channels.crema.requests import Order, OrderKey, Orders, SubOrder, SubOrderKey
from sync.channels.crema.settings import Settings
from sync.errors import ChannelError, Conflict, Missing, OutcomeUnknown, Paused, Refused, Throttled, TryLater
from sync.means import Means
from sync.session import NOT_SHOWN

SECRETS = {"CLIENT_ID": "i", "CLIENT_SECRET": "s"}
Clients = Callable[..., Client]


async def never(_: float) -> None:
    """Fail: this service asks for no pauses between calls."""
    raise AssertionError


@pytest.fixture
async def client(clock: Any) -> AsyncIterator[Clients]:
    """Return what makes a client of a function that answers for the service."""
    opened: list[Client] = []

    def make(service: Any, secrets: Mapping[str, str] = SECRETS, **settings: Any) -> Client:
        told = Settings(base_url="https://there.example", **settings)
        opened.append(open_client(told, secrets, Means(clock, never, httpx2.MockTransport(service))))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


SECRET_TOKEN = "a-token-that-nobody-else-sees"


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
        ("<?page=12>; title=\"the end\"; rel='last'", 12),
        ('<?page=2>; rel="next"; hreflang=ko, <?page=12>; rel="last"', 12),
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
        self, rows: int, link: str = '<https://thief.example/v1/orders?page={}>; rel="last"', most: int = 100
    ) -> None:
        self.most = most
        self.rows = [{"id": number} for number in range(rows)]
        self.link = link
        self.hosts: set[str] = set()
        self.pages: list[int] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        self.hosts.add(request.url.host)
        if request.url.path == "/oauth/token":
            return httpx2.Response(200, json={"access_token": SECRET_TOKEN})
        page, size = int(request.url.params["page"]), min(self.most, int(request.url.params["limit"]))
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


async def test_a_page_that_is_not_full_and_names_a_next_is_not_the_last(client: Clients) -> None:
    service = Paged(5, link='<https://api.cre.ma/v1/orders&page=2>; rel="next"', most=2)
    assert await ids(client(service, page_size=30)) == [0, 1, 2, 3, 4]


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
    assert await client(service).sign_in() == {"access_token": NOT_SHOWN}
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


async def test_many_calls_at_once_after_a_tokens_end_sign_in_once(client: Clients, clock: Any) -> None:
    service = Signing(3600)
    crema = client(service)
    await crema.orders(Orders())
    clock.pass_(hours=2)
    await asyncio.gather(*(crema.orders(Orders()) for _ in range(6)))
    assert service.given == 2


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
    ours = {403: "forbidden: ", 429: "quiet: ", 500: "broken: ", 503: "broken: "}.get(status, "")
    assert str(caught.value) == ("redirect: 302" if status == 302 else f"{ours}그런 상품이 없습니다")


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
