"""Ordering supplies for the shop itself: how many of what its channel had before, and what is on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QLayout, QPushButton, QWidget

from pos.actions.orders import Made
from pos.actions.supplies import ITEM, KIT, order_supplies, take_in
from pos.domain.order import Line, Order
from pos.domain.refusals import Refused
from pos.store import goods
from pos.store.rows import ChannelRow
from pos.ui.desk import Desk
from pos.ui.parts import icons
from pos.ui.parts.fields import line_edit
from pos.ui.parts.overlays import Sheet
from pos.ui.parts.theme import Theme
from pos.ui.parts.widgets import Empty, button, clear, column, label, restyle, row, rule, scrolled

#: The most pieces of a thing that are counted up by taps.
MOST = 99


class Offer(NamedTuple):
    """What can be ordered again, and what is on its way to the shop."""

    things: list[Line]
    coming: list[Order]


class Supplies(QWidget):
    """Each thing with its number between two keys, a note, one button; below it what is waited for."""

    def __init__(self, desk: Desk, theme: Theme, channel: str) -> None:
        super().__init__()
        self._desk, self._theme, self._words, self._channel = desk, theme, desk.words, channel
        facts = desk.shop.channels.get(channel)
        self._guest = facts.own_guest if facts else ""
        self._things: Mapping[str, Line] = {}
        self.counts: dict[str, int] = {}
        self._figures: dict[str, QLabel] = {}
        gap = theme.mm(3)
        self._list = column(gap=gap)
        self.note = line_edit("", "note", lambda: None)
        self.note.setPlaceholderText(self._words.say("supplies.note"))
        self.sure = button("", self._order, "primary", "new", "order")
        self.sure.setProperty("wide", True)
        self.area = scrolled(self._list)
        foot = row(self.note, self.sure, gap=gap)
        foot.setStretch(0, 1)
        hint = label(self._words.say("supplies.hint"), "quiet", wrap=True)
        self.setLayout(column(hint, self.area, foot, gap=gap))
        self._say()
        desk.watch(self, "orders", self._read, self._show)

    def _read(self, read: Any) -> Offer:
        return Offer(
            goods.goods(read, self._channel, (ITEM, KIT)),
            goods.on_the_way(read, self._channel),
        )

    def _show(self, found: Offer) -> None:
        clear(self._list)
        self._things = {thing.item_id: thing for thing in found.things}
        self._figures = {}
        for thing in found.things if self._guest else ():
            self._list.addLayout(self._thing(thing))
        if not (self._guest and found.things):
            self._list.addWidget(self._nothing())
        if found.coming:
            self._list.addWidget(rule())
            self._list.addWidget(label(self._words.say("supplies.coming"), "head"))
        for order in found.coming:
            self._list.addLayout(self._coming(order))
        self._list.addStretch(1)
        self._say()

    def _nothing(self) -> QWidget:
        channel = self._words.channel(self._channel)
        if not self._guest:
            return label(self._words.refusal(Refused("no_site", channel=channel)), "strong", "red", wrap=True)
        none, hint = (self._words.say(f"supplies.{key}", channel=channel) for key in ("none", "none_hint"))
        return Empty(self._theme, "truck", none, hint)

    def _thing(self, thing: Line) -> QLayout:
        theme, item = self._theme, thing.item_id
        sort = self._words.say(f"supplies.{item.partition(':')[0]}")
        under = self._words.say("board.dot").join((sort, *thing.contents))
        name = column(label(thing.name, "strong", wrap=True), label(under, "small", wrap=True))
        figure = label("", "head")
        figure.setFixedWidth(theme.mm(14))
        figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._figures[item] = figure
        keys = [self._key(icon, f"{icon}_{item}", partial(self._count, item, by)) for icon, by in _KEYS]
        made = row(name, keys[0], figure, keys[1], gap=theme.mm(3))
        made.setStretch(0, 1)
        return made

    def _key(self, icon: str, name: str, on: Any) -> QPushButton:
        theme = self._theme
        key = button("", on, name=name)
        key.setIcon(icons.icon(icon, theme.color("ink"), theme.px(22)))
        key.setIconSize(QSize(theme.px(22), theme.px(22)))
        key.setFixedWidth(theme.mm(14))
        key.setAccessibleName(self._words.say(f"deal_with.{icon}"))
        return key

    def _coming(self, order: Order) -> QLayout:
        key = "gone" if order.only_goes_back else "here"
        here = button(self._words.say(f"supplies.{key}"), partial(self._take_in, order), "second", "done")
        here.setObjectName(f"here_{order.number}")
        things = label(self._things_of(order), wrap=True)
        made = row(label(order.number, "strong"), things, here, gap=self._theme.mm(3))
        made.setStretch(1, 1)
        return made

    def _things_of(self, order: Order) -> str:
        say = self._words.say
        coming, back = (
            say("board.dot").join(f"{line.quantity}× {line.name}" for line in lines)
            for lines in (order.wanted, order.going_back)
        )
        returned = say("board.going_back", lines=back) if back else ""
        return say("board.dot").join(filter(None, (coming, returned)))

    def _count(self, item: str, by: int) -> None:
        self.counts[item] = min(max(self.counts.get(item, 0) + by, 0), MOST)
        self._say()

    def _say(self) -> None:
        for item, figure in self._figures.items():
            many = self.counts.get(item, 0)
            figure.setText(str(many))
            restyle(figure, tone="" if many else "quiet")
        many = sum(self.counts.get(item, 0) for item in self._things)
        key = "order_n" if many else "order"
        self.sure.setText(self._words.say(f"supplies.{key}", n=many))
        self.sure.setEnabled(bool(many and self._guest))

    def _order(self) -> None:
        """Order what is counted; until that is answered a second tap orders nothing."""
        chosen = {item: many for item, many in self.counts.items() if many and item in self._things}
        lines = tuple(replace(self._things[item], quantity=many) for item, many in chosen.items())
        self.sure.setEnabled(False)
        if lines:
            self._desk.do(
                order_supplies,
                self._channel,
                lines,
                self.note.text(),
                then=self._ordered,
                refused=self._refused,
            )

    def _ordered(self, made: Made) -> None:
        self.counts.clear()
        self.note.clear()
        self._say()
        self._desk.said.emit(self._words.say("supplies.ordered", number=made.order.number))

    def _refused(self, refusal: Refused) -> None:
        self._say()
        self._desk.said.emit(self._words.refusal(refusal))

    def _take_in(self, order: Order) -> None:
        self._desk.do(take_in, order.id, then=self._arrived)

    def _arrived(self, made: Made) -> None:
        key = "handed_over" if made.order.only_goes_back else "arrived"
        self._desk.said.emit(self._words.say(f"supplies.{key}", number=made.order.number))


_KEYS = (("minus", -1), ("plus", 1))


def fits(found: ChannelRow) -> bool:
    """Whether supplies are ordered at such a channel."""
    return found.kind == "impilo"


def open_supplies(host: QWidget, desk: Desk, theme: Theme, found: ChannelRow) -> None:
    """Open the sheet on which supplies are ordered at a channel."""
    inside = Supplies(desk, theme, found.name)
    inside.area.setMinimumHeight(max(theme.mm(40), min(theme.mm(130), host.height() - theme.mm(75))))
    title = desk.words.say("supplies.title", channel=desk.words.channel(found.name))
    Sheet(host, theme, desk.words, title, column(inside), 150)
