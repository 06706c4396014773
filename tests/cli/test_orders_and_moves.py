"""Orders and their moves from the shell: what scripts read, what people are told, how a command ends."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Fits = Callable[[Any, str], bool]
MakeDraft = Callable[..., Path]


def placed(guests: Any, shop: Any, *orders: dict[str, Any]) -> list[str]:
    """Let guests order, fetch, and return the short numbers."""
    known = {order["number"] for order in shop.pos("orders", "--json").json}
    for order in orders:
        guests.place(**order)
    assert shop.pos("sync").status == 0
    return [order["number"] for order in shop.pos("orders", "--json").json if order["number"] not in known]


def test_orders_as_json_have_every_promised_key(shop: Any, guests: Any, fits: Fits) -> None:
    memo = [{"name": "顾客张三", "createdAt": 1387529885, "message": "不要加辣椒"}]
    placed(guests, shop, {"memo": memo, "openRes": {"code": "16"}})
    order = shop.pos("--json", "orders").json[-1]
    assert fits(order, "order")
    assert fits(order["payment"], "payment")
    assert fits(order["customer"], "customer")
    assert all(fits(item, "item") for item in order["items"])
    assert fits(order["memo"][0], "note")
    assert (order["total"], order["currency"], order["table"]) == (1620, "CNY", "16")
    assert order["channel_knows"] == "yes"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", order["placed_at"])


def test_json_may_be_asked_for_before_and_after_the_command(shop: Any, draft: MakeDraft) -> None:
    shop.pos("new", draft())
    before, after = shop.pos("--json", "orders"), shop.pos("orders", "--json")
    assert before.json == after.json != []
    assert shop.pos("orders").out.splitlines()[1].startswith("001")


def test_lists_are_narrowed_by_state_channel_and_number(shop: Any, guests: Any, draft: MakeDraft) -> None:
    placed(guests, shop, {}, {})
    shop.pos("new", draft())
    listed = shop.pos("orders", "--json").json
    assert [order["channel"] for order in listed if order["status"] == "executed"] == ["counter"]

    def numbers(*args: str) -> list[str]:
        return [order["number"] for order in shop.pos("orders", *args, "--json").json]

    everything = [order["number"] for order in listed]
    assert numbers("--status", "executed", "--status", "paid") == everything[-1:]
    assert numbers("--channel", "counter") == everything[-1:]
    assert numbers("--limit", "2") == everything[-2:]


def test_an_order_is_called_by_number_id_remote_id_or_sequence_number(shop: Any, guests: Any) -> None:
    placed(guests, shop, {})
    order = shop.pos("orders", "--json").json[-1]
    names = [order["number"], order["number"].lstrip("0"), order["id"], f"fankahui:{order['remote_id']}"]
    shown = [shop.pos("show", name, "--json").json["id"] for name in (*names, order["sequence_number"])]
    assert shown == [order["id"]] * 5


def test_show_adds_deal_journal_tickets_letters_and_the_channels_own_document(
    shop: Any, guests: Any, fits: Fits
) -> None:
    [number] = placed(guests, shop, {})
    for command in (("check-in", number), ("settle", number, "--pay", "cash=20"), ("sync",)):
        assert shop.pos(*command).status == 0
    shown = shop.pos("show", number, "--json").json
    assert fits(shown, "order")
    assert fits(shown["deal"], "deal")
    assert (shown["deal"]["total"], shown["deal"]["change"], shown["deal"]["state"]) == (1620, 380, "closed")
    assert shown["deal"]["payments"] == [{"method": "cash", "amount": 2000}]
    assert {line["act"] for line in shown["journal"]} >= {"received", "accept", "check_in", "settle", "told"}
    assert {line["actor"] for line in shown["journal"] if line["source"] == "shell"} == {"cli"}
    assert all(fits(ticket, "ticket") for ticket in shown["tickets"])
    assert [letter["verb"] for letter in shown["letters"]] == ["accept", "execute", "pay"]
    assert shown["raw"]["id"] == shown["remote_id"]
    people = shop.pos("show", number).out
    assert "盖浇饭" in people
    assert "¥16.20" in people


def test_of_several_orders_all_are_tried_and_the_status_says_that_one_was_refused(
    shop: Any, guests: Any, fits: Fits
) -> None:
    one, two = placed(guests, shop, {}, {})
    answer = shop.pos("accept", one, "no-such-order", two, "--json")
    assert answer.status == 1
    assert all(fits(result, "move") for result in answer.json)
    assert [(part["order"], part["ok"], part["status"]) for part in answer.json] == [
        (one, True, "accepted"),
        ("no-such-order", False, None),
        (two, True, "accepted"),
    ]
    assert answer.err.splitlines() == ["There is no order no-such-order. Check the number."]


def test_a_repeated_move_is_harmless_says_so_and_is_no_refusal(shop: Any, guests: Any) -> None:
    [number] = placed(guests, shop, {})
    assert shop.pos("accept", number).out == f"Order {number}: accepted\n"
    again = shop.pos("accept", number)
    assert (again.status, again.out) == (0, f"Order {number} was already so: accepted\n")


def test_an_illegal_move_is_refused_in_words_that_say_what_is_possible(shop: Any, guests: Any) -> None:
    [number] = placed(guests, shop, {})
    shop.pos("reject", number, "--reason", "too busy")
    refused = shop.pos("cancel", number, "--reason", "too late")
    assert (refused.status, refused.out) == (1, "")
    expected = f'Order {number} is rejected: it cannot be changed by "cancel". Possible now: nothing\n'
    assert refused.err == expected


def test_a_number_that_fits_several_orders_is_refused_with_the_candidates(
    shop: Any, guests: Any, draft: MakeDraft
) -> None:
    shop.pos("new", draft())  # takes the first number: short and sequence numbers are one apart
    placed(guests, shop, {}, {})
    listed = shop.pos("orders", "--json").json
    sequences = {order["sequence_number"].zfill(3): order for order in listed if order["sequence_number"]}
    name = next(order["number"] for order in listed if order["number"] in sequences)
    both = [order for order in listed if name in (order["number"], order["sequence_number"].zfill(3))]
    assert len({order["id"] for order in both}) == 2
    refused = shop.pos("accept", name.lstrip("0"))
    assert refused.status == 1
    assert all(order["number"] in refused.err and order["remote_id"] in refused.err for order in both)
    assert shop.pos("orders", "--status", "accepted", "--json").json == []


def test_a_reason_is_needed_and_minutes_have_bounds(shop: Any, guests: Any) -> None:
    [number] = placed(guests, shop, {})
    assert shop.pos("reject", number, "--reason", " ").err == "Give a reason.\n"
    assert shop.pos("reject", number).status == 2
    assert "between 1 and 600" in shop.pos("accept", number, "--minutes", "0").err


def test_a_guest_checks_in_by_the_code_of_the_table(shop: Any, guests: Any) -> None:
    [number] = placed(guests, shop, {"openRes": {"code": "A7"}})
    answer = shop.pos("check-in", "--table", "A7", "--json")
    assert [(part["order"], part["status"]) for part in answer.json] == [(number, "executed")]
    assert shop.pos("check-in", "--table", "A7").status == 1
    placed(guests, shop, {"openRes": {"code": "B1"}}, {"openRes": {"code": "B1"}})
    several = shop.pos("check-in", "--table", "B1")
    assert several.status == 1
    assert several.err.count("fankahui:") == 2
    assert shop.pos("check-in").status == shop.pos("check-in", number, "--table", "A7").status == 2


def test_an_accepted_booking_is_fired_by_hand(shop: Any, guests: Any) -> None:
    [number] = placed(guests, shop, {})
    shop.pos("accept", number)
    assert shop.pos("execute", number, "--json").json[0]["status"] == "executed"
    assert [ticket["kind"] for ticket in shop.pos("tickets", "--json").json] == ["kitchen"]


def test_several_orders_are_settled_as_one_deal_with_mixed_payments_and_change(
    shop: Any, guests: Any
) -> None:
    one, two = placed(guests, shop, {}, {})
    shop.pos("check-in", one)
    shop.pos("accept", two)
    answer = shop.pos("settle", one, two, "--pay", "weixin=16.20", "--pay", "cash=50")
    assert answer.status == 0
    assert answer.out.splitlines()[-1].endswith(": CN¥32.40, change CN¥33.80")
    deals = [shop.pos("show", number, "--json").json["deal"] for number in (one, two)]
    assert deals[0] == deals[1]
    assert [order["number"] for order in deals[0]["orders"]] == [one, two]


def test_a_deal_that_waits_for_stored_value_is_called_by_no_bill(shop: Any, guests: Any) -> None:
    [number] = placed(guests, shop, {})
    shop.pos("check-in", number)
    asked = shop.pos("settle", number, "--pay", "prepay=16.20").out.splitlines()[-1]
    assert asked == "CN¥16.20: the channel is asked for the stored value"
    deal = shop.pos("show", number, "--json").json["deal"]
    assert deal["state"] == "open"
    assert deal["number"] not in shop.pos("show", number).out


@pytest.mark.parametrize(
    ("payments", "words"),
    [
        (["cash=16.19"], "do not cover"),
        (["weixin=16.21"], "Only cash gives change"),
        (["shells=16.20"], 'no payment method "shells"'),
        (["cash=1.234"], '"1.234" is no amount of CNY'),
        (["cash=-5"], '"-5" is no amount of CNY'),
        ([], "do not cover"),
    ],
)
def test_sums_that_do_not_fit_are_refused_and_nothing_is_settled(
    shop: Any, guests: Any, payments: list[str], words: str
) -> None:
    [number] = placed(guests, shop, {})
    shop.pos("accept", number)
    parts = [word for payment in payments for word in ("--pay", payment)]
    refused = shop.pos("settle", number, *parts, "--json")
    assert refused.status == 1
    assert words in refused.err
    assert [(part["ok"], part["status"]) for part in refused.json] == [(False, "accepted")]
    assert shop.pos("show", number, "--json").json["deal"] is None


def test_what_is_no_payment_at_all_is_a_wrong_use_of_the_command(shop: Any, draft: MakeDraft) -> None:
    shop.pos("new", draft())
    assert shop.pos("settle", "1", "--pay", "cash").status == 2
    assert shop.pos("orders", "--status", "cooked").status == 2
    assert shop.pos("no-such-command").status == 2


def test_an_order_paid_online_is_settled_without_money(shop: Any, guests: Any) -> None:
    remote = guests.place(type="deliver")["id"]
    guests.pay(remote)
    shop.pos("sync")
    name = f"fankahui:{remote}"
    assert shop.pos("accept", name).status == 0
    assert shop.pos("settle", name, "--json").json[0]["status"] == "paid"
    assert shop.pos("sync").status == 0
    state = guests.state()
    assert [deal["orderID"] for deal in state["deals"]].count(remote) == 1


def test_an_order_made_here_takes_what_orders_print(shop: Any, draft: MakeDraft, fits: Fits) -> None:
    full = {"customer": {"name": "이나루", "phone": None}, "status": "paid", "total": 99, "unknown": {"a": 1}}
    refused = shop.pos("new", draft(**full))
    assert (refused.status, "customer.phone: must be text" in refused.err) == (1, True)
    made = shop.pos("new", draft(table="5", memo=[{"message": "少放盐"}], currency=None), "--json").json
    assert fits(made, "order")
    assert (made["status"], made["total"], made["table"]) == ("executed", 2000, "5")
    assert made["memo"][0]["message"] == "少放盐"
    assert made["channel_knows"] is None
    again = shop.pos("show", made["number"], "--json").json
    second = shop.pos("new", draft("again.json", **again), "--json").json
    assert (second["items"][0]["name"], second["number"] != made["number"]) == ("拉面", True)


def test_a_delivery_made_here_is_registered_with_its_channel(
    shop: Any, guests: Any, draft: MakeDraft
) -> None:
    items = [{"name": "盖浇饭", "price": 1620, "quantity": 1}]
    made = shop.pos("new", draft(type="deliver", channel="fankahui", items=items), "--json").json
    assert (made["status"], made["channel_knows"]) == ("placed", "waiting")
    assert shop.pos("sync").status == 0
    known = shop.pos("show", made["id"], "--json").json
    assert known["channel_knows"] == "yes"
    [there] = [order for order in guests.state()["orders"] if order["id"] == known["remote_id"]]
    assert (there["type"], there["fee"]) == ("deliver", 1620)


def test_wishes_for_which_the_service_has_no_words_survive_its_answer(shop: Any, draft: MakeDraft) -> None:
    items = [{"name": "盖浇饭", "price": 1620, "options": ["微辣"], "note": "花生过敏", "station": "wok"}]
    made = shop.pos("new", draft(type="booking", channel="fankahui", items=items), "--json").json
    for command in ("sync", "accept", "sync", "check-in", "sync"):
        assert shop.pos(command, *([made["id"]] if command != "sync" else [])).status == 0
    assert shop.pos("show", made["id"], "--json").json["items"] == made["items"]
    kitchen = shop.pos("tickets", "show", "K-0001").out
    assert "微辣" in kitchen
    assert "花生过敏" in kitchen
    assert "notices 0" in shop.pos("doctor").out


def test_standard_input_is_a_file_too(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"type": "take_away", "items": [{"name": "Tea", "price": 900}]}).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert shop.pos("new", "-", "--json").json["total"] == 900


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"type": "eat_in"', "is no JSON"),
        ("[1, 2]", "must be an object"),
        ('{"items": []}', "type: is missing"),
        ('{"type": "eat_in"}', "items: is missing"),
        ('{"type": "feast", "items": []}', "type: must be one of 'booking'"),
        ('{"type": "eat_in", "items": []}', "at least one dish"),
        ('{"type": "eat_in", "items": 5}', "items: must be a list"),
        ('{"type": "eat_in", "items": [{"price": 5}]}', "items[1].name: is missing"),
        ('{"type": "eat_in", "items": [{"name": ""}]}', "items[1].name: must not be empty"),
        ('{"type": "eat_in", "items": [{"name": "x", "price": "12元"}]}', "items[1].price: must be a whole"),
        ('{"type": "eat_in", "items": [{"name": "x", "price": 1.5}]}', "items[1].price: must be a whole"),
        ('{"type": "eat_in", "items": [{"name": "x", "price": -5}]}', 'The price of "x" cannot be right'),
        ('{"type": "eat_in", "items": [{"name": "x", "quantity": 0}]}', "between 1 and 9999"),
        ('{"type": "eat_in", "channel": "moon", "items": [{"name": "x"}]}', "no channel moon"),
        (
            '{"type": "eat_in", "items": [{"name": "x"}], "memo": [{"message": "4111 1111 1111 1111"}]}',
            "card",
        ),
    ],
)
def test_a_broken_order_is_refused_in_words_that_name_the_key(shop: Any, text: str, words: str) -> None:
    file = shop.folder / "broken.json"
    file.write_text(text, encoding="utf-8")
    refused = shop.pos("new", file)
    assert (refused.status, refused.out) == (1, "")
    assert words in refused.err
    assert shop.pos("orders", "--json").json == []


def test_a_file_that_is_not_there_is_named(shop: Any) -> None:
    refused = shop.pos("new", shop.folder / "nowhere.json")
    assert refused.status == 1
    assert "nowhere.json: No such file" in refused.err


def test_amending_changes_lines_by_id_or_name_and_adds_to_the_memo(shop: Any, guests: Any) -> None:
    [number] = placed(guests, shop, {})
    shop.pos("check-in", number)
    file = shop.folder / "more.json"
    items = [{"name": "盖浇饭", "quantity": 3}, {"name": "酸梅汤", "price": 900, "options": ["冰"]}]
    file.write_text(json.dumps({"items": items, "memo": "窗边"}, ensure_ascii=False), encoding="utf-8")
    assert shop.pos("amend", number, file).status == 0
    shown = shop.pos("show", number, "--json").json
    assert [(line["name"], line["quantity"], line["price"]) for line in shown["items"]] == [
        ("盖浇饭", 3, 1620),
        ("酸梅汤", 1, 900),
    ]
    assert (shown["total"], shown["memo"][-1]["message"]) == (3 * 1620 + 900, "窗边")
    assert [ticket["kind"] for ticket in shown["tickets"]] == ["kitchen", "kitchen", "note"]
    file.write_text('{"items": [{"quantity": 2}]}', encoding="utf-8")
    assert shop.pos("amend", number, file).err == "A dish has no name.\n"


def test_the_journal_says_who_acted(shop: Any, draft: MakeDraft) -> None:
    shop.pos("--actor", "night-script", "new", draft())
    journal = shop.pos("show", "1", "--json").json["journal"]
    assert {line["actor"] for line in journal} == {"night-script"}
