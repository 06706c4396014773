"""What is done while a channel is not set up is told once it is again, and nothing is called known before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from pos.actions import channels, deals, new, orders, outbox, sales
from pos.domain.order import Line, Order, OrderType, Status
from pos.domain.payment import Amount
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store.cards import knows
from sync.messages import RemoteOrder, Told

Heard = Callable[..., RemoteOrder]
Away = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def away() -> Away:
    """Take a counter's channels out of its configuration, and put them back, with other verbs if wanted."""

    @contextmanager
    def gone(counter: Any, *, stranded: bool = False, tells: frozenset[str] | None = None) -> Iterator[None]:
        was = counter.store.shop
        begin(counter)
        counter.store.shop = replace(was, channels={})
        yield
        if stranded:
            counter.do(outbox.strand, "fankahui")
        facts = was.channels["fankahui"]
        back = facts if tells is None else replace(facts, tells=tells)
        counter.store.shop = replace(was, channels={"fankahui": back})
        begin(counter)

    return gone


def begin(counter: Any) -> None:
    assert counter.do(channels.begin, "fankahui", "fankahui", "https://example.com")


def known(counter: Any, order: Order) -> str | None:
    return knows(order.channel, [(letter.verb, letter.state) for letter in counter.letters(order)])


@pytest.mark.parametrize("stranded", [False, True])
def test_what_is_done_while_a_channel_is_away_is_told_when_it_is_back(
    counter: Any, heard: Heard, away: Away, stranded: bool
) -> None:
    counter.hear(heard("R1"), heard("R2"))
    first, second = counter.order("R1"), counter.order("R2")
    with away(counter, stranded=stranded):
        counter.do(orders.accept, first.id)
        counter.do(orders.cancel, second.id, "guest left")
        assert [known(counter, order) for order in (first, second)] == ["waiting", "waiting"]
    assert counter.tell_all() == ["accept", "cancel"]
    assert [known(counter, order) for order in (first, second)] == ["yes", "yes"]


def test_letters_of_a_channel_that_is_away_have_failed_with_a_word_of_their_own(
    counter: Any, heard: Heard, away: Away
) -> None:
    counter.hear(heard())
    with away(counter):
        counter.do(orders.accept, counter.order().id)
        counter.do(outbox.strand, "fankahui")
        (letter,) = counter.letters(counter.order())
        assert (letter.state, letter.error) == ("failed", "channel_gone")
        assert known(counter, counter.order()) == "failed"
    (letter,) = counter.letters(counter.order())
    assert (letter.state, letter.error) == ("waiting", "")


def test_what_failed_for_another_reason_waits_for_a_person_on(counter: Any, heard: Heard, away: Away) -> None:
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id)
    counter.do(outbox.refused, counter.claim_letter(), "not today")
    with away(counter, stranded=True):
        pass
    (letter,) = counter.letters(counter.order())
    assert (letter.state, letter.error) == ("failed", "not today")


def test_another_service_under_the_name_is_told_nothing_of_it(counter: Any, heard: Heard, away: Away) -> None:
    counter.hear(heard())
    with away(counter):
        counter.do(orders.accept, counter.order().id)
        counter.do(outbox.strand, "fankahui")
        assert not counter.do(channels.begin, "fankahui", "imweb", "https://example.com")
        (letter,) = counter.letters(counter.order())
        assert letter.state == "failed"


def test_a_verb_that_the_channel_has_no_word_for_is_given_up_when_it_is_back(
    counter: Any, heard: Heard, away: Away
) -> None:
    counter.hear(heard())
    with away(counter, tells=frozenset({"accept"})):
        counter.do(orders.accept, counter.order().id)
        counter.do(orders.cancel, counter.order().id, "guest left")
    assert counter.tell_all() == ["accept"]
    last = counter.letters(counter.order())[-1]
    assert (last.verb, last.state, last.error) == ("cancel", "dropped", "cannot_be_told")
    assert known(counter, counter.order()) == "no"


@pytest.mark.parametrize("more", [[], ["complete"]])
def test_money_that_is_taken_while_a_channel_is_away_is_told_and_the_end_where_it_has_a_word(
    counter: Any, heard: Heard, away: Away, more: list[str]
) -> None:
    counter.hear(heard(type="deliver"))
    order = counter.reach("accepted")
    with away(counter, tells=frozenset({"pay", *more})):
        counter.do(deals.settle, [order.id], [Amount("cash", order.total)])
    assert counter.tell_all() == ["pay", *more]
    assert known(counter, order) == "yes"


def test_undo_takes_back_what_a_channel_that_is_away_has_not_heard(
    counter: Any, heard: Heard, away: Away
) -> None:
    counter.hear(heard())
    with away(counter):
        counter.do(orders.accept, counter.order().id, undoable=True)
        assert counter.do(orders.undo, counter.order().id).status is Status.PLACED
    assert counter.tell_all() == []


@pytest.mark.parametrize("can", [False, True])
def test_what_was_called_off_before_it_could_be_made_is_not_made_where_it_cannot_be_called_off(
    counter: Any, away: Away, can: bool
) -> None:
    tells = frozenset({"register", "accept", *(("cancel",) if can else ())})
    meal = new.Draft(OrderType.BOOKING, (Line("", "米饭", 2, 300),), channel="fankahui")
    order = counter.do(new.place, meal)
    with away(counter, tells=tells):
        counter.do(orders.cancel, order.id, "guest left")
    letter = counter.claim_letter()
    assert (letter.verb if letter else None) == ("register" if can else None)


def test_a_shop_without_the_channel_forgets_no_promise_of_it(
    open_counter: Callable[[Shop], Any], shop: Shop, heard: Heard, away: Away
) -> None:
    counter = open_counter(shop)
    counter.hear(heard())
    with away(counter, stranded=True):
        counter.do(orders.accept, counter.order().id, 30)
    assert counter.claim_letter().body["minutes"] == 30


def test_who_heard_of_a_sale_is_told_what_becomes_of_it_while_away_and_of_no_new_one(
    open_counter: Callable[[Shop], Any], shop: Shop, telling: Any, heard: Heard
) -> None:
    counter = open_counter(telling(shop))
    whole = counter.store.shop
    counter.hear(heard("R1", type="deliver"), heard("R2", type="deliver"))
    first = counter.reach("accepted", "R1")
    counter.do(outbox.told, counter.do(outbox.claim, "reviews", False), Told())
    counter.store.shop = replace(whole, channels={"fankahui": whole.channels["fankahui"]})
    counter.clock.pass_by(minutes=20)
    counter.do(deals.settle, [first.id], [Amount("cash", first.total)])
    second = counter.reach("accepted", "R2")
    about = [(row.verb, row.state) for row in counter.letters(first) if row.channel == "reviews"]
    assert about == [("sale", "told"), ("sale", "waiting")]
    assert [row.channel for row in counter.letters(second) if row.channel == "reviews"] == []
    counter.store.shop = whole
    assert counter.do(outbox.claim, "reviews", False).order_id == first.id


def stranded(counter: Any, heard: Heard) -> tuple[Order, Order]:
    """Return two orders with letters to a channel that was taken out, one behind another of its order."""
    begin(counter)
    counter.hear(heard("R1"), heard("R2"))
    counter.store.shop = replace(counter.store.shop, channels={})
    first = counter.do(orders.accept, counter.order("R1").id).order
    counter.do(orders.execute, first.id)
    second = counter.do(orders.cancel, counter.order("R2").id, "guest left").order
    counter.do(outbox.strand, "fankahui")
    return first, second


def test_all_letters_to_a_channel_that_is_gone_are_given_up_at_once_and_each_is_in_the_journal(
    counter: Any, heard: Heard
) -> None:
    both = stranded(counter, heard)
    assert counter.do(outbox.drop_gone, "fankahui", "contract ended") == 3
    letters = [letter for order in both for letter in counter.letters(order)]
    assert {(letter.state, letter.error) for letter in letters} == {("dropped", "contract ended")}
    assert [counter.acts(order).count("letter_dropped") for order in both] == [2, 1]
    assert counter.do(outbox.drop_gone, "fankahui", "contract ended") == 0


def test_what_was_given_up_stays_so_when_the_channel_comes_back(counter: Any, heard: Heard) -> None:
    was = counter.store.shop
    both = stranded(counter, heard)
    counter.do(outbox.drop_gone, "fankahui", "contract ended")
    counter.store.shop = was
    begin(counter)
    assert counter.tell_all() == []
    assert [known(counter, order) for order in both] == ["no", "no"]


def test_letters_to_a_channel_that_is_set_up_are_not_given_up_together(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    counter.do(orders.accept, counter.order().id)
    with pytest.raises(Refused, match="channel_is_here"):
        counter.do(outbox.drop_gone, "fankahui", "tired of it")
    assert [letter.state for letter in counter.letters(counter.order())] == ["waiting"]


def test_giving_up_needs_a_reason_also_for_many(counter: Any, heard: Heard) -> None:
    first, _second = stranded(counter, heard)
    with pytest.raises(Refused, match="reason_needed"):
        counter.do(outbox.drop_gone, "fankahui", "  ")
    assert {letter.state for letter in counter.letters(first)} == {"failed"}


def test_stored_value_asked_of_a_channel_that_is_gone_is_taken_apart_when_it_is_given_up(
    counter: Any, heard: Heard
) -> None:
    counter.hear(heard())
    order = counter.reach("executed")
    counter.do(lambda tx: tx.states.put_channel("fankahui", state="well"))
    counter.do(deals.settle, [order.id], [Amount("prepay", order.total)])
    counter.store.shop = replace(counter.store.shop, channels={})
    assert counter.do(outbox.drop_gone, "fankahui", "contract ended") == 1
    assert counter.order().deal_id is None
    counter.do(deals.settle, [order.id], [Amount("cash", order.total)])


def test_what_was_to_be_deleted_at_a_channel_that_is_gone_is_given_up_with_all_it_stood_for(
    open_counter: Callable[[Shop], Any], shop: Shop, telling: Any, heard: Heard
) -> None:
    counter = open_counter(telling(shop))
    counter.hear(heard(type="deliver"))
    order = counter.reach("accepted")
    counter.do(outbox.told, counter.do(outbox.claim, "reviews", False), Told())
    counter.clock.pass_by(minutes=20)
    counter.do(deals.settle, [order.id], [Amount("cash", order.total)])
    counter.do(sales.forget, order.id, "reviews")
    counter.store.shop = replace(
        counter.store.shop, channels={"fankahui": counter.store.shop.channels["fankahui"]}
    )
    assert counter.do(outbox.drop_gone, "reviews", "contract ended") > 0
    states = {letter.state for letter in counter.letters(order) if letter.channel == "reviews"}
    assert states == {"told", "dropped"}
