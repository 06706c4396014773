"""The form of one channel: what is entered about it is tried, saved, and worked with at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos.config_edit import Draft, EditTrouble
from pos.connecting import Tried
from pos.ui.channels.entries import Entries
from pos.ui.channels.leaving import Left, ask_leave, left
from pos.ui.channels.side import ChannelSide, Trial
from pos.ui.desk import Desk
from pos.ui.parts import icons
from pos.ui.parts.faces import channel
from pos.ui.parts.overlays import counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, framed, label, restyle, row, scrolled
from pos.ui.setup import trouble_words

#: What is asked before a channel is saved (words: `edit.…`), and what saves it all the same.
QUESTIONS = {"another_account": "channels.same_account", "connected_already": "channels.save_twice"}


class ChannelForm(QWidget):
    """`closed` when a person is done; `saved` and `removed` with the channel's name."""

    closed = Signal()
    saved = Signal(str)
    removed = Signal(str)

    def __init__(self, desk: Desk, theme: Theme, draft: Draft, kind: str, was: str = "") -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self._draft, self.was, self._busy = draft, was, False
        self._asked: tuple[str, ...] = ()
        self._ending, self._saves_after = 0, False
        self.entries = Entries(theme, self._words, draft, kind, was)
        self.entries.changed.connect(self._changed)
        self.entries.sign_in_wanted.connect(self._sign_in)
        self.entries.unfolded.connect(self._scroll)
        self.side = ChannelSide(theme, self._words, self.entries.kind)
        self.side.stop_wanted.connect(self._leave)
        self._area = scrolled(column(self.entries))
        body = row(self._area, self.side)
        body.setStretch(0, 1)
        whole = column(self._head(), body, self._foot())
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._proven: object = self._entered() if was else None
        self.setFocusProxy(self.entries)
        self.closed.connect(self._leave)
        self._changed()
        self._ask_sources()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _entered(self) -> object:
        """Return all that a test proves: whatever is said to a service, and nothing else."""
        return self.entries.settings(), self.entries.typed()

    def _head(self) -> QWidget:
        say, edge, thin = self._words.say, self._theme.mm(4), self._theme.mm(1)
        back = button(channel(self._words, self.was) or say("sync.title"), self.closed.emit, name="back")
        back.setIcon(icons.icon("back", self._theme.color("ink"), self._theme.px(20)))
        new = say("channels.new", kind=say(f"kind.{self.entries.kind}"))
        parts: list[QWidget | None] = [
            back,
            label(say("channels.settings") if self.was else new, "head"),
            None,
        ]
        if self.was:
            parts.append(button(say("channels.remove"), self._ask_left, tone="red", name="remove"))
        return framed("header", row(*parts, gap=edge, margins=(edge, thin, edge, thin)))

    def _foot(self) -> QWidget:
        say, edge = self._words.say, self._theme.mm(4)
        self.why = label("", wrap=True)
        self.reload = button(say("settings.reload"), self._reload, name="reload")
        self.reload.hide()
        self.test = button(say("channels.test"), self._test, "primary", "new", "test")
        self.save = button(say("settings.save"), self._save, "second", name="save")
        for key in (self.test, self.save):
            key.setProperty("wide", True)
        line = row(self.why, self.reload, self.test, self.save, gap=self._theme.mm(3), margins=(edge,) * 4)
        line.setStretch(0, 1)
        return framed("actions", line)

    def _ask_sources(self) -> None:
        if (setup := self._desk.setup) is not None and self.was:
            work = partial(setup.sources, self.entries.kind, self.was)
            self._desk.run(work, then=self.entries.know, failed=self._failed)

    def _changed(self) -> None:
        """Say what this would be told, and whether what is entered now has been tried."""
        self._asked = ()
        self.side.tell(self.entries.kind, self.entries.settings())
        if not self._busy:
            self.why.setText(self.entries.fault())
            if self.side.trial != Trial() and self._entered() != self._proven:
                self.side.show_trial(Trial())
        self._enable()

    def _scroll(self) -> None:
        """Bring what was unfolded into view, once it is laid out."""
        bar = self._area.verticalScrollBar()
        to = min(self.entries.more.y(), bar.value() + self._area.height() // 2)
        QTimer.singleShot(0, bar, partial(bar.setValue, to))

    def _enable(self) -> None:
        """Let be pressed what can be: what has been tried is saved, else it is tried, or saved untested."""
        fine, proven = not self.entries.fault() and not self._busy, self._entered() == self._proven
        self.test.setEnabled(fine)
        self.save.setEnabled(fine)
        says = "settings.save" if proven else "channels.save_untested"
        self.save.setText(self._words.say(QUESTIONS[self._asked[-1]] if self._asked else says))
        for key, first in ((self.save, proven), (self.test, not proven)):
            if (key.property("kind") == "primary") != first:
                restyle(key, kind="primary" if first else "second", tone="new" if first else "")

    def _test(self) -> None:
        if (setup := self._desk.setup) is not None:
            asked, entries = self._entered(), self.entries
            self._begin("", Trial(busy="channels.testing"))
            said = (entries.kind, entries.settings(), entries.typed(), self.was)
            work = partial(setup.try_channel, *said, turn=setup.turn)
            self._desk.run(work, then=partial(self._tested, asked), failed=self._failed)

    def _tested(self, asked: object, tried: Tried) -> None:
        still = asked == self._entered()
        self.entries.got.update(tried.secrets)
        self._proven = self._entered() if still and tried.ok else None
        self._end(Trial(tried.ok, tried.fault, tried.seconds) if still else Trial())
        if tried.ending is not None:
            self._ending += 1
            heard = partial(self._heard_late, dict(self.entries.got))
            self._desk.wait(tried.ending, then=heard, failed=partial(heard, Tried(False)))

    def _heard_late(self, used: Mapping[str, str], tried: Tried, *_trouble: Exception) -> None:
        """Go on with what a stopped test was given after all: what it was asked with may be worth nothing."""
        if self.entries.got == used:  # else somebody has signed in since
            self.entries.got.update(tried.secrets)
        self._ending -= 1
        if self._saves_after and not self._ending:
            self._save()

    def _sign_in(self) -> None:
        if (setup := self._desk.setup) is not None and not self._busy:
            entries = self.entries
            self._begin("", Trial(busy="channels.signing_in"))
            said = (entries.kind, entries.settings(), entries.typed(), self.was)
            work = partial(setup.sign_in, *said, turn=setup.turn)
            self._desk.run(work, then=self._signed_in, failed=self._failed)

    def _signed_in(self, tried: Tried) -> None:
        if tried.ok:
            self.entries.sign(tried.secrets)
        self._end(Trial() if tried.ok else Trial(False, tried.fault, tried.seconds))

    def _leave(self) -> None:
        """Ask no more of a service whose answer nobody waits for."""
        if self._busy and (setup := self._desk.setup) is not None:
            setup.break_off()

    def _save(self) -> None:
        self._saves_after = self._ending > 0
        if self._saves_after:  # saved now, it would be without what the stopped test is about to be given
            self._begin("channels.ending", self.side.trial)
        elif (setup := self._desk.setup) is not None:
            self._begin("settings.saving", self.side.trial)
            typed = self.entries.values(), self.entries.typed()
            work = partial(setup.save_channel, self._draft, *typed, self.was, self._asked)
            self._desk.run(work, then=self._was_saved, failed=self._failed)

    def _was_saved(self, _config: object) -> None:
        self.saved.emit(self.entries.name.value)

    def _ask_left(self) -> None:
        self._desk.ask(left, self.was, then=self._confirm)

    def _confirm(self, found: Left) -> None:
        hearers, host = self._draft.hearers(self.was), counter_around(self)
        ask_leave(host, self._theme, self._words, self.was, found, hearers, self._remove)

    def _remove(self) -> None:
        if (setup := self._desk.setup) is not None:
            self._begin("settings.saving", self.side.trial)
            work = partial(setup.remove_channel, self._draft, self.was)
            self._desk.run(work, then=self._was_removed, failed=self._failed)

    def _was_removed(self, _config: object) -> None:
        self.removed.emit(self.was)

    def _failed(self, trouble: Exception) -> None:
        code = trouble.code if isinstance(trouble, EditTrouble) else ""
        self.reload.setVisible(code == "changed_meanwhile")
        self._asked = (*self._asked, code) if code in QUESTIONS else ()
        self._end(Trial())
        self.why.setText(trouble_words(self._words, trouble))

    def _reload(self) -> None:
        """Go on from the file as it is now; what was entered here stays."""
        if (setup := self._desk.setup) is not None:
            self._desk.run(setup.draft, then=self._reloaded, failed=self._failed)

    def _reloaded(self, draft: Draft) -> None:
        self._draft = draft
        self.entries.go_by(draft)
        self.reload.hide()
        self._changed()
        self.why.setText(self._words.say("settings.reloaded"))

    def _begin(self, key: str, trial: Trial) -> None:
        self._busy = True
        self.why.setText(self._words.say(key) if key else "")
        self.side.show_trial(trial)
        self._enable()

    def _end(self, trial: Trial) -> None:
        self._busy = False
        self.why.setText(self.entries.fault())
        self.side.show_trial(trial)
        self._enable()
