"""RayTeams with others at work there: they order, in projects of their own or together, and move orders."""

# The methods are those they stand in for, whatever they need of their arguments.
# ruff: noqa: ARG002
from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from sync.channels.rayteams.parse import parse
from sync.messages import Letter, RemoteOrder, Told, Verb
from tests.sync.simulation.played import Played, Story

_NODES: Mapping[str, str] = {
    "accept": "node_1669006551533",
    "execute": "node_1669006551590",
    "pay": "ewb-4",
    "reject": "ewb-5",
    "cancel": "ewb-6",
}
_WORKFLOW = {
    "Requested": "placed",
    "node_1669006551533": "accepted",
    "node_1669006551590": "executed",
    "ewb-4": "paid",
    "ewb-5": "rejected",
    "ewb-6": "canceled",
}


class PlayedRayteams(Played):
    """See `Played`."""

    kind = "rayteams"
    settings: ClassVar[Mapping[str, Any]] = {"workflow": _WORKFLOW, "projects_per_fetch": 1}
    says_missing = (200, 404)

    def acts(self) -> Iterator[tuple[Callable[[], object], int]]:
        """Others order, cancel, and take projects away."""
        alive = [
            row for row in self._rows() if _WORKFLOW.get(row["status"], "placed") in ("placed", "accepted")
        ]
        yield self._order, 4 if len(self.there.rows) < 4 else 0
        if self.there.rows:
            yield lambda: self.there.place({"_id": self.pick(self.there.rows)}), 1
        if alive:
            yield lambda: self._moves(self.pick(alive)), 1
        if alive and self.world.shifty:
            yield lambda: self._vanishes(self.pick(alive)), 1

    def _rows(self) -> list[dict[str, Any]]:
        return [row for rows in self.there.rows.values() for row in rows if row["sk"].startswith("order:")]

    def _order(self) -> None:
        self.there.place({})

    def _moves(self, row: dict[str, Any]) -> None:
        self.touched.add(_id(row))
        self.there.move(row, "ewb-6")

    def _vanishes(self, row: dict[str, Any]) -> None:
        gone = {_id(each) for each in self._rows() if each["_id"] == row["_id"]}
        self.touched |= gone
        self.vanished |= gone
        del self.there.rows[row["_id"]]

    def shown(self) -> dict[str, RemoteOrder]:
        """Return the orders of all projects."""
        found = (parse(row, _WORKFLOW) for row in self._rows())  # type: ignore[arg-type]  # statuses of ours
        return {order.remote_id: order for order in found if isinstance(order, RemoteOrder)}

    def verb_of(self, method: str, path: str, body: bytes) -> tuple[str, Verb] | None:
        """Return where an order is moved to."""
        if method != "PUT":
            return None
        node = json.loads(body)["data"]["status"]
        verb: Any = next(verb for verb, status in _NODES.items() if status == node)
        return path.split("/")[-2], verb

    def stories(self, order: RemoteOrder) -> list[Story]:
        """From node to node."""
        return [
            (("accept", {}), ("execute", {}), ("pay", {"method": "cash"})),
            (("reject", {"reason": "no"}),),
            (("accept", {}), ("cancel", {"reason": "no"})),
        ]

    def knows(self, letter: Letter, answer: Told) -> bool:
        """Look at the order's node there."""
        rows = {_id(row): row for row in self._rows()}
        if letter.remote_id in self.touched or letter.remote_id not in rows:
            return True
        return bool(rows[letter.remote_id]["status"] == _NODES[letter.verb])

    def wrongs(self, letters: Mapping[str, list[Letter]]) -> Iterator[str]:
        """No order is moved to one node twice: that stands in its history for all to see."""
        for project in self.there.rows.values():
            moves = [
                (row["data"]["sk"], row["data"]["data"]["status"])
                for row in project
                if row["sk"].startswith("his:")
                and f"{row['_id']}-{row['data']['sk'][6:]}" not in self.touched
            ]
            yield from ("moved twice" for n, move in enumerate(moves) if move in moves[:n])


def _id(row: Mapping[str, Any]) -> str:
    return f"{row['_id']}-{row['sk'].partition(':')[2]}"
