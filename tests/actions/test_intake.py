"""What channels say: taken over once, and never against what this counter did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pos.actions import attention, orders, outbox
from pos.actions.conflicts import TABLE, THERE, Consequence
from pos.actions.unreadable import RAW_LIMIT
from pos.domain.money import LARGEST
from pos.domain.order import Status
from pos.domain.refusals import Refused
from pos.store import queries
from sync.messages import Applied, RemoteLine, RemoteNote, RemoteOrder, Unreadable

Heard = Callable[..., RemoteOrder]
CANCELED_THERE = [
    ("placed", "canceled", "canceled"),
    ("accepted", "canceled", "canceled"),
    ("executed", "canceled", "canceled"),
    ("placed", "rejected", "rejected"),
    ("accepted", "rejected", "canceled"),
    ("executed", "rejected", "canceled"),
]


def test_the_conflict_table_has_a_verdict_for_every_triple() -> None:
    assert set(TABLE) == set(product(Status, THERE, (True, False)))
    told = {consequence for verdict in TABLE.values() for consequence in verdict.consequences}
    assert told == set(Consequence)


def test_nothing_that_a_channel_says_reopens_what_is_paid_here() -> None:
    assert all(TABLE[Status.PAID, there, waits].status is None for there in THERE for waits in (True, False))


def test_no_channel_makes_an_order_executed_or_paid_by_saying_so() -> None:
    assert {verdict.status for verdict in TABLE.values()} == {
        None, Status.PLACED, Status.CANCELED, Status.REJECTED,
    }  # fmt: skip


@pytest.mark.parametrize("status", ["placed", "accepted", "executed"])
def test_an_answer_without_dishes_takes_none_away_and_is_asked_about(
    counter: Any, heard: Heard, status: str
) -> None:
    counter.hear(heard(total=6500))
    if status != "placed":
        counter.reach(status)
    before = counter.order()
    counter.hear(heard(lines=(), status="unknown"))
    assert (counter.order().lines, counter.order().total) == (before.lines, 6500)
    assert [row.facts["problem"] for row in counter.attention("problem")] == ["no_lines"]


def test_an_order_is_taken_over_once_with_its_number_and_its_document(counter: Any, heard: Heard) -> None:
    shown = heard(sequence_number="20261120-7", memo=(RemoteNote("张", "不要葱"),), total=6500)
    assert counter.hear(shown, shown) == Applied(new=1)
    order = counter.order()
    assert (order.number, order.status, order.total, order.adjustment) == ("001", Status.PLACED, 6500, 100)
    assert counter.ask(queries.raw, order.id) == shown.raw
    assert order.deadline_at == counter.clock.now + timedelta(minutes=10)
    assert counter.acts(order) == ["received"]


def test_an_older_answer_is_ignored(counter: Any, heard: Heard) -> None:
    now = counter.clock.now
    counter.hear(heard(updated_at=now, table="A2"))
    assert counter.hear(heard(updated_at=now - timedelta(seconds=1), table="A1")) == Applied()
    assert counter.order().table == "A2"


def test_a_change_that_is_dated_ahead_does_not_hide_the_later_ones(counter: Any, heard: Heard) -> None:
    shown = heard()
    ahead = counter.clock.now + timedelta(hours=5)
    counter.hear(replace(shown, updated_at=ahead, raw={"n": 1}))
    counter.hear(replace(shown, status="canceled", updated_at=counter.clock.now, raw={"n": 2}))
    assert counter.order().status is Status.CANCELED


def test_an_unreadable_record_is_kept_raw_and_stops_nothing(counter: Any, heard: Heard) -> None:
    broken = Unreadable("R9", "price", '{"price": "12元"}')
    assert counter.hear(broken, broken, heard()) == Applied(new=1)
    (row,) = counter.attention("unreadable")
    assert (row.raw, row.facts["record"], row.channel) == (broken.raw, "R9", "fankahui")


def test_a_record_that_reads_well_later_is_no_longer_asked_about_and_may_break_again(
    counter: Any, heard: Heard
) -> None:
    broken = Unreadable("R1", "price", "{}")
    for shown in (heard(), heard(table="A2"), heard(table="A2")):
        counter.hear(broken)
        assert len(counter.attention("unreadable")) == 1
        counter.hear(shown)
        assert counter.attention("unreadable") == []
    assert counter.order().table == "A2"


@pytest.mark.parametrize(
    ("absurd", "problem"),
    [
        ({"total": 10**30}, "total"),
        ({"total": -(10**30)}, "total"),
        ({"lines": (RemoteLine("L1", "米饭", 10**20, 300),)}, "price"),
        ({"lines": (RemoteLine("L1", "米饭", 1, 10**20, 100),)}, "price"),
        ({"lines": tuple(RemoteLine(f"L{n}", "米饭", 10**4, 10**9) for n in range(3))}, "price"),
    ],
)
@pytest.mark.parametrize("known", [False, True])
def test_money_that_no_order_can_cost_is_asked_about_and_never_added_up(
    counter: Any, heard: Heard, absurd: dict[str, Any], problem: str, known: bool
) -> None:
    if known:
        counter.hear(heard())
    counter.hear(heard(**absurd))
    assert [row.facts["problem"] for row in counter.attention("problem")] == [problem]
    order = counter.do(orders.accept, counter.order().id).order
    assert abs(order.total or 0) <= LARGEST
    assert order.lines[0].name == "米饭"


def test_what_could_not_be_taken_over_as_it_stands_asks_for_a_look_once(counter: Any, heard: Heard) -> None:
    counter.hear(heard(problems=("price",)), heard(problems=("price",), table="A1"))
    assert [row.facts["problem"] for row in counter.attention("problem")] == ["price"]


@pytest.mark.parametrize("status", ["executed", "paid"])
def test_first_seen_as_executed_or_paid_it_goes_to_new_and_is_cooked_only_here(
    counter: Any, heard: Heard, status: str
) -> None:
    counter.hear(heard(status=status))
    order = counter.order()
    assert (order.status, counter.tickets(order)) == (Status.PLACED, [])
    counter.do(orders.accept, order.id)
    counter.do(orders.execute, order.id)
    assert len(counter.print_all()) == 1


@pytest.mark.parametrize("status", ["executed", "paid"])
def test_at_the_first_fetch_a_person_is_asked_whether_it_was_cooked(
    counter: Any, heard: Heard, status: str
) -> None:
    counter.hear(heard(status=status), first_fetch=True)
    counter.hear(heard(status="paid", table="A1"))
    assert counter.orders("R1") == []
    (row,) = counter.attention("cooked_before")
    counter.do(attention.answer, row.id, "cooked")
    counter.hear(heard(status="paid", table="A2"))
    assert (counter.orders("R1"), counter.attention()) == ([], [])


def test_what_was_not_cooked_before_is_taken_over_on_a_persons_word(counter: Any, heard: Heard) -> None:
    shown = heard(status="executed")
    counter.hear(shown, first_fetch=True)
    (row,) = counter.attention("cooked_before")
    with pytest.raises(Refused):
        counter.do(attention.answer, row.id, "seen")
    with pytest.raises(Refused) as refused:
        counter.do(attention.answer, row.id, "take")
    assert refused.value.code == "cannot_take"
    assert counter.do(attention.answer, row.id, "take", read=lambda _channel, _raw: shown) is True
    assert counter.do(attention.answer, row.id, "take", read=lambda _channel, _raw: shown) is False
    assert counter.order().status is Status.PLACED


def test_a_record_that_was_too_long_to_be_kept_whole_is_not_taken_over(counter: Any, heard: Heard) -> None:
    counter.hear(replace(heard(status="executed"), raw={"memo": "长" * RAW_LIMIT}), first_fetch=True)
    (row,) = counter.attention("cooked_before")
    with pytest.raises(Refused) as refused:
        counter.do(attention.answer, row.id, "take", read=lambda _channel, document: document)
    assert refused.value.code == "cannot_take"
    assert counter.attention("cooked_before") == [row]


def test_the_first_fetch_takes_open_orders_as_they_are(counter: Any, heard: Heard) -> None:
    counter.hear(
        heard("R1"), heard("R2", status="accepted"), heard("R3", status="canceled"), first_fetch=True
    )
    found = [counter.order(name).status for name in ("R1", "R2", "R3")]
    assert found == [Status.PLACED, Status.PLACED, Status.CANCELED]


@pytest.mark.parametrize(("here", "there", "then"), CANCELED_THERE)
def test_the_service_decides_that_an_order_is_no_more(
    counter: Any, heard: Heard, here: str, there: str, then: str
) -> None:
    counter.hear(heard())
    order = counter.reach(here)
    counter.hear(heard(status=there), heard(status=there, table="A1"))
    assert counter.order().status.value == then
    assert counter.order().closed_at == counter.clock.now
    assert len(counter.attention("canceled_there")) == 1
    assert [t.kind for t in counter.tickets(order, "queued", "sending", "printed")] == []


def test_a_guest_who_cancels_while_accept_waits_cancels_and_nothing_is_told(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    counter.hear(heard(type="deliver", status="canceled"))
    order = counter.order()
    assert (order.status, counter.tell_all(), counter.print_all()) == (Status.CANCELED, [], [])
    assert {(letter.state, letter.error) for letter in counter.letters(order)} == {
        ("dropped", "order_off_there")
    }


def test_cancel_is_printed_when_the_kitchen_may_know_of_an_order_canceled_there(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    counter.print_all()
    counter.hear(heard(type="deliver", status="canceled"))
    assert [job.facts["change"] for job in counter.print_all()] == ["cancel"]


def test_a_guest_who_checked_in_before_the_order_was_accepted_is_marked(counter: Any, heard: Heard) -> None:
    counter.hear(heard(), heard(status="executed"))
    assert (counter.order().status, counter.order().guest_is_here) == (Status.PLACED, True)
    made = counter.do(orders.accept, counter.order().id)
    assert (made.order.status, made.order.guest_is_here) == (Status.EXECUTED, False)
    assert len(counter.print_all()) == 1


def test_checking_in_there_fires_what_was_accepted_once_and_tells_nobody(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    counter.reach("accepted")
    counter.hear(heard(status="executed"), heard(status="executed", table="A1"))
    assert counter.order().status is Status.EXECUTED
    assert (len(counter.print_all()), counter.tell_all()) == (1, [])
    assert counter.do(orders.check_in, counter.order().id).changed is False
    assert counter.acts(counter.order())[-1] == "was_first"


def test_rejected_here_and_accepted_elsewhere_the_service_wins(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    counter.reach("rejected")
    counter.hear(heard(status="accepted"))
    assert (counter.order().status, counter.order().closed_at) == (Status.PLACED, None)
    assert [row.kind for row in counter.attention()] == ["reopened_there"]


def test_while_a_rejection_waits_what_the_channel_shows_does_not_take_it_back(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    counter.do(orders.reject, counter.order().id, "卖完了")
    shown = heard(status="accepted")
    counter.hear(shown)
    assert counter.order().status is Status.REJECTED
    counter.do(outbox.drop, counter.letters(counter.order())[0].id, "电话说了")
    counter.hear(shown)
    assert counter.order().status is Status.PLACED


def test_a_refused_letter_lets_the_channels_word_be_heard_again(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    counter.do(orders.reject, counter.order().id, "卖完了")
    counter.do(outbox.refused, counter.claim_letter(), "already accepted")
    (letter,) = counter.letters(counter.order())
    assert (letter.state, letter.error) == ("failed", "already accepted")


def test_an_undone_cancel_does_not_hide_that_the_guest_canceled_too(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    counter.do(orders.cancel, counter.order().id, "缺货", undoable=True)
    shown = heard(status="canceled")
    counter.hear(shown)
    counter.do(orders.undo, counter.order().id)
    counter.hear(shown)
    assert counter.order().status is Status.CANCELED


def test_an_order_canceled_there_cannot_be_undone_here(counter: Any, heard: Heard) -> None:
    counter.hear(heard(), heard(status="canceled"))
    with pytest.raises(Refused) as refused:
        counter.do(orders.undo, counter.order().id)
    assert refused.value.code == "too_late"


def test_a_status_nobody_knows_changes_nothing_and_asks(counter: Any, heard: Heard) -> None:
    counter.hear(heard(), heard(status="unknown", remote_status="melting"))
    assert counter.order().status is Status.PLACED
    assert [row.facts["there"] for row in counter.attention("unknown_status")] == ["melting"]


def test_the_guest_changes_dishes_until_they_are_fired_and_then_a_person_is_asked(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    more = (RemoteLine("L1", "米饭", 5, 300),)
    counter.hear(heard(lines=more))
    assert [line.quantity for line in counter.order().lines] == [5]
    counter.reach("executed")
    other = heard(status="executed", lines=(RemoteLine("L1", "米饭", 9, 300),))
    counter.hear(other, replace(other, raw={"shown": "again"}))
    assert [line.quantity for line in counter.order().lines] == [5]
    assert len(counter.attention("lines_changed")) == 1


def test_a_guests_word_after_firing_is_a_note_and_our_own_coming_back_is_not(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.print_all()
    counter.do(orders.amend, order.id, memo="少放盐")
    counter.tell_all()
    ours, theirs = RemoteNote("门店", "少放盐"), RemoteNote("张", "快一点")
    counter.hear(heard(status="executed", memo=(ours,)))
    counter.hear(heard(status="executed", memo=(ours, theirs)))
    assert [job.facts["memo"] for job in counter.print_all()] == [["少放盐"], ["快一点"]]


def test_a_short_answer_takes_nothing_of_the_guest_away(counter: Any, heard: Heard) -> None:
    known = heard().guest
    full = replace(known, name="张三", phone="138", address="人民路1号")
    counter.hear(heard(guest=full), heard(guest=replace(known, id="U1")))
    guest = counter.order().guest
    assert (guest.id, guest.name, guest.phone, guest.address) == ("U1", "张三", "138", "人民路1号")


# --- whatever the order of answers -------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    here=st.sampled_from(["placed", "accepted", "executed", "rejected", "canceled"]),
    shown=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["placed", "accepted"])), max_size=8),
)
def test_shuffled_and_repeated_answers_never_take_back_what_the_counter_did(
    counter: Any, heard: Heard, here: str, shown: list[tuple[int, str]]
) -> None:
    name, start = f"R{uuid4()}", counter.clock.now
    counter.hear(heard(name, updated_at=start))
    order = counter.reach(here, name)
    letters = len(counter.letters(order))
    for minute, status in shown:
        status = "placed" if here == "rejected" else status  # the service wins over a rejection
        counter.hear(
            heard(name, status=status, updated_at=start + timedelta(minutes=minute), table=f"T{minute}")
        )
    (order,) = counter.orders(name)
    assert order.status.value == here
    assert order.table == (f"T{max(minute for minute, _ in shown)}" if shown else "")
    assert len(counter.letters(order)) == letters
    assert len(counter.tickets(order)) == (here == "executed")


def test_a_guest_who_is_at_the_door_of_a_rejected_order_is_loud(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    counter.do(orders.reject, counter.order().id, "沽清")
    counter.tell_all()
    counter.hear(heard(status="executed"))
    assert (counter.order().status, counter.order().guest_is_here) == (Status.PLACED, True)


def test_an_order_with_a_very_long_document_can_be_taken_after_all(counter: Any, heard: Heard) -> None:
    there = heard(status="executed", memo=(RemoteNote("张", "长" * 300_000),))
    counter.hear(there, first_fetch=True)
    (notice,) = counter.attention("cooked_before")
    read: list[object] = []

    def reader(_channel: str, document: object) -> RemoteOrder:
        read.append(document)
        return there

    counter.do(attention.answer, notice.id, "take", reader)
    assert (read, counter.order().status) == ([there.raw], Status.PLACED)
