"""What the kitchen is told: once, only what changed, and where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import orders, spool, tickets
from pos.domain.order import Line, Order
from pos.domain.refusals import Refused
from printing.profiles import profile
from printing.render import to_bytes
from sync.messages import RemoteNote


def more(order: Order, **quantities: int) -> tuple[Line, ...]:
    return tuple(replace(line, quantity=quantities.get(line.id, line.quantity)) for line in order.lines)


def test_firing_queues_one_ticket_with_every_dish(counter: Any, fired: Order) -> None:
    (ticket,) = counter.tickets(fired)
    assert (ticket.number, ticket.kind, ticket.state, ticket.printer) == (
        "K-0001", "kitchen", "queued", "kitchen",
    )  # fmt: skip
    assert counter.said(ticket) == [("米饭", 2, None), ("水煮鱼", 1, None)]
    assert counter.paper(ticket)["fired_by"] == "小王"


def test_amending_prints_only_what_was_added_and_what_was_canceled(counter: Any, fired: Order) -> None:
    counter.print_all()
    soup = Line("L3", "汤", 1, 900)
    counter.do(orders.amend, fired.id, (more(fired, L1=3)[0], soup))
    assert counter.said(counter.tickets(fired)[-1]) == [
        ("米饭", 1, "add"), ("汤", 1, "add"), ("水煮鱼", 1, "cancel"),
    ]  # fmt: skip
    counter.do(orders.amend, fired.id, (soup,))
    last = counter.tickets(fired)[-1]
    assert (last.kind, counter.said(last)) == ("cancel", [("米饭", 3, "cancel")])


def test_amending_to_what_is_already_cooked_prints_nothing(counter: Any, fired: Order) -> None:
    assert counter.do(orders.amend, fired.id, fired.lines).changed is False
    counter.do(orders.amend, fired.id, tuple(reversed(fired.lines)))
    assert len(counter.tickets(fired)) == 1


def test_changed_options_cancel_the_old_dish_and_add_the_new(counter: Any, fired: Order) -> None:
    rice, fish = fired.lines
    counter.do(orders.amend, fired.id, (rice, replace(fish, options=("特辣",))))
    assert counter.said(counter.tickets(fired)[-1]) == [("水煮鱼", 1, "add"), ("水煮鱼", 1, "cancel")]


def test_a_memo_after_firing_goes_to_the_kitchen_as_a_note(counter: Any, fired: Order) -> None:
    counter.do(orders.amend, fired.id, memo="少放盐")
    note = counter.tickets(fired)[-1]
    assert (note.kind, note.printer, counter.paper(note)["memo"]) == ("note", "kitchen", ["少放盐"])


def test_canceling_before_paper_moved_drops_the_ticket_and_prints_nothing(counter: Any, fired: Order) -> None:
    counter.do(orders.cancel, fired.id, "客人走了")
    assert counter.print_all() == []
    assert [(t.state, t.error) for t in counter.tickets(fired)] == [("dropped", "order_canceled")]


@pytest.mark.parametrize("fate", ["printed", "sent", "unknown", "sending"])
def test_canceling_prints_cancel_wherever_the_kitchen_may_know(counter: Any, fired: Order, fate: str) -> None:
    job = counter.do(spool.claim, "kitchen", False)
    if fate == "unknown":
        counter.do(spool.unknown, job, "line broke")
    elif fate != "sending":
        counter.do(spool.printed, job, "process-id" if fate == "printed" else "transport")
    counter.do(orders.cancel, fired.id, "客人走了")
    first, off = counter.tickets(fired)
    assert (first.state, off.kind, off.state) == (fate, "cancel", "queued")
    assert counter.said(off) == [("米饭", 2, "cancel"), ("水煮鱼", 1, "cancel")]
    assert (counter.paper(off)["previous"], counter.paper(off)["reason"]) == (first.number, "客人走了")


def test_a_held_ticket_of_an_order_canceled_meanwhile_is_not_queued_again(counter: Any, fired: Order) -> None:
    job = counter.do(spool.claim, "kitchen", False)
    counter.do(orders.cancel, fired.id, "客人走了")
    counter.do(spool.held, job, "paper_out", counter.clock.now)
    assert [job.facts["change"] for job in counter.print_all()] == ["cancel"]
    assert counter.tickets(fired)[0].state == "dropped"


def test_a_held_ticket_waits_until_its_time_and_goes_once(counter: Any, fired: Order) -> None:
    job = counter.do(spool.claim, "kitchen", False)
    counter.clock.pass_by(seconds=1)
    counter.do(spool.held, job, "paper_out", counter.clock.now.replace(second=9))
    assert counter.print_all() == []
    counter.clock.pass_by(seconds=8)
    assert [(job.number, job.mark) for job in counter.print_all()] == [("K-0001", None)]
    assert counter.tickets(fired)[0].state == "printed"


def test_an_unknown_ticket_that_came_out_is_printed_on_a_persons_word(counter: Any, fired: Order) -> None:
    counter.do(spool.unknown, counter.do(spool.claim, "kitchen", False), "line broke")
    (ticket,) = counter.tickets(fired)
    with pytest.raises(Refused) as refused:
        counter.do(tickets.retry, ticket.id)
    assert refused.value.code == "ticket_unanswered"
    assert counter.do(tickets.answer, ticket.id, True) is True
    assert counter.do(tickets.answer, ticket.id, True) is False
    with pytest.raises(Refused) as unasked:
        counter.do(tickets.answer, ticket.id, False)
    assert unasked.value.code == "ticket_not_asked"
    (ticket,) = counter.tickets(fired)
    assert (ticket.state, ticket.evidence) == ("printed", "person")


def test_an_unknown_ticket_that_did_not_come_out_goes_again_with_the_mark(counter: Any, fired: Order) -> None:
    counter.do(spool.unknown, counter.do(spool.claim, "kitchen", False), "line broke")
    counter.do(tickets.answer, counter.tickets(fired)[0].id, False)
    first, copy = counter.tickets(fired)
    assert (first.state, first.error) == ("dropped", "did_not_come_out")
    assert (copy.number, copy.copy, copy.mark, copy.state) == (first.number, 2, "duplicate", "queued")
    counter.print_all()
    counter.do(orders.amend, fired.id, more(fired, L1=3))
    assert counter.said(counter.tickets(fired)[-1]) == [("米饭", 1, "add")]


def test_a_lost_ticket_of_a_canceled_order_is_not_printed_again(counter: Any, fired: Order) -> None:
    counter.do(spool.unknown, counter.do(spool.claim, "kitchen", False), "line broke")
    counter.do(orders.cancel, fired.id, "客人走了")
    counter.do(tickets.answer, counter.tickets(fired)[0].id, False)
    assert [ticket.kind for ticket in counter.tickets(fired)] == ["kitchen", "cancel"]


def test_a_reprint_bears_the_mark_and_tells_the_kitchen_nothing_new(counter: Any, fired: Order) -> None:
    with pytest.raises(Refused) as refused:
        counter.do(tickets.reprint, counter.tickets(fired)[0].id)
    assert refused.value.code == "ticket_on_its_way"
    counter.print_all()
    for _ in range(2):
        counter.do(tickets.reprint, counter.tickets(fired)[0].id)
    assert [(t.copy, t.mark) for t in counter.tickets(fired)] == [(1, None), (2, "reprint"), (3, "reprint")]
    assert len({str(counter.paper(ticket)) for ticket in counter.tickets(fired)}) == 1
    counter.print_all()
    counter.do(orders.cancel, fired.id, "客人走了")
    assert counter.said(counter.tickets(fired)[-1]) == [("米饭", 2, "cancel"), ("水煮鱼", 1, "cancel")]


def test_a_worker_that_died_leaves_a_question_and_never_a_second_print(counter: Any, fired: Order) -> None:
    job = counter.do(spool.claim, "kitchen", False)
    assert counter.do(spool.recover, "kitchen") == 1
    assert counter.print_all() == []
    (ticket,) = counter.tickets(fired)
    assert (ticket.state, ticket.error) == ("unknown", "worker_died")
    counter.do(spool.printed, job, "process-id")
    assert counter.tickets(fired)[0].state == "unknown"


def test_giving_a_ticket_up_takes_a_reason_and_happens_once(counter: Any, fired: Order) -> None:
    (ticket,) = counter.tickets(fired)
    with pytest.raises(Refused):
        counter.do(tickets.drop, ticket.id, "  ")
    assert counter.do(tickets.drop, ticket.id, "手写了") is True
    assert counter.do(tickets.drop, ticket.id, "手写了") is False
    assert counter.print_all() == []
    assert "ticket_dropped" in counter.acts(fired)


def test_a_failed_ticket_may_be_tried_again_but_not_once_its_order_is_canceled(
    counter: Any, fired: Order
) -> None:
    counter.do(spool.failed, counter.do(spool.claim, "kitchen", False), "unsupported")
    assert counter.do(tickets.retry_all) == 1
    counter.do(spool.failed, counter.do(spool.claim, "kitchen", False), "unsupported")
    counter.do(orders.cancel, fired.id, "客人走了")
    assert counter.do(tickets.retry_all) == 0
    assert counter.print_all() == []


def test_amending_while_the_first_ticket_failed_does_not_ask_for_its_dishes_again(
    counter: Any, fired: Order
) -> None:
    counter.do(spool.failed, counter.do(spool.claim, "kitchen", False), "unsupported")
    counter.do(orders.amend, fired.id, more(fired, L1=3))
    assert counter.said(counter.tickets(fired)[-1]) == [("米饭", 1, "add")]


def test_a_ticket_that_cannot_be_printed_is_not_tried_again_once_its_order_is_canceled_meanwhile(
    counter: Any, fired: Order
) -> None:
    job = counter.do(spool.claim, "kitchen", False)
    counter.do(orders.cancel, fired.id, "客人走了")
    counter.do(spool.failed, job, "unsupported")
    assert [(ticket.kind, ticket.state) for ticket in counter.tickets(fired)] == [
        ("kitchen", "dropped"), ("cancel", "queued"),
    ]  # fmt: skip
    assert counter.do(tickets.retry_all) == 1
    assert [counter.do(spool.claim, "kitchen", False).number] == [counter.tickets(fired)[-1].number]


def test_a_failed_ticket_that_is_printed_again_is_not_tried_again_beside_its_copy(
    counter: Any, fired: Order
) -> None:
    job = counter.do(spool.claim, "kitchen", False)
    counter.do(spool.failed, job, "unsupported")
    counter.do(tickets.reprint, job.id)
    assert counter.do(tickets.retry, job.id) is False
    counter.do(tickets.retry_all)
    assert [(job.copy, job.mark) for job in counter.print_all()] == [(2, "reprint")]
    counter.do(orders.amend, fired.id, more(fired, L1=3))
    assert counter.said(counter.tickets(fired)[-1]) == [("米饭", 1, "add")]


def test_nobody_is_given_the_ticket_of_a_canceled_order_again(counter: Any, fired: Order) -> None:
    counter.print_all()
    counter.do(orders.cancel, fired.id, "客人走了")
    counter.print_all()
    first, cancel = counter.tickets(fired)
    with pytest.raises(Refused) as refused:
        counter.do(tickets.reprint, first.id)
    assert refused.value.code == "ticket_called_off"
    counter.do(tickets.reprint, cancel.id)
    assert [(job.number, job.mark) for job in counter.print_all()] == [(cancel.number, "reprint")]


def test_a_ticket_without_any_dish_says_so(counter: Any, heard: Callable[..., Any]) -> None:
    counter.hear(heard(type="deliver", lines=()))
    assert [row.facts["problem"] for row in counter.attention("problem")] == ["no_lines"]
    order = counter.do(orders.accept, counter.order().id).order
    (ticket,) = counter.tickets(order)
    assert (counter.paper(ticket)["lines"], counter.paper(ticket)["memo"]) == ([], ["订单里没有菜品"])


def test_a_table_may_be_booked_without_dishes(counter: Any, heard: Callable[..., Any]) -> None:
    counter.hear(heard(lines=()))
    assert counter.attention() == []


def test_an_order_that_is_all_in_its_memo_goes_to_the_kitchen_and_is_canceled_there(
    counter: Any, heard: Callable[..., Any]
) -> None:
    counter.hear(heard(type="deliver", lines=(), memo=(RemoteNote("张", "和昨天一样"),)))
    order = counter.do(orders.accept, counter.order().id).order
    (first,) = counter.tickets(order)
    assert (counter.paper(first)["lines"], counter.paper(first)["memo"]) == ([], ["和昨天一样"])
    counter.print_all()
    counter.do(orders.amend, order.id, memo="再加双筷子")
    counter.do(orders.cancel, order.id, "客人走了")
    assert [(t.kind, t.printer, t.state) for t in counter.tickets(order)] == [
        ("kitchen", "kitchen", "printed"), ("note", "kitchen", "dropped"), ("cancel", "kitchen", "queued"),
    ]  # fmt: skip
    for ticket in counter.tickets(order):
        assert to_bytes(counter.paper(ticket), profile())


def test_a_ticket_that_is_being_printed_is_not_given_up(counter: Any, fired: Order) -> None:
    job = counter.do(spool.claim, "kitchen", False)
    with pytest.raises(Refused, match="ticket_being_printed"):
        counter.do(tickets.drop, job.id, "手写了")
    assert counter.tickets(fired)[0].state == "sending"


def test_a_question_that_was_given_up_still_counts_as_told(counter: Any, fired: Order) -> None:
    job = counter.do(spool.claim, "kitchen", False)
    counter.do(spool.unknown, job, "line_broke")
    counter.do(tickets.drop, job.id, "没时间看")
    counter.do(orders.amend, fired.id, more(fired, L1=3))
    assert counter.said(counter.tickets(fired)[-1]) == [("米饭", 1, "add")]
    counter.do(orders.cancel, fired.id, "客人走了")
    last = counter.tickets(fired)[-1]
    assert (last.kind, counter.said(last)) == ("cancel", [("米饭", 2, "cancel"), ("水煮鱼", 1, "cancel")])
