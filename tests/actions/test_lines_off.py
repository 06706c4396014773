"""Some of a web shop's order is called off, and that is taken back while nobody was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import lines_off, orders, outbox
from pos.config import channel_facts
from pos.config_tables import ChannelPart
from pos.domain.order import Order
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store.moments import UNDO
from sync.messages import RemoteLine, RemoteOrder

Heard = Callable[..., RemoteOrder]
KIMCHI = RemoteLine("P1", "김치", 2, 9000, options=("매운맛",), note="덜 짜게")
DUMPLINGS = RemoteLine("P2", "만두", 1, 7000, contents=("간장 ×1",))


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The shop, with a web shop as its channel."""
    web = channel_facts(ChannelPart(name="fankahui", kind="imweb", base_url="https://x"))
    return replace(shop, channels={"fankahui": web})


@pytest.fixture
def placed(counter: Any, heard: Heard) -> Order:
    """An order of two parts that nobody has answered yet."""
    counter.hear(heard(type="deliver", lines=(KIMCHI, DUMPLINGS), currency="KRW", total=28000))
    order: Order = counter.order()
    return order


def off(counter: Any, order: Order, **how: Any) -> Any:
    """Call the kimchi off, as it is done at the screen."""
    return counter.do(
        lines_off.cancel_lines, order.id, ["P1"], "품절", "SOLD_OUT", **{"undoable": True, **how}
    )


def too_late(counter: Any, order: Order) -> bool:
    """Whether it cannot be taken back any more; nothing changes then."""
    before = counter.order(), counter.letters(order)
    with pytest.raises(Refused) as refused:
        counter.do(lines_off.undo_lines, order.id)
    return (refused.value.code, (counter.order(), counter.letters(order))) == ("too_late", before)


def test_what_was_called_off_is_back_as_it_was_and_nobody_is_told(counter: Any, placed: Order) -> None:
    made = off(counter, placed)
    assert made.undo_until == counter.clock.now + UNDO
    assert (len(counter.order().lines), counter.order().total) == (1, 10000)
    assert counter.claim_letter() is None
    back = counter.do(lines_off.undo_lines, placed.id)
    assert (back.lines, back.fee) == (placed.lines, placed.fee)
    counter.clock.pass_by(minutes=1)
    assert counter.claim_letter() is None
    assert [(letter.verb, letter.error) for letter in counter.letters(placed)] == [("cancel", "undone")]
    assert counter.acts(placed)[-2:] == ["lines_off", "undo"]


def test_it_is_taken_back_once_and_may_be_called_off_again(counter: Any, placed: Order) -> None:
    off(counter, placed)
    counter.do(lines_off.undo_lines, placed.id)
    assert too_late(counter, placed)
    off(counter, placed)
    assert counter.do(lines_off.undo_lines, placed.id).lines == placed.lines


def test_what_its_channel_may_know_is_not_taken_back(counter: Any, placed: Order) -> None:
    off(counter, placed)
    counter.clock.pass_by(minutes=1)
    letter = counter.claim_letter()
    assert too_late(counter, placed)
    counter.do(outbox.postpone, letter, "timeout", counter.clock.now, unknown=True, counted=True)
    assert too_late(counter, placed)


def test_what_the_kitchen_may_know_is_not_taken_back(counter: Any, placed: Order) -> None:
    off(counter, placed)
    counter.do(orders.accept, placed.id)
    assert too_late(counter, placed)


def test_in_the_kitchen_there_is_no_way_back_from_the_first(counter: Any, placed: Order) -> None:
    counter.do(orders.accept, placed.id)
    counter.tell_all()
    assert off(counter, placed).undo_until is None
    assert [letter.verb for letter in counter.letters(placed)][-1] == "cancel"
    assert counter.claim_letter().verb == "cancel"
    assert too_late(counter, placed)


def test_what_was_changed_since_is_not_taken_back(counter: Any, placed: Order) -> None:
    off(counter, placed)
    [left] = counter.order().lines
    counter.do(lambda tx: tx.put(replace(tx.orders.get(placed.id), lines=(replace(left, quantity=3),))))
    assert too_late(counter, placed)


def test_all_of_it_is_the_order_with_the_orders_own_way_back(counter: Any, placed: Order) -> None:
    made = counter.do(lines_off.cancel_lines, placed.id, ["P1", "P2"], "품절", "SOLD_OUT", undoable=True)
    assert made.undo_until is not None
    assert counter.do(orders.undo, placed.id).lines == placed.lines


def test_where_nobody_can_touch_undo_it_is_told_at_once(counter: Any, placed: Order) -> None:
    assert off(counter, placed, undoable=False).undo_until is None
    assert counter.claim_letter().verb == "cancel"
