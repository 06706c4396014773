"""Tickets, channels, language and dress; and what holds on every page."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from pos.actions import spool
from pos.counter import CASHIER
from pos.store.tx import Who
from pos.ui.parts.faces import person
from pos.ui.parts.lists import TargetList
from pos.ui.parts.overlays import Sheet
from pos.words import LANGUAGES, Words

WORKER = Who("kitchen", "worker")


@pytest.fixture
def unknown(till):
    """Return the id of a ticket of which nobody knows whether it came out."""
    till.executed()
    job = till.store.do(spool.claim, WORKER, "kitchen", False).result()
    till.store.do(spool.unknown, WORKER, job, "the line broke").result()
    return job.id


def states(page):
    """Return the states of the tickets that a page shows."""
    return [line.row.state for line in page.list.rows.rows]


def test_an_unknown_ticket_is_answered_and_comes_again_with_a_mark(qtbot, opened, till, tap, unknown):
    opened()
    page = till.window.pages["tickets"]
    till.window.turn("tickets")
    qtbot.waitUntil(lambda: states(page) == ["unknown"])
    tap(page.list, unknown, "answer_no")
    qtbot.waitUntil(lambda: states(page) == ["queued"])
    assert page.list.rows.rows[0].row.mark == "duplicate"


def test_a_ticket_is_given_up_with_a_reason(qtbot, opened, till, tap, press):
    till.executed()
    opened()
    page = till.window.pages["tickets"]
    till.window.turn("tickets")
    qtbot.waitUntil(lambda: states(page) == ["queued"])
    tap(page.list, page.list.rows.rows[0].id, "give_up")
    press(till.window, "done_by_hand")
    qtbot.waitUntil(lambda: states(page) == [])
    press(page, "all")
    qtbot.waitUntil(lambda: states(page) == ["dropped"])


def test_a_tap_on_a_ticket_shows_its_paper(qtbot, opened, till, tap):
    till.executed()
    opened()
    page = till.window.pages["tickets"]
    till.window.turn("tickets")
    qtbot.waitUntil(lambda: states(page) == ["queued"])
    tap(page.list, page.list.rows.rows[0].id)
    qtbot.waitUntil(lambda: bool(till.window.findChildren(Sheet)))
    [sheet] = till.window.findChildren(Sheet)
    assert sheet.parentWidget() is till.window, "outside its counter a sheet has no dress"


def test_the_cashier_of_a_shop_without_names_is_called_so_in_its_language():
    called = [person(Words(language, "UTC"), CASHIER) for language in LANGUAGES]
    assert called == ["收银员", "캐셔", "Cashier"]
    assert person(Words("zh_CN", "UTC"), "王芳") == "王芳"


def test_an_undo_never_lies_over_the_keys_of_the_till(opened, till):
    order = till.executed()
    opened()
    till.window.say("042 已拒单", lambda: None)
    till.window.settle([order.id])
    assert till.window.toast.isHidden()


def test_a_letter_is_given_up_with_a_reason(qtbot, opened, till, tap, press):
    till.accepted(type="booking")
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    letters = lambda: [line for line in page.tasks.rows.rows if getattr(line, "actions", ())]  # noqa: E731
    qtbot.waitUntil(lambda: len(letters()) == 1)
    tap(page.tasks, letters()[0].id, "give_up")
    press(till.window, "not_needed")
    qtbot.waitUntil(lambda: letters() == [])


def test_a_hidden_page_only_goes_stale(qtbot, opened, till):
    opened()
    page = till.window.pages["tickets"]
    qtbot.waitUntil(till.window.pages["orders"].isVisible)
    order = till.executed()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: [c.id for c in board.lanes[2].cards.rows.rows] == [order.id])
    assert page._watch.stale
    assert states(page) == []
    till.window.turn("tickets")
    qtbot.waitUntil(lambda: states(page) == ["queued"])
    assert not page._watch.stale


def test_the_screen_turns_while_the_store_is_busy(qtbot, opened, till, tap):
    order = till.bring()
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: bool(board.lanes[0].cards.rows.rows))
    begun, go, turns = threading.Event(), threading.Event(), []
    held = till.store.do(lambda _tx: begun.set() or go.wait(60), WORKER)
    assert begun.wait(60)  # a person's press goes before what a worker has only asked for
    timer = QTimer()
    timer.timeout.connect(lambda: turns.append(1))
    timer.start(0)
    tap(board.lanes[0].cards, order.id, "accept")
    qtbot.waitUntil(lambda: len(turns) > 20)
    assert till.card(order.id).status == "placed"
    go.set()
    held.result()
    qtbot.waitUntil(lambda: board.lanes[0].cards.rows.rows == [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_is_switched_at_once_and_the_order_stays_open(qtbot, opened, till, language):
    order = till.bring()
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: bool(board.lanes[0].cards.rows.rows))
    board.choose(order.id)
    till.window.dress(language, True)
    fresh = till.window.pages["orders"]
    qtbot.waitUntil(lambda: bool(fresh.lanes[0].cards.rows.rows))
    assert fresh.detail.order_id == order.id
    assert till.window.rail["orders"].text() == till.desk.words.say("rail.orders")
    assert till.window.theme.dark


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_target_is_as_large_as_a_finger_on_the_smallest_screen(qtbot, opened, till, language):
    till.bring()
    till.accepted(type="booking")
    order = till.executed(type="booking")
    opened(language, size=(1024, 768))
    till.window.alarm.acted()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: all(lane.cards.rows.rows for lane in board.lanes))
    board.choose(order.id)
    finger = till.window.theme.mm(12)
    for page in ("orders", "tickets", "channels", "settings"):
        till.window.turn(page)
        qtbot.waitUntil(lambda page=page: till.window.pages[page].isVisible())
        assert too_small(till.window, finger) == []
    till.window.settle([order.id])
    qtbot.waitUntil(till.window._root.currentWidget().purse.finish.isVisible)
    assert too_small(till.window, finger) == []
    assert till.window.width() == 1024


def too_small(window, finger):
    """Return everything tappable that is lower or narrower than a finger."""
    buttons = [each for each in window.findChildren(QAbstractButton) if each.isVisible() and each.isEnabled()]
    seen = [
        each for each in buttons if not isinstance(each.parent(), QLineEdit)
    ]  # the magnifier is a picture
    seen += [each for each in window.findChildren(QLineEdit) if each.isVisible()]
    small = [each.objectName() or each.text() for each in seen if min(each.width(), each.height()) < finger]
    for view in (each for each in window.findChildren(TargetList) if each.isVisible()):
        for row in view.visible_rows():
            boxes = view.look.targets(view.box(row.id), row)
            small += [name for name, box in boxes.items() if min(box.width(), box.height()) < finger]
    return small


def test_a_kitchen_without_a_printer_is_a_red_line(qtbot, opened, till):
    from printing.ports import PrinterHealth

    till.store.do(spool.health, WORKER, "kitchen", PrinterHealth("needs_you", "paper_out")).result()
    opened()
    qtbot.waitUntil(till.window.alert.isVisible)
    assert "缺纸" in till.window.alert.text()


def test_a_failing_query_is_said_and_the_next_bell_asks_again(qtbot, opened, till):
    from pos.store import queries
    from pos.store.trouble import StoreTrouble
    from pos.ui.parts.widgets import label

    opened()
    answers = [StoreTrouble("locked"), [1]]

    def asked(_read):
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    shown, owner = [], label()
    qtbot.addWidget(owner)
    owner.show()
    till.desk.watch(owner, "orders", asked, shown.extend)
    qtbot.waitUntil(till.window.toast.isVisible)
    till.bring()
    qtbot.waitUntil(lambda: shown == [1])
    assert till.store.ask(queries.board)


def test_a_new_order_rings_on_every_page(qtbot, opened, till):
    opened()
    till.window.turn("tickets")
    qtbot.waitUntil(lambda: till.window.alarm.known is not None)
    till.bring()
    qtbot.waitUntil(lambda: till.voice.said == ["loop"])
    assert till.window.alarm.isVisible()


def test_a_new_order_rings_over_the_till_and_hides_no_money(qtbot, opened, till):
    order = till.executed(type="booking")
    opened()
    qtbot.waitUntil(lambda: till.window.alarm.known is not None)
    till.window.settle([order.id])
    till.bring()
    qtbot.waitUntil(lambda: till.voice.said == ["loop"])
    assert till.window.toast.words.text() == "新订单"
    assert not till.window.alarm.isVisible()


def test_every_page_gives_a_picture(opened, till, tmp_path):
    from pos.ui.screens import screens

    opened()
    files = screens(till.window, tmp_path)
    assert [file.name for file in files] == ["orders.png", "tickets.png", "channels.png", "settings.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


def test_pages_are_turned_by_keys_too(qtbot, opened, till):
    from PySide6.QtCore import Qt

    opened()
    qtbot.keyClick(till.window, Qt.Key.Key_F2)
    assert till.window.pages["tickets"].isVisible()
    qtbot.keyClick(till.window, Qt.Key.Key_F1)
    assert till.window.pages["orders"].isVisible()


def test_a_search_from_another_page_shows_the_orders_and_keeps_the_keyboard(qtbot, opened, till):
    opened()
    till.window.turn("channels")
    till.window.header.search.setFocus()
    qtbot.keyClicks(till.window.header.search, "04")
    assert till.window.pages["orders"].isVisible()
    assert till.window.header.search.text() == "04"


def test_a_card_is_said_to_those_who_cannot_see_it(qtbot, opened, till):
    from pos.ui.parts.rows import SPOKEN

    order = till.bring()
    opened()
    rows = till.window.pages["orders"].lanes[0].cards.rows
    qtbot.waitUntil(lambda: rows.rowCount() == 1)
    said = rows.data(rows.index(0), SPOKEN)
    assert said.startswith(f"{order.number}, 10:00, 外送")
    assert "宫保鸡丁" in said


def test_a_ticket_that_came_out_can_be_printed_again_from_its_paper(qtbot, opened, till, tap, press):
    till.executed()
    job = till.store.do(spool.claim, WORKER, "kitchen", False).result()
    till.store.do(spool.printed, WORKER, job, "process-id").result()
    opened()
    page = till.window.pages["tickets"]
    till.window.turn("tickets")
    press(page, "all")
    qtbot.waitUntil(lambda: states(page) == ["printed"])
    tap(page.list, job.id)
    press(till.window, "reprint")
    qtbot.waitUntil(lambda: states(page) == ["queued", "printed"])
    assert page.list.rows.rows[0].row.mark == "reprint"


def test_a_record_that_cannot_be_read_is_shown_as_it_came(qtbot, opened, till, tap):
    from PySide6.QtWidgets import QLabel

    from pos.actions import intake
    from sync.messages import Unreadable

    broken = Unreadable("r0099", "no items", '{"odd": "<b>thing</b>"}')
    till.store.do(intake.receive, Who("fankahui", "channel"), "fankahui", broken).result()
    opened()
    page = till.window.pages["channels"]
    till.window.turn("channels")
    notices = lambda: [line for line in page.tasks.rows.rows if getattr(line, "sentence", False)]  # noqa: E731
    qtbot.waitUntil(lambda: len(notices()) == 1)
    assert "r0099" in notices()[0].title
    tap(page.tasks, notices()[0].id)
    [sheet] = till.window.findChildren(Sheet)
    assert broken.raw in [each.text() for each in sheet.findChildren(QLabel)]
    sheet.close()
    tap(page.tasks, notices()[0].id, "seen")
    qtbot.waitUntil(lambda: notices() == [])


def test_a_change_of_language_does_not_ring_again(qtbot, opened, till):
    order = till.bring()
    opened()
    qtbot.waitUntil(lambda: till.voice.said == ["loop"])
    till.window.alarm.acted()
    till.window.dress("en_US", False)
    fresh = till.window.pages["orders"]
    qtbot.waitUntil(lambda: [card.id for card in fresh.lanes[0].cards.rows.rows] == [order.id])
    assert till.voice.said == ["loop", "stop"]


def test_a_ticket_says_how_it_is_known_and_for_whom_its_printer_stood_in(opened, till):
    from pos.store import backlog
    from pos.ui.tickets import ticket_line

    till.executed()
    job = till.store.do(spool.claim, WORKER, "kitchen", False).result()
    till.store.do(spool.printed, WORKER, job, "gs-r").result()
    [row] = till.store.ask(backlog.tickets)
    words = opened().desk.words
    assert words.say("evidence.gs-r") in ticket_line(words, row).sub
    stood_in = ticket_line(words, row._replace(taken_by="front"))
    assert words.say("spool.stands_in_for", name="kitchen") in stood_in.sub


def test_a_ticket_that_its_printer_holds_for_want_of_paper_says_so(qtbot, opened, till):
    from printing.ports import PrinterHealth

    till.executed()
    till.store.do(spool.claim, WORKER, "kitchen", False).result()
    till.store.do(spool.health, WORKER, "kitchen", PrinterHealth("needs_you", "paper_out")).result()
    opened()
    page = till.window.pages["tickets"]
    till.window.turn("tickets")
    qtbot.waitUntil(lambda: states(page) == ["sending"])
    words = till.desk.words
    assert page.list.rows.rows[0].error == words.say("spool.held", why=words.cause("paper_out"))


def test_a_paper_is_made_larger_and_smaller(qtbot, opened, till, tap, press):
    from PySide6.QtWidgets import QLabel

    till.executed()
    opened()
    page = till.window.pages["tickets"]
    till.window.turn("tickets")
    qtbot.waitUntil(lambda: states(page) == ["queued"])
    tap(page.list, page.list.rows.rows[0].id)
    qtbot.waitUntil(lambda: till.window.findChild(QLabel, "ticket_paper") is not None)
    paper = till.window.findChild(QLabel, "ticket_paper")
    whole = paper.pixmap().width()
    press(till.window, "larger")
    assert paper.pixmap().width() > whole
    press(till.window, "smaller")
    press(till.window, "smaller")
    assert paper.pixmap().width() < whole


def test_a_copy_that_was_asked_for_is_seen_from_where_it_is_said(qtbot, opened, till, tap, press):
    from PySide6.QtWidgets import QLabel

    till.executed()
    job = till.store.do(spool.claim, WORKER, "kitchen", False).result()
    till.store.do(spool.printed, WORKER, job, "gs-r").result()
    opened()
    page = till.window.pages["tickets"]
    till.window.turn("tickets")
    press(page, "all")
    qtbot.waitUntil(lambda: states(page) == ["printed"])
    tap(page.list, job.id, "reprint")
    qtbot.waitUntil(till.window.toast.isVisible)
    press(till.window.toast, "undo")
    qtbot.waitUntil(lambda: till.window.findChild(QLabel, "ticket_paper") is not None)


def test_the_receipt_is_seen_from_where_the_deal_is_said_to_be_closed(qtbot, opened, till, press):
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QLabel

    order = till.executed()
    opened()
    till.window.settle([order.id])
    page = till.window._root.currentWidget()
    qtbot.waitUntil(lambda: page.till.due > 0)
    qtbot.keyClicks(page, "100")
    qtbot.waitUntil(page.purse.finish.isEnabled)
    qtbot.mouseClick(page.purse.finish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(till.window.toast.isVisible)
    press(till.window.toast, "undo")
    qtbot.waitUntil(lambda: till.window.findChild(QLabel, "ticket_paper") is not None)
