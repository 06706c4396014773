"""What becomes of imweb's documents, the good and the strange."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.channels.imweb.carriers import CARRIERS
from sync.channels.imweb.codes import CLAIM_STATUSES
from sync.channels.imweb.parse import CLAIMS, STATUSES, TYPES, parse
from sync.documents import CUT, LONGEST_MESSAGE
from sync.messages import RemoteGuest, RemoteLine, RemoteOrder, Unreadable

PLACED = 1_767_225_600

ROW: dict[str, Any] = {
    "order_no": "202601010000001",
    "device": {"type": "mobile"},
    "order_time": PLACED,
    "orderer": {"member_code": "m1", "name": "홍길동", "call": "010-0000-0000"},
    "delivery": {
        "country": "KR",
        "country_text": "대한민국",
        "address": {
            "name": "성춘향", "phone": "010-0000-0001", "postcode": "06236",
            "address": "서울 강남구 테헤란로 1", "address_detail": "101호",
        },
        "memo": "문 앞에 놓아 주세요",
    },
    "payment": {"pay_type": "card", "deliv_type": "parcel", "price_currency": "KRW", "total_price": 30000},
    "form": [
        {"type": "text", "title": "현관 비밀번호", "value": "없음"},
        {"type": "checkbox", "title": "운동", "value": ["농구", "배구"]},
        {"type": "file", "title": "사진", "value": {"name": "a.png", "url": "/x"}},
    ],
}  # fmt: skip
OPTION = {
    "type": "require",
    "option_name_list": ["맵기", "양"],
    "value_name_list": ["매운맛", "많이"],
    "payment": {"price": 0, "count": 2},
}
PART: dict[str, Any] = {
    "order_no": "202601010000002",
    "status": "PAY_COMPLETE",
    "claim_status": "",
    "claim_type": "",
    "pay_time": PLACED,
    "items": [
        {
            "no": 5, "prod_no": 31, "prod_name": "비빔밥", "payment": {"count": 2, "price": 18000},
            "options": [[OPTION]],
        },
        {"no": 6, "prod_no": 32, "prod_name": "된장찌개", "payment": {"count": 1, "price": "9,000"}},
    ],
}  # fmt: skip


def record(*parts: dict[str, Any], **row: Any) -> dict[str, Any]:
    """Return a record of an order with these parts (by default one), and these fields of its row."""
    return copy.deepcopy({"order": {**ROW, **row}, "prod_orders": list(parts or (PART,))})


def read(document: Any) -> RemoteOrder:
    """Return a document's order; fails where it has none."""
    order = parse(document)
    assert isinstance(order, RemoteOrder)
    return order


def part(status: str, **fields: Any) -> dict[str, Any]:
    """Return a product-order in a state."""
    return {**PART, "status": status, "order_no": status, **fields}


def test_a_paid_order_is_read_as_documented() -> None:
    order = read(record())
    assert (order.remote_id, order.status, order.type) == ("202601010000001", "placed", "deliver")
    assert (order.payment, order.payment_type, order.total) == ("paid", "card", 30000)
    assert (order.currency, order.placed_at) == ("KRW", datetime.fromtimestamp(PLACED, UTC))
    assert order.lines == (
        RemoteLine("202601010000002/5", "비빔밥", 2, 9000, 9000, "31", ("맵기: 매운맛", "양: 많이")),
        RemoteLine("202601010000002/6", "된장찌개", 1, 9000, 9000, "32"),
    )
    assert order.guest == RemoteGuest("m1", "성춘향", "010-0000-0001", "서울 강남구 테헤란로 1 101호 (06236)")
    assert [note.message for note in order.memo] == [
        "문 앞에 놓아 주세요", "현관 비밀번호: 없음", "운동: 농구, 배구", "사진: a.png",
    ]  # fmt: skip
    assert (order.problems, order.remote_status) == ((), "PAY_COMPLETE")


def test_every_field_of_a_document_is_kept() -> None:
    document = record({**PART, "never": [1]}, seen={"before": 1})
    assert read(document).raw == document


@pytest.mark.parametrize(("status", "ours"), STATUSES.items())
def test_each_status_is_one_of_ours(status: str, ours: str) -> None:
    order = read(record(part(status)))
    assert (order.status, order.problems) == (ours, ())


@pytest.mark.parametrize(
    ("statuses", "ours"),
    [
        (("STANDBY", "PAY_COMPLETE"), "placed"),
        (("DELIVERING", "STANDBY"), "accepted"),
        (("COMPLETE", "DELIVERING"), "executed"),
        (("CANCEL", "DELIVERING"), "executed"),
        (("CANCEL", "RETURN"), "canceled"),
        (("DELIVERING", "NEW_WORD"), "unknown"),
    ],
)
def test_an_order_stands_where_its_least_part_stands(statuses: tuple[str, ...], ours: str) -> None:
    order = read(record(*map(part, statuses)))
    assert order.status == ours
    assert order.remote_status == ",".join(statuses)


def test_what_was_canceled_is_no_line_of_what_is_left() -> None:
    order = read(record(part("CANCEL"), part("PAY_COMPLETE")))
    assert {line.id.partition("/")[0] for line in order.lines} == {"PAY_COMPLETE"}
    assert (order.total, order.problems, order.payment) == (None, ("total",), "part_refunded")
    assert (order.off, read(record(part("CANCEL"), part("RETURN"))).off) == (("CANCEL",), ())


@pytest.mark.parametrize(
    ("parts", "pay_type", "payment"),
    [
        ([part("PAY_WAIT", pay_time=0)], "cash", "unpaid"),
        ([part("PAY_WAIT", pay_time=0), part("STANDBY")], "card", "unpaid"),
        ([part("STANDBY", pay_time=None)], "card", "paid"),
        ([part("CANCEL", pay_time=0)], "cash", "unpaid"),
        ([part("CANCEL")], "card", "refunded"),
        ([part("CANCEL")], "virtual", "paid"),
        ([part("RETURN"), part("COMPLETE")], "kakaopay", "part_refunded"),
        ([part("RETURN"), part("COMPLETE")], "cash", "paid"),
        ([part("NEW_WORD", pay_time=0)], "card", "unknown"),
    ],
)
def test_money_is_where_the_parts_say(parts: list[Any], pay_type: str, payment: str) -> None:
    row = {"payment": {**ROW["payment"], "pay_type": pay_type}}
    document = {"order": {**ROW, **row}, "prod_orders": parts}
    assert read(document).payment == payment


def test_a_transfer_to_the_bank_is_not_money_in_the_drawer() -> None:
    order = read(record(payment={"pay_type": "cash", "total_price": 1}))
    assert order.payment_type == "bank_transfer"


@pytest.mark.parametrize(("word", "ours"), TYPES.items())
def test_each_way_of_delivery_is_one_of_ours(word: str, ours: str) -> None:
    order = read(record(payment={**ROW["payment"], "deliv_type": word}))
    assert (order.type, order.problems) == (ours, ())


def test_an_unknown_way_of_delivery_is_carried_and_says_so() -> None:
    order = read(record(payment={**ROW["payment"], "deliv_type": "drone"}))
    assert (order.type, order.problems) == ("deliver", ("type",))


def test_the_way_of_delivery_may_stand_at_the_item() -> None:
    items = [{**PART["items"][0], "delivery": {"deliv_type": "visit"}}]
    assert read(record({**PART, "items": items}, payment={})).type == "booking"


@pytest.mark.parametrize(("state", "problem"), CLAIMS.items())
def test_a_claim_that_waits_for_an_answer_is_shown_to_a_person(state: str, problem: str) -> None:
    order = read(record({**PART, "claim_status": state, "claim_type": "RETURN"}))
    assert order.problems == (problem,)
    assert order.remote_status == f"PAY_COMPLETE/{state}"


@pytest.mark.parametrize("state", CLAIM_STATUSES)
def test_what_is_claimed_of_a_part_is_known_until_it_is_done(state: str) -> None:
    kind = {"CAN": "CANCEL", "RET": "RETURN"}.get(state[:3], "EXCHANGE")
    claimed = {**PART, "order_no": "7", "status": "DELIVERING", "claim_status": state, "claim_type": kind}
    assert read(record(claimed, PART)).claims == (("7", kind.lower()),)
    done = {**claimed, "status": "EXCHANGE", "claim_type": "EXCHANGE"}
    assert read(record(done, PART)).claims == ()
    assert read(record({**claimed, "claim_status": ""}, PART)).claims == ()


@pytest.mark.parametrize(
    ("said", "currency", "total", "problems"),
    [
        (30000, "KRW", 30000, ()),
        ("30,000", "KRW", 30000, ()),
        (30000.0, "KRW", 30000, ()),
        ("12.5", "USD", 1250, ()),
        ("", "KRW", None, ()),
        ("12.5", "KRW", None, ("total",)),
        (-1, "KRW", None, ("total",)),
        ("공짜", "KRW", None, ("total",)),
        ([1], "KRW", None, ("total",)),
        (True, "KRW", None, ("total",)),
        ("NaN", "USD", None, ("total",)),
    ],
)
def test_money_is_never_guessed(
    said: Any, currency: str, total: int | None, problems: tuple[str, ...]
) -> None:
    order = read(record(payment={"total_price": said, "price_currency": currency}))
    assert (order.total, order.problems) == (total, problems)


@pytest.mark.parametrize("price", ["x", -5, 12.5, [], {}, True])
def test_a_price_that_is_none_is_no_price(price: Any) -> None:
    items = [{"no": 1, "prod_name": "국", "payment": {"count": 1, "price": price}}]
    order = read(record({**PART, "items": items}))
    assert (order.lines[0].price, order.problems) == (None, ("price",))


@pytest.mark.parametrize("count", [0, -1, "둘", 1.5, None, True])
def test_a_quantity_that_is_none_is_shown_as_it_came(count: Any) -> None:
    items = [{"no": 1, "prod_name": "국", "payment": {"count": count, "price": 1}}]
    order = read(record({**PART, "items": items}))
    assert (order.lines[0].quantity, order.problems) == (1, ("quantity",))
    assert order.lines[0].note.startswith("quantity: ")


@pytest.mark.parametrize("options", [[[OPTION]], [OPTION], OPTION, {"0": [OPTION]}, {"0": {"1": OPTION}}])
def test_options_come_in_lists_of_lists_or_alone(options: Any) -> None:
    items = [{**PART["items"][0], "options": options}]
    assert read(record({**PART, "items": items})).lines[0].options == ("맵기: 매운맛", "양: 많이")


def test_an_address_abroad_is_put_together() -> None:
    address = {"name": "Kim", "address_street": "1 Main St", "address_city": "Springfield", "postcode": "1"}
    order = read(record(delivery={"country": "US", "country_text": "미국", "address": address}))
    assert order.guest.address == "1 Main St Springfield (1) 미국"


def test_each_parcel_is_told_of_once_whoever_entered_it() -> None:
    sent = {"parcel_code": "CJ", "invoice_no": "3021"}
    other = {"parcel_code": "NEW", "invoice_no": "7"}
    parts = (part("DELIVERING", **sent), part("COMPLETE", **sent), part("DELIVERING", **other), PART)
    facts = [(note.fact, note.message) for note in read(record(*parts)).memo if note.fact]
    assert facts == [("tracking", f"{CARRIERS['CJ']} 3021"), ("tracking", "NEW 7")]


def test_a_long_memo_is_cut_and_says_so() -> None:
    order = read(record(delivery={"memo": "매" * 5000}, form=None))
    assert order.memo[0].message == "매" * LONGEST_MESSAGE + CUT
    assert order.problems == ("memo_cut",)


@pytest.mark.parametrize("document", [None, 7, "x", [], {}, {"order": 7}, {"order": {"order_no": []}}])
def test_what_is_no_order_is_kept_as_it_came(document: Any) -> None:
    found = parse(document)
    assert isinstance(found, Unreadable)
    assert json.loads(found.raw) == document


def test_a_document_nested_without_end_stops_nothing() -> None:
    nested: Any = []
    for _ in range(5000):
        nested = [nested]
    found = parse({"order": {"order_no": "1", "form": nested}})
    assert isinstance(found, Unreadable)
    assert found.key == "1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def fields_of(document: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return documents in which some of the known fields hold anything."""
    return st.dictionaries(st.sampled_from(sorted(document)), JSON)


ITEM = PART["items"][0]


def test_a_row_without_any_product_order_is_no_order_without_dishes() -> None:
    found = parse({"order": ROW, "prod_orders": []})
    assert isinstance(found, Unreadable)
    assert (found.key, found.reason) == (ROW["order_no"], "no product-orders")


@given(document=JSON | st.dictionaries(st.sampled_from(["order", "prod_orders"]), JSON))
def test_no_document_is_ever_an_error(document: Any) -> None:
    assert isinstance(parse(document), RemoteOrder | Unreadable)


@given(
    row=fields_of({k: v for k, v in ROW.items() if k != "order_no"}),
    delivery=fields_of(ROW["delivery"]) | JSON,
    payment=fields_of({**ROW["payment"], "payment_amount": 0}) | JSON,
    parts=st.lists(fields_of(PART) | JSON, max_size=3),
    item=fields_of({**ITEM, "delivery": {}}) | JSON,
    option=fields_of(OPTION) | JSON,
)
def test_an_order_with_a_number_is_always_usable(
    row: Any, delivery: Any, payment: Any, parts: Any, item: Any, option: Any
) -> None:
    items = [item, {**ITEM, "options": [[option]]}]
    strange = {"order": {**ROW, "delivery": delivery, "payment": payment, **row}}
    strange["prod_orders"] = [*parts, {**PART, "items": items}]
    before = copy.deepcopy(strange)
    order = read(strange)
    assert repr(strange) == repr(before)
    assert all(line.quantity >= 1 for line in order.lines)
    assert all(line.price is None or line.price >= 0 for line in order.lines)
    assert order.total is None or order.total >= 0
