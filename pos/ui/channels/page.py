"""The channels page: how services and printers are in plain words, and what is left to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos.actions import channels, outbox
from pos.config_edit import Draft, EditTrouble
from pos.store import backlog
from pos.store.rows import AttentionRow, ChannelRow, LetterRow, PrinterRow
from pos.ui.channels.channel import ChannelPage
from pos.ui.channels.form import ChannelForm
from pos.ui.channels.kinds import ask_kind
from pos.ui.channels.lines import UNMAPPED, attention_line, channel_line, gone_line, letter_line, printer_line
from pos.ui.channels.mapping import Mapping
from pos.ui.channels.tasks import Tasks
from pos.ui.desk import Desk
from pos.ui.parts.faces import channel
from pos.ui.parts.lines import Heading, Line, LineLook
from pos.ui.parts.lists import TargetList
from pos.ui.parts.overlays import counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.wake import Wake
from pos.ui.parts.widgets import button, column, label, row
from pos.ui.setup import trouble_words
from sync.channels import KINDS


class Standing(NamedTuple):
    """All that the page shows."""

    channels: list[ChannelRow]
    gone: list[ChannelRow]
    printers: list[PrinterRow]
    attention: list[AttentionRow]
    letters: list[LetterRow]
    resumable: bool


class Channels(QWidget):
    """How everything is, and beside it what is left to do. `order_wanted` carries an order's id.

    One channel, its settings and its states each take the page's place until a person goes back.
    """

    order_wanted = Signal(object)

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self.inner: QWidget | None = None
        self.health, self.tasks = TargetList(LineLook(theme)), TargetList(LineLook(theme))
        self._tasks = Tasks(desk, theme, self)
        self._tasks.order_wanted.connect(self.order_wanted)
        self._tasks.mapping_wanted.connect(self.open_mapping)
        self.tasks.tapped.connect(self._tasks.act)
        self.tasks.chosen.connect(self._tasks.look)
        self.health.tapped.connect(self._tend)
        self._stack = QStackedWidget()
        self._front = self._overview()
        self._stack.addWidget(self._front)
        self.setLayout(column(self._stack))
        self.setFocusProxy(self.tasks)
        self._show_frame()
        topics = "channels printers letters attention tickets"
        self._watch = desk.watch(self, topics, self._read, self._show, seen=self._front)
        self._end = Wake(self, self._watch.again)

    def open_channel(self, name: str) -> None:
        """Show one channel."""
        page = ChannelPage(self._desk, self._theme, name)
        page.closed.connect(self.close_inner)
        page.form_wanted.connect(partial(self.open_form, name))
        page.mapping_wanted.connect(partial(self.open_mapping, name))
        page.page_wanted.connect(partial(self._open_other, name))
        page.order_wanted.connect(self.order_wanted)
        self._open(page)

    def open_form(self, name: str) -> None:
        """Show what a channel is set to, as the configuration has it now."""
        self._fetch(partial(self._open_form, "", name))

    def connect_service(self) -> None:
        """Ask which kind of service is to be connected, and show the form of a new one."""
        host = counter_around(self)
        ask_kind(host, self._theme, self._words, lambda kind: self._fetch(partial(self._open_form, kind, "")))

    def open_mapping(self, name: str) -> None:
        """Show which of a channel's states is which of ours."""
        self._fetch(partial(self._open_mapping, name))

    def close_inner(self) -> None:
        """Go back to the whole."""
        old, self.inner = self.inner, None
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        self.health.setFocus()

    def _overview(self) -> QWidget:
        words, gap, edge = self._words, self._theme.mm(3), self._theme.mm(4)
        self.retry_all = button(words.say("do.retry_all"), self._retry_all, "second", name="retry_all")
        self.add = button(
            words.say("channels.connect"), self.connect_service, "second", "new", "connect_service"
        )
        self.add.setVisible(self._desk.setup is not None)
        head = row(label(words.say("sync.title"), "head"), None, self.retry_all, self.add, gap=gap)
        lists = row(self.health, self.tasks, gap=edge)
        lists.setStretch(0, 2)
        lists.setStretch(1, 3)
        made = QWidget()
        made.setLayout(column(head, lists, gap=gap, margins=(edge, gap, edge, 0)))
        return made

    def _open(self, page: QWidget) -> None:
        self.close_inner()
        self.inner = page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        page.setFocus()

    def _open_other(self, name: str, page: Any) -> None:
        page.closed.connect(partial(self.open_channel, name))
        page.order_wanted.connect(self.order_wanted)
        self._open(page)

    def _open_form(self, kind: str, name: str, draft: Draft) -> None:
        if name and self._is_gone(name, draft):
            return
        form = ChannelForm(self._desk, self._theme, draft, kind, name)
        form.closed.connect(partial(self.open_channel, name) if name else self.close_inner)
        form.saved.connect(partial(self._saved, "" if name else form.entries.kind))
        form.removed.connect(self._removed)
        self._open(form)

    def _open_mapping(self, name: str, draft: Draft) -> None:
        if self._is_gone(name, draft):
            return
        page = Mapping(self._desk, self._theme, draft, name)
        page.closed.connect(partial(self.open_channel, name))
        self._open(page)

    def _is_gone(self, name: str, draft: Draft) -> bool:
        """Say so where the configuration, changed by hand, has a channel no more."""
        gone = name not in [str(table.get("name")) for table in draft.channels]
        if gone:
            self._complain(EditTrouble("no_such_channel", name=name))
        return gone

    def _saved(self, fresh: str, name: str) -> None:
        """Show what was saved; the states of a service that is new (of the kind `fresh`) are mapped first."""
        holder = self._desk.worked_by(name)
        self._say("channels.saved_elsewhere" if holder else "channels.saved", name, holder=holder)
        if fresh and KINDS[fresh].has_workflow:
            self.open_mapping(name)
        else:
            self.open_channel(name)

    def _removed(self, name: str) -> None:
        self._say("channels.removed", name)
        self.close_inner()

    def _fetch(self, then: Any) -> None:
        """Read the configuration anew, for it may have been changed by hand, and go on with it."""
        if (setup := self._desk.setup) is not None:
            self._desk.run(setup.draft, then=then, failed=self._complain)

    def _complain(self, trouble: Exception) -> None:
        self._desk.said.emit(trouble_words(self._words, trouble))

    def _read(self, read: Any) -> Standing:
        shop = self._desk.shop
        open_letters = ("failed", "waiting", "sending")
        return Standing(
            channels=backlog.channels(read, shop, self._desk.clock()),
            gone=backlog.gone(read, shop),
            printers=backlog.printers(read, shop),
            attention=backlog.attention(read),
            letters=backlog.letters(read, open_letters),
            resumable=self._desk.works,
        )

    def _show_frame(self) -> None:
        """Show what will stand where, until it is read."""
        say = self._words.say
        reading = Line("reading", None, "search", "quiet", say("board.loading"))
        self.health.show_rows([Heading("channels", say("sync.title"), 0), reading])
        self.tasks.show_rows([Heading("attention", say("sync.attention"), 0), reading])

    def _show(self, found: Standing) -> None:
        words = self._words
        none = self._nothing("no_channel", "channels", "channels.none")
        known = [channel_line(words, each, resumable=found.resumable) for each in found.channels]
        self.health.show_rows(
            [
                Heading("channels", words.say("sync.title"), len(found.channels)),
                *(known or [none]),
                *(gone_line(words, each) for each in found.gone),
                Heading("printers", words.say("sync.printers"), len(found.printers)),
                *(printer_line(words, each) for each in found.printers),
            ]
        )
        calm = self._nothing("none", "check", "empty.attention")
        told = self._nothing("told", "check", "empty.letters")
        connected = self._desk.shop.channels
        self.tasks.show_rows(
            [
                Heading("attention", words.say("sync.attention"), len(found.attention)),
                *([attention_line(words, each) for each in found.attention] or [calm]),
                Heading("letters", words.say("sync.letters"), len(found.letters)),
                *([letter_line(words, each, connected) for each in found.letters] or [told]),
            ]
        )
        told_again = (each.stands(connected) in ("waiting", "failed") for each in found.letters)
        self.retry_all.setEnabled(any(told_again))
        self._wake_at_the_end_of_pauses(found.channels)

    def _nothing(self, name: str, icon: str, key: str) -> Line:
        tone = "done" if icon == "check" else "quiet"
        return Line(name, None, icon, tone, self._words.say(key), sub=self._words.say(f"{key}_hint"))

    def _wake_at_the_end_of_pauses(self, rows: Sequence[ChannelRow]) -> None:
        """Look again when a pause ends: that moment rings no bell."""
        ends = [row.paused_until for row in rows if row.paused_until not in (None, channels.FOREVER)]
        self._end.at(min(filter(None, ends), default=None), self._desk.clock())

    def _tend(self, line: Line, name: str) -> None:
        """Do what was tapped on a channel's line."""
        known = line.row.name
        match name:
            case "open":
                self.open_channel(known)
            case "go_on":
                self._desk.do(channels.resume, known, then=partial(self._went_on, known))
            case name if name == UNMAPPED:
                self.open_mapping(known)
            case "give_up_all":
                self._tasks.give_up_all(line.row)
            case _:
                self._desk.do(channels.try_again, known, then=partial(self._tried_again, known))

    def _tried_again(self, known: str, _done: None) -> None:
        self._say("sync.resumed", known)

    def _went_on(self, known: str, _changed: bool) -> None:
        self._say("channels.said_resumed", known)

    def _say(self, key: str, known: str, **facts: str) -> None:
        self._desk.said.emit(self._words.say(key, name=channel(self._words, known), **facts))

    def _retry_all(self) -> None:
        self._desk.do(outbox.retry_all, then=self._retried)

    def _retried(self, many: int) -> None:
        self._desk.said.emit(self._words.say("sync.retried", n=many))
