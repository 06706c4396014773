"""The sheets of moves that a service is told of: what it asks for, what it will hear, and one button."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos.actions.vocabularies import line_keys
from pos.domain.claims import part_of
from pos.domain.order import Line, Order
from pos.domain.refusals import Refused
from pos.domain.shop import ChannelFacts
from pos.store import backlog, queries
from pos.store.rows import LetterRow
from pos.ui.desk import Desk
from pos.ui.parts.fields import Choice, Field
from pos.ui.parts.overlays import Sheet, sheet_width
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, label, scrolled
from pos.words import Words

#: The width of a sheet (mm), and the room that its head and foot take.
WIDE, AROUND = 130, 66

#: Who carried an order away that was placed longer before this one is nobody's habit any more.
LATELY = timedelta(days=60)


class Subject(NamedTuple):
    """What a move is about: the order and its letters.

    `last_carrier` is whom its channel's parcels were last given to.
    """

    order: Order
    letters: list[LetterRow]
    last_carrier: str = ""


def subject(read: Any, order_id: UUID) -> Subject:
    """Return what a move of an order is about; raises Refused where there is none."""
    order, letters = queries.order(read, order_id), backlog.order_letters(read, order_id)
    return Subject(order, letters, queries.last_carrier(read, order.channel, order.placed_at - LATELY))


class Place(NamedTuple):
    """Where a sheet lies: over `host`. `made` is told the move's name and what came of it."""

    desk: Desk
    theme: Theme
    host: QWidget
    made: Callable[[str, Any], object]

    @property
    def words(self) -> Words:
        """The counter's words."""
        return self.desk.words

    def facts(self, order: Order) -> ChannelFacts:
        """Return the order's channel; one that is set up no more, or is none, can be told nothing."""
        return self.desk.shop.channels.get(order.channel) or ChannelFacts(order.channel, "")


def parcels(order: Order) -> dict[str, list[Line]]:
    """Return an order's lines by what is told of alone: a service may name several of them as one."""
    parts: dict[str, list[Line]] = {}
    for key, line in line_keys(order).items():
        parts.setdefault(part_of(key), []).append(line)
    return parts


class Moving(QWidget):
    """What lies in the sheet of one move: `parts` to fill in, whom it tells, and the button that makes it.

    `action` returns what the store is to do, with its arguments. `closed` comes when it is done.
    """

    name = ""
    closed = Signal()

    def __init__(self, place: Place, about: Subject) -> None:
        super().__init__()
        self.place, self.about, self.order = place, about, about.order
        self.facts, self.words, theme = place.facts(about.order), place.words, place.theme
        self.tells = label("", "quiet", wrap=True)
        self.tells.setObjectName("tells")
        self.fault = label("", "", "red", wrap=True)
        self.fault.hide()
        self.sure = button(self.words.say(f"do.{self.name}"), self.send, "primary", self.tone, "sure")
        self.box: QVBoxLayout = column(gap=theme.mm(4))
        self.fill()
        self.box.addStretch(1)
        self.area = scrolled(self.box)
        if (inside := self.area.widget()) is not None:
            inside.installEventFilter(self)
        self.setLayout(column(self.area, self.tells, self.fault, self.sure, gap=theme.mm(3)))
        self.refresh()

    @property
    def tone(self) -> str:
        """The colour of the button: the lane in which such a thing is done."""
        return "kitchen"

    def fill(self) -> None:
        """Lay what is to be filled in into `box`."""

    def begin(self) -> None:
        """Give the keyboard to where a person, or a scanner, begins."""
        self.setFocus()

    def ready(self) -> bool:
        """Whether nothing is missing."""
        return True

    def said_there(self) -> Sequence[str]:
        """Return what will be told of it, a sentence each."""
        return [tells(self.words, self.facts, self.name)]

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
        """Return what is to be done."""
        raise NotImplementedError  # Qt's metaclass leaves no room for an abstract one

    def refresh(self) -> None:
        """Say again what will be told and whether the button may be pressed; take the room it needs."""
        self._fit()
        self.tells.setText("\n".join(self.said_there()))
        self.sure.setEnabled(self.ready())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take other room once what is asked is other: only what is seen has its fonts, and its height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        host, theme = self.place.host, self.place.theme
        # Where nothing wraps there is no height for a width, which Qt says with a negative one.
        needed = self.box.totalHeightForWidth(sheet_width(host, theme, WIDE))
        needed = needed if needed >= 0 else self.box.totalSizeHint().height()
        room = host.height() - theme.mm(AROUND)
        self.area.setFixedHeight(min(needed, room))
        # A bar that comes while the sheet grows takes the width by which it would not be needed.
        always_off, as_needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.area.setVerticalScrollBarPolicy(as_needed if needed > room else always_off)

    def send(self) -> None:
        """Have it done; a refusal is said in the sheet, which stays open."""
        if not self.sure.isEnabled():
            return
        action, args, more = self.action()
        self.sure.setEnabled(False)
        self.place.desk.do(action, *args, then=self._done, refused=self._refused, **more)

    def _done(self, made: Any) -> None:
        self.closed.emit()
        self.place.made(self.name, made)

    def _refused(self, refusal: Refused) -> None:
        self.fault.setText(self.words.refusal(refusal))
        self.fault.show()
        self.refresh()

    def may_concern(self) -> tuple[str, ...]:
        """Return the parts of the order that it may be about."""
        return tuple(parcels(self.order))

    def which_parts(self, verb: str) -> Choice | None:
        """Return a choice of what it is about, all of it at first; None where there is nothing to choose."""
        parts, may = parcels(self.order), self.may_concern()
        if verb not in self.facts.partly or len(may) < 2:
            return None
        options = [(part, pieces(self.words, parts[part])) for part in may]
        choice = Choice(self.place.theme, options, may, many=True)
        choice.changed.connect(self.refresh)
        self.box.addWidget(Field(self.place.theme, self.words.say("deal_with.lines"), choice))
        return choice

    def chosen_lines(self, choice: Choice | None) -> tuple[str, ...]:
        """Return the lines that are chosen, as letters name them; none for all of them."""
        chosen = self.may_concern() if choice is None else choice.chosen
        if len(chosen) == len(parcels(self.order)):
            return ()
        return tuple(key for key in line_keys(self.order) if part_of(key) in chosen)


def pieces(words: Words, lines: Sequence[Line]) -> str:
    """Return lines with their quantities, on one line."""
    return words.say("board.and").join(f"{line.name} ×{line.quantity}" for line in lines)


def tells(words: Words, facts: ChannelFacts, verb: str, word: str = "") -> str:
    """Return what a channel will be told, in its service's own word; or why nobody is told."""
    if not facts.kind:
        return words.say("deal_with.own")
    said = {"channel": words.channel(facts.name), "verb": words.say(f"verb.{verb}")}
    if verb not in facts.tells:
        return words.say("deal_with.tells_not", **said)
    return words.say("deal_with.tells", word=word or facts.says.get(verb, verb), **said)


def open_sheet(place: Place, make: Callable[[Place, Subject], Moving], about: Subject) -> Sheet:
    """Open the sheet of a move."""
    moving = make(place, about)
    title = place.words.say(f"deal_with.{moving.name}", number=about.order.number)
    sheet = Sheet(place.host, place.theme, place.words, title, column(moving), WIDE)
    moving.closed.connect(sheet.close)
    moving.begin()
    return sheet


def ask(place: Place, order_id: UUID, make: Callable[[Place, Subject], Moving]) -> None:
    """Look at the order as it is now, and open the sheet of a move."""
    place.desk.ask(subject, order_id, then=partial(open_sheet, place, make))
