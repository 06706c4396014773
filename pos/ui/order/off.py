"""The sheets by which an order of a service is turned down or called off, whole or in part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pos.actions import lines_off, orders
from pos.ui.order.asked import Asked, caption
from pos.ui.order.moving import Moving
from pos.ui.parts.fields import Field, line_edit


class Reject(Moving):
    """Turned down: for which of the service's reasons."""

    name = "reject"
    act: Callable[..., Any] = staticmethod(orders.reject)

    @property
    def tone(self) -> str:
        """What is not done: red."""
        return "red"

    def fill(self) -> None:
        """Ask for the reason, in the service's words and in words of one's own."""
        theme, words = self.place.theme, self.words
        self.parts = self.which_parts(self.name) if self.name == "cancel" else None
        asks = self.facts.asks.get(self.name, ())
        self.asked = Asked(self.place.host, theme, words, self.facts, asks, {})
        self.asked.changed.connect(self.refresh)
        self.own = line_edit("", "own", self.refresh)
        self.own.setPlaceholderText(words.say("reasons.own"))
        self.box.addWidget(self.asked)
        self.box.addWidget(Field(theme, caption(words, "reason_detail"), self.own))

    def ready(self) -> bool:
        """Whether one of the service's reasons is chosen: another would be told for it."""
        return bool(self.asked.said.get("reason_code")) and (self.parts is None or bool(self.parts.chosen))

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
        """Have it told, of all of it; an Undo keeps the letter back for a moment."""
        code = self.asked.said["reason_code"]
        return self.act, (self.order.id, self.own.text().strip()), {"undoable": True, "code": code}


class Cancel(Reject):
    """Called off, or some of it: for which of the service's reasons."""

    name = "cancel"
    act = staticmethod(orders.cancel)

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
        """Have it told, of the parts that are chosen."""
        if not (lines := self.chosen_lines(self.parts)):
            return super().action()
        said = self.own.text().strip(), self.asked.said["reason_code"]
        return lines_off.cancel_lines, (self.order.id, lines, *said), {"undoable": True}
