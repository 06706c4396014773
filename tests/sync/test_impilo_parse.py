"""From impilo's documents to orders: what a person sees of them, and that no document stops anything."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channels import KINDS
from sync.channels.impilo.codes import CONTENTS
from sync.channels.impilo.parse import own_ids, parse
from sync.messages import RemoteGuest, RemoteLine, RemoteNote, RemoteOrder, Unreadable

Sample = Callable[[str], Any]


def read(document: Any, **workflow: Any) -> RemoteOrder:
    """Return a document's order; fails where it has none."""
    order = parse(document, workflow)
    assert isinstance(order, RemoteOrder)
    return order


def facts(order: RemoteOrder, fact: str) -> list[str]:
    """Return what an order says of one sort of fact."""
    return [note.message for note in order.memo if note.fact == fact]


def test_an_order_is_read_as_documented(sample: Sample) -> None:
    order = read(sample("impilo_order"))
    assert (order.remote_id, order.status, order.type) == ("42", "placed", "deliver")
    assert (order.currency, order.total, order.payment) == (None, None, "unpaid")
    assert order.lines == (
        RemoteLine("item:1", "foo", 42, item_id="item:1"),
        RemoteLine("kit:42", "foo", 42, item_id="kit:42", contents=("foo ×42",)),
        RemoteLine("return_item:42", "#42", 42, goes_back=True),
        RemoteLine("return_kit:42", "foo foo", 42, goes_back=True),
        RemoteLine("return_device:42", "#42", 1, goes_back=True),
    )
    assert order.guest == RemoteGuest(
        "patient:1", "John Doe", "+1234567890", "foo, foo, foo, foo, foo foo, foo, foo"
    )
    assert (order.problems, order.sequence_number) == ((), "42")
    assert order.own_ids == ("foo",)


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        ("tracking", "usps foo"),
        ("shipping", "standard"),
        ("return_label", "e-mail"),
        ("packed_kit", "foo foo (foo 1d23-4567-89ab-cdef)"),
        ("device", "foo 1d23-4567-89ab-cdef foo"),
        ("event", 'foo ("foo")'),
    ],
)
def test_what_else_is_known_of_an_order_is_a_fact_of_its_own(sample: Sample, fact: str, shown: str) -> None:
    assert facts(read(sample("impilo_order")), fact) == [shown]


def test_only_what_a_person_wrote_is_anybodys_word(sample: Sample) -> None:
    memo = read(sample("impilo_order")).memo
    assert [note for note in memo if not note.fact] == [RemoteNote("foo foo", "foo")]
    assert all(note.name == "" for note in memo if note.fact)


def test_a_note_without_its_author_is_still_somebodys() -> None:
    [note] = read({"id": 1, "orderNotes": [{"note": "ring twice"}], "site": {"id": 7}}).memo
    assert (note.name, note.message) == ("impilo", "ring twice")


def test_what_comes_back_is_called_by_its_name_where_the_order_knows_it() -> None:
    cuff = {"id": 5, "name": "Cuff"}
    order = read(
        {
            "id": 1,
            "site": {"id": 7},
            "orderKits": [{"count": 1, "kit": {"id": 2, "kitItems": [{"count": 1, "item": cuff}]}}],
            "devices": [{"id": 9, "externalIdentifier": "D-9", "item": {"id": 6, "name": "Scale"}}],
            "returnItems": [{"count": 2, "id": 5}, {"count": 1, "id": 99}],
            "returnDevices": [{"id": 9}],
        }
    )
    back = [(line.name, line.quantity) for line in order.lines if line.goes_back]
    assert back == [("Cuff", 2), ("#99", 1), ("Scale D-9", 1)]


def test_an_order_of_returns_alone_has_them_as_its_lines_without_anything_to_order_or_to_pay() -> None:
    order = read({"id": 1, "site": {"id": 7}, "returnDevices": [{"id": 9}], "shippingOption": "standard"})
    assert order.lines == (RemoteLine("return_device:9", "#9", 1, goes_back=True),)
    assert (order.problems, [note.fact for note in order.memo]) == (("status",), ["shipping"])


def test_one_thing_that_goes_back_twice_is_two_lines() -> None:
    order = read({"id": 1, "site": {"id": 7}, "returnItems": [{"count": 1, "id": 5}, {"count": 2, "id": 5}]})
    assert [(line.id, line.quantity) for line in order.lines] == [
        ("return_item:5", 1),
        ("return_item:5#2", 2),
    ]


@pytest.mark.parametrize(
    ("field", "row", "shown"),
    [
        (
            "returnItems",
            {"count": "many", "id": 5},
            RemoteLine("return_item:5", "#5", 1, note='quantity: "many"'),
        ),
        ("returnItems", {"id": 5}, RemoteLine("return_item:5", "#5", 1, note="quantity: null")),
        (
            "returnPackedKits",
            {"quantity": 0, "id": 8},
            RemoteLine("return_kit:8", "#8", 1, note="quantity: 0"),
        ),
        ("returnDevices", {}, RemoteLine("return_device:", "?", 1)),
        ("returnDevices", "D-9", RemoteLine("", "?", 1, note='"D-9"')),
    ],
)
def test_a_return_that_cannot_be_read_is_shown_as_it_came_and_asks_for_a_person(
    field: str, row: Any, shown: RemoteLine
) -> None:
    order = read({"id": 1, "currentStatus": "reconfirmAddress", "site": {"id": 7}, field: [row]})
    assert [replace(line, id=shown.id) for line in order.lines] == [replace(shown, goes_back=True)]
    assert order.problems == (() if row == {} else ("returns",))


def test_an_order_of_a_site_goes_to_the_site(sample: Sample) -> None:
    order = read({**sample("impilo_order"), "patient": None})
    assert (order.guest.id, order.guest.name, order.guest.phone) == ("site:1", "foo", "foo")


def test_a_patient_and_a_site_of_one_number_are_two() -> None:
    patient, site = (read({"id": 1, whom: {"id": 7}}).guest.id for whom in ("patient", "site"))
    assert patient != site


def test_a_patient_without_an_address_is_at_their_site() -> None:
    site = {"id": 7, "address": {"lineOne": "1 Main Street", "city": "Springfield"}}
    assert read({"id": 1, "patient": {"id": 2, "site": site}}).guest.address == "1 Main Street, Springfield"


def test_an_order_for_nobody_asks_for_a_person() -> None:
    order = read({"id": 1, "currentStatus": "reconfirmAddress"})
    assert (order.guest, order.problems) == (RemoteGuest(), ("guest",))


def test_two_lines_of_one_item_are_told_apart() -> None:
    row = {"count": 1, "item": {"id": 5, "name": "Cuff"}}
    lines = read({"id": 1, "orderItems": [row, row, {"count": 1, "item": {}}]}).lines
    assert [(line.id, line.item_id) for line in lines] == [
        ("item:5", "item:5"), ("item:5#2", "item:5"), ("item:", ""),
    ]  # fmt: skip


def test_an_order_was_placed_when_its_first_event_was_and_is_as_new_as_its_last() -> None:
    events = [{"eventTimestamp": f"2030-01-0{day}T08:00:00Z", "name": "e"} for day in (3, 1, 2)]
    order = read({"id": 1, "orderEvents": events})
    assert (order.placed_at, order.updated_at) == tuple(datetime(2030, 1, d, 8, tzinfo=UTC) for d in (1, 3))
    assert [note.at for note in order.memo] == [datetime(2030, 1, d, 8, tzinfo=UTC) for d in (3, 1, 2)]


def test_the_shop_says_what_a_status_means(sample: Sample) -> None:
    document = {**sample("impilo_order"), "currentStatus": "shipped"}
    assert (read(document).status, read(document).problems) == ("unknown", ("status",))
    assert read(document, shipped="executed").status == "executed"
    heard = KINDS["impilo"].read(document, {"base_url": "https://x", "workflow": {"shipped": "paid"}})
    assert isinstance(heard, RemoteOrder)
    assert heard.status == "paid"


def test_the_shop_may_mean_something_else_by_the_one_known_status(sample: Sample) -> None:
    assert read(sample("impilo_order"), reconfirmAddress="accepted").status == "accepted"


@pytest.mark.parametrize(
    ("field", "row", "problem"),
    [
        ("orderItems", 7, "items"),
        ("orderItems", {"count": 0, "item": {"id": 1}}, "quantity"),
        ("orderItems", {"count": "many", "item": {"id": 1}}, "quantity"),
        ("orderKits", "x", "items"),
        ("orderKits", {"count": 1, "kit": {"id": 1, "kitItems": ["x"]}}, "items"),
        ("orderKits", {"count": 1, "kit": {"id": 1, "kitItems": [{"count": -1, "item": {}}]}}, "quantity"),
        ("orderNotes", 7, "memo"),
        ("orderEvents", 7, "details"),
        ("trackingNumbers", "9400", "details"),
        ("devices", "x", "details"),
        ("packedKits", "x", "details"),
        ("returnItems", "x", "returns"),
        ("returnItems", {"count": "many", "id": 1}, "returns"),
        ("returnDevices", 7, "returns"),
        ("returnPackedKits", [1], "returns"),
    ],
)
def test_what_cannot_be_taken_over_is_a_problem(sample: Sample, field: str, row: Any, problem: str) -> None:
    order = read({**sample("impilo_order"), field: [row]})
    assert order.problems == (problem,)


def test_what_could_not_be_read_of_an_order_is_shown_as_it_came(sample: Sample) -> None:
    order = read({**sample("impilo_order"), "orderItems": [{"count": "many"}, 7], "orderNotes": ["call"]})
    assert [line.note for line in order.lines if not line.goes_back] == ['quantity: "many"', "7", ""]
    assert RemoteNote("?", '"call"') in order.memo


@pytest.mark.parametrize("document", [None, 7, [], {}, {"id": None}, {"id": []}])
def test_what_is_no_order_is_kept_as_it_came(document: Any) -> None:
    found = parse(document)
    assert isinstance(found, Unreadable)
    assert json.loads(found.raw) == document


@pytest.mark.parametrize(
    ("said", "ids"),
    [(["a", "b"], ("a", "b")), ("a", ("a",)), (None, ()), ([None, 7, ""], ("7",)), ({"a": 1}, ())],
)
def test_the_numbers_of_those_who_ordered_are_read_however_they_come(said: Any, ids: tuple[str, ...]) -> None:
    assert own_ids({"externalOrderIds": said}) == ids
    assert read({"id": 1, "externalOrderIds": said}).own_ids == ids


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = (
    "currentStatus", "devices", "emailLabel", "externalOrderIds", "orderEvents", "orderItems", "orderKits",
    "orderNotes", "packedKits", "patient", "returnDevices", "returnItems", "returnPackedKits",
    "shippingOption", "site", "trackingNumbers", "id", "name", "item", "kit", "kitItems", "count", "quantity",
    "address", "eventTimestamp", "note", "createdBy", "value",
)  # fmt: skip
#: Documents that look like an order's: its names, with anything behind them.
LIKE = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)


@given(document=JSON | LIKE)
def test_no_document_is_ever_an_error(document: Any) -> None:
    before = repr(copy.deepcopy(document))
    assert isinstance(parse(document), RemoteOrder | Unreadable)
    assert repr(document) == before


@given(changes=st.dictionaries(st.sampled_from(NAMES), LIKE), each=LIKE)
def test_an_order_with_an_id_is_always_usable(changes: dict[str, Any], each: Any) -> None:
    rows = {name: [each, {"kit": each, "item": each, "count": 1}] for name in CONTENTS}
    order = read({**rows, **changes, "id": 1})
    assert all(line.quantity >= 1 for line in order.lines)
    assert len({line.id for line in order.lines}) == len(order.lines)
    assert all(order.own_ids)
    assert all(note.message for note in order.memo)
    assert all(note.name or note.fact for note in order.memo)
    json.dumps(order.raw, allow_nan=False).encode("utf-8")
