"""One channel on a page of its own: how it is, what waits, what was asked of it; paused and resumed there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from pos.actions import channels, intake, orders
from pos.store import backlog, queries
from pos.store.rows import CallRow
from pos.store.tx import Who
from pos.ui.channels import actions as channel_actions
from pos.ui.channels.actions import ChannelAction
from pos.ui.channels.lines import call_line
from pos.ui.channels.page import Channels
from pos.ui.parts import wellness
from pos.ui.parts.lists import TargetList
from pos.words import LANGUAGES, Words
from sync.messages import Unreadable
from sync.sandbox.control import Control

FANKAHUI = """
[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{url}"
poll_seconds = 0.2
"""
SECRETS = {"FANKAHUI_USERNAME": "counter", "FANKAHUI_PASSWORD": "practice"}


@pytest.fixture
def shop(connected, urls):
    """Return a counter whose channel is fankahui, at its channels page."""
    return connected(FANKAHUI.format(url=urls["fankahui"]), **SECRETS)


@pytest.fixture
def guests(urls):
    """Return the guests' side of fankahui."""
    with Control(urls["fankahui"]) as control:
        yield control


@pytest.fixture
def waiting(qtbot, shop, guests):
    """Return an order that came in, and its counter with that channel's page open."""
    guests.place()
    qtbot.waitUntil(lambda: len(shop.ask(queries.board)) == 1)
    [card] = shop.ask(queries.board)
    shop.page.open_channel("fankahui")
    qtbot.waitUntil(lambda: shop.page.inner.row is not None)
    return card


def lines(page):
    """Return the lines of a channel's page by their ids."""
    return [line.row for line in page.list.rows.rows if getattr(line, "row", None) is not None]


def offers(view):
    """Return what can be tapped in a list, by name."""
    return [action.name for line in view.rows.rows for action in getattr(line, "actions", ())]


def letters(shop):
    """Return verb and state of all letters."""
    return [(letter.verb, letter.state) for letter in shop.ask(backlog.letters)]


def test_a_paused_channel_is_told_nothing_until_it_is_resumed(qtbot, shop, guests, waiting, press):
    press(shop.page.inner, "pause_open")
    qtbot.waitUntil(shop.page.inner.paused.isVisible)
    shop.do(orders.accept, waiting.id)
    qtbot.waitUntil(lambda: len(lines(shop.page.inner)) > 1)
    press(shop.page.inner, "go_on")
    qtbot.waitUntil(shop.page.inner.pauses.isVisible)
    qtbot.waitUntil(lambda: {state for _, state in letters(shop)} == {"told"})
    assert guests.state()["orders"][0]["status"] in ("accepted", "executed")


def test_what_waits_for_a_paused_channel_stands_untouched_on_its_page(qtbot, shop, guests, waiting, press):
    press(shop.page.inner, "pause_60")
    qtbot.waitUntil(shop.page.inner.paused.isVisible)
    shop.do(orders.accept, waiting.id)
    shop.do(channels.pause, "fankahui")  # it is looked at again
    qtbot.waitUntil(lambda: any(getattr(row, "verb", "") == "accept" for row in lines(shop.page.inner)))
    guests.place()
    assert {state for _, state in letters(shop)} == {"waiting"}
    assert guests.state()["orders"][0]["status"] == "placed"
    assert len(shop.ask(queries.board)) == 1


def test_a_pause_is_undone_from_where_it_is_said(qtbot, shop, waiting, press):
    press(shop.page.inner, "pause_15")
    qtbot.waitUntil(shop.page.inner.paused.isVisible)
    press(shop.counter.window.toast, "undo")
    qtbot.waitUntil(shop.page.inner.pauses.isVisible)
    assert waiting.status == "placed"


def test_a_pause_for_a_time_ends_by_itself_on_the_page(qtbot, opened, till, press):
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    page.open_channel("imweb")
    qtbot.waitUntil(lambda: page.inner.row is not None)
    press(page.inner, "pause_15")
    qtbot.waitUntil(page.inner.paused.isVisible)
    assert page.inner.until.text() == till.desk.words.say("channels.paused_until", time="11-20 18:57")
    assert timedelta(milliseconds=page.inner._end.interval()) > timedelta(minutes=14)
    till.clock[0] += timedelta(minutes=15, seconds=1)
    page.inner._end.timeout.emit()
    qtbot.waitUntil(page.inner.pauses.isVisible)


def test_a_pause_of_months_is_shown_with_its_day(qtbot, opened, till):
    till.do(channels.pause, "imweb", till.now() + timedelta(days=60))
    opened("en_US")
    page = till.window.pages["channels"]
    till.window.turn("channels")
    page.open_channel("imweb")
    qtbot.waitUntil(lambda: page.inner.row is not None)
    assert (page.inner.until.text(), page.inner._end.isActive()) == ("Paused until 01-19 18:42", True)


def test_a_paused_channel_is_said_to_be_in_the_header_and_resumed_from_its_line(qtbot, opened, till, tap):
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    till.do(channels.pause, "crema")

    def row():
        return next(
            each for each in till.store.ask(backlog.channels, till.store.shop) if each.name == "crema"
        )

    assert wellness.of_channel(till.desk.words, row()).text.endswith(till.desk.words.say("header.paused"))
    qtbot.waitUntil(lambda: "go_on" in offers(page.health))
    tap(page.health, "c:crema", "go_on")
    qtbot.waitUntil(lambda: row().paused_until is None)


def test_every_call_is_listed_without_a_secret_or_a_guests_word(qtbot, shop, guests, waiting):
    assert waiting.guest
    page = shop.page.inner
    qtbot.waitUntil(lambda: any(isinstance(row, CallRow) for row in lines(page)))
    said = " ".join(page.list.look.said(line) for line in page.list.rows.rows)
    assert "/orders" in said
    for secret in ("practice", "counter", "张三"):
        assert secret not in said
    assert guests.state()


def test_calls_stand_newest_first_and_a_refusal_in_plain_words(qtbot, connected, urls):
    table = FANKAHUI.format(url=urls["fankahui"])
    shop = connected(table, FANKAHUI_USERNAME="counter", FANKAHUI_PASSWORD="wrong")
    shop.page.open_channel("fankahui")
    page = shop.page.inner
    qtbot.waitUntil(lambda: page.trouble.isVisible())
    assert page.trouble.text() == shop.say("fault.wrong_secrets")
    qtbot.waitUntil(lambda: any(isinstance(row, CallRow) for row in lines(page)))
    calls = [row for row in lines(page) if isinstance(row, CallRow)]
    assert calls == sorted(calls, key=lambda row: row.at, reverse=True)
    assert page.list.rows.rows[-1].icon == "warning"


@pytest.mark.parametrize(
    ("status", "error", "word"),
    [
        (200, "", "well"), (200, "wrong_secrets", "refused"), (302, "redirect: 302", "redirect"),
        (400, "", "refused"), (401, "", "sign_in"), (403, "", "forbidden"), (404, "", "missing"),
        (409, "", "conflict"), (429, "", "quiet"), (500, "", "broken"), (0, "no_connection", "none"),
    ],
)  # fmt: skip
def test_a_plain_word_says_what_became_of_a_call(till, status, error, word):
    call = CallRow(till.now(), "GET", "/orders", status, 0.25, error, 10, 2048, times=3)
    line = call_line(Words("en_US"), call)
    assert line.badge.startswith(Words("en_US").say(f"answer.{word}"))
    assert (line.icon == "check") is (word == "well")
    assert "3 times" in line.sub


def test_a_letter_is_given_up_on_its_channels_page(qtbot, opened, till, tap, press):
    till.accepted(type="booking")
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    page.open_channel("fankahui")
    qtbot.waitUntil(lambda: len(lines(page.inner)) == 1)
    [letter] = lines(page.inner)
    tap(page.inner.list, letter.id, "give_up")
    press(till.window, "not_needed")
    qtbot.waitUntil(lambda: lines(page.inner) == [])


def test_a_channels_line_opens_its_page_by_touch_and_by_keys(qtbot, opened, till, tap):
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    qtbot.waitUntil(lambda: page.health.box("c:imweb").isValid())
    tap(page.health, "c:imweb")
    assert page.inner.name == "imweb"
    qtbot.keyClick(page.inner, Qt.Key.Key_Escape)
    assert page.inner is None
    qtbot.waitUntil(page.health.hasFocus)
    page.health.select("c:crema")
    qtbot.keyClick(page.health, Qt.Key.Key_Return)
    assert page.inner.name == "crema"


def test_what_else_a_channel_can_do_has_a_button_and_a_page_of_its_own(
    qtbot, opened, till, press, monkeypatch
):
    class Other(QWidget):
        """What another module shows in the channel's place."""

        closed = Signal()
        order_wanted = Signal(object)

    action = ChannelAction("retry", lambda row: row.kind == "imweb", lambda *_: Other())
    monkeypatch.setattr(channel_actions, "ACTIONS", (action,))
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    page.open_channel("crema")
    assert page.inner.findChild(QAbstractButton, "retry") is None
    page.open_channel("imweb")
    qtbot.waitUntil(lambda: page.inner.row is not None)
    press(page.inner, "retry")
    assert isinstance(page.inner, Other)
    page.inner.closed.emit()
    assert page.inner.name == "imweb"


def test_a_channel_that_is_set_up_no_more_closes_its_page(qtbot, shop, waiting):
    setup = shop.counter.window.desk.setup
    setup.remove_channel(setup.draft(), "fankahui")
    qtbot.waitUntil(lambda: shop.page.inner is None)
    assert waiting.status == "placed"


def test_a_shop_without_a_service_is_told_what_to_do(qtbot, connected, press):
    shop = connected()
    qtbot.waitUntil(lambda: any(line.id == "no_channel" for line in shop.page.health.rows.rows))
    press(shop.page, "connect_service")
    qtbot.waitUntil(lambda: shop.counter.window.findChild(QAbstractButton, "kind_impilo") is not None)


def test_the_page_moves_only_the_lines_that_changed(qtbot, opened, till):
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    qtbot.waitUntil(lambda: len(page.tasks.rows.rows) == 4)
    resets = []
    page.tasks.rows.modelReset.connect(lambda: resets.append(1))
    till.accepted(type="booking")
    qtbot.waitUntil(lambda: "retry" in offers(page.tasks))
    assert resets == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_target_of_a_channels_page_is_as_large_as_a_finger(qtbot, opened, till, language):
    till.accepted(type="booking")
    opened(language, size=(1024, 768))
    page = till.window.pages["channels"]
    till.window.turn("channels")
    page.open_channel("fankahui")
    finger = till.window.theme.mm(12)

    def small():
        seen = [*page.findChildren(QAbstractButton), *page.findChildren(QLineEdit)]
        sizes = [(each.objectName(), each.size()) for each in seen if each.isVisible()]
        for view in (each for each in page.findChildren(TargetList) if each.isVisible()):
            for row in view.visible_rows():
                boxes = view.look.targets(view.box(row.id), row)
                sizes += [(name, box.size()) for name, box in boxes.items()]
        return [name for name, size in sizes if min(size.width(), size.height()) < finger]

    qtbot.waitUntil(lambda: page.inner.row is not None)
    qtbot.waitUntil(lambda: small() == [])
    assert till.window.width() == 1024


def test_what_wants_an_answer_stands_on_its_channels_page(qtbot, opened, till, tap):
    broken = Unreadable("r0099", "no items", "{}")
    till.store.do(intake.receive, Who("imweb", "channel"), "imweb", broken).result()
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    page.open_channel("imweb")
    qtbot.waitUntil(lambda: "seen" in offers(page.inner.list))
    tap(page.inner.list, lines(page.inner)[0].id, "seen")
    qtbot.waitUntil(lambda: lines(page.inner) == [])
    page.open_channel("crema")
    qtbot.waitUntil(lambda: page.inner.row is not None)
    assert lines(page.inner) == []


def test_a_channel_that_was_taken_out_by_hand_is_said_to_be_gone(qtbot, shop, waiting, press):
    text = shop.file.read_text(encoding="utf-8")
    shop.file.write_text(text.partition("[[channel]]")[0], encoding="utf-8")
    press(shop.page.inner, "settings")
    gone = shop.say("edit.no_such_channel", name="fankahui")
    qtbot.waitUntil(lambda: shop.counter.window.toast.words.text() == gone)
    assert shop.page.inner.row.name == waiting.channel


def test_the_page_shows_its_frame_before_anything_is_read(qtbot, opened, till):
    opened()
    page = Channels(till.desk, till.window.theme)
    qtbot.addWidget(page)
    for each, head in ((page.health, "sync.title"), (page.tasks, "sync.attention")):
        say = till.desk.words.say
        assert [row.title for row in each.rows.rows] == [say(head), say("board.loading")]
