"""The orders page does what its buttons say, and says what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QLineEdit

from pos.actions import deals, orders, spool
from pos.domain.payment import Amount
from pos.store.tx import Who
from pos.ui.board.cards import CardLook
from pos.ui.parts import paint
from pos.ui.parts.faces import channel
from pos.ui.parts.lists import State
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.words import LANGUAGES, Words

NEW, WAITING, KITCHEN = 0, 1, 2


def cards(till, lane):
    """Return the numbers of a lane's cards, from top to bottom."""
    return [card.number for card in till.window.pages["orders"].lanes[lane].cards.rows.rows]


def test_an_order_is_accepted_from_its_card(qtbot, opened, till, tap):
    order = till.bring()
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    tap(board.lanes[NEW].cards, order.id, "accept")
    qtbot.waitUntil(lambda: cards(till, KITCHEN) == [order.number])
    assert till.order(order.id).status.value == "executed"
    assert till.order(order.id).due_at == till.now() + timedelta(minutes=20)


def test_a_booking_that_was_accepted_can_be_taken_back(qtbot, opened, till, tap, press):
    order = till.bring(type="booking")
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    tap(board.lanes[NEW].cards, order.id, "accept")
    qtbot.waitUntil(lambda: cards(till, WAITING) == [order.number])
    qtbot.waitUntil(till.window.toast.action.isVisible)
    press(till.window, "undo")
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    assert till.order(order.id).status.value == "placed"


def test_an_order_that_was_fired_offers_no_undo(qtbot, opened, till, tap):
    order = till.bring()
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    tap(board.lanes[NEW].cards, order.id, "accept")
    qtbot.waitUntil(till.window.toast.isVisible)
    assert not till.window.toast.action.isVisible()


def test_an_order_is_rejected_with_a_reason_from_the_list(qtbot, opened, till, tap, press):
    order = till.bring()
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    tap(board.lanes[NEW].cards, order.id, "reject")
    press(till.window, "too_busy")
    qtbot.waitUntil(lambda: cards(till, NEW) == [])
    assert till.order(order.id).status.value == "rejected"


def test_an_order_is_rejected_in_words_of_ones_own(qtbot, opened, till, tap, press):
    order = till.bring()
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    tap(board.lanes[NEW].cards, order.id, "reject")
    [sheet] = till.window.findChildren(Sheet)
    qtbot.keyClicks(sheet.findChild(object, "own"), "no gas today")
    press(sheet, "sure")
    qtbot.waitUntil(lambda: till.order(order.id).status.value == "rejected")


@pytest.mark.parametrize(("can", "said"), [(True, "is told: rejected"), (False, "cannot be told")])
def test_a_sheet_that_asks_why_says_whether_the_service_will_hear_it(qtbot, opened, till, tap, can, said):
    shop = till.store.shop
    if not can:
        deaf = {name: replace(facts, tells=frozenset()) for name, facts in shop.channels.items()}
        till.store.serve(replace(shop, channels=deaf))
    order = till.bring()
    opened("en_US")
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    tap(board.lanes[NEW].cards, order.id, "reject")
    [sheet] = till.window.findChildren(Sheet)
    assert said in sheet.findChild(QLabel, "tells").text()


def test_a_reason_sheet_that_is_left_with_esc_rejects_nothing(qtbot, opened, till, tap):
    order = till.bring()
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    tap(board.lanes[NEW].cards, order.id, "reject")
    qtbot.keyClick(till.window.findChildren(Sheet)[-1], Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not till.window.findChildren(Sheet))
    assert till.order(order.id).status.value == "placed"


def test_a_refusal_is_said_in_words(qtbot, opened, till):
    order = till.bring(type="booking")
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: cards(till, NEW) == [order.number])
    stale = till.card(order.id)
    till.do(orders.cancel, order.id, "客人要求")
    board._acts.act(stale, "accept")
    qtbot.waitUntil(till.window.toast.isVisible)
    said = till.window.toast.words.text()
    assert order.number in said
    assert "已取消" in said


def test_a_command_that_was_already_true_is_said_kindly(qtbot, opened, till):
    order = till.bring(type="booking")
    opened()
    stale = till.card(order.id)
    till.do(orders.accept, order.id)
    till.window.pages["orders"]._acts.act(stale, "accept")
    qtbot.waitUntil(till.window.toast.isVisible)
    assert till.window.toast.words.text() == f"{order.number} 本来就是这样"
    assert not till.window.toast.action.isVisible()


def test_an_unknown_ticket_is_answered_on_its_card(qtbot, opened, till, tap):
    order = till.executed()
    worker = Who("kitchen", "worker")
    job = till.store.do(spool.claim, worker, "kitchen", False).result()
    till.store.do(spool.unknown, worker, job, "the line broke").result()
    opened()
    view = till.window.pages["orders"].lanes[KITCHEN].cards
    qtbot.waitUntil(lambda: bool(view.rows.rows) and view.rows.rows[0].question is not None)
    targets = view.look.targets(view.box(order.id), view.rows.rows[0])
    assert set(targets) == {"look", "answer_yes", "answer_no"}
    assert min(min(box.width(), box.height()) for box in targets.values()) >= till.window.theme.mm(12)
    assert "K-0001 打出来了吗" in view.look.said(view.rows.rows[0])
    tap(view, order.id, "look")
    qtbot.waitUntil(lambda: bool(till.window.findChildren(Sheet)))
    till.window.findChildren(Sheet)[-1].close()
    tap(view, order.id, "answer_yes")
    qtbot.waitUntil(lambda: view.rows.rows[0].question is None)


def test_enter_never_answers_a_question(qtbot, opened, till):
    order = till.executed()
    worker = Who("kitchen", "worker")
    job = till.store.do(spool.claim, worker, "kitchen", False).result()
    till.store.do(spool.unknown, worker, job, "the line broke").result()
    opened()
    view = till.window.pages["orders"].lanes[KITCHEN].cards
    qtbot.waitUntil(lambda: bool(view.rows.rows))
    assert view.look.primary(till.card(order.id)) == ""


def test_an_order_paid_online_is_handed_over_with_one_tap(qtbot, opened, till, tap):
    order = till.executed(payment="paid", payment_type="weixin")
    opened()
    view = till.window.pages["orders"].lanes[KITCHEN].cards
    qtbot.waitUntil(lambda: bool(view.rows.rows))
    tap(view, order.id, "hand_over")
    qtbot.waitUntil(lambda: view.rows.rows == [])
    assert till.order(order.id).status.value == "paid"


def test_the_lanes_are_worked_by_keys_alone(qtbot, opened, till):
    first, second = till.bring(type="booking"), till.bring(type="booking")
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: len(cards(till, NEW)) == 2)
    board.setFocus()
    qtbot.keyClick(board, Qt.Key.Key_Down)
    qtbot.keyClick(board, Qt.Key.Key_Down)
    assert board.detail.order_id == second.id
    qtbot.keyClick(board, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cards(till, WAITING) == [second.number])
    qtbot.keyClick(board, Qt.Key.Key_Escape)
    assert board.detail.order_id is None
    assert cards(till, NEW) == [first.number]


def test_a_scanned_sequence_number_opens_its_order(qtbot, opened, till):
    order = till.bring()
    till.bring()
    opened()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: len(cards(till, NEW)) == 2)
    board.setFocus()
    first, *rest = order.sequence_number
    qtbot.keyClicks(board, first)
    search = till.window.header.search
    assert search.hasFocus()
    qtbot.keyClicks(search, "".join(rest))
    qtbot.keyClick(search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: board.detail.order_id == order.id)
    assert search.text() == ""


def test_what_is_typed_into_the_search_filters_the_cards(qtbot, opened, till, parts):
    till.bring(guest=parts.guest(name="李四"))
    other = till.bring(guest=parts.guest(name="王五"))
    opened()
    qtbot.waitUntil(lambda: len(cards(till, NEW)) == 2)
    till.window.header.search.insert("王五")
    assert cards(till, NEW) == [other.number]


def test_a_card_says_what_its_channel_does_not_know(till):
    from pos.ui.parts.faces import face
    from pos.words import Words

    order = till.accepted(type="booking")
    said = [mark.text for mark in face(Words("en_US", "Asia/Shanghai"), till.card(order.id)).marks]
    assert any("does not know yet" in text for text in said)


def test_done_orders_stand_behind_their_tab(qtbot, opened, till, press):
    order = till.bring()
    till.do(orders.reject, order.id, "菜品售完")
    opened()
    board = till.window.pages["orders"]
    press(board, "done_tab")
    qtbot.waitUntil(lambda: [row.number for row in board.done.rows.rows] == [order.number])
    press(board, "todo_tab")
    assert board.pages.currentIndex() == 0


def test_the_memo_is_the_first_thing_of_the_detail(qtbot, opened, till, parts):
    order = till.bring(memo=(parts.note("张三", "不要<b>辣</b>"),))
    opened()
    board = till.window.pages["orders"]
    board.choose(order.id)
    qtbot.waitUntil(lambda: _texts(board.detail, "memo") == ["不要<b>辣</b>"])


def test_a_delivery_is_accepted_with_the_minutes_that_were_chosen(qtbot, opened, till, press):
    order = till.bring()
    opened()
    till.window.alarm.acted()
    board = till.window.pages["orders"]
    board.choose(order.id)
    press(board.detail, "more")
    press(board.detail, "more")
    press(board.detail, "accept")
    qtbot.waitUntil(lambda: till.order(order.id).due_at == till.now() + timedelta(minutes=30))


def _texts(inside, role):
    from PySide6.QtWidgets import QLabel

    return [each.text() for each in inside.findChildren(QLabel) if each.property("role") == role]


def test_a_new_order_rings_until_someone_acts(qtbot, opened, till, press):
    opened()
    qtbot.waitUntil(lambda: till.window.pages["orders"].isVisible())
    assert till.voice.said == []
    till.bring()
    qtbot.waitUntil(till.window.alarm.isVisible)
    assert till.voice.said == ["loop"]
    header, alarm = till.window.header, till.window.alarm
    assert alarm.geometry().top() == header.geometry().bottom() + 1, "how printers are is seen meanwhile"
    assert alarm.geometry().bottom() == till.window.height() - 1
    press(till.window.alarm, "look")
    assert till.voice.said == ["loop", "stop"]
    assert not till.window.alarm.isVisible()


def test_an_order_that_was_accepted_by_itself_only_chimes(qtbot, opened, till):
    opened()
    alarm = till.window.alarm
    alarm._shop = lambda: SimpleNamespace(channels={"fankahui": SimpleNamespace(auto_accept=True)})
    qtbot.waitUntil(lambda: alarm.known is not None)
    order = till.bring()
    till.window.alarm.acted()
    till.voice.said.clear()
    alarm.known.discard(order.id)
    till.do(orders.accept, order.id)
    qtbot.waitUntil(lambda: "chime" in till.voice.said)


def test_a_number_that_several_orders_have_is_not_guessed(qtbot, opened, till, press):
    first = till.bring(sequence_number="77")
    second = till.bring(sequence_number="77")
    opened()
    till.window.alarm.acted()
    board = till.window.pages["orders"]
    qtbot.waitUntil(lambda: len(cards(till, NEW)) == 2)
    till.window.header.search.setText("77")
    qtbot.keyClick(till.window.header.search, Qt.Key.Key_Return)
    press(till.window, "found")
    qtbot.waitUntil(lambda: board.detail.order_id in (first.id, second.id))


def test_what_cannot_be_found_is_said(qtbot, opened, till):
    opened()
    till.window.header.search.setText("nothing")
    qtbot.keyClick(till.window.header.search, Qt.Key.Key_Return)
    qtbot.waitUntil(till.window.toast.isVisible)
    assert "nothing" in till.window.toast.words.text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minutes", [0, 6, 11, 140])
@pytest.mark.parametrize("wide", [250, 297, 340])
@pytest.mark.usefixtures("qapp")
def test_a_card_shows_its_channel_whatever_its_clock_says(till, monkeypatch, language, minutes, wide):
    card = till.card(till.bring().id)
    look = CardLook(
        Theme(language=language), Words(language), lambda: till.now() + timedelta(minutes=minutes)
    )
    written = []
    words = paint.words
    monkeypatch.setattr(paint, "words", lambda *args: (written.append(args[2]), words(*args)))
    picture = QPixmap(wide, look.height(card, wide))
    with QPainter(picture) as painter:
        look.paint(painter, picture.rect(), card, State(False, ""))
    assert sum(channel(Words(language), "fankahui") in each for each in written) == 1


def test_a_paid_order_shows_the_change_that_was_given(qtbot, opened, till):
    order = till.executed()
    till.do(deals.settle, [order.id], [Amount("cash", 10000)])
    opened("en_US")
    board = till.window.pages["orders"]
    board.choose(order.id)
    qtbot.waitUntil(
        lambda: any("Change CN¥56.00" in each.text() for each in board.detail.findChildren(QLabel))
    )


@pytest.mark.parametrize("density", [2.6, 3.5, 3.94, 4.0, 5.3, 9.0])
def test_what_is_typed_into_is_a_finger_high_on_every_screen(qtbot, density):
    theme = Theme(density=density)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setStyleSheet(theme.sheet())
    assert field.minimumSizeHint().height() >= 12 * density
