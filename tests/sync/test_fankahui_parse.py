"""What becomes of fankahui's documents, the good and the strange."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channels.fankahui.parse import parse
from sync.documents import CUT, LONGEST_MESSAGE
from sync.messages import Membership, RemoteDeal, RemoteLine, RemoteOrder, Unreadable

Sample = Callable[[str], Any]
PLACED = datetime(2013, 12, 20, 8, 58, 5, tzinfo=UTC)


def read(document: Any) -> RemoteOrder:
    """Return a document's order; fails where it has none."""
    order = parse(document)
    assert isinstance(order, RemoteOrder)
    return order


def test_a_placed_booking_is_read_as_documented(sample: Sample) -> None:
    order = read(sample("fankahui_orders_post_response"))
    assert (order.remote_id, order.status, order.type) == ("2834910281d26a76", "placed", "booking")
    assert (order.payment, order.payment_type, order.table) == ("unpaid", "weixin", "16")
    assert (order.currency, order.total, order.placed_at) == ("CNY", None, PLACED)
    assert order.lines == (
        RemoteLine("E7BC77BA-61CD-47EF-8639-321E760BBC88", "盖浇饭", 1, 1620, 1620, "221f47e56134f82c"),
        RemoteLine("E7BC77BA-61CD-47EF-8639-321E760BBC89", "拉面", 2, 1000, 1000, "221f47e56134f82d"),
    )
    assert [(n.name, n.message) for n in order.memo] == [("顾客张三", "提交了订单，不要加辣椒")]
    assert (order.guest.name, order.guest.phone) == ("顾客张三", "18912345678")
    assert order.guest.membership == Membership("会员", 40, 0, "087442b616a1e8dc")
    assert order.problems == ()


def test_a_listed_order_has_its_fee_and_number(sample: Sample) -> None:
    order = read(sample("fankahui_orders_get_response"))
    assert (order.total, order.sequence_number, order.payment) == (1600, "1", "unpaid")
    assert order.guest.address == "江宁区胜太路68号408"


@pytest.mark.parametrize("field", ["name", "phone", "address"])
def test_a_delivery_goes_to_who_receives_it(sample: Sample, field: str) -> None:
    document = {**sample("fankahui_orders_pay_response"), "receipt": {field: "R"}}
    document["customer"][field] = "C"
    assert getattr(read(document).guest, field) == "R"
    for nothing in ("", "未提供", None):
        document["receipt"][field] = nothing
        assert getattr(read(document).guest, field) == "C"


def test_an_accepted_order_keeps_its_memo(sample: Sample) -> None:
    assert read(sample("fankahui_orders_put_response")).status == "accepted"


def test_a_paid_order_has_its_deal_and_its_expanded_guest(sample: Sample) -> None:
    order = read(sample("fankahui_orders_pay_response"))
    assert (order.status, order.payment, order.payment_type) == ("paid", "paid", "alipay")
    assert order.deal == RemoteDeal("759abcac0d96292b", "4dab8987361ff9dc")
    assert (order.total, order.sequence_number, order.type) == (3620, "1402304633001", "deliver")
    assert order.guest.membership == Membership("会员", 20000, 0, "9a0714826e347a64")
    assert order.guest.phone == "13987654321"
    assert order.guest.address == ""
    assert order.problems == ()


@pytest.mark.parametrize("name", ["post_response", "get_response", "put_response", "pay_response"])
def test_every_field_of_a_document_is_kept(sample: Sample, name: str) -> None:
    document = {**sample(f"fankahui_orders_{name}"), "neverSeen": {"before": [1, 2]}}
    assert read(document).raw == document


@pytest.mark.parametrize(("price", "taken"), [(1620, 1620), ("1620", 1620), (1620.0, 1620), (0, 0)])
def test_a_whole_price_is_taken_in_whatever_type_it_comes(sample: Sample, price: Any, taken: int) -> None:
    order = read(_with_line(sample, dealPrice=price))
    assert (order.lines[0].deal_price, order.problems) == (taken, ())


@pytest.mark.parametrize("price", ["-5", -5, "12元", 12.5, "12.5", [], [12], {}, True, 10**30, "1e3", ""])
def test_a_price_that_is_none_is_never_guessed(sample: Sample, price: Any) -> None:
    order = read(_with_line(sample, dealPrice=price))
    assert (order.lines[0].deal_price, order.problems) == (None, ("price",))
    assert (order.lines[0].name, order.lines[0].quantity) == ("盖浇饭", 1)


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "two", None, [2], {}, 10**6, True])
def test_a_quantity_that_is_none_is_shown_as_it_came(sample: Sample, quantity: Any) -> None:
    order = read(_with_line(sample, quantity=quantity))
    assert order.problems == ("quantity",)
    assert order.lines[0].note == f"quantity: {json.dumps(quantity)}"


def test_a_line_without_any_price_says_so(sample: Sample) -> None:
    order = read(_with_line(sample, dealPrice=None, item={"name": "汤"}))
    assert (order.lines[0].price, order.lines[0].deal_price, order.problems) == (None, None, ("price",))


def test_the_services_fee_stands_against_the_sum_of_its_lines(sample: Sample) -> None:
    order = read({**sample("fankahui_orders_get_response"), "fee": 1500})
    assert (order.total, order.lines[0].deal_price, order.problems) == (1500, 1600, ())


@pytest.mark.parametrize(
    ("came", "at"),
    [
        (1387529885, PLACED),
        (1387529885000, PLACED),
        (1387529885.5, PLACED.replace(microsecond=500000)),
        ("1387529885", PLACED),
        ("2013-12-20T08:58:05Z", PLACED),
    ],
)
def test_times_are_seconds_or_milliseconds(sample: Sample, came: Any, at: datetime) -> None:
    order = read({**sample("fankahui_orders_get_response"), "createdAt": came})
    assert (order.placed_at, order.problems) == (at, ())


@pytest.mark.parametrize("came", [-57261283574, 10**20, "yesterday", [], {}, True, 1e300, "9" * 400])
def test_an_absurd_time_is_none(sample: Sample, came: Any) -> None:
    order = read({**sample("fankahui_orders_get_response"), "createdAt": came})
    assert (order.placed_at, order.problems) == (None, ("time",))


@pytest.mark.parametrize("status", ["cooking", "", None, 7, ["placed"]])
def test_an_unknown_status_is_a_usable_order(sample: Sample, status: Any) -> None:
    order = read({**sample("fankahui_orders_get_response"), "status": status})
    assert (order.status, order.problems) == ("unknown", ("status",))
    assert order.lines


@pytest.mark.parametrize(
    "payment", ["later", 7, [], [1], {"status": ["paid"]}, {"status": 1}, {"status": "half"}]
)
def test_a_payment_that_cannot_be_read_is_never_unpaid(sample: Sample, payment: Any) -> None:
    order = read({**sample("fankahui_orders_get_response"), "payment": payment})
    assert (order.payment, order.problems) == ("unknown", ("payment",))


@pytest.mark.parametrize("payment", [None, {}, {"status": None}, {"type": "cash"}, {"status": "unpaid"}])
def test_a_payment_that_nobody_made_is_unpaid(sample: Sample, payment: Any) -> None:
    order = read({**sample("fankahui_orders_get_response"), "payment": payment})
    assert (order.payment, order.problems) == ("unpaid", ())


def test_an_unknown_type_with_an_address_is_a_delivery(sample: Sample) -> None:
    document = {**sample("fankahui_orders_get_response"), "type": "drone", "receipt": {"address": "屋顶"}}
    order = read(document)
    assert (order.type, order.guest.address, order.problems) == ("deliver", "屋顶", ("type",))


def test_a_long_memo_is_cut_and_says_so(sample: Sample) -> None:
    memo = [{"name": "n", "message": "辣" * 100_000}]
    order = read({**sample("fankahui_orders_get_response"), "memo": memo})
    assert order.memo[0].message == "辣" * LONGEST_MESSAGE + CUT
    assert order.problems == ("memo_cut",)
    assert order.raw["memo"] == memo


@pytest.mark.parametrize(
    "customer", ["6d97c241f56a8873", [{"id": "6d97c241f56a8873"}], {"id": "6d97c241f56a8873", "x": 1}]
)
def test_a_guest_may_come_as_an_id_a_list_or_an_object(sample: Sample, customer: Any) -> None:
    order = read({**sample("fankahui_orders_get_response"), "customer": customer})
    assert (order.guest.id, order.problems) == ("6d97c241f56a8873", ())


def test_one_item_may_come_without_its_list(sample: Sample) -> None:
    document = sample("fankahui_orders_get_response")
    assert read({**document, "items": document["items"][0]}).lines == read(document).lines


def test_what_no_database_takes_is_taken_out(sample: Sample) -> None:
    order = read({**sample("fankahui_orders_get_response"), "agent": {"name": "a\0b\ud800"}})
    assert order.agent == "ab?"
    json.dumps(order.raw, ensure_ascii=False).encode()


@pytest.mark.parametrize("document", [None, 7, "text", [], {}, {"id": None}, {"id": []}, {"id": ""}])
def test_what_is_no_order_is_kept_as_it_came(document: Any) -> None:
    found = parse(document)
    assert isinstance(found, Unreadable)
    assert json.loads(found.raw) == document
    assert found.key


def test_a_document_nested_without_end_stops_nothing() -> None:
    nested: Any = []
    for _ in range(5000):
        nested = [nested]
    found = parse({"id": "1", "memo": nested})
    assert isinstance(found, Unreadable)
    assert found.key == "1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "id", "createdAt", "updateAt", "status", "payment", "memo", "type", "items", "customer", "openRes",
    "receipt", "agent", "shop", "fee", "quantity", "sequenceNumber", "deal",
]  # fmt: skip


@given(document=st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON)
def test_no_document_is_ever_an_error(document: Any) -> None:
    assert isinstance(parse(document), RemoteOrder | Unreadable)


@given(
    changes=st.dictionaries(st.sampled_from(FIELDS[1:]), JSON),
    inner=st.dictionaries(st.sampled_from(["id", "item", "dealPrice", "quantity", "name", "price"]), JSON),
)
def test_an_order_with_an_id_is_always_usable(changes: Any, inner: Any) -> None:
    document = {"id": "1", "items": [inner, 7, {"item": inner}], **changes}
    before = copy.deepcopy(document)
    order = read(document)
    assert repr(document) == repr(before)
    assert all(line.quantity >= 1 for line in order.lines)
    assert all(line.deal_price is None or line.deal_price >= 0 for line in order.lines)


def _with_line(sample: Sample, **changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = sample("fankahui_orders_get_response")
    document["items"][0].update(changes)
    return document
