"""impilo's client alone: what it sends, what it makes of answers, and what it refuses before it is sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

from sync.channels.impilo import Client as FromPackage
from sync.channels.impilo.client import Client
from sync.channels.impilo.codes import CAUSES, cause
from sync.channels.impilo.opening import open_client
from sync.channels.impilo.settings import Settings
from sync.errors import ChannelError, Missing, OutcomeUnknown, Paused, Refused, Throttled, TryLater
from sync.means import Means
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox
from sync.shell import main

Sample = Callable[[str], Any]
Open = Callable[..., Client]


@pytest.fixture
async def answered(clock: Any) -> AsyncIterator[Open]:
    """Return what makes a client of a service that answers as it is told to: status, then body or JSON."""
    opened: list[Client] = []

    async def never(_: float) -> None:
        raise AssertionError

    def make(status: int = 200, said: Any = None, **settings: Any) -> Client:
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        transport = httpx2.MockTransport(lambda _: httpx2.Response(status, content=content))
        base = Settings(base_url="https://there.example", **settings)
        opened.append(open_client(base, {"API_KEY": "a secret key"}, Means(clock, never, transport)))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


def test_the_client_is_had_from_its_package() -> None:
    assert FromPackage is Client


async def test_an_order_is_created_for_a_patient(impilo: Open, account: Control) -> None:
    made = await impilo().create(
        patient="1234", external_ids=["a"], items={"31": 2}, kits={"7": 1}, return_items={"5": 1},
        return_devices=["9"], return_packed_kits={"8": 1}, notes=["call first"], shipping_option="standard",
    )  # fmt: skip
    [there] = account.state()["orders"]
    assert there == made
    assert (there["patient"]["id"], there["patient"]["lastName"], there["site"]) == (1234, "Doe", None)
    assert (there["orderItems"][0]["count"], there["orderItems"][0]["item"]["sku"]) == (2, "BP-1")
    assert there["orderKits"][0]["kit"]["kitItems"][1]["count"] == 2
    assert (there["returnItems"], there["returnPackedKits"], there["returnDevices"]) == (
        [{"count": 1, "id": 5}], [{"quantity": 1, "id": 8}], [{"id": 9}],
    )  # fmt: skip
    assert [note["note"] for note in there["orderNotes"]] == ["call first"]


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"items": {"31": 1}}, "patient_or_site"),
        ({"items": {"31": 1}, "patient": "1", "site": "2"}, "patient_or_site"),
        ({"patient": "1"}, "nothing_ordered"),
        ({"patient": "1", "external_ids": ["a"], "notes": ["b"]}, "nothing_ordered"),
        ({"site": "1", "return_items": {"1": 1}}, "shipping_needed"),
        ({"site": "1", "return_devices": ["1"]}, "shipping_needed"),
        ({"site": "1", "items": {"31": 1}, "return_packed_kits": {"1": 1}}, "shipping_needed"),
        ({"site": "1", "items": {"31": 0}}, "not_allowed: orderItems"),
        ({"site": "1", "kits": {"7": -1}}, "not_allowed: orderKits"),
        ({"site": "1", "kits": {"": 1}}, "incomplete: orderKits"),
        ({"site": "1", "return_devices": [""], "shipping_option": "s"}, "incomplete: returnDevices"),
    ],
)
async def test_what_the_service_would_not_take_is_not_sent(
    impilo: Open, account: Control, order: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=f"^{why}$"):
        await impilo().create(**order)
    assert account.state()["orders"] == []


@pytest.mark.parametrize("order", [{"email_label": True}, {"shipping_option": "standard"}])
async def test_what_comes_back_needs_a_label_or_a_shipment(impilo: Open, order: dict[str, Any]) -> None:
    made = await impilo().create(site="7", return_items={"31": 1}, **order)
    assert made["returnItems"] == [{"count": 1, "id": 31}]


@pytest.mark.parametrize("whom", ["patient", "site"])
async def test_the_guides_own_requests_are_sent_once_they_name_what_they_are_of(
    impilo: Open, sample: Sample, whom: str
) -> None:
    request = sample(f"impilo_order_create_{whom}_request")
    with pytest.raises(Refused, match="patient_or_site" if whom == "site" else "incomplete: orderItems"):
        await impilo().create_as_it_is(request)
    for row in request["orderItems"]:
        row["item"]["id"] = 31
    known = request[whom]["id"] = {"patient": 1234, "site": 7}[whom]
    made = await impilo().create_as_it_is(request)
    assert (made[whom]["id"], len(made["orderItems"]), len(made["orderKits"])) == (known, 4, 4)
    assert (made["externalOrderIds"], made["shippingOption"]) == (request["externalOrderIds"], "standard")


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ({"items": {"34": 1}}, "item_not_orderable"),
        ({"kits": {"10": 1}}, "item_not_orderable"),
        ({"items": {"35": 2}}, "insufficient_inventory"),
        ({"kits": {"8": 1, "9": 1}}, "max_one_loaner_kit"),
        ({"kits": {"8": 2}}, "qty_over_one_loaner_kit"),
        ({"kits": {"8": 1}, "return_devices": ["5"], "shipping_option": "s"}, "no_returns_with_loaner_kit"),
        ({"kits": {"8": 1}, "patient": "", "site": "7"}, "no_loaner_kit_to_site"),
    ],
)
async def test_what_only_the_service_knows_it_refuses_in_a_word_of_ours(
    impilo: Open, account: Control, order: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=f"^{why}$"):
        await impilo().create(**{"patient": "1234", **order})
    assert account.state()["orders"] == []


@pytest.mark.parametrize(("words", "called"), CAUSES.items())
def test_a_refusal_is_known_however_it_is_wrapped(words: str, called: str) -> None:
    assert cause(f"400: {words.upper()}, sorry") == called


def test_a_refusal_that_nobody_listed_stays_the_services_word() -> None:
    assert cause("device is both returned and in a packed kit") == (
        "device is both returned and in a packed kit"
    )


@pytest.mark.parametrize(
    ("status", "said", "error", "words"),
    [
        (400, {"message": "insufficient_inventory"}, Refused, "insufficient_inventory"),
        (400, b"max_one_loaner_kit", Refused, "max_one_loaner_kit"),
        (400, "insufficient_inventory", Refused, "insufficient_inventory"),
        (400, {"errors": ["patient or site required"]}, Refused, "patient_or_site"),
        (400, {"error": {}, "detail": "no_loaner_kit_to_site"}, Refused, "no_loaner_kit_to_site"),
        (400, {"unheard": "of"}, Refused, "answered: 400"),
        (401, {"message": "Unauthorized"}, Paused, "wrong_secrets"),
        (403, {"message": "Forbidden"}, Paused, "forbidden: Forbidden"),
        (404, {"message": "Order not found"}, Missing, "Order not found"),
        (429, {"message": "Too Many Requests"}, Throttled, "quiet: Too Many Requests"),
        (500, {"message": "oops"}, OutcomeUnknown, "broken: oops"),
        (200, b"<html>", OutcomeUnknown, "web_page"),
        (201, None, OutcomeUnknown, "unreadable_answer"),
        (201, [1], OutcomeUnknown, "unreadable_answer"),
        (302, None, Paused, "redirect: 302"),
    ],
)
async def test_each_answer_to_a_creation_is_done_refused_or_unknown(
    answered: Open, status: int, said: Any, error: type[ChannelError], words: str
) -> None:
    with pytest.raises(error) as raised:
        await answered(status, said).create(site="7", items={"31": 1})
    assert (type(raised.value), str(raised.value)) == (error, words)


@pytest.mark.parametrize("status", [200, 201])
async def test_the_guides_own_answers_are_taken(answered: Open, sample: Sample, status: int) -> None:
    document = sample("impilo_order")
    assert await answered(status, document).create(site="7", items={"31": 1}) == document
    assert await answered(status, document).order("42") == document


async def test_the_guides_own_list_is_taken(answered: Open, sample: Sample) -> None:
    document = sample("impilo_order_list")
    listing = await answered(200, document).orders()
    assert (list(listing.documents), listing.last, listing.total) == (document["content"], True, 42)


@pytest.mark.parametrize("size", [1, 7, 20, 250])
@pytest.mark.parametrize("newest_first", [True, False])
async def test_every_order_comes_once_whatever_the_page(
    impilo: Open, account: Control, size: int, newest_first: bool
) -> None:
    placed = [account.place()["id"] for _ in range(20)]
    found = [d["id"] async for page in impilo(page_size=size).pages(newest_first) for d in page.documents]
    assert found == (placed[::-1] if newest_first else placed)


@pytest.mark.parametrize(
    ("settings", "asked", "query"),
    [
        ({}, {}, {"page": "1", "size": "100"}),
        ({"page_size": 15}, {"page": 3}, {"page": "3", "size": "15"}),
        ({}, {"size": 250, "newest_first": True}, {"page": "1", "size": "250", "sortDescending": "true"}),
        ({"filters": {"status": "shipped"}}, {}, {"page": "1", "size": "100", "status": "shipped"}),
        ({"filters": {"status": "x"}}, {"filters": {"id": "7"}}, {"page": "1", "size": "100", "id": "7"}),
        ({"filters": {"status": "x"}}, {"filters": {}}, {"page": "1", "size": "100"}),
        ({"filters": {"page": "9"}}, {}, {"page": "1", "size": "100"}),
        ({"page_parameters": "pageNumber/pageSize"}, {}, {"pageNumber": "1", "pageSize": "100"}),
        ({"page_parameters": "offset/limit"}, {}, {"offset": "1", "limit": "100"}),
    ],
)
async def test_a_page_is_asked_for_as_it_is_set(
    clock: Any, settings: dict[str, Any], asked: dict[str, Any], query: dict[str, str]
) -> None:
    heard: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        return httpx2.Response(200, json={"content": [], "last": True})

    async def never(_: float) -> None:
        raise AssertionError

    base = Settings(base_url="https://there.example", **settings)
    one = open_client(base, {"API_KEY": "a secret key"}, Means(clock, never, httpx2.MockTransport(answer)))
    await one.orders(**asked)
    await one.close()
    assert (dict(heard[0].url.params), heard[0].url.path) == (query, "/api/v3/order")
    assert heard[0].headers["Impilo-API-Key"] == "a secret key"


@pytest.mark.parametrize("names", ["", "page", "page/", "/size", "a/b/c", "a b/c", "a&b/c"])
def test_page_parameters_are_two_words(names: str) -> None:
    with pytest.raises(ValidationError):
        Settings(page_parameters=names)


@pytest.mark.parametrize(
    ("asked", "why"), [({"size": 251}, "size"), ({"size": 0}, "size"), ({"page": 0}, "page")]
)
async def test_a_page_that_cannot_be_is_not_asked_for(impilo: Open, asked: dict[str, int], why: str) -> None:
    with pytest.raises(Refused, match=f"not_allowed: {why}"):
        await impilo().orders(**asked)


@pytest.mark.parametrize(
    ("said", "rows", "last"),
    [
        ({"content": [], "last": False}, 0, True),
        ({"content": None}, 0, True),
        ({"content": [{"id": 1}], "last": None}, 1, False),
        ({"content": [{"id": 1}]}, 1, False),
        ([{"id": 1}], 1, False),
    ],
)
async def test_a_page_ends_where_it_says_so_or_is_empty(
    answered: Open, said: Any, rows: int, last: bool
) -> None:
    listing = await answered(200, said).orders()
    assert (len(listing.documents), listing.last) == (rows, last)


@pytest.mark.parametrize(
    "said",
    [7, "x", None, {}, {"stolen": 1}, {"content": 7}, {"content": "x"}, {"content": {"id": 1}}, b"<html>"],
)
async def test_an_answer_that_is_no_list_is_not_taken_for_one(answered: Open, said: Any) -> None:
    with pytest.raises(TryLater, match=r"unreadable_answer|web_page"):
        await answered(200, said).orders()


async def test_a_list_that_never_ends_is_left(answered: Open) -> None:
    endless = answered(200, {"content": [{"id": 1}], "last": False})
    assert [len(page.documents) async for page in endless.pages()] == [1]


@pytest.mark.parametrize(("key", "why"), [("wrong", "wrong_secrets"), ("", "no_secrets")])
async def test_a_key_that_is_not_accepted_pauses(impilo: Open, key: str, why: str) -> None:
    with pytest.raises(Paused, match=why):
        await impilo(key).orders()


async def test_a_key_that_may_only_read_pauses_where_it_should_write(impilo: Open) -> None:
    reading = impilo("reading")
    assert (await reading.orders()).documents == ()
    with pytest.raises(Paused, match="Forbidden"):
        await reading.create(site="7", items={"31": 1})


@pytest.mark.parametrize("number", ["1", "no number", "../order"])
async def test_what_is_not_there_is_missing(impilo: Open, number: str) -> None:
    with pytest.raises(Missing):
        await impilo().order(number)


async def test_webhooks_are_made_and_what_they_were_sent_is_listed(
    impilo: Open, account: Control, sample: Sample
) -> None:
    client, wanted = impilo(), sample("impilo_webhook_create_request")
    assert await client.create_webhook(**wanted) == sample("impilo_webhook_create_response")
    await client.create_webhook("order.statusFull", "https://there.example/hook")
    order = account.place()
    account.move(str(order["id"]), "shipped")
    full, short = (await client.webhook_logs()).documents
    assert (short["webhookType"], json.loads(short["payload"])) == ("order.status", {"id": order["id"]})
    assert json.loads(full["payload"])["currentStatus"] == "shipped"
    assert full.keys() == sample("impilo_webhook_logs")["content"][0].keys()


async def test_a_made_up_reading_rings_its_webhook(impilo: Open) -> None:
    client = impilo()
    await client.create_webhook("reading.bloodPressure", "https://there.example")
    assert await client.try_webhook() is None
    assert [row["webhookType"] for row in (await client.webhook_logs()).documents] == [
        "reading.bloodPressure"
    ]


async def test_the_secret_of_webhooks_is_in_no_error(answered: Open) -> None:
    with pytest.raises(Refused) as raised:
        await answered(400, {"message": "hush-hush is too short"}).set_webhook_secret("hush-hush")
    assert "hush-hush" not in str(raised.value)


async def test_the_secret_of_webhooks_is_set(impilo: Open) -> None:
    assert await impilo().set_webhook_secret("s") == {"secret": "s"}


async def test_patients_sites_and_devices_are_asked_for_and_made(impilo: Open) -> None:
    client = impilo()
    site = await client.create_site({"name": "Second Clinic"})
    patient = await client.create_patient({"lastName": "Roe", "site": {"id": site["id"]}})
    assert (await client.change_patient(str(patient["id"]), {"lastName": "Poe"}))["lastName"] == "Poe"
    assert [row["lastName"] for row in (await client.patients()).documents] == ["Doe", "Poe"]
    made = await client.create(site=str(site["id"]), items={"31": 1})
    assert made["site"]["id"] == site["id"]
    assert (await client.device("5"))["currentStatus"] == "available"
    assert await client.associate_patient({"device": {"id": 5}, "patient": {"id": patient["id"]}}) is None
    assert await client.disable_readings({"device": {"id": 5}}) is None


def test_any_operation_is_called_from_a_shell(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*words: str) -> Any:
        secrets = {"POS_SECRET_IMPILO_API_KEY": "k"}
        status = main(["impilo", *words, "--base-url", sandbox.urls["impilo"]], secrets)
        said = capsys.readouterr()
        return json.loads(said.out) if status == 0 else (status, said.err)

    made = call("create", "--site", "7", "--items", '{"31": 2}', "--external-ids", "a,b", "--notes", "ring")
    assert (made["site"]["name"], made["externalOrderIds"]) == ("Example Clinic", ["a", "b"])
    assert call("order", "--order-id", str(made["id"])) == made
    assert call("orders", "--size", "1", "--newest-first", "true", "--filters", '{"id": "1"}') == []
    assert call("pages") == [made]
    assert call("webhook-logs") == []
    status, complaint = call("create", "--items", '{"31": 2}')
    assert status == 4
    assert "patient_or_site" in complaint
    assert call("orders", "--size", "many")[0] == 2


async def test_the_times_of_an_answer_are_the_services(impilo: Open) -> None:
    made = await impilo().create(site="7", items={"31": 1})
    written = made["orderEvents"][0]["eventTimestamp"]
    assert abs((datetime.fromisoformat(written) - datetime.now(UTC)).total_seconds()) < 3600
