"""The sandbox's impilo answers to the letter of its documents: envelope, codes, refusals, what others do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from sync.http import trust
from sync.sandbox.control import Control
from sync.sandbox.impilo_orders import NO_CONTENT, NO_SHIPPING, NOBODY, NOT_ORDERABLE
from sync.sandbox.server import Sandbox

Sample = Callable[[str], Any]
ONE = [{"count": 1, "item": {"id": 31}}]


@pytest.fixture
def http(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    """Return a client without any of ours around it."""
    url = sandbox.urls["impilo"] + "/api/v3"
    with httpx2.Client(
        base_url=url, headers={"Impilo-API-Key": "k"}, trust_env=False, verify=trust()
    ) as client:
        yield client


def shape(document: Any) -> Any:
    """Return the names in a document, without its values and where they may be missing."""
    match document:
        case dict():
            return {name: shape(inner) for name, inner in document.items()}
        case [first, *_]:
            return [shape(first)]
    return None


def fits(found: Any, wanted: Any) -> bool:
    """Whether a document has the names of another, down to where it has nothing."""
    match found, wanted:
        case None, _:
            return True
        case dict(), dict():
            return found.keys() == wanted.keys() and all(fits(found[k], wanted[k]) for k in found)
        case list(), list():
            return all(fits(each, wanted[0]) for each in found)
    return not isinstance(wanted, dict | list)


def test_a_creation_is_answered_with_201_and_an_order_as_documented(
    http: httpx2.Client, sample: Sample
) -> None:
    said = {"patient": {"id": 1234}, "orderItems": ONE, "orderKits": [{"count": 1, "kit": {"id": 7}}]}
    answer = http.post("/order", json=said)
    assert answer.status_code == 201
    assert fits(answer.json(), sample("impilo_order"))
    assert answer.json()["currentStatus"] == "reconfirmAddress"
    assert http.get(f"/order/{answer.json()['id']}").json() == answer.json()


@pytest.mark.parametrize(("whom", "path"), [("patient", "/patient"), ("site", "/site")])
def test_whoever_was_made_known_can_be_ordered_for(http: httpx2.Client, whom: str, path: str) -> None:
    number = http.post(path, json={"firstName": "Ann", "name": "New"}).json()["id"]
    made = http.post("/order", json={whom: {"id": number}, "orderItems": ONE})
    assert (made.status_code, made.json()[whom]["id"]) == (201, number)


@pytest.mark.parametrize("whom", ["patient", "site"])
def test_the_guides_requests_fail_as_they_are_printed(http: httpx2.Client, sample: Sample, whom: str) -> None:
    assert http.post("/order", json=sample(f"impilo_order_create_{whom}_request")).status_code == 400


def test_what_a_client_may_not_say_of_an_order_is_not_taken(http: httpx2.Client) -> None:
    said = {"site": {"id": 7, "name": "Mine"}, "orderItems": ONE, "id": 5, "currentStatus": "shipped"}
    made = http.post("/order", json=said).json()
    assert (made["id"], made["currentStatus"], made["site"]["name"]) == (
        1001, "reconfirmAddress", "Example Clinic",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"orderItems": ONE}, NOBODY),
        ({"site": {}, "orderItems": ONE}, NOBODY),
        ({"site": {"id": 7}, "patient": {"id": 1}, "orderItems": ONE}, NOBODY),
        ({"site": {"id": 77}, "orderItems": ONE}, NOBODY),
        ({"patient": {"id": 99999}, "orderItems": ONE}, NOBODY),
        ({"patient": {"id": [1234]}, "orderItems": ONE}, NOBODY),
        ({"site": {"id": 7}, "orderItems": [{"count": 1, "item": {}}]}, "item_not_orderable"),
        ({"site": {"id": 7}, "orderItems": [{"count": 1, "item": {"id": 777}}]}, "item_not_orderable"),
        ({"site": {"id": 7}, "orderKits": [{"count": 1, "kit": {"id": 777}}]}, "item_not_orderable"),
        ({"site": {"id": 7}}, NO_CONTENT),
        ([], NO_CONTENT),
        ({"site": {"id": 7}, "returnItems": [{"count": 1, "id": 31}]}, NO_SHIPPING),
        ({"site": {"id": 7}, "orderItems": [{"count": 1, "item": {"id": 34}}]}, NOT_ORDERABLE),
        ({"site": {"id": 7}, "orderKits": [{"count": 1, "kit": {"id": 10}}]}, "item_not_orderable"),
        ({"site": {"id": 7}, "orderItems": [{"count": 2, "item": {"id": 35}}]}, "insufficient_inventory"),
        (
            {"patient": {"id": 1234}, "orderKits": [{"kit": {"id": 8}}, {"kit": {"id": 9}}]},
            "max_one_loaner_kit",
        ),
        ({"patient": {"id": 1234}, "orderKits": [{"count": 2, "kit": {"id": 8}}]}, "qty_over_one_loaner_kit"),
        (
            {"patient": {"id": 1234}, "orderKits": [{"kit": {"id": 8}}], "returnDevices": [{"id": 5}],
             "shippingOption": "standard"},
            "no_returns_with_loaner_kit",
        ),
        ({"site": {"id": 7}, "orderKits": [{"count": 1, "kit": {"id": 8}}]}, "no_loaner_kit_to_site"),
    ],
)  # fmt: skip
def test_each_documented_cause_of_a_400_is_answered_in_its_words(
    http: httpx2.Client, account: Control, said: Any, words: str
) -> None:
    answer = http.post("/order", json=said)
    assert (answer.status_code, answer.json()) == (400, {"message": words})
    assert account.state()["orders"] == []


@pytest.mark.parametrize(
    ("key", "method", "status"),
    [("wrong", "GET", 401), ("", "GET", 401), ("reading", "GET", 200), ("reading", "POST", 403)],
)
def test_a_key_that_is_not_known_is_401_and_one_without_the_right_403(
    http: httpx2.Client, key: str, method: str, status: int
) -> None:
    headers = {"Impilo-API-Key": key or "wrong"}
    said = {"site": {"id": 7}, "orderItems": ONE} if method == "POST" else None
    assert http.request(method, "/order", json=said, headers=headers).status_code == status


def test_no_key_at_all_is_401(sandbox: Sandbox) -> None:
    answer = httpx2.get(sandbox.urls["impilo"] + "/api/v3/order", trust_env=False, verify=trust())
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


def test_an_order_that_is_not_there_is_404(http: httpx2.Client) -> None:
    assert http.get("/order/1").status_code == http.get("/order/x").status_code == 404


def test_an_empty_list_is_a_page_too(http: httpx2.Client) -> None:
    assert http.get("/order").json() == {
        "content": [], "first": True, "last": True, "page": 1, "size": 15, "total": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "page", "size", "rows", "first", "last"),
    [
        ("", 1, 15, 15, True, False),
        ("page=2", 2, 15, 5, False, True),
        ("page=3", 3, 15, 0, False, True),
        ("size=250", 1, 250, 20, True, True),
        ("size=1000", 1, 250, 20, True, True),
        ("page=4&size=5", 4, 5, 5, False, True),
    ],
)
def test_pages_count_from_one_and_have_fifteen_rows_and_never_more_than_250(
    http: httpx2.Client,
    account: Control,
    query: str,
    page: int,
    size: int,
    rows: int,
    first: bool,
    last: bool,
) -> None:
    for _ in range(20):
        account.place()
    found = http.get(f"/order?{query}").json()
    assert (found["page"], found["size"], len(found["content"])) == (page, size, rows)
    assert (found["first"], found["last"], found["total"]) == (first, last, 20)


@pytest.mark.parametrize("query", ["page=0", "size=0", "page=x", "size=-1"])
def test_a_page_that_cannot_be_is_400(http: httpx2.Client, query: str) -> None:
    assert http.get(f"/order?{query}").status_code == 400


def test_a_list_is_sorted_as_it_is_asked_for_and_may_name_its_rows(
    http: httpx2.Client, account: Control
) -> None:
    one, two, three = (account.place()["id"] for _ in range(3))

    def ids(query: str) -> list[int]:
        return [row["id"] for row in http.get(f"/order?{query}").json()["content"]]

    assert ids("") == [one, two, three]
    assert ids("sortDescending=true") == [three, two, one]
    assert ids(f"id={one}&id={three}") == ids(f"id={one},{three}") == [one, three]


def test_others_move_an_order_and_add_to_it(account: Control, sample: Sample) -> None:
    number = str(account.place(site={"id": 7})["id"])
    account.move(number, "track", carrier="usps", value="9400")
    account.move(number, "note", note="left at the door")
    account.move(number, "event", name="packed")
    order = account.move(number, "shipped")
    assert order["trackingNumbers"] == [{"carrier": "usps", "value": "9400"}]
    assert [note["note"] for note in order["orderNotes"]] == ["left at the door"]
    assert [event["name"] for event in order["orderEvents"]] == ["created", "packed", "shipped"]
    assert order["currentStatus"] == "shipped"
    assert fits(order, sample("impilo_order"))


def test_any_field_can_be_made_null(account: Control) -> None:
    number = str(account.place()["id"])
    order = account.move(number, "change", currentStatus=None, orderItems=None)
    assert (order["currentStatus"], order["orderItems"]) == (None, None)


def test_nobody_signs_in_so_a_key_that_ends_is_refused(http: httpx2.Client, account: Control) -> None:
    account.fault("expire")
    assert http.get("/order").status_code == 401
    assert http.get("/order").status_code == 200


def test_too_many_calls_are_429_with_a_time_to_wait(http: httpx2.Client, account: Control) -> None:
    account.fault("throttle", seconds=7)
    answer = http.get("/order")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_a_webhook_needs_a_type_and_an_address(http: httpx2.Client) -> None:
    assert http.post("/webhook", json={"type": "order.status"}).status_code == 400
