"""Tickets for a printer that is set up no more are never silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import orders, spool, tickets
from pos.domain.order import Order
from pos.domain.refusals import Refused
from pos.domain.shop import PrinterFacts, Shop
from pos.store import queries


def test_a_kitchen_without_a_printer_is_a_failed_ticket_and_never_silence(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Callable[..., Any]
) -> None:
    counter = open_counter(replace(shop, printers=()))
    counter.hear(heard(type="deliver"))
    counter.do(orders.accept, counter.order().id)
    (ticket,) = counter.tickets(counter.order())
    assert (ticket.state, ticket.error, ticket.printer) == ("failed", "no_printer", "")
    assert counter.do(tickets.retry_all) == 0
    with pytest.raises(Refused) as refused:
        counter.do(tickets.retry, ticket.id)
    assert refused.value.code == "no_printer"
    counter.store.shop = shop
    assert counter.do(tickets.retry, ticket.id) is True
    assert [job.number for job in counter.print_all()] == [ticket.number]


def renamed(shop: Shop) -> Shop:
    return replace(shop, printers=(PrinterFacts("kuche", ("kitchen",)), shop.printers[1]))


def test_tickets_for_a_printer_that_is_set_up_no_more_fail_loudly_and_go_to_another(
    counter: Any, shop: Shop, heard: Callable[..., Any], fired: Order
) -> None:
    counter.do(spool.claim, "kitchen", False)
    counter.hear(heard("R2", type="deliver"))
    counter.do(orders.accept, counter.order("R2").id)
    counter.store.shop = renamed(shop)
    assert counter.do(spool.waited_for) == {"kitchen"}
    counter.do(spool.strand, "kitchen")
    (asked,), (failed,) = counter.tickets(fired), counter.tickets(counter.order("R2"))
    assert (asked.state, failed.state, failed.error) == ("unknown", "failed", "no_printer")
    assert counter.ask(queries.waiting).tickets == 2
    counter.do(tickets.answer, asked.id, False)
    assert counter.do(tickets.retry_all) == 2
    assert [job.mark for job in counter.print_all("kuche")] == [None, "duplicate"]


def test_a_cancel_for_a_printer_that_is_set_up_no_more_is_never_silence(
    counter: Any, shop: Shop, fired: Order
) -> None:
    counter.print_all()
    counter.store.shop = renamed(shop)
    counter.do(orders.cancel, fired.id, "客人走了")
    last = counter.tickets(fired)[-1]
    assert (last.kind, last.state, last.error) == ("cancel", "failed", "no_printer")
    counter.do(tickets.retry, last.id)
    assert [job.number for job in counter.print_all("kuche")] == [last.number]
