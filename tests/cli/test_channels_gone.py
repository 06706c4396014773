"""A channel taken out of the configuration: what is done meanwhile is seen, and told when it is back."""

from __future__ import annotations

from typing import Any

import pytest

from pos.store.rows import ChannelRow
from pos.ui.channels.lines import gone_line
from pos.words import LANGUAGES, Words


@pytest.fixture
def number(shop: Any, guests: Any) -> str:
    """Return the number of an order that came in before its channel was taken out."""
    guests.place(type="deliver")
    assert shop.pos("sync").status == 0
    [order] = shop.pos("--json", "orders").json
    whole = shop.config.read_text(encoding="utf-8")
    start, end = whole.index("[[channel]]"), whole.index("[[printer]]")
    (shop.folder / "whole.toml").write_text(whole, encoding="utf-8")
    shop.config.write_text(whole[:start] + whole[end:], encoding="utf-8")
    return str(order["number"])


def put_back(shop: Any) -> None:
    shop.config.write_text((shop.folder / "whole.toml").read_text(encoding="utf-8"), encoding="utf-8")


def knows(shop: Any, number: str) -> Any:
    return shop.pos("--json", "show", number).json["channel_knows"]


def test_what_is_done_while_a_channel_is_taken_out_is_told_once_it_is_back(
    shop: Any, guests: Any, number: str
) -> None:
    assert shop.pos("cancel", number, "--reason", "sold out").status == 0
    assert knows(shop, number) == "waiting"
    put_back(shop)
    assert shop.pos("sync", "--once").status == 0
    assert knows(shop, number) == "yes"
    assert [order["status"] for order in guests.state()["orders"]] == ["canceled"]


def test_letters_of_a_channel_that_is_taken_out_are_listed_with_the_channels(shop: Any, number: str) -> None:
    assert shop.pos("cancel", number, "--reason", "sold out").status == 0
    [row] = shop.pos("--json", "channels").json
    assert (row["name"], row["kind"], row["state"], row["waiting"]) == ("fankahui", "fankahui", "gone", 1)
    assert "no longer connected" in shop.pos("channels").out
    told = shop.pos("doctor")
    assert told.status == 1
    assert "Letters that wait for fankahui, which is no longer connected: 1" in told.out
    put_back(shop)
    assert shop.pos("sync").status == 0
    [row] = shop.pos("--json", "channels").json
    assert row["state"] == "well"


def test_open_orders_of_a_channel_that_is_taken_out_are_named(shop: Any, number: str) -> None:
    assert knows(shop, number) == "yes"
    assert "fankahui is no longer connected, and orders of it are open" in shop.pos("doctor").out


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("failed", "tone"), [(0, "amber"), (2, "red")])
def test_a_channel_that_is_gone_is_said_on_the_page_in_every_language(
    language: str, failed: int, tone: str
) -> None:
    row = ChannelRow("rayteams", "rayteams", "gone", "", None, None, 0, failed, None, 0)
    line = gone_line(Words(language), row)
    assert (line.tone, "rayteams" in line.sub.lower(), "channels." in line.sub) == (tone, True, False)


def test_all_that_waits_for_a_channel_that_will_not_be_back_is_given_up_by_one_command(
    shop: Any, number: str
) -> None:
    assert shop.pos("cancel", number, "--reason", "sold out").status == 0
    assert shop.pos("outbox", "drop-gone", "fankahui").status == 2, "not without a reason"
    assert shop.pos("--json", "outbox", "drop-gone", "fankahui", "--reason", "ended").json == {"given_up": 1}
    assert shop.pos("outbox", "drop-gone", "fankahui", "--reason", "ended").out == "Given up: 0\n"
    assert shop.pos("--json", "channels").json == []
    [letter] = shop.pos("--json", "outbox", "--state", "dropped").json
    assert letter["error"] == "ended"
    assert knows(shop, number) == "no"
    acts = [line["act"] for line in shop.pos("--json", "show", number).json["journal"]]
    assert acts[-1] == "letter_dropped"


def test_a_channel_that_is_connected_keeps_what_waits_for_it(shop: Any, number: str) -> None:
    assert shop.pos("cancel", number, "--reason", "sold out").status == 0
    put_back(shop)
    refused = shop.pos("outbox", "drop-gone", "fankahui", "--reason", "ended")
    assert refused.status == 1
    assert "is connected" in refused.err
    assert knows(shop, number) == "waiting"
