"""What a person does with a letter that a channel has still to be told."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from pos.actions import outbox
from pos.store.rows import LetterRow
from pos.ui.acts import DROP_REASONS
from pos.ui.desk import Desk
from pos.ui.overlays import ask_reason, counter_around
from pos.ui.theme import Theme


class Letters:
    """Tells a letter again, or gives it up with a reason, for a screen that lists letters."""

    def __init__(self, desk: Desk, theme: Theme, screen: QWidget) -> None:
        self._desk, self._theme, self._screen = desk, theme, screen

    def act(self, letter: LetterRow, name: str) -> None:
        """Do what was tapped: `retry` or `give_up`."""
        if name == "retry":
            self._desk.do(outbox.retry, letter.id)
        elif name == "give_up":
            self._give_up(letter)

    def _give_up(self, letter: LetterRow) -> None:
        words = self._desk.words
        then = partial(self._desk.do, outbox.drop, letter.id)
        host = counter_around(self._screen)
        ask_reason(host, self._theme, words, words.say("reasons.drop"), DROP_REASONS, then)
