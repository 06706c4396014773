"""The parts of an order's detail, from its memo to its timeline: rows in, layouts out."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLayout, QVBoxLayout, QWidget

from pos.domain.order import Line, Move, Order
from pos.domain.payment import GONE_BACK, PaymentStatus
from pos.store import backlog, queries
from pos.store.cards import known_elsewhere
from pos.store.rows import DealRow, Happening, LetterRow, TicketRow
from pos.ui.parts.faces import person, sentence
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, label, row
from pos.ui.parts.written import breakable, written
from pos.words import Words

#: Longer names have their lines to themselves (letters).
LONG_NAME = 10

_LETTER_TONES = {
    "waiting": "quiet", "sending": "quiet", "told": "done",
    "failed": "red", "gone": "red", "dropped": "quiet",
}  # fmt: skip


class Whole(NamedTuple):
    """All that is shown of one order."""

    order: Order
    timeline: list[Happening]
    tickets: list[TicketRow]
    letters: list[LetterRow]
    deal: DealRow | None


def whole(read: Any, order_id: UUID) -> Whole:
    """Return an order with everything around it; raises Refused where there is none."""
    order = queries.order(read, order_id)
    return Whole(
        order=order,
        timeline=queries.timeline(read, order_id),
        tickets=backlog.order_tickets(read, order_id),
        letters=backlog.order_letters(read, order_id),
        deal=queries.deal(read, order.deal_id) if order.deal_id else None,
    )


def guest_said(text: str, role: str = "") -> QLabel:
    """Return words of which a guest wrote some, whole: in as many lines as they take."""
    return label(breakable(text), role, wrap=True)


def memo(theme: Theme, words: Words, order: Order) -> QLayout | None:
    """Return what the guest wrote, loudest of all; None where nothing was."""
    notes = [note for note in order.memo if note.message and not note.fact]
    if not notes and not order.guest_is_here:
        return None
    box = column(gap=theme.mm(2))
    if order.guest_is_here:
        box.addWidget(label(words.say("board.guest_is_here"), "badge", "red"))
    for note in notes:
        who = f"{written(note.name)}: " if note.name and len(notes) > 1 else ""
        box.addWidget(guest_said(who + written(note.message), "memo"))
    return box


def facts(theme: Theme, words: Words, order: Order) -> QLayout | None:
    """Return what the channel keeps of the order and nobody says; None for nothing."""
    known = [note for note in order.memo if note.message and note.fact]
    if not known:
        return None
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.mm(3))
    grid.setVerticalSpacing(theme.mm(1))
    grid.setColumnStretch(1, 1)
    for at, note in enumerate(known):
        grid.addWidget(label(words.fact(note.fact), "quiet"), at, 0, Qt.AlignmentFlag.AlignTop)
        said = (written(note.message), words.moment(note.at) if note.at else "")
        grid.addWidget(guest_said(words.say("board.dot").join(filter(None, said))), at, 1)
    return column(label(words.say("detail.facts"), "small"), grid, gap=theme.mm(1))


def lines(theme: Theme, words: Words, order: Order) -> QLayout:
    """Return what was ordered, with options and amounts, and under a heading of its own what goes back."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.mm(2))
    grid.setVerticalSpacing(theme.mm(1))
    grid.setColumnStretch(1, 1)
    _lay(grid, words, order, order.wanted)
    if order.going_back:
        grid.addWidget(label(words.say("detail.going_back"), "small"), grid.rowCount(), 0, 1, 3)
        _lay(grid, words, order, order.going_back)
    return grid


def _lay(grid: QGridLayout, words: Words, order: Order, lines: Sequence[Line]) -> None:
    for line in lines:
        at = grid.rowCount()
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(label(f"{line.quantity}×", "strong"), at, 0, top)
        grid.addWidget(guest_said(written(line.name)), at, 1)
        if line.amount is not None:
            amount = label(words.figure(line.amount, order.currency))
            grid.addWidget(amount, at, 2, top | Qt.AlignmentFlag.AlignRight)
        said = (*line.contents, *line.options, *((line.note,) if line.note else ()))
        if under := words.say("board.dot").join(map(written, said)):
            grid.addWidget(guest_said(under, "small"), at + 1, 1)


def payment(theme: Theme, words: Words, found: Whole) -> QLayout | None:
    """Return the total, what makes it differ from its lines, and whether it is paid; None without prices."""
    order = found.order
    if order.total is None:
        return None
    box = column(gap=theme.mm(1))
    if order.adjustment:
        amount = words.money(order.adjustment, order.currency)
        box.addLayout(row(label(words.say("detail.adjustment"), "quiet"), None, label(amount, "quiet")))
    total = label(words.money(order.total, order.currency), "head")
    box.addLayout(row(label(words.say("detail.total"), "head"), None, total))
    status, tone = _paid(words, order)
    line = row(label(status, "strong", tone), _deal(words, found.deal), gap=theme.mm(3))
    line.setStretch(1, 1)
    box.addLayout(line)
    for made, back in _refunds(found):
        done = words.say("refund.refunded" if back <= 0 else "refund.undone")
        facts = (done, made.number, written(made.reason))
        said = guest_said(words.say("board.dot").join(facts), "small")
        line = row(said, label(words.money(back, made.currency), "small"), gap=theme.mm(2))
        line.setStretch(0, 1)
        box.addLayout(line)
    return box


def _refunds(found: Whole) -> list[tuple[DealRow, int]]:
    """Return what went back of the order, each time with how much of its money (minor units, negative)."""
    return [
        (made, part.total)
        for made in (found.deal.refunds if found.deal else ())
        for part in made.shares
        if part.order_id == found.order.id
    ]


def refundable(found: Whole) -> bool:
    """Whether something of the order may still go back: in our books, whatever its channel says of it."""
    order, deal = found.order, found.deal
    if deal is None or not order.settled:
        return False
    taken = sum(part.total for part in deal.shares if part.order_id == order.id)
    left = taken + sum(back for _made, back in _refunds(found))
    return left > 0 or order.payment.status is not PaymentStatus.REFUNDED


def may_pay_here(order: Order) -> bool:
    """Whether a guest who has the money back from the channel may still pay at the counter after all."""
    return order.payment.given_back_there and bool(order.total) and Move.SETTLE in order.possible()


def _paid(words: Words, order: Order) -> tuple[str, str]:
    """Return how an order's payment stands, and in which tone."""
    if order.payment.status in GONE_BACK:
        return words.say(f"payment.{order.payment.status.value}"), "red"
    if not order.settled and not order.payment.taken_online:
        return words.say(f"payment.{order.payment.status.value}"), "quiet"
    method = words.method(order.payment.type) if order.payment.type else ""
    return words.say("board.paid", method=method).strip(), "done"


def _deal(words: Words, deal: DealRow | None) -> QWidget:
    if deal is None:
        return label()
    parts = [
        f"{words.method(method)} {words.money(amount, deal.currency)}" for method, amount in deal.payments
    ]
    bill = [deal.number] if deal.closed_at else []  # an open deal has no bill yet
    back = [f"{words.say('settle.change')} {words.money(deal.change, deal.currency)}"] if deal.change else []
    made = label(words.say("board.dot").join((*bill, *parts, *back)), "small", wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


def guest(theme: Theme, words: Words, order: Order) -> QLayout | None:
    """Return who ordered; None for nobody."""
    who = order.guest
    facts = [written(who.phone), written(who.level)]
    if who.balance is not None:
        facts.append(words.say("detail.balance", amount=words.money(who.balance, order.currency)))
    if who.points is not None:
        facts.append(words.say("detail.points", points=who.points))
    second = words.say("board.dot").join(fact for fact in facts if fact)
    if not (who.name or second or who.address):
        return None
    address = (guest_said(written(who.address), "quiet"),) if who.address else ()
    return column(_name(theme, who.name, second), *address)


def _name(theme: Theme, name: str, second: str) -> QLayout:
    """Return a guest's name and what is known of the guest beside it, under it where the name is long."""
    if len(name) > LONG_NAME:
        return column(guest_said(written(name), "strong"), guest_said(second, "quiet"))
    line = row(label(written(name), "strong"), guest_said(second, "quiet"), gap=theme.mm(2))
    line.setStretch(1, 1)
    return line


class Ways(Protocol):
    """What becomes of a letter that was not told, by its id."""

    def retry(self, letter_id: UUID) -> object:
        """Let it be told again."""

    def give_up(self, letter_id: UUID) -> object:
        """Let it never be told."""


def letters(
    theme: Theme, words: Words, found: Whole, connected: Container[str], ways: Ways
) -> QLayout | None:
    """Return what channels were told or have still to be told, others than its own by name; or None.

    What was refused can be told again from here, each alone; what waits for a channel that is none of those
    `connected` can be given up.
    """
    if not found.letters:
        return None
    box = column(label(words.say("detail.letters"), "small"), gap=theme.mm(1))
    known = known_elsewhere(found.order.channel, found.letters)
    own = [letter for letter in found.letters if letter.channel not in known]
    _told(box, words, own, connected, ways)
    for name, word in known.items():
        line = words.say("board.dot").join((words.channel(name), words.say(f"knows.{word}")))
        box.addWidget(label(line, "quiet", wrap=True))
        _told(box, words, [letter for letter in found.letters if letter.channel == name], connected, ways)
    return box


def _told(
    box: QVBoxLayout, words: Words, letters: Sequence[LetterRow], connected: Container[str], ways: Ways
) -> None:
    offered = {"failed": ("retry", ways.retry), "gone": ("give_up", ways.give_up)}
    for letter in letters:
        stands = letter.stands(connected)
        state = label(words.say(f"letter.{stands}"), "strong", _LETTER_TONES[stands])
        verb = words.say(f"verb.{letter.verb}") if words.has(f"verb.{letter.verb}") else letter.verb
        said = words.say("board.dot").join((sentence(verb), *map(written, letter.about)))
        line = row(guest_said(said) if letter.about else label(said), None, state)
        line.setStretch(0, len(letter.about))
        box.addLayout(line)
        if letter.error and letter.state != "told":
            box.addWidget(guest_said(words.fault(letter.error), "small"))
        if way := offered.get(stands):
            name, do = way
            box.addLayout(row(button(words.say(f"do.{name}"), partial(do, letter.id), name=name), None))


def timeline(theme: Theme, words: Words, found: Whole) -> QLayout | None:
    """Return what happened to the order, oldest first."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.mm(3))
    grid.setVerticalSpacing(theme.mm(1))
    grid.setColumnStretch(1, 1)
    for at, happening in enumerate(found.timeline):
        grid.addWidget(label(words.clock(happening.at), "quiet"), at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(guest_said(happened(words, happening)), at, 1)
    return column(label(words.say("detail.timeline"), "small"), grid, gap=theme.mm(1))


def happened(words: Words, happening: Happening) -> str:
    """Return one line of a timeline: what was done, and by whom where that is a person."""
    key = f"act.{happening.act}"
    text = words.say(key, **happening.facts) if words.has(key) else happening.act
    by = person(words, happening.actor)
    return text if happening.source == "worker" else words.say("board.dot").join((text, by))
