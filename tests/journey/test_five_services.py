"""A day with all five services, under faults and two kills, ends equal on both sides."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from pos.config import Config
from sync.channels import KINDS
from tests.journey.five.check import CHECKS, Day, complaints
from tests.journey.five.world import LONGEST, STORMY, World, opened

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="counters are forked")

SEED = 20_261_121


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A day that was lived: two counters were killed, one was closed, and the last one had the evening."""
    chance = random.Random(SEED)
    with pytest.MonkeyPatch.context() as environment:
        for kind in KINDS:
            for field in KINDS[kind].secret_fields():
                environment.setenv(f"POS_SECRET_{kind.upper()}_{field}", "practice")
        with opened(tmp_path_factory.mktemp("five"), SEED) as world:
            for _ in range(2):
                world.live(LONGEST, kill_after=chance.uniform(STORMY, STORMY + 3))
            world.live(STORMY)
            world.guests.go()
            world.live(LONGEST, calm=True)
            yield world


@pytest.fixture(scope="module")
def lived(world: World) -> Day:
    """What is left of it."""
    shop = Config.model_validate(world.task(0, calm=True)["config"]).facts
    return Day.of(world.store, shop, world.there())


@pytest.fixture
def day(lived: Day) -> Day:
    """What is left of it, to be written in."""
    return copy.deepcopy(lived)


def test_a_day_with_all_five_services_ends_equal_on_both_sides(world: World, day: Day) -> None:
    assert complaints(day) == [], world.story()
    assert world.over, world.story()
    assert world.kills == 2
    assert {letter.channel for letter in day.letters if letter.attempts > 1}, "nothing ever went wrong"


def _there(day: Day, kind: str) -> list[dict[str, Any]]:
    orders: list[dict[str, Any]] = day.there[kind]["orders"]
    return orders


def _lose_an_order(day: Day) -> None:
    day.orders.remove(next(order for order in day.orders if order.channel == "rayteams"))


def _end_otherwise(day: Day) -> None:
    _there(day, "rayteams")[0]["statusName"] = "Wait Response"


def _book_twice(day: Day) -> None:
    day.there["fankahui"]["deals"].append(day.there["fankahui"]["deals"][0])


def _leave_a_claim_open(day: Day) -> None:
    for part in _there(day, "imweb")[0]["prod_orders"].values():
        part["claim_status"] = "RETURN_REQUEST"


def _tell_again(day: Day) -> None:
    rows = day.there["rayteams"]["rows"]
    rows.append(next(row for row in rows if row["sk"].startswith("his:")))


def _forget_a_line(day: Day) -> None:
    _there(day, "crema")[0]["sub_orders"].pop()


def _leave_a_service_away(day: Day) -> None:
    day.channels[0] = day.channels[0]._replace(state="waiting")


def _ask_for_nothing(day: Day) -> None:
    order = day.orders[0]
    facts = {"id": order.id, "kind": "unreadable", "channel": order.channel, "order_id": order.id}
    day.attention.append(type("Asked", (), {**facts, "order_number": order.number, "facts": {}})())


def _break_the_journal(day: Day) -> None:
    day.broken.append(7)


#: What is changed about a good day -> who notices.
FORGED: Mapping[str, Callable[[Day], None]] = {
    "every_order_is_there_and_here_once": _lose_an_order,
    "every_order_ended_equal_on_both_sides": _end_otherwise,
    "every_payment_was_taken_once": _book_twice,
    "what_left_has_its_number_and_no_claim_is_open": _leave_a_claim_open,
    "nothing_was_told_twice": _tell_again,
    "what_was_sold_is_known": _forget_a_line,
    "nothing_waits": _leave_a_service_away,
    "nobody_is_asked_without_cause": _ask_for_nothing,
    "the_journal_is_whole": _break_the_journal,
}


@pytest.mark.parametrize("noticed_by", FORGED)
def test_whatever_is_wrong_with_a_day_is_noticed(day: Day, noticed_by: str) -> None:
    FORGED[noticed_by](day)
    assert noticed_by in {words.partition(":")[0] for words in complaints(day)}


def test_every_check_is_one_that_can_fail() -> None:
    assert {check.__name__.strip("_") for check in CHECKS} == FORGED.keys()
