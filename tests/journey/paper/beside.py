"""Who stands beside the printers: says whether a ticket came out, and lets go again what failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pos.actions import tickets
from pos.store import backlog
from pos.store.rows import TicketRow
from pos.store.store import Store
from tests.journey.paper.roll import Roll, at_rest

#: States in which a ticket is not over yet.
OPEN = ("queued", "sending", "unknown", "failed")

Do = Callable[..., Any]


class Beside:
    """A cashier before the printers of a shop, by the `rolls` of a task."""

    def __init__(self, store: Store, task: Mapping[str, Any], do: Do) -> None:
        self._store, self._do = store, do
        self._rolls = [Roll(Path(out), control) for out, control in task["rolls"]]

    def waiting(self) -> list[TicketRow]:
        """Return the tickets that are not over."""
        return self._store.ask(backlog.tickets, OPEN, None)

    def see_to(self, waiting: list[TicketRow]) -> bool:
        """Answer what is in question and let go again what failed; return whether there was any."""
        answered = self._answer([one for one in waiting if one.state == "unknown"])
        failed = [one for one in waiting if one.state == "failed"]
        for ticket in failed:
            self._do(tickets.retry, ticket.id)
        return answered or bool(failed)

    def _answer(self, asked: list[TicketRow]) -> bool:
        """Say of each ticket whether it is on paper, once no printer is at work any more."""
        if not asked or not all(at_rest(roll.control) for roll in self._rolls):
            return False
        for ticket in asked:
            came_out = any(roll.has(ticket.number, ticket.copy) for roll in self._rolls)
            self._do(tickets.answer, ticket.id, came_out)
        return True
