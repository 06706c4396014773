"""An order of a web shop that is not paid there yet: accepted, settled or called off at the counter."""

from __future__ import annotations

from typing import Any

import pytest

UNPAID = {"status": "PAY_WAIT", "pay_time": 0}


def test_what_is_accepted_unpaid_and_paid_at_the_counter_goes_all_its_way_by_itself(web: Any) -> None:
    web.ordered(**UNPAID)
    web.pos("accept", "1")
    report = web.round()
    assert (report["ok"], report["failed"], web.there()) == (True, 0, ["PAY_WAIT"] * 2)
    assert web.letter("accept", "waiting")["error"] == "unpaid_there"
    assert "not paid there yet" in web.pos("outbox").out
    assert web.pos("settle", "1", "--pay", "cash=18000").status == 0
    report = web.round()
    assert (report["ok"], report["error"], report["waiting"]) == (True, "", 0)
    assert web.there() == ["COMPLETE"] * 2
    assert {state for _verb, state in web.letters()} == {"told"}


def test_money_that_comes_there_lets_the_accept_go_at_once(web: Any) -> None:
    order = web.ordered(**UNPAID)
    web.pos("accept", "1")
    web.round()
    web.shoppers.move(order["id"], "pay")
    web.round()
    web.round()
    assert web.there() == ["STANDBY"] * 2


def test_what_is_called_off_unpaid_is_canceled_there_and_nothing_waits(web: Any) -> None:
    web.ordered(**UNPAID)
    web.pos("accept", "1")
    web.round()
    web.pos("cancel", "1", "--reason", "guest left")
    assert web.round()["error"] == ""
    assert web.there() == ["CANCEL"] * 2
    assert dict(web.letters())["accept"] == "dropped"
    assert {state for _verb, state in web.letters()} == {"dropped", "told"}


def test_a_guest_who_calls_it_off_instead_of_paying_leaves_nothing_to_tell(web: Any) -> None:
    order = web.ordered(**UNPAID)
    web.pos("accept", "1")
    web.round()
    web.shoppers.cancel(order["id"])
    web.round()
    web.round()
    assert (web.shown()["status"], {state for _verb, state in web.letters()}) == ("canceled", {"dropped"})


@pytest.mark.parametrize("verb", ["accept", "cancel"])
def test_an_answer_that_confirms_nothing_leaves_the_letter_to_be_told_again(web: Any, verb: str) -> None:
    order = web.accepted() if verb == "cancel" else web.ordered()
    web.round()
    before = web.there()
    web.pos(verb, "1", *(("--reason", "sold out") if verb == "cancel" else ()))
    web.shoppers.move(order["id"], "ignore")
    assert web.round()["ok"] is False
    assert (web.letter(verb, "waiting")["error"], web.there()) == ("not_confirmed", before)
    web.shoppers.move(order["id"], "heed")
    assert web.round()["ok"] is True
    assert web.there() == [{"accept": "STANDBY", "cancel": "CANCEL"}[verb]] * 2
