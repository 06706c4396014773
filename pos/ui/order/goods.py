"""The sheets of what leaves and what comes back: dispatch, hand over, return, exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pos.actions import services
from pos.actions.asking import is_brought
from pos.actions.services import Goods
from pos.domain.claims import unclaimed
from pos.domain.shop import Ask
from pos.ui.order.asked import Asked, Searched, caption
from pos.ui.order.moving import Moving, parcels, tells
from pos.ui.parts.fields import Field, line_edit
from pos.ui.parts.widgets import label

#: What is kept of a dispatch that no service hears of.
_KEPT = (Ask("carrier"), Ask("tracking", "number"))


class Dispatch(Moving):
    """A delivery leaves: with whom, and under which number."""

    name = "dispatch"
    #: The verb that must be told of some of it alone, where not all of it leaves.
    ends_with = "dispatch"

    def fill(self) -> None:
        """Ask for the parts, the carrier and the number; the last carrier is chosen already."""
        self.parts = self.which_parts(self.ends_with)
        asks = self.facts.asks.get("dispatch", ()) if "dispatch" in self.facts.tells else _KEPT
        theme, words = self.place.theme, self.words
        self.asked = Asked(
            self.place.host, theme, words, self.facts, asks, {}, words.say("deal_with.ourselves")
        )
        self.asked.changed.connect(self.refresh)
        self.asked.entered.connect(self.send)
        carrier = self.asked.inputs.get("carrier")
        if isinstance(carrier, Searched):
            carrier.take(self.order.carrier or self.about.last_carrier)
        self.box.addWidget(self.asked)

    def begin(self) -> None:
        """Let a scanner begin with the number."""
        self.asked.scan_here()

    def ready(self) -> bool:
        """Whether there is a carrier with a number, or none at all, and anything that leaves."""
        whole = self.brought or not self.asked.missing
        return whole and (self.parts is None or bool(self.parts.chosen))

    @property
    def brought(self) -> bool:
        """Whether the shop brings it itself, where its service is only told of parcels."""
        return is_brought(self.facts, self.asked.said)

    def said_there(self) -> list[str]:
        """Return what is told of the dispatch, or that nothing is before there is a number."""
        if self.brought:
            return [self.words.say("deal_with.untold", channel=self.words.channel(self.facts.name))]
        return [tells(self.words, self.facts, "dispatch")]

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
        """Dispatch it; an Undo keeps the letter back for a moment."""
        carrier, tracking = self._waybill()
        lines = self.chosen_lines(self.parts)
        return services.dispatch, (self.order.id, carrier, tracking, lines), {"undoable": True}

    def _waybill(self) -> tuple[str, str]:
        said = self.asked.said
        return said.get("carrier", ""), said.get("tracking", "")


class HandOver(Dispatch):
    """The guest has paid there: it leaves, and the order is closed."""

    name = "hand_over"
    ends_with = "complete"

    def said_there(self) -> list[str]:
        """Return what is told of the dispatch, and of the end."""
        ends = [tells(self.words, self.facts, "complete")] if "complete" in self.facts.tells else []
        return [*super().said_there(), *ends]

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
        """Dispatch and close it, or some of it."""
        return services.hand_over, (self.order.id, *self._waybill(), self.chosen_lines(self.parts)), {}


class Return(Moving):
    """Goods come back: why, who pays for it, and how."""

    name = "return"
    act: Callable[..., Any] = staticmethod(services.give_back)

    def may_concern(self) -> tuple[str, ...]:
        """Return the parts of which nothing is claimed yet."""
        return unclaimed(self.order)

    def fill(self) -> None:
        """Ask for the parts, the reason, and what the service wants to know besides."""
        theme, words = self.place.theme, self.words
        self.parts = self.which_parts(self.name)
        asks = self.facts.asks.get(self.name, ())
        self.asked = Asked(self.place.host, theme, words, self.facts, asks, parcels(self.order))
        self.asked.changed.connect(self.refresh)
        self.asked.entered.connect(self.send)
        self.payer = label("", "small")
        self.own = line_edit("", "own", self.refresh)
        self.own.setPlaceholderText(words.say("reasons.own"))
        self.box.addWidget(self.asked)
        self.box.addWidget(self.payer)
        self.box.addWidget(Field(theme, caption(words, "reason_detail"), self.own))

    def ready(self) -> bool:
        """Whether nothing that the service asks for is missing."""
        return not self.asked.missing and (self.parts is None or bool(self.parts.chosen))

    def refresh(self) -> None:
        """Say also who pays, which hangs on the reason."""
        super().refresh()
        code = self.asked.said.get("reason_code", "")
        fees = (ask.among for ask in self.facts.asks.get("return", ()) if ask.field == "fee")
        payer = "guest_pays" if code in next(fees, frozenset()) else "shop_pays"
        self.payer.setText(self.words.say(f"deal_with.{payer}") if code else "")
        self.payer.setVisible(bool(code))

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
        """Have it told."""
        lines = self.chosen_lines(self.parts)
        goods = Goods(self.own.text().strip(), **self.asked.said, lines=lines)
        return self.act, (self.order.id, goods), {}


class Exchange(Return):
    """Goods come back, and others go for them."""

    name = "exchange"
    act = staticmethod(services.exchange)
