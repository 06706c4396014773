"""Tickets as paper: their words, their picture as they come out, and another copy where one may be wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from pos.actions import tickets
from pos.store import backlog
from pos.store.rows import TicketRow
from pos.ui.desk import Desk
from pos.ui.parts.overlays import Sheet, counter_around, show_picture
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button
from pos.words import Words

#: Says something, with what to press and what that is called.
Say = Callable[[str, Callable[[], object] | None, str], object]

#: The colour of each state of a ticket.
TICKET_TONES = {
    "queued": "quiet", "sending": "quiet", "printed": "done", "sent": "done",
    "unknown": "amber", "failed": "red", "dropped": "quiet",
}  # fmt: skip

#: The states in which another copy can be asked for: nothing of the last one is on its way or in doubt.
AGAIN = ("printed", "sent", "dropped")


def kind_words(words: Words, ticket: TicketRow) -> str:
    """Return what a ticket is."""
    key = f"ticket.{ticket.kind}"
    return words.say(key) if words.has(key) else ticket.kind


def ticket_words(words: Words, ticket: TicketRow) -> str:
    """Return a ticket as a line: number, what it is, its state, and the mark of a copy."""
    parts = [ticket.number, kind_words(words, ticket), words.say(f"print.{ticket.state}")]
    if ticket.mark:
        parts.append(words.say(f"spool.{ticket.mark}"))
    if ticket.stands_in_for:
        parts.append(words.say("spool.stands_in_for", name=ticket.stands_in_for))
    return words.say("board.dot").join(parts)


class Papers(QObject):
    """Shows tickets over a screen."""

    def __init__(self, desk: Desk, theme: Theme, screen: QWidget) -> None:
        super().__init__(screen)
        self._desk, self._theme, self._words, self._screen = desk, theme, desk.words, screen

    def show(self, ticket: TicketRow) -> None:
        """Show a ticket as it comes out of its printer."""
        self._desk.preview(ticket.id, partial(self._drawn, ticket))

    def show_id(self, ticket_id: UUID) -> None:
        """Show a ticket of which only the id is known."""
        self._desk.ask(backlog.ticket, ticket_id, then=self._show_found)

    def show_receipt(self, order_id: UUID) -> None:
        """Show what the guest of an order got last."""
        self._desk.ask(backlog.order_tickets, order_id, then=self._show_last)

    def offer_copy(self, say: Say, text: str, ticket_id: UUID) -> None:
        """Say that another copy is queued, and offer to see it."""
        say(text, partial(self.show_id, ticket_id), "look")

    def offer_receipt(self, say: Say, text: str, order_id: UUID) -> None:
        """Say that a deal is closed, and offer its paper where one comes out."""
        prints = self._desk.shop.printers_for("settlement")
        say(text, partial(self.show_receipt, order_id) if prints else None, "look")

    def reprint(self, ticket: TicketRow) -> None:
        """Ask for another copy, which will say so."""
        self._desk.do(tickets.reprint, ticket.id, then=partial(self._queued, ticket))

    def _drawn(self, ticket: TicketRow, png: bytes) -> None:
        words = self._words
        again = button(words.say("do.reprint"), name="reprint")
        again.setVisible(ticket.state in AGAIN)
        title = ticket_words(words, ticket)
        counter = counter_around(self._screen)
        sheet = show_picture(counter, self._theme, words, title, png, again)
        again.clicked.connect(partial(self._again, sheet, ticket))

    def _again(self, sheet: Sheet, ticket: TicketRow, _checked: bool = False) -> None:
        sheet.close()
        self.reprint(ticket)

    def _queued(self, ticket: TicketRow, copy: UUID) -> None:
        self._desk.queued.emit(self._words.say("spool.reprinted", number=ticket.number), copy)

    def _show_last(self, found: list[TicketRow]) -> None:
        if receipts := [ticket for ticket in found if ticket.kind == "settlement"]:
            self.show(receipts[-1])

    def _show_found(self, found: TicketRow | None) -> None:
        if found is not None:
            self.show(found)
