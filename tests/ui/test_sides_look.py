"""How orders on both sides are drawn: each is as high as the buttons of all need."""

from __future__ import annotations

import pytest

from pos.reconciled import Row
from pos.ui.parts.faces import Action
from pos.ui.parts.theme import Theme
from pos.ui.reconciling.look import PairLine, SideFace, SidesList, SidesLook
from sync.reconcile import Pair

FEW = (Action("explain", "Explain", "ink"),)
MANY = (*FEW, Action("take_over", "Take over", "ink"), Action("tell_again", "Tell again", "ink"))


def line(name, actions):
    """Return an order that differs, with these buttons."""
    row = Row(Pair(name, None, None, ()))
    return PairLine(name, row, name, "", SideFace(), SideFace(), actions=actions, loud=True)


@pytest.fixture
def sides(qtbot):
    """Return a list in which an order's buttons stand beside it as long as there are few."""
    made = SidesList(SidesLook(Theme(language="en_US"), ("ours", "theirs")))
    qtbot.addWidget(made)
    made.resize(1600, 900)
    made.show()
    made.show_rows([line("one", FEW)])
    lowest = high(made, "one")
    while high(made, "one") == lowest:
        made.resize(made.width() - 10, 900)
    made.resize(made.width() + 10, 900)
    return made


def high(sides, name):
    """Return how high an order stands in the list."""
    sides.executeDelayedItemsLayout()
    return sides.box(name).height()


def test_an_order_grows_and_shrinks_with_the_buttons_of_those_beside_it(sides):
    before = high(sides, "one")
    sides.show_rows([line("one", FEW), line("two", MANY)])
    assert high(sides, "one") == high(sides, "two") > before
    sides.show_rows([line("one", FEW)])
    assert high(sides, "one") == before
