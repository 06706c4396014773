"""Where a service refuses a part of an order, the rest stays done and that part is told again alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pos.actions import orders, outbox
from sync.messages import FailedPart, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]


def test_each_failed_part_is_a_letter_of_its_own(counter: Any, heard: Heard) -> None:
    counter.hear(heard(type="booking"))
    order = counter.order()
    counter.do(orders.accept, order.id)
    refused = (FailedPart("7", "품절"), FailedPart("8", "배송 중"))
    counter.do(outbox.told, counter.claim_letter(), Told(failed=refused))
    letters = [(letter.verb, letter.state, letter.error) for letter in counter.letters(order)]
    assert letters == [("accept", "told", ""), ("accept", "failed", "품절"), ("accept", "failed", "배송 중")]


def test_a_failed_part_is_told_again_alone(counter: Any, heard: Heard) -> None:
    counter.hear(heard(type="booking"))
    order = counter.order()
    counter.do(orders.accept, order.id)
    counter.do(outbox.told, counter.claim_letter(), Told(failed=(FailedPart("7", "품절"),)))
    assert counter.claim_letter() is None
    counter.do(outbox.retry, counter.letters(order)[-1].id)
    again = counter.claim_letter()
    assert (again.verb, again.body["parts"]) == ("accept", ["7"])
