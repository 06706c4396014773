"""One dish of a web shop's order that is refused there: told again alone, and never overtaken."""

from __future__ import annotations

from typing import Any


def test_a_part_that_was_refused_is_told_again_before_what_was_written_after_it(web: Any) -> None:
    order = web.ordered()
    _kimchi, dumplings = order["prod_orders"]
    web.shoppers.move(order["id"], "hold", part=dumplings, words="재고 없음")
    web.pos("accept", "1")
    web.round()
    assert web.letters() == [("accept", "told"), ("accept", "failed"), ("execute", "waiting")]
    assert web.there() == ["STANDBY", "PAY_COMPLETE"]
    assert web.letter("accept", "failed")["about"] == ["만두"]
    web.shoppers.move(order["id"], "hold", part=dumplings, words="")
    assert web.pos("outbox", "retry", web.letter("accept", "failed")["id"]).status == 0
    report = web.round()
    assert (report["told"], report["waiting"], report["failed"]) == (2, 0, 0)
    assert web.there() == ["STANDBY", "STANDBY"]
    assert {state for _verb, state in web.letters()} == {"told"}


def test_where_one_part_was_given_up_the_next_refusal_names_it(web: Any) -> None:
    order = web.ordered()
    _kimchi, dumplings = order["prod_orders"]
    web.shoppers.move(order["id"], "hold", part=dumplings, words="재고 없음")
    web.pos("accept", "1")
    web.round()
    web.pos("outbox", "drop", web.letter("accept", "failed")["id"], "--reason", "by hand")
    web.round()
    assert web.letter("execute", "failed")["error"] == f"{dumplings}: 재고 없음"
