"""The settings page: a section for each thing that a shop sets up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos.ui.desk import Desk
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, row
from pos.ui.printers.page import Printers

#: The sections in their order: name (`settings.<name>`), and what makes one.
SECTIONS: tuple[tuple[str, Callable[[Desk, Theme], QWidget]], ...] = (("printers", Printers),)


class Settings(QWidget):
    """One section at a time; tabs stand above where there are several."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sections = {name: make(desk, theme) for name, make in SECTIONS}
        self._stack = QStackedWidget()
        self._tabs = {
            name: button(
                desk.words.say(f"settings.{name}"), partial(self.turn, name), "tab", name=f"tab_{name}"
            )
            for name in self.sections
        }
        for name, section in self.sections.items():
            self._tabs[name].setCheckable(True)
            self._stack.addWidget(section)
        tabs = QWidget()
        edge = theme.mm(4)
        tabs.setLayout(row(*self._tabs.values(), None, gap=theme.mm(2), margins=(edge, theme.mm(2), edge, 0)))
        tabs.setVisible(len(self.sections) > 1)
        self.setLayout(column(tabs, self._stack))
        self.turn(SECTIONS[0][0])

    def turn(self, name: str) -> None:
        """Show a section by its name."""
        for each, tab in self._tabs.items():
            tab.setChecked(each == name)
        self._stack.setCurrentWidget(self.sections[name])
        self.setFocusProxy(self.sections[name])
