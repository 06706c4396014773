"""The line above everything: shop, day and time, search, how channels and printers are, and who is here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from pos.ui.parts import icons
from pos.ui.parts.theme import Theme
from pos.ui.parts.wellness import Wellness
from pos.ui.parts.widgets import Chip, chip_width, label, row
from pos.words import Words

#: Which chips stay longest where there is little room.
_URGENCY = {"needs_you": 0, "waiting": 1, "well": 2}


class Search(QLineEdit):
    """Where a number is typed or scanned; Esc empties it."""

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self.setPlaceholderText(words.say("header.search"))
        self.setAccessibleName(words.say("do.search"))
        glass = icons.icon("search", theme.color("quiet"), theme.px(18))
        self.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        self.setMaxLength(80)
        self.setMinimumWidth(theme.mm(36))
        self.setMaximumWidth(theme.mm(76))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc: empty, and back to the page."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
            return
        super().keyPressEvent(event)


class ChipBar(QWidget):
    """As many chips as there is room for; what is well is counted first when there is little."""

    tapped = Signal(str)

    def __init__(self, theme: Theme, words: Words) -> None:
        super().__init__()
        self._theme, self._words = theme, words
        self._all: list[Wellness] = []
        self._shown: list[Wellness] = []
        self._chips: list[Chip] = []
        self._box: QHBoxLayout = row(None, gap=theme.mm(3))
        self.setLayout(self._box)
        self.setMinimumWidth(theme.mm(12))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_chips(self, chips: Sequence[Wellness]) -> None:
        """Show how everything is, what needs a person nearest to the edge."""
        self._all = sorted(chips, key=lambda chip: -_URGENCY[chip.state])
        self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose again what fits."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        shown = next(fit for fit in self._ways() if self._needed(fit) <= self.width() or len(fit) <= 1)
        if shown == self._shown:
            return
        self._shown = shown
        for place in range(len(self._chips), len(shown)):
            self._add_chip(place)
        for place, chip in enumerate(self._chips):
            if place < len(shown):
                chip.say(shown[place].text, shown[place].state)
            chip.setVisible(place < len(shown))
        # Laid out only after it was painted, all of it would be painted twice.
        self._box.activate()

    def _add_chip(self, place: int) -> None:
        chip = Chip(self._theme, "")
        chip.clicked.connect(partial(self._tap, place))
        self._chips.append(chip)
        self._box.addWidget(chip)

    def _ways(self) -> Iterator[list[Wellness]]:
        """Yield the ways to show them, from every one by name to all in one."""
        yield self._all
        for merged in range(2, len(self._all) + 1):
            yield [self._merged(self._all[:merged]), *self._all[merged:]]

    def _merged(self, chips: Sequence[Wellness]) -> Wellness:
        worst = chips[-1]
        text = self._words.say("header.well", n=len(chips)) if worst.state == "well" else f"+{len(chips)}"
        return Wellness("", text, worst.state, worst.page)

    def _needed(self, chips: Sequence[Wellness]) -> int:
        widths = [chip_width(self._theme, chip.text) for chip in chips]
        return sum(widths) + self._theme.mm(3) * max(0, len(widths) - 1)

    def _tap(self, place: int, _checked: bool = False) -> None:
        self.tapped.emit(self._shown[place].page)


class Header(QWidget):
    """The header. `typed` and `entered` carry the search, `page` a page to turn to; `menu` asks for it."""

    typed = Signal(str)
    entered = Signal(str)
    page = Signal(str)
    menu = Signal()

    def __init__(self, theme: Theme, words: Words, shop: str, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._words, self._now = words, clock
        self.time = label("", "quiet")
        self.search = Search(theme, words)
        self.search.textChanged.connect(self.typed)
        self.search.returnPressed.connect(lambda: self.entered.emit(self.search.text().strip()))
        self.chips = ChipBar(theme, words)
        self.chips.tapped.connect(self.page)
        self.person = Chip(theme, "", icon="person")
        self._theme = theme
        edge = theme.mm(4)
        name = label(shop, "head")
        self._line = row(
            name, self.time, self.search, self.chips, self.person, gap=theme.mm(3), margins=(edge, 0, edge, 0)
        )
        self._line.setStretchFactor(self.search, 2)
        self._line.setStretchFactor(self.chips, 5)
        self.setLayout(self._line)
        self.setFixedHeight(theme.mm(14))
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self.show_time)
        self._tick.start()
        self.person.clicked.connect(lambda _checked=False: self.menu.emit())
        self.show_time()

    def show_time(self) -> None:
        """Show day and time on the shop's clock."""
        now = self._now()
        self.time.setText(f"{self._words.day(now)} {self._words.clock(now)}")

    def show_person(self, name: str) -> None:
        """Show who is signed in."""
        self.person.say(name)
