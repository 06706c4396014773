"""What lies over the counter keeps its place, and what a line says agrees with its colour."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QTimer, QVariantAnimation
from PySide6.QtWidgets import QPushButton, QScrollArea

from pos.config import channel_facts
from pos.config_tables import ChannelPart
from pos.store.rows import CallRow, ChannelRow
from pos.ui.channels.lines import call_line, channel_line
from pos.ui.order.moving import Moving
from pos.words import LANGUAGES, Words

ROW = ChannelRow("imweb", "imweb", "well", "", None, None, 2, 0, None, 0)


def test_the_banner_stays_where_the_pages_are_when_a_red_line_pushes_them_down(qtbot, opened, till):
    till.store.serve(replace(till.store.shop, printers=()))
    opened()
    alarm, pages, line = till.window.alarm, till.window._stack, till.window.alert

    def top():
        return pages.mapTo(till.window, QPoint()).y()

    qtbot.waitUntil(lambda: alarm.known is not None and line.isVisible())
    line.hide()
    qtbot.waitUntil(lambda: top() == till.window.header.geometry().bottom() + 1)
    alarm.rang.connect(lambda _said: QTimer.singleShot(0, line.show))  # while it comes
    till.bring()
    qtbot.waitUntil(alarm.isVisible)
    qtbot.waitUntil(lambda: not alarm.findChildren(QVariantAnimation))
    assert alarm.geometry().bottomRight() == till.window.rect().bottomRight()
    assert alarm.y() == top() == line.geometry().bottom() + 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)])
def test_a_sheet_that_asks_is_as_high_as_what_is_in_it(qtbot, opened, till, press, language, size):
    part = ChannelPart(name="imweb", kind="imweb", base_url="https://x")
    known = {**till.store.shop.channels, "imweb": channel_facts(part)}
    till.store.serve(replace(till.store.shop, channels=known))
    order = till.bring("imweb", currency="KRW")
    opened(language, size=size)
    board = till.window.pages["orders"]
    board.choose(order.id)
    qtbot.waitUntil(lambda: bool(board.detail.findChildren(QPushButton)))
    till.window.alarm.acted()
    press(board.detail, "reject")
    qtbot.waitUntil(lambda: bool(till.window.findChildren(Moving)))
    [asking] = till.window.findChildren(Moving)
    area = asking.findChild(QScrollArea)

    def empty():
        return area.viewport().height() - asking.box.totalHeightForWidth(area.viewport().width())

    qtbot.waitUntil(lambda: area.viewport().width() > till.window.theme.mm(100))
    assert 0 <= empty() < till.window.theme.mm(4)
    press(asking, "choose_SOLD_OUT")
    assert 0 <= empty() < till.window.theme.mm(4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_channel_that_is_well_and_has_still_to_be_told_is_not_said_to_be_well(language):
    words = Words(language)
    waits = channel_line(words, ROW)
    assert (waits.tone, waits.badge) == ("amber", words.say("header.waiting", n=2))
    assert channel_line(words, ROW._replace(waiting=0)).badge == words.say("sync.well")


def test_a_call_that_moved_next_to_nothing_is_not_said_to_have_moved_nothing(till):
    call = CallRow(till.now(), "GET", "/orders", 200, 0.25, "", 0, 2)
    assert call_line(Words("en_US"), call).sub.endswith("0.1 KB")
    assert "KB" not in call_line(Words("en_US"), call._replace(got=0)).sub
