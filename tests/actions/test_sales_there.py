"""What was told of a sale: parts that were refused, what is deleted there, and what a person says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from pos.actions import channels, intake, orders, outbox, refunds, sales
from pos.actions.vocabularies import remote_line
from pos.domain.order import Order
from pos.domain.refusals import Refused
from pos.domain.shop import Shop
from pos.store import backlog, queries
from pos.store.cards import known_elsewhere
from sync.messages import FailedPart, Letter, RemoteOrder, Told

Heard = Callable[..., RemoteOrder]


@pytest.fixture
def shop(shop: Shop, telling: Callable[..., Shop]) -> Shop:
    """The shop, whose sales are told to one who asks for reviews."""
    return telling(shop)


def items(letter: Letter) -> list[str]:
    """Return the lines that a letter tells."""
    return [item["id"] for item in letter.body["order"]["items"]]


def test_a_part_that_was_refused_is_told_by_its_own_letter_as_it_is_now(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    first = hears.tell(FailedPart("L2", "no such product"))
    hears.settle(order)
    assert (items(first), hears.claim()) == (["L1", "L2"], None)
    [_, part, _] = hears.sold(order)
    assert (part.state, part.error, part.body["parts"]) == ("failed", "no such product", ["L2"])
    counter.do(outbox.retry, part.id)
    again = hears.tell()
    assert (again.body["parts"], again.body["order"]["status"]) == (["L2"], "paid")
    last = hears.tell()
    assert (items(last), last.body["known"]) == (["L1", "L2"], ["L1", "L2"])


def test_what_was_written_while_a_part_was_refused_waits_for_that_part(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    letter = hears.claim()
    hears.settle(order)
    counter.do(outbox.told, letter, Told(failed=(FailedPart("L1", "no such product"),)))
    assert hears.claim() is None
    counter.do(outbox.retry, hears.sold(order)[1].id)
    assert hears.tell().body["parts"] == ["L1"]
    later = hears.tell()
    assert (items(later), later.body["known"]) == (["L1", "L2"], ["L1", "L2"])


def test_of_a_part_that_was_given_up_nothing_is_told_any_more(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    hears.tell(FailedPart("L2", "deleted_there: 水煮鱼"))
    hears.settle(order)
    counter.do(outbox.drop, hears.sold(order)[1].id, "we know")
    later = hears.tell()
    assert (items(later), later.body["known"]) == (["L1"], ["L1"])


def test_where_every_part_was_given_up_the_rest_is_given_up_too(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    hears.tell(FailedPart("L1", "no"), FailedPart("L2", "no"))
    hears.settle(order)
    for letter in hears.sold(order)[1:3]:
        counter.do(outbox.drop, letter.id, "we know")
    assert hears.claim() is None
    assert [(each.state, each.error) for each in hears.sold(order)][-1] == ("dropped", "nothing_left")


def test_a_line_that_was_taken_out_is_still_known_there(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    hears.tell()
    counter.do(orders.amend, order.id, [order.lines[0]])
    letter = hears.tell()
    assert (items(letter), letter.body["known"]) == (["L1"], ["L1", "L2"])


def test_lines_without_ids_are_called_by_their_places(hears: Any, heard: Heard) -> None:
    lines = tuple(replace(line, id="") for line in heard().lines)
    hears.cooked(heard, lines=lines)
    assert items(hears.tell()) == ["#1", "#2"]


def test_what_was_told_is_forgotten_on_a_persons_word_and_nothing_more_is_told(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    hears.tell()
    hears.settle(order)
    assert counter.do(sales.forget, order.id, "reviews") is True
    letter = hears.tell()
    assert (letter.verb, dict(letter.body)) == ("forget", {})
    assert [each.state for each in hears.sold(order)] == ["told", "dropped"]
    counter.do(refunds.refund, counter.order().deal_id, reason="cold")
    assert hears.claim() is None
    assert counter.do(sales.forget, order.id, "reviews") is False
    assert counter.acts(order).count("forget") == 1
    known = known_elsewhere(order.channel, counter.ask(backlog.order_letters, order.id))
    assert known == {"reviews": "no"}


def test_a_line_that_was_forgotten_is_told_no_more(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    hears.tell()
    assert counter.do(sales.forget, order.id, "reviews", ["L1"]) is True
    assert counter.do(sales.forget, order.id, "reviews", ["L1"]) is False
    assert hears.tell().body["parts"] == ["L1"]
    hears.settle(order)
    letter = hears.tell()
    assert (items(letter), letter.body["known"]) == (["L2"], ["L2"])


def test_a_deletion_takes_away_what_failed_of_the_same_line(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    hears.tell(FailedPart("L2", "no such product"))
    counter.do(sales.forget, order.id, "reviews", ["L2"])
    assert hears.tell().verb == "forget"


@pytest.mark.parametrize(
    ("channel", "lines", "code"),
    [("nobody", (), "no_channel"), ("fankahui", (), "cannot_forget"), ("reviews", ("L9",), "no_such_line")],
)
def test_what_cannot_be_forgotten_is_refused(
    counter: Any, hears: Any, heard: Heard, channel: str, lines: tuple[str, ...], code: str
) -> None:
    order = hears.cooked(heard)
    with pytest.raises(Refused, match=code):
        counter.do(sales.forget, order.id, channel, lines)


def test_what_was_never_told_is_not_forgotten(counter: Any, heard: Heard) -> None:
    counter.hear(heard())
    with pytest.raises(Refused, match="never_told"):
        counter.do(sales.forget, counter.order().id, "reviews")


def look(counter: Any, order: Order, *lines: str) -> None:
    """Let a sweep find these lines of an order there."""
    there = [replace(line, id=key) for line, key in zip(order.lines, lines, strict=False)]
    shown = RemoteOrder(
        str(order.id), "executed", "deliver", tuple(map(remote_line, there)), "CNY", {"n": str(uuid4())}
    )
    counter.do(intake.receive, "reviews", shown)


def test_a_sale_is_told_after_all_where_having_it_deleted_was_given_up(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    counter.do(sales.forget, order.id, "reviews")
    assert [letter.state for letter in hears.sold(order)] == ["dropped"]
    counter.do(outbox.drop, hears.letters(order)[-1].id, "a slip of the finger")
    assert [letter.state for letter in hears.sold(order)] == ["waiting"]
    assert items(hears.tell()) == ["L1", "L2"]


def test_a_refused_part_has_failed_again_where_having_it_deleted_was_given_up(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    hears.tell(FailedPart("L2", "no such product"))
    counter.do(sales.forget, order.id, "reviews", ["L2"])
    counter.do(outbox.drop, hears.letters(order)[-1].id, "a slip of the finger")
    part = hears.sold(order)[1]
    assert (part.state, part.error, part.body["parts"]) == ("failed", "no such product", ["L2"])


def test_what_was_told_without_a_line_is_told_with_it_where_having_it_deleted_was_given_up(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    counter.do(sales.forget, order.id, "reviews", ["L2"])
    assert items(hears.tell()) == ["L1"]
    counter.do(outbox.drop, hears.letters(order)[-1].id, "a slip of the finger")
    assert items(hears.tell()) == ["L1", "L2"]


def test_a_line_that_is_missing_there_twice_running_is_shown_to_a_person_once(
    counter: Any, hears: Any, heard: Heard
) -> None:
    order = hears.cooked(heard)
    hears.tell()
    look(counter, order, "L1")
    look(counter, order, "L1", "L2")
    look(counter, order, "L1")
    assert counter.attention() == []
    look(counter, order, "L1")
    look(counter, order, "L1")
    [row] = counter.attention()
    assert (row.kind, row.channel, row.facts["line"]) == ("line_deleted_there", "reviews", "水煮鱼")
    assert counter.acts(order).count("missed_there") == 3
    assert [found.remote_id for found in counter.ask(queries.orders)] == ["R1"]


def test_what_two_channels_miss_of_one_order_is_shown_of_both_and_written_once_each(
    open_counter: Any, shop: Shop, hears: Any, heard: Heard
) -> None:
    others = {name: replace(shop.channels["reviews"], name=name) for name in ("reviews", "reviews2")}
    counter = open_counter(replace(shop, channels={**shop.channels, **others}))
    order = type(hears)(counter).cooked(heard)
    for name in others:
        counter.do(outbox.told, counter.do(outbox.claim, name, False), Told())
    shown = heard(str(order.id), lines=heard().lines[:1])
    for _ in range(5):
        for name in others:
            counter.do(intake.receive, name, shown)
    assert sorted((row.kind, row.channel) for row in counter.attention()) == [
        ("line_deleted_there", "reviews"),
        ("line_deleted_there", "reviews2"),
    ]
    assert counter.acts(order).count("missed_there") == 2


def test_what_has_still_to_be_told_is_not_missed(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    hears.tell()
    hears.settle(order)
    for _ in range(3):
        look(counter, order)
    assert "missed_there" not in counter.acts(order)


def test_an_order_that_is_gone_there_is_shown_to_a_person(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    counter.do(channels.missing, "reviews", str(order.id))
    assert counter.attention() == []
    hears.tell()
    counter.do(channels.missing, "reviews", str(order.id))
    [row] = counter.attention()
    assert (row.kind, row.order_id) == ("sale_deleted_there", order.id)


@pytest.mark.parametrize("code", ["A", str(UUID(int=7)), ""])
def test_a_code_that_is_not_ours_is_nobodys_order(counter: Any, heard: Heard, code: str) -> None:
    counter.do(channels.missing, "reviews", code)
    counter.do(intake.receive, "reviews", heard(code))
    assert (counter.attention(), counter.ask(queries.orders)) == ([], [])


def test_what_a_person_had_deleted_is_not_missed(counter: Any, hears: Any, heard: Heard) -> None:
    order = hears.cooked(heard)
    hears.tell()
    counter.do(sales.forget, order.id, "reviews")
    hears.tell()
    counter.do(channels.missing, "reviews", str(order.id))
    assert counter.attention() == []


def test_all_that_was_told_is_looked_for_a_few_at_a_time(counter: Any, hears: Any, heard: Heard) -> None:
    made = [hears.cooked(heard, f"R{n}") for n in range(23)]
    for _ in made[:-1]:
        hears.tell()
    seen: list[UUID] = []
    after = None
    for _ in range(3):
        found = counter.do(channels.open_orders, "reviews", after)
        assert all(code == str(order_id) for code, order_id in found.items())
        assert len(found) == 10
        seen += found.values()
        after = seen[-1]
    assert set(seen) == {order.id for order in made[:-1]}
    counter.clock.pass_by(days=31)
    assert counter.do(channels.open_orders, "reviews", after) == {}
