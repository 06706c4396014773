"""A picture of the practice shop's day shows what its store has, however lately it got it."""

from __future__ import annotations

from contextlib import closing

import pytest

from pos.config import Config
from pos.demo.pictures import Pictures
from pos.words import Words

CONFIG = Config.model_validate({"shop": {"name": "泛盈总店", "currency": "CNY"}})


@pytest.fixture
def pictures(till, tmp_path, monkeypatch):
    """Return what takes pictures of a store, and what each found on the board."""
    with closing(Pictures(till.store, CONFIG, Words("zh_CN", "Asia/Shanghai"), tmp_path)) as made:
        seen = []
        grab = made._window.grab

        def look():
            lanes = made._window.pages["orders"].lanes
            seen.append({card.number for lane in lanes for card in lane.cards.rows.rows})
            return grab()

        monkeypatch.setattr(made._window, "grab", look)
        yield made, seen


def test_a_picture_shows_the_orders_that_came_while_the_board_rested(till, pictures, tmp_path):
    made, seen = pictures
    brought = set()
    for moment in range(5):
        brought.add(till.bring().number)
        made.take(str(moment), ["orders", "tickets"])
        assert seen[-2] == brought
    assert len(list(tmp_path.glob("*-orders.png"))) == 5
