"""The counter's window: header, rail, pages; shown before anything heavy is imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLayout, QStackedWidget, QWidget

from pos.ui.header import Header
from pos.ui.menu import open_menu
from pos.ui.parts.overlays import Toast, close_sheets
from pos.ui.parts.theme import Theme, pixels_per_mm
from pos.ui.parts.widgets import RailButton, column, label, row
from pos.words import Words

if TYPE_CHECKING:
    from pos.store.rows import Card, Waiting
    from pos.ui.alarm import Voice
    from pos.ui.desk import Desk
    from pos.ui.order.acts import Acts

#: The pages in the rail: name, icon, and which counts of Waiting ask for a person.
PAGES = (
    ("orders", "orders", ("new_orders",)),
    ("tickets", "tickets", ("tickets",)),
    ("channels", "channels", ("letters", "attention")),
    ("settings", "settings", ()),
)


class Window(QWidget):
    """The counter. Built without a store; `serve` gives it one, and the pages come then.

    Language and light or dark are changed by building what is inside anew: a screen lives in one dress.
    """

    dressed = Signal(str, bool)
    painted = Signal()

    def __init__(
        self,
        shop: str,
        words: Words,
        *,
        dark: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        voice: Voice | None = None,
        density: float | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(shop)
        self._shop, self._words, self._clock, self._voice = shop, words, clock, voice
        density = density or pixels_per_mm(QGuiApplication.primaryScreen())
        self.theme = Theme(dark, density, words.language)
        self.desk: Desk | None = None
        self.pages: dict[str, QWidget] = {}
        self._root = QStackedWidget()
        layout = column(self._root)
        # The screen sets the size, not words.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setLayout(layout)
        self._painted = False
        self._inside: list[QWidget] = []
        self._heard: set[UUID] | None = None
        self._build()

    def serve(self, desk: Desk) -> None:
        """Take a desk: from now on the pages show what is in the store."""
        self.desk = desk
        desk.said.connect(self.say)
        desk.told.connect(self.say)
        self._open_pages(desk)

    def glance(self, cards: Sequence[Card], painted: Callable[[], object]) -> None:
        """Show the board as it was last written, until a desk is served; call `painted` once it is seen."""
        from pos.ui.board.lanes import Glance

        if self.desk is not None:
            painted()
            return
        shown = Glance(self.theme, self._words, self._clock)
        shown.painted.connect(painted)
        self._stack.addWidget(shown)
        self._stack.setCurrentWidget(shown)
        shown.show_cards(cards)

    def dress(self, language: str, dark: bool) -> None:
        """Change language and light or dark at once, staying on the page and the order."""
        page, chosen = self.page(), self._chosen()
        self._words = replace(self._words, language=language)
        self.theme = replace(self.theme, dark=dark, language=language)
        if self.desk is not None:
            self.desk.words = self._words
            self._heard = self.alarm.known
        self._build()
        if self.desk is not None:
            self._open_pages(self.desk, chosen)
        self.turn(page)
        self.dressed.emit(language, dark)

    def turn(self, page: str, _checked: bool = False) -> None:
        """Turn to a page by its name; what was asked over another is asked no more."""
        close_sheets(self)
        self._mark(page)
        if page in self.pages:
            self._stack.setCurrentWidget(self.pages[page])
            self.pages[page].setFocus()

    def _mark(self, page: str) -> None:
        for name, tab in self.rail.items():
            tab.setChecked(name == page)

    def page(self) -> str:
        """Return the name of the page that is shown."""
        return next((name for name, tab in self.rail.items() if tab.isChecked()), "orders")

    def say(self, text: str, back: Callable[[], object] | None = None, what: str = "undo") -> None:
        """Say something at the foot of the window, with Undo (or `what`) where it leads somewhere."""
        self.toast.say(text, self._words.say(f"do.{what}") if back else "", back)

    def say_bug(self) -> None:
        """Tell that something of the counter itself did not work, and that nothing is lost by it."""
        self.say(self._words.say("board.bug"))

    def show_failure(self, why: str) -> None:
        """Show, in place of the pages, why the counter cannot be opened."""
        words = label(why, "strong", wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        edge = self.theme.mm(12)
        title = label(self._words.say("board.not_opened"), "title", "red", wrap=True)
        page = QWidget()
        page.setLayout(column(None, title, words, None, gap=self.theme.mm(4), margins=(edge,) * 4))
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)

    def be_quiet(self) -> None:
        """Let the voice end."""
        if self._voice is not None:
            self._voice.close()

    def settle(self, order_ids: list[UUID]) -> None:
        """Open the till over these orders."""
        from pos.ui.till.settle import Settle

        assert self.desk is not None  # only a page of the desk's asks for it
        self.toast.hide()  # an Undo over the keys would be pressed for a figure
        page = Settle(self.desk, self.theme, order_ids)
        page.left.connect(partial(self._leave, page))
        page.closed.connect(partial(self._papers.offer_receipt, self.say))
        self._root.addWidget(page)
        self._root.setCurrentWidget(page)
        page.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell, once, that the first frame stands."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1, F2 … turn pages; a digit that no screen took, typed or scanned, begins a search."""
        board = self.pages.get("orders")
        if Qt.Key.Key_F1 <= event.key() < Qt.Key.Key_F1 + len(PAGES):
            self.turn(PAGES[event.key() - Qt.Key.Key_F1][0])
            return
        if board is not None and board.isVisible() and event.text().isdigit():
            self.header.search.setFocus()
            self.header.search.insert(event.text())
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        self.setFont(self.theme.font())
        self.setPalette(self.theme.palette())
        self.setStyleSheet(self.theme.sheet())
        for old in self._inside:
            old.hide()
            old.deleteLater()
        self._front = self._main()
        self.toast = Toast(self, self.theme)
        self._root.addWidget(self._front)
        self._inside = [self._front, self.toast]

    def _main(self) -> QWidget:
        theme, words = self.theme, self._words
        self.header = Header(theme, words, self._shop, self._clock)
        self.header.page.connect(self.turn)
        self.header.menu.connect(self._open_menu)
        self.alert = label("", "alert", wrap=True)
        self.alert.hide()
        self.rail = {name: RailButton(theme, icon, words.say(f"rail.{name}")) for name, icon, _ in PAGES}
        for name, tab in self.rail.items():
            tab.clicked.connect(partial(self.turn, name))
        self.rail["orders"].setChecked(True)
        rail = QWidget()
        rail.setObjectName("rail")
        rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rail.setFixedWidth(theme.mm(20))
        around = (theme.mm(1), theme.mm(2), theme.mm(1), theme.mm(1))
        rail.setLayout(column(*self.rail.values(), None, gap=theme.mm(3), margins=around))
        self._stack = QStackedWidget()
        opening = label(words.say("board.loading"), "quiet")
        opening.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(opening)
        self.pages = {}
        main = QWidget()
        below = row(rail, self._stack)
        main.setLayout(column(self.header, self.alert, below))
        below.setStretch(1, 1)
        return main

    def _open_pages(self, desk: Desk, chosen: UUID | None = None) -> None:
        # Imported only now: the window must stand before SQLAlchemy and pydantic are read.
        from pos.ui.board.page import Board
        from pos.ui.channels.page import Channels
        from pos.ui.order.acts import Acts
        from pos.ui.order.papers import Papers
        from pos.ui.settings import Settings
        from pos.ui.tickets import Tickets

        self._papers = Papers(desk, self.theme, self._front)
        desk.queued.connect(partial(self._papers.offer_copy, self.say))
        acts = Acts(desk, self.theme, self)
        acts.setParent(self._front)
        acts.done.connect(self.say)
        acts.settle_wanted.connect(self.settle)
        board, channels = Board(desk, self.theme, acts), Channels(desk, self.theme)
        channels.order_wanted.connect(self.find_order)
        tickets, settings = Tickets(desk, self.theme), Settings(desk, self.theme)
        self.pages = {"orders": board, "tickets": tickets, "channels": channels, "settings": settings}
        for page in self.pages.values():
            self._stack.addWidget(page)
        self.turn("orders")
        self._listen(desk, acts)
        self._fill_frame(desk)
        if chosen is not None:
            board.choose(chosen)

    def _listen(self, desk: Desk, acts: Acts) -> None:
        """Ring for new orders until someone acts."""
        from pos.store import queries
        from pos.ui.alarm import Alarm
        from pos.ui.sound import Sound

        self._voice = self._voice or Sound()
        shop, voice = lambda: desk.shop, self._voice
        self.alarm = Alarm(self._front, self._stack, self.theme, self._words, shop, voice, self._heard)
        self.alarm.rang.connect(self._rang)
        self.alarm.look.connect(self.find_order)
        acts.touched.connect(self.alarm.acted)
        desk.watch(self.alarm, "orders", queries.board, self.alarm.hear, seen=self)

    def _fill_frame(self, desk: Desk) -> None:
        """Let header and rail say what they are for."""
        from pos.store import backlog, queries
        from pos.ui.finder import Finder
        from pos.ui.parts.faces import person

        finder = Finder(desk, self.theme, self, self._front)
        finder.found.connect(self._found)
        self.header.typed.connect(self._typed)
        self.header.entered.connect(finder.find)
        self.header.show_person(person(self._words, desk.who.name))
        health = partial(_health, backlog, desk)
        desk.watch(self._front, "orders tickets letters attention", queries.waiting, self._show_counts)
        desk.watch(self._front, "channels letters attention printers tickets", health, self._show_health)

    def _rang(self, text: str) -> None:
        if self._root.currentWidget() is not self._front:  # the banner would lie over the money
            self.say(text)

    def find_order(self, order_id: UUID) -> None:
        """Turn to an order."""
        self.turn("orders")
        self.pages["orders"].choose(order_id)  # type: ignore[attr-defined]  # it is the Board

    def _found(self, order_id: UUID) -> None:
        self.header.search.clear()
        self.find_order(order_id)

    def _chosen(self) -> UUID | None:
        board: Any = self.pages.get("orders")
        return board.detail.order_id if board is not None else None

    def _leave(self, page: QWidget) -> None:
        self._root.setCurrentWidget(self._front)
        self._root.removeWidget(page)
        page.deleteLater()
        self.turn(self.page())

    def _typed(self, text: str) -> None:
        """Show only cards that hold what is typed; the search keeps the keyboard."""
        board: Any = self.pages["orders"]
        board.filter(text)
        if text and self.page() != "orders":
            self._mark("orders")
            self._stack.setCurrentWidget(board)

    def _show_counts(self, waiting: Waiting) -> None:
        for name, _, counts in PAGES:
            self.rail[name].show_count(sum(getattr(waiting, count) for count in counts))

    def _show_health(self, found: tuple[list[Any], list[Any]]) -> None:
        from pos.ui.parts import wellness

        assert self.desk is not None  # it was asked
        channels, printers = found
        chips = [wellness.of_channel(self._words, each) for each in channels]
        chips += [wellness.of_printer(self._words, each) for each in printers]
        self.header.chips.show_chips(chips)
        line = wellness.deaf(self._words, self.desk.shop, printers)
        self.alert.setText(line)
        self.alert.setVisible(bool(line))

    def _open_menu(self) -> None:
        open_menu(self, self.theme, self._words, self.header.person.text(), self.dress)


def _health(backlog: Any, desk: Desk, read: Any) -> tuple[list[Any], list[Any]]:
    return backlog.channels(read, desk.shop), backlog.printers(read, desk.shop)
