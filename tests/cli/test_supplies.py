"""Supplies from a shell: ordered from a file, made at the service once, said to be here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

Write = Callable[[Any], Path]

CUFFS = [{"id": 31, "name": "Cuff", "count": 2, "kind": "item"}, {"id": "7", "name": "Kit", "kind": "kit"}]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a maker of files."""

    def make(said: Any) -> Path:
        file = tmp_path / "supplies.json"
        file.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
        return file

    return make


@pytest.fixture
def supplied(
    make_shop: Any, usual_config: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Return a maker of a shop that is connected to impilo too."""
    monkeypatch.setenv("POS_SECRET_CLINIC_API_KEY", "a secret key")

    def make(site: str = '\nsite = "7"') -> Any:
        url = sandbox.urls["impilo"]
        more = f'\n[[channel]]\nname = "clinic"\nkind = "impilo"\nbase_url = "{url}"{site}\n'
        return make_shop(usual_config + more)

    return make


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at impilo."""
    with Control(sandbox.urls["impilo"]) as control:
        yield control


def test_supplies_are_ordered_made_there_and_closed(
    supplied: Any, account: Control, write: Write, fits: Any
) -> None:
    shop = supplied()
    order = shop.pos("supplies", "clinic", write(CUFFS), "--note", "back door", "--json").json
    assert fits(order, "order")
    assert (order["status"], order["total"], order["channel_knows"]) == ("accepted", None, "waiting")
    assert shop.pos("sync", "--channel", "clinic").status == 0
    [there] = account.state()["orders"]
    assert (there["site"]["id"], there["externalOrderIds"]) == (7, [order["id"]])
    assert [row["count"] for row in (*there["orderItems"], *there["orderKits"])] == [2, 1]
    assert [note["note"] for note in there["orderNotes"]] == ["back door"]
    assert shop.pos("execute", order["id"]).status == shop.pos("settle", order["id"]).status == 0
    shown = shop.pos("show", order["id"], "--json").json
    assert (shown["status"], shown["deal"]["total"], shown["tickets"]) == ("paid", 0, [])
    assert shown["channel_knows"] == "yes"
    assert [item["name"] for item in shown["items"]] == ["Cuff", "Kit"]


def test_an_answer_that_was_lost_orders_nothing_twice(supplied: Any, account: Control, write: Write) -> None:
    shop = supplied()
    shop.pos("supplies", "clinic", write(CUFFS))
    account.fault("drop", method="POST")
    assert shop.pos("sync", "--channel", "clinic").status == 4
    account.place()
    assert shop.pos("sync", "--channel", "clinic").status == 0
    assert len([order for order in account.state()["orders"] if order["externalOrderIds"]]) == 1
    assert len(shop.pos("orders", "--channel", "clinic", "--json").json) == 2


def test_what_the_service_refuses_is_said_in_words(supplied: Any, write: Write) -> None:
    shop = supplied()
    shop.pos("supplies", "clinic", write([{"id": 34, "name": "Cable"}]))
    answer = shop.pos("sync", "--channel", "clinic")
    assert answer.status == 4
    assert "cannot be ordered there" in answer.err


def test_a_shop_without_a_site_there_is_told_to_set_it(supplied: Any, write: Write) -> None:
    answer = supplied(site="").pos("supplies", "clinic", write(CUFFS))
    assert answer.status == 1
    assert "site" in answer.err


@pytest.mark.parametrize("channel", ["fankahui", "nowhere"])
def test_a_channel_that_has_no_supplies_is_refused(supplied: Any, write: Write, channel: str) -> None:
    answer = supplied().pos("supplies", channel, write(CUFFS))
    assert answer.status == 1
    assert channel in answer.err


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("no json", "JSON"),
        ({}, "JSON"),
        ([], "dish"),
        ([{"name": "Cuff"}], "[1].id"),
        ([{"id": 31, "count": "two"}], "[1].count"),
        ([{"id": 31, "count": 0}], "1"),
        ([{"id": 31, "kind": "box"}], "[1].kind"),
        ([{"id": True}], "[1].id"),
        ([{"id": ""}], "item"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    supplied: Any, write: Write, said: Any, place: str
) -> None:
    shop = supplied()
    answer = shop.pos("supplies", "clinic", write(said))
    assert answer.status == 1
    assert place in answer.err
    assert "Traceback" not in answer.err
    assert shop.pos("orders", "--json").json == []


def test_what_the_service_keeps_of_an_order_is_shown_by_its_name(supplied: Any, account: Control) -> None:
    shop = supplied()
    number = str(account.place(site={"id": 7}, orderKits=[{"count": 1, "kit": {"id": 7}}])["id"])
    account.move(number, "track", carrier="usps", value="9400")
    assert shop.pos("sync", "--channel", "clinic").status == 0
    order = shop.pos("show", f"clinic:{number}", "--json").json
    assert {"name": "", "message": "usps 9400", "at": None, "fact": "tracking"} in order["memo"]
    assert order["items"][1]["contents"] == ["Blood pressure cuff ×1", "Welcome kit ×2"]
    assert order["status"] == "accepted"
    shown = shop.pos("show", f"clinic:{number}").out
    assert [line for line in shown.splitlines() if "Parcel" in line and "usps 9400" in line]
    assert "Heart kit · Blood pressure cuff ×1 · Welcome kit ×2" in shown


def test_a_thing_without_a_name_is_called_by_its_number(supplied: Any, write: Write) -> None:
    [item] = supplied().pos("supplies", "clinic", write([{"id": 31}]), "--json").json["items"]
    assert (item["name"], item["item_id"], item["quantity"]) == ("#31", "item:31", 1)


#: What goes back of the shop's own: by numbers alone, but for what the order itself names.
RETURNS = {
    "site": {"id": 7},
    "shippingOption": "standard",
    "returnItems": [{"count": 2, "id": 31}],
    "returnPackedKits": [{"id": 8, "quantity": 1}],
    "returnDevices": [{"id": 9}],
}


def test_goods_that_only_go_back_are_lines_of_an_order_that_costs_nothing_and_prints_nothing(
    supplied: Any, account: Control, fits: Any
) -> None:
    shop = supplied()
    account.place(**RETURNS)
    assert shop.pos("sync", "--channel", "clinic").status == 0
    [order] = shop.pos("orders", "--json").json
    assert fits(order, "order")
    assert (order["status"], order["supplies"], order["total"]) == ("accepted", True, None)
    back = [(item["name"], item["quantity"], item["item_id"], item["price"]) for item in order["items"]]
    assert back == [("#31", 2, "", None), ("#8", 1, "", None), ("#9", 1, "", None)]
    assert all(item["goes_back"] for item in order["items"])
    assert "Going back: #31×2" in shop.pos("orders").out
    assert shop.pos("execute", order["id"]).status == shop.pos("settle", order["id"]).status == 0
    shown = shop.pos("show", order["id"], "--json").json
    assert (shown["status"], shown["deal"]["total"], shown["tickets"]) == ("paid", 0, [])
    assert "sent_back" in [line["act"] for line in shown["journal"]]


def test_what_goes_back_is_told_apart_from_what_comes_in_an_order_of_both(
    supplied: Any, account: Control
) -> None:
    shop = supplied()
    account.place(**RETURNS, orderItems=[{"count": 1, "item": {"id": 31}}])
    shop.pos("sync", "--channel", "clinic")
    [order] = shop.pos("orders", "--json").json
    assert [(item["name"], "goes_back" in item) for item in order["items"]] == [
        ("Blood pressure cuff", False), ("Blood pressure cuff", True), ("#8", True), ("#9", True),
    ]  # fmt: skip
    sheet = shop.pos("show", order["id"]).out
    assert "Going back: Blood pressure cuff" in sheet


def test_what_goes_back_is_not_ordered_from_a_file(supplied: Any, account: Control, write: Write) -> None:
    shop = supplied()
    account.place(**RETURNS)
    shop.pos("sync", "--channel", "clinic")
    [order] = shop.pos("orders", "--json").json
    refused = shop.pos("new", write({**order, "channel": "counter", "type": "take_away"}))
    assert (refused.status, "#31" in refused.err) == (1, True)
    assert len(shop.pos("orders", "--json").json) == 1
