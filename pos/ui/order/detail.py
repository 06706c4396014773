"""One order whole: memo first and loudest, then what, who, what happened, and what can be done now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from pos.domain.order import Order
from pos.store.rows import Card
from pos.ui.desk import Desk
from pos.ui.order import forgetting, sections
from pos.ui.order.acts import Acts
from pos.ui.order.further import awaits_dispatch, further
from pos.ui.order.papers import TICKET_TONES, Papers, ticket_words
from pos.ui.order.sections import Whole, whole
from pos.ui.order.sent import sent
from pos.ui.parts import icons
from pos.ui.parts.faces import LANE_OF, USUAL_MINUTES, channel
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import (
    Empty,
    Stepper,
    button,
    clear,
    column,
    framed,
    label,
    restyle,
    row,
    rule,
    scrolled,
)
from pos.ui.parts.written import written

#: The steps and the most that a preparation time can be set to on the screen (minutes).
STEP, MOST = 5, 180

#: What stays free at the panel's sides (mm).
EDGE = 4

#: What can be done with an order in each state: action, kind of button. The last is the primary one.
_OFFERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("placed", "booking"): ("reject", "check_in", "accept"),
    ("placed", ""): ("reject", "accept"),
    ("accepted", "booking"): ("cancel", "settle", "check_in"),
    ("accepted", "supplies"): ("cancel", "arrive"),
    ("accepted", "supplies_back"): ("cancel", "send_back"),
    ("accepted", ""): ("cancel", "settle", "execute"),
    ("executed", ""): ("cancel", "settle"),
}


def _sort(order: Order) -> str:
    """Return what is offered for: its type, or the shop's own supplies that come, or that only go back."""
    if order.supplies:
        return "supplies_back" if order.only_goes_back else "supplies"
    return order.type.value


class Detail(QWidget):
    """The panel at the right. `closed` says that a person has put it away."""

    closed = Signal()

    def __init__(self, desk: Desk, theme: Theme, acts: Acts) -> None:
        super().__init__()
        self.setObjectName("detail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk, self._theme, self._words, self._acts = desk, theme, desk.words, acts
        self._papers = Papers(desk, theme, self)
        self._card: Card | None = None
        self._shown: Whole | None = None
        self.order_id: UUID | None = None
        self.narrow = False
        self.minutes = USUAL_MINUTES
        self._clock, self._title, self._top = label(role="clock"), label(), row()
        self._root = column()
        self.setLayout(self._root)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_clock)
        self._watch = desk.watch(self, "orders letters tickets deals", self._read, self._show)

    def choose(self, order_id: UUID | None) -> None:
        """Show this order; None shows what to do."""
        if order_id != self.order_id:
            self.minutes = USUAL_MINUTES
        self.order_id = order_id
        self._watch.again()

    def follow(self, card: Card | None) -> None:
        """Take the clock from the order's card, as long as it has one."""
        self._card = card
        self._show_clock()

    def _read(self, read: Any) -> Whole | None:
        wanted = self.order_id
        return whole(read, wanted) if wanted else None

    def _show(self, found: Whole | None) -> None:
        self._shown = found
        clear(self._root)
        self._clock, self._title, self._top = label(role="clock"), label(), row()
        if found is None:
            words = self._words
            self._root.addWidget(
                Empty(self._theme, "orders", words.say("empty.detail"), words.say("empty.detail_hint"))
            )
            self._tick.stop()
            return
        edge = self._theme.mm(EDGE)
        self._root.addLayout(column(self._head(found.order), margins=(edge, edge, edge, self._theme.mm(3))))
        self._root.addWidget(rule())
        self._root.addWidget(scrolled(self._middle(found)), 1)
        if (bottom := self._bottom(found) or self._after(found)) is not None:
            self._root.addWidget(bottom)
        self._show_clock()
        self._tick.start()

    def _show_clock(self) -> None:
        card = self._card
        mine = self._shown is not None and card is not None and card.id == self._shown.order.id
        self._clock.setVisible(mine)
        if mine and card is not None:
            clock = LANE_OF[card.status].clock(self._words, card, self._desk.clock())
            self._clock.setText(clock.text)
            if self._clock.property("tone") != clock.tone:
                restyle(self._clock, tone=clock.tone)
            self._place_clock()

    def _place_clock(self) -> None:
        """Put the clock beside the title, or under it where it would cut it."""
        theme, closer = self._theme, 14 if self.narrow else 0
        room = self.width() - theme.mm(2 * EDGE + closer + 2)
        beside = self._title.sizeHint().width() + self._clock.sizeHint().width() <= room
        ways = QBoxLayout.Direction
        self._top.setDirection(ways.LeftToRight if beside else ways.TopToBottom)

    def _head(self, order: Order) -> QLayout:
        words, lane = self._words, LANE_OF.get(order.status.value)
        self._title = label(f"{order.number} {words.say(f'type.{order.type.value}')}", "title")
        self._top = row(self._title, None, self._clock)
        parts: list[QWidget | QLayout] = [self._top]
        if lane is None:
            tone = "done" if order.status.value == "paid" else "red"
            parts.append(label(words.say(f"status.{order.status.value}"), "badge", tone))
        if self.narrow:
            parts.append(self._closer())
        facts = [channel(words, order.channel), words.say("detail.placed", time=words.clock(order.placed_at))]
        if order.due_at:
            facts.append(words.say("detail.due", time=words.clock(order.due_at)))
        if order.table:
            facts.append(written(words.table(order.table)))
        if order.sequence_number:
            facts.append(words.say("detail.serial", number=written(order.sequence_number)))
        first = row(*parts, gap=self._theme.mm(2))
        first.setStretch(0, 1)
        line = sections.guest_said(words.say("board.dot").join(facts), "quiet")
        return column(first, line, gap=self._theme.mm(1))

    def _closer(self) -> QPushButton:
        made = button("", self.closed.emit, "flat", name="close_detail")
        made.setIcon(icons.icon("cross", self._theme.color("quiet"), self._theme.px(22)))
        made.setFixedWidth(self._theme.mm(12))
        made.setAccessibleName(self._words.say("do.close"))
        return made

    def _middle(self, found: Whole) -> QLayout:
        theme, words, order = self._theme, self._words, found.order
        edge = theme.mm(4)
        parts = [
            sections.memo(theme, words, order),
            sections.lines(theme, words, order),
            sections.payment(theme, words, found),
            sections.guest(theme, words, order),
            sent(theme, words, found, self._desk.shop.channels.get(order.channel)),
            sections.facts(theme, words, order),
            self._tickets(found),
            sections.letters(theme, words, found, self._desk.shop.channels, self._acts),
            forgetting.offers(self._desk, theme, self._acts, found),
            sections.timeline(theme, words, found),
        ]
        box = column(gap=self._theme.mm(3), margins=(edge, self._theme.mm(3), edge, edge))
        for place, part in enumerate(part for part in parts if part is not None):
            if place and part is not None:
                box.addWidget(rule())
            box.addLayout(part)
        box.addStretch(1)
        return box

    def _tickets(self, found: Whole) -> QLayout | None:
        if not found.tickets:
            return None
        box = column(label(self._words.say("detail.tickets"), "small"), gap=self._theme.mm(2))
        for ticket in found.tickets:
            made = button(
                ticket_words(self._words, ticket), partial(self._papers.show, ticket), "row", name="ticket"
            )
            made.setIcon(
                icons.icon("tickets", self._theme.color(TICKET_TONES[ticket.state]), self._theme.px(20))
            )
            box.addWidget(made)
        return box

    def _bottom(self, found: Whole) -> QWidget | None:
        order = found.order
        sort = _sort(order)
        offers = _OFFERS.get((order.status.value, sort)) or _OFFERS.get((order.status.value, ""))
        if offers is None:
            return None
        gap = self._theme.mm(3)
        box: QVBoxLayout = column(
            gap=gap, margins=(self._theme.mm(4), gap, self._theme.mm(4), self._theme.mm(4))
        )
        offers = tuple(
            name for name in offers if not (name == "settle" and order.settled and name != offers[-1])
        )
        offers = (offers[0], *self._besides(found), *offers[1:])
        primary = self._primary(order, offers[-1])
        if primary.objectName() == "accept" and order.type.value == "deliver":
            box.addWidget(self._stepper(primary))
        alone = offers[1:-1] == ("further",)
        first, *above = [self._second(order, name) for name in (offers[:1] if alone else offers[:-1])]
        if above:
            box.addLayout(row(*above, gap=gap))
        line = row(first, *([self._more(order)] if alone else []), primary, gap=gap)
        line.setStretch(line.count() - 1, 1)
        box.addLayout(line)
        return framed("actions", box)

    def _after(self, found: Whole) -> QWidget | None:
        """Return what can be done once nothing is left to do."""
        if not (offers := self._besides(found)):
            return None
        gap, edge = self._theme.mm(3), self._theme.mm(4)
        seconds = [self._second(found.order, name) for name in offers]
        return framed("actions", row(*seconds, gap=gap, margins=(edge, gap, edge, edge)))

    def _besides(self, found: Whole) -> tuple[str, ...]:
        """Return what is offered beside the lane's own moves: to dispatch where that is awaited, and more.

        Money may go back as long as there is some, whether the order is finished or was settled early.
        """
        facts = self._desk.shop.channels.get(found.order.channel)
        offers = {
            "dispatch": awaits_dispatch(found.order, facts),
            "pay_here": sections.may_pay_here(found.order),
            "further": bool(further(found.order, facts)),
            "refund": sections.refundable(found),
        }
        return tuple(name for name, offered in offers.items() if offered)

    def _primary(self, order: Order, name: str) -> QPushButton:
        free = order.settled or order.total is None or order.payment.seen_to_there
        if name == "settle" and free:
            name = "hand_over"
        lane = LANE_OF[order.status.value].name
        text = self._words.say(f"do.{name}")
        if name == "accept" and order.type.value == "deliver":
            text = self._words.say("detail.accept_in", n=self.minutes)
        elif name == "accept" and order.guest_is_here:
            text = self._words.say("do.accept_fire")
        return button(text, self._doing(order, name), "primary", lane, name)

    def _second(self, order: Order, name: str) -> QPushButton:
        tone = "red" if name in ("reject", "cancel") else ""
        return button(self._words.say(f"do.{name}"), self._doing(order, name), "second", tone, name)

    def _more(self, order: Order) -> QPushButton:
        """Return the small key beside the others, where nothing else stands above them."""
        made = self._second(order, "further")
        made.setAccessibleName(made.text())
        made.setText("")
        made.setIcon(icons.icon("more", self._theme.color("ink"), self._theme.px(24)))
        made.setIconSize(QSize(self._theme.px(24), self._theme.px(24)))
        made.setFixedWidth(self._theme.mm(14))
        return made

    def _doing(self, order: Order, name: str) -> Callable[[], None]:
        if name == "accept" and order.type.value == "deliver":
            return lambda: self._accept(order)
        return partial(self._acts.act, order, name)

    def _accept(self, order: Order) -> None:
        self._acts.touched.emit()
        self._acts.accept(order.id, self.minutes)

    def _stepper(self, primary: QPushButton) -> Stepper:
        stepper = Stepper(
            self._theme, lambda n: self._words.say("detail.minutes", n=n), self.minutes, STEP, MOST
        )

        def stepped(minutes: int) -> None:
            self.minutes = minutes
            primary.setText(self._words.say("detail.accept_in", n=minutes))

        stepper.changed = stepped
        return stepper
