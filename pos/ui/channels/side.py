"""What stands beside a channel's form: what the service is for, what it is told, and how a test went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QProgressBar, QWidget

from pos.ui.parts.dot import Dot
from pos.ui.parts.faces import sentence
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, clear, column, framed, label, row, rule, scrolled
from pos.words import Words
from sync.channels import KINDS
from sync.messages import Verb

#: How wide it is (mm).
WIDE = 86


class Trial(NamedTuple):
    """How a service answered: not asked yet, well in so many `seconds`, or with a `fault`.

    While it is asked, `busy` is the key of the words that say so.
    """

    ok: bool = False
    fault: str = ""
    seconds: float = 0.0
    busy: str = ""


class ChannelSide(QFrame):
    """Says what cannot be set, and what came of the last test. `stop_wanted`: nobody waits any more."""

    stop_wanted = Signal()

    def __init__(self, theme: Theme, words: Words, kind: str) -> None:
        super().__init__()
        self.setObjectName("side")
        self._theme, self._words = theme, words
        self._said: Mapping[Verb, str] | None = None
        self._is_mapped = KINDS[kind].has_workflow
        self.trial = Trial()
        edge, gap = theme.mm(4), theme.mm(3)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(theme.mm(2))
        self._grid.setHorizontalSpacing(gap)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2)
        about = column(
            label(words.say(f"kind.{kind}"), "head"),
            label(words.say(f"kind.{kind}_hint"), "quiet", wrap=True),
            rule(),
            label(words.say("channels.what_is_told"), "strong"),
            self._grid,
            None,
            gap=gap,
            margins=(edge,) * 4,
        )
        whole = column(scrolled(about), self._result())
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.setFixedWidth(theme.mm(WIDE))
        self.show_trial(Trial())

    def _result(self) -> QWidget:
        edge, gap = self._theme.mm(4), self._theme.mm(2)
        self._dot = column(margins=(0, self._theme.mm(1), 0, 0))
        self.result = label("", "strong", wrap=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        line = row(self._dot, self.result, gap=gap)
        line.setStretch(1, 1)
        self.stop = button(self._words.say("channels.stop"), self.stop_wanted.emit, name="stop")
        return framed("actions", column(line, self.bar, self.stop, gap=gap, margins=(edge,) * 4))

    def tell(self, kind: str, settings: Mapping[str, Any]) -> None:
        """Show what a service is told with these settings; with wrong ones what was shown stays."""
        try:
            said = KINDS[kind].can_with(settings).tells
        except ValidationError:
            return
        if said != self._said:
            self._said = said
            self._list(said)

    def show_trial(self, trial: Trial) -> None:
        """Show how a test goes, or went."""
        self.trial = trial
        words = self._words
        if trial.busy:
            state, text = "waiting", words.say(trial.busy)
        elif trial.ok:
            state, text = "well", words.say("channels.tested_well", time=f"{max(trial.seconds, 0.01):.2f}")
        else:
            state = "needs_you" if trial.fault else "waiting"
            text = tried(words, trial.fault) or words.say("channels.untested")
        clear(self._dot)
        self._dot.addWidget(Dot(self._theme, state), 0, Qt.AlignmentFlag.AlignTop)
        self.result.setText(text)
        self.bar.setVisible(bool(trial.busy))
        self.stop.setVisible(bool(trial.busy))

    def _list(self, said: Mapping[Verb, str]) -> None:
        clear(self._grid)
        top = Qt.AlignmentFlag.AlignTop
        for at, (verb, theirs) in enumerate(said.items()):
            self._grid.addWidget(label(sentence(self._words.say(f"verb.{verb}")), wrap=True), at, 0, top)
            word = label(theirs, "small", wrap=True)
            word.setContentsMargins(0, self._theme.px(2), 0, 0)  # smaller words, on the same line
            self._grid.addWidget(word, at, 1, top)
        if not said:
            none = "mapping.needed" if self._is_mapped else "channels.told_nothing"
            self._grid.addWidget(label(self._words.say(none), "quiet", wrap=True), 0, 0, 1, 2)


def tried(words: Words, fault: str) -> str:
    """Return what hindered a test, for who is about to correct what was entered: nothing is tried again."""
    return words.fault(fault, "tried")
