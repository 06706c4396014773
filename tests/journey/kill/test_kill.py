"""Counters are killed at every instant that matters and at others, and the day still ends well."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journey.kill.check import Day, complaints
from tests.journey.kill.fates import FATES
from tests.journey.kill.instants import ALL
from tests.journey.kill.world import World, plan

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="counters are forked")

#: How often each instant is struck, and how many kills come at no chosen one.
EACH, RANDOMLY = 2, 20

#: A wrong counter -> where it has to die for that to show, whose order is on its way, and who notices.
WRONG = [
    ("unmarked again", "device: every byte", "delivered", "no_second_copy_is_unmarked"),
    ("printed before sending", "device: half", "delivered", "paper_says_what_the_spool_says"),
    ("told before telling", "service: not applied", "turned down", "every_order_ended_as_it_should"),
    ("registers without looking", "service: applied, not answered", "phones", "every_order_is_there_once"),
    ("letter too late", "after commit of orders.reject", "turned down", "every_order_ended_as_it_should"),
]


@pytest.mark.parametrize("seed", [20261121])
def test_a_day_with_a_hundred_kills_ends_with_everything_there_once(tmp_path: Path, seed: int) -> None:
    with World(tmp_path, seed) as world:
        world.suffer(plan(seed, EACH, RANDOMLY))
        rests = world.drain()
        assert complaints(Day.of(world)) == [], world.story()
    assert rests, world.story()
    assert set(world.hits) == ALL, world.story()
    assert world.hits.total() >= 100


@pytest.mark.parametrize(("mutant", "instant", "fate", "noticed_by"), WRONG, ids=[row[0] for row in WRONG])
def test_a_counter_that_is_wrong_on_purpose_is_noticed(
    tmp_path: Path, mutant: str, instant: str, fate: str, noticed_by: str
) -> None:
    with World(tmp_path, seed=1, mutant=mutant) as world:
        assert world.kill(instant, fate)
        world.drain(most=3)
        said = complaints(Day.of(world))
    assert noticed_by in {words.partition(":")[0] for words in said}, said


def test_the_right_counter_survives_what_betrays_the_wrong_ones(tmp_path: Path) -> None:
    with World(tmp_path, seed=1) as world:
        for _, instant, fate, _ in WRONG:
            assert world.kill(instant, fate), world.story()
        assert world.drain(), world.story()
        assert complaints(Day.of(world)) == [], world.story()


def test_a_guest_who_cancels_while_the_accept_is_in_question_leaves_no_letter_to_a_person(
    tmp_path: Path,
) -> None:
    with World(tmp_path, seed=3) as world:
        world.life()
        assert world.kill("service: applied, not answered", "guest cancels")
        assert world.drain(), world.story()
        assert complaints(Day.of(world)) == [], world.story()


#: What is changed about a good day -> who notices.
FORGED: dict[str, Callable[[Day], Day]] = {
    "every_order_is_there_once": lambda day: replace(day, there=[*day.there, day.there[0]]),
    "every_payment_was_taken_once": lambda day: replace(day, deals_there=day.deals_there[1:]),
    "the_kitchen_has_every_ticket": lambda day: replace(
        day, sheets=[s for s in day.sheets if not s.name.startswith("K-")]
    ),
    "paper_says_what_the_spool_says": lambda day: replace(day, sheets=[*day.sheets, day.sheets[0]]),
    "no_ticket_is_lost": lambda day: replace(day, sheets=[s for s in day.sheets if s.name[0] != "B"]),
    "no_second_copy_is_unmarked": lambda day: replace(day, sheets=[*day.sheets, day.sheets[0]]),
    "what_was_said_to_be_done_is_done": lambda day: replace(
        day, done=[*day.done, {"done": "accept", "order": "0" * 32}]
    ),
}


def test_whatever_is_missing_or_too_much_after_a_day_is_noticed(tmp_path: Path) -> None:
    with World(tmp_path, seed=2) as world:
        world.life()
        for fate in FATES:
            world.guest(fate)
        assert world.drain(), world.story()
        day = Day.of(world)
        assert complaints(day) == []
        for noticed_by, forge in FORGED.items():
            assert noticed_by in {words.partition(":")[0] for words in complaints(forge(day))}
