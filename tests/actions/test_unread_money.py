"""What did not come as it is at its channel is not booked before a person has looked at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pos.actions import attention, deals
from pos.domain.order import Order
from pos.domain.payment import Amount
from pos.domain.refusals import Refused
from sync.messages import RemoteLine, RemoteOrder

Heard = Callable[..., RemoteOrder]

ENDLESS = RemoteLine("L1", "米饭", 1, None, 10**18)


def refusal(counter: Any, order: Order, *given: Amount) -> str:
    with pytest.raises(Refused) as refused:
        counter.do(deals.settle, [order.id], given)
    return refused.value.code


def see(counter: Any) -> None:
    for row in counter.attention():
        counter.do(attention.answer, row.id, "seen")


@pytest.mark.parametrize(
    ("shown", "due"),
    [
        ({"lines": [ENDLESS]}, 0),
        ({"lines": [ENDLESS], "total": 10**18, "payment": "paid"}, 0),
        ({"problems": ("price",)}, 6400),
        ({"problems": ("total",)}, 6400),
        ({"problems": ("quantity",), "total": 5000}, 5000),
    ],
)
def test_an_order_whose_money_was_not_read_is_settled_only_after_a_person_has_looked(
    counter: Any, heard: Heard, shown: Any, due: int
) -> None:
    counter.hear(heard(type="deliver", **shown))
    order = counter.reach("accepted")
    given = [Amount("cash", due)] if due else []
    assert refusal(counter, order, *given) == "money_unread"
    assert not counter.order().settled
    see(counter)
    assert counter.do(deals.settle, [order.id], given).deal.total == due


def test_one_order_whose_money_was_not_read_holds_a_whole_bill_back(counter: Any, heard: Heard) -> None:
    counter.hear(heard("R1"), heard("R2", problems=("total",)))
    both = [counter.reach("executed", name).id for name in ("R1", "R2")]
    with pytest.raises(Refused):
        counter.do(deals.settle, both, [Amount("cash", 12800)])
    assert not counter.order("R1").settled


@pytest.mark.parametrize("problem", ["memo_cut", "time"])
def test_what_does_not_touch_the_money_holds_no_bill_back(counter: Any, heard: Heard, problem: str) -> None:
    counter.hear(heard(problems=(problem,)))
    order = counter.reach("executed")
    assert counter.attention("problem")
    assert counter.do(deals.settle, [order.id], [Amount("cash", 6400)]).orders[0].settled


def test_an_order_of_a_service_without_prices_is_closed_as_it_is(counter: Any, heard: Heard) -> None:
    counter.hear(heard(lines=[RemoteLine("L1", "纱布", 3)]))
    order = counter.reach("executed")
    assert counter.do(deals.settle, [order.id]).orders[0].settled
