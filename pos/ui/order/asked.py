"""What a service asks for with a move, as fields: each shown only beside what it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from pos.domain.order import Line
from pos.domain.shop import Ask, ChannelFacts
from pos.ui.parts.faces import sentence
from pos.ui.parts.fields import Choice, Field, Option, line_edit
from pos.ui.parts.pick import opens, pick
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, label, row
from pos.words import Words

#: More codes than this are not laid out but searched through.
LAID_OUT = 12


def codes(words: Words, facts: ChannelFacts, choices: str) -> list[Option]:
    """Return a service's codes of a list, each as people say it."""
    known = facts.choices.get(choices, {})
    return [(code, words.choice(choices, code, name)) for code, name in known.items()]


def caption(words: Words, field: str) -> str:
    """Return what stands over a field."""
    return sentence(words.say(f"field.{field}"))


class Searched(QWidget):
    """One of many codes: a button that says which, and opens the list. `changed` comes when one was taken."""

    changed = Signal()

    def __init__(
        self, host: QWidget, theme: Theme, words: Words, title: str, offered: Sequence[Option], none: str
    ) -> None:
        super().__init__()
        self._host, self._theme, self._words = host, theme, words
        self._title = title
        self._offered = [("", none), *offered] if none else list(offered)
        self.value: Hashable = ""
        self._button = button("", self._open, "row", name="search")
        opens(theme, self._button)
        self.setLayout(column(self._button))
        self.take("")

    def take(self, value: Hashable) -> None:
        """Let this be the one; a value that is not offered is none."""
        said = dict(self._offered)
        self.value = value if value in said else ""
        self._button.setText(said.get(self.value) or self._words.say("deal_with.choose"))

    def _open(self) -> None:
        pick(self._host, self._theme, self._words, self._title, self._offered, self._taken)

    def _taken(self, value: Hashable) -> None:
        self.take(value)
        self.changed.emit()


class Amounts(QWidget):
    """An amount for each part of an order, in major units; empty for none."""

    changed = Signal()

    def __init__(self, theme: Theme, parts: Mapping[str, Sequence[Line]], comma: str) -> None:
        super().__init__()
        self._lines: dict[str, QLineEdit] = {}
        rows = []
        for part, lines in parts.items():
            typed = line_edit("", f"amount_{part}", self.changed.emit, longest=14)
            typed.setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)
            typed.setFixedWidth(theme.mm(32))
            self._lines[part] = typed
            line = row(label(comma.join(each.name for each in lines), wrap=True), typed, gap=theme.mm(3))
            line.setStretch(0, 1)
            rows.append(line)
        self.setLayout(column(*rows, gap=theme.mm(2)))

    @property
    def value(self) -> dict[str, str]:
        """What is typed, by part."""
        return {part: text for part, line in self._lines.items() if (text := line.text().strip())}


class Asked(QWidget):
    """The fields of one move. `changed` comes with all that is typed or chosen; `entered` with Enter."""

    changed = Signal()
    entered = Signal()

    def __init__(
        self,
        host: QWidget,
        theme: Theme,
        words: Words,
        facts: ChannelFacts,
        asks: Sequence[Ask],
        parts: Mapping[str, Sequence[Line]],
        none: str = "",
    ) -> None:
        """`none` is what a code is called while it is not chosen; with it every code may be left out."""
        super().__init__()
        self._host, self._theme, self._words, self._facts = host, theme, words, facts
        self._parts, self._none, self.asks = parts, none, tuple(asks)
        self._read: dict[str, Callable[[], Any]] = {}
        self.inputs: dict[str, QWidget] = {}
        self._fields = {ask.field: self._field(ask) for ask in asks}
        self.setLayout(column(*self._fields.values(), gap=theme.mm(3)))
        self._show_wanted()

    @property
    def said(self) -> dict[str, Any]:
        """What is said in the fields that are asked for."""
        every = {field: read() for field, read in self._read.items()}
        return {ask.field: every[ask.field] for ask in self.asks if ask.wanted(every)}

    @property
    def missing(self) -> list[str]:
        """The fields that are needed and empty."""
        said = self.said
        return [ask.field for ask in self.asks if ask.needed and ask.field in said and not said[ask.field]]

    def scan_here(self) -> None:
        """Give a scanner the field of the number on the parcel, where there is one to see."""
        for ask in self.asks:
            if ask.kind == "number" and self._fields[ask.field].isVisibleTo(self):
                self.inputs[ask.field].setFocus()
                return

    def _field(self, ask: Ask) -> Field:
        made, read = _INPUTS[ask.kind](self, ask)
        self._read[ask.field], self.inputs[ask.field] = read, made
        return Field(self._theme, caption(self._words, ask.field), made)

    def code_input(self, ask: Ask) -> tuple[QWidget, Callable[[], Any]]:
        """Return what one of a list of codes is chosen with, and what reads it."""
        offered = codes(self._words, self._facts, ask.codes)
        if len(offered) <= LAID_OUT:
            choice = Choice(self._theme, offered, ())
            choice.changed.connect(self._changed)
            return choice, lambda: choice.value or ""
        none = self._none or ("" if ask.needed else self._words.say("deal_with.none"))
        searched = Searched(
            self._host, self._theme, self._words, caption(self._words, ask.field), offered, none
        )
        searched.setObjectName(f"ask_{ask.field}")
        searched.changed.connect(self._changed)
        return searched, lambda: searched.value

    def text_input(self, ask: Ask) -> tuple[QWidget, Callable[[], Any]]:
        """Return a line to type or scan into, and what reads it."""
        line = line_edit("", f"ask_{ask.field}", self._changed)
        line.returnPressed.connect(self.entered)
        if ask.kind == "number":
            line.setPlaceholderText(self._words.say("deal_with.scan"))
        return line, lambda: line.text().strip()

    def flag_input(self, ask: Ask) -> tuple[QWidget, Callable[[], Any]]:
        """Return the two ways of a yes or no, and what reads it."""
        ways = [
            (on, self._words.say(f"deal_with.{ask.field}_{'yes' if on else 'no'}")) for on in (False, True)
        ]
        choice = Choice(self._theme, ways, (False,))
        choice.changed.connect(self._changed)
        return choice, lambda: bool(choice.value)

    def amounts_input(self, _ask: Ask) -> tuple[QWidget, Callable[[], Any]]:
        """Return an amount for each part, and what reads them."""
        amounts = Amounts(self._theme, self._parts, self._words.say("board.and"))
        amounts.changed.connect(self._changed)
        return amounts, lambda: amounts.value

    def _changed(self) -> None:
        self._show_wanted()
        self.changed.emit()

    def _show_wanted(self) -> None:
        every = {field: read() for field, read in self._read.items()}
        for ask in self.asks:
            self._fields[ask.field].setVisible(ask.wanted(every))


_INPUTS: Mapping[str, Callable[[Asked, Ask], tuple[QWidget, Callable[[], Any]]]] = {
    "code": Asked.code_input,
    "text": Asked.text_input,
    "number": Asked.text_input,
    "flag": Asked.flag_input,
    "amounts": Asked.amounts_input,
}
