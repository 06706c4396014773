"""RayTeams's documents, read: workflows, money as it comes, and whatever else may come."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channels import KINDS
from sync.channels.rayteams.client import Node, nodes_in, nodes_of
from sync.channels.rayteams.parse import currency, order_id, parse
from sync.channels.rayteams.settings import BY_TYPE
from sync.messages import RemoteOrder, Unreadable

Sample = Callable[[str], Any]


@pytest.fixture
def document(sample: Sample) -> dict[str, Any]:
    """Return the documents' own order."""
    found: dict[str, Any] = sample("rayteams_order_get")["data"]
    return found


def read(document: Any, **workflow: Any) -> RemoteOrder:
    """Return a document's order; fails where it has none."""
    order = parse(document, workflow)
    assert isinstance(order, RemoteOrder)
    return order


def test_a_state_is_named_by_its_id_or_by_its_name(document: dict[str, Any]) -> None:
    assert read(document, node_1669006551572="placed").status == "placed"
    assert read(document, **{"Wait Response": "executed"}).status == "executed"
    both = {"Wait Response": "executed", "node_1669006551572": "placed"}
    assert read(document, **both).status == "placed"
    assert read(document, other="paid").status == "accepted"


def test_the_shops_configuration_says_what_states_mean(document: dict[str, Any]) -> None:
    settings = {"base_url": "https://x", "workflow": {"Wait Response": "rejected"}}
    heard = KINDS["rayteams"].read(document, settings)
    assert isinstance(heard, RemoteOrder)
    assert heard.status == "rejected"


@pytest.mark.parametrize(
    ("sign", "price", "minor", "code"),
    [
        ("원", 360000, 360000, "KRW"),
        ("₩", "360,000", 360000, "KRW"),
        ("USD", 540, 54000, "USD"),
        ("usd", 540.5, 54050, "USD"),
        ("$", 0, 0, "USD"),
        ("円", 1200, 1200, "JPY"),
        ("€", "12.34", 1234, "EUR"),
    ],
)
def test_a_price_is_minor_units_by_its_sign(
    document: dict[str, Any], sign: str, price: Any, minor: int, code: str
) -> None:
    order = read({**document, "product": {"currency": sign, "price": price, "productname": "x"}})
    assert (order.total, order.lines[0].deal_price, order.currency) == (minor, minor, code)
    assert order.problems == ()


@pytest.mark.parametrize(
    ("sign", "price"), [("¥", 1), ("", 1), ("점", 1), ("원", 1.5), ("원", -1), ("원", None), ("원", {"a": 1})]
)
def test_a_price_that_is_not_certain_is_none_and_shown_as_it_came(
    document: dict[str, Any], sign: str, price: Any
) -> None:
    order = read({**document, "product": {"currency": sign, "price": price, "productname": "x"}})
    assert (order.total, order.lines[0].price, order.problems) == (None, None, ("price",))
    shown = [note.message for note in order.memo if note.fact == "price"]
    assert len(shown) == (price is not None)
    assert all(message.endswith(sign) for message in shown)


@pytest.mark.parametrize(("code", "minor"), [("JPY", 3600), ("CNY", 360000)])
def test_a_sign_of_two_currencies_is_what_the_shop_says(
    document: dict[str, Any], code: str, minor: int
) -> None:
    shown = {**document, "product": {"currency": "¥", "price": 3600, "productname": "x"}}
    order = KINDS["rayteams"].read(shown, {"currencies": {"¥": code}})
    assert isinstance(order, RemoteOrder)
    assert (order.currency, order.total, order.problems) == (code, minor, ())


@pytest.mark.parametrize("discount", ["10", "10%", 10, "첫 주문"])
def test_a_discount_is_shown_as_it_came_and_changes_no_price(document: dict[str, Any], discount: Any) -> None:
    order = read({**document, "product": {**document["product"], "discount": discount}})
    assert [note.message for note in order.memo if note.fact == "discount"] == [str(discount)]
    assert order.total == 360000


def test_only_what_a_person_wrote_is_anybodys_word(document: dict[str, Any]) -> None:
    assert [note.message for note in read(document).memo if not note.fact] == ["주문 신청"]


@pytest.mark.parametrize(
    ("project", "key", "found"),
    [
        ("p", "order:7", "p-7"),
        ("p-7", "order:7", "p-7"),
        ("p", "7", ""),
        ("p", "order:", ""),
        ("p", "his:7", ""),
        ("", "order:7", ""),
        (None, None, ""),
        ([], {}, ""),
    ],
)
def test_an_orders_id_is_its_projects_and_when_it_was_made(project: Any, key: Any, found: str) -> None:
    assert order_id({"_id": project, "sk": key}) == found


@pytest.mark.parametrize("document", [None, 7, [], {}, {"_id": "p"}, {"sk": "order:7"}, "order:7"])
def test_what_is_no_order_is_kept_as_it_came(document: Any) -> None:
    found = parse(document)
    assert isinstance(found, Unreadable)
    assert json.loads(found.raw) == document


def test_a_product_has_the_nodes_that_it_lists(sample: Sample) -> None:
    assert nodes_of(sample("rayteams_product_get")["data"]) == (
        Node("node_1669006551533", "Confirmed", "INPROGRESS"),
        Node("ewb-4", "Done", "CLOSED"),
    )


@pytest.mark.parametrize(
    "flow", [[{"status": "a1", "statusName": "A"}], {"nodes": [{"status": "a1", "statusName": "A"}]}]
)
def test_an_orders_own_workflow_names_nodes_in_whatever_list(flow: Any) -> None:
    found = nodes_in({"status": "b2", "statusName": "B", "workflow": flow})
    assert found == (Node("a1", "A"), Node("b2", "B"))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "created", "labId", "medicalRecords", "memo", "ownerGroupId", "patientId", "product", "status",
    "statusName", "statusType", "subject", "treatments", "updated", "workflow",
]  # fmt: skip
PRODUCT = st.dictionaries(st.sampled_from(["currency", "discount", "price", "productname"]), JSON)


@given(document=JSON)
def test_no_document_is_ever_an_error(document: Any) -> None:
    assert isinstance(parse(document), RemoteOrder | Unreadable)


@given(changes=st.dictionaries(st.sampled_from(FIELDS), JSON | PRODUCT), types=st.sampled_from([*BY_TYPE]))
def test_an_order_with_an_id_is_always_usable(changes: Any, types: str) -> None:
    document = {"_id": "p", "sk": "order:7", "statusType": types, **changes}
    before = copy.deepcopy(document)
    order = read(document)
    assert repr(document) == repr(before)
    assert (order.remote_id, order.lines[0].quantity) == ("p-7", 1)
    assert (order.total is None) == ("price" in order.problems)
    nodes_in(order.raw)


@given(product=JSON, workflow=JSON)
def test_no_product_is_ever_an_error(product: Any, workflow: Any) -> None:
    for said in (product, {"workflow": workflow}):
        assert all(node.status for node in nodes_of(said if isinstance(said, dict) else {}))


@given(sign=st.text())
def test_a_currency_is_a_code_or_none(sign: str) -> None:
    found = currency(sign, {})
    assert found is None or (len(found) == 3 and found.isupper())
