"""What the counter turns down while it goes on at its channel: the service wins, and a person hears of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import orders, outbox
from pos.domain.order import Status
from pos.store import queries
from sync.messages import RemoteOrder

Heard = Callable[..., RemoteOrder]


@pytest.mark.parametrize("word", ["moved_on: executed", "already accepted"])
def test_a_rejection_that_a_check_in_overtook_is_given_up_and_the_guest_is_here(
    counter: Any, heard: Heard, word: str
) -> None:
    counter.hear(heard())
    order = counter.do(orders.reject, counter.order().id, "卖完了").order
    counter.do(outbox.refused, counter.claim_letter(), word)
    counter.hear(heard(status="executed"))
    now = counter.order()
    assert (now.status, now.guest_is_here, now.closed_at) == (Status.PLACED, True, None)
    (letter,) = counter.letters(order)
    assert (letter.state, letter.error) == ("dropped", "moved_on: executed")
    (row,) = counter.attention()
    assert (row.kind, row.facts) == ("reopened_there", {"there": "executed", "time": "12:00"})
    assert counter.do(orders.accept, order.id).order.status is Status.EXECUTED
    assert (len(counter.tickets(order)), counter.attention()) == (1, [])


def known(counter: Any) -> str | None:
    """Return what the card says that its channel knows."""
    (card,) = counter.ask(queries.board)
    word: str | None = card.knows
    return word


def test_a_channel_knows_an_order_again_once_it_was_told_after_an_overruled_rejection(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    counter.do(orders.reject, counter.order().id, "卖完了")
    counter.do(outbox.refused, counter.claim_letter(), "moved_on: accepted")
    counter.hear(heard(status="accepted"))
    counter.do(orders.accept, counter.order().id)
    assert known(counter) == "waiting"
    assert counter.tell_all() == ["accept"]
    assert known(counter) == "yes"


def test_dishes_that_a_channel_was_never_told_of_are_not_known_there_for_what_it_is_told_later(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    order = counter.reach("accepted")
    counter.do(orders.amend, order.id, order.lines[1:])
    letter = counter.claim_letter()
    counter.do(outbox.refused, letter, "no")
    counter.do(outbox.drop, letter.id, "by phone")
    counter.do(orders.execute, order.id)
    assert counter.tell_all() == ["execute"]
    assert known(counter) == "no"
    counter.do(orders.amend, order.id, order.lines)
    assert counter.tell_all() == ["amend"]
    assert known(counter) == "yes"


def test_a_rejection_that_is_overtaken_again_is_said_again(counter: Any, heard: Heard) -> None:
    for turn in range(2):
        counter.hear(heard(table=f"A{turn}"))
        counter.do(orders.reject, counter.order().id, "卖完了")
        counter.do(outbox.refused, counter.claim_letter(), "moved_on: accepted")
        counter.hear(heard(status="accepted", table=f"A{turn}"))
        assert counter.order().status is Status.PLACED
        assert len(counter.attention("reopened_there")) == 1, "answered by what is done, and asked again"


def test_a_guest_who_has_paid_for_what_goes_on_there_waits_for_no_money(counter: Any, heard: Heard) -> None:
    counter.hear(heard(payment="paid"))
    counter.do(orders.reject, counter.order().id, "卖完了")
    assert len(counter.attention("paid_but_off")) == 1
    counter.do(outbox.refused, counter.claim_letter(), "moved_on: executed")
    counter.hear(heard(status="executed", payment="paid"))
    assert [row.kind for row in counter.attention()] == ["reopened_there"]


@pytest.mark.parametrize("state", ["waiting", "sending"])
def test_a_rejection_that_its_channel_has_not_answered_is_not_given_up(
    counter: Any, heard: Heard, state: str
) -> None:
    counter.hear(heard())
    order = counter.do(orders.reject, counter.order().id, "卖完了").order
    if state == "sending":
        counter.claim_letter()
    counter.hear(heard(status="executed"))
    assert ([row.state for row in counter.letters(order)], counter.order().status) == (
        [state], Status.REJECTED,
    )  # fmt: skip


def test_a_refused_cancel_stays_for_a_person_to_try_again(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.reach("accepted")
    counter.do(orders.cancel, order.id, "缺货")
    counter.do(outbox.refused, counter.claim_letter(), "too late to cancel")
    counter.hear(heard(status="executed"))
    last = counter.letters(order)[-1]
    assert (last.verb, last.state, last.error) == ("cancel", "failed", "too late to cancel")
    assert counter.order().status is Status.CANCELED


def test_that_a_letter_was_decided_again_stays_whatever_it_waits_for_until_a_person_retries_it(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id)
    letter = counter.claim_letter()
    assert not letter.overtaken
    now = counter.clock.now
    counter.do(outbox.postpone, letter, "overtaken", now, False, True, True)
    counter.do(outbox.postpone, counter.claim_letter(), "no_connection", now, False, True)
    again = counter.claim_letter()
    assert (again.overtaken, again.error) == (True, "no_connection")
    counter.do(outbox.refused, again, "moved_on: executed")
    assert counter.do(outbox.retry, letter.id)
    assert not counter.claim_letter().overtaken


def test_an_order_that_its_service_goes_on_with_is_asked_about_again_where_its_money_went_back(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(payment="paid"))
    counter.hear(heard(payment="refunded"))
    assert [row.kind for row in counter.attention()] == ["given_back"]
    counter.do(orders.reject, counter.order().id, "卖完了")
    counter.do(outbox.refused, counter.claim_letter(), "moved_on: accepted")
    counter.hear(heard(status="accepted", payment="refunded"))
    assert counter.order().status is Status.PLACED
    assert sorted(row.kind for row in counter.attention()) == ["given_back", "reopened_there"]


def test_only_the_rejection_is_given_up_and_the_journal_says_so(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = counter.order()
    for verb in ("note", "reject"):
        counter.do(
            lambda tx, verb=verb: tx.outbox.add("fankahui", order.id, verb, {}, tx.now, state="failed")
        )
    counter.do(lambda tx: tx.put(replace(order, status=Status.REJECTED)))
    counter.hear(heard(status="accepted"))
    assert {one.verb: one.state for one in counter.letters(order)} == {"note": "failed", "reject": "dropped"}
    assert counter.acts(order).count("letter_dropped") == 1
