"""impilo with others at work there: they order and move orders on; the counter makes orders of its own."""

# The methods are those they stand in for, whatever they need of their arguments.
# ruff: noqa: ARG002
from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from sync.channels.impilo.parse import parse
from sync.messages import Letter, RemoteOrder, Told, Verb
from tests.sync.simulation.played import Played, Story, line, order_here

_WORKFLOW = {"reconfirmAddress": "placed", "shipped": "executed", "delivered": "paid", "canceled": "canceled"}


class PlayedImpilo(Played):
    """See `Played`."""

    kind = "impilo"
    settings: ClassVar[Mapping[str, Any]] = {"site": "7", "page_size": 2, "workflow": _WORKFLOW}
    # It has no times: an order that came and went while its page was another's is in no list that is read.
    spared = frozenset({"repeated"})

    def acts(self) -> Iterator[tuple[Callable[[], object], int]]:
        """Others order, and send what was ordered."""
        rows = self.there.orders.rows
        alive = [i for i, row in rows.items() if row["currentStatus"] in ("reconfirmAddress", "shipped")]
        yield self._order, 5 if len(rows) < 6 else 0
        if alive:
            yield lambda: self._moves(self.pick(alive)), 2

    def _order(self) -> None:
        self.there.orders.make({"orderItems": [{"count": 2, "item": {"id": 31}}], "patient": {"id": 1234}})

    def _moves(self, number: int) -> None:
        status = self.pick(("shipped", "delivered", "canceled"))
        self.there.orders.move(self.there.orders.rows[number], status, {})

    def shown(self) -> dict[str, RemoteOrder]:
        """Return the orders there."""
        found = (parse(order, _WORKFLOW) for order in self.there.orders.rows.values())  # type: ignore[arg-type]  # statuses of ours
        return {order.remote_id: order for order in found if isinstance(order, RemoteOrder)}

    def verb_of(self, method: str, path: str, body: bytes) -> tuple[str, Verb] | None:
        """Nothing can be told of an order there."""
        return None

    def stories(self, order: RemoteOrder) -> list[Story]:
        """Nothing can be told of an order there."""
        return []

    def own_stories(self) -> list[Story]:
        """An order is made there."""
        made = order_here(self.world, line(1, item_id="item:31"))
        return [(("register", {"order": made}),)]

    def knows(self, letter: Letter, answer: Told) -> bool:
        """Look for the order that carries our number."""
        return len(self._made(letter)) == 1

    def _made(self, letter: Letter) -> list[int]:
        rows = self.there.orders.rows.items()
        return [i for i, order in rows if str(letter.order_id) in order["externalOrderIds"]]

    def wrongs(self, letters: Mapping[str, list[Letter]]) -> Iterator[str]:
        """Nothing is made twice."""
        yield from ("made twice" for letter in letters.get("register", ()) if len(self._made(letter)) > 1)
