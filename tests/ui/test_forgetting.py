"""The order's sheet: what other channels know of it, and having it deleted there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel

from pos.actions import outbox
from pos.domain.shop import ChannelFacts
from pos.store import backlog
from pos.ui.parts.overlays import Sheet
from sync.messages import Told

REVIEWS = ChannelFacts("crema", "crema", tells=frozenset({"sale", "forget"}))


@pytest.fixture
def sold(qtbot, till, opened):
    """Return an order in the kitchen of which who hears of sales was told, with its sheet open."""
    shop = till.store.shop
    till.store.serve(replace(shop, channels={**shop.channels, "crema": REVIEWS}))
    order = till.executed()
    till.do(outbox.told, till.do(outbox.claim, "crema", True), Told())
    opened().window.alarm.acted()
    till.window.pages["orders"].choose(order.id)
    qtbot.waitUntil(lambda: said(till, "CREMA"))
    return order


def said(till, *parts):
    """Return whether one line of the sheet says all this."""
    texts = [each.text() for each in till.window.pages["orders"].detail.findChildren(QLabel)]
    return any(all(part.casefold() in text.casefold() for part in parts) for text in texts)


def verbs(till, order):
    """Return what the channel that hears of sales was or is to be told."""
    letters = till.store.ask(backlog.order_letters, order.id)
    return [letter.verb for letter in letters if letter.channel == "crema"]


def test_the_sheet_names_what_others_know_of_an_order(till, sold):
    assert said(till, "CREMA", "渠道已知道")
    assert said(till, "告知卖出了什么")
    assert verbs(till, sold) == ["sale"]


def test_what_was_told_is_deleted_there_only_after_a_second_word(qtbot, till, sold, press):
    press(till.window.pages["orders"].detail, "forget")
    press(till.window, "keep")
    assert verbs(till, sold) == ["sale"]
    press(till.window.pages["orders"].detail, "forget")
    sheet = till.window.findChildren(Sheet)[-1]
    assert any("无法恢复" in each.text() for each in sheet.findChildren(QLabel))
    press(sheet, "sure_forget")
    qtbot.waitUntil(lambda: verbs(till, sold) == ["sale", "forget"])
    qtbot.waitUntil(lambda: till.window.toast.isVisible())
    till.do(outbox.told, till.do(outbox.claim, "crema", True), Told())
    qtbot.waitUntil(lambda: said(till, "CREMA", "渠道不会知道"))
