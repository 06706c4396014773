"""The tickets page: what printers have still to print, what nobody knows, and every paper that came out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos.actions import tickets as actions
from pos.store import backlog
from pos.store.rows import TicketRow
from pos.ui.desk import Desk
from pos.ui.order.acts import DROP_REASONS
from pos.ui.order.papers import TICKET_TONES, Papers, kind_words
from pos.ui.parts.faces import Action
from pos.ui.parts.lines import Line, LineLook
from pos.ui.parts.lists import TargetList
from pos.ui.parts.overlays import ask_reason, counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import Empty, button, column, label, restyle, row
from pos.words import Words

#: The states that are not over yet.
OPEN = ("queued", "sending", "unknown", "failed")

#: What can be done with a ticket in each state: name and tone, the last one filled where it is `primary`.
_OFFERS: dict[str, tuple[tuple[str, str], ...]] = {
    "queued": (("give_up", "red"), ("retry", "ink")),
    "sending": (),
    "unknown": (("answer_no", "ink"), ("answer_yes", "ink")),
    "failed": (("give_up", "red"), ("retry", "ink")),
    "printed": (("reprint", "ink"),),
    "sent": (("reprint", "ink"),),
    "dropped": (("reprint", "ink"),),
}

_ICONS = {"printed": "check", "sent": "check", "failed": "warning", "unknown": "warning", "dropped": "cross"}


def ticket_line(words: Words, ticket: TicketRow, held: str = "") -> Line:
    """Return a ticket as a line of the page; `held` is why its printer keeps it without printing on."""
    kind = kind_words(words, ticket)
    about = [", ".join(ticket.order_numbers), ticket.taken_by or ticket.printer, words.moment(ticket.at)]
    if ticket.stands_in_for:
        about.append(words.say("spool.stands_in_for", name=ticket.stands_in_for))
    if ticket.copy > 1:
        about.append(words.say("spool.copy", n=ticket.copy))
    if ticket.mark:
        about.append(words.say(f"spool.{ticket.mark}"))
    if ticket.state == "queued" and ticket.attempts:
        about.append(words.say("spool.next", time=words.clock(ticket.next_try_at)))
    if ticket.state in ("printed", "sent") and ticket.evidence:
        about.append(words.say(f"evidence.{ticket.evidence}"))
    return Line(
        id=ticket.id,
        row=ticket,
        icon=_ICONS.get(ticket.state, "printer"),
        tone=TICKET_TONES[ticket.state],
        title=f"{ticket.number}  {kind}",
        badge=words.say(f"print.{ticket.state}"),
        sub=words.say("board.dot").join(part for part in about if part),
        error=_hindrance(words, ticket, held),
        actions=tuple(Action(name, words.say(f"do.{name}"), tone) for name, tone in _OFFERS[ticket.state]),
    )


def _hindrance(words: Words, ticket: TicketRow, held: str) -> str:
    """Return what a ticket waits for: while its printer holds it, that is in the printer's memory."""
    if ticket.state == "sending" and held:
        return words.say("spool.held", why=words.cause(held))
    return words.cause(ticket.error) if ticket.state not in ("printed", "sent") else ""


class Seen(NamedTuple):
    """Tickets, and why printers that are not well are not, by name."""

    tickets: list[TicketRow]
    causes: dict[str, str]


class Tickets(QWidget):
    """The spool, newest first; a tap on a line shows the paper."""

    def __init__(self, desk: Desk, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words = desk, theme, desk.words
        self._states: tuple[str, ...] = OPEN
        self._papers = Papers(desk, theme, self)
        words = desk.words
        self.list = TargetList(LineLook(theme))
        self.list.chosen.connect(lambda line: self._papers.show(line.row))
        self.list.tapped.connect(self._act)
        self.tabs = {
            name: button(words.say(f"spool.{name}"), partial(self._turn, states), "tab", name=name)
            for name, states in (("open", OPEN), ("all", ()))
        }
        self.retry_all = button(words.say("do.retry_all"), self._retry_all, name="retry_all")
        for tab in self.tabs.values():
            tab.setCheckable(True)
        self.tabs["open"].setChecked(True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(
            Empty(theme, "check", words.say("empty.tickets"), words.say("empty.tickets_hint"))
        )
        gap = theme.mm(3)
        head = row(
            label(words.say("spool.title"), "head"), *self.tabs.values(), None, self.retry_all, gap=gap
        )
        self.setLayout(column(head, self.stack, gap=gap, margins=(theme.mm(4), gap, theme.mm(4), 0)))
        self.setFocusProxy(self.list)
        self._watch = desk.watch(self, "tickets printers", self._read, self._show)
        self._table: dict[str, Callable[[TicketRow], None]] = {
            "retry": lambda ticket: self._desk.do(actions.retry, ticket.id),
            "reprint": self._papers.reprint,
            "give_up": self._give_up,
            "answer_yes": lambda ticket: self._desk.do(actions.answer, ticket.id, True),
            "answer_no": lambda ticket: self._desk.do(actions.answer, ticket.id, False),
        }

    def _read(self, read: Any) -> Seen:
        printers = backlog.printers(read, self._desk.shop, self._desk.clock())
        causes = {each.name: each.cause for each in printers if each.state != "well"}
        return Seen(backlog.tickets(read, self._states)[::-1], causes)

    def _show(self, seen: Seen) -> None:
        tickets = seen.tickets
        causes = [seen.causes.get(ticket.taken_by or ticket.printer, "") for ticket in tickets]
        lines = zip(tickets, causes, strict=True)
        self.list.show_rows([ticket_line(self._words, ticket, held) for ticket, held in lines])
        self.stack.setCurrentIndex(0 if tickets else 1)
        self.retry_all.setEnabled(any(ticket.state in ("queued", "failed") for ticket in tickets))

    def _turn(self, states: tuple[str, ...]) -> None:
        self._states = states
        for name, tab in self.tabs.items():
            tab.setChecked((name == "open") == bool(states))
            restyle(tab)
        self._watch.again()

    def _act(self, line: Line, name: str) -> None:
        self._table[name](line.row)

    def _give_up(self, ticket: TicketRow) -> None:
        then = partial(self._desk.do, actions.drop, ticket.id)
        ask_reason(
            counter_around(self),
            self._theme,
            self._words,
            self._words.say("reasons.drop"),
            DROP_REASONS,
            then,
        )

    def _retry_all(self) -> None:
        self._desk.do(actions.retry_all, then=self._retried)

    def _retried(self, many: int) -> None:
        self._desk.said.emit(self._words.say("spool.retried", n=many))
