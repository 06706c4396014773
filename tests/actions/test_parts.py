"""What only some services know: parts that are refused alone, and orders that are complete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import deals, new, orders, outbox
from pos.domain.order import Line, OrderType
from pos.domain.shop import ChannelFacts, Shop
from pos.store import queries
from sync.channels import KINDS
from sync.messages import FailedPart, RemoteLine, RemoteOrder, Told

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


def test_a_refused_part_stands_before_what_it_holds_back(counter: Any, heard: Heard) -> None:
    counter.hear(heard(type="booking"))
    order = counter.order()
    counter.do(orders.accept, order.id)
    counter.do(orders.execute, order.id)
    counter.do(outbox.told, counter.claim_letter(), Told(failed=(FailedPart("7", "품절"),)))
    stuck = counter.do(lambda tx: [(one.verb, one.state) for one in tx.outbox.stuck()])
    assert stuck == [("accept", "failed"), ("execute", "waiting")]


def test_what_was_written_later_waits_for_each_refused_part_and_no_part_for_another(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(type="booking"))
    order = counter.order()
    counter.do(orders.accept, order.id)
    counter.do(orders.execute, order.id)
    refused = (FailedPart("7", "품절"), FailedPart("8", "배송 중"))
    counter.do(outbox.told, counter.claim_letter(), Told(failed=refused))
    assert [letter.verb for letter in counter.letters(order)] == ["accept", "accept", "accept", "execute"]
    seventh, eighth = counter.letters(order)[1:3]
    counter.do(outbox.retry, eighth.id)
    counter.do(outbox.told, counter.claim_letter(), Told())
    assert counter.claim_letter() is None
    counter.do(outbox.retry, seventh.id)
    again = counter.claim_letter()
    # A part of a part stands where the whole stood.
    counter.do(outbox.told, again, Told(failed=(FailedPart("7", "품절"),)))
    assert counter.claim_letter() is None
    counter.do(outbox.drop, counter.letters(order)[3].id, "by hand")
    assert counter.claim_letter().verb == "execute"


def handed_over(counter: Any, heard: Heard) -> list[str]:
    """Return what is told of a delivery that was paid there, accepted here, and settled."""
    counter.hear(heard(type="deliver", payment="paid"))
    order = counter.order()
    counter.do(orders.accept, order.id)
    counter.do(deals.settle, [order.id])
    return [letter.verb for letter in counter.letters(order)]


class TestAtAWebShop:
    """Where the channel is one that wants to know when an order is complete."""

    @pytest.fixture
    def shop(self, shop: Shop) -> Shop:
        """The shop, with the verbs of imweb."""
        return replace(
            shop, channels={"fankahui": ChannelFacts("fankahui", "imweb", tells=KINDS["imweb"].tells)}
        )

    def test_what_was_paid_there_and_is_handed_over_here_is_complete(
        self, counter: Any, heard: Heard
    ) -> None:
        assert handed_over(counter, heard) == ["accept", "execute", "complete"]

    def test_what_is_settled_before_it_is_fired_is_complete_once_it_is(
        self, counter: Any, heard: Heard
    ) -> None:
        counter.hear(heard(type="booking", payment="paid"))
        order = counter.order()
        counter.do(orders.accept, order.id)
        counter.do(deals.settle, [order.id])
        assert [letter.verb for letter in counter.letters(order)] == ["accept"]
        counter.do(orders.execute, order.id)
        assert [letter.verb for letter in counter.letters(order)] == ["accept", "complete"]


def test_a_service_without_a_word_for_complete_is_not_told_it(counter: Any, heard: Heard) -> None:
    assert handed_over(counter, heard) == ["accept", "execute"]


def test_an_order_that_carries_our_number_is_the_one_that_was_registered(counter: Any, heard: Heard) -> None:
    draft = new.Draft(OrderType.BOOKING, (Line("", "米饭", 2, 300),), channel="fankahui")
    order = counter.do(new.place, draft)
    letter = counter.claim_letter()
    counter.do(outbox.postpone, letter, "no_answer_in_time", counter.clock.now, True, True)
    there = heard(lines=(RemoteLine("item:31", "米饭", 2),), own_ids=("other", str(order.id)))
    counter.hear(there)
    assert [(o.id, o.remote_id) for o in counter.ask(queries.orders)] == [(order.id, "R1")]
