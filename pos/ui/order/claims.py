"""The sheet that answers what a guest claims at the service: to cancel, to return, to exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pos.actions import services
from pos.domain.claims import kinds
from pos.ui.order.asked import Asked, caption, codes
from pos.ui.order.moving import Moving, Place, Subject, parcels, pieces, tells
from pos.ui.parts.fields import Choice, Field
from pos.ui.parts.widgets import clear, column


class Claim(Moving):
    """Which claim, which answer, and what the service asks for with it."""

    name = "claim"

    def __init__(self, place: Place, about: Subject) -> None:
        super().__init__(place, about)
        self.area.verticalScrollBar().rangeChanged.connect(self._show_asked)

    def fill(self) -> None:
        """Ask for claim, answer and parts; of what is open there the first is chosen already."""
        theme, words, open_there = self.place.theme, self.words, kinds(self.order)
        offered = [(kind, name) for kind, name in codes(words, self.facts, "claim") if kind in open_there]
        self.kind = Choice(theme, offered, open_there[:1])
        self.answer = Choice(theme, (), ())
        self.asked: Asked | None = None
        self.more = column()
        self.kind.changed.connect(self._kind_chosen)
        self.answer.changed.connect(self._answer_chosen)
        self.box.addWidget(Field(theme, caption(words, "claim"), self.kind))
        self.box.addWidget(Field(theme, caption(words, "answer"), self.answer))
        self.parts = self.which_parts("claim")
        self.box.addLayout(self.more)
        self._offer_answers()

    def may_concern(self) -> tuple[str, ...]:
        """Return the parts of which it is claimed."""
        there = dict(self.order.claims)
        return tuple(part for part in parcels(self.order) if there.get(part) == self.kind.value)

    def _kind_chosen(self) -> None:
        if self.parts is not None:
            parts, may = parcels(self.order), self.may_concern()
            self.parts.offer([(part, pieces(self.words, parts[part])) for part in may], may)
        self._offer_answers()
        self.refresh()

    def _offer_answers(self) -> None:
        self.answer.offer(codes(self.words, self.facts, f"claim.{self.kind.value}"), ())
        self._ask()

    def _answer_chosen(self) -> None:
        self._ask()
        self.refresh()

    def _show_asked(self) -> None:
        """Bring into sight what the answer asks for, once it has its room."""
        if self.asked is not None and self.answer.value:
            self.area.ensureWidgetVisible(self.asked)

    def _ask(self) -> None:
        clear(self.more)
        asks = self.facts.asks.get(f"claim.{self.kind.value}.{self.answer.value}", ())
        place = self.place
        self.asked = Asked(place.host, place.theme, self.words, self.facts, asks, parcels(self.order))
        self.asked.changed.connect(self.refresh)
        self.asked.entered.connect(self.send)
        self.more.addWidget(self.asked)

    def ready(self) -> bool:
        """Whether an answer is chosen, with all that belongs to it."""
        whole = self.asked is not None and not self.asked.missing
        return bool(self.answer.value) and whole and (self.parts is None or bool(self.parts.chosen))

    def said_there(self) -> list[str]:
        """Return the answer in the service's own word."""
        answers = self.facts.choices.get(f"claim.{self.kind.value}", {})
        word = answers.get(str(self.answer.value), "")
        return [tells(self.words, self.facts, "claim", word)]

    def action(self) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
        """Have the answer told."""
        said = self.asked.said if self.asked is not None else {}
        etc = {field: value for field, value in said.items() if value}
        lines = self.chosen_lines(self.parts)
        return services.answer_claim, (self.order.id, self.kind.value, self.answer.value, etc, lines), {}
