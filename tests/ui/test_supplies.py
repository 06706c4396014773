"""The sheet on which supplies are ordered: counted with fingers, ordered once, taken in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from pos.actions.supplies import order_supplies, take_in
from pos.domain.order import Line, Status
from pos.domain.shop import ChannelFacts
from pos.store import backlog, queries
from pos.store.rows import ChannelRow
from pos.ui.channels.actions import channel_actions
from pos.ui.channels.supplies import MOST, Supplies, open_supplies
from pos.ui.order.further import further
from pos.ui.parts.faces import face
from pos.ui.parts.overlays import Sheet
from pos.words import LANGUAGES, Words
from sync.messages import RemoteGuest, RemoteLine, RemoteNote

CLINIC = ChannelFacts("clinic", "impilo", tells=frozenset({"register"}), own_guest="site:7")
ROW = ChannelRow("clinic", "impilo", "well", "", None, None, 0, 0, None, 0)
LINES = (
    RemoteLine("item:31", "Blood pressure cuff", 2, item_id="item:31"),
    RemoteLine("kit:7", "Heart kit", 1, item_id="kit:7", contents=("Blood pressure cuff ×1", "Card ×2")),
)


@pytest.fixture
def connected(till):
    """Return a shop that is connected to a clinic too, which had an order before."""
    shop = till.store.shop
    till.store.serve(replace(shop, channels={**shop.channels, "clinic": CLINIC}))
    till.bring(
        "clinic", lines=LINES, currency=None, status="executed", guest=RemoteGuest("patient:1", "John Doe")
    )
    return till


@pytest.fixture
def sheet(qtbot, connected, opened):
    """Return a way to open the sheet; it shows what was ordered before."""

    def show(row=ROW, **how):
        opened(**how)
        open_supplies(connected.window, connected.desk, connected.window.theme, row)
        [found] = connected.window.findChildren(Supplies)
        qtbot.waitUntil(lambda: found._list.count() > 0)
        return found

    return show


def texts(page):
    """Return the words on a page."""
    return [each.text() for each in page.findChildren(QLabel)]


def supplies_of(till):
    """Return the orders for the shop itself."""
    found = till.store.ask(queries.orders, channels=["clinic"])
    return [order for order in found if order.guest.id == "site:7"]


def test_the_channels_page_offers_it_where_supplies_are_had():
    assert "supplies" in [action.name for action in channel_actions(ROW)]
    assert "supplies" not in [action.name for action in channel_actions(ROW._replace(kind="imweb"))]


def test_things_are_counted_up_and_down_and_never_below_none(sheet, press):
    page = sheet()
    for _ in range(3):
        press(page, "plus_item:31")
    press(page, "minus_item:31")
    press(page, "minus_kit:7")
    assert page.counts == {"item:31": 2, "kit:7": 0}
    page._count("item:31", 500)
    assert page.counts["item:31"] == MOST


def test_nothing_chosen_is_nothing_ordered(sheet, connected):
    page = sheet()
    assert not page.sure.isEnabled()
    page._order()
    connected.do(lambda _tx: None)
    assert supplies_of(connected) == []


def test_one_button_orders_what_was_counted_once(qtbot, sheet, press, connected):
    page = sheet()
    press(page, "plus_item:31")
    press(page, "plus_item:31")
    press(page, "plus_kit:7")
    page.note.setText("to the back door")
    assert "3" in page.sure.text()
    page.sure.click()
    page.sure.click()
    qtbot.waitUntil(lambda: page.counts == {})
    [order] = supplies_of(connected)
    assert [(line.item_id, line.quantity) for line in order.lines] == [("item:31", 2), ("kit:7", 1)]
    assert (order.status, order.memo[0].message) == (Status.ACCEPTED, "to the back door")
    assert (page.note.text(), page.sure.isEnabled()) == ("", False)


def test_what_is_on_its_way_is_listed_and_taken_in_with_one_tap(qtbot, sheet, press, connected):
    page = sheet()
    press(page, "plus_kit:7")
    page.sure.click()
    qtbot.waitUntil(lambda: bool(supplies_of(connected)))
    [order] = supplies_of(connected)
    press(page, f"here_{order.number}")
    qtbot.waitUntil(lambda: supplies_of(connected)[0].status is Status.PAID)
    qtbot.waitUntil(lambda: not page.findChildren(type(page.sure), f"here_{order.number}"))


def test_what_was_counted_stays_while_other_orders_come(qtbot, sheet, press, connected):
    page = sheet()
    press(page, "plus_item:31")
    thing = replace(LINES[0], id="item:32", name="Scale", item_id="item:32")
    connected.bring("clinic", lines=(thing,), currency=None, guest=RemoteGuest("patient:2", "Jane Roe"))
    qtbot.waitUntil(lambda: "item:32" in page._figures)
    assert page._figures["item:31"].text() == "1"


def test_a_refusal_is_said_and_what_was_counted_stays(qtbot, sheet, press):
    page = sheet()
    said = []
    page._desk.said.connect(said.append)
    press(page, "plus_item:31")
    page.note.setText("4111 1111 1111 1111")
    page.sure.click()
    qtbot.waitUntil(lambda: bool(said))
    assert page.counts == {"item:31": 1}
    assert page.sure.isEnabled()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_channel_without_a_site_of_the_shop_says_what_to_do(sheet, connected, language):
    shop = connected.store.shop
    without = replace(CLINIC, own_guest="")
    connected.store.serve(replace(shop, channels={**shop.channels, "clinic": without}))
    page = sheet(language=language)
    assert not page.sure.isEnabled()
    assert any("site" in text for text in texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_channel_that_had_no_orders_says_where_to_begin(qtbot, till, opened, language):
    shop = till.store.shop
    till.store.serve(replace(shop, channels={**shop.channels, "clinic": CLINIC}))
    opened(language=language)
    open_supplies(till.window, till.desk, till.window.theme, ROW)
    [page] = till.window.findChildren(Supplies)
    hint = Words(language).say("supplies.none", channel="clinic")
    qtbot.waitUntil(lambda: hint in texts(page))


def test_esc_takes_the_sheet_away(qtbot, sheet, connected):
    page = sheet()
    [over] = connected.window.findChildren(Sheet)
    qtbot.keyClick(over, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.isVisible())


def test_a_card_of_supplies_waits_and_is_closed_with_one_tap(qtbot, sheet, press, tap, connected):
    page = sheet()
    press(page, "plus_kit:7")
    page.sure.click()
    qtbot.waitUntil(lambda: bool(supplies_of(connected)))
    connected.window.findChildren(Sheet)[-1].close()
    connected.window.turn("orders")
    [order] = supplies_of(connected)
    waiting = connected.window.pages["orders"].lanes[1].cards
    qtbot.waitUntil(lambda: [card.id for card in waiting.rows.rows] == [order.id])
    tap(waiting, order.id, "arrive")
    qtbot.waitUntil(lambda: supplies_of(connected)[0].status is Status.PAID)
    assert "arrived" in [line.act for line in connected.store.ask(queries.timeline, order.id)]


def test_the_detail_of_supplies_says_that_they_are_here_and_fires_nothing(qtbot, sheet, press, connected):
    page = sheet()
    press(page, "plus_kit:7")
    page.sure.click()
    qtbot.waitUntil(lambda: bool(supplies_of(connected)))
    connected.window.findChildren(Sheet)[-1].close()
    [order] = supplies_of(connected)
    connected.window.turn("orders")
    connected.window.pages["orders"].choose(order.id)
    press(connected.window, "arrive")
    qtbot.waitUntil(lambda: supplies_of(connected)[0].status is Status.PAID)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_channel_keeps_of_an_order_is_shown_apart_from_what_people_wrote(
    qtbot, opened, connected, language
):
    memo = (RemoteNote("Ann", "ring twice"), RemoteNote("", "usps 9400", None, "tracking"))
    order = connected.bring(
        "clinic", lines=LINES, currency=None, memo=memo, guest=RemoteGuest("patient:2", "Jane Roe")
    )
    opened(language=language)
    connected.window.turn("orders")
    board = connected.window.pages["orders"]
    board.choose(order.id)
    parcel = Words(language).say("fact.tracking")
    qtbot.waitUntil(lambda: parcel in texts(board.detail))
    said = {each.text(): each.property("role") for each in board.detail.findChildren(QLabel)}
    assert (said["ring twice"], said["usps 9400"]) == ("memo", "")
    assert "Blood pressure cuff ×1" in "".join(said)


def test_supplies_leave_for_nobody(connected):
    made = connected.do(order_supplies, "clinic", (Line("", "Cuff", 1, item_id="item:31"),)).order
    paid = connected.do(take_in, made.id).order
    facts = connected.store.shop.channels["clinic"]
    assert "dispatch" not in further(paid, facts)
    assert "dispatch" in further(connected.executed(), connected.store.shop.channels["fankahui"])


def test_supplies_are_taken_in_on_the_board_when_their_channel_is_connected_no_more(
    qtbot, opened, press, tap, connected
):
    first, second = (
        connected.do(order_supplies, "clinic", (Line("", "Cuff", 1, item_id="item:31"),)).order
        for _ in range(2)
    )
    shop = connected.store.shop
    left = {name: facts for name, facts in shop.channels.items() if name != "clinic"}
    connected.store.serve(replace(shop, channels=left))
    opened()
    connected.window.turn("orders")
    board = connected.window.pages["orders"]
    waiting = board.lanes[1].cards
    qtbot.waitUntil(lambda: {card.id for card in waiting.rows.rows} == {first.id, second.id})
    tap(waiting, first.id, "arrive")
    qtbot.waitUntil(lambda: connected.order(first.id).status is Status.PAID)
    board.choose(second.id)
    press(connected.window, "arrive")
    qtbot.waitUntil(lambda: connected.order(second.id).status is Status.PAID)
    paid = connected.order(second.id)
    assert "dispatch" not in further(paid, None)
    assert [connected.store.ask(backlog.order_tickets, each.id) for each in (first, second)] == [[], []]


BACK = (
    RemoteLine("return_item:31", "Blood pressure cuff", 2, goes_back=True),
    RemoteLine("return_device:9", "Scale D-9", 1, goes_back=True),
)


def test_a_card_of_goods_that_only_go_back_shows_them_and_says_that_they_are_handed_over(
    qtbot, opened, tap, connected
):
    order = connected.bring("clinic", lines=BACK, currency=None, guest=RemoteGuest("site:7", "Clinic"))
    opened()
    connected.window.turn("orders")
    waiting = connected.window.pages["orders"].lanes[1].cards
    qtbot.waitUntil(lambda: [card.id for card in waiting.rows.rows] == [order.id])
    card = connected.card(order.id)
    seen = face(Words("zh_CN"), card)
    assert (seen.dishes, [action.text for action in seen.actions]) == (
        "退回：Blood pressure cuff ×2、Scale D-9 ×1", ["已交出"],
    )  # fmt: skip
    tap(waiting, order.id, "send_back")
    qtbot.waitUntil(lambda: connected.order(order.id).status is Status.PAID)
    assert "sent_back" in [line.act for line in connected.store.ask(queries.timeline, order.id)]


def test_a_card_of_goods_that_come_and_go_shows_both_and_waits_until_they_are_here(connected):
    order = connected.bring("clinic", lines=(*LINES, *BACK), currency=None, guest=RemoteGuest("site:7", "Us"))
    seen = face(Words("en_US"), connected.card(order.id))
    assert seen.dishes == (
        "Blood pressure cuff ×2, Heart kit ×1 · Going back: Blood pressure cuff ×2, Scale D-9 ×1"
    )
    assert [action.text for action in seen.actions] == ["It is here"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_detail_shows_what_goes_back_under_a_heading_of_its_own(
    qtbot, opened, press, connected, language
):
    order = connected.bring("clinic", lines=BACK, currency=None, guest=RemoteGuest("site:7", "Clinic"))
    opened(language=language)
    connected.window.turn("orders")
    board = connected.window.pages["orders"]
    board.choose(order.id)
    heading = Words(language).say("detail.going_back")
    qtbot.waitUntil(lambda: heading in texts(board.detail))
    assert {"Blood pressure cuff", "Scale D-9"} <= set(texts(board.detail))
    press(connected.window, "send_back")
    qtbot.waitUntil(lambda: connected.order(order.id).status is Status.PAID)


def test_the_sheet_lists_what_goes_back_until_it_is_handed_over(qtbot, sheet, press, connected):
    order = connected.bring("clinic", lines=BACK, currency=None, guest=RemoteGuest("site:7", "Clinic"))
    page = sheet()
    words = connected.desk.words
    here = f"here_{order.number}"
    qtbot.waitUntil(lambda: bool(page.findChildren(type(page.sure), here)))
    assert page.findChild(type(page.sure), here).text() == words.say("supplies.gone")
    back = "2× Blood pressure cuff · 1× Scale D-9"
    assert words.say("board.going_back", lines=back) in texts(page)
    press(page, here)
    qtbot.waitUntil(lambda: connected.order(order.id).status is Status.PAID)
