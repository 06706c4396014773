"""The small menu behind the person in the header: language, light or dark."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, label
from pos.words import LANGUAGES, Words

#: How the counter is dressed: language, and whether dark.
Dress = Callable[[str, bool], object]


def open_menu(host: QWidget, theme: Theme, words: Words, title: str, dress: Dress) -> Sheet:
    """Offer the languages and both looks; a tap changes at once."""
    tongues = {name: (language, theme.dark) for language, name in LANGUAGES.items()}
    looks = {words.say(f"rail.{name}"): (words.language, name == "dark") for name in ("light", "dark")}
    now = (words.language, theme.dark)
    choices = [*_choices(tongues, now), *_choices(looks, now)]
    many, gap = len(tongues), theme.mm(3)
    content = column(
        label(words.say("menu.language"), "quiet"),
        _side_by_side(choices[:many], gap),
        label(words.say("menu.appearance"), "quiet"),
        _side_by_side(choices[many:], gap),
        gap=gap,
    )
    sheet = Sheet(host, theme, words, title, content, 100)
    for choice, (language, dark) in zip(choices, (*tongues.values(), *looks.values()), strict=True):
        choice.clicked.connect(partial(_chose, sheet, dress, language, dark))
    return sheet


def _choices(offers: dict[str, tuple[str, bool]], now: tuple[str, bool]) -> list[QPushButton]:
    made = []
    for text, (language, dark) in offers.items():
        choice = button(text, name=f"{language}-{'dark' if dark else 'light'}")
        choice.setCheckable(True)
        choice.setChecked((language, dark) == now)
        made.append(choice)
    return made


def _side_by_side(choices: list[QPushButton], gap: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(gap)
    for place, choice in enumerate(choices):
        grid.addWidget(choice, 0, place)
    return grid


def _chose(sheet: Sheet, dress: Dress, language: str, dark: bool, _checked: bool = False) -> None:
    sheet.close()
    dress(language, dark)
