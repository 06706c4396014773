"""What a card says: an order's row turned into words, tones and actions, without any painting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from pos.domain.payment import GONE_BACK, Payment, PaymentStatus
from pos.store.rows import Card
from pos.ui.parts.written import written
from pos.words import Words

#: Minutes at which waiting turns amber, then red; and what is left to a deadline when it does.
AMBER_AFTER, RED_AFTER = 5, 8
AMBER_LEFT, RED_LEFT = 5, 1

#: The preparation time that accepting a delivery promises unless another is chosen, in minutes.
USUAL_MINUTES = 20

#: Longer waits than this are written in hours, in minutes.
_LONG = 100


class Clock(NamedTuple):
    """A figure and how urgent it is: `calm`, `amber` or `red`."""

    text: str
    tone: str


class Mark(NamedTuple):
    """A short remark with its icon; `tone` is a colour of the theme."""

    icon: str
    text: str
    tone: str


class Action(NamedTuple):
    """Something to press. `tone` fills the primary action and colours the words of the others."""

    name: str
    text: str
    tone: str
    primary: bool = False


class Face(NamedTuple):
    """A card as it is read, from top to bottom."""

    number: str
    chips: tuple[str, ...]
    dishes: str
    who: str
    total: str
    marks: tuple[Mark, ...]
    actions: tuple[Action, ...]


class Lane(NamedTuple):
    """One lane: its colour, the status it holds, what runs out first in it, and how its clock is read."""

    name: str
    status: str
    order: Callable[[Card], datetime]
    clock: Callable[[Words, Card, datetime], Clock]


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)


def _tone(minutes: int) -> str:
    if minutes >= RED_AFTER:
        return "red"
    return "amber" if minutes >= AMBER_AFTER else "calm"


def _spell(words: Words, minutes: int) -> str:
    if minutes < _LONG:
        return words.say("clock.minutes", n=minutes)
    return words.say("clock.hours", n=minutes // 60, m=minutes % 60)


def _left(words: Words, card: Card, now: datetime) -> Clock:
    if card.deadline_at is None:
        waited = _minutes(card.placed_at, now)
        return Clock(_spell(words, waited), _tone(waited))
    seconds = int((card.deadline_at - now).total_seconds())
    if seconds < 0:
        return Clock(words.say("clock.over", time=_spell(words, -seconds // 60)), "red")
    text = f"{seconds // 60}:{seconds % 60:02}" if seconds < _LONG * 60 else _spell(words, seconds // 60)
    if seconds < RED_LEFT * 60:
        return Clock(text, "red")
    return Clock(text, "amber" if seconds < AMBER_LEFT * 60 else "calm")


def _due(words: Words, card: Card, now: datetime) -> Clock:
    if card.due_at is None:
        return Clock(words.clock(card.placed_at), "calm")
    late = _minutes(card.due_at, now)
    if late < 1:
        return Clock(words.clock(card.due_at), "calm")
    return Clock(words.say("clock.late", time=_spell(words, late)), _tone(late))


def _fired(words: Words, card: Card, now: datetime) -> Clock:
    waited = _minutes(card.executed_at or card.placed_at, now)
    return Clock(_spell(words, waited), _tone(waited))


def _by_deadline(card: Card) -> datetime:
    ends = card.deadline_at or card.placed_at + timedelta(minutes=RED_AFTER)
    return ends.replace(tzinfo=None)


def _by_arrival(card: Card) -> datetime:
    return (card.due_at or card.placed_at).replace(tzinfo=None)


def _by_fire(card: Card) -> datetime:
    return (card.executed_at or card.placed_at).replace(tzinfo=None)


#: What is left to do, from left to right.
LANES = (
    Lane("new", "placed", _by_deadline, _left),
    Lane("waiting", "accepted", _by_arrival, _due),
    Lane("kitchen", "executed", _by_fire, _fired),
)
LANE_OF = {lane.status: lane for lane in LANES}


def lane_cards(lane: Lane, cards: Sequence[Card]) -> list[Card]:
    """Return a lane's cards, what runs out first on top; a guest who stands here goes before."""
    mine = [card for card in cards if card.status == lane.status]
    return sorted(mine, key=lambda card: (not card.guest_is_here, lane.order(card), card.number))


def is_late(card: Card, now: datetime) -> bool:
    """Whether a waiting guest's hour has passed."""
    return card.status == "accepted" and card.due_at is not None and _minutes(card.due_at, now) >= 1


def dishes(words: Words, items: Sequence[tuple[str, int]], back: Sequence[tuple[str, int]] = ()) -> str:
    """Return dishes on one line, and behind them what goes back."""
    made, returned = (
        words.say("board.and").join(f"{written(name)} ×{quantity}" for name, quantity in counted)
        for counted in (items, back)
    )
    goes_back = words.say("board.going_back", lines=returned) if returned else ""
    return words.say("board.dot").join(filter(None, (made, goes_back)))


def channel(words: Words, name: str) -> str:
    """Return a channel's name as people say it; the counter's own in the screen's language."""
    return words.channel(name)


def person(words: Words, name: str) -> str:
    """Return who did something as people say it: a name, a channel, or whoever stands at the counter."""
    return words.person(name)


def _who(words: Words, card: Card) -> str:
    place = words.table(card.table) or card.address
    return words.say("board.dot").join(written(part) for part in (card.guest, place) if part)


def sentence(text: str) -> str:
    """Return words as they begin a sentence."""
    return text[:1].upper() + text[1:]


def _money_mark(words: Words, card: Card) -> Mark | None:
    if card.total is None:
        return None
    if card.payment_status in GONE_BACK:
        return Mark("undo", sentence(words.say(f"payment.{card.payment_status}")), "red")
    if card.settled or card.payment_status == "paid":
        method = words.method(card.payment_type) if card.payment_type else ""
        return Mark("check", words.say("board.paid", method=method).strip(), "done")
    return Mark("wallet", sentence(words.say(f"payment.{card.payment_status}")), "quiet")


_KNOWS = {
    "failed": Mark("warning", "knows.failed", "red"),
    "waiting": Mark("channels", "knows.waiting", "quiet"),
    "no": Mark("channels", "knows.no", "quiet"),
}


def _marks(words: Words, card: Card) -> tuple[Mark, ...]:
    knows = _KNOWS.get(card.knows or "")
    unprinted = card.unprinted - bool(card.question)  # the question already speaks of one
    found = (
        Mark("bell", words.say("board.guest_is_here"), "red") if card.guest_is_here else None,
        _money_mark(words, card),
        Mark("truck", words.say("deal_with.left_short"), "done") if card.dispatched_at else None,
        Mark("note", words.say("board.memo"), "quiet") if card.has_memo else None,
        knows._replace(text=sentence(words.say(knows.text))) if knows and card.status != "placed" else None,
        Mark("printer", words.say("board.unprinted", n=unprinted), "amber") if unprinted else None,
    )
    return tuple(mark for mark in found if mark)


def primary(card: Card) -> str:
    """Return the one thing to press on a card."""
    if card.status == "placed":
        return "accept"
    if card.status == "accepted" and card.supplies:
        return "send_back" if card.back and not card.dishes else "arrive"
    if card.status == "accepted":
        return "check_in" if card.type == "booking" else "execute"
    payment = Payment(card.payment_type, PaymentStatus(card.payment_status), card.payment_online)
    free = card.settled or card.total is None or payment.seen_to_there
    return "hand_over" if free else "settle"


def _primary_words(words: Words, card: Card, name: str) -> str:
    if name != "accept":
        return words.say(f"do.{name}")
    if card.type == "deliver":
        return words.say("do.accept_minutes", n=USUAL_MINUTES)
    return words.say("do.accept_fire" if card.guest_is_here or card.type != "booking" else "do.accept")


def _actions(words: Words, card: Card, late: bool) -> tuple[Action, ...]:
    if card.question:
        return (
            Action("look", words.say("board.question", number=card.question.number), "ink"),
            Action("answer_no", words.say("do.answer_no"), "ink"),
            Action("answer_yes", words.say("do.answer_yes"), "ink"),
        )
    lane = LANE_OF[card.status].name
    name = primary(card)
    main = Action(name, _primary_words(words, card, name), lane, primary=True)
    if lane == "new":
        return Action("reject", words.say("do.reject"), "red"), main
    return (Action("no_show", words.say("do.no_show"), "ink"), main) if late else (main,)


@lru_cache(maxsize=2000)
def face(words: Words, card: Card, late: bool = False) -> Face:
    """Return what a card says, but for its clock; `late` adds what to do with a guest who did not come."""
    sort = words.say("board.supplies") if card.supplies else words.say(f"type.{card.type}")
    chips = (sort, channel(words, card.channel))
    return Face(
        number=card.number,
        chips=chips,
        dishes=dishes(words, card.dishes, card.back),
        who=_who(words, card),
        total=words.money(card.total, card.currency),
        marks=_marks(words, card),
        actions=_actions(words, card, late),
    )
