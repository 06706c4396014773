"""One channel on a page of its own: how it is, what it has still to be told, and what was asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from pos.actions import channels as acts
from pos.store import backlog
from pos.store.rows import AttentionRow, CallRow, ChannelRow, LetterRow
from pos.ui.channels.actions import ChannelAction, channel_actions
from pos.ui.channels.lines import (
    TONES,
    attention_line,
    badge,
    call_line,
    letter_line,
    paused,
    standing,
    unmapped_line,
)
from pos.ui.channels.tasks import Tasks
from pos.ui.desk import Desk
from pos.ui.parts import icons, wellness
from pos.ui.parts.dot import Dot
from pos.ui.parts.faces import channel
from pos.ui.parts.flow import Flow
from pos.ui.parts.lines import Heading, Line, LineLook
from pos.ui.parts.lists import TargetList
from pos.ui.parts.overlays import counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.wake import Wake
from pos.ui.parts.widgets import button, column, framed, label, restyle, row, rule, scrolled
from sync.channels import KINDS

#: How long a pause may be, in minutes.
PAUSES = (15, 30, 60)

#: How often the calls, and who makes them, are looked at while seen (milliseconds): of those no bell rings.
LOOK = 1000

#: How wide the side is on which a channel's health stands (mm).
SIDE = 86


class Seen(NamedTuple):
    """A channel as it is now (None: set up no more), what it has to be told, and what wants an answer."""

    row: ChannelRow | None
    letters: list[LetterRow]
    attention: list[AttentionRow]


class ChannelPage(QWidget):
    """`closed` when a person is done or the channel is gone; the others carry what is to be opened."""

    closed = Signal()
    form_wanted = Signal()
    mapping_wanted = Signal()
    page_wanted = Signal(object)
    order_wanted = Signal(object)

    def __init__(self, desk: Desk, theme: Theme, name: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words, self.name = desk, theme, desk.words, name
        self.row: ChannelRow | None = None
        self._seen = Seen(None, [], [])
        self._calls: Sequence[CallRow] | None = None
        self.list = TargetList(LineLook(theme))
        self._tasks = Tasks(desk, theme, self)
        self._tasks.order_wanted.connect(self.order_wanted)
        self._tasks.mapping_wanted.connect(self._map_states)
        self.list.tapped.connect(self._tasks.act)
        self.list.chosen.connect(self._tasks.look)
        edge, gap = theme.mm(4), theme.mm(3)
        side = self._side()
        for unsaid in (self.trouble, self.elsewhere, self.try_now, self.paused):
            unsaid.hide()
        body = row(side, column(self.list, margins=(edge, gap, edge, 0)))
        body.setStretch(1, 1)
        whole = column(self._head(), body)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setFocusProxy(self.list)
        self._look = QTimer(self)
        self._look.setInterval(LOOK)
        self._look.timeout.connect(self._look_around)
        self._watch = desk.watch(self, "channels letters attention", self._read, self._show)
        self._end = Wake(self, self._watch.again)

    def event(self, event: QEvent) -> bool:
        """Look at the calls, and at who makes them, only while they are seen."""
        if event.type() == QEvent.Type.Show:
            self._look_around()
            self._look.start()
        elif event.type() == QEvent.Type.Hide:
            self._look.stop()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _head(self) -> QWidget:
        say, edge, thin = self._words.say, self._theme.mm(4), self._theme.mm(1)
        back = button(say("sync.title"), self.closed.emit, name="back")
        back.setIcon(icons.icon("back", self._theme.color("ink"), self._theme.px(20)))
        self._dot = column()
        self.badge = label("", "badge")
        title = label(channel(self._words, self.name), "head")
        set_up = button(say("channels.settings"), self.form_wanted.emit, name="settings")
        set_up.setVisible(self._desk.setup is not None)
        line = row(
            back, self._dot, title, self.badge, None, set_up, gap=edge, margins=(edge, thin, edge, thin)
        )
        return framed("header", line)

    def _side(self) -> QWidget:
        edge, gap = self._theme.mm(4), self._theme.mm(3)
        self._further = column(gap=gap)
        parts: tuple[Any, ...] = (*self._health(), rule(), *self._pausing(), self._further)
        area = scrolled(column(*parts, None, gap=gap, margins=(edge,) * 4))
        side = framed("left", column(area))
        side.setFixedWidth(self._theme.mm(SIDE))
        return side

    def _health(self) -> tuple[QWidget, ...]:
        self.trouble = label("", "strong", "red", wrap=True)
        self.standing = label("", wrap=True)
        self.try_now = button(self._words.say("do.resume"), self._try_now, "second", name="try_now")
        self.elsewhere = label("", wrap=True)
        head = label(self._words.say("channels.how"), "head")
        return head, self.trouble, self.standing, self.elsewhere, self.try_now

    def _pausing(self) -> tuple[QWidget, ...]:
        say, gap = self._words.say, self._theme.mm(2)
        made = [button(say("clock.minutes", n=n), partial(self._pause, n), name=f"pause_{n}") for n in PAUSES]
        made.append(button(say("channels.pause_open"), partial(self._pause, 0), name="pause_open"))
        self.pauses, self.paused = QWidget(), QWidget()
        hint = label(say("channels.pause_hint"), "small", wrap=True)
        self.pauses.setLayout(column(hint, Flow(*made, gap=gap), gap=gap))
        self.until = label("", "strong", wrap=True)
        go_on = button(say("channels.resume"), self._go_on, "primary", "new", "go_on")
        self.paused.setLayout(column(self.until, go_on, gap=gap))
        return label(say("channels.pause"), "head"), self.pauses, self.paused

    def _offer(self, row: ChannelRow) -> None:
        """Offer what else this channel can do."""
        say = self._words.say
        made = [
            button(say(f"do.{action.name}"), partial(self._open, action), name=action.name)
            for action in channel_actions(row)
        ]
        if KINDS[row.kind].has_workflow and self._desk.setup is not None:
            made.insert(0, button(say("mapping.title"), self.mapping_wanted.emit, name="open_mapping"))
        for part in (rule(), label(say("channels.more"), "head"), *made) if made else ():
            self._further.addWidget(part)

    def _open(self, action: ChannelAction) -> None:
        if self.row is not None:
            page = action.open(counter_around(self), self._desk, self._theme, self.row)
            if page is not None:
                self.page_wanted.emit(page)

    def _read(self, read: Any) -> Seen:
        rows = backlog.channels(read, self._desk.shop, self._desk.clock())
        letters = backlog.letters(read, ("failed", "waiting", "sending"), limit=None)
        return Seen(
            row=next((each for each in rows if each.name == self.name), None),
            letters=[letter for letter in letters if letter.channel == self.name],
            attention=[notice for notice in backlog.attention(read) if notice.channel == self.name],
        )

    def _show(self, seen: Seen) -> None:
        if seen.row is None:
            self.closed.emit()
            return
        if self.row is None:
            self._offer(seen.row)
        self.row, self._seen = seen.row, seen
        words, state = self._words, wellness.of_channel(self._words, seen.row).state
        self._show_dot(state)
        self.badge.setText(badge(words, seen.row))
        restyle(self.badge, tone=TONES[state])
        error = "" if seen.row.paused_until else words.fault(seen.row.error)
        self.trouble.setText(error)
        self.trouble.setVisible(bool(error))
        self.standing.setText("\n".join(standing(words, seen.row._replace(paused_until=None))))
        self.try_now.setVisible(bool(error) and seen.row.state != "well" and self._desk.works)
        self._show_pause(seen.row)
        self._show_lines()

    def _show_dot(self, state: str) -> None:
        while (item := self._dot.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self._dot.addWidget(Dot(self._theme, state))

    def _show_pause(self, row: ChannelRow) -> None:
        until = row.paused_until
        self.pauses.setVisible(until is None)
        self.paused.setVisible(until is not None)
        self.until.setText(paused(self._words, row))
        self._end.at(None if until == acts.FOREVER else until, self._desk.clock())

    def _look_around(self) -> None:
        holder = self._desk.worked_by(self.name)
        self.elsewhere.setText(self._words.say("channels.elsewhere", holder=holder) if holder else "")
        self.elsewhere.setVisible(bool(holder))
        calls = self._desk.calls(self.name)
        if calls != self._calls:
            self._calls = calls
            self._show_lines()

    def _show_lines(self) -> None:
        words, seen = self._words, self._seen
        asked = [attention_line(words, each) for each in seen.attention]
        notices = [Heading("attention", words.say("sync.attention"), len(asked)), *asked] if asked else []
        said, hint = words.say("channels.waits_none"), words.say("channels.waits_none_hint")
        none = Line("told", None, "check", "done", said, sub=hint)
        if seen.row is not None and seen.row.unmapped:
            none = unmapped_line(words, seen.row)
        letters = [letter_line(words, each, (self.name,), named=False) for each in seen.letters] or [none]
        waits = Heading("waits", words.say("channels.waits"), len(seen.letters))
        calls = Heading("calls", words.say("channels.calls"), 0)
        self.list.show_rows([*notices, waits, *letters, calls, *self._call_lines()])

    def _call_lines(self) -> list[Line]:
        if self._calls:
            return [call_line(self._words, each) for each in self._calls]
        why = "calls_elsewhere" if self._calls is None else "calls_none"
        said, hint = self._words.say(f"channels.{why}"), self._words.say(f"channels.{why}_hint")
        return [Line("no_calls", None, "clock", "quiet", said, sub=hint)]

    def _map_states(self, _name: str) -> None:
        self.mapping_wanted.emit()

    def _try_now(self) -> None:
        self._desk.do(acts.try_again, self.name, then=self._tried)

    def _tried(self, _done: None) -> None:
        self._say("sync.resumed")

    def _pause(self, minutes: int) -> None:
        until = self._desk.clock() + timedelta(minutes=minutes) if minutes else acts.FOREVER
        self._desk.do(acts.pause, self.name, until, then=partial(self._was_paused, until))

    def _was_paused(self, until: datetime, _changed: bool) -> None:
        if until == acts.FOREVER:
            self._say("channels.said_paused_open", self._go_on)
        else:
            self._say("channels.said_paused", self._go_on, time=self._words.moment(until))

    def _go_on(self) -> None:
        self._desk.do(acts.resume, self.name, then=self._went_on)

    def _went_on(self, _changed: bool) -> None:
        self._say("channels.said_resumed")

    def _say(self, key: str, back: Any = None, **facts: str) -> None:
        said = self._words.say(key, name=channel(self._words, self.name), **facts)
        self._desk.told.emit(said, back)
