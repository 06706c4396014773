"""Having deleted what a channel was told of an order: asked for once more, since nobody can bring it back."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QLayout, QPushButton

from pos.actions import sales
from pos.domain.order import Order
from pos.store.cards import known_elsewhere
from pos.ui.desk import Desk
from pos.ui.order.acts import Acts
from pos.ui.order.sections import Whole
from pos.ui.parts.overlays import Sheet, counter_around
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import button, column, label, row


def offers(desk: Desk, theme: Theme, acts: Acts, found: Whole) -> QLayout | None:
    """Return a button for each channel that can be asked to delete what it was told; None for nothing."""
    known = known_elsewhere(found.order.channel, found.letters)
    shop = desk.shop.channels
    names = [name for name, word in known.items() if word != "no" and name in shop]
    buttons = [_offer(desk, theme, acts, found.order, name) for name in names if "forget" in shop[name].tells]
    return column(*buttons, gap=theme.mm(2)) if buttons else None


def _offer(desk: Desk, theme: Theme, acts: Acts, order: Order, channel: str) -> QPushButton:
    text = desk.words.say("forget.offer", channel=desk.words.channel(channel))
    made = button(text, kind="second", tone="red", name="forget")
    made.clicked.connect(lambda: _ask(made, desk, theme, acts, order, channel))
    return made


def _ask(beside: QPushButton, desk: Desk, theme: Theme, acts: Acts, order: Order, channel: str) -> None:
    words, gap = desk.words, theme.mm(3)
    facts = {"number": order.number, "channel": words.channel(channel)}
    sure = button(words.say("forget.sure"), kind="primary", tone="red", name="sure_forget")
    keep = button(words.say("forget.keep"), kind="second", name="keep")
    content = column(
        label(words.say("forget.for_good", **facts), wrap=True), row(keep, None, sure, gap=gap), gap=gap
    )
    sheet = Sheet(counter_around(beside), theme, words, words.say("forget.title", **facts), content, 110)
    keep.clicked.connect(sheet.close)

    def forget() -> None:
        sheet.close()
        told = partial(acts.done.emit, words.say("forget.done", **facts), None)
        desk.do(sales.forget, order.id, channel, then=lambda _changed: told())

    sure.clicked.connect(forget)
