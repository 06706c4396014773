"""A web shop from the shell: what leaves, what comes back, and what its service says of each part."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

BACK = ("--reason", "파손", "--reason-code", "BROKEN", "--collect")


def test_an_order_of_a_web_shop_goes_all_its_way_and_partly_back(
    web: Any, shoppers: Control, fits: Callable[[Any, str], bool]
) -> None:
    order = web.accepted()
    _kimchi, dumplings = order["prod_orders"]
    left = web.pos("dispatch", "1", "--carrier", "cj", "--tracking", "4455", "--json")
    assert left.status == 0
    assert fits(left.json[0], "move")
    web.round()
    assert (web.there(), web.there("invoice_no")) == (["DELIVERING"] * 2, ["4455"] * 2)
    handed = web.pos("hand-over", "1")
    assert (handed.status, handed.out) == (0, "Order 001: paid\n")
    assert web.pos("hand-over", "1").out == "Order 001 was already so: paid\n"
    web.round()
    assert (web.there(), web.shown()["status"]) == (["COMPLETE"] * 2, "paid")
    shoppers.move(order["id"], "hold", part=dumplings, words="수거 불가 지역")
    assert web.pos("return", "1", *BACK).status == 0
    assert web.round()["failed"] == 1
    assert web.there("claim_type") == ["RETURN", ""]
    failed = web.shown()["letters"][-1]
    assert (failed["verb"], failed["state"], failed["error"], failed["about"]) == (
        "return", "failed", "수거 불가 지역", ["만두"],
    )  # fmt: skip
    shoppers.move(order["id"], "hold", part=dumplings, words="")
    assert web.pos("outbox", "retry", failed["id"]).status == 0
    web.round()
    assert web.there("claim_type") == ["RETURN", "RETURN"]
    assert [letter for letter in web.letters() if letter[1] != "told"] == []


def test_what_was_told_before_the_power_went_is_not_done_twice(web: Any, shoppers: Control) -> None:
    web.accepted()
    web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "4455")
    shoppers.fault("drop", method="PATCH", path="/v2/shop/orders/")
    web.round()
    again = web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "4455")
    assert (again.status, again.out) == (0, "Order 001 was already so: in the kitchen\n")
    web.round()
    assert (web.there(), web.letters()[-1]) == (["DELIVERING"] * 2, ("dispatch", "told"))


def test_one_line_leaves_alone_by_its_name_its_place_or_its_id(web: Any) -> None:
    web.accepted()
    for item, number in (("만두", "1"), ("1", "2")):
        assert web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", number, "--line", item).status == 0
    assert [letter["about"] for letter in web.shown()["letters"][-2:]] == [["만두"], ["김치"]]
    web.round()
    assert web.there("invoice_no") == ["2", "1"]
    by_id = web.shown()["items"][0]["id"]
    again = web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "2", "--line", by_id)
    assert "already" in again.out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("dispatch", "1", "--carrier", "CJ"), "tracking number"),
        (("dispatch", "1", "--carrier", "SNAIL", "--tracking", "1"), "SNAIL"),
        (("dispatch", "1", "--line", "떡"), "떡"),
        (("return", "1", "--reason", "x", "--collect"), "reason (one of the list)"),
        (
            ("return", "1", "--reason", "x", "--reason-code", "WRONG_ORDER", "--collect"),
            "how the return is paid",
        ),
        (("exchange", "1", "--reason", "x", "--reason-code", "BROKEN"), "carrier, tracking number"),
        (("claim", "1", "return", "resend"), "return_done"),
        (("claim", "1", "exchange", "withhold", "--say", "reason_code=MOOD"), "EXCHANGE_HOLDBACK"),
        (("claim", "1", "return", "accept"), "nothing that could be answered"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_before_anything_is_told(
    web: Any, command: tuple[str, ...], said: str
) -> None:
    web.accepted()
    before = web.letters()
    answer = web.pos(*command, "--json")
    assert (answer.status, answer.json[0]["ok"]) == (1, False)
    assert said in answer.json[0]["message"] == answer.err.strip()
    assert web.letters() == before


def test_a_claim_is_answered_with_amounts_by_line(web: Any, shoppers: Control) -> None:
    order = web.accepted()
    web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "4455")
    web.round()
    shoppers.move(order["id"], "exchange")
    web.round()
    assert web.pos("claim", "1", "exchange", "accept", "--say", "etc_price=만두:3000").status == 0
    web.round()
    assert web.letters()[-1] == ("claim", "told")
    assert set(web.there("claim_status")) <= {"EXCHANGE_COLLECTING", "EXCHANGE_COLLECTIN"}


@pytest.mark.parametrize("by", ["the guest", "the shop"])
def test_while_a_return_is_open_nothing_is_exchanged_and_no_other_claim_answered(
    web: Any, shoppers: Control, by: str
) -> None:
    order = web.accepted()
    web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "4455")
    web.round()
    if by == "the guest":
        shoppers.move(order["id"], "return")
    else:
        assert web.pos("return", "1", *BACK).status == 0
        # Not told yet, and no other beside it all the same.
        assert web.pos("exchange", "1", *BACK).status == 1
    web.round()
    assert set(web.there("claim_status")) == {"RETURN_REQUEST"}
    before = web.letters()
    refused = web.pos("exchange", "1", *BACK)
    assert (refused.status, "open already: Return. Answer that first" in refused.err) == (1, True)
    other = web.pos("claim", "1", "exchange", "accept")
    assert (other.status, "Open there: Return" in other.err) == (1, True)
    assert web.letters() == before
    assert web.pos("claim", "1", "return", "reject", "--say", "reason=eaten").status == 0
    web.round()
    assert set(web.there("claim_status")) == {""}
    assert web.pos("exchange", "1", *BACK).status == 0
    assert web.round()["ok"]
    assert set(web.there("claim_type")) == {"EXCHANGE"}


@pytest.mark.parametrize("say", ["reason", "=x", "reason="])
def test_what_is_no_field_and_value_is_a_matter_of_usage(web: Any, say: str) -> None:
    assert web.pos("claim", "1", "return", "reject", "--say", say).status == 2


def test_what_a_channel_has_not_is_refused_and_a_dispatch_is_kept_here(web: Any, sandbox: Sandbox) -> None:
    with Control(sandbox.urls["fankahui"]) as guests:
        guests.place(type="deliver")
    web.round()
    web.pos("accept", "1")
    for command in (("return", "1", *BACK), ("exchange", "1", *BACK), ("claim", "1", "return", "accept")):
        refused = web.pos(*command)
        assert (refused.status, "knows no such thing" in refused.err) == (1, True)
    assert web.pos("dispatch", "1", "--tracking", "77").status == 0
    order = web.shown()
    assert (order["tracking"], order["carrier"], order["dispatched_at"] is not None) == ("77", "", True)
    assert (order["letters"][-1]["state"], order["letters"][-1]["error"]) == ("dropped", "cannot_be_told")
    assert "Dispatched" in web.pos("show", "1").out


def test_an_amendment_that_the_web_shop_cannot_hear_of_says_so(web: Any, tmp_path: Path) -> None:
    web.accepted()
    file = tmp_path / "amend.json"
    file.write_text(json.dumps({"items": web.shown()["items"][:1], "memo": "문 앞"}), encoding="utf-8")
    amended = web.pos("amend", "1", file, "--json")
    assert (amended.status, amended.json[0]["ok"]) == (0, True)
    assert [item["name"] for item in web.shown()["items"]] == ["김치"]
    assert web.letters()[-2:] == [("amend", "dropped"), ("note", "dropped")]
    assert web.shown()["channel_knows"] in ("no", "waiting")


def test_handing_over_dispatches_what_its_channel_wants_to_hear_of(web: Any) -> None:
    web.accepted()
    assert web.pos("hand-over", "1", "--carrier", "CJ", "--tracking", "4455").status == 0
    web.round()
    assert (web.there(), web.there("invoice_no")) == (["COMPLETE"] * 2, ["4455"] * 2)
    assert "CJ 4455" in web.pos("show", "1").out


def test_one_line_is_handed_over_alone_and_the_rest_closes_the_order(web: Any) -> None:
    web.accepted()
    part = web.pos("hand-over", "1", "--line", "만두", "--carrier", "CJ", "--tracking", "4455")
    assert (part.status, part.out) == (0, "Order 001: in the kitchen\n")
    web.round()
    assert (web.there(), web.there("invoice_no")) == (["STANDBY", "COMPLETE"], ["", "4455"])
    assert "already" in web.pos("hand-over", "1", "--line", "만두").out
    assert web.pos("hand-over", "1", "--carrier", "CJ", "--tracking", "4456", "--line", "1").status == 0
    web.round()
    assert (web.there(), web.shown()["status"]) == (["COMPLETE"] * 2, "paid")
    assert web.there("invoice_no") == ["4456", "4455"]


def test_what_the_shop_brings_itself_says_that_its_channel_is_not_told(web: Any) -> None:
    web.accepted()
    web.round()
    untold = "web is not told that it has left until carrier and number are given"
    assert web.pos("dispatch", "1").out == f"Order 001: in the kitchen. {untold}\n"
    handed = web.pos("hand-over", "1", "--json")
    assert (handed.status, handed.json[0]["message"]) == (0, f"Order 001: paid. {untold}")
    web.round()
    assert (web.there(), web.there("invoice_no")) == (["COMPLETE"] * 2, [""] * 2)
    assert web.letter("dispatch", "dropped")["error"] == "no_waybill"
    late = web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "4455")
    assert late.out == "Order 001: paid\n"
    web.round()
    assert (web.there(), web.there("invoice_no")) == (["COMPLETE"] * 2, ["4455"] * 2)
    assert web.shown()["channel_knows"] == "yes"


def test_what_is_not_paid_is_not_handed_over(web: Any, shoppers: Control) -> None:
    shoppers.place(prod_orders=[{"status": "PAY_WAIT", "pay_time": 0}])
    web.round()
    web.pos("accept", "1")
    refused = web.pos("hand-over", "1", "--carrier", "CJ", "--tracking", "4455")
    assert (refused.status, web.shown()["tracking"]) == (1, "")
    assert refused.err == "The payments do not cover the total yet.\n"
