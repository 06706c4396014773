"""What a person does about a letter that a channel has still to be told, or a notice that wants an answer."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from pos.actions import attention, outbox, unbooked
from pos.actions.orders import Made
from pos.domain.order import Order
from pos.store import queries
from pos.store.rows import AttentionRow, ChannelRow, LetterRow
from pos.ui.channels.lines import CLAIM, UNMAPPED, asked
from pos.ui.desk import Desk
from pos.ui.order.acts import DROP_REASONS, give_up
from pos.ui.order.claims import Claim
from pos.ui.order.moving import Place, ask
from pos.ui.parts.faces import channel
from pos.ui.parts.lines import Heading, Line
from pos.ui.parts.overlays import Sheet, ask_reason, counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import column, label, scrolled
from pos.ui.till.refund import GoneBack, ask_refund


class Tasks(QObject):
    """Acts on the lines of a screen that lists such things.

    `order_wanted` carries an order's id, `mapping_wanted` the name of a channel.
    """

    order_wanted = Signal(object)
    mapping_wanted = Signal(str)

    def __init__(self, desk: Desk, theme: Theme, screen: QWidget) -> None:
        super().__init__(screen)
        self._desk, self._theme, self._screen = desk, theme, screen

    def act(self, line: Line, name: str) -> None:
        """Do what was tapped."""
        match line.row, name:
            case ChannelRow() as unmapped, _:
                self.mapping_wanted.emit(unmapped.name)
            case LetterRow() as letter, "retry":
                self._desk.do(outbox.retry, letter.id)
            case LetterRow() as letter, name if name == UNMAPPED:
                self.mapping_wanted.emit(letter.channel)
            case LetterRow() as letter, _:
                give_up(self._desk, self._theme, counter_around(self._screen), letter.id)
            case AttentionRow() as asked_of, "book":
                self._desk.ask(queries.order, asked_of.order_id, then=partial(self._book, asked_of))
            case AttentionRow() as claimed, name if name == CLAIM:
                self._desk.ask(queries.order, claimed.order_id, then=self._answer_claim)
            case _:
                self._desk.do(attention.answer, line.row.id, name, self._desk.reader)

    def _book(self, row: AttentionRow, order: Order) -> None:
        """Open the refund of what its channel gave back, filled in: a person books it, or leaves it."""
        if order.deal_id is None:
            return
        gone = GoneBack(order.id, row.facts["pieces"] if row.kind == unbooked.PART else None)
        host, said = counter_around(self._screen), self._desk.said.emit
        ask_refund(self._desk, self._theme, host, order.deal_id, said, gone)

    def _answer_claim(self, order: Order) -> None:
        """Open the sheet of answers; where channel or claim is gone, the order."""
        if order.channel not in self._desk.shop.channels or not order.claims:
            self.order_wanted.emit(order.id)
            return
        place = Place(self._desk, self._theme, counter_around(self._screen), self._claim_answered)
        ask(place, order.id, Claim)

    def _claim_answered(self, _name: str, made: Made) -> None:
        self._desk.said.emit(self._desk.words.say("toast.claim", number=made.order.number))

    def look(self, line: Line | Heading) -> None:
        """Open the order that a line is about; what could not be read is shown as it came."""
        found = line.row if isinstance(line, Line) else None
        if isinstance(found, LetterRow | AttentionRow) and found.order_id is not None:
            self.order_wanted.emit(found.order_id)
        elif isinstance(found, AttentionRow) and found.raw:
            raw = scrolled(column(label(found.raw, "quiet", wrap=True), None))
            raw.setMinimumHeight(self._theme.mm(80))
            title = asked(self._desk.words, found)
            Sheet(counter_around(self._screen), self._theme, self._desk.words, title, column(raw), 150)

    def give_up_all(self, gone: ChannelRow) -> None:
        """Ask why all letters to a channel that is gone for good are given up, and give them up."""
        words, many = self._desk.words, gone.waiting + gone.failed
        then = partial(self._desk.do, outbox.drop_gone, gone.name, then=self._given_up)
        title = words.say("reasons.drop_all", name=channel(words, gone.name), n=many)
        ask_reason(counter_around(self._screen), self._theme, words, title, DROP_REASONS, then)

    def _given_up(self, many: int) -> None:
        self._desk.said.emit(self._desk.words.say("sync.given_up", n=many))
