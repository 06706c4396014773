"""A web shop's order that was shipped by hand before the first fetch: asked about, and no order here."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("status", ["DELIVERING", "COMPLETE"])
def test_what_was_done_there_before_is_a_question_and_no_new_order(web: Any, status: str) -> None:
    web.ordered(status=status)
    web.ordered()
    assert [order["number"] for order in web.pos("orders", "--channel", "web", "--json").json] == ["001"]
    [standing] = [row for row in web.pos("channels", "--json").json if row["name"] == "web"]
    assert (standing["attention"], standing["state"]) == (1, "needs_you")
    [question] = web.pos("asked", "--json").json
    assert (question["kind"], question["channel"], question["order"]) == ("cooked_before", "web", None)
    said = web.pos("asked").out
    assert question["words"] in said
    assert said.endswith("(take, cooked)\n")


def test_its_answer_makes_it_an_order_that_waits_in_new(web: Any) -> None:
    web.ordered(status="COMPLETE")
    web.ordered()
    [question] = web.pos("asked", "--json").json
    assert web.pos("answer", question["id"], "seen").status == 1
    assert web.pos("answer", question["id"], "take", "--json").json == {"ok": True, "changed": True}
    orders = web.pos("orders", "--channel", "web", "--json").json
    assert [order["status"] for order in orders] == ["placed", "placed"]
    assert (web.pos("answer", question["id"], "take").status, web.pos("asked", "--json").json) == (1, [])


def test_said_to_be_cooked_it_is_no_order_and_no_question(web: Any) -> None:
    web.ordered(status="DELIVERING")
    [question] = web.pos("asked", "--json").json
    assert web.pos("answer", question["id"], "cooked").status == 0
    web.round()
    assert (web.pos("orders", "--json").json, web.pos("asked", "--json").json) == ([], [])


def test_what_is_done_there_later_is_new_and_waits_for_a_person(web: Any) -> None:
    web.round()
    web.ordered(status="DELIVERING")
    [order] = web.pos("orders", "--json").json
    assert (order["status"], web.pos("tickets", "--json").json) == ("placed", [])
