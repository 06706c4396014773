"""The counter's commands: what each writes, what repeating one does, and what Undo can take back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from pos.actions import attention, deals, new, orders, outbox
from pos.actions.cards import looks_like_card
from pos.domain.order import Guest, IllegalMove, Line, OrderType, Status
from pos.domain.payment import Amount
from pos.domain.refusals import Refused
from pos.domain.shop import ChannelFacts, Shop
from pos.store import backlog, queries
from sync.messages import RemoteLine, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]
TIP = RemoteLine("T1", "服务费", 1, 100)
MEAL = new.Draft(OrderType.EAT_IN, (Line("", "米饭", 2, 300),))


@pytest.fixture
def placed(counter: Any, heard: Heard) -> Any:
    """A booking that waits to be accepted."""
    counter.hear(heard())
    return counter.order()


def refusal(counter: Any, action: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        counter.do(action, *arguments, **more)
    return refused.value.code


def test_a_command_writes_order_journal_letter_and_ticket_in_one_transaction(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(type="deliver"))
    made = counter.do(orders.accept, counter.order().id, minutes=20)
    assert (made.changed, made.order.status, made.undo_until) == (True, Status.EXECUTED, None)
    assert made.order.due_at == counter.clock.now + timedelta(minutes=20)
    assert counter.acts(made.order) == ["received", "accept", "execute"]
    assert [(letter.verb, letter.state) for letter in counter.letters(made.order)] == [
        ("accept", "waiting"), ("execute", "waiting"),
    ]  # fmt: skip
    assert [ticket.state for ticket in counter.tickets(made.order)] == ["queued"]


def test_a_refused_command_leaves_nothing_behind(counter: Any, placed: Any) -> None:
    before = counter.ask(queries.timeline, placed.id)
    with pytest.raises(IllegalMove) as refused:
        counter.do(orders.execute, placed.id)
    assert refused.value.facts["possible"] == "accept reject check_in amend cancel"
    assert refusal(counter, orders.reject, placed.id, "   ") == "reason_needed"
    assert refusal(counter, orders.accept, placed.id, 0) == "bad_minutes"
    assert refusal(counter, orders.accept, placed.id, 601) == "bad_minutes"
    assert refusal(counter, orders.accept, uuid4()) == "no_order"
    assert counter.order() == placed
    assert (counter.ask(queries.timeline, placed.id), counter.letters(placed)) == (before, [])


def test_repeating_a_command_is_harmless_and_says_so(counter: Any, placed: Any) -> None:
    counter.do(orders.check_in, placed.id)
    written = counter.order()
    for action in (orders.accept, orders.check_in, orders.execute):
        assert counter.do(action, placed.id).changed is False
    assert counter.order() == written
    assert [letter.verb for letter in counter.letters(placed)] == ["accept", "execute"]
    assert len(counter.tickets(placed)) == 1


def test_who_was_first_stands_in_the_journal(counter: Any, placed: Any) -> None:
    counter.do(orders.accept, placed.id)
    counter.do(orders.execute, placed.id)
    counter.do(orders.check_in, placed.id)
    assert counter.acts(placed)[-2:] == ["execute", "was_first"]
    assert counter.ask(queries.timeline, placed.id)[-1].facts == {"move": "check_in"}


def test_a_rejection_tells_its_reason(counter: Any, placed: Any) -> None:
    counter.do(orders.reject, placed.id, " 卖完了 ")
    assert counter.claim_letter().body["reason"] == "卖完了"


def test_a_channel_that_cannot_be_told_shows_that_it_was_not(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
) -> None:
    mute = ChannelFacts("fankahui", "fankahui", tells=frozenset({"accept"}))
    counter = open_counter(replace(shop, channels={"fankahui": mute}))
    counter.hear(heard())
    counter.do(orders.reject, counter.order().id, "卖完了")
    (letter,) = counter.letters(counter.order())
    assert (letter.verb, letter.state, letter.error) == ("reject", "dropped", "cannot_be_told")
    assert counter.claim_letter() is None


# --- undo --------------------------------------------------------------------------------------------------


def test_undo_takes_back_what_nobody_has_been_told(counter: Any, placed: Any) -> None:
    made = counter.do(orders.accept, placed.id, undoable=True)
    assert made.undo_until == counter.clock.now + timedelta(seconds=5)
    assert counter.claim_letter() is None
    back = counter.do(orders.undo, placed.id)
    assert (back.status, back.accepted_at) == (Status.PLACED, None)
    counter.clock.pass_by(seconds=6)
    assert (counter.claim_letter(), counter.letters(placed)[0].state) == (None, "dropped")


def test_a_letter_from_the_screen_waits_five_seconds_even_for_an_impatient_worker(
    counter: Any, placed: Any
) -> None:
    counter.do(orders.accept, placed.id, undoable=True)
    assert counter.do(outbox.claim, "fankahui", True) is None
    counter.clock.pass_by(seconds=5)
    assert counter.claim_letter().verb == "accept"


@pytest.mark.parametrize("fate", ["sending", "told", "tried"])
def test_undo_comes_too_late_once_the_channel_may_know(counter: Any, placed: Any, fate: str) -> None:
    counter.do(orders.accept, placed.id, undoable=True)
    counter.clock.pass_by(seconds=5)
    if fate == "told":
        counter.tell_all()
    else:
        letter = counter.claim_letter()
        if fate == "tried":
            counter.do(outbox.postpone, letter, "timeout", counter.clock.now, unknown=True, counted=True)
    assert refusal(counter, orders.undo, placed.id) == "too_late"
    assert counter.order().status is Status.ACCEPTED


def test_undo_comes_too_late_once_paper_may_have_moved(counter: Any, heard: Heard) -> None:
    counter.hear(heard(type="deliver"))
    made = counter.do(orders.accept, counter.order().id, undoable=True)
    assert (made.undo_until, refusal(counter, orders.undo, made.order.id)) == (None, "too_late")


def test_undo_does_not_reopen_what_is_in_a_deal(counter: Any, heard: Heard) -> None:
    counter.hear(heard(payment="paid"))
    counter.do(orders.accept, counter.order().id, undoable=True)
    counter.do(deals.settle, [counter.order().id])
    assert refusal(counter, orders.undo, counter.order().id) == "too_late"


def test_undoing_a_cancel_goes_back_to_where_it_came_from(counter: Any, placed: Any) -> None:
    counter.do(orders.accept, placed.id)
    counter.tell_all()
    counter.do(orders.cancel, placed.id, "误按", undoable=True)
    back = counter.do(orders.undo, placed.id)
    assert (back.status, back.closed_at, back.accepted_at) == (Status.ACCEPTED, None, counter.clock.now)


# --- orders made here --------------------------------------------------------------------------------------


def test_a_guest_at_the_counter_is_served_at_once_and_nobody_is_told(counter: Any) -> None:
    order = counter.do(new.place, MEAL)
    assert (order.status, order.number, order.currency, order.total) == (Status.EXECUTED, "001", "CNY", 600)
    assert all(line.id for line in order.lines)
    assert (counter.letters(order), len(counter.print_all())) == ([], 1)


def test_a_booking_made_here_is_registered_with_its_channel(counter: Any) -> None:
    draft = replace(MEAL, type=OrderType.BOOKING, channel="fankahui", guest=Guest(name="张"), memo=("快",))
    order = counter.do(new.place, draft)
    letter = counter.claim_letter()
    assert (order.status, letter.verb) == (Status.PLACED, "register")
    body = letter.body["order"]
    assert (body["guest"]["name"], body["memo"][0]["message"], body["total"]) == ("张", "快", 600)
    assert body["items"][0]["id"] == order.lines[0].id


def test_a_registered_order_is_known_again_however_the_service_writes_it(counter: Any, heard: Heard) -> None:
    lines = (Line("", "米饭", 2, 300), Line("", "水煮鱼", 1, 5800))
    order = counter.do(new.place, replace(MEAL, lines=lines, type=OrderType.BOOKING, channel="fankahui"))
    letter = counter.claim_letter()
    counter.do(orders.amend, order.id, (Line("", "汤", 1, 900),))
    there = heard(lines=(*(RemoteLine(line.id.lower(), line.name, 1, 300) for line in order.lines), TIP))
    counter.hear(there)
    counter.do(outbox.told, letter, Told(there, already=True))
    assert [(o.id, o.remote_id) for o in counter.ask(queries.orders)] == [(order.id, "R1")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lines": ()}, "no_lines"),
        ({"lines": (Line("", " ", 1),)}, "no_name"),
        ({"lines": (Line("", "A", 0),)}, "bad_quantity"),
        ({"lines": (Line("", "A", 10_000),)}, "bad_quantity"),
        ({"lines": (Line("", "A", 1, -5),)}, "bad_price"),
        ({"lines": (Line("", "A", 1, 1, 10**14),)}, "bad_price"),
        ({"lines": (Line("", "A", 9999, 10**10),)}, "bad_total"),
        ({"lines": (Line("", "A", 1, note="4111 1111 1111 1111"),)}, "card_number"),
        ({"memo": ("4111-1111-1111-1111",)}, "card_number"),
        ({"guest": Guest(address="4111111111111111")}, "card_number"),
        ({"channel": "nobody"}, "no_channel"),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_takes_no_number(
    counter: Any, change: dict[str, Any], code: str
) -> None:
    assert refusal(counter, new.place, replace(MEAL, **change)) == code
    assert counter.do(new.place, MEAL).number == "001"


def test_numbers_have_no_gaps_and_restart_with_the_business_day(counter: Any) -> None:
    numbers = [counter.do(new.place, MEAL).number for _ in range(3)]
    counter.clock.pass_by(days=1)
    assert [*numbers, counter.do(new.place, MEAL).number] == ["001", "002", "003", "001"]


# --- amending ----------------------------------------------------------------------------------------------


def test_amending_tells_the_channel_all_lines_as_they_shall_be(counter: Any, placed: Any) -> None:
    rice, fish = placed.lines
    made = counter.do(orders.amend, placed.id, (replace(rice, quantity=3), Line("", "汤", 1, 900)))
    letter = counter.claim_letter()
    assert [(item["name"], item["quantity"]) for item in letter.body["items"]] == [("米饭", 3), ("汤", 1)]
    assert (made.order.total, fish in made.order.lines) == (1800, False)
    assert letter.body["items"][1]["id"] == made.order.lines[1].id != ""


def test_what_the_channel_adds_to_the_sum_stays_when_lines_change(counter: Any, heard: Heard) -> None:
    counter.hear(heard(total=6900))
    order = counter.order()
    made = counter.do(orders.amend, order.id, order.lines[:1])
    assert (made.order.total, made.order.adjustment) == (1100, 500)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "no_lines"),
        ((Line("L1", "A", 1, -5),), "bad_price"),
        ((Line("L1", "A", 1, 10**13), Line("L2", "B", 1, 1)), "bad_total"),
        ((Line("L1", "", 1),), "no_name"),
        ((Line("L1", "A", 1), Line("L1", "B", 1)), "same_line_twice"),
    ],
)
def test_broken_lines_are_refused(counter: Any, placed: Any, lines: tuple[Line, ...], code: str) -> None:
    assert refusal(counter, orders.amend, placed.id, lines) == code
    assert counter.order() == placed


def test_a_card_number_is_refused_in_every_free_text(counter: Any, placed: Any) -> None:
    card = "卡 4111 1111 1111 1111"
    assert refusal(counter, orders.reject, placed.id, card) == "card_number"
    assert refusal(counter, orders.cancel, placed.id, card) == "card_number"
    assert refusal(counter, orders.amend, placed.id, memo=card) == "card_number"


def test_a_phone_and_an_order_number_are_no_cards() -> None:
    assert not any(map(looks_like_card, ("13800138000", "4111111111111112", "20261120-000123", "1" * 40)))
    assert looks_like_card("4111111111111111")


# --- letters -----------------------------------------------------------------------------------------------


def test_a_refused_letter_holds_back_the_later_ones_of_its_order_alone(counter: Any, heard: Heard) -> None:
    counter.hear(heard("R1", type="deliver"), heard("R2"))
    counter.do(orders.accept, counter.order("R1").id)
    counter.do(outbox.refused, counter.claim_letter(), "no such order")
    counter.do(orders.accept, counter.order("R2").id)
    assert counter.tell_all() == ["accept"]
    failed, held = counter.letters(counter.order("R1"))
    assert (failed.state, failed.error, held.state) == ("failed", "no such order", "waiting")
    assert counter.do(outbox.retry, failed.id) is True
    assert counter.tell_all() == ["accept", "execute"]


def test_giving_a_letter_up_lets_the_later_ones_go(counter: Any, heard: Heard) -> None:
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    first = counter.letters(counter.order())[0]
    assert refusal(counter, outbox.drop, first.id, "") == "reason_needed"
    assert counter.do(outbox.drop, first.id, "打过电话") is True
    assert counter.do(outbox.drop, first.id, "打过电话") is False
    assert counter.tell_all() == ["execute"]


def test_a_letter_keeps_its_key_over_tries_and_crashes(counter: Any, placed: Any) -> None:
    from pos.actions import channels

    counter.do(orders.accept, placed.id)
    first = counter.claim_letter()
    assert counter.do(channels.recover, "fankahui") == 1
    again = counter.claim_letter()
    assert (again.id, again.attempted, again.attempts) == (first.id, True, 0)
    later = counter.clock.now + timedelta(minutes=1)
    counter.do(outbox.postpone, again, "503", later, unknown=False, counted=True)
    assert counter.claim_letter() is None
    assert counter.do(outbox.retry_all) == 1
    last = counter.claim_letter()
    assert (last.id, last.attempted, last.attempts) == (first.id, True, 1)
    assert "letter_retried" in counter.acts(placed)


def test_what_is_told_twice_is_written_once(counter: Any, placed: Any) -> None:
    from sync.messages import Told

    counter.do(orders.accept, placed.id)
    letter = counter.claim_letter()
    for _ in range(2):
        counter.do(outbox.told, letter, Told())
    assert counter.acts(placed).count("told") == 1


# --- attention ---------------------------------------------------------------------------------------------


def test_a_notice_is_answered_once_with_an_answer_that_fits(counter: Any, heard: Heard) -> None:
    counter.hear(heard(problems=("price",)))
    (row,) = counter.ask(backlog.attention)
    assert refusal(counter, attention.answer, row.id, "cooked") == "bad_answer"
    assert counter.do(attention.answer, row.id, "seen") is True
    assert counter.do(attention.answer, row.id, "seen") is False
    assert counter.ask(backlog.attention) == []


def test_settling_an_order_of_another_business_day_is_no_problem(counter: Any, placed: Any) -> None:
    counter.do(orders.check_in, placed.id)
    counter.clock.pass_by(days=2)
    settled = counter.do(deals.settle, [placed.id], [Amount("cash", 6400)])
    assert settled.deal.number == "B-261122-001"


def test_a_clock_that_is_put_back_holds_no_letter_and_no_ticket_back(
    counter: Any, heard: Callable[..., RemoteOrder]
) -> None:
    counter.clock.pass_by(days=400)
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id, None, True)
    counter.clock.pass_by(days=-400)
    assert counter.tell_all() == ["accept", "execute"]
    assert len(counter.print_all("kitchen")) == 1


def test_letters_to_a_channel_that_is_set_up_no_more_fail_and_are_seen(counter: Any, placed: Any) -> None:
    counter.do(orders.accept, placed.id)
    shop = counter.store.shop
    counter.store.shop = replace(shop, channels={})
    assert counter.do(outbox.waited_for) == {"fankahui"}
    counter.do(outbox.strand, "fankahui")
    (letter,) = counter.letters(placed)
    assert (letter.state, letter.error, counter.ask(queries.waiting).letters) == (
        "failed",
        "channel_gone",
        1,
    )
    assert refusal(counter, outbox.retry, letter.id) == "no_channel"
    assert counter.do(outbox.retry_all) == 0
    assert counter.do(orders.execute, placed.id).order.status is Status.EXECUTED
    counter.store.shop = shop
    assert counter.do(outbox.retry_all) == 2
    assert counter.tell_all() == ["accept", "execute"]


@pytest.mark.parametrize("channel", ["fankahui", "counter"])
def test_undo_takes_the_promised_time_back_too(counter: Any, channel: str) -> None:
    draft = replace(MEAL, type=OrderType.BOOKING, channel=channel)
    order = counter.do(new.place, draft)
    counter.do(orders.accept, order.id, 15, undoable=True)
    assert counter.do(orders.undo, order.id).due_at is None
    again = counter.do(orders.accept, order.id, 30, undoable=True).order
    assert again.due_at == counter.clock.now + timedelta(minutes=30)


def test_undo_keeps_the_time_that_the_guest_wants(counter: Any) -> None:
    wanted = counter.clock.now + timedelta(hours=2)
    order = counter.do(new.place, replace(MEAL, type=OrderType.BOOKING, due_at=wanted))
    counter.do(orders.accept, order.id, 15, undoable=True)
    assert counter.do(orders.undo, order.id).due_at == wanted


def test_a_guest_who_is_here_is_still_here_after_an_undone_reject(
    counter: Any, placed: Any, heard: Heard
) -> None:
    counter.hear(heard(status="executed"))
    counter.do(orders.reject, placed.id, "沽清", undoable=True)
    assert counter.do(orders.undo, placed.id).guest_is_here is True


def test_an_amended_order_costs_what_its_channel_says_where_its_lines_have_no_prices(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(lines=(RemoteLine("L1", "套餐", 1),), total=6100))
    made = counter.do(orders.amend, counter.order().id, (Line("L1", "套餐", 2),))
    assert made.order.total == 6100


def test_an_amended_order_never_costs_less_than_nothing(counter: Any, heard: Heard) -> None:
    counter.hear(heard(total=1000))
    made = counter.do(orders.amend, counter.order().id, (Line("L1", "米饭", 1, 300),))
    assert made.order.total == 0
