"""What a simulated service of any kind is asked by those who play and judge it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from sync.messages import Letter, RemoteOrder, Told, Verb
from sync.sandbox.server import SERVICES
from tests.sync.simulation.world import World

Story = tuple[tuple[Verb, Mapping[str, Any]], ...]


class Played(ABC):
    """A service, its guests, and what its own records say of what was told."""

    kind = ""
    settings: ClassVar[Mapping[str, Any]] = {}
    #: The HTTP statuses with which it says that it has no such order.
    says_missing: tuple[int, ...] = (404,)
    #: Verbs that may be told before what was written earlier: money that the rest waits for, and the end.
    overtakes: frozenset[str] = frozenset()
    #: Faults that such a channel cannot get over.
    spared: frozenset[str] = frozenset()

    def __init__(self, world: World, channel: str) -> None:
        """Open an empty service."""
        self.world, self.channel = world, channel
        self.there = SERVICES[self.kind](world.theirs, world.random)
        #: Orders of which somebody else changed something: what is told of them may be refused.
        self.touched: set[str] = set()
        #: Orders that were taken away there.
        self.vanished: set[str] = set()
        #: Orders that somebody at the counter has begun with.
        self.hands_on: Callable[[], set[str]] = set

    def guests_act(self) -> None:
        """Let a guest, or somebody else there, do something."""
        acts = [act for act, often in self.acts() for _ in range(often)]
        if acts:
            self.world.random.choice(acts)()

    @abstractmethod
    def acts(self) -> Iterator[tuple[Any, int]]:
        """Yield what can happen there now, and how often it does."""

    @abstractmethod
    def shown(self) -> dict[str, RemoteOrder]:
        """Return the orders as they are there now, by id."""

    @abstractmethod
    def verb_of(self, method: str, path: str, body: bytes) -> tuple[str, Verb] | None:
        """Return the order and what was told of it, None for what tells nothing."""

    @abstractmethod
    def stories(self, order: RemoteOrder) -> list[Story]:
        """Return what the counter may do with an order that was just heard of."""

    def own_stories(self) -> list[Story]:
        """Return what the counter may tell of an order of its own, or of another channel's."""
        return []

    @abstractmethod
    def knows(self, letter: Letter, answer: Told) -> bool:
        """Say whether the service has what a letter says, at the moment at which it counts as told."""

    @abstractmethod
    def wrongs(self, letters: Mapping[str, list[Letter]]) -> Iterator[str]:
        """Yield what the service's own records show to be wrong; `letters` are those written, by verb."""

    def may_fail(self, letter: Letter) -> bool:
        """Say whether a letter may be refused: only where somebody else had a hand in it."""
        return letter.remote_id in self.touched

    def pick(self, found: Any) -> Any:
        """Return one of several."""
        return self.world.random.choice(list(found))


def line(
    number: int, name: str = "拉面", price: int = 1500, quantity: int = 2, **more: Any
) -> dict[str, Any]:
    """Return a line of an order that was made here."""
    ids = {"id": f"E7BC77BA-61CD-47EF-8639-{number:012X}", "item_id": f"i{number}"}
    return {**ids, "name": name, "quantity": quantity, "price": price, "deal_price": price, **more}


def order_here(world: World, *lines: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return an order that was made here, as letters carry it."""
    total = sum(each["price"] * each["quantity"] for each in lines)
    at = world.clock().isoformat()
    payment = {"type": "cash", "status": "unpaid"}
    return {
        "type": "eat_in", "status": "accepted", "currency": "CNY", "total": total, "table": "16",
        "placed_at": at, "payment": payment, "items": [dict(each) for each in lines], **more,
    }  # fmt: skip
