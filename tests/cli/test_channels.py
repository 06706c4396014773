"""`pos channels` says how each service is, and leaves one alone for as long as a person wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pos.actions.channels import next_time
from pos.domain.shop import Shop
from pos.store import queries
from sync.sandbox.control import Control


def of_fankahui(shop: Any) -> dict[str, Any]:
    """Return what the list says of the channel."""
    answer = shop.pos("channels", "--json")
    assert answer.status == 0
    [row] = answer.json
    return dict(row)


def test_the_list_says_how_a_channel_is_and_what_waits_for_it(shop: Any, guests: Control) -> None:
    assert of_fankahui(shop)["state"] == "waiting"
    guests.place()
    shop.pos("sync")
    shop.pos("accept", "1")
    row = of_fankahui(shop)
    assert (row["name"], row["kind"], row["state"], row["failed"]) == ("fankahui", "fankahui", "well", 0)
    assert row["waiting"] == 1
    assert row["heard_at"].endswith("Z")
    assert row["paused_until"] is None


def test_a_paused_channel_is_told_and_asked_nothing_until_it_is_resumed(shop: Any, guests: Control) -> None:
    assert shop.pos("channels", "pause", "fankahui").status == 0
    guests.place()
    assert shop.pos("sync", "--once", "--json").json["channels"][0]["paused_until"].startswith("9999")
    assert "paused" in shop.pos("sync", "--once").out
    assert shop.pos("orders", "--json").json == []
    assert of_fankahui(shop)["state"] == "paused"
    assert "paused" in shop.pos("channels").out
    assert shop.pos("channels", "resume", "fankahui").status == 0
    shop.pos("sync", "--once")
    assert len(shop.pos("orders", "--json").json) == 1


def test_letters_of_a_paused_channel_wait_unharmed(shop: Any, guests: Control) -> None:
    guests.place()
    shop.pos("sync")
    shop.pos("accept", "1")
    shop.pos("channels", "pause", "fankahui", "--minutes", "10")
    shop.pos("sync", "--once")
    waiting = [letter for letter in shop.pos("outbox", "--json").json if letter["state"] != "told"]
    assert {(letter["state"], letter["attempts"]) for letter in waiting} == {("waiting", 0)}
    shop.pos("channels", "resume", "fankahui")
    shop.pos("sync", "--once")
    assert guests.state()["orders"][0]["status"] == "accepted"


def test_what_waits_is_counted_whether_or_not_it_had_its_try(shop: Any, guests: Control) -> None:
    guests.place()
    shop.pos("sync")
    shop.pos("accept", "1")
    shop.pos("execute", "1")
    shop.pos("channels", "pause", "fankahui")
    [report] = shop.pos("sync", "--once", "--json").json["channels"]
    waiting = [letter for letter in shop.pos("outbox", "--json").json if letter["state"] == "waiting"]
    assert (report["ok"], report["waiting"]) == (True, len(waiting))
    assert len(waiting) == 2
    shop.pos("channels", "resume", "fankahui")
    guests.fault("fail", status=503, times=None)
    assert shop.pos("sync", "--once", "--json").json["channels"][0]["waiting"] == 2
    guests.calm()
    assert shop.pos("sync", "--once", "--json").json["channels"][0]["waiting"] == 0


def test_a_pause_may_end_by_itself(shop: Any) -> None:
    began, wanted = datetime.now(UTC), timedelta(minutes=30)
    shop.pos("channels", "pause", "fankahui", "--minutes", "30")
    until = datetime.fromisoformat(of_fankahui(shop)["paused_until"])
    assert began.replace(microsecond=0) + wanted <= until <= datetime.now(UTC) + wanted
    far = f"{began.astimezone(ZoneInfo('Asia/Shanghai')) + timedelta(hours=12):%H:%M}"
    shop.pos("channels", "pause", "fankahui", "--until", far)
    assert far in shop.pos("channels").out


def test_to_pause_or_resume_twice_changes_nothing_more(shop: Any) -> None:
    changed = [shop.pos("channels", "pause", "fankahui", "--json").json["changed"] for _ in range(2)]
    changed += [shop.pos("channels", "resume", "fankahui", "--json").json["changed"] for _ in range(2)]
    assert changed == [True, False, True, False]


def test_a_channel_that_waits_for_a_person_is_had_tried_again_by_whoever_works_it(
    shop: Any, guests: Control
) -> None:
    guests.fault("fail", status=401, times=None)
    shop.pos("sync", "--once")
    guests.calm()
    assert of_fankahui(shop)["state"] == "needs_you"
    assert shop.pos("channels", "resume", "fankahui", "--json").json["changed"] is True
    store = shop.opened()
    assert store.ask(queries.tries) == {"fankahui": 1}
    store.close()
    shop.pos("sync", "--once")
    assert shop.pos("channels", "resume", "fankahui", "--json").json["changed"] is False


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("pause", "nowhere"), 1),
        (("resume", "nowhere"), 1),
        (("pause", "fankahui", "--until", "half past"), 2),
        (("pause", "fankahui", "--minutes", "5", "--until", "10:00"), 2),
        (("pause", "fankahui", "--minutes", "0"), 2),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused(shop: Any, words: tuple[str, ...], status: int) -> None:
    assert shop.pos("channels", *words).status == status
    assert of_fankahui(shop)["paused_until"] is None


@pytest.mark.parametrize(
    ("clock", "expected"),
    [((20, 0), "2026-03-01T12:00"), ((19, 59), "2026-03-02T11:59"), ((0, 30), "2026-03-01T16:30")],
)
def test_a_clock_is_the_shops_and_shows_a_time_once_a_day(clock: tuple[int, int], expected: str) -> None:
    shop = Shop("", "CNY", "zh_CN", "Asia/Shanghai")
    now = datetime(2026, 3, 1, 11, 59, 30, tzinfo=UTC)
    found = next_time(shop, now, datetime(2026, 1, 1, *clock).time())  # noqa: DTZ001 - a time of day alone
    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert found > now
