"""CREMA, to which what was sold elsewhere is told, changed and forgotten; some is deleted there."""

# The methods are those they stand in for, whatever they need of their arguments.
# ruff: noqa: ARG002
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sync.messages import Letter, RemoteOrder, Told, Verb
from tests.sync.simulation.played import Played, Story, line, order_here


class PlayedCrema(Played):
    """See `Played`."""

    kind = "crema"

    def acts(self) -> Iterator[tuple[Callable[[], object], int]]:
        """Somebody deletes a line there."""
        lines = [(i, n) for i, found in self.there.orders.lines.items() for n in found]
        if lines:
            yield lambda: self._deletes(*self.pick(lines)), 1
        yield lambda: None, 3

    def _deletes(self, order: int, number: int) -> None:
        found = self.there.orders.lines[order][number]
        self.touched.add(self.there.orders.orders[order]["code"])
        self.there.orders.delete_line(self.there.orders.orders[order], found)

    def shown(self) -> dict[str, RemoteOrder]:
        """No order is heard from there."""
        return {}

    def verb_of(self, method: str, path: str, body: bytes) -> tuple[str, Verb] | None:
        """The letters are of one verb: what is there in the end says which was the last."""
        return None

    def stories(self, order: RemoteOrder) -> list[Story]:
        """No order is heard from there."""
        return []

    def own_stories(self) -> list[Story]:
        """What was sold is told as it goes on, and of some it is told that one line came back."""
        noodles, tea = line(1), line(2, "茶", 500, 1)
        told = [
            self._sale("accepted", (noodles, tea)),
            self._sale("executed", (noodles, tea), known=True),
            self._sale("paid", (noodles,), known=True, gone=tea["id"]),
        ]
        sold: Story = tuple(("sale", body) for body in told)
        return [sold, sold[:2], (*sold[:1], ("forget", {}))]

    def _sale(self, status: str, lines: Any, known: bool = False, gone: str = "") -> dict[str, Any]:
        made = order_here(self.world, *lines, status=status, currency="KRW")
        names = [each["id"] for each in lines] + ([gone] if gone else [])
        body = {"channel": "another", "order": made, "started_at": self.world.clock().isoformat()}
        return {**body, "known": names} if known else body

    def may_fail(self, letter: Letter) -> bool:
        """A line that was deleted there is told of to a person."""
        return str(letter.order_id) in self.touched

    def knows(self, letter: Letter, answer: Told) -> bool:
        """Look at each line there of which it was not said that it failed."""
        there = self._lines(letter)
        if letter.verb == "forget":
            return not there
        failed = {part.id for part in answer.failed}
        for each in letter.body["order"]["items"]:
            if (
                each["id"] not in failed
                and self._status(there, each["id"]) != _STATUSES[letter.body["order"]["status"]]
            ):
                return str(letter.order_id) in self.touched
        return True

    def _lines(self, letter: Letter) -> list[Mapping[str, Any]]:
        rows = self.there.orders
        return [
            each
            for i, order in rows.orders.items()
            if order["code"] == str(letter.order_id)
            for each in rows.lines[i].values()
        ]

    def _status(self, lines: list[Mapping[str, Any]], line_id: str) -> str:
        return next((str(each["status"]) for each in lines if str(each["code"]).endswith(line_id)), "")

    def wrongs(self, letters: Mapping[str, list[Letter]]) -> Iterator[str]:
        """No line is there twice, and each stands as it was told last."""
        sold = {letter.order_id: letter for letter in letters.get("sale", ())}
        forgotten = {letter.order_id for letter in letters.get("forget", ())}
        codes = Counter(order["code"] for order in self.there.orders.orders.values())
        if set(codes) - set(map(str, sold)) or any(n > 1 for n in codes.values()):
            yield "told under another name"
        for order_id, last in sold.items():
            lines = self._lines(last)
            if order_id in forgotten and lines:
                yield "not forgotten"
            for each in () if order_id in forgotten else last.body["order"]["items"]:
                status = self._status(lines, each["id"])
                if status != _STATUSES[last.body["order"]["status"]] and str(order_id) not in self.touched:
                    yield f"{status or 'nothing'} where {last.body['order']['status']} was told last"


_STATUSES = {"accepted": "delivery_preparing", "executed": "delivery_started", "paid": "delivery_finished"}
