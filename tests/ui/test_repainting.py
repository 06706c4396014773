"""What has not changed on the screen is neither measured nor drawn again."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from pos.actions import orders
from pos.ui.board.cards import KEPT, CardLook
from pos.ui.header import Header
from pos.ui.parts import paint
from pos.ui.parts.lists import State, TargetList
from pos.ui.parts.theme import Theme
from pos.ui.parts.wellness import Wellness
from pos.ui.parts.widgets import Chip
from pos.ui.window import Window
from pos.words import Words

pytestmark = pytest.mark.usefixtures("qapp")

PLAIN = State()
PRESSED = State(pressed="accept")


@pytest.fixture
def look(till):
    """How cards are drawn."""
    return CardLook(Theme(), Words("zh_CN"), till.now)


@pytest.fixture
def drawn(monkeypatch):
    """Every text that was drawn, in its order."""
    texts = []
    words = paint.words
    monkeypatch.setattr(paint, "words", lambda *args: (texts.append(args[2]), words(*args)))
    return texts


def picture(look, card, state=PLAIN, sharpness=1.0):
    """Return a card as it is seen."""
    box = QRect(0, 0, 297, look.height(card, 297))
    image = QImage(box.size() * sharpness, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(sharpness)
    with QPainter(image) as painter:
        look.paint(painter, box, card, state)
    return image


def test_a_card_that_looks_as_it_did_is_not_drawn_again(till, look, drawn):
    card = till.card(till.bring().id)
    first = picture(look, card)
    assert card.number in drawn
    drawn.clear()
    assert picture(look, till.card(card.id)) == first
    assert drawn == []


@pytest.mark.parametrize("sharpness", [1.0, 1.5, 2.0])
def test_a_card_is_drawn_as_sharp_as_its_screen_is(till, look, sharpness):
    card = till.card(till.bring().id)
    picture(look, card)
    there = picture(look, card, sharpness=sharpness)
    fresh = picture(CardLook(Theme(), Words("zh_CN"), till.now), card, sharpness=sharpness)
    assert there == fresh
    assert there.size() == fresh.size()


def test_a_card_is_drawn_again_when_its_order_its_clock_or_a_finger_moves(till, look, drawn):
    card = till.card(till.bring(type="booking").id)
    plain = picture(look, card)
    assert picture(look, card, PRESSED) != plain
    assert picture(look, card) == plain
    till.clock[0] += timedelta(minutes=6)
    drawn.clear()
    assert picture(look, card) != plain
    till.do(orders.accept, card.id)
    drawn.clear()
    picture(look, till.card(card.id))
    assert Words("zh_CN").say("do.check_in") in drawn


def test_no_more_cards_are_kept_than_can_be_seen(till, look, drawn):
    brought = [till.card(till.bring().id) for _ in range(KEPT + 1)]
    for card in brought:
        picture(look, card)
    drawn.clear()
    picture(look, brought[-1])
    assert drawn == []
    picture(look, brought[0])
    assert brought[0].number in drawn


def test_a_row_is_measured_once_until_it_or_the_width_changes(qtbot, till, look, monkeypatch):
    measured = []
    height = CardLook.height
    monkeypatch.setattr(CardLook, "height", lambda *args: (measured.append(args[1].id), height(*args))[1])
    view = TargetList(look)
    qtbot.addWidget(view)
    view.resize(297, 600)
    first, second = (till.card(till.bring().id) for _ in range(2))
    view.show_rows([first])
    view.show()
    qtbot.waitUntil(lambda: first.id in measured)
    view.box(first.id)
    measured.clear()
    view.show_rows([first, second])
    assert view.box(second.id).top() == view.box(first.id).height()
    assert measured == [second.id]
    view.show_rows([second])
    view.show_rows([first, second])
    assert view.box(first.id).height() == view.row_height(first)
    assert measured == [second.id, first.id]
    view.resize(340, 600)
    view.box(first.id)
    assert set(measured[2:]) == {first.id, second.id}


def test_rows_that_are_as_they_were_lay_nothing_out(qtbot, till, look, monkeypatch):
    view = TargetList(look)
    qtbot.addWidget(view)
    card = till.card(till.bring().id)
    view.show_rows([card])
    monkeypatch.delattr(type(view.rows), "show")
    view.show_rows([till.card(card.id)])
    assert view.rows.rows == [card]


def test_a_list_stays_where_it_was_scrolled_to_while_rows_come_and_go(qtbot, till, look):
    view = TargetList(look)
    qtbot.addWidget(view)
    view.resize(297, 400)
    brought = [till.card(till.bring().id) for _ in range(6)]
    view.show_rows(brought[:5])
    view.show()
    view.scrollToBottom()
    place = view.verticalScrollBar().value()
    assert place > 0
    view.show_rows(brought)
    assert view.verticalScrollBar().value() == place
    view.show_rows(brought[::-1])
    assert view.verticalScrollBar().value() == place


def test_the_banner_names_three_new_orders_and_counts_them_all(qtbot, opened, till):
    opened("en_US")
    alarm = till.window.alarm
    qtbot.waitUntil(lambda: alarm.known is not None)
    brought = [till.bring() for _ in range(4)]

    def said():
        return [each.text() for each in alarm.findChildren(QLabel) if each.isVisible() and each.text()]

    numbers = [order.number for order in brought]
    qtbot.waitUntil(lambda: alarm.isVisible() and any("4" in text for text in said()[:1]))
    assert [text for text in said() if text in numbers] == numbers[:3]
    for order in brought[:2]:
        till.do(orders.accept, order.id)
    qtbot.waitUntil(lambda: [text for text in said() if text in numbers] == numbers[2:])


@pytest.mark.parametrize("dark", [False, True])
def test_a_card_has_its_lanes_ground_around_it(qtbot, opened, till, dark):
    card = till.card(till.bring().id)
    opened(dark=dark)
    till.window.alarm.acted()
    lane = till.window.pages["orders"].lanes[0].cards
    qtbot.waitUntil(lambda: lane.box(card.id).isValid())
    box = lane.box(card.id)
    seen = till.window.grab(
        QRect(lane.viewport().mapTo(till.window, QPoint()), lane.viewport().size())
    ).toImage()
    assert seen.pixel(box.topLeft()) == seen.pixel(box.bottomLeft() + QPoint(0, 20))


class Paints(QObject):
    """Counts what is painted, by class and words."""

    def __init__(self):
        super().__init__()
        self.seen = Counter()

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            said = watched.text() if isinstance(watched, QAbstractButton) else ""
            self.seen[type(watched).__name__, said] += 1
        return False


@pytest.fixture
def paints(qapp):
    """Every paint of the program, while a test runs."""
    made = Paints()
    qapp.installEventFilter(made)
    yield made.seen
    qapp.removeEventFilter(made)


@pytest.fixture
def chips(qtbot, qapp):
    """Return a way to let the header say how channels are, with all that follows painted."""
    window = QWidget()
    header = Header(Theme(), Words("en_US"), "Shop", lambda: datetime(2026, 11, 20, 10, 42, tzinfo=UTC))
    header.setParent(window)
    window.resize(1366, 768)
    header.resize(1366, 56)
    qtbot.addWidget(window)
    window.show()

    def show(**words):
        header.chips.show_chips([Wellness(name, text, "well", name) for name, text in words.items()])
        qapp.processEvents()
        return header.chips

    yield show
    window.close()


@pytest.mark.parametrize("text", ["imweb 1", "imweb"])
def test_a_chip_that_changes_is_painted_once_and_the_others_are_not(chips, paints, text):
    chips(crema="crema", imweb="imweb · 1 waiting", front="front", kitchen="kitchen")
    paints.clear()
    chips(crema="crema", imweb=text, front="front", kitchen="kitchen")
    painted = {said: many for (kind, said), many in paints.items() if kind == "Chip"}
    assert (painted.pop(text), paints["ChipBar", ""], paints["Header", ""]) == (1, 1, 1)
    assert painted.keys() <= {"crema"}, "only what moves aside is drawn again"


def test_chips_that_are_as_they_were_are_not_painted_again(chips, paints):
    chips(crema="crema", imweb="imweb")
    paints.clear()
    chips(crema="crema", imweb="imweb")
    assert not paints


def test_a_chip_leads_to_the_page_of_what_it_says_now(qtbot, chips):
    bar = chips(crema="crema", imweb="imweb", kitchen="kitchen")
    bar = chips(kitchen="kitchen")
    seen = [chip for chip in bar.findChildren(Chip) if chip.isVisible()]
    assert [chip.text() for chip in seen] == ["kitchen"]
    with qtbot.waitSignal(bar.tapped) as tapped:
        qtbot.mouseClick(seen[0], Qt.MouseButton.LeftButton)
    assert tapped.args == ["kitchen"]


def test_the_first_glance_at_the_board_measures_each_card_once(qtbot, till, monkeypatch):
    measured = Counter()
    height = CardLook.height
    monkeypatch.setattr(
        CardLook, "height", lambda *args: (measured.update([args[1].number]), height(*args))[1]
    )
    cards = [till.card(till.bring().id) for _ in range(3)]
    window = Window("Shop", Words("zh_CN"), clock=till.now, density=4.0)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    with qtbot.waitCallback() as seen:
        window.glance(cards, seen)
    assert measured == {card.number: 1 for card in cards}
