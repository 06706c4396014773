"""What lies over the counter keeps its place, and what a line says agrees with its colour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer, QVariantAnimation
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea

from pos.config import channel_facts
from pos.config_tables import ChannelPart
from pos.store import backlog
from pos.store.rows import CallRow, ChannelRow
from pos.ui.channels.lines import call_line, channel_line
from pos.ui.channels.mapping_parts import CHOICE, offered
from pos.ui.order.claims import Claim
from pos.ui.order.moving import Moving
from pos.ui.parts.theme import Theme
from pos.words import LANGUAGES, Words

MINUTE = timedelta(minutes=1)
EXCHANGED = tuple((part, "exchange") for part in "123")
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


@pytest.fixture
def web(till):
    """Give the shop's web shop the abilities of its kind."""
    part = ChannelPart(name="imweb", kind="imweb", base_url="https://x")
    known = {**till.store.shop.channels, "imweb": channel_facts(part)}
    till.store.serve(replace(till.store.shop, channels=known))
    return till


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1024, 768), (1920, 1080)])
def test_a_sheet_that_asks_is_as_high_as_what_is_in_it(qtbot, opened, web, press, language, size):
    till = web
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

    qtbot.waitUntil(lambda: 0 <= empty() < till.window.theme.mm(4))
    press(asking, "choose_SOLD_OUT")
    assert 0 <= empty() < till.window.theme.mm(4)


def test_a_sheet_grows_with_what_an_answer_asks_for(qtbot, opened, web, press):
    order = web.executed(channel="imweb", currency="KRW", problems=("exchange_requested",), claims=EXCHANGED)
    opened("en_US", size=(1920, 1080))
    web.window.alarm.acted()
    board = web.window.pages["orders"]
    board.choose(order.id)
    press(board.detail, "further")
    press(web.window, "claim")
    qtbot.waitUntil(lambda: bool(web.window.findChildren(Claim)))
    [asking] = web.window.findChildren(Claim)
    area = asking.findChild(QScrollArea)
    press(asking, "choose_resend")
    press(asking, "choose_withhold")
    qtbot.waitUntil(lambda: asking.asked.inputs["reason_detail"].isVisible())
    inside = area.viewport()
    qtbot.waitUntil(lambda: inside.height() == asking.box.totalHeightForWidth(inside.width()))
    assert area.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def test_what_an_answer_asks_for_comes_into_sight_on_a_small_screen(qtbot, opened, web, press):
    order = web.executed(channel="imweb", currency="KRW", problems=("exchange_requested",), claims=EXCHANGED)
    opened("en_US", size=(1024, 768))
    web.window.alarm.acted()
    board = web.window.pages["orders"]
    board.choose(order.id)
    press(board.detail, "further")
    press(web.window, "claim")
    qtbot.waitUntil(lambda: bool(web.window.findChildren(Claim)))
    [asking] = web.window.findChildren(Claim)
    press(asking, "choose_withhold")
    field = asking.asked.inputs["reason_detail"]
    qtbot.waitUntil(lambda: field.visibleRegion().boundingRect().height() == field.height())


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


def claims(till):
    """Return the lines of what guests claim, on the channels page."""
    return [line for line in till.window.pages["channels"].tasks.rows.rows if getattr(line, "sentence", 0)]


@pytest.mark.parametrize("claim", ["cancel", "return", "exchange"])
def test_what_a_guest_claims_is_answered_from_the_line_that_asks(qtbot, opened, web, tap, press, claim):
    parts = tuple((part, claim) for part in "123")
    web.executed(channel="imweb", currency="KRW", problems=(f"{claim}_requested",), claims=parts)
    opened()
    web.window.turn("channels")
    qtbot.waitUntil(lambda: len(claims(web)) == 1)
    tap(web.window.pages["channels"].tasks, claims(web)[0].id, "claim")
    qtbot.waitUntil(lambda: bool(web.window.findChildren(Claim)))
    [asking] = web.window.findChildren(Claim)
    assert asking.kind.value == claim
    press(asking, "choose_accept")
    press(asking, "sure")
    qtbot.waitUntil(lambda: claims(web) == [])
    assert [row.verb for row in web.store.ask(backlog.letters) if row.channel == "imweb"][-1] == "claim"


@pytest.mark.parametrize("gone", ["channel", "claim"])
def test_a_claim_that_cannot_be_answered_leads_to_its_order(qtbot, opened, web, tap, gone):
    claimed = EXCHANGED if gone == "channel" else ()
    asks = ("exchange_requested",)
    order = web.executed(channel="imweb", currency="KRW", problems=asks, claims=claimed)
    shop = web.store.shop
    left = {name: facts for name, facts in shop.channels.items() if name != "imweb" or gone == "claim"}
    web.store.serve(replace(shop, channels=left))
    opened()
    web.window.turn("channels")
    qtbot.waitUntil(lambda: len(claims(web)) == 1)
    tap(web.window.pages["channels"].tasks, claims(web)[0].id, "claim")
    qtbot.waitUntil(lambda: web.window.page() == "orders")
    assert web.window.pages["orders"].detail.order_id == order.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_till_says_that_a_part_of_what_was_paid_went_back(qtbot, opened, till, language):
    order = till.executed(payment="part_refunded", payment_type="weixin")
    opened(language)
    till.window.settle([order.id])
    said = Words(language).say("settle.part_given_back")
    qtbot.waitUntil(lambda: said in [each.text() for each in till.window.findChildren(QLabel)])
    assert said != Words(language).say("settle.paid_online")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("sort", ["NEW", "INPROGRESS", "CLOSED", ""])
def test_what_a_state_is_of_ours_can_be_read_whole_beside_the_arrow_of_its_list(language, sort):
    theme = Theme(language=language)
    said = offered(Words(language), "rayteams", sort)
    room = theme.mm(CHOICE) - theme.mm(3) - theme.mm(9)
    assert [text for _, text in said if QFontMetrics(theme.font()).horizontalAdvance(text) > room] == []


def test_a_clock_has_air_around_it_only_where_it_has_a_ground_of_its_own(qtbot, opened, till):
    order = till.bring()
    opened()
    detail = till.window.pages["orders"].detail
    till.window.alarm.acted()
    till.window.pages["orders"].choose(order.id)
    qtbot.waitUntil(lambda: detail._clock.isVisible())

    def air():
        clock = detail._clock
        return clock.sizeHint().width() - clock.fontMetrics().horizontalAdvance(clock.text())

    assert air() < till.window.theme.mm(2)
    till.clock[0] += 8 * MINUTE
    detail._show_clock()
    assert detail._clock.property("tone") != ""
    assert air() >= till.window.theme.mm(4)
