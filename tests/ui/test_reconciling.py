"""A channel's day, theirs and ours side by side, on a running counter with its service on loopback."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel

from pos.actions import channels as pauses
from pos.actions import orders as moves
from pos.store import backlog, queries
from pos.ui.parts.overlays import Sheet
from pos.ui.reconciling.look import PairLine
from pos.ui.reconciling.page import Reconciling
from pos.words import LANGUAGES
from sync.sandbox.control import Control

TABLE = """
[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{url}"
poll_seconds = 600
"""
SECRETS = {"FANKAHUI_USERNAME": "counter", "FANKAHUI_PASSWORD": "practice"}


@pytest.fixture
def guests(urls):
    """Return the service from the other side."""
    with Control(urls["fankahui"]) as there:
        there.reset()
        yield there


@pytest.fixture
def shop(qtbot, connected, urls, guests):
    """Return a way to open a counter that has heard three orders of its service and accepted the first."""

    def open_shop(**how):
        for _ in range(3):
            guests.place(type="deliver")
        made = connected(TABLE.format(url=urls["fankahui"]), **SECRETS, **how)
        qtbot.waitUntil(lambda: len(made.ask(queries.orders)) == 3)
        first = made.ask(queries.orders)[0]
        made.do(moves.accept, first.id)
        qtbot.waitUntil(lambda: not made.ask(backlog.letters, ("waiting", "sending"), None))
        return made

    return open_shop


@pytest.fixture
def opened_day(qtbot, press):
    """Return a way to get to the page from a channel's own, as a finger does."""

    def go(shop) -> Reconciling:
        shop.page.open_channel("fankahui")
        press(shop.page.inner, "reconcile")
        qtbot.waitUntil(lambda: isinstance(shop.page.inner, Reconciling))
        return shop.page.inner

    return go


@pytest.fixture
def compared(qtbot, opened_day):
    """Return a way to get to the page when the service has answered."""

    def go(shop) -> Reconciling:
        page = opened_day(shop)
        qtbot.waitUntil(lambda: page.found is not None)
        return page

    return go


def pairs(page):
    """Return the orders on the page, by their ids there."""
    return {line.id: line for line in page.list.rows.rows if isinstance(line, PairLine)}


def loud(page):
    """Return what differs on the page, by id there, in words."""
    return {line.id: line.differs for line in pairs(page).values() if line.loud}


def test_books_that_are_alike_say_so_quietly(shop, compared):
    counter = shop()
    page = compared(counter)
    assert (loud(page), len(pairs(page))) == ({}, 3)
    assert page.standing.summary.text() == counter.say("reconcile.alike")
    [ours], [theirs], [apart] = (
        page.findChildren(QLabel, f"{key}_CNY") for key in ("ours", "theirs", "apart")
    )
    assert ours.text() == theirs.text() != ""
    assert apart.property("tone") == ""


def test_what_differs_stands_first_and_an_order_that_is_only_there_is_taken_over(
    qtbot, shop, compared, tap, guests
):
    counter = shop()
    fourth = guests.place(type="deliver")
    guests.cancel(counter.ask(queries.orders)[0].remote_id)
    page = compared(counter)
    assert set(loud(page)) == {fourth["id"], counter.ask(queries.orders)[0].remote_id}
    assert page.list.rows.rows[0].id == "differ"
    tap(page.list, fourth["id"], "take_over")
    qtbot.waitUntil(lambda: len(counter.ask(queries.orders)) == 4)
    qtbot.waitUntil(lambda: fourth["id"] not in loud(page))
    assert fourth["id"] in pairs(page)


def test_an_explained_difference_is_quiet_and_in_the_journal(qtbot, shop, compared, tap, press, guests):
    counter = shop()
    order = counter.ask(queries.orders)[0]
    guests.cancel(order.remote_id)
    page = compared(counter)
    tap(page.list, order.remote_id, "explain")
    press(counter.counter.window, "by_phone")
    qtbot.waitUntil(lambda: not loud(page))
    assert pairs(page)[order.remote_id].why == counter.say("reasons.by_phone")
    acts = [line.act for line in counter.ask(queries.timeline, order.id)]
    assert "explained" in acts


def test_a_letter_that_waits_is_told_again_and_the_service_is_asked_anew(qtbot, shop, compared, tap, guests):
    counter = shop()
    guests.fault("down", times=None, method="PUT")
    order = counter.ask(queries.orders)[1]
    counter.do(moves.accept, order.id)
    qtbot.waitUntil(lambda: counter.ask(backlog.letters, ("waiting",), None)[0].attempts > 0)
    page = compared(counter)
    assert loud(page) == {order.remote_id: counter.say("reconcile.untold")}
    tap(page.list, order.remote_id, "tell_again")
    guests.calm()
    qtbot.waitUntil(lambda: loud(page) == {})


def test_a_tap_on_an_order_opens_it(qtbot, shop, compared, tap):
    counter = shop()
    page = compared(counter)
    order = counter.ask(queries.orders)[2]
    with qtbot.waitSignal(page.order_wanted) as asked:
        tap(page.list, order.remote_id)
    assert asked.args == [order.id]
    assert counter.counter.window.page() == "orders"


def test_a_service_that_is_away_is_said_and_nothing_is_lost(qtbot, shop, compared, press, guests):
    counter = shop()
    page = compared(counter)
    before = page.found
    guests.fault("down", times=None)
    press(page, "again")
    qtbot.waitUntil(lambda: page.standing.summary.property("tone") == "red")
    assert page.found is before
    assert "reconcile." not in page.standing.summary.text()
    guests.calm()
    press(page, "again")
    qtbot.waitUntil(lambda: page.found is not before and page.standing.summary.property("tone") == "")


def test_a_paused_channel_is_not_asked(qtbot, shop, opened_day):
    counter = shop()
    counter.do(pauses.pause, "fankahui", pauses.FOREVER)
    page = opened_day(counter)
    qtbot.waitUntil(lambda: page.standing.summary.property("tone") == "red")
    named = counter.say("channel.fankahui")
    assert page.standing.summary.text() == counter.say("refused.channel_paused", channel=named)


def test_who_leaves_has_the_service_asked_no_more(qtbot, shop, opened_day, press, guests):
    counter = shop()
    guests.fault("slow", times=None, seconds=30)
    page = opened_day(counter)
    [asked] = page._asked
    assert page.standing.bar.isVisible()
    press(page, "back")
    qtbot.waitUntil(asked.cancelled)


def test_asking_can_be_stopped_and_begun_anew(qtbot, shop, opened_day, press, guests):
    counter = shop()
    guests.fault("slow", times=None, seconds=30)
    page = opened_day(counter)
    press(page, "stop")
    assert page.standing.summary.text() == counter.say("reconcile.stopped")
    guests.calm()
    press(page, "again")
    qtbot.waitUntil(lambda: page.found is not None)


def test_other_days_are_chosen_by_key_or_on_a_calendar(qtbot, shop, compared, press):
    counter = shop()
    page = compared(counter)
    press(page, "yesterday")
    qtbot.waitUntil(lambda: page.found is not None)
    assert (page.found.day, pairs(page)) == (page.today - timedelta(days=1), {})
    press(page, "pick")
    press(counter.counter.window, f"day_{page.today.isoformat()}")
    qtbot.waitUntil(lambda: page.found is not None)
    assert (page.day, len(pairs(page))) == (page.today, 3)
    assert page.to_day.isChecked()


def test_a_page_left_open_knows_yesterday_once_a_day_begins_and_today_is_the_new_one(
    qtbot, shop, compared, press, monkeypatch
):
    counter = shop()
    page = compared(counter)
    desk, begun = counter.counter._desk, page.today
    dawn = desk.shop.bounds(begun)[1]
    monkeypatch.setattr(desk, "clock", lambda: dawn - timedelta(milliseconds=100))
    press(page, "today")
    assert (page.day, page.to_day.isChecked()) == (begun, True)
    monkeypatch.setattr(desk, "clock", lambda: dawn)
    qtbot.waitUntil(page.yesterday.isChecked)
    assert (page.day, page.to_day.isChecked()) == (begun, False), "what is looked at stays"
    press(page, "today")
    assert (page.day, page.to_day.isChecked()) == (begun + timedelta(days=1), True)
    press(page, "yesterday")
    assert (page.day, page.yesterday.isChecked()) == (begun, True)


def test_what_is_yet_to_come_cannot_be_chosen(shop, compared, press):
    counter = shop()
    page = compared(counter)
    press(page, "pick")
    [sheet] = counter.counter.window.findChildren(Sheet)
    later = [key for key in sheet.findChildren(type(page.pick)) if key.objectName() > f"day_{page.today}"]
    assert not any(key.isEnabled() for key in later if key.objectName().startswith("day_"))


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every dialog
def test_a_csv_is_saved_where_a_person_says_and_the_folder_is_remembered(
    qtbot, shop, compared, press, tmp_path
):
    counter = shop()
    page = compared(counter)
    press(page, "save")
    [dialog] = counter.counter.window.findChildren(QFileDialog)
    file = tmp_path / "books" / "day.csv"
    file.parent.mkdir()
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    qtbot.waitUntil(file.exists)
    qtbot.waitUntil(lambda: len(list(csv.reader(file.read_text("utf-8-sig").splitlines()))) == 4)
    assert page._desk.folder == str(file.parent)


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every dialog
def test_a_channels_name_is_no_path_in_the_name_of_a_file(shop, compared, press, tmp_path):
    counter = shop()
    page = compared(counter)
    page.name, page._desk.folder = "../up\\[x]", str(tmp_path)
    press(page, "save")
    [dialog] = counter.counter.window.findChildren(QFileDialog)
    [file] = dialog.selectedFiles()
    assert file == str(tmp_path / f".._up_[x] {page.found.day.isoformat()}.csv")
    dialog.reject()


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every dialog
def test_a_csv_that_cannot_be_written_is_said(qtbot, shop, compared, press, tmp_path):
    counter = shop()
    page = compared(counter)
    press(page, "save")
    [dialog] = counter.counter.window.findChildren(QFileDialog)
    with qtbot.waitSignal(page._desk.said) as said:
        dialog.fileSelected.emit(str(tmp_path / "nowhere" / "day.csv"))
    dialog.reject()
    assert "day.csv" in said.args[0]


def test_everything_can_be_done_with_keys(qtbot, shop, compared, guests):
    counter = shop()
    fourth = guests.place(type="deliver")
    page = compared(counter)
    page.list.setFocus()
    page.list.select(fourth["id"])
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    [sheet] = counter.counter.window.findChildren(Sheet)
    focused = sheet.focusWidget()
    assert focused is not None
    assert focused.objectName() == "take_over"
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(counter.ask(queries.orders)) == 4)
    qtbot.keyClick(page.list, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isinstance(counter.page.inner, Reconciling))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080)])
def test_every_key_is_a_finger_wide_and_nothing_is_cut_off(shop, compared, guests, language, size):
    counter = shop(language=language, size=size)
    fourth = guests.place(type="deliver")
    page = compared(counter)
    theme, row = counter.counter.window.theme, page.list.box(fourth["id"])
    for name in ("take_over", "explain"):
        target = page.list.target(fourth["id"], name)
        assert min(target.width(), target.height()) >= theme.mm(12)
        assert row.contains(target)
        assert page.list.viewport().rect().contains(target.topLeft() + QPoint(target.width() - 1, 0))
    for key in (page.to_day, page.pick, page.standing.again, page.standing.save):
        assert min(key.width(), key.height()) >= theme.mm(12)
        assert key.width() >= key.sizeHint().width()
