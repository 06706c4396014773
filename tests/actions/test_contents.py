"""What a kit or combo is made of: from whoever sells it to the cook, and to nobody who need not know."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pos.actions import new, orders
from pos.actions.cooking import key
from pos.cli import drafts, shapes
from pos.domain.order import Line, Order, OrderType
from sync.letters import line_body, line_of
from sync.messages import RemoteLine

COMBO = RemoteLine("L9", "双人套餐", 1, 8800, contents=("酸辣汤 ×2", "烤鸭半只"))


def fire(counter: Any, heard: Callable[..., Any]) -> Order:
    counter.hear(heard(type="deliver", lines=(COMBO,)))
    return counter.do(orders.accept, counter.order().id).order


def contents(counter: Any, order: Order, *states: str) -> list[list[str]]:
    rows = counter.tickets(order, *states)
    return [line["contents"] for ticket in rows for line in counter.paper(ticket)["lines"]]


def test_the_cook_reads_what_is_in_a_combo(counter: Any, heard: Callable[..., Any]) -> None:
    order = fire(counter, heard)
    assert contents(counter, order) == [["酸辣汤 ×2", "烤鸭半只"]]
    assert counter.order().lines[0].contents == COMBO.contents


def test_a_combo_that_is_taken_back_says_what_was_in_it(counter: Any, heard: Callable[..., Any]) -> None:
    order = fire(counter, heard)
    counter.print_all()
    counter.do(orders.cancel, order.id, "客人走了")
    assert contents(counter, order, "queued") == [["酸辣汤 ×2", "烤鸭半只"]]


def test_another_filling_is_another_dish(counter: Any, heard: Callable[..., Any]) -> None:
    order = fire(counter, heard)
    other = replace(order.lines[0], contents=("酸辣汤 ×2", "烤鸭一只"))
    counter.do(orders.amend, order.id, (other,))
    last = counter.paper(counter.tickets(order)[-1])
    assert [(line["change"], line["contents"][1]) for line in last["lines"]] == [
        ("add", "烤鸭一只"), ("cancel", "烤鸭半只"),
    ]  # fmt: skip


def test_what_the_kitchen_knows_of_a_dish_without_contents_is_as_it_always_was() -> None:
    assert key(Line("L1", "米饭", 2, options=("热",), note="少")) == "L1\0米饭\0热\0少"


def test_an_order_of_an_older_version_has_no_contents(
    counter: Any, heard: Callable[..., Any], tmp_path: Path
) -> None:
    order = fire(counter, heard)
    with sqlite3.connect(tmp_path / "0.db") as database:
        (text,) = database.execute("SELECT lines FROM orders").fetchone()
        lines = [
            {name: value for name, value in line.items() if name != "contents"} for line in json.loads(text)
        ]
        database.execute("UPDATE orders SET lines = ?", (json.dumps(lines),))
    database.close()
    assert counter.order(order.id).lines[0].contents == ()


def test_a_service_without_a_word_for_contents_does_not_take_them_away(
    counter: Any, heard: Callable[..., Any]
) -> None:
    order = fire(counter, heard)
    plain = replace(COMBO, contents=())
    counter.hear(heard(type="deliver", lines=(plain,), status="executed"))
    assert counter.order(order.id).lines[0].contents == COMBO.contents


def test_a_letter_carries_contents_only_where_there_are_any() -> None:
    assert line_of(line_body(COMBO)) == COMBO
    assert "contents" not in line_body(replace(COMBO, contents=()))


def test_a_script_hands_contents_in_and_reads_them_back(counter: Any) -> None:
    item = {"name": "双人套餐", "quantity": 1, "contents": ["酸辣汤 ×2"]}
    given = drafts.NewOrder.model_validate_json(
        json.dumps({"type": "eat_in", "items": [item, {"name": "米饭"}]})
    )
    order = counter.do(new.place, replace(given.draft(), type=OrderType.EAT_IN))
    combo, rice = shapes.order(order, counter.store.shop, None)["items"]
    assert combo["contents"] == ["酸辣汤 ×2"]
    assert "contents" not in rice
