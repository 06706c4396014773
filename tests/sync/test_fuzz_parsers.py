"""Any value at any place of a valid document: every parser makes an order of it, or says why it is none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.channels import KINDS
from sync.messages import RemoteNote, RemoteOrder, Unreadable

Sample = Callable[[str], Any]
Place = tuple[str | int, ...]

#: What stands in for what a guest has written: it may be kept, and be in no word about the order.
CANARY = "秘密 canary 010-9999"

_DEEP: Any = CANARY
for _ in range(2000):
    _DEEP = [_DEEP]

HOSTILE: Mapping[str, Any] = {
    "nothing": None,
    "true": True,
    "zero": 0,
    "minus": -1,
    "a half": 0.5,
    "a bit more than all": 10**12 + 1,
    "huge": 10**400,
    "huge text": "9" * 5000,
    "not a number": float("nan"),
    "without end": float("inf"),
    "minus without end": float("-inf"),
    "tiny": 5e-324,
    "canary": CANARY,
    "long": CANARY * 2000,
    "control": "\x1b\x00\x07\x1bp0\r\n\x7f\x9b",
    "half a letter": "\ud800",
    "joined": "👩‍👩‍👧‍👦\u202e\u2066",
    "other digits": "٣٤",
    "words of a language": "__proto__",
    "empty text": "",
    "empty list": [],
    "empty object": {},
    "list": [CANARY, 7, None],
    "lists": [[{"id": CANARY}], [[]]],
    "object": {"id": CANARY, "name": {"name": CANARY}, CANARY: CANARY},
    "deep": _DEEP,
    "date": "0000-00-00T99:99:99Z",
    "year": "9999-12-31T23:59:59+14:00",
}

IMWEB_ROW = {
    "order_no": "202601010000001", "order_time": 1_767_225_600, "form": [{"title": "t", "value": ["v"]}],
    "orderer": {"member_code": "m1", "name": CANARY, "call": CANARY},
    "delivery": {"country": "KR", "memo": CANARY,
                 "address": {"name": CANARY, "phone": CANARY, "address": CANARY}},
    "payment": {"pay_type": "card", "deliv_type": "parcel", "price_currency": "KRW", "total_price": 30000},
}  # fmt: skip
IMWEB_ITEM = {
    "no": 5, "prod_no": 31, "prod_name": "비빔밥", "payment": {"count": 2, "price": 18000},
    "options": [[{"option_name_list": ["양"], "value_name_list": ["많이"], "payment": {"count": 2}}]],
}  # fmt: skip
IMWEB_PART = {
    "order_no": "2", "status": "PAY_COMPLETE", "claim_status": "", "pay_time": 1_767_225_600,
    "items": [IMWEB_ITEM, IMWEB_ITEM],
}  # fmt: skip


def documents(kind: str, sample: Sample) -> list[Any]:
    """Return a kind's documents, in the shape in which its parser gets them."""
    match kind:
        case "imweb":
            return [{"order": IMWEB_ROW, "prod_orders": [IMWEB_PART, IMWEB_PART]}]
        case "crema":
            lines = [sample("crema_sub_order_get"), sample("crema_sub_order_post_201")]
            return [{"order_code": "A1", "sub_orders": lines}]
    names = {
        "fankahui": ["fankahui_orders_pay_response", "fankahui_orders_post_response"],
        "rayteams": ["rayteams_order_get"],
        "impilo": ["impilo_order"],
    }[kind]
    found = [sample(name) for name in names]
    return [doc["data"] if kind == "rayteams" and "data" in doc else doc for doc in found]


def places(document: Any, at: Place = ()) -> Iterator[Place]:
    """Yield every place in a document."""
    yield at
    inner = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in inner:
        yield from places(value, (*at, key))


def put(document: Any, place: Place, value: Any) -> Any:
    """Return a document with another value at a place."""
    if not place:
        return value
    changed = copy.copy(document)
    changed[place[0]] = put(document[place[0]], place[1:], value)
    return changed


def without(document: Any, place: Place) -> Any:
    """Return a document in which a place is missing."""
    changed = copy.copy(document)
    if len(place) == 1:
        del changed[place[0]]
    else:
        changed[place[0]] = without(document[place[0]], place[1:])
    return changed


def twice(document: Any, place: Place) -> Any:
    """Return a document in which what is at a place of a list is there twice, ids and all."""
    if len(place) == 1:
        return [*document, document[place[0]]] if isinstance(document, list) else document
    return put(document, place[:1], twice(document[place[0]], place[1:]))


def check(kind: str, document: Any, told: str = CANARY) -> None:
    """Read a document as a kind's parser does, and hold what comes of it against what is promised."""
    found = KINDS[kind].read(document)
    assert isinstance(found, RemoteOrder | Unreadable)
    if isinstance(found, Unreadable):
        assert found.key
        assert told not in found.reason
        assert len(found.raw) <= 100_000
        return
    assert 0 < len(found.remote_id) <= 1001  # of two words at most
    assert all(word.replace("_", "").isalpha() and word.isascii() for word in found.problems)
    for line in found.lines:
        assert 1 <= line.quantity <= 10_000
        assert in_bounds(line.price)
        assert in_bounds(line.deal_price)
    assert in_bounds(found.total)
    assert in_bounds(found.guest.membership.balance if found.guest.membership else None)
    times = [found.placed_at, found.updated_at, found.due_at, *(note.at for note in found.memo)]
    assert all(is_time(time) for time in times)
    assert all(isinstance(note, RemoteNote) and len(note.message) < 2000 for note in found.memo)
    assert "\0" not in json.dumps(found.raw, ensure_ascii=False, allow_nan=False).encode().decode()


def in_bounds(amount: int | None) -> bool:
    """Say whether an amount is none, or one that can be."""
    return amount is None or (type(amount) is int and 0 <= amount <= 10**15)


def is_time(time: datetime | None) -> bool:
    """Say whether a time is none, or one of these hundred years, in UTC."""
    return time is None or (time.tzinfo is UTC and 2000 <= time.year < 2100)


@pytest.mark.parametrize("value", HOSTILE)
def test_any_value_at_any_place_makes_an_order_or_is_kept(kind: str, value: str, sample: Sample) -> None:
    for document in documents(kind, sample):
        for place in places(document):
            check(kind, put(document, place, HOSTILE[value]))


def test_whatever_is_missing_or_there_twice_makes_an_order_or_is_kept(kind: str, sample: Sample) -> None:
    for document in documents(kind, sample):
        for place in places(document):
            if place:
                check(kind, without(document, place))
                check(kind, twice(document, place))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([CANARY]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_several_values_at_several_places_make_an_order_or_are_kept(
    data: st.DataObject, kind: str, sample: Sample
) -> None:
    document = data.draw(st.sampled_from(documents(kind, sample)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.sampled_from(list(places(document))))
        document = put(document, place, data.draw(JSON))
    check(kind, document)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(document=JSON)
def test_what_is_no_document_at_all_is_kept_or_an_order(document: Any, kind: str) -> None:
    check(kind, document)


def test_a_record_that_cannot_be_read_says_nothing_of_its_guest(kind: str) -> None:
    found = KINDS[kind].read([{"name": CANARY}, CANARY])
    assert isinstance(found, Unreadable)
    assert (CANARY in found.reason, CANARY in found.raw) == (False, True)
