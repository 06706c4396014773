"""The channels page: how services and printers are in plain words, and what is left to do about it."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from pos.actions import attention, outbox
from pos.store import backlog
from pos.store.rows import AttentionRow, ChannelRow, LetterRow, PrinterRow
from pos.ui import wellness
from pos.ui.acts import DROP_REASONS
from pos.ui.desk import Desk
from pos.ui.faces import Action, channel
from pos.ui.lines import Heading, Line, LineLook
from pos.ui.lists import TargetList
from pos.ui.overlays import Sheet, ask_reason, counter_around
from pos.ui.theme import Theme
from pos.ui.widgets import button, column, label, row, scrolled
from pos.words import Words

_TONES = {"well": "done", "waiting": "amber", "needs_you": "red"}


class Standing(NamedTuple):
    """All that the page shows."""

    channels: list[ChannelRow]
    printers: list[PrinterRow]
    attention: list[AttentionRow]
    letters: list[LetterRow]
    resumable: bool


def channel_line(words: Words, row: ChannelRow, *, resumable: bool = False) -> Line:
    """Return how a channel is; one that is not well can be tried again where channels are worked here."""
    state = wellness.of_channel(words, row).state
    heard = (
        words.say("sync.heard", time=words.moment(row.heard_at)) if row.heard_at else words.say("sync.never")
    )
    parts = [heard]
    if row.waiting:
        parts.append(words.say("sync.waiting", n=row.waiting))
    if row.failed:
        parts.append(words.say("sync.failed", n=row.failed))
    if row.oldest:
        parts.append(words.say("sync.oldest", time=words.moment(row.oldest)))
    if row.retry_at and row.state != "well":
        parts.append(words.say("sync.next", time=words.clock(row.retry_at)))
    badge = {"well": "sync.well", "waiting": "sync.state_waiting", "needs_you": "sync.needs_you"}[
        "needs_you" if state == "needs_you" else row.state
    ]
    sub = words.say("board.dot").join(parts)
    offers = ("resume",) if resumable and row.error and row.state != "well" else ()
    return Line(
        id=f"c:{row.name}",
        row=row,
        icon=state,
        tone=_TONES[state],
        title=channel(words, row.name),
        badge=words.say(badge),
        sub=sub,
        error=words.fault(row.error),
        actions=tuple(Action(name, words.say(f"do.{name}"), "ink") for name in offers),
    )


def printer_line(words: Words, row: PrinterRow) -> Line:
    """Return how a printer is."""
    state = wellness.of_printer(words, row).state
    parts = [words.say("header.queued", n=row.waiting)] if row.waiting else []
    if row.unknown:
        parts.append(f"{words.say('print.unknown')} {row.unknown}")
    if row.failed:
        parts.append(f"{words.say('print.failed')} {row.failed}")
    badge = {"well": "sync.well", "waiting": "sync.state_waiting", "needs_you": "sync.needs_you"}[state]
    sub = words.say("board.dot").join(parts) or ("" if row.cause else words.cause(row.detail))
    error = wellness.cause(words, row) if row.state != "well" else ""
    return Line(f"p:{row.name}", row, state, _TONES[state], row.name, words.say(badge), sub, error)


def letter_line(words: Words, row: LetterRow) -> Line:
    """Return what a channel has still to be told."""
    verb = words.say(f"verb.{row.verb}") if words.has(f"verb.{row.verb}") else row.verb
    parts = [words.say("sync.order", number=row.order_number), words.moment(row.at)]
    if row.attempts:
        parts.append(words.say("sync.attempts", n=row.attempts))
    if row.state == "waiting" and row.attempts:
        parts.append(words.say("sync.next", time=words.clock(row.next_try_at)))
    offers = (("give_up", "red"), ("retry", "ink")) if row.state in ("waiting", "failed") else ()
    failed = row.state == "failed"
    return Line(
        id=row.id,
        row=row,
        icon="warning" if failed else "channels",
        tone="red" if failed else "quiet",
        title=words.say("board.dot").join((channel(words, row.channel), verb)),
        badge=words.say(f"letter.{row.state}"),
        sub=words.say("board.dot").join(parts),
        error=words.fault(row.error),
        actions=tuple(Action(name, words.say(f"do.{name}"), tone) for name, tone in offers),
    )


def attention_line(words: Words, row: AttentionRow) -> Line:
    """Return what a person must look at, with its answers."""
    about = [
        channel(words, row.channel) if row.channel else "",
        words.say("sync.order", number=row.order_number) if row.order_number else "",
        words.moment(row.at),
    ]
    offers = attention.answers(row.kind)[::-1]
    return Line(
        id=row.id,
        row=row,
        icon="bell",
        tone="red",
        title=_asked(words, row),
        sub=words.say("board.dot").join(part for part in about if part),
        actions=tuple(Action(name, words.say(f"answer.{name}"), "ink") for name in offers),
        sentence=True,
    )


#: Facts of a notice that are words of ours, by the section of the catalogue that says them.
_SAID = {"status": "status", "there": "status", "problem": "problem", "why": "why"}


def _asked(words: Words, row: AttentionRow) -> str:
    """Return a notice in words; the facts that are words of ours in the screen's language."""
    key = f"attention.{row.kind}"
    if not words.has(key):
        return row.kind
    facts = {name: _said(words, name, str(value)) for name, value in row.facts.items()}
    return words.say(key, **{"order": row.order_number, "channel": channel(words, row.channel), **facts})


def _said(words: Words, name: str, value: str) -> str:
    if name == "channel":
        return channel(words, value)
    key = f"{_SAID.get(name, name)}.{value}"
    return words.say(key) if words.has(key) else words.fault(value)


class Channels(QWidget):
    """How everything is, and beside it what is left to do. `order_wanted` carries an order's id."""

    order_wanted = Signal(object)

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self.health, self.tasks = TargetList(LineLook(theme)), TargetList(LineLook(theme))
        self.tasks.tapped.connect(self._act)
        self.health.tapped.connect(self._resume)
        self.tasks.chosen.connect(self._look)
        self.health.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        gap = theme.mm(3)
        self.retry_all = button(desk.words.say("do.retry_all"), self._retry_all, name="retry_all")
        head = row(label(desk.words.say("sync.title"), "head"), None, self.retry_all, gap=gap)
        lists = row(self.health, self.tasks, gap=theme.mm(4))
        lists.setStretch(0, 2)
        lists.setStretch(1, 3)
        self.setLayout(column(head, lists, gap=gap, margins=(theme.mm(4), gap, theme.mm(4), 0)))
        self.setFocusProxy(self.tasks)
        desk.watch(self, "channels printers letters attention tickets", self._read, self._show)

    def _read(self, read: Any) -> Standing:
        shop = self._desk.shop
        open_letters = ("failed", "waiting", "sending")
        return Standing(
            channels=backlog.channels(read, shop),
            printers=backlog.printers(read, shop),
            attention=backlog.attention(read),
            letters=backlog.letters(read, open_letters),
            resumable=self._desk.resume is not None,
        )

    def _show(self, found: Standing) -> None:
        words = self._words
        self.health.show_rows(
            [
                Heading("channels", words.say("sync.title"), len(found.channels)),
                *(channel_line(words, each, resumable=found.resumable) for each in found.channels),
                Heading("printers", words.say("sync.printers"), len(found.printers)),
                *(printer_line(words, each) for each in found.printers),
            ]
        )
        nothing = Line(
            "none", None, "check", "done", words.say("empty.attention"), sub=words.say("empty.attention_hint")
        )
        told = Line(
            "told", None, "check", "done", words.say("empty.letters"), sub=words.say("empty.letters_hint")
        )
        self.tasks.show_rows(
            [
                Heading("attention", words.say("sync.attention"), len(found.attention)),
                *([attention_line(words, each) for each in found.attention] or [nothing]),
                Heading("letters", words.say("sync.letters"), len(found.letters)),
                *([letter_line(words, each) for each in found.letters] or [told]),
            ]
        )
        self.retry_all.setEnabled(any(letter.state != "sending" for letter in found.letters))

    def _look(self, line: Line | Heading) -> None:
        """Open the order that a line is about; what could not be read is shown as it came."""
        found = line.row if isinstance(line, Line) else None
        if isinstance(found, LetterRow | AttentionRow) and found.order_id is not None:
            self.order_wanted.emit(found.order_id)
        elif isinstance(found, AttentionRow) and found.raw:
            raw = scrolled(column(label(found.raw, "quiet", wrap=True), None))
            raw.setMinimumHeight(self._theme.mm(80))
            Sheet(
                counter_around(self), self._theme, self._words, _asked(self._words, found), column(raw), 150
            )

    def _act(self, line: Line, name: str) -> None:
        match name:
            case "retry":
                self._desk.do(outbox.retry, line.row.id)
            case "give_up":
                self._give_up(line.row)
            case _:
                self._desk.do(attention.answer, line.row.id, name, self._desk.reader)

    def _resume(self, line: Line, _name: str) -> None:
        self._desk.try_again(line.row.name)
        said = self._words.say("sync.resumed", name=channel(self._words, line.row.name))
        self._desk.said.emit(said)

    def _give_up(self, letter: LetterRow) -> None:
        then = partial(self._desk.do, outbox.drop, letter.id)
        ask_reason(
            counter_around(self),
            self._theme,
            self._words,
            self._words.say("reasons.drop"),
            DROP_REASONS,
            then,
        )

    def _retry_all(self) -> None:
        self._desk.do(outbox.retry_all, then=self._retried)

    def _retried(self, many: int) -> None:
        self._desk.said.emit(self._words.say("sync.retried", n=many))
