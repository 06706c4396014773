"""impilo: what is read of its documents, what its client sends, and what its channel does."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channel import Channel
from sync.channels import KINDS
from sync.channels.impilo.client import CONTENTS, Client
from sync.channels.impilo.opening import open_client
from sync.channels.impilo.parse import parse
from sync.channels.impilo.settings import Settings
from sync.errors import Missing, OutcomeUnknown, Paused, Refused, TryLater
from sync.messages import Letter, RemoteGuest, RemoteLine, RemoteOrder, Unreadable
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

NOW = datetime.now(UTC)
Sample = Callable[[str], Any]


def read(document: Any, **workflow: Any) -> RemoteOrder:
    """Return a document's order; fails where it has none."""
    order = parse(document, workflow)
    assert isinstance(order, RemoteOrder)
    return order


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at impilo."""
    with Control(sandbox.urls["impilo"]) as control:
        yield control


@pytest.fixture
async def client(sandbox: Sandbox, clock: Any) -> AsyncIterator[Callable[..., Client]]:
    """Return what makes a client of the sandbox."""
    opened: list[Client] = []

    async def sleep(_: float) -> None:
        raise AssertionError("this service is not waited for")

    def make(key: str = "k", **settings: Any) -> Client:
        opened.append(
            open_client(Settings(base_url=sandbox.urls["impilo"], **settings), {"API_KEY": key}, clock, sleep)
        )
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


def test_an_order_is_read_as_documented(sample: Sample) -> None:
    order = read(sample("impilo_order"))
    assert (order.remote_id, order.status, order.type) == ("42", "placed", "deliver")
    assert (order.currency, order.total, order.payment) == (None, None, "unpaid")
    assert order.lines == (
        RemoteLine("item:1", "foo", 42, item_id="item:1"),
        RemoteLine("kit:42", "foo", 42, item_id="kit:42", options=("42 × foo",)),
    )
    assert order.guest == RemoteGuest("1", "John Doe", "+1234567890", "foo, foo, foo, foo, foo foo, foo, foo")
    assert (order.problems, order.sequence_number) == ((), "42")
    assert order.own_ids == ("foo",)


@pytest.mark.parametrize(
    "shown",
    [
        "foo",
        "tracking: usps foo",
        "return: 42 × item 42",
        "return: device 42",
        "return: 42 × packed kit 42",
        "packed kit: foo foo",
        "device: 1d23-4567-89ab-cdef foo",
        "event: foo",
    ],
)
def test_what_else_is_known_of_an_order_is_shown(sample: Sample, shown: str) -> None:
    assert shown in {note.message for note in read(sample("impilo_order")).memo}


def test_only_what_a_person_wrote_is_anybodys_word(sample: Sample) -> None:
    memo = read(sample("impilo_order")).memo
    assert [note.message for note in memo if note.name] == ["foo"]


def test_an_order_of_a_site_goes_to_the_site(sample: Sample) -> None:
    order = read({**sample("impilo_order"), "patient": None})
    assert (order.guest.id, order.guest.name, order.guest.phone) == ("1", "foo", "foo")


@pytest.mark.parametrize("field", ["id", *Settings.model_fields])
def test_every_field_of_a_document_is_kept(sample: Sample, field: str) -> None:
    document = {**sample("impilo_order"), f"new_{field}": {"seen": "before"}}
    assert read(document).raw == document


@pytest.mark.parametrize("field", sorted({"orderNotes", "patient", "site", *CONTENTS}))
def test_any_field_may_be_null(sample: Sample, field: str) -> None:
    assert read({**sample("impilo_order"), field: None}).problems == ()


def test_the_shop_says_what_a_status_means(sample: Sample) -> None:
    document = {**sample("impilo_order"), "currentStatus": "shipped"}
    assert (read(document).status, read(document).problems) == ("unknown", ("status",))
    assert read(document, shipped="executed").status == "executed"
    heard = KINDS["impilo"].read(document, {"base_url": "x", "workflow": {"shipped": "paid"}})
    assert isinstance(heard, RemoteOrder)
    assert heard.status == "paid"


@pytest.mark.parametrize("document", [None, 7, [], {}, {"id": None}, {"id": []}])
def test_what_is_no_order_is_kept_as_it_came(document: Any) -> None:
    found = parse(document)
    assert isinstance(found, Unreadable)
    assert json.loads(found.raw) == document


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "currentStatus", "devices", "emailLabel", "externalOrderIds", "orderEvents", "orderItems", "orderKits",
    "orderNotes", "packedKits", "patient", "returnDevices", "returnItems", "returnPackedKits",
    "shippingOption", "site", "trackingNumbers",
]  # fmt: skip


@given(document=JSON)
def test_no_document_is_ever_an_error(document: Any) -> None:
    assert isinstance(parse(document), RemoteOrder | Unreadable)


@given(changes=st.dictionaries(st.sampled_from(FIELDS), JSON), each=JSON)
def test_an_order_with_an_id_is_always_usable(changes: Any, each: Any) -> None:
    lists = {name: [each, {"kit": each, "item": each, "count": 1}] for name in ("orderItems", "orderKits")}
    document = {"id": 1, **lists, **changes}
    before = copy.deepcopy(document)
    order = read(document)
    assert repr(document) == repr(before)
    assert all(line.quantity >= 1 for line in order.lines)
    assert all(order.own_ids)


async def test_an_order_is_created_for_a_patient(client: Any, account: Control) -> None:
    made = await client().create(
        patient="1234", external_ids=["a"], items={"31": 2}, kits={"7": 1}, return_items={"5": 1},
        return_devices=["9"], return_packed_kits={"8": 1}, shipping_option="standard",
    )  # fmt: skip
    [there] = account.state()["orders"]
    assert there == made
    assert (there["patient"], there["site"]) == ({"id": 1234}, None)
    assert there["orderItems"] == [{"count": 2, "item": {"id": 31}}]
    assert there["orderKits"] == [{"count": 1, "kit": {"id": 7}}]
    assert (there["returnItems"], there["returnPackedKits"]) == (
        [{"count": 1, "id": 5}], [{"quantity": 1, "id": 8}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"items": {"1": 1}}, "incomplete: patient, site"),
        ({"items": {"1": 1}, "patient": "1", "site": "2"}, "not_allowed: patient, site"),
        ({"patient": "1"}, "incomplete: orderItems"),
        ({"site": "1", "return_items": {"1": 1}}, "incomplete: shippingOption"),
    ],
)
async def test_what_the_service_would_not_take_is_not_sent(
    client: Any, account: Control, order: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        await client().create(**order)
    assert account.state()["orders"] == []


async def test_a_label_by_mail_needs_no_shipping(client: Any) -> None:
    made = await client().create(site="1", return_items={"1": 1}, email_label=True)
    assert made["emailLabel"] is True


@pytest.mark.parametrize("name", ["impilo_order_create_patient_request", "impilo_order_create_site_request"])
async def test_the_documents_own_requests_are_sent_where_they_are_whole(
    client: Any, sample: Sample, name: str
) -> None:
    request = sample(name)
    if "site" in request:
        with pytest.raises(Refused, match="incomplete: patient, site"):
            await client().create_as_it_is(request)
        request["site"] = {"id": 7}
    made = await client().create_as_it_is(request)
    assert {key: made[key] for key in request} == request


@pytest.mark.parametrize("size", [1, 7, 20, 250])
@pytest.mark.parametrize("newest_first", [True, False])
async def test_every_order_comes_once_whatever_the_page(
    client: Any, account: Control, size: int, newest_first: bool
) -> None:
    placed = [account.place()["id"] for _ in range(20)]
    found = [d["id"] async for page in client(page_size=size).pages(newest_first) for d in page.documents]
    assert found == (placed[::-1] if newest_first else placed)


async def test_a_list_is_read_as_documented(sample: Sample, clock: Any) -> None:
    heard = httpx2.MockTransport(lambda _: httpx2.Response(200, json=sample("impilo_order_list")))
    one = open_client(Settings(base_url="https://there.example"), {}, clock, _never, heard)
    listing = await one.orders()
    await one.close()
    assert (len(listing.documents), listing.last) == (1, True)


@pytest.mark.parametrize("answer", [7, "x", {"content": 7}, {"content": "x"}])
async def test_an_answer_that_is_no_list_is_not_taken_for_one(clock: Any, answer: Any) -> None:
    heard = httpx2.MockTransport(lambda _: httpx2.Response(200, json=answer))
    one = open_client(Settings(base_url="https://there.example"), {}, clock, _never, heard)
    with pytest.raises(TryLater, match="unreadable_answer"):
        await one.orders()
    await one.close()


async def _never(_: float) -> None:
    raise AssertionError


@pytest.mark.parametrize(("key", "why"), [("wrong", "wrong_secrets"), ("", "no_secrets")])
async def test_a_key_that_is_not_accepted_pauses(client: Any, key: str, why: str) -> None:
    with pytest.raises(Paused, match=why):
        await client(key).orders()


async def test_what_is_not_there_is_missing(client: Any) -> None:
    with pytest.raises(Missing):
        await client().order("1")


def register(**order: Any) -> Letter:
    """Return a letter that makes an order there."""
    items = [
        {"name": "Cuff", "quantity": 2, "item_id": "item:31"},
        {"name": "Kit", "quantity": 1, "item_id": "kit:7"},
    ]
    body = {"order": {"type": "deliver", "items": items, **order}}
    return Letter(uuid4(), "c", uuid4(), "", "register", body, NOW)


@pytest.fixture
def open_account(connect: Callable[..., Channel]) -> Callable[..., Channel]:
    """Return what opens a channel to impilo, by its settings."""
    return lambda **settings: connect("impilo", **settings)


@pytest.mark.parametrize(
    ("guest", "patient", "site"), [({"id": "1234"}, {"id": 1234}, None), ({}, None, {"id": 7})]
)
async def test_an_order_of_the_counter_is_for_its_patient_or_the_shops_site(
    open_account: Any, account: Control, guest: Any, patient: Any, site: Any
) -> None:
    told = register(guest=guest)
    await open_account().tell(told)
    [there] = account.state()["orders"]
    assert (there["patient"], there["site"]) == (patient, site)
    assert there["externalOrderIds"] == [str(told.order_id)]
    assert (there["orderItems"][0]["item"]["id"], there["orderKits"][0]["kit"]["id"]) == (31, 7)


async def test_a_creation_whose_answer_was_lost_is_found(open_account: Any, account: Control) -> None:
    shop, told = open_account(page_size=3), register()
    account.fault("drop", method="POST")
    with pytest.raises(OutcomeUnknown):
        await shop.tell(told)
    for _ in range(7):
        account.place()
    found = await shop.find(told)
    assert found.own_ids == (str(told.order_id),)
    assert await shop.find(register()) is None


async def test_without_a_site_of_the_shop_nothing_is_made(open_account: Any, account: Control) -> None:
    with pytest.raises(Refused, match="incomplete: patient, site"):
        await open_account(site="").tell(register())
    assert account.state()["orders"] == []


async def test_nothing_else_can_be_told(open_account: Any, account: Control) -> None:
    number = str(account.place()["id"])
    with pytest.raises(Refused, match="cannot_be_told"):
        await open_account().tell(Letter(uuid4(), "c", uuid4(), number, "accept", {}, NOW))


async def test_a_fetch_goes_back_to_what_is_known_and_no_farther(open_account: Any, account: Control) -> None:
    for _ in range(20):
        account.place()
    pages = [p async for p in open_account(page_size=5).changes("1018", finished_since=NOW)]
    assert [len(page.orders) for page in pages] == [5]
    assert pages[-1].position == "1020"


async def test_a_service_that_does_not_sort_is_heard_to_the_end(open_account: Any, account: Control) -> None:
    for _ in range(20):
        account.place()
    account.fault("shuffle", times=None)
    pages = [p async for p in open_account(page_size=5).changes("1020", finished_since=NOW)]
    assert sum(len(page.orders) for page in pages) > 5


async def test_what_the_workflow_calls_finished_is_not_open(open_account: Any, account: Control) -> None:
    one, two = (str(account.place()["id"]) for _ in range(2))
    account.move(one, "received")
    shop = open_account(workflow={"received": "paid"})
    open_there = {order.remote_id async for page in shop.unfinished() for order in page.orders}
    assert open_there == {two}
    first = [
        o.remote_id async for p in shop.changes("", finished_since=NOW + timedelta(days=1)) for o in p.orders
    ]
    assert first == [two]
