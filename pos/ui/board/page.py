"""The orders page: what is left to do in three lanes, what is done behind a tab, and the chosen order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos.domain.shop import Shop
from pos.store import queries
from pos.store.rows import Card, Done
from pos.ui.board.cards import CardLook
from pos.ui.board.lanes import DETAIL, LaneColumn
from pos.ui.desk import Desk
from pos.ui.order.acts import Acts
from pos.ui.order.detail import Detail
from pos.ui.parts import icons, paint
from pos.ui.parts.faces import LANES, Lane, channel, dishes, lane_cards
from pos.ui.parts.lists import State, TargetList
from pos.ui.parts.overlays import slide
from pos.ui.parts.theme import BODY, STRONG, Theme
from pos.ui.parts.widgets import Empty, button, column, label, row
from pos.words import Words

#: The least a lane needs beside the detail before the detail becomes a sheet (mm).
LANE_LEAST = 58


class Board(QWidget):
    """The orders page."""

    def __init__(self, desk: Desk, theme: Theme, acts: Acts) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words, self._acts = desk, theme, desk.words, acts
        self._cards: list[Card] = []
        self._filter = ""
        self.lanes = [self._lane(lane) for lane in LANES]
        self.done = TargetList(DoneLook(theme, desk.words))
        self.done.chosen.connect(self._choose)
        self.detail = Detail(desk, theme, acts)
        self.detail.closed.connect(lambda: self.choose(None))
        self.pages = QStackedWidget()
        self.pages.addWidget(self._todo())
        self.pages.addWidget(self._done_page())
        self._root = row(self.pages, self.detail)
        self.setLayout(self._root)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._repaint_clocks)
        self._tick.start()
        desk.watch(self, "orders letters tickets deals", queries.board, self.show_cards)
        desk.watch(self.done, "orders deals", self._read_done, self._show_done)

    def choose(self, order_id: UUID | None) -> None:
        """Ring a card and show its order; None: none."""
        for lane in self.lanes:
            lane.cards.select(order_id)
        self.done.select(order_id)
        self.detail.choose(order_id)
        self.detail.follow(self._card(order_id))
        self._place_detail(opening=order_id is not None)

    def filter(self, text: str) -> None:
        """Show only cards that hold a text."""
        self._filter = text.strip().casefold()
        self._spread()

    def show_cards(self, cards: list[Card]) -> None:
        """Show the open orders."""
        self._cards = cards
        self._spread()
        self.detail.follow(self._card(self.detail.order_id))

    def show_done(self, done: bool) -> None:
        """Turn to what is done today, or back to what is to do."""
        self.pages.setCurrentIndex(1 if done else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk through the lanes, Enter does the primary action, Esc puts the detail away."""
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._walk(1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_Up | Qt.Key.Key_Down | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._current_list().keyPressEvent(event)
            case Qt.Key.Key_Escape:
                self.choose(None)
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the detail beside the lanes, or over them where they need the room."""
        super().resizeEvent(event)
        self._place_detail()

    def _lane(self, lane: Lane) -> LaneColumn:
        cards = TargetList(CardLook(self._theme, self._words, self._desk.clock))
        cards.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cards.chosen.connect(self._choose)
        cards.tapped.connect(self._acts.act)
        return LaneColumn(self._theme, self._words, lane, cards)

    def _todo(self) -> QWidget:
        page, gap = QWidget(), self._theme.mm(1.5)
        self.done_tab = button(
            self._words.say("board.done"), lambda: self.show_done(True), "tab", name="done_tab"
        )
        last = self.lanes[-1].head.layout()
        assert last is not None  # made with one
        self.done_tab.setIcon(icons.icon("forward", self._theme.color("quiet"), self._theme.px(18)))
        self.done_tab.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        last.addWidget(self.done_tab)
        page.setLayout(row(*self.lanes, gap=gap, margins=(gap, 0, gap, 0)))
        return page

    def _done_page(self) -> QWidget:
        page, words, gap = QWidget(), self._words, self._theme.mm(3)
        back = button(words.say("board.today"), lambda: self.show_done(False), "tab", name="todo_tab")
        self.done_count = label("", "badge", "done")
        head = row(label(words.say("board.done"), "head"), self.done_count, None, back, gap=self._theme.mm(2))
        empty = Empty(self._theme, "check", words.say("empty.done"), words.say("empty.done_hint"))
        self.done_stack = QStackedWidget()
        self.done_stack.addWidget(self.done)
        self.done_stack.addWidget(empty)
        page.setLayout(column(head, self.done_stack, margins=(gap, 0, gap, 0)))
        return page

    def _spread(self) -> None:
        cards = [card for card in self._cards if self._fits(card)]
        for lane in self.lanes:
            mine = lane_cards(lane.lane, cards)
            lane.show_cards(mine, self._hint(lane.lane, mine), searched=bool(self._filter))

    def _fits(self, card: Card) -> bool:
        if not self._filter:
            return True
        names = " ".join(name for name, _ in (*card.dishes, *card.back))
        return self._filter in " ".join((card.number, card.guest, card.address, card.table, names)).casefold()

    def _hint(self, lane: Lane, cards: Sequence[Card]) -> str:
        if lane.name != "waiting" or not cards:
            return ""
        return self._words.say("board.by_arrival")

    def _card(self, order_id: UUID | None) -> Card | None:
        return next((card for card in self._cards if card.id == order_id), None)

    def _choose(self, found: Card | Done) -> None:
        self._acts.touched.emit()
        self.choose(found.id)
        self.setFocus()

    def _current_list(self) -> TargetList:
        if self.pages.currentIndex():
            return self.done
        chosen = (lane.cards for lane in self.lanes if lane.cards.current() is not None)
        filled = (lane.cards for lane in self.lanes if lane.cards.rows.rows)
        return next(chosen, next(filled, self.lanes[0].cards))

    def _walk(self, by: int) -> None:
        lists = [lane.cards for lane in self.lanes if lane.cards.rows.rows]
        if not lists or self.pages.currentIndex():
            return
        here = self._current_list()
        place = lists.index(here) + (by if here.current() is not None else 0)
        self._choose(lists[place % len(lists)].rows.rows[0])

    def _read_done(self, read: Any) -> list[Done]:
        return queries.done_since(read, day_began(self._desk.shop, self._desk.clock()))

    def _show_done(self, done: list[Done]) -> None:
        self.done.show_rows(done)
        self.done_count.setText(str(len(done)))
        self.done_stack.setCurrentIndex(0 if done else 1)

    def _repaint_clocks(self) -> None:
        if not self.isVisible():
            return
        for lane in self.lanes:
            lane.cards.viewport().update()  # a list draws only the rows that are seen

    def _place_detail(self, opening: bool = False) -> None:
        theme = self._theme
        narrow = self.width() < theme.mm(DETAIL + 3 * LANE_LEAST)
        wide = min(theme.mm(DETAIL), self.width() - theme.mm(24))
        if narrow != self.detail.narrow:
            self.detail.narrow = narrow
            self._root.removeWidget(self.detail)
            if not narrow:
                self._root.addWidget(self.detail)
        self.detail.setFixedWidth(wide)
        if not narrow:
            self.detail.show()
            return
        was_hidden = self.detail.isHidden()
        self.detail.setVisible(self.detail.order_id is not None)
        self.detail.setGeometry(self.width() - wide, 0, wide, self.height())
        self.detail.raise_()
        if opening and was_hidden:
            slide(self.detail, self.width())


class DoneLook:
    """Finished orders, one line each."""

    def __init__(self, theme: Theme, words: Words) -> None:
        self._theme, self._words = theme, words

    def height(self, _row: Done, _width: int) -> int:
        """Return one finger's height and a gap."""
        return self._theme.mm(15.5)

    def targets(self, _box: QRect, _row: Done) -> Mapping[str, QRect]:
        """Nothing but the row itself."""
        return {}

    def primary(self, _row: Done) -> str:
        """Nothing is left to do."""
        return ""

    def said(self, row: Done) -> str:
        """Return what it was, how it ended and what it cost."""
        words = self._words
        parts = (words.say(f"status.{row.status}"), dishes(words, row.dishes, row.back))
        return ", ".join((row.number, *parts, words.money(row.total, row.currency)))

    def paint(self, painter: QPainter, box: QRect, row: Done, state: State) -> None:
        """Draw number, what it was, how it ended, what it cost and when."""
        theme, words = self._theme, self._words
        card = box.adjusted(2, theme.mm(0.75), -2, -theme.mm(0.75))
        edge = theme.color("new" if state.chosen else "line")
        paint.plate(painter, card, theme.mm(2.5), theme.color("surface"), edge)
        tone = "done" if row.status == "paid" else "red"
        ends = self._ends(painter, card.adjusted(theme.mm(4), 0, -theme.mm(4), 0), row, tone)
        line = card.adjusted(theme.mm(4), 0, -theme.mm(6) - ends, 0)
        number = theme.font(STRONG + 3, bold=True)
        paint.words(painter, line, row.number, number, theme.color("ink"))
        line.setLeft(line.left() + paint.width(number, row.number) + theme.mm(4))
        kind = words.say("board.dot").join((words.say(f"type.{row.type}"), channel(words, row.channel)))
        quiet = theme.font(BODY - 1)
        paint.words(painter, line, kind, quiet, theme.color("quiet"))
        line.setLeft(line.left() + max(theme.mm(32), paint.width(quiet, kind) + theme.mm(4)))
        paint.words(painter, line, dishes(words, row.dishes, row.back), theme.font(BODY), theme.color("ink"))

    def _ends(self, painter: QPainter, line: QRect, row: Done, tone: str) -> int:
        theme, words = self._theme, self._words
        paint.words(
            painter, line, words.clock(row.closed_at), theme.font(BODY), theme.color("quiet"), paint.RIGHT
        )
        line.setRight(line.right() - theme.mm(14))
        total = words.money(row.total, row.currency)
        paint.words(painter, line, total, theme.font(BODY, bold=True), theme.color("ink"), paint.RIGHT)
        line.setRight(line.right() - theme.mm(26))
        status = words.say(f"status.{row.status}")
        font = theme.font(BODY - 1, bold=True)
        paint.words(painter, line, status, font, theme.color(tone), paint.RIGHT)
        return theme.mm(40) + paint.width(font, status)


def day_began(shop: Shop, now: datetime) -> datetime:
    """Return when the shop's present business day began (UTC)."""
    local = shop.local(now)
    began = local.replace(hour=shop.day_starts.hour, minute=shop.day_starts.minute, second=0, microsecond=0)
    return (began if began <= local else began - timedelta(days=1)).astimezone(UTC)
