"""A web shop's order that was shipped by hand while nothing was heard: asked about, and no order here."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("status", ["DELIVERING", "COMPLETE"])
def test_what_was_done_there_meanwhile_is_a_question_and_no_new_order(web: Any, status: str) -> None:
    web.ordered()
    web.ordered(status=status)
    assert [order["number"] for order in web.pos("orders", "--channel", "web", "--json").json] == ["001"]
    [standing] = [row for row in web.pos("channels", "--json").json if row["name"] == "web"]
    assert (standing["attention"], standing["state"]) == (1, "needs_you")
    assert web.pos("tickets", "--json").json == []
