"""What forms are made of: a caption, what is set, and beside it in words what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QLineEdit, QPushButton, QWidget

from pos.ui.parts.flow import Flow
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, clear, column, label, row

#: A value, and what people call it.
Option = tuple[Hashable, str]


class Field(QWidget):
    """One thing to set, under its caption, or with the caption `beside` it; `complain` says what is wrong."""

    def __init__(
        self,
        theme: Theme,
        caption: str,
        content: QWidget | QLayout,
        hint: str = "",
        *,
        beside: bool = False,
    ) -> None:
        super().__init__()
        self.fault = label("", "small", "red", wrap=True)
        self.fault.hide()
        said, gap = label(caption, "" if beside else "quiet", wrap=beside), theme.mm(1)
        more = [label(hint, "small", wrap=True)] if hint else []
        if beside:
            line = row(content, column(said, *more), gap=theme.mm(2))
            line.setStretch(1, 1)
            self.setLayout(column(line, self.fault, gap=gap))
        else:
            self.setLayout(column(said, content, *more, self.fault, gap=gap))

    def complain(self, why: str) -> None:
        """Say what is wrong; empty where nothing is."""
        self.fault.setText(why)
        self.fault.setVisible(bool(why))


class Choice(QWidget):
    """One of several, or any of several, each a finger high. `changed` comes when a person chose."""

    changed = Signal()

    def __init__(
        self, theme: Theme, options: Sequence[Option], chosen: Sequence[Hashable], *, many: bool = False
    ) -> None:
        super().__init__()
        self._many = many
        self._box = Flow(gap=theme.mm(2))
        self._buttons: dict[Hashable, QPushButton] = {}
        self.setLayout(self._box)
        self.offer(options, chosen)

    def offer(self, options: Sequence[Option], chosen: Sequence[Hashable]) -> None:
        """Offer these from now on."""
        clear(self._box)
        self._buttons = {value: self._option(value, text, value in chosen) for value, text in options}
        for made in self._buttons.values():
            self._box.addWidget(made)

    @property
    def chosen(self) -> tuple[Hashable, ...]:
        """What is chosen, in the order in which it is offered."""
        return tuple(value for value, made in self._buttons.items() if made.isChecked())

    @property
    def value(self) -> Hashable:
        """The one that is chosen; None where none is."""
        return next(iter(self.chosen), None)

    def _option(self, value: Hashable, text: str, chosen: bool) -> QPushButton:
        made = button(text, partial(self._press, value), name=f"choose_{value}")
        made.setCheckable(True)
        made.setChecked(chosen)
        return made

    def _press(self, value: Hashable) -> None:
        if not self._many:
            for each, made in self._buttons.items():
                made.setChecked(each == value)
        self.changed.emit()


def line_edit(text: str, name: str, on: Callable[[], object], longest: int = 200) -> QLineEdit:
    """Return a line to type in."""
    made = QLineEdit(text)
    made.setObjectName(name)
    made.setMaxLength(longest)
    made.textChanged.connect(lambda _text: on())
    return made
