"""`pos doctor` looks into the store, not only whether it opens."""

from __future__ import annotations

from typing import Any

import pytest

from sync.sandbox.control import Control


def test_a_store_that_was_only_used_is_well(shop: Any, draft: Any) -> None:
    assert shop.pos("new", draft()).status == 0
    [store] = [one for one in shop.pos("--json", "doctor").json["findings"] if one["name"] == "store"]
    assert store["ok"]


def test_a_journal_written_with_another_key_is_named(
    shop: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.pos("new", draft()).status == 0
    monkeypatch.setenv("POS_SECRET_SHOP_JOURNAL", "another hand")
    told = shop.pos("doctor")
    assert told.status == 1
    assert "The journal does not hold together at line 1" in told.out


def of_channel(shop: Any) -> dict[str, Any]:
    """Return what is found of the shop's channel."""
    [found] = [one for one in shop.pos("--json", "doctor").json["findings"] if one["name"] == "channel"]
    return dict(found)


def test_a_channel_that_needs_a_person_is_named_with_what_it_needs(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.pos("sync").status == 0
    assert (of_channel(shop)["ok"], of_channel(shop)["words"]) == (True, "fankahui: well")
    shop.pos("channels", "pause", "fankahui")
    assert of_channel(shop)["words"] == "fankahui: paused"
    shop.pos("channels", "resume", "fankahui")
    monkeypatch.setenv("POS_SECRET_FANKAHUI_PASSWORD", "wrong")
    assert shop.pos("sync").status == 4
    assert not of_channel(shop)["ok"]
    assert "correct it" in of_channel(shop)["words"]


def test_a_channel_that_works_and_refused_something_needs_a_person_all_the_same(
    shop: Any, guests: Control
) -> None:
    guests.place()
    shop.pos("sync")
    shop.pos("accept", "1")
    guests.fault("fail", status=400, method="PUT", times=None)
    assert shop.pos("sync", "--once").status == 4
    assert not of_channel(shop)["ok"]
    for said in (of_channel(shop)["words"], shop.pos("channels").out):
        assert "needs you: 1 refused" in said
        assert "well" not in said
    assert shop.pos("channels", "--json").json[0]["state"] == "needs_you"
    shop.pos("channels", "pause", "fankahui")
    assert of_channel(shop)["words"] == "fankahui: paused: 1 refused"


def test_a_channel_that_was_not_asked_yet_says_so(shop: Any) -> None:
    assert of_channel(shop)["words"].endswith("Not heard yet")


def test_tickets_that_wait_for_room_on_a_disk_are_named_until_they_are_printed(shop: Any, draft: Any) -> None:
    full = shop.folder / "tickets"
    full.write_text("no folder: nothing can be written into it", encoding="utf-8")
    assert shop.pos("new", draft()).status == 0
    shop.pos("print", "--once")

    def found() -> list[dict[str, Any]]:
        told = shop.pos("--json", "doctor")
        return [one for one in told.json["findings"] if one["name"] == "printer" and not one["ok"]]

    [wait] = found()
    assert wait["words"] == "kitchen: 1 waiting to be printed. The disk is full or cannot be written"
    full.unlink()
    assert shop.pos("print", "--once").status == 0
    assert found() == []


def test_two_channels_that_are_one_shop_are_named_once(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shop.config.read_text(encoding="utf-8")
    [url] = [line for line in text.splitlines() if line.startswith("base_url")]
    table = f'\n[[channel]]\nname = "again"\nkind = "fankahui"\n{url}\n'
    shop.config.write_text(text + table, encoding="utf-8")
    monkeypatch.setenv("POS_SECRET_AGAIN_USERNAME", "somebody else")
    said = "again and fankahui are one shop"
    assert said not in shop.pos("doctor").out
    monkeypatch.setenv("POS_SECRET_AGAIN_USERNAME", "counter")
    told = shop.pos("doctor")
    assert told.out.count(said) == 1
    assert told.status == 1
