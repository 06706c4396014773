"""What holds more than one thing of a channel: words in a list, words to words, several of several."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from pos.ui.channels.inputs import Text, plus
from pos.ui.channels.keys import Key
from pos.ui.parts import fields, icons
from pos.ui.parts.flow import Flow
from pos.ui.parts.overlays import counter_around
from pos.ui.parts.pick import opens, pick
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, clear, column, dropper, label, row
from pos.words import Words


class Chosen(fields.Choice):
    """Several of several, as a list."""

    @property
    def value(self) -> Any:
        """All that are chosen."""
        return list(self.chosen)


class WordList(QWidget):
    """Words in their order, each with a cross that takes it out, and a line for one more."""

    changed = Signal()

    def __init__(self, theme: Theme, words: Words, name: str, value: Sequence[str]) -> None:
        super().__init__()
        self._theme, self._words, self._value = theme, words, list(value)
        self._chips = Flow(gap=theme.mm(2))
        self.more = Text(f"{name}_more")
        self.more.setPlaceholderText(words.say("channels.add_word"))
        self.more.returnPressed.connect(self._add)
        more = plus(theme, words, self._add, f"{name}_add")
        self.setLayout(column(self._chips, row(self.more, more, gap=theme.mm(2)), gap=theme.mm(2)))
        self._show()

    @property
    def value(self) -> Any:
        """The words, and what stands in the line: nobody has to know that it is not in yet."""
        typed = self.more.value
        return [*self._value, *([typed] if typed and typed not in self._value else [])]

    def _add(self) -> None:
        self._value = self.value
        self.more.clear()
        self._show()
        self.changed.emit()

    def _drop(self, word: str) -> None:
        self._value.remove(word)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        clear(self._chips)
        for word in self._value:
            chip = button(word, partial(self._drop, word), name=f"drop_{word}")
            chip.setIcon(icons.icon("cross", self._theme.color("quiet"), self._theme.px(16)))
            chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            chip.setAccessibleName(self._words.say("channels.drop", what=word))
            self._chips.addWidget(chip)


class WordMap(QWidget):
    """Words to words, row by row: what is here, what is there; with `fixed` words only what is there."""

    changed = Signal()

    def __init__(
        self, theme: Theme, words: Words, key: Key, value: Mapping[str, str], called: Callable[[str], str]
    ) -> None:
        super().__init__()
        self._theme, self._words, self._key, self._called = theme, words, key, called
        self._rows: list[tuple[Text, Text | Pick]] = []
        self._box = column(gap=theme.mm(2))
        self._plus = plus(theme, words, self._add, f"{key.name}_add")
        self._plus.setHidden(bool(key.fixed))
        self.setLayout(column(self._box, row(self._plus, None), gap=theme.mm(2)))
        given = {word: str(value.get(word, "")) for word in key.fixed} if key.fixed else dict(value)
        for here, there in given.items():
            self._put(here, there)

    @property
    def value(self) -> Any:
        """All rows in which both sides are said."""
        return {here.value: there.value for here, there in self._rows if here.value and there.value}

    def _add(self) -> None:
        self._put("", "")
        self._rows[-1][0].setFocus()

    def _put(self, here: str, there: str) -> None:
        place, say, gap = len(self._rows), self._words.say, self._theme.mm(2)
        left, right = Text(f"{self._key.name}_from_{place}", here), self._right(place, there)
        left.setPlaceholderText(say("channels.map_from"))
        left.changed.connect(self.changed)
        right.changed.connect(self.changed)
        arrow = label()
        size = self._theme.px(18)
        arrow.setPixmap(icons.icon("forward", self._theme.color("quiet"), size).pixmap(QSize(size, size)))
        shown: QWidget = left
        if self._key.fixed:
            left.hide()
            shown = label(self._called(here))
        whole = QWidget()
        drop = dropper(self._theme, partial(self._drop, whole, left), f"{self._key.name}_drop_{place}")
        drop.setAccessibleName(say("channels.drop", what=here))
        drop.setHidden(bool(self._key.fixed))
        line = row(shown, arrow, right, drop, gap=gap)
        line.setStretch(0, 1)
        line.setStretch(2, 1)
        whole.setLayout(line)
        left.setParent(whole)
        self._rows.append((left, right))
        self._box.addWidget(whole)

    def _right(self, place: int, there: str) -> Text | Pick:
        name = f"{self._key.name}_to_{place}"
        if self._key.options:
            offered = [(option, self._called(option)) for option in self._key.options]
            return Pick(self._theme, self._words, name, offered, there)
        made = Text(name, there)
        made.setPlaceholderText(self._words.say("channels.map_to"))
        return made

    def _drop(self, whole: QWidget, left: Text) -> None:
        self._rows = [pair for pair in self._rows if pair[0] is not left]
        self._box.removeWidget(whole)
        whole.hide()
        whole.deleteLater()
        self.changed.emit()


class Pick(QPushButton):
    """One of several, chosen from a list that lies over the counter."""

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        words: Words,
        name: str,
        offered: Sequence[tuple[str, str]],
        value: str,
        title: str = "",
    ) -> None:
        super().__init__()
        self._theme, self._words, self._offered = theme, words, dict(offered)
        self._title = title or words.say("channels.map_to")
        self.value: Any = value
        self.setObjectName(name)
        self.setProperty("kind", "row")
        opens(theme, self)
        self.clicked.connect(lambda _checked=False: self._ask())
        self._say()

    def _say(self) -> None:
        self.setText(self._offered.get(self.value, "") or self._words.say("settings.other"))

    def _ask(self) -> None:
        offered = list(self._offered.items())
        pick(counter_around(self), self._theme, self._words, self._title, offered, self._take)

    def _take(self, value: Any) -> None:
        self.value = value
        self._say()
        self.changed.emit()
