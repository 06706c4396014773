"""A day with all five services, under faults and two kills, ends equal on both sides."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from pos.domain.payment import PaymentStatus
from sync.channels import KINDS
from tests.journey.five.cashier import GIVEN_UP
from tests.journey.five.check import CHECKS, complaints
from tests.journey.five.fates import goes_back
from tests.journey.five.left import Day
from tests.journey.five.world import KILLS, World, lived

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="counters are forked")

SEED = 20_261_121


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A day that was lived, and all of whose services are still there."""
    with pytest.MonkeyPatch.context() as environment:
        for kind in KINDS:
            for field in KINDS[kind].secret_fields():
                environment.setenv(f"POS_SECRET_{kind.upper()}_{field}", "practice")
        with lived(tmp_path_factory.mktemp("five"), SEED) as world:
            yield world


@pytest.fixture(scope="module")
def left(world: World) -> Day:
    """What is left of it."""
    return Day.of(world)


@pytest.fixture
def day(left: Day) -> Day:
    """What is left of it, to be written in."""
    return copy.deepcopy(left)


def test_a_day_with_all_five_services_ends_equal_on_both_sides(world: World, day: Day) -> None:
    assert complaints(day) == [], world.story()
    assert world.over, world.story()
    assert world.kills == KILLS
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
    # Once more may be what others did.
    rows.extend([next(row for row in rows if row["sk"].startswith("his:"))] * 2)


def _forget_a_line(day: Day) -> None:
    _there(day, "crema")[0]["sub_orders"].pop()


def _delete_unseen(day: Day) -> None:
    lines = next(
        order["sub_orders"]
        for order in _there(day, "crema")
        if not any(str(asked.order_id) == order["code"] for asked in day.attention)
        and not any(
            letter.error == GIVEN_UP and str(letter.order_id) == order["code"] for letter in day.letters
        )
    )
    day.moved.append(("crema", lines.pop()["code"], "delete-line"))


def _leave_a_service_away(day: Day) -> None:
    day.channels[0] = day.channels[0]._replace(state="waiting")


def _cook_twice(day: Day) -> None:
    day.sheets.append(next(sheet for sheet in day.sheets if sheet.whole))


def _give_nothing_back(day: Day) -> None:
    paid = next(
        order for order in day.orders if order.status.value == "paid" and goes_back(order) is not None
    )
    kept = replace(paid.payment, status=PaymentStatus.PAID)
    day.orders[day.orders.index(paid)] = replace(paid, payment=kept)


def _order_twice(day: Day) -> None:
    order = next(order for order in _there(day, "impilo") if order["site"])
    order["orderItems"][0]["count"] += 1


def _differ_unseen(day: Day) -> None:
    quiet = next(order for order in day.orders if order.channel == "fankahui" and not day.asks(order.id))
    day.differ["fankahui"][quiet.remote_id] = ["amount"]


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
    "what_goes_back_is_back_once": _give_nothing_back,
    "the_shop_has_what_it_needs_once": _order_twice,
    "the_kitchen_has_every_order_once": _cook_twice,
    "what_left_has_its_number_and_no_claim_is_open": _leave_a_claim_open,
    "nothing_was_told_twice": _tell_again,
    "what_was_sold_is_known": _forget_a_line,
    "what_was_deleted_there_is_noticed": _delete_unseen,
    "nothing_waits": _leave_a_service_away,
    "nobody_is_asked_without_cause": _ask_for_nothing,
    "the_end_of_the_day_names_what_differs": _differ_unseen,
    "the_journal_is_whole": _break_the_journal,
}


@pytest.mark.parametrize("noticed_by", FORGED)
def test_whatever_is_wrong_with_a_day_is_noticed(day: Day, noticed_by: str) -> None:
    FORGED[noticed_by](day)
    assert noticed_by in {words.partition(":")[0] for words in complaints(day)}


def test_every_check_is_one_that_can_fail() -> None:
    assert {check.__name__.strip("_") for check in CHECKS} == FORGED.keys()
