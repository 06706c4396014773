"""CREMA's documents: what is read of them, and that no document is ever an error."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channels import KINDS
from sync.channels.crema import wire
from sync.channels.crema.parse import STATUSES, parse
from sync.messages import RemoteLine, RemoteOrder, Unreadable
from sync.sandbox.crema_orders import STATUSES as KNOWN_THERE

Sample = Callable[[str], Any]


def read(document: Any) -> RemoteOrder:
    """Return a document's order; fails where it has none."""
    order = parse(document)
    assert isinstance(order, RemoteOrder)
    return order


def record(*lines: Any) -> dict[str, Any]:
    """Return the record of an order with these lines."""
    return {"order_code": "A", "sub_orders": list(lines)}


def test_a_line_is_read_as_documented(sample: Sample) -> None:
    order = read(record(sample("crema_sub_order_get")))
    assert (order.remote_id, order.status, order.remote_status) == ("A", "placed", "paid")
    assert (order.currency, order.payment, order.problems) == ("KRW", "paid", ())
    assert order.updated_at == datetime(2015, 2, 2, 17, 4, 12, tzinfo=UTC)
    assert order.lines == (
        RemoteLine("sub_order1", "940621", 1, price=45800, options=("색상: 블랙", "사이즈: 235")),
    )


def test_a_line_as_its_creation_answers_it_is_an_order_of_one_line(sample: Sample) -> None:
    order = read(sample("crema_sub_order_post_201"))
    assert (order.remote_id, [line.price for line in order.lines]) == ("sub_order1", [45800])


def test_rows_of_a_list_say_little_and_are_read(sample: Sample) -> None:
    order = read(record(*sample("crema_sub_orders_list")))
    assert [line.id for line in order.lines] == ["sub_order1", "sub_order2"]
    assert (order.status, order.problems) == ("unknown", ("status",))


def test_a_code_of_ours_is_shown_as_our_line(sample: Sample) -> None:
    order = read(record({**sample("crema_sub_order_get"), "code": "A:b:1"}))
    assert order.lines[0].id == "b:1"


@pytest.mark.parametrize(
    ("cents", "currency", "count", "price", "problems"),
    [
        (45800, "KRW", 2, 22900, ()),
        (1250, "USD", 1, 1250, ()),
        ("500000", "KRW", 1, 500000, ()),
        (None, "KRW", 1, None, ()),
        (-1, "KRW", 1, None, ("price",)),
        ("much", "KRW", 1, None, ("price",)),
        (100, "KRW", 0, 100, ("quantity",)),
        (100, "KRW", None, 100, ()),
    ],
)
def test_cents_are_the_minor_units_of_their_currency(
    sample: Sample, cents: Any, currency: str, count: Any, price: int | None, problems: tuple[str, ...]
) -> None:
    line = {
        **sample("crema_sub_order_get"),
        "price": {"cents": cents, "currency_iso": currency},
        "product_count": count,
    }
    order = read(record(line))
    assert (order.lines[0].price, order.currency, order.problems) == (price, currency, problems)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["delivery_finished", "delivery_started"], "executed"),
        (["delivery_finished", "cancelled"], "paid"),
        (["cancelled", "returned"], "canceled"),
        (["not_paid"], "placed"),
        (["on_the_moon", "paid"], "unknown"),
        ([], "unknown"),
    ],
)
def test_an_order_stands_where_its_least_advanced_line_does(statuses: list[str], status: str) -> None:
    lines = [{"id": number, "status": each} for number, each in enumerate(statuses)]
    assert read(record(*lines)).status == status


def test_every_status_that_is_known_of_the_service_means_something_here() -> None:
    assert set(STATUSES) == KNOWN_THERE


@pytest.mark.parametrize(
    "said",
    [{"size": "160", "color": "white"}, ["size:160", "color:white"], ["size: 160", "color: white"]],
)
def test_options_are_read_as_an_object_or_as_texts(said: Any) -> None:
    assert wire.SubOrder(product_options=said).product_options == (("size", "160"), ("color", "white"))


def test_a_document_is_kept_with_what_nobody_knows_of_it(sample: Sample) -> None:
    document = record({**sample("crema_sub_order_get"), "message": "TEST", "new": {"seen": "before"}})
    assert read(document).raw == document
    assert KINDS["crema"].read(document) == read(document)


@pytest.mark.parametrize("document", [None, 7, [], "x", {}, {"sub_orders": []}, {"order_code": None}])
def test_what_names_no_order_is_kept_as_it_came(document: Any) -> None:
    found = parse(document)
    assert isinstance(found, Unreadable)
    assert json.loads(found.raw) == document


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
LINES = st.dictionaries(st.sampled_from(sorted(wire.SubOrder.model_fields)), JSON)


@given(document=JSON)
def test_no_document_is_ever_an_error(document: Any) -> None:
    assert isinstance(parse(document), RemoteOrder | Unreadable)


@given(lines=st.lists(LINES | JSON, max_size=4))
def test_an_order_with_a_code_is_always_usable(lines: Any) -> None:
    document = record(*lines)
    before = copy.deepcopy(document)
    order = read(document)
    assert repr(document) == repr(before)
    assert all(line.quantity >= 1 and line.name for line in order.lines)


@pytest.mark.parametrize("model", [wire.Order, wire.SubOrder, wire.UnpaidOrder, wire.Token, wire.Price])
@given(data=st.data())
def test_every_shape_of_a_document_is_read_and_kept(model: Any, data: Any) -> None:
    fields = st.dictionaries(st.sampled_from([*model.model_fields, "unheard_of"]), JSON)
    said = data.draw(fields)
    found = model.model_validate(said)
    assert found.model_fields_set == set(said)
