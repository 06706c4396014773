"""Refunds from the shell: what is named, how it is answered, and what a repeated command does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Fits = Callable[[Any, str], bool]
MakeDraft = Callable[..., Path]
ITEMS = [
    {"name": "拉面", "price": 1000, "quantity": 2},
    {"name": "啤酒", "price": 450, "quantity": 3},
    {"name": "2", "price": 100, "quantity": 1},
]


@pytest.fixture
def bill(shop: Any, draft: MakeDraft) -> str:
    """Return the number of a bill over one order of 34.50, paid with 20 by WeChat and the rest in cash."""
    made = shop.pos("new", draft(items=ITEMS), "--json").json
    assert shop.pos("settle", made["number"], "--pay", "weixin=20", "--pay", "cash=50").status == 0
    return str(shop.pos("show", made["number"], "--json").json["deal"]["number"])


def back(answer: Any) -> list[tuple[str, int, int]]:
    return [(part["name"], part["quantity"], part["amount"]) for part in answer.json["back"]]


def paid(answer: Any) -> dict[str, int]:
    return {part["method"]: part["amount"] for part in answer.json["payments"]}


def test_a_refund_answers_with_the_deal_that_it_made(shop: Any, bill: str, fits: Fits) -> None:
    answer = shop.pos("refund", bill, "--line", "啤酒=2", "--reason", "warm", "--json")
    assert (answer.status, fits(answer.json, "deal")) == (0, True)
    assert (back(answer), paid(answer), answer.json["total"]) == ([("啤酒", 2, 900)], {"weixin": -900}, -900)
    assert (answer.json["reason"], answer.json["state"], answer.json["changed"]) == ("warm", "closed", True)
    assert answer.json["number"] != bill


def test_an_order_shows_its_deal_with_every_refund_of_it(shop: Any, bill: str) -> None:
    made = shop.pos("refund", bill, "--line", "啤酒=2", "--reason", "warm", "--json").json
    shown = shop.pos("show", "1", "--json").json
    assert (shown["status"], shown["payment"]["status"]) == ("paid", "part_refunded")
    assert shown["deal"]["number"] == bill
    assert shown["deal"]["refunds"] == [{key: made[key] for key in made if key != "changed"}]
    assert made["refund_of"] == shown["deal"]["id"]
    sheet = shop.pos("show", "1").out
    assert f"{made['number']} · -CN¥9.00 · warm" in sheet
    assert "Refunded" in sheet


def test_without_lines_all_that_is_left_goes_back_as_it_came(shop: Any, bill: str) -> None:
    shop.pos("refund", bill, "--line", "拉面=1", "--reason", "cold")
    answer = shop.pos("refund", bill, "--reason", "guest left", "--json")
    assert back(answer) == [("拉面", 1, 1000), ("啤酒", 3, 1350), ("2", 1, 100)]
    assert paid(answer) == {"weixin": -1000, "cash": -1450}
    assert shop.pos("show", "1", "--json").json["payment"]["status"] == "refunded"


def test_a_way_that_is_chosen_takes_the_money(shop: Any, bill: str) -> None:
    answer = shop.pos(
        "refund", bill, "--line", "拉面=2", "--pay", "cash=15.50", "--pay", "weixin=4.5",
        "--reason", "cold", "--json",
    )  # fmt: skip
    assert paid(answer) == {"weixin": -450, "cash": -1550}


@pytest.mark.parametrize(
    ("item", "wanted"),
    [("啤酒", "啤酒"), ("1", "拉面"), ("3", "2"), ("2", "2"), ("1:1", "拉面"), ("001:啤酒", "啤酒")],
)
def test_a_line_is_named_by_its_name_its_place_or_inside_its_order(
    shop: Any, bill: str, item: str, wanted: str
) -> None:
    answer = shop.pos("refund", bill, "--line", f"{item}=1", "--reason", "warm", "--json")
    assert [name for name, _, _ in back(answer)] == [wanted]


def test_a_line_is_named_by_its_id(shop: Any, bill: str) -> None:
    beer = shop.pos("show", "1", "--json").json["items"][1]["id"]
    answer = shop.pos("refund", bill, "--line", f"{beer}=3", "--reason", "warm", "--json")
    assert back(answer) == [("啤酒", 3, 1350)]


def test_the_place_counts_over_all_orders_of_the_bill(shop: Any, draft: MakeDraft) -> None:
    for name in ("a.json", "b.json"):
        shop.pos("new", draft(name, items=ITEMS[:2]))
    shop.pos("settle", "1", "2", "--pay", "cash=67")
    deal = shop.pos("show", "2", "--json").json["deal"]["id"]
    several = shop.pos("refund", deal, "--line", "啤酒=1", "--reason", "warm")
    assert (several.status, "001:2 啤酒, 002:2 啤酒" in several.err) == (1, True)
    answer = shop.pos("refund", deal, "--line", "4=1", "--line", "2:拉面=1", "--reason", "warm", "--json")
    assert (back(answer), [each["number"] for each in answer.json["orders"]]) == (
        [("拉面", 1, 1000), ("啤酒", 1, 450)],
        ["002"],
    )


def test_the_bill_is_found_by_its_number_its_id_or_an_order_on_it(shop: Any, bill: str) -> None:
    deal = shop.pos("show", "1", "--json").json["deal"]["id"]
    made = [
        shop.pos("refund", name, "--line", "啤酒=1", "--reason", f"warm {name}", "--json").json
        for name in (bill, deal, "001")
    ]
    assert {each["refund_of"] for each in made} == {deal}


def test_the_same_command_again_gives_nothing_back_and_says_so(shop: Any, bill: str) -> None:
    command = ("refund", bill, "--line", "啤酒=1", "--reason", "warm")
    first = shop.pos(*command, "--json").json
    again = shop.pos(*command, "--json")
    assert (again.status, again.json) == (0, {**first, "changed": False})
    assert shop.pos(*command).out.startswith("Refunded already")
    third = shop.pos(*command, "--again", "--json").json
    assert (third["changed"], third["id"] != first["id"]) == (True, True)
    whole = [shop.pos("refund", bill, "--reason", "all", "--json") for _ in range(2)]
    assert [(each.status, each.json["changed"]) for each in whole] == [(0, True), (0, False)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--line", "啤酒=4"), "no more than 3"),
        (("--line", "tea=1"), 'no line "tea"'),
        (("--line", "啤酒=0"), "At least one piece"),
        (("--line", "啤酒=1", "--pay", "cash=4.49"), "come to exactly"),
        (("--line", "啤酒=1", "--pay", "cash=4.501"), "no amount of CNY"),
        (("--line", "啤酒=1", "--pay", "prepay=4.50"), "Stored value"),
        (("--line", "啤酒=1", "--pay", "bitcoin=4.50"), "bitcoin"),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_nothing_goes_back(
    shop: Any, bill: str, options: tuple[str, ...], words: str
) -> None:
    answer = shop.pos("refund", bill, *options, "--reason", "warm")
    assert (answer.status, answer.out, words in answer.err) == (1, "", True)
    assert shop.pos("show", "1", "--json").json["deal"]["refunds"] == []


def test_a_refund_itself_an_unpaid_order_and_an_unknown_bill_are_refused(
    shop: Any, bill: str, draft: MakeDraft
) -> None:
    made = shop.pos("refund", bill, "--reason", "all", "--json").json["number"]
    shop.pos("new", draft("unpaid.json"))
    said = [shop.pos("refund", name, "--reason", "all") for name in (made, "2", "B-000000-999")]
    assert [answer.status for answer in said] == [1, 1, 1]
    assert "is a refund itself" in said[0].err
    assert "Order 002 has not been settled" in said[1].err


@pytest.mark.parametrize(
    "option", [("--line", "啤酒"), ("--line", "=1"), ("--line", "啤酒=x"), ("--pay", "cash")]
)
def test_what_cannot_be_read_is_a_wrong_use_of_the_command(
    shop: Any, bill: str, option: tuple[str, str]
) -> None:
    assert shop.pos("refund", bill, *option, "--reason", "x").status == 2


def test_a_refund_needs_a_reason(shop: Any, bill: str) -> None:
    assert shop.pos("refund", bill).status == 2
    assert shop.pos("refund", bill, "--reason", " ").status == 1


def test_money_that_its_channel_holds_is_said_to_be_given_back_there(shop: Any, guests: Any) -> None:
    remote = guests.place(type="deliver")["id"]
    guests.pay(remote)
    shop.pos("sync")
    name = f"fankahui:{remote}"
    shop.pos("accept", name)
    shop.pos("settle", name)
    answer = shop.pos("refund", name, "--reason", "late")
    assert (answer.status, "The channel holds CN¥16.20 of it" in answer.out) == (0, True)
    letter = shop.pos("show", name, "--json").json["letters"][-1]
    assert (letter["verb"], letter["state"], letter["error"]) == ("refund", "dropped", "cannot_be_told")


def test_lines_that_their_service_gives_no_ids_are_named_by_place(shop: Any, guests: Any) -> None:
    items = [{"item": {"name": "盖浇饭"}, "dealPrice": price, "quantity": 1} for price in (300, 5800)]
    remote = guests.place(type="booking", items=items)["id"]
    shop.pos("sync")
    name = f"fankahui:{remote}"
    shop.pos("check-in", name)
    assert shop.pos("settle", name, "--pay", "cash=61").status == 0
    several = shop.pos("refund", name, "--line", "盖浇饭=1", "--reason", "cold")
    assert (several.status, "001:1 盖浇饭, 001:2 盖浇饭" in several.err) == (1, True)
    for item in ("#2", "1"):
        answer = shop.pos("refund", name, "--line", f"{item}=1", "--reason", "cold", "--json")
        [(_name, _count, amount)] = back(answer)
        assert (answer.json["total"], amount) == ((-5800, 5800) if item == "#2" else (-300, 300))


def test_a_bill_that_there_is_not_is_called_a_bill(shop: Any) -> None:
    answer = shop.pos("refund", "NOPE", "--reason", "warm")
    assert (answer.status, "There is no bill NOPE." in answer.err) == (1, True)
