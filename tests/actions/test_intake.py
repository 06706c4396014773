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

from pos.actions import attention, new, orders, outbox, spool
from pos.actions import deals as settling
from pos.actions.conflicts import TABLE, THERE, Consequence
from pos.actions.unreadable import RAW_LIMIT
from pos.domain.money import LARGEST
from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.payment import Amount, Payment, PaymentStatus
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store import queries
from printing.ports import PrinterHealth
from sync.messages import Applied, RemoteLine, RemoteNote, RemoteOrder, Told, Unreadable

Heard = Callable[..., RemoteOrder]
CANCELED_THERE = [
    ("placed", "canceled", "canceled"),
    ("accepted", "canceled", "canceled"),
    ("executed", "canceled", "canceled"),
    ("placed", "rejected", "rejected"),
    ("accepted", "rejected", "canceled"),
    ("executed", "rejected", "canceled"),
]


def reach(counter: Any, status: str, name: str = "R1") -> Order:
    """Lead an order to a state by the counter's own commands, all of it told."""
    order_id = counter.order(name).id
    ways = {
        "placed": (),
        "accepted": ((orders.accept,),),
        "executed": ((orders.accept,), (orders.execute,)),
        "rejected": ((orders.reject, "sold out"),),
        "canceled": ((orders.cancel, "guest left"),),
    }
    for action, *arguments in ways[status]:
        counter.do(action, order_id, *arguments)
    counter.tell_all()
    return counter.order(name)


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
    order = reach(counter, here)
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
    reach(counter, "accepted")
    counter.hear(heard(status="executed"), heard(status="executed", table="A1"))
    assert counter.order().status is Status.EXECUTED
    assert (len(counter.print_all()), counter.tell_all()) == (1, [])
    assert counter.do(orders.check_in, counter.order().id).changed is False
    assert counter.acts(counter.order())[-1] == "was_first"


def test_rejected_here_and_accepted_elsewhere_the_service_wins(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    reach(counter, "rejected")
    counter.hear(heard(status="accepted"))
    assert (counter.order().status, counter.order().closed_at) == (Status.PLACED, None)
    assert len(counter.attention("alive_there")) == 1


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
    reach(counter, "executed")
    other = heard(status="executed", lines=(RemoteLine("L1", "米饭", 9, 300),))
    counter.hear(other, replace(other, raw={"shown": "again"}))
    assert [line.quantity for line in counter.order().lines] == [5]
    assert len(counter.attention("lines_changed")) == 1


def test_a_guests_word_after_firing_is_a_note_and_our_own_coming_back_is_not(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    order = reach(counter, "executed")
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


# --- money there -------------------------------------------------------------------------------------------


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
    order = reach(counter, "executed")
    counter.do(settling.settle, [order.id], [Amount("cash", 6400)])
    shown = heard(status="paid", payment="paid")
    counter.hear(shown, replace(shown, raw={"shown": "again"}))
    assert (counter.tell_all(), len(counter.attention("paid_twice"))) == ([], 1)
    assert counter.order().payment.type == "cash"


def test_our_own_payment_coming_back_is_not_paid_twice(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = reach(counter, "executed")
    counter.do(settling.settle, [order.id], [Amount("cash", 6400)])
    paid = heard(status="paid", payment="paid", payment_type="cash")
    assert counter.tell_all(paid) == ["pay"]
    counter.hear(replace(paid, raw={"shown": "again"}))
    assert counter.attention() == []


def test_a_payment_whose_answer_was_lost_is_not_paid_twice(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = reach(counter, "executed")
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
    reach(counter, "canceled")
    counter.hear(heard(status="canceled", payment="paid"))
    assert len(counter.attention("paid_but_off")) == 1


def test_paid_here_and_canceled_there_is_a_task_and_never_a_refund(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    order = reach(counter, "executed")
    counter.do(settling.settle, [order.id], [Amount("cash", 6400)])
    counter.hear(heard(status="canceled"))
    assert (counter.order().status, len(counter.attention("paid_here_off_there"))) == (Status.PAID, 1)


# --- orders made here --------------------------------------------------------------------------------------

MEAL = new.Draft(OrderType.TAKE_AWAY, (Line("", "米饭", 2, 300),), channel="fankahui")


def echo(heard: Heard, order: Order, **shown: Any) -> RemoteOrder:
    lines = tuple(RemoteLine(line.id, line.name, line.quantity, line.price) for line in order.lines)
    return heard("R7", lines=lines, **shown)


def test_a_registration_whose_answer_was_lost_is_found_by_its_lines(counter: Any, heard: Heard) -> None:
    order = counter.do(new.place, replace(MEAL, type=OrderType.BOOKING))
    letter = counter.claim_letter()
    counter.do(outbox.postpone, letter, "reset", counter.clock.now, unknown=True, counted=True)
    assert counter.hear(echo(heard, order)) == Applied(changed=1)
    assert [found.id for found in counter.orders("R7")] == [order.id]
    again = counter.claim_letter()
    assert (again.id, again.verb, again.remote_id, again.attempted) == (letter.id, "register", "R7", True)


def test_a_lost_registration_is_found_also_when_the_guest_has_paid_and_gone(
    counter: Any, heard: Heard
) -> None:
    order = counter.do(new.place, MEAL)
    counter.do(settling.settle, [order.id], [Amount("cash", 600)])
    counter.do(
        outbox.postpone, counter.claim_letter(), "reset", counter.clock.now, unknown=True, counted=True
    )
    counter.hear(echo(heard, order))
    assert len(counter.ask(queries.orders)) == 1
    assert counter.order(order.id).remote_id == "R7"
    assert len(counter.print_all("kitchen")) == 1


def test_letters_of_an_order_go_in_order_and_first_of_all_it_is_registered(
    counter: Any, heard: Heard
) -> None:
    order = counter.do(new.place, MEAL)
    register = counter.claim_letter()
    assert (register.verb, counter.claim_letter()) == ("register", None)
    counter.do(outbox.told, register, Told(echo(heard, order)))
    assert counter.order(order.id).remote_id == "R7"
    assert counter.tell_all() == ["accept", "execute"]


def test_giving_the_registration_up_gives_up_what_depends_on_it(counter: Any) -> None:
    order = counter.do(new.place, MEAL)
    counter.do(outbox.drop, counter.letters(order)[0].id, "不登记")
    assert counter.tell_all() == []
    assert {letter.state for letter in counter.letters(order)} == {"dropped"}


def test_a_station_that_the_counter_chose_survives_what_the_channel_echoes(
    counter: Any, heard: Heard
) -> None:
    line = Line("", "米饭", 2, 300, station="cold")
    order = counter.do(new.place, replace(MEAL, type=OrderType.BOOKING, lines=(line,)))
    counter.tell_all(echo(heard, order, table="A1"))
    assert [line.station for line in counter.order("R7").lines] == ["cold"]


# --- auto-accept -------------------------------------------------------------------------------------------


@pytest.fixture
def automatic(open_counter: Callable[[Shop], Any], shop: Shop) -> Any:
    """A counter that accepts what its channel brings, while at most two wait."""
    facts = replace(shop.channels["fankahui"], auto_accept=True, auto_accept_limit=2)
    return open_counter(replace(shop, channels={"fankahui": facts}))


def test_auto_accept_takes_an_order_on_at_once(automatic: Any, heard: Heard) -> None:
    automatic.hear(heard("R1"), heard("R2", type="deliver"))
    assert automatic.order("R1").status is Status.ACCEPTED
    assert automatic.order("R2").status is Status.EXECUTED
    assert automatic.tell_all() == ["accept", "accept", "execute"]


def test_auto_accept_turns_itself_off_while_the_kitchen_printer_is_down_and_says_so(
    automatic: Any, heard: Heard
) -> None:
    automatic.do(spool.health, "kitchen", PrinterHealth("needs_you", "paper_out"))
    automatic.hear(heard())
    assert automatic.order().status is Status.PLACED
    assert [row.facts["why"] for row in automatic.attention("auto_accept_off")] == ["kitchen_printer"]
    automatic.do(spool.health, "kitchen", PrinterHealth("well"))
    automatic.hear(heard("R2"))
    assert automatic.order("R2").status is Status.ACCEPTED


def test_auto_accept_turns_itself_off_while_too_many_orders_wait(automatic: Any, heard: Heard) -> None:
    automatic.do(spool.health, "kitchen", PrinterHealth("needs_you", "offline"))
    automatic.hear(heard("R1"), heard("R2"))
    automatic.do(spool.health, "kitchen", PrinterHealth("well"))
    automatic.hear(heard("R3"))
    assert automatic.order("R3").status is Status.PLACED
    assert automatic.attention("auto_accept_off")[-1].facts["why"] == "many_orders"


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
    order = reach(counter, here, name)
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


def test_auto_accept_is_off_while_the_kitchens_printer_cannot_be_reached(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard
) -> None:
    facts = replace(shop.channels["fankahui"], auto_accept=True)
    counter = open_counter(replace(shop, channels={"fankahui": facts}))
    counter.do(spool.health, "kitchen", PrinterHealth("waiting", "busy"))
    counter.hear(heard("R1"))
    counter.do(spool.health, "kitchen", PrinterHealth("waiting", "unreachable"))
    counter.hear(heard("R2"))
    statuses = [counter.order(remote_id).status for remote_id in ("R1", "R2")]
    assert (statuses, len(counter.attention("auto_accept_off"))) == ([Status.ACCEPTED, Status.PLACED], 1)


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
