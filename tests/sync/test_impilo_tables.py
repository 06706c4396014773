"""Every field of every document in impilo's order guide: what it is, may it be null, what becomes of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from sync.channels.impilo import wire
from sync.channels.impilo.client import Client
from sync.channels.impilo.codes import CAUSES, CONTENTS
from sync.channels.impilo.opening import open_client
from sync.channels.impilo.parse import parse
from sync.channels.impilo.settings import Settings
from sync.errors import Refused
from sync.faults import FAULTS
from sync.means import Means
from sync.messages import RemoteOrder
from tests.sync.documented.fields import at, holds, put
from tests.sync.documented.rows import about, row

Sample = Callable[[str], Any]

ITEM = {
    "id": "number", "manufacturer": {"id": "number", "name": "text"}, "model": "text", "name": "text",
    "orderable": "flag", "sku": "text",
}  # fmt: skip
ADDRESS = dict.fromkeys(
    ("city", "country", "lineOne", "state", "zipCode", "lineThree", "lineTwo", "note"), "text"
)
SITE = {"active": "flag", "address": ADDRESS, "id": "number", "name": "text", "phoneNumber": "text"}
PATIENT = {
    "firstName": "text", "lastName": "text", "address": ADDRESS, "archived": "flag", "dateOfBirth": "text",
    "email": "text", "enrolled": "flag", "externalIdentifier": "text", "id": "number", "phoneNumber": "text",
    "sex": "text", "site": SITE,
}  # fmt: skip
DEVICE = {
    "currentPatient": PATIENT, "currentStatus": "text",
    "deviceEvents": [{"eventTimestamp": "time", "type": "text"}],
    "deviceIdentifiers": [{"type": "text", "value": "text"}], "disabledReadings": "flag",
    "externalIdentifier": "text", "id": "number", "item": ITEM, "lastHealthCheck": "time", "site": SITE,
    "used": "flag",
}  # fmt: skip
KIT = {
    "archived": "flag", "id": "number",
    "kitItems": [{"count": "count", "drivesExternalIdentifier": "flag", "item": ITEM}], "name": "text",
}  # fmt: skip
ORDER: Mapping[str, Any] = {
    "currentStatus": "text",
    "devices": [DEVICE],
    "emailLabel": "flag",
    "externalOrderIds": ["text"],
    "id": "number",
    "orderEvents": [{"eventTimestamp": "time", "name": "text"}],
    "orderItems": [{"count": "count", "item": ITEM}],
    "orderKits": [{"count": "count", "kit": KIT}],
    "orderNotes": [
        {
            "createdAt": "time",
            "createdBy": {"email": "text", "firstName": "text", "id": "number", "lastName": "text"},
            "note": "text",
        }
    ],
    "packedKits": [{"devices": [DEVICE], "externalIdentifier": "text", "id": "number", "kit": KIT}],
    "patient": PATIENT,
    "returnDevices": [{"id": "number"}],
    "returnItems": [{"count": "count", "id": "number"}],
    "returnPackedKits": [{"id": "number", "quantity": "count"}],
    "shippingOption": "text",
    "site": SITE,
    "trackingNumbers": [{"carrier": "text", "value": "text"}],
}
ENVELOPE = {
    "content": [ORDER], "first": "flag", "last": "flag", "page": "count", "size": "count", "total": "count",
}  # fmt: skip

#: A value of each type that is nowhere else in a document, and how it is read.
VALUES: Mapping[str, tuple[Any, Any]] = {
    "text": ("Quux", "Quux"),
    "number": (987654, "987654"),
    "count": (4711, 4711),
    "flag": (True, True),
    "time": ("2031-05-06T07:08:09Z", datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)),
}
USUAL = {"text": "x", "number": 1, "count": 2, "flag": False, "time": "2030-01-01T00:00:00Z"}


def rows(shape: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every field below a shape: its path and its type; lists are `[]`, as they are in a document."""
    match shape:
        case dict():
            for name, inner in shape.items():
                yield from rows(inner, f"{path}.{name}" if path else name)
        case [inner]:
            yield from rows(inner, f"{path}[]")
        case kind:
            yield path, str(kind)


def filled(shape: Any) -> Any:
    """Return a document of a shape, with the usual value in each field."""
    match shape:
        case dict():
            return {name: filled(inner) for name, inner in shape.items()}
        case [inner]:
            return [filled(inner)]
    return USUAL[shape]


def order_of(document: Any) -> RemoteOrder:
    """Return the order in a document, whose status the shop has mapped; fails where there is none."""
    order = parse(document, {"x": "placed", "Quux": "placed"})
    assert isinstance(order, RemoteOrder)
    return order


FIELDS = list(rows(ORDER))
LEAVES = [path for path, _ in FIELDS]
RETURNED = ("returnItems", "returnPackedKits", "returnDevices")
#: What comes back here is nothing else that the order names.
DOCUMENT = {**filled(ORDER), **{name: [{**filled(ORDER[name][0]), "id": 900}] for name in RETURNED}}

#: What becomes of a field here. All others stay in the document alone, for whoever asks for it.
BECOMES: Mapping[str, set[str]] = {
    "id": {"remote_id", "sequence_number"},
    "currentStatus": {"remote_status"},
    "externalOrderIds[]": {"own_ids"},
    "shippingOption": {"shipping"},
    "orderItems[].count": {"line.quantity"},
    "orderItems[].item.id": {"line.id", "line.item_id", "line.name"},
    "orderItems[].item.name": {"line.name"},
    "orderItems[].item.model": {"line.name"},
    "orderItems[].item.sku": {"line.name"},
    "orderKits[].count": {"line.quantity"},
    "orderKits[].kit.id": {"line.id", "line.item_id", "line.name"},
    "orderKits[].kit.name": {"line.name"},
    "orderKits[].kit.kitItems[].count": {"line.contents"},
    "orderKits[].kit.kitItems[].item.name": {"line.contents"},
    "orderKits[].kit.kitItems[].item.model": {"line.contents"},
    "orderKits[].kit.kitItems[].item.sku": {"line.contents"},
    "orderKits[].kit.kitItems[].item.id": {"line.contents"},
    "orderNotes[].note": {"memo"},
    "orderNotes[].createdAt": {"memo.at"},
    "orderNotes[].createdBy.firstName": {"memo.name"},
    "orderNotes[].createdBy.lastName": {"memo.name"},
    "orderNotes[].createdBy.email": {"memo.name"},
    "orderEvents[].name": {"event"},
    "orderEvents[].eventTimestamp": {"event.at", "placed_at", "updated_at"},
    "trackingNumbers[].carrier": {"tracking"},
    "trackingNumbers[].value": {"tracking"},
    "devices[].externalIdentifier": {"device"},
    "devices[].id": {"device"},
    "devices[].currentStatus": {"device"},
    "devices[].item.name": {"device"},
    "devices[].item.model": {"device"},
    "devices[].item.sku": {"device"},
    "devices[].item.id": {"device"},
    "packedKits[].externalIdentifier": {"packed_kit"},
    "packedKits[].id": {"packed_kit"},
    "packedKits[].kit.name": {"packed_kit"},
    "packedKits[].kit.id": {"packed_kit"},
    "packedKits[].devices[].externalIdentifier": {"packed_kit"},
    "packedKits[].devices[].id": {"packed_kit"},
    "packedKits[].devices[].item.name": {"packed_kit"},
    "packedKits[].devices[].item.model": {"packed_kit"},
    "packedKits[].devices[].item.sku": {"packed_kit"},
    "packedKits[].devices[].item.id": {"packed_kit"},
    "returnItems[].count": {"line.quantity"},
    "returnItems[].id": {"line.id", "line.name"},
    "returnPackedKits[].quantity": {"line.quantity"},
    "returnPackedKits[].id": {"line.id", "line.name"},
    "returnDevices[].id": {"line.id", "line.name"},
    "patient.id": {"guest.id"},
    "patient.firstName": {"guest.name"},
    "patient.lastName": {"guest.name"},
    "patient.phoneNumber": {"guest.phone"},
    "site.id": {"guest.id"},
    "site.name": {"guest.name"},
    "site.phoneNumber": {"guest.phone"},
    **{
        f"{whom}.address.{line}": {"guest.address"}
        for whom in ("patient", "patient.site", "site")
        for line in ADDRESS
    },
}

#: What goes before a field, and must be missing for it to be looked at.
FIRST: Mapping[str, str] = {"site.": "patient", "patient.site.address": "patient.address"}
FIRST_OF_ITS_KIND: Mapping[str, tuple[str, ...]] = {
    "item.model": ("name",),
    "item.sku": ("name", "model"),
    "item.id": ("name", "model", "sku"),
    "kit.id": ("name",),
    "createdBy.email": ("firstName", "lastName"),
    "devices[].id": ("externalIdentifier",),
    "packedKits[].id": ("externalIdentifier",),
}


def alone(path: str) -> Any:
    """Return a document in which nothing goes before the field at a path."""
    document = DOCUMENT
    for field, before in FIRST.items():
        if path.startswith(field):
            document = put(document, before, None)
    for end, names in FIRST_OF_ITS_KIND.items():
        if path.endswith(end):
            for name in names:
                document = put(document, f"{path.rpartition('.')[0]}.{name}", None)
    return document


def places(order: RemoteOrder, mark: object) -> set[str]:
    """Return where in an order a value is found."""
    found = {
        name
        for name in ("remote_id", "sequence_number", "remote_status", "own_ids", "placed_at", "updated_at")
        if holds(getattr(order, name), mark)
    }
    found |= {
        f"guest.{n}" for n in ("id", "name", "phone", "address") if holds(getattr(order.guest, n), mark)
    }
    for line in order.lines:
        names = ("id", "item_id", "name", "quantity", "contents", "note", "options")
        found |= {f"line.{name}" for name in names if holds(getattr(line, name), mark)}
    for note in order.memo:
        kind = note.fact or "memo"
        found |= {kind} if holds(note.message, mark) else set()
        found |= {f"{kind}.name"} if holds(note.name, mark) else set()
        found |= {f"{kind}.at"} if note.at == mark else set()
    return found


def shape_of(document: Any) -> Any:
    """Return a document with every value gone: names and lists alone."""
    match document:
        case dict():
            return {name: shape_of(inner) for name, inner in document.items()}
        case [first, *_]:
            return [shape_of(first)]
    return None


@pytest.mark.parametrize(
    ("name", "shape"), [("impilo_order", ORDER), ("impilo_order_list", ENVELOPE)], ids=["order", "list"]
)
def test_the_tables_here_have_every_field_of_the_guide_and_no_other(
    sample: Sample, name: str, shape: Any
) -> None:
    assert shape_of(sample(name)) == shape_of(filled(shape))


@pytest.mark.parametrize(("path", "kind"), FIELDS, ids=LEAVES)
def test_each_field_is_read_as_what_it_is(path: str, kind: str) -> None:
    written, read = VALUES[kind]
    assert at(wire.Order.model_validate(put(DOCUMENT, path, written)), path) == read


@pytest.mark.parametrize(("path", "kind"), FIELDS, ids=LEAVES)
def test_each_field_becomes_what_is_said_here(path: str, kind: str) -> None:
    written, read = VALUES[kind]
    expected = BECOMES.get(path, set())
    if kind == "flag":
        expected = {"return_label"} if path == "emailLabel" else set()
        facts = {note.fact for note in order_of(put(DOCUMENT, path, True)).memo}
        assert facts - {note.fact for note in order_of(DOCUMENT).memo} == expected
        return
    order = order_of(put(alone(path), path, written))
    assert places(order, read) == expected
    assert at(order.raw, path) == written


#: The fields without which a person must look at an order, and what they are told is amiss.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "currentStatus": ("status",),
    "orderItems[].count": ("quantity",),
    "orderKits[].count": ("quantity",),
    "returnItems[].count": ("returns",),
    "returnPackedKits[].quantity": ("returns",),
}
PARTS = sorted({path[: n + 1] for path in LEAVES for n, c in enumerate(path) if path[n + 1 : n + 2] in ".["})


@pytest.mark.parametrize("path", [path for path in [*LEAVES, *PARTS] if path != "id"])
def test_each_field_and_each_part_may_be_null(path: str) -> None:
    order = order_of(put(DOCUMENT, path, None))
    assert order.problems == NEEDED.get(path, ())
    assert order.remote_id == "1"


@pytest.mark.parametrize("path", LEAVES)
def test_a_field_of_another_type_never_loses_the_order(path: str) -> None:
    for odd in ({"a": []}, [[1]], -1, "\ud800", 1e300):
        if path == "id" and isinstance(odd, dict | list):
            continue
        assert order_of(put(DOCUMENT, path, odd)).lines


@pytest.mark.parametrize("path", ["", *(part for part in PARTS if not part.endswith("[]"))])
def test_a_field_that_nobody_knows_is_kept_wherever_it_comes(path: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    there = at(document, path) if path else document
    if isinstance(there, list):
        there = there[0]
    if isinstance(there, dict):
        there["brandNew"] = {"a": [1]}
    assert order_of(document).raw == document
    assert order_of(document).problems == ()


@pytest.mark.parametrize(("path", "kind"), [row for row in rows(ENVELOPE) if "content" not in row[0]])
def test_each_field_of_a_list_is_read_and_may_be_null(path: str, kind: str) -> None:
    written, read = VALUES[kind]
    document = filled(ENVELOPE)
    assert getattr(wire.Listing.model_validate({**document, path: written}), path) == read
    assert getattr(wire.Listing.model_validate({**document, path: None}), path) is None


class Service:
    """Takes down what it is asked, and answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[httpx2.Request] = []
        self.answer: Any = {"id": 1}
        self.status = 201

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return httpx2.Response(self.status, json=self.answer)

    @property
    def said(self) -> Any:
        """What was said last (JSON)."""
        return httpx2.Response(200, content=self.asked[-1].content).json()


@pytest.fixture
def service() -> Service:
    """Return a service that keeps what it is asked."""
    return Service()


@pytest.fixture
async def client(service: Service, clock: Any) -> Any:
    """Return a client of it."""

    async def never(_: float) -> None:
        raise AssertionError

    settings = Settings(base_url="https://there.example")
    one = open_client(settings, {"API_KEY": "k"}, Means(clock, never, httpx2.MockTransport(service)))
    yield one
    await one.close()


#: Each field of a creation: what the client is given for it, and what is sent.
CREATION: Mapping[str, tuple[dict[str, Any], Any]] = {
    "emailLabel": ({"email_label": True}, True),
    "externalOrderIds": ({"external_ids": ["xyz_123_0"]}, ["xyz_123_0"]),
    "orderItems": ({"items": {"31": 10}}, [{"count": 10, "item": {"id": 31}}]),
    "orderKits": ({"kits": {"1000": 10}}, [{"count": 10, "kit": {"id": 1000}}]),
    "orderNotes": ({"notes": ["call first"]}, [{"note": "call first"}]),
    "patient": ({"patient": "1234", "site": ""}, {"id": 1234}),
    "site": ({}, {"id": 7}),
    "returnDevices": ({"return_devices": ["9"], "shipping_option": "s"}, [{"id": 9}]),
    "returnItems": ({"return_items": {"5": 1}, "shipping_option": "s"}, [{"count": 1, "id": 5}]),
    "returnPackedKits": (
        {"return_packed_kits": {"8": 1}, "shipping_option": "s"}, [{"quantity": 1, "id": 8}],
    ),
    "shippingOption": ({"shipping_option": "standard"}, "standard"),
}  # fmt: skip


@pytest.mark.parametrize("field", CREATION)
async def test_each_field_of_a_creation_is_sent(client: Client, service: Service, field: str) -> None:
    given, sent = CREATION[field]
    await client.create(**{"site": "7", "items": {"1": 1}, **given})
    assert (service.asked[-1].method, service.asked[-1].url.path) == ("POST", "/api/v3/order")
    assert service.said[field] == sent


@pytest.mark.parametrize("name", ["patient", "site"])
def test_the_fields_of_the_guides_requests_are_those_of_a_creation(sample: Sample, name: str) -> None:
    other = {"patient": "site", "site": "patient"}[name]
    assert set(sample(f"impilo_order_create_{name}_request")) == set(CREATION) - {other}


@pytest.mark.parametrize("contents", CONTENTS)
async def test_one_sort_of_contents_is_enough(client: Client, service: Service, contents: str) -> None:
    given, sent = CREATION[contents]
    await client.create(site="7", **given)
    assert service.said[contents] == sent
    assert not set(CONTENTS) - {contents} & set(service.said)


#: For whom an order is: what is said of it, which the guide wants no more of than the id.
WHOM: Mapping[str, dict[str, Any]] = {"patient": {"id": 1234}, "site": {"id": 7}}
ITEMS = {"orderItems": [{"item": {"id": 31}}]}


@about("impilo", "Required Attributes / Association")
@pytest.mark.parametrize("whom", [row("impilo", f"Required Attributes / Association / {w}", w) for w in WHOM])
async def test_an_order_is_of_exactly_one_patient_or_site_by_its_id_alone(
    client: Client, service: Service, whom: str
) -> None:
    for wrong in ({}, WHOM, {whom: {}}, {whom: {"id": ""}}, {whom: None}):
        with pytest.raises(Refused, match=r"^patient_or_site$"):
            await client.create_as_it_is({**ITEMS, **wrong})
    assert service.asked == []
    await client.create_as_it_is({**ITEMS, whom: WHOM[whom]})
    assert service.said == {**ITEMS, whom: WHOM[whom]}


@about("impilo", "Required Attributes / Order Content")
@pytest.mark.parametrize(
    ("contents", "thing"),
    [
        row("impilo", "Required Attributes / orderItems", "orderItems", "item"),
        row("impilo", "Required Attributes / orderKits", "orderKits", "kit"),
    ],
)
async def test_an_order_names_at_least_one_thing_by_its_id_alone(
    client: Client, service: Service, contents: str, thing: str
) -> None:
    site = {"site": WHOM["site"]}
    for wrong, why in (
        ({}, "nothing_ordered"),
        ({contents: []}, "nothing_ordered"),
        ({contents: [{"count": 10, thing: {}}]}, f"incomplete: {contents}"),
    ):
        with pytest.raises(Refused, match=f"^{why}$"):
            await client.create_as_it_is({**site, **wrong})
    assert service.asked == []
    await client.create_as_it_is({**site, contents: [{thing: {"id": 31}}]})
    assert service.said == {**site, contents: [{thing: {"id": 31}}]}


@about("impilo", "Optional Attributes / externalOrderIds")
@pytest.mark.parametrize("ours", [[], ["xyz_123_0"], ["xyz_123_0", "xyz_123_1", "xyz_123_2"]])
async def test_an_order_may_have_any_number_of_our_own_numbers(
    client: Client, service: Service, ours: list[str]
) -> None:
    await client.create(site="7", items={"31": 1}, external_ids=ours)
    assert service.said.get("externalOrderIds", []) == ours


@pytest.mark.parametrize(
    ("whom", "guest"),
    [
        row("impilo", "Understanding Patients and Sites / Patient", "patient", "patient:1234"),
        row("impilo", "Understanding Patients and Sites / Site", "site", "site:7"),
    ],
)
def test_who_an_order_is_for_is_its_guest(whom: str, guest: str) -> None:
    other = {"patient": "site", "site": "patient"}[whom]
    order = order_of({**DOCUMENT, whom: WHOM[whom], other: None})
    assert order.guest.id == guest


@pytest.mark.parametrize("words", CAUSES)
def test_each_documented_refusal_is_a_word_of_ours(words: str) -> None:
    assert CAUSES[words] in FAULTS


LOG = {
    "id": "number", "webhookId": "number", "webhookType": "text", "webhookUrl": "text", "payload": "text",
    "createTimestamp": "time", "lastResponseStatus": "count", "retryAttempts": "count",
    "lastRetryTimestamp": "time",
}  # fmt: skip


@pytest.mark.parametrize(("path", "kind"), list(rows(LOG)))
def test_each_field_of_a_webhooks_log_is_read(sample: Sample, path: str, kind: str) -> None:
    written, read = VALUES[kind]
    [row] = sample("impilo_webhook_logs")["content"]
    assert row.keys() == LOG.keys()
    assert getattr(wire.LoggedCall.model_validate({**row, path: written}), path) == read
