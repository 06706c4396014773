"""Money that a channel tells of: paid once, and never against what was taken here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import deals as settling
from pos.actions import orders, outbox
from pos.domain.order import Status
from pos.domain.payment import Amount, Payment, PaymentStatus
from sync.messages import RemoteLine, RemoteOrder

Heard = Callable[..., RemoteOrder]


def test_paid_there_changes_the_payment_only(counter: Any, heard: Heard) -> None:
    counter.hear(heard(), heard(status="paid", payment="paid", payment_type="weixin"))
    order = counter.order()
    assert (order.status, order.payment.status, order.payment.online) == (
        Status.PLACED, PaymentStatus.PAID, True,
    )  # fmt: skip


def test_a_payment_that_was_unclear_may_become_paid(counter: Any, heard: Heard) -> None:
    counter.hear(heard(payment="unknown"), heard(payment="paid", payment_type="alipay"))
    assert counter.order().payment.taken_online


def test_paid_there_and_other_money_taken_here_is_told_to_nobody_but_a_person(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.do(settling.settle, [order.id], [Amount("cash", 6400)])
    shown = heard(status="paid", payment="paid")
    counter.hear(shown, replace(shown, raw={"shown": "again"}))
    assert (counter.tell_all(), len(counter.attention("paid_twice"))) == ([], 1)
    assert counter.order().payment.type == "cash"


def test_our_own_payment_coming_back_is_not_paid_twice(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.do(settling.settle, [order.id], [Amount("cash", 6400)])
    paid = heard(status="paid", payment="paid", payment_type="cash")
    assert counter.tell_all(paid) == ["pay"]
    counter.hear(replace(paid, raw={"shown": "again"}))
    assert counter.attention() == []


def test_a_payment_whose_answer_was_lost_is_not_paid_twice(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.do(settling.settle, [order.id], [Amount("cash", 6400)])
    letter = counter.claim_letter()
    counter.do(outbox.postpone, letter, "timeout", counter.clock.now, unknown=True, counted=True)
    counter.hear(heard(status="paid", payment="paid"))
    assert (counter.attention(), counter.tell_all()) == ([], ["pay"])


@pytest.mark.parametrize("act", [orders.reject, orders.cancel])
def test_turning_down_a_guest_who_has_paid_raises_an_attention_row_until_its_refund_is_known(
    counter: Any, heard: Heard, act: Any
) -> None:
    counter.hear(heard(payment="paid"))
    for _ in range(2):
        counter.do(act, counter.order().id, "卖完了", undoable=True)
        assert len(counter.attention("paid_but_off")) == 1
        counter.do(orders.undo, counter.order().id)
        assert counter.attention("paid_but_off") == []
    counter.do(act, counter.order().id, "卖完了")
    counter.tell_all()
    counter.hear(heard(status="canceled", payment="refunded"))
    assert (counter.attention("paid_but_off"), counter.order().payment.status.value) == ([], "refunded")


def test_paid_after_it_was_called_off_raises_an_attention_row(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    counter.reach("canceled")
    counter.hear(heard(status="canceled", payment="paid"))
    assert len(counter.attention("paid_but_off")) == 1


def test_paid_here_and_canceled_there_is_a_task_and_never_a_refund(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.do(settling.settle, [order.id], [Amount("cash", 6400)])
    counter.hear(heard(status="canceled"))
    assert (counter.order().status, len(counter.attention("paid_here_off_there"))) == (Status.PAID, 1)
    assert counter.tell_all() == []


def test_lines_changed_there_after_settling_are_shown_also_before_the_kitchen_has_them(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    order = counter.do(orders.accept, counter.order().id).order
    counter.do(settling.settle, [order.id], [Amount("cash", 6400)])
    counter.tell_all()
    counter.hear(heard(lines=(RemoteLine("L9", "汤", 1, 900),)))
    assert (counter.order().lines, len(counter.attention("lines_changed"))) == (order.lines, 1)


def test_a_payment_that_was_not_known_is_known_again(counter: Any, heard: Heard) -> None:
    counter.hear(heard(payment="unknown"), heard(payment="unpaid", payment_type="weixin"))
    assert counter.order().payment == Payment("weixin", PaymentStatus.UNPAID)
    counter.hear(heard(payment="unknown", payment_type="weixin"))
    assert counter.order().payment.status is PaymentStatus.UNKNOWN


def test_what_a_refund_left_with_the_channel_is_not_taken_from_the_guest_again(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(payment="paid", payment_type="weixin"), heard(payment="part_refunded"))
    order = counter.do(orders.accept, counter.order().id).order
    (settled,) = counter.do(settling.settle, [order.id]).orders
    assert settled.payment == Payment("weixin", PaymentStatus.PART_REFUNDED, online=True)
