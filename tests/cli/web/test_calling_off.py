"""A web shop's order that is called off at the counter, whole or in part, and for which reason."""

from __future__ import annotations

from typing import Any

import pytest

from sync.channels.imweb.channel import ImwebChannel


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the codes of the reasons that the service is told, as they are told."""
    told: list[str] = []
    right = ImwebChannel._take

    async def take(self: Any, order_no: str, step: Any) -> Any:
        told.append(step.facts.get("reason_code", ""))
        return await right(self, order_no, step)

    monkeypatch.setattr(ImwebChannel, "_take", take)
    return told


def test_one_sold_out_dish_is_called_off_and_the_rest_goes_on(web: Any, reasons: list[str]) -> None:
    web.accepted()
    web.round()
    assert web.shown()["total"] == 18000
    off = web.pos("cancel", "1", "--line", "만두", "--reason", "품절", "--reason-code", "sold_out")
    assert (off.status, off.out) == (0, "Order 001: in the kitchen. Told to web: Sold out (SOLD_OUT)\n")
    assert (web.shown()["total"], [item["name"] for item in web.shown()["items"]]) == (9000, ["김치"])
    assert web.letter("cancel", "waiting")["about"] == ["만두"]
    changes = [ticket["kind"] for ticket in web.pos("tickets", "--json").json]
    assert web.round()["ok"]
    assert (web.there(), reasons[-1]) == (["STANDBY", "CANCEL"], "SOLD_OUT")
    assert changes == ["kitchen", "cancel"]
    # What the row of the order says it costs is of before: what is off there was taken off here.
    assert (web.shown()["total"], web.shown()["attention"]) == (9000, [])
    assert web.pos("hand-over", "1").out.startswith("Order 001: paid")


def test_a_part_that_the_service_does_not_let_go_waits_for_a_person(web: Any) -> None:
    order = web.accepted()
    web.round()
    web.shoppers.move(order["id"], "hold", part=order["prod_orders"][1], words="발송됨")
    web.pos("cancel", "1", "--line", "2", "--reason", "sold out", "--reason-code", "SOLD_OUT")
    assert web.round()["failed"] == 1
    assert web.letter("cancel", "failed")["error"] == "발송됨"
    assert [item["name"] for item in web.shown()["items"]] == ["김치"]


def test_lines_of_one_part_are_not_torn_apart(web: Any) -> None:
    items = [{"prod_name": "비빔밥"}, {"prod_name": "국"}]
    web.shoppers.place(prod_orders=[{"items": items}, {}])
    web.round()
    torn = web.pos("cancel", "1", "--line", "국", "--reason", "품절")
    assert (torn.status, "비빔밥" in torn.err) == (1, True)
    assert web.pos("cancel", "1", "--line", "국", "--line", "1", "--reason", "품절").status == 0
    web.round()
    assert web.there() == ["CANCEL", "PAY_COMPLETE"]


@pytest.mark.parametrize("move", ["cancel", "reject"])
@pytest.mark.parametrize(
    ("said", "code"),
    [
        (("Guest asked for it", "--reason-code", "intent_changed"), "INTENT_CHANGED"),
        (("구매 의사 취소",), "INTENT_CHANGED"),
        (("delayed_delivery",), "DELAYED_DELIVERY"),
        (("Guest asked for it",), "INTENT_CHANGED"),
        (("送得太慢",), "DELAYED_DELIVERY"),
        (("손님 요청",), "INTENT_CHANGED"),
        (("No longer wanted.", "--reason-code", "broken"), "BROKEN"),
        (("we are closed",), "SOLD_OUT"),
    ],
)
def test_the_reason_that_was_named_is_the_one_that_is_told_and_the_shell_says_which(
    web: Any, reasons: list[str], move: str, said: tuple[str, ...], code: str
) -> None:
    web.ordered()
    [moved] = web.pos(move, "1", "--reason", *said, "--json").json
    assert (moved["ok"], f"({code})" in moved["message"]) == (True, True)
    assert "Told to web" not in web.pos(move, "1", "--reason", *said).out
    web.round()
    assert (reasons, web.there()) == ([code], ["CANCEL"] * 2)


def test_a_reason_that_the_service_has_not_is_refused_here(web: Any) -> None:
    web.ordered()
    refused = web.pos("cancel", "1", "--reason", "x", "--reason-code", "MOOD")
    assert (refused.status, "INTENT_CHANGED" in refused.err) == (1, True)
    assert web.shown()["status"] == "placed"


def test_a_refund_of_what_its_service_gave_back_asks_nobody_to_give_it_twice(web: Any) -> None:
    order = web.accepted()
    web.pos("settle", "1")
    web.round()
    web.shoppers.move(order["id"], "cancel")
    web.round()
    web.pos("claim", "1", "cancel", "accept")
    web.round()
    assert web.shown()["payment"]["status"] == "refunded"
    answer = web.pos("refund", "1", "--reason", "back")
    assert (answer.status, "holds" in answer.out) == (0, False)
    assert "web gave the guest the money back already" in answer.out
    again = web.pos("refund", "1", "--reason", "back")
    assert (again.status, again.out.startswith("Refunded already"), "holds" in again.out) == (0, True, False)


@pytest.mark.parametrize("state", ["CANCELING", "CANCEL_REQUEST"])
def test_a_dish_that_is_off_here_stays_off_while_its_service_makes_a_claim_of_it(
    web: Any, state: str
) -> None:
    order = web.accepted()
    web.round()
    web.shoppers.move(order["id"], "defer", state=state)
    web.pos("cancel", "1", "--line", "만두", "--reason", "품절", "--reason-code", "sold_out")
    for _ in range(2):
        assert web.round()["ok"]
    assert web.there("claim_status") == ["", state]
    shown = web.shown()
    assert (shown["total"], shown["adjustment"], shown["attention"]) == (9000, 0, [])
    assert web.pos("settle", "1").status == 0
    web.shoppers.move(order["id"], "decide")
    web.round()
    assert web.there("status")[1] == "CANCEL"
    shown = web.shown()
    assert (shown["deal"]["total"], shown["payment"]["status"], shown["attention"]) == (9000, "paid", [])


def test_a_dish_that_its_service_gives_back_after_all_is_asked_about(web: Any) -> None:
    order = web.accepted()
    web.round()
    web.shoppers.move(order["id"], "defer")
    web.pos("cancel", "1", "--line", "만두", "--reason", "품절", "--reason-code", "sold_out")
    web.round()
    web.shoppers.move(order["id"], "decide", done=False)
    web.round()
    assert [row["kind"] for row in web.shown()["attention"]] == ["lines_changed"]


def test_an_order_that_is_off_here_is_not_alive_there_while_its_service_makes_a_claim_of_it(web: Any) -> None:
    order = web.accepted()
    web.round()
    web.shoppers.move(order["id"], "defer", state="CANCEL_REQUEST")
    assert web.pos("cancel", "1", "--reason", "품절", "--reason-code", "sold_out").status == 0
    web.round()
    web.round()
    assert [row["kind"] for row in web.shown()["attention"]] == ["paid_but_off"]
    web.shoppers.move(order["id"], "decide")
    web.round()
    assert (web.shown()["status"], web.shown()["attention"]) == ("canceled", [])


@pytest.mark.parametrize("claim", ["return", "exchange"])
def test_our_own_return_or_exchange_is_not_said_to_be_asked_for_by_the_guest(web: Any, claim: str) -> None:
    web.accepted()
    web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "4455")
    web.round()
    web.pos(claim, "1", "--reason", "파손", "--reason-code", "BROKEN", "--collect", "--line", "만두")
    for _ in range(2):
        web.round()
    assert web.there("claim_status") == ["", f"{claim.upper()}_REQUEST"]
    assert web.shown()["attention"] == []


@pytest.mark.parametrize("state", ["CANCELING", "CANCEL_REQUEST"])
def test_what_is_told_meanwhile_is_about_what_is_left(web: Any, state: str) -> None:
    order = web.ordered()
    web.shoppers.move(order["id"], "defer", state=state)
    web.pos("cancel", "1", "--line", "만두", "--reason", "품절", "--reason-code", "sold_out")
    web.round()
    for act in (("accept", "1"), ("dispatch", "1", "--carrier", "CJ", "--tracking", "4455"), ("settle", "1")):
        assert web.pos(*act).status == 0
        assert web.round()["ok"]
    assert (web.there("status"), web.there("claim_status")) == (["COMPLETE", "PAY_COMPLETE"], ["", state])
    assert [letter for letter in web.letters() if letter[1] != "told"] == []
