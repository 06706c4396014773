"""Every row of every table in RayTeams's page on orders: what is sent for it, what is read of it."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx2
import pytest

from sync.channels.rayteams.client import Client
from sync.channels.rayteams.opening import open_client
from sync.channels.rayteams.parse import parse
from sync.channels.rayteams.settings import Settings
from sync.errors import OutcomeUnknown, Paused, TryLater
from sync.means import Means
from sync.messages import RemoteNote, RemoteOrder
from tests.sync.documented.rows import row, rows_of

Sample = Callable[[str], Any]

ORDER_ID = "334c972a-5756-45f7-8eb1-f3f84bedd525-1669346270408"
SECRETS = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ACCESS_TOKEN": "a", "REFRESH_TOKEN": "r"}


class Service:
    """Takes down what it is asked, and answers with the documents' own order."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[httpx2.Request] = []
        self.answer = answer
        #: What is answered instead, where that is not JSON.
        self.written = ""

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return httpx2.Response(200, text=self.written or json.dumps(self.answer))


@pytest.fixture
def service(sample: Sample) -> Service:
    """Return a service that keeps what it is asked."""
    return Service(sample("rayteams_order_get"))


@pytest.fixture
async def client(service: Service, clock: Any) -> AsyncIterator[Client]:
    """Return a client of it."""
    one = open_client(Settings(), SECRETS, Means(clock, _never, httpx2.MockTransport(service)))
    yield one
    await one.close()


@pytest.fixture
async def nobody(service: Service, clock: Any) -> AsyncIterator[Client]:
    """Return a client of it without secrets."""
    one = open_client(Settings(), {}, Means(clock, _never, httpx2.MockTransport(service)))
    yield one
    await one.close()


async def _never(_: float) -> None:
    raise AssertionError("this service is not waited for")


async def get(client: Client) -> Any:
    """Ask for the order."""
    return await client.order(ORDER_ID)


async def put(client: Client) -> Any:
    """Change its status."""
    return await client.set_status(ORDER_ID, "node_1669006551533", "Confirmed")


#: What each section of the page is about.
SECTIONS: Mapping[str, Callable[[Client], Any]] = {"4.5.1": get, "4.2.2": put}


class Clients(NamedTuple):
    """One who is signed in, and one who has no secrets."""

    signed: Client
    nobody: Client


async def needs_authentication(call: Any, service: Service, clients: Clients) -> None:
    """Check that nothing is sent where nobody has signed in."""
    with pytest.raises(Paused, match="no_secrets"):
        await call(clients.nobody)
    assert service.asked == []


async def reaches_its_scope(call: Any, service: Service, clients: Clients) -> None:
    """Check that a token of the group reaches orders, at the host of their scope."""
    await call(clients.signed)
    [request] = service.asked
    assert request.headers["Authorization"] == "Bearer a"
    assert request.url.host == "api-ap-northeast-2-order.rayteams.com"


async def speaks_json(call: Any, service: Service, clients: Clients) -> None:
    """Check that what is said and what is answered is JSON, and that nothing else is taken for an answer."""
    assert await call(clients.signed) == service.answer["data"]
    [request] = service.asked
    assert request.method == "GET" or request.headers["content-type"] == "application/json"
    service.written = "<data/>"
    with pytest.raises((TryLater, OutcomeUnknown)):
        await call(clients.signed)


#: The rows of the table that stands above each call, and what shows that they are kept.
RESOURCE = {
    "Authentication": needs_authentication,
    "Required OAuth Scopes": reaches_its_scope,
    "Data Format": speaks_json,
}
#: The headers of each call.
HEADERS = {"Authorization": "Bearer a", "x-rayteams-client-id": "id"}


def in_each_section(table: str, rows: Mapping[str, Any]) -> list[Any]:
    """Return a parameter for each row of a table that each section has: the section's call, and the row."""
    return [
        row("rayteams", f"{section} / {table} / {name}", call, name)
        for section, call in SECTIONS.items()
        for name in rows
    ]


@pytest.mark.parametrize(("call", "name"), in_each_section("Resource Information", RESOURCE))
async def test_each_row_about_the_resource_is_kept(
    client: Client, nobody: Client, service: Service, call: Any, name: str
) -> None:
    await RESOURCE[name](call, service, Clients(client, nobody))


@pytest.mark.parametrize(("call", "name"), in_each_section("Request Headers", HEADERS))
async def test_each_header_is_sent(client: Client, service: Service, call: Any, name: str) -> None:
    await call(client)
    assert service.asked[0].headers[name] == HEADERS[name]


@pytest.mark.parametrize(
    ("call", "path"),
    [
        row("rayteams", "4.5.1 / Request URI Parameters / _orderId", get, f"/v1.0/order/{ORDER_ID}"),
        pytest.param(put, f"/v1.0/order/{ORDER_ID}/status", id="4.2.2, whose _id no table has"),
    ],
)
async def test_the_id_stands_in_the_path(client: Client, service: Service, call: Any, path: str) -> None:
    await call(client)
    assert service.asked[0].url.path == path


@pytest.mark.parametrize("field", rows_of("rayteams", "4.2.2 / Request Body Structure"))
async def test_each_field_of_a_change_is_sent(
    client: Client, service: Service, sample: Sample, field: str
) -> None:
    await put(client)
    sent = json.loads(service.asked[0].content)
    assert sent["data"][field] == sample("rayteams_order_status_put_request")["data"][field]
    assert sent == sample("rayteams_order_status_put_request")


async def test_the_answer_to_a_change_is_the_changed_order(
    client: Client, service: Service, sample: Sample
) -> None:
    service.answer = sample("rayteams_order_status_put_response")
    order = parse(await put(client))
    assert isinstance(order, RemoteOrder)
    assert (order.remote_id, order.remote_status) == (ORDER_ID, "Confirmed")


#: What each field of an order becomes here; what is kept only, is kept in `raw`.
FIELDS: Mapping[str, Callable[[RemoteOrder], bool]] = {
    "_id": lambda o: o.remote_id.startswith("334c972a-5756-45f7-8eb1-f3f84bedd525-"),
    "sk": lambda o: o.remote_id.endswith("-1669346270408"),
    "ownerGroupId": lambda o: o.raw["ownerGroupId"] == "62dfdb179a4e3409ba649869",
    "labId": lambda o: o.raw["labId"] == "fd6ede0f-8bce-4316-a54c-38ae893964a3",
    "status": lambda o: o.raw["status"] == "node_1669006551572",
    "statusName": lambda o: o.remote_status == "Wait Response",
    "statusType": lambda o: o.status == "accepted",
    "product": lambda o: len(o.lines) == 1,
    "product.currency": lambda o: o.currency == "KRW",
    "product.discount": lambda o: RemoteNote("", "10", fact="discount") in o.memo,
    "product.price": lambda o: (o.total, o.lines[0].price) == (360000, 360000),
    "product.productname": lambda o: o.lines[0].name == "투명 교정 기본 B형",
    "patientId": lambda o: (o.guest.id, o.sequence_number) == ("NEW-0003", "NEW-0003"),
    "subject": lambda o: o.guest.name != "",
    "subject.name": lambda o: o.guest.name == "Tester",
    "subject.birth": lambda o: o.raw["subject"]["birth"] == "1981-12-12",
    "memo": lambda o: RemoteNote("memo", "주문 신청") in o.memo,
    "medicalRecords": lambda o: o.raw["medicalRecords"] == {},
    "treatments": lambda o: o.raw["treatments"] == [{}],
    "workflow": lambda o: o.raw["workflow"] == {},
    "created": lambda o: o.placed_at == datetime(2022, 11, 25, 3, 17, 50, 408000, UTC),
    "updated": lambda o: o.updated_at == datetime(2022, 11, 25, 18, 8, 48, 318000, UTC),
}


def named(field: str) -> Any:
    """Return a parameter that is named as the table's row, which leaves out what the field is within."""
    return row("rayteams", f"4.5.1 / Response Body Structure / {field.rpartition('.')[2]}", field)


@pytest.mark.parametrize("field", [named(field) for field in FIELDS])
def test_each_field_of_an_order_is_read(sample: Sample, field: str) -> None:
    document = sample("rayteams_order_get")["data"]
    order = parse(document)
    assert isinstance(order, RemoteOrder)
    assert FIELDS[field](order)
    assert order.raw == document


@pytest.mark.parametrize("value", [None, [], {}, 7.5, "?", True])
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_is_missing_or_strange_stops_nothing(sample: Sample, field: str, value: Any) -> None:
    document = copy.deepcopy(sample("rayteams_order_get")["data"])
    *outer, name = field.split(".")
    within = document[outer[0]] if outer else document
    within[name] = value
    strange = parse(document)
    del within[name]
    missing = parse(document)
    if field not in ("_id", "sk"):
        assert isinstance(strange, RemoteOrder)
        assert isinstance(missing, RemoteOrder)
        assert {strange.remote_id, missing.remote_id} == {ORDER_ID}


#: What each type of a status means here, where the shop has not said otherwise.
TYPES = {"NEW": "placed", "INPROGRESS": "accepted", "CLOSED": "paid"}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        *(
            row("rayteams", f"4.5.1 / Response Body Structure / statusType / {kind}", kind, status)
            for kind, status in TYPES.items()
        ),
        ("LATER", "unknown"),
    ],
)
def test_each_status_type_means_something_here(sample: Sample, kind: str, status: str) -> None:
    order = parse({**sample("rayteams_order_get")["data"], "statusType": kind})
    assert isinstance(order, RemoteOrder)
    assert (order.status, "status" in order.problems) == (status, status == "unknown")
