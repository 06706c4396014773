"""Sheets ask about what is on the screen: the page below is not turned while they ask, or they go with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from pos.ui.parts.overlays import Sheet


@pytest.fixture
def asking(qtbot, opened, till, tap):
    """Return the sheet that asks why an order is turned down."""
    order = till.bring()
    opened()
    view = till.window.pages["orders"].lanes[0].cards
    qtbot.waitUntil(lambda: bool(view.rows.rows))
    till.window.alarm.acted()
    tap(view, order.id, "reject")
    qtbot.waitUntil(lambda: bool(till.window.findChildren(Sheet)))
    return till.window.findChildren(Sheet)[-1]


def gone(till):
    return not [each for each in till.window.findChildren(Sheet) if each.isVisible()]


def test_a_reason_is_asked_no_more_once_the_page_is_turned(till, asking):
    assert asking.isVisible()
    till.window.turn("tickets")
    assert gone(till)


def test_a_reason_is_asked_no_more_once_a_search_leads_to_another_order(till, asking):
    other = till.bring()
    assert asking.isVisible()
    till.window.find_order(other.id)
    assert gone(till)


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_the_tab_key_reaches_all_of_a_sheet_and_nothing_that_lies_behind(qtbot, till, asking, key):
    reached = set()
    for _ in range(30):
        qtbot.keyClick(till.window.focusWidget(), key)
        focused = till.window.focusWidget()
        assert asking.isAncestorOf(focused)
        reached.add(focused.objectName())
    assert {"close", "own", "sure", "sold_out"} <= reached


def test_the_keys_that_turn_pages_turn_none_below_a_sheet(qtbot, till, asking):
    qtbot.keyClick(till.window.focusWidget(), Qt.Key.Key_F2)
    assert (till.window.page(), asking.isVisible()) == ("orders", True)
