"""Every row of every table in CREMA's document of sub-orders: where its field goes, and how it is written."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx2
import pytest

from sync.channels.crema.client import Client
from sync.channels.crema.opening import open_client
from sync.channels.crema.requests import OrderKey, SubOrder, SubOrderKey
from sync.channels.crema.settings import Settings
from sync.errors import Refused
from sync.means import Means
from tests.sync.documented.rows import row

SECRETS = {"CLIENT_ID": "i", "CLIENT_SECRET": "s"}
THEN = datetime(2015, 3, 5, 12, 12, tzinfo=UTC)


class Asked(NamedTuple):
    """One request that the service got."""

    method: str
    path: str
    query: dict[str, Any]
    body: dict[str, Any]


class Service:
    """Answers everything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answer: Any = {"id": 9}
        self.status = 200
        self.headers: Mapping[str, str] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        if request.url.path == "/oauth/token":
            return httpx2.Response(200, json={"access_token": "t"})
        query = {key: request.url.params[key] for key in request.url.params}
        self.asked.append(Asked(request.method, request.url.path, query, said(request)))
        return httpx2.Response(self.status, json=self.answer, headers=dict(self.headers))


def said(request: httpx2.Request) -> dict[str, Any]:
    """Return what a request's body says, as JSON or as a form, of which each value is a list."""
    if request.headers.get("content-type", "").startswith("application/json"):
        found: dict[str, Any] = json.loads(request.content)
        return found
    return dict(parse_qs(request.content.decode(), keep_blank_values=True))


@pytest.fixture
def service() -> Service:
    """Return a service."""
    return Service()


@pytest.fixture
async def client(service: Service, clock: Any) -> AsyncIterator[Callable[..., Client]]:
    """Return what makes a client of the service, by its settings."""
    opened: list[Client] = []

    async def sleep(_: float) -> None:
        raise AssertionError("this service is not waited for")

    def make(**settings: Any) -> Client:
        told = Settings(base_url="https://there.example", **settings)
        opened.append(open_client(told, SECRETS, Means(clock, sleep, httpx2.MockTransport(service))))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


#: The two addressings of an order, by the heading of their tables: key, path, what is said beside it.
OF_ORDER: Mapping[str, tuple[OrderKey, str, dict[str, str]]] = {
    "with order_id": (OrderKey(order_id=7), "/v1/orders/7/sub_orders", {}),
    "with order_code": (OrderKey(order_code="A"), "/v1/sub_orders", {"order_code": "A"}),
}

#: The four addressings of a line.
OF_LINE: Mapping[str, tuple[SubOrderKey, str, dict[str, str]]] = {
    "with order_id and id": (SubOrderKey(order_id=7, id=9), "/v1/orders/7/sub_orders/9", {}),
    "with order_id and code": (SubOrderKey(order_id=7, code="L"), "/v1/orders/7/sub_orders", {"code": "L"}),
    "with order_code and id": (SubOrderKey(order_code="A", id=9), "/v1/sub_orders/9", {"order_code": "A"}),
    "with order_code and code": (
        SubOrderKey(order_code="A", code="L"),
        "/v1/sub_orders",
        {"order_code": "A", "code": "L"},
    ),
}

LIST_ROWS: Mapping[str, tuple[dict[str, Any], dict[str, str]]] = {
    "limit": ({"limit": 50}, {"limit": "50"}),
    "page": ({"page": 4}, {"page": "4"}),
    "product_id": ({"product_id": 940621}, {"product_id": "940621"}),
}


class Field(NamedTuple):
    """A row of a table of fields: what is given, and what JSON and a form then hold."""

    said: SubOrder
    json: Any
    form: list[str]
    form_name: str = ""


FIELDS: Mapping[str, Field] = {
    "product_id": Field(SubOrder(product_id=942040), 942040, ["942040"]),
    "product_code": Field(SubOrder(product_code="P"), "P", ["P"]),
    "price": Field(SubOrder(price=12000), 12000, ["12000"]),
    "product_count": Field(SubOrder(product_count=2), 2, ["2"]),
    "product_options": Field(
        SubOrder(product_options=["size:160", "color:white"]),
        ["size:160", "color:white"],
        ["size:160", "color:white"],
        "product_options[]",
    ),
    "status": Field(SubOrder(status="delivery_finished"), "delivery_finished", ["delivery_finished"]),
    "delivery_started_at": Field(
        SubOrder(delivery_started_at=THEN),
        "2015-03-05T12:12:00.000+00:00",
        ["2015-03-05T12:12:00.000+00:00"],
    ),
    "delivered_at": Field(
        SubOrder(delivered_at=THEN), "2015-03-05T12:12:00.000+00:00", ["2015-03-05T12:12:00.000+00:00"]
    ),
    "invoice": Field(SubOrder(invoice="0123456789"), "0123456789", ["0123456789"]),
    "delivery_service": Field(SubOrder(delivery_service="epost"), "epost", ["epost"]),
}


def rows(operation: str, tables: Mapping[str, Any], names: Iterable[str]) -> list[Any]:
    """Return a parameter for each row of an operation's tables: the table and the row."""
    return [
        row("crema", f"{operation} / {table} / {name}", table, name) for table in tables for name in names
    ]


def addresses(operation: str, tables: Mapping[str, Any]) -> list[Any]:
    """Return a parameter for each row that says which order or which line is meant."""
    return [
        row("crema", f"{operation} / {table} / {name}", table, name)
        for table in tables
        for name in table.removeprefix("with ").split(" and ")
    ]


async def list_them(client: Client, table: str, **asked: Any) -> None:
    """List an order's lines, addressed as a table has it."""
    await client.sub_orders(OF_ORDER[table][0], **asked)


@pytest.mark.parametrize(("table", "name"), rows("List", OF_ORDER, LIST_ROWS))
async def test_a_list_is_asked_with_each_of_its_rows(
    client: Any, service: Service, table: str, name: str
) -> None:
    given, sent = LIST_ROWS[name]
    await list_them(client(), table, **given)
    _, path, address = OF_ORDER[table]
    [asked] = service.asked
    assert (asked.method, asked.path, asked.body) == ("GET", path, {})
    assert asked.query == {"limit": "100", "page": "1", **address, **sent}


@pytest.mark.parametrize(("table", "name"), addresses("List", OF_ORDER))
async def test_a_list_needs_its_order(client: Any, service: Service, table: str, name: str) -> None:
    await list_them(client(), table)
    assert name == "order_id" or service.asked[0].query[name] == "A"
    with pytest.raises(Refused, match=f"incomplete: .*{name}"):
        await client().sub_orders(OrderKey())


@pytest.mark.parametrize("limit", [0, -1, 101])
@pytest.mark.parametrize(("table", "name"), rows("List", OF_ORDER, ["limit"]))
async def test_a_list_is_not_asked_for_more_than_the_service_gives(
    client: Any, service: Service, table: str, name: str, limit: int
) -> None:
    with pytest.raises(Refused, match=f"not_allowed: {name}"):
        await list_them(client(), table, **{name: limit})
    assert service.asked == []


@pytest.mark.parametrize(("table", "name"), rows("List", OF_ORDER, ["page"]))
async def test_pages_are_counted_up_to_the_last_that_the_header_names(
    client: Any, service: Service, table: str, name: str
) -> None:
    _, path, _ = OF_ORDER[table]
    there = "https://api.cre.ma"
    service.headers = {"Link": f'<{there}{path}?page=2>; rel="last", <{there}/v1/orders&page=2>; rel="next"'}
    service.answer = [{"id": 1}]
    pages = [page async for page in client().sub_order_pages(OF_ORDER[table][0])]
    assert [asked.query[name] for asked in service.asked] == ["1", "2"]
    assert [page.last for page in pages] == [2]


@pytest.mark.parametrize(("table", "name"), rows("List", OF_ORDER, ["product_id"]))
async def test_every_page_of_a_list_is_of_the_one_product(
    client: Any, service: Service, table: str, name: str
) -> None:
    service.answer = []
    [_ async for _ in client().sub_order_pages(OF_ORDER[table][0], **{name: 940621})]
    assert [asked.query[name] for asked in service.asked] == ["940621"]


@pytest.mark.parametrize(("table", "name"), addresses("Get", OF_LINE))
async def test_a_line_is_read_in_each_addressing(
    client: Any, service: Service, table: str, name: str
) -> None:
    key, path, address = OF_LINE[table]
    service.answer = {"id": 9, "code": "L"}
    assert await client().sub_order(key) == service.answer
    assert service.asked == [Asked("GET", path, address, {})]
    await refuses_without(client().sub_order, key, name)


@pytest.mark.parametrize(("table", "name"), addresses("Delete", OF_LINE))
async def test_a_line_is_deleted_in_each_addressing(
    client: Any, service: Service, table: str, name: str
) -> None:
    key, path, address = OF_LINE[table]
    service.status = 204
    service.answer = None
    await client().delete_sub_order(key)
    assert service.asked == [Asked("DELETE", path, address, {})]
    await refuses_without(client().delete_sub_order, key, name)


@pytest.mark.parametrize(("table", "name"), addresses("Update", OF_LINE))
async def test_a_line_is_changed_in_each_addressing(
    client: Any, service: Service, table: str, name: str
) -> None:
    key, path, address = OF_LINE[table]
    await client().change_sub_order(key, SubOrder(status="paid"))
    assert service.asked == [Asked("PATCH", path, {}, {**address, "status": "paid"})]

    async def change(other: SubOrderKey) -> None:
        await client().change_sub_order(other, SubOrder(status="paid"))

    await refuses_without(change, key, name)


async def refuses_without(act: Callable[[SubOrderKey], Any], key: SubOrderKey, name: str) -> None:
    """Check that nothing is sent without one part of an address, nor with both of one kind."""
    parts = {name: getattr(key, name) for name in SubOrderKey.__slots__}
    empty = {"order_id": None, "order_code": "", "id": None, "code": ""}[name]
    with pytest.raises(Refused, match=f"incomplete: .*{name}"):
        await act(SubOrderKey(**{**parts, name: empty}))
    other = {"order_id": {"order_code": "B"}, "order_code": {"order_id": 8}, "id": {"code": "M"}}
    with pytest.raises(Refused, match="not_allowed"):
        await act(SubOrderKey(**{**parts, **other.get(name, {"id": 8})}))


@pytest.mark.parametrize(("table", "name"), rows("Create or Update", OF_ORDER, FIELDS))
async def test_each_field_of_a_new_line_is_written(
    client: Any, service: Service, table: str, name: str
) -> None:
    key, path, address = OF_ORDER[table]
    field = FIELDS[name]
    product = {} if name.startswith("product_") and name[8:] in ("id", "code") else {"product_code": "P"}
    said = SubOrder(**{**as_given(field.said), **product})
    await client().save_sub_order(key, said)
    await client(body="form").save_sub_order(key, said)
    in_json, in_form = service.asked
    assert in_json == Asked("POST", path, {}, {**address, **product, name: field.json})
    form = {name: [value] for name, value in {**address, **product}.items()}
    assert in_form == Asked("POST", path, {}, {**form, field.form_name or name: field.form})


@pytest.mark.parametrize(("table", "name"), rows("Create or Update", OF_ORDER, ["code"]))
async def test_the_code_of_a_new_line_is_written_and_may_be_left_to_the_service(
    client: Any, service: Service, table: str, name: str
) -> None:
    key, path, address = OF_ORDER[table]
    await client().save_sub_order(key, SubOrder(product_id=1), code="L")
    await client().save_sub_order(key, SubOrder(product_id=1))
    said = {**address, "product_id": 1}
    assert [asked[:2] for asked in service.asked] == [("POST", path)] * 2
    assert [asked.body for asked in service.asked] == [{**said, name: "L"}, said]


@pytest.mark.parametrize(("table", "name"), addresses("Create or Update", OF_ORDER))
async def test_a_new_line_needs_its_order_and_a_product(
    client: Any, service: Service, table: str, name: str
) -> None:
    with pytest.raises(Refused, match=f"incomplete: .*{name}"):
        await client().save_sub_order(OrderKey(), SubOrder(product_id=1))
    with pytest.raises(Refused, match="incomplete: product_id, product_code"):
        await client().save_sub_order(OF_ORDER[table][0], SubOrder(price=1))
    assert service.asked == []


@pytest.mark.parametrize(("table", "name"), rows("Update", OF_LINE, FIELDS))
async def test_each_field_of_a_changed_line_is_written(
    client: Any, service: Service, table: str, name: str
) -> None:
    key, path, address = OF_LINE[table]
    field = FIELDS[name]
    await client().change_sub_order(key, field.said)
    await client(body="form").change_sub_order(key, field.said)
    in_json, in_form = service.asked
    assert in_json == Asked("PATCH", path, {}, {**address, name: field.json})
    form = {name: [value] for name, value in address.items()}
    assert in_form == Asked("PATCH", path, {}, {**form, field.form_name or name: field.form})


@pytest.mark.parametrize(("table", "name"), rows("Update", OF_LINE, ["code"]))
async def test_the_code_of_a_line_is_its_address_or_changed(
    client: Any, service: Service, table: str, name: str
) -> None:
    key, path, address = OF_LINE[table]
    await client().change_sub_order(key, SubOrder(), new_code="N")
    code = {name: "N"} if key.id else {name: "L"}
    assert service.asked == [Asked("PATCH", path, {}, {**address, **code})]


def as_given(said: SubOrder) -> dict[str, Any]:
    """Return what was given of a line."""
    return {n: v for n in SubOrder.__slots__ if (v := getattr(said, n)) is not None}


@pytest.mark.parametrize("body", ["json", "form"])
@pytest.mark.parametrize("field", ["delivery_started_at", "delivered_at", "invoice", "delivery_service"])
async def test_a_field_can_be_emptied(client: Any, service: Service, field: str, body: str) -> None:
    await client(body=body).change_sub_order(SubOrderKey(order_id=7, id=9), SubOrder(), clear=[field])
    assert service.asked[0].body == {field: None if body == "json" else [""]}


async def test_a_field_that_is_none_is_not_emptied(client: Any, service: Service) -> None:
    with pytest.raises(Refused, match="not_allowed: weather"):
        await client().change_sub_order(SubOrderKey(order_id=7, id=9), SubOrder(), clear=["weather"])
    assert service.asked == []


async def test_the_documents_own_request_is_sent_as_it_sends_it(client: Any, service: Service) -> None:
    said = SubOrder(
        product_id=942040, price=12000, delivered_at=THEN, status="delivery_finished", invoice="0123456789",
        delivery_service="epost", product_options=["size:160", "color:white"],
    )  # fmt: skip
    await client(body="form", token_in="parameter").save_sub_order(OrderKey(order_id=1), said)
    assert service.asked == [
        Asked("POST", "/v1/orders/1/sub_orders", {}, {
            "access_token": ["t"], "product_id": ["942040"], "price": ["12000"],
            "delivered_at": ["2015-03-05T12:12:00.000+00:00"], "status": ["delivery_finished"],
            "invoice": ["0123456789"], "delivery_service": ["epost"],
            "product_options[]": ["size:160", "color:white"],
        })
    ]  # fmt: skip


async def test_the_documents_own_message_and_deletion_are_sent_as_it_sends_them(
    client: Any, service: Service
) -> None:
    crema, line = client(token_in="parameter"), SubOrderKey(order_id=1, id=9)
    await crema.put_message(line, "TEST")
    await crema.delete_sub_order(line)
    token = {"access_token": "t"}
    assert service.asked == [
        Asked("PUT", "/v1/orders/1/sub_orders/9", {"message": "TEST", **token}, {}),
        Asked("DELETE", "/v1/orders/1/sub_orders/9", token, {}),
    ]
