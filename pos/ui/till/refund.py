"""Refunding: what goes back at the left; how much, which way and why at the right; one button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from pos.actions import refunds
from pos.actions.refunds import Refunded
from pos.domain.deal import Deal
from pos.domain.payment import METHODS, PREPAY
from pos.domain.refund import Standing
from pos.domain.refusals import Refused
from pos.domain.shop import COUNTER
from pos.store import queries
from pos.ui.desk import Desk
from pos.ui.parts.fields import Choice, line_edit
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import Figure, button, column, framed, label, restyle, row, scrolled
from pos.ui.till.refund_choice import AS_PAID, Chosen, Key
from pos.ui.till.refund_lines import Lines

#: Why money usually goes back.
REASONS = ("why_bad", "why_wrong", "why_late", "why_price")

#: Keeps a method and its amount on one line (a no-break space).
_STAY = "\u00a0"

#: How wide the sheet is, and its right side; how high its page is, and what lies around that (mm).
WIDE, SIDE, HIGH, AROUND = 224, 98, 160, 32


class GoneBack(NamedTuple):
    """What a channel gave back of one order: pieces by line (None: all of it; empty: it does not say)."""

    order_id: UUID
    pieces: Mapping[str, int] | None

    def of(self, standing: Standing) -> Standing:
        """Return the standing of that order alone: of others on its bill the channel knows nothing."""
        return replace(standing, orders=tuple(o for o in standing.orders if o.id == self.order_id))

    def chosen(self, standing: Standing) -> Chosen:
        """Return what the sheet begins with."""
        return Chosen(standing).all() if self.pieces is None else Chosen.given_back(standing, self.pieces)


def ask_refund(
    desk: Desk,
    theme: Theme,
    host: QWidget,
    deal_id: UUID,
    done: Callable[[str], object],
    gone: GoneBack | None = None,
) -> None:
    """Ask what of a deal goes back, in a sheet over the counter; tell `done` in words what became of it.

    What is `gone` back at its channel already is filled in, and only booked.
    """

    def show(standing: Standing) -> None:
        page = Refund(desk, theme, standing, gone)
        # As high whatever is chosen: a key does not move from under a finger.
        page.setMinimumHeight(min(theme.mm(HIGH), host.height() - theme.mm(AROUND)))
        title = desk.words.say("refund.title", bill=standing.deal.number)
        sheet = Sheet(host, theme, desk.words, title, column(page), WIDE)
        page.left.connect(sheet.close)
        page.closed.connect(done)

    desk.ask(queries.standing, deal_id, then=show)


class Refund(QWidget):
    """What the sheet shows. `closed` says what was refunded, `left` that the sheet is done."""

    closed = Signal(str)
    left = Signal()

    def __init__(self, desk: Desk, theme: Theme, standing: Standing, gone: GoneBack | None = None) -> None:
        super().__init__()
        self._gone = gone
        self._desk, self._theme, self._words = desk, theme, desk.words
        # Whatever is tapped twice, or asked again after a lost answer, is one refund.
        self._id = uuid4()
        self.chosen = gone.chosen(gone.of(standing)) if gone else Chosen.first(standing)
        self._methods = (*METHODS, *desk.shop.methods)
        self.lines = Lines(theme, desk.words)
        self.lines.stepped.connect(self._step)
        self.lines.toggled.connect(self._toggle)
        self.setLayout(row(self.lines, self._side(), gap=theme.mm(4)))
        self.lines.show_chosen(self.chosen)
        if gone is not None:
            self.own.setText(self._words.say("refund.went_back_there"))
        self._count()
        desk.watch(self, "deals orders", partial(_standing, standing.deal.id), self._stands)

    def _side(self) -> QWidget:
        theme = self._theme
        self.give = button("", self._finish, "primary", "red", "give")
        side = QFrame()
        side.setFixedWidth(theme.mm(SIDE))
        self.untold, self.held = label("", "small", wrap=True), label("", "strong", "red", wrap=True)
        choices = scrolled(column(*self._ways_back(), *self._reasons(), None, gap=theme.mm(2)))
        parts = (self._outcome(), choices, self.untold, self.held, self.give)
        side.setLayout(column(*parts, gap=theme.mm(3)))
        return side

    def _outcome(self) -> QWidget:
        theme, words = self._theme, self._words
        self.sum, self.ways = Figure(theme), label("", "quiet", wrap=True)
        around = (theme.mm(4), theme.mm(2), theme.mm(4), theme.mm(2))
        said = label(words.say("refund.goes_back"), "head")
        self._result = framed("change", column(row(said, self.sum), self.ways, margins=around))
        return self._result

    def _ways_back(self) -> tuple[QWidget, ...]:
        words = self._words
        ways = [(AS_PAID, words.say("refund.as_paid"))]
        ways += [(method, words.method(method)) for method in self._methods if method != PREPAY]
        self.way = Choice(self._theme, ways, [self.chosen.way])
        self.way.changed.connect(self._turn)
        how = label(words.say("refund.how"), "small")
        for part in (how, self.way) if self._gone else ():
            part.hide()
        return how, self.way

    def _reasons(self) -> tuple[QWidget, ...]:
        words = self._words
        self.why = Choice(self._theme, (), ())
        self.why.changed.connect(self._choose_why)
        self._offer_reasons()
        self.own = line_edit("", "own", self._own_typed)
        self.own.setPlaceholderText(words.say("refund.other"))
        return label(words.say("refund.why"), "small"), self.why, self.own

    def _offer_reasons(self) -> None:
        self.why.offer([(key, self._words.say(f"refund.{key}")) for key in REASONS], ())

    def _stands(self, standing: Standing) -> None:
        standing = standing if self._gone is None else self._gone.of(standing)
        if standing == self.chosen.standing:
            return
        self.chosen = self.chosen.on(standing)
        self.lines.show_chosen(self.chosen)
        self._count()

    def _step(self, key: Key, step: int) -> None:
        self._take(self.chosen.by(key, step))

    def _toggle(self) -> None:
        emptied = self.chosen.whole and bool(self.chosen.pieces)
        self._take(self.chosen.none() if emptied else self.chosen.all())

    def _turn(self) -> None:
        self._take(self.chosen.going(str(self.way.value)))

    def _take(self, chosen: Chosen) -> None:
        self.chosen = chosen
        self.lines.count(chosen)
        self._count()

    def _choose_why(self) -> None:
        self.own.clear()
        self._count()

    def _own_typed(self) -> None:
        if self.own.text() and self.why.value:
            self._offer_reasons()
        self._count()

    @property
    def reason(self) -> str:
        """Why the money goes back, in words; empty where nobody said so yet."""
        usual = f"refund.{self.why.value}" if self.why.value else ""
        return self._words.say(usual) if usual else self.own.text().strip()

    def _count(self) -> None:
        """Show what would come of it now."""
        hindered, made = "", None
        try:
            made = self.chosen.made(self._methods) if self.chosen.able else None
        except Refused as refusal:
            hindered = self._words.refusal(refusal)
        self._show_sum(made, hindered)
        self._show_untold(made)
        self.give.setText(self._offer(made))
        self.give.setEnabled(made is not None and bool(self.reason))

    def _show_sum(self, made: Deal | None, hindered: str) -> None:
        total = self._words.money(self.chosen.total, self.chosen.standing.deal.currency)
        self.sum.say(total, "ink" if made else "quiet")
        self.ways.setText(hindered or self._ways(made))
        restyle(self.ways, tone="red" if hindered else "quiet")
        restyle(self._result, lacking=made is None)

    def _offer(self, made: Deal | None) -> str:
        """Return what the button does, or what is lacking first."""
        if made is None:
            return self._words.say("refund.pick" if any(self.chosen.most().values()) else "refund.nothing")
        if not self.reason:
            return self._words.say("refund.why_needed")
        amount = self._words.money(-made.total, made.currency)
        give = "refund.book" if self._gone else "refund.give"
        return self._words.say(give if made.total else "refund.give_nothing", amount=amount)

    def _ways(self, made: Deal | None) -> str:
        """Return by which methods how much goes back, and what of it is no piece's."""
        words, currency = self._words, self.chosen.standing.deal.currency
        if made is None:
            return ""
        ways = [
            f"{words.method(part.method)}{_STAY}{words.money(-part.amount, currency)}"
            for part in made.payments
        ]
        if charge := self.chosen.charge(made):
            ways.append(words.say("refund.rest", amount=words.money(charge, currency)))
        return words.say("board.dot").join(ways)

    def _show_untold(self, made: Deal | None) -> None:
        """Show which channels will not learn of it, and where a person has to give money back."""
        words, untold, held = self._words, [], []
        for order in self.chosen.standing.orders:
            shares = made.shares_of(order.id) if made else ()
            if not shares or self._hears(order.channel):
                continue
            channel = words.channel(order.channel)
            if self._gone:
                untold.append(words.say("refund.booked_there", channel=channel))
            elif order.payment.given_back_there:
                held.append(words.say("refund.gone_there", channel=channel))
            elif amount := -sum(share.total for share in shares if share.online):
                said = words.money(amount, order.currency)
                key = "held_rest" if self.chosen.standing.part_went_back_there(order) else "held"
                held.append(words.say(f"refund.{key}", channel=channel, amount=said))
            else:
                untold.append(words.say("refund.untold", channel=channel))
        for shown, lines in ((self.untold, untold), (self.held, held)):
            shown.setText("\n".join(dict.fromkeys(lines)))
            shown.setVisible(bool(lines))

    def _hears(self, channel: str) -> bool:
        """Whether nobody is left out: the counter's own orders are no channel's."""
        facts = self._desk.shop.channels.get(channel)
        return channel == COUNTER or (facts is not None and "refund" in facts.tells)

    def _finish(self) -> None:
        self.give.setEnabled(False)
        chosen = self.chosen
        self._desk.do(
            refunds.refund,
            chosen.standing.deal.id,
            chosen.pieces,
            chosen.given,
            self.reason,
            self._id,
            self._gone is not None,
            then=self._refunded,
            refused=self._refused,
        )

    def _refunded(self, done: Refunded) -> None:
        key = "refund.closed" if done.changed else "refund.was_done"
        total = self._words.money(-done.deal.total, done.deal.currency)
        self.closed.emit(self._words.say(key, total=total, bill=done.deal.number))
        self.left.emit()

    def _refused(self, refusal: Refused) -> None:
        self._desk.said.emit(self._words.refusal(refusal))
        self._count()


def _standing(deal_id: UUID, read: Any) -> Standing:
    return queries.standing(read, deal_id)
