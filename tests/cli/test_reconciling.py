"""`pos reconcile`: a day, theirs and ours side by side, and what a spreadsheet gets of it."""

from __future__ import annotations

import csv
from contextlib import closing
from pathlib import Path
from typing import Any

from pos.actions import reconciling
from pos.store import sides
from pos.store.journal import Explained
from pos.store.tx import Who
from sync.sandbox.control import Control


def told(shop: Any, guests: Control) -> dict[str, Any]:
    """Return an order that was accepted here, of which the service knows."""
    order = guests.place(type="deliver")
    shop.pos("sync")
    shop.pos("accept", "1")
    shop.pos("sync", "--once")
    return dict(order)


def test_books_that_are_alike_say_so(shop: Any, guests: Control) -> None:
    order = told(shop, guests)
    answer = shop.pos("reconcile", "fankahui", "--json")
    assert answer.status == 0
    [row] = answer.json["orders"]
    assert (row["remote_id"], row["differences"]) == (order["id"], [])
    assert row["ours"]["total"] == row["theirs"]["total"]


def test_what_differs_is_shown_and_makes_the_exit_status(shop: Any, guests: Control) -> None:
    order = told(shop, guests)
    guests.cancel(order["id"])
    unheard = guests.place()
    answer = shop.pos("reconcile", "fankahui", "--json")
    found = {row["remote_id"]: row["differences"] for row in answer.json["orders"]}
    assert (answer.status, found) == (1, {order["id"]: ["status"], unheard["id"]: ["only_there"]})
    assert "only there" in shop.pos("reconcile", "fankahui").out


def test_nothing_is_taken_over_by_looking(shop: Any, guests: Control) -> None:
    told(shop, guests)
    guests.place()
    shop.pos("reconcile", "fankahui")
    assert len(shop.pos("orders", "--json").json) == 1


def test_what_waits_to_be_told_is_no_difference_of_books(shop: Any, guests: Control) -> None:
    guests.place(type="deliver")
    shop.pos("sync")
    shop.pos("accept", "1")
    [row] = shop.pos("reconcile", "fankahui", "--json").json["orders"]
    assert row["differences"] == ["untold"]


def test_a_spreadsheet_gets_every_order_and_no_formula(shop: Any, guests: Control, tmp_path: Path) -> None:
    told(shop, guests)
    file = tmp_path / "day.csv"
    assert shop.pos("reconcile", "fankahui", "--csv", str(file)).status == 0
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == 2
    assert rows[0][:2] == ["Order", "Number there"]
    assert rows[1][6] == rows[1][7]


def test_a_difference_that_was_explained_is_not_asked_about_again(shop: Any, guests: Control) -> None:
    order = told(shop, guests)
    guests.cancel(order["id"])
    with closing(shop.opened()) as store:
        order_id = store.ask(sides.known, "fankahui", [order["id"]])[order["id"]].order_id
        said = "fankahui", order["id"], Explained("=cmd()", ("status",), 0), order_id
        assert store.do(reconciling.explain, Who("owner", "screen"), *said).result()
        assert not store.do(reconciling.explain, Who("owner", "screen"), *said).result()
    answer = shop.pos("reconcile", "fankahui", "--json")
    assert (answer.status, answer.json["orders"][0]["why"]) == (0, "=cmd()")
    file = shop.folder / "day.csv"
    shop.pos("reconcile", "fankahui", "--csv", str(file))
    assert "'=cmd()" in file.read_text(encoding="utf-8-sig")


def test_a_service_that_is_away_is_said_to_be(shop: Any, guests: Control) -> None:
    told(shop, guests)
    guests.fault("down", times=None)
    answer = shop.pos("reconcile", "fankahui")
    assert answer.status == 4
    assert "fankahui" in answer.err


def test_another_day_is_asked_for_by_its_date(shop: Any, guests: Control) -> None:
    told(shop, guests)
    answer = shop.pos("reconcile", "fankahui", "--day", "2020-01-01", "--json")
    assert (answer.status, answer.json["orders"], answer.json["day"]) == (0, [], "2020-01-01")
