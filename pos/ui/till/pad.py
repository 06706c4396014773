"""The numpad of the till: digits, exact, the next notes, and what is typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QPushButton, QSizePolicy, QWidget

from pos.ui.parts import icons
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import Figure, button, clear, column, framed, label, restyle, row
from pos.ui.till.till import Till
from pos.words import Words

#: The keys, row by row; the fourth column is made of what may be given next.
KEYS = (("7", "8", "9"), ("4", "5", "6"), ("1", "2", "3"), ("0", "00", "."))

#: The width of a key, and of the pad with all its gaps (mm).
KEY, PAD = 30, 139

#: How long the field shows that it rang (milliseconds).
RINGING = 300


class Pad(QWidget):
    """Types into a till. `asked` carries the till as it would be, or None for what cannot be typed."""

    asked = Signal(object)

    def __init__(self, theme: Theme, words: Words, till: Till) -> None:
        super().__init__()
        self._theme, self._words, self.till = theme, words, till
        self._offered: tuple[object, ...] = ()
        self._fills: list[QPushButton] = []
        gap, edge = theme.mm(2.5), theme.mm(3.5)
        self._caption, self._figure = label("", "quiet"), Figure(theme)
        self.field = framed("field", row(self._caption, self._figure, gap=edge, margins=(edge, 0, edge, 0)))
        self.field.setFixedHeight(theme.mm(17))
        self._plus, self._grid = row(gap=gap), QGridLayout()
        self._grid.setSpacing(gap)
        self._lay_keys()
        box = column(self.field, self._plus, self._grid, gap=gap, margins=(edge, edge, edge, edge))
        box.setStretch(2, 1)
        self.setLayout(box)
        self._ringing = QTimer(self)
        self._ringing.setSingleShot(True)
        self._ringing.timeout.connect(self._rang)

    def press(self, key: str) -> None:
        """Type a key: a digit, `00`, `.` or `back`."""
        self.asked.emit(self.till.press(key))

    def show_till(self, till: Till) -> None:
        """Show what is typed, and offer what may be given next."""
        words, self.till = self._words, till
        self._caption.setText(words.say("settle.given", method=words.method(till.method)))
        self._figure.say(till.figure or "0")
        self.setEnabled(bool(till.due))
        offered = (till.currency, till.rest)
        if offered != self._offered:
            self._offered = offered
            self._offer_fills()
            self._offer_plus()

    def ring(self) -> None:
        """Ring, and let it be seen: what was typed cannot be."""
        QApplication.beep()
        restyle(self.field, ringing=True)
        self._ringing.start(RINGING)

    def _rang(self) -> None:
        restyle(self.field, ringing=False)

    def _lay_keys(self) -> None:
        for at, keys in enumerate(KEYS):
            for across, key in enumerate(keys):
                self._grid.addWidget(self._key(key, partial(self.press, key), f"key_{key}"), at, across)
        back, size = self._key("", partial(self.press, "back"), "key_back"), self._theme.px(30)
        back.setIcon(icons.icon("backspace", self._theme.color("ink"), size))
        back.setIconSize(QSize(size, size))
        self._grid.addWidget(back, 3, 3)

    def _offer_fills(self) -> None:
        words, till = self._words, self.till
        for fill in self._fills:
            fill.hide()
            fill.deleteLater()
        exact = f"{words.say('settle.exact')}\n{words.figure(till.rest, till.currency)}"
        self._fills = [self._key(exact, partial(self._fill, till.rest), "exact", "note")]
        for note in till.next_notes():
            text = words.money(note, till.currency)
            self._fills.append(self._key(text, partial(self._fill, note), f"note_{note}", "note"))
        for at, fill in enumerate(self._fills):
            self._grid.addWidget(fill, at, 3, 3 - at if fill is self._fills[-1] else 1, 1)

    def _offer_plus(self) -> None:
        clear(self._plus)
        for major in self.till.plus():
            plus = self._key(f"+{major:,}", partial(self._add, major), f"plus_{major}", "note")
            plus.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._plus.addWidget(plus)

    def _fill(self, amount: int) -> None:
        self.asked.emit(self.till.fill(amount))

    def _add(self, major: int) -> None:
        self.asked.emit(self.till.add(major))

    def _key(self, text: str, on: Callable[[], None], name: str, kind: str = "key") -> QPushButton:
        made = button(text, on, kind, name=name, keyed=False)
        made.setMinimumWidth(self._theme.mm(KEY))
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        return made
