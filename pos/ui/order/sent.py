"""What left the shop and what came back of it, as an order's detail says it."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout

from pos.domain.order import Order
from pos.domain.shop import ChannelFacts
from pos.ui.order.sections import Whole, guest_said
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import column
from pos.ui.parts.written import written
from pos.words import Words

#: Letters by which goods come back, and how that is said.
_BACK = {"return": "returned", "exchange": "exchanged"}
_STANDS = ("waiting", "sending", "told")


def sent(theme: Theme, words: Words, found: Whole, facts: ChannelFacts | None) -> QLayout | None:
    """Return when and how it left, and what came back; None while it is here."""
    said = [left(words, found.order, facts), *(_came_back(words, found, verb) for verb in _BACK)]
    lines = [guest_said(line, "strong") for line in said if line]
    return column(*lines, gap=theme.mm(1)) if lines else None


def left(words: Words, order: Order, facts: ChannelFacts | None) -> str:
    """Return when an order left, with whom and under which number; empty while it is here."""
    if order.dispatched_at is None:
        return ""
    carriers = facts.choices.get("carrier", {}) if facts else {}
    when = words.say("deal_with.left", time=words.clock(order.dispatched_at))
    parts = (when, carriers.get(order.carrier, order.carrier), order.tracking)
    return words.say("board.dot").join(written(part) for part in parts if part)


def _came_back(words: Words, found: Whole, verb: str) -> str:
    """Return the lines of which a service is told so, without those that it refused; empty for none."""
    back: dict[str, None] = {}
    for letter in (letter for letter in found.letters if letter.verb == verb):
        for name in letter.about or tuple(line.name for line in found.order.lines):
            back.pop(name, None)
            if letter.state in _STANDS:
                back[name] = None
    lines = words.say("board.and").join(map(written, back))
    return words.say(f"deal_with.{_BACK[verb]}", lines=lines) if back else ""
