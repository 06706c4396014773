"""Letters carry orders as JSON, and give them back as they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sync.letters import order_body, order_of
from sync.messages import RemoteGuest, RemoteLine, RemoteNote, RemoteOrder

TEXT = st.text(max_size=10)
TIMES = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
MONEY = st.none() | st.integers(0, 10**9)
LINES = st.builds(
    RemoteLine,
    id=TEXT,
    name=TEXT,
    quantity=st.integers(1, 99),
    price=MONEY,
    deal_price=MONEY,
    item_id=TEXT,
    options=st.lists(TEXT, max_size=2).map(tuple),
    note=TEXT,
)
ORDERS = st.builds(
    RemoteOrder,
    remote_id=st.just(""),
    status=st.sampled_from(["placed", "accepted", "executed"]),
    type=st.sampled_from(["booking", "deliver", "eat_in", "take_away"]),
    lines=st.lists(LINES, max_size=3).map(tuple),
    currency=st.sampled_from(["CNY", "KRW", None]),
    raw=st.just({}),
    payment=st.sampled_from(["unpaid", "paid"]),
    payment_type=TEXT,
    total=MONEY,
    table=TEXT,
    guest=st.builds(RemoteGuest, id=TEXT, name=TEXT, phone=TEXT, address=TEXT),
    memo=st.lists(st.builds(RemoteNote, name=TEXT, message=TEXT, at=TIMES), max_size=2).map(tuple),
    placed_at=TIMES,
)


@given(order=ORDERS)
def test_an_order_comes_out_of_a_letter_as_it_went_in(order: RemoteOrder) -> None:
    assert order_of(json.loads(json.dumps(order_body(order)))) == order


def test_what_a_letter_leaves_out_is_empty() -> None:
    order = order_of({"type": "take_away"})
    assert (order.status, order.payment, order.lines, order.placed_at) == ("placed", "unpaid", (), None)
