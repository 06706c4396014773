"""Tables line up whatever script the words are in, and obey no guest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pos.cli.shell import Shell
from pos.cli.table import pairs, plain, table, width


@pytest.mark.parametrize(
    ("text", "cells"),
    [("abc", 3), ("饭", 2), ("김치", 4), ("ラーメン", 8), ("e\u0301", 1), ("", 0), ("￥", 2)],
)
def test_a_wide_character_takes_two_cells_and_a_combining_one_none(text: str, cells: int) -> None:
    assert width(text) == cells


def test_columns_line_up_with_wide_characters_in_them() -> None:
    lines = table(["菜品", "Qty"], [("盖浇饭", "1"), ("tea", "12")], right=(1,)).splitlines()
    assert lines == ["菜品    Qty", "盖浇饭    1", "tea      12"]
    assert {width(line) for line in lines} == {11}


def test_what_a_guest_writes_moves_no_cursor_and_colours_no_line() -> None:
    assert plain("hot\x1b[31m\r\nsoup\x07") == "hot[31m soup"


def test_facts_without_a_value_are_left_out() -> None:
    assert pairs([("a", "1"), ("饭", ""), ("bb", None), ("饭", 0)]) == "a   1\n饭  0\n"


def test_a_guests_overrides_turn_no_line_of_a_terminal() -> None:
    name = "\x1b@\u202eevil =cmd() 😀\u2066\u200f"
    assert pairs([("guest", name)]) == "guest  @evil =cmd() 😀\n"
    assert table(["guest"], [(name,)]).splitlines()[1] == "@evil =cmd() 😀"


def test_joined_emoji_stay_joined_in_a_terminal() -> None:
    assert plain("👩‍🍳") == "👩‍🍳"


def test_a_complaint_that_holds_a_guests_words_acts_on_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Shell().complain("no line \x1b[31m\u202esoup\nlook again")
    assert capsys.readouterr().err == "no line [31msoup\nlook again\n"


def test_a_guests_words_act_in_no_table_and_come_in_json_as_they_were(
    shop: Any, draft: Callable[..., Path]
) -> None:
    name = "\x1b@\u202eevil =cmd() 😀"
    items = [{"name": name, "price": 1000, "quantity": 1}]
    memo = [{"name": "guest", "message": name}]
    made = shop.pos("new", draft(items=items, customer={"name": name, "address": name}, memo=memo), "--json")
    number = made.json["number"]
    for command in (("orders",), ("show", number)):
        said = shop.pos(*command).out
        assert "@evil =cmd() 😀" in said
        assert not {"\x1b", "\u202e"} & set(said)
    assert shop.pos("show", number, "--json").json["customer"]["name"] == name
