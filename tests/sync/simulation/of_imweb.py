"""imweb with its guests: they order, pay, and ask for it to be canceled; some parts are held there."""

# The methods are those they stand in for, whatever they need of their arguments.
# ruff: noqa: ARG002
from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, ClassVar

from sync.channels.imweb.parse import parse, record
from sync.messages import Letter, RemoteOrder, Told, Verb
from tests.sync.simulation.played import Played, Story
from tests.sync.simulation.world import World

_PATHS: Mapping[str, Verb] = {
    "place": "accept",
    "send": "dispatch",
    "invoice": "dispatch",
    "deposit": "pay",
    "complete": "complete",
    "cancel": "cancel",
    "return": "return",
    "exchange": "exchange",
}
_TAKEN = ("STANDBY", "DELIVERING", "COMPLETE")
_REACHED: Mapping[str, Collection[str]] = {
    "accept": _TAKEN,
    "execute": _TAKEN,
    "dispatch": ("DELIVERING", "COMPLETE"),
    "complete": ("COMPLETE",),
    "pay": ("PAY_COMPLETE", *_TAKEN),
    "reject": ("CANCEL",),
    "cancel": ("CANCEL",),
}
_CLAIMS = {"return": "RETURN_REQUEST", "exchange": "EXCHANGE_REQUEST"}
_SENT = {"carrier": "CJ", "tracking": "3021"}


class PlayedImweb(Played):
    """See `Played`."""

    kind = "imweb"
    overtakes = frozenset({"pay", "cancel"})
    settings: ClassVar[Mapping[str, Any]] = {"page_size": 3}

    def __init__(self, world: World, channel: str) -> None:
        """Open a shop in which nothing was ever held."""
        super().__init__(world, channel)
        self._released: set[str] = set()

    def _ignores(self, number: Any) -> None:
        """Let the service answer a change well, and not make it."""
        self.there.orders.ignore(number, times=1)
        self.world.faults[self.kind, "ignored"] += 1

    def acts(self) -> Iterator[tuple[Callable[[], object], int]]:
        """Guests order, pay and want to cancel."""
        numbers = list(self.there.orders.rows)
        yield self._order, 5 if len(numbers) < 5 else 0
        if numbers:
            yield lambda: self._asks(self.pick(numbers)), 1
            yield lambda: self._pays(self.pick(numbers)), 1
            yield lambda: self._is_held(self.pick(numbers)), 1
            # What is told in vain is counted, and who is only throttled is counted nothing.
            often = 0 if self.world.only_throttled else 1
            yield lambda: self._ignores(self.pick(numbers)), often
        if self.there.orders.held:
            yield self._is_released, 2

    def _order(self) -> None:
        status = self.pick(("PAY_COMPLETE", "PAY_COMPLETE", "PAY_WAIT"))
        parts = [{"status": status} for _ in range(self.world.random.randint(1, 2))]
        self.there.orders.place({"prod_orders": parts})

    def _asks(self, number: str) -> None:
        parts = self.there.orders.parts[number].values()
        if all(part["status"] in ("PAY_WAIT", "PAY_COMPLETE", "STANDBY") for part in parts):
            self.touched.add(number)
            self.there.orders.ask(number, "cancel")

    def _pays(self, number: str) -> None:
        if all(part["status"] == "PAY_WAIT" for part in self.there.orders.parts[number].values()):
            self.touched.add(number)
            self.there.orders.act(number, "", self.there.orders.move("deposit", {}))

    def _is_held(self, number: str) -> None:
        self.touched.add(number)
        self.there.orders.held[self.pick(self.there.orders.parts[number])] = "보류"

    def _is_released(self) -> None:
        part = self.pick(self.there.orders.held)
        self.there.orders.held.pop(part)
        self._released.add(part)

    def shown(self) -> dict[str, RemoteOrder]:
        """Return the orders there with their product-orders."""
        kept = self.there.orders
        found = (parse(record(row, list(kept.parts[number].values()))) for number, row in kept.rows.items())
        return {order.remote_id: order for order in found if isinstance(order, RemoteOrder)}

    def verb_of(self, method: str, path: str, body: bytes) -> tuple[str, Verb] | None:
        """Return what a PATCH of an order does."""
        words = path.split("/")
        if method != "PATCH" or words[3] != "orders" or len(words) != 6:
            return None
        return words[4], _PATHS[words[5]]

    def stories(self, order: RemoteOrder) -> list[Story]:
        """Take it on, send it, and take it back; or cancel it."""
        if order.problems:
            return [(("claim", {"claim": "cancel", "answer": self.pick(("accept", "reject"))}),)]
        if order.payment == "unpaid" and self.world.random.random() < 0.5:
            return [
                (("accept", {}), ("pay", {"method": "cash"}), ("dispatch", _SENT), ("complete", {})),
                (("accept", {}), ("dispatch", _SENT), ("pay", {"method": "cash"}), ("complete", {})),
                (("accept", {}), ("cancel", {"reason_code": "SOLD_OUT"})),
            ]
        first: Story = (("pay", {"method": "cash"}),) if order.payment == "unpaid" else ()
        back = {"reason_code": "INTENT_CHANGED", "fee": "REFUND", "collect": True}
        return [
            (*first, ("accept", {}), ("dispatch", _SENT), ("complete", {})),
            (*first, ("accept", {}), ("execute", {}), ("dispatch", _SENT), ("return", back)),
            (*first, ("accept", {}), ("dispatch", _SENT), ("exchange", {"reason_code": "BROKEN", **_SENT})),
            (*first, ("accept", {}), ("cancel", {"reason_code": "SOLD_OUT"})),
            (*first, ("reject", {"reason": "품절"})),
        ]

    def knows(self, letter: Letter, answer: Told) -> bool:
        """Look at each product-order there of which it was not said that it failed."""
        failed = {part.id for part in answer.failed}
        parts = self.there.orders.parts[letter.remote_id]
        asked = {str(each) for each in letter.body.get("parts", ())} or parts.keys()
        left = [parts[number] for number in asked if number not in failed]
        return all(self._is_so(letter, part) for part in left)

    def _is_so(self, letter: Letter, part: Mapping[str, Any]) -> bool:
        if letter.verb == "claim":
            return str(part["claim_status"]) != "CANCEL_REQUEST"
        if letter.verb in _CLAIMS:
            # What was held did not go all its way, and cannot come back.
            held = part["order_no"] in self.there.orders.held.keys() | self._released
            return held or str(part["claim_status"]) == _CLAIMS[letter.verb]
        if part["status"] in _REACHED[letter.verb]:
            return True
        # A guest may have had it canceled since.
        held = part["status"] != "CANCEL" and part["order_no"] in self.there.orders.held
        return letter.remote_id in self.touched and not held

    def wrongs(self, letters: Mapping[str, list[Letter]]) -> Iterator[str]:
        """A repetition is refused there: the record of what was told shows all that can be wrong."""
        yield from ()
