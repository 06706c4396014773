"""What is left of a day with five services: the store's own and the services' own records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pos.config import Config
from pos.domain.order import Order
from pos.store import backlog, queries
from pos.store.journal import broken
from pos.store.rows import AttentionRow, ChannelRow, LetterRow, TicketRow
from pos.store.store import Store
from tests.journey.five.day import KEY
from tests.journey.five.guests import NAMES, STANDS
from tests.journey.five.world import OWN_GUEST, World
from tests.journey.paper.roll import Sheet

#: What is off there after the money was taken here: it stands apart, and a person is asked.
OFF_THERE: Mapping[str, frozenset[str]] = {
    "fankahui": frozenset({"canceled"}),
    "imweb": frozenset({"CANCEL"}),
    "rayteams": frozenset({"Canceled", "Declined"}),
    "impilo": frozenset({"canceled"}),
}


@dataclass
class Day:
    """All that is left of a day: the store's own and the services' own records, and the kitchen's paper."""

    orders: list[Order]
    letters: list[LetterRow]
    attention: list[AttentionRow]
    channels: list[ChannelRow]
    tickets: list[TicketRow]
    sheets: list[Sheet]
    there: Mapping[str, Any]
    #: what the end of the day found to differ: by channel and order there
    differ: dict[str, dict[str, list[str]]]
    #: what others did there: (service, order, move)
    moved: list[tuple[str, str, str]]
    broken: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, world: World) -> Day:
        """Collect it."""
        shop = Config.model_validate(world.task(None, calm=True)["config"]).facts
        store = Store.open(world.store, shop, KEY)
        day = cls(
            orders=store.ask(queries.orders),
            letters=store.ask(backlog.letters, (), None),
            attention=store.ask(backlog.attention),
            channels=store.ask(backlog.channels, shop),
            tickets=store.ask(backlog.tickets, (), None),
            sheets=world.kitchen.sheets(),
            there=world.there(),
            differ=world.differ,
            moved=world.guests.moved,
            broken=store.ask(lambda read: list(broken(read, KEY))),
        )
        store.close()
        return day

    def there_of(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Return a service's orders by the id that the counter knows them by."""
        return {str(order[NAMES[kind]]): order for order in self.there[kind]["orders"]}

    def here_of(self, kind: str) -> Iterator[tuple[Order, Mapping[str, Any]]]:
        """Yield a service's orders here, each with its record there."""
        known = self.there_of(kind)
        return ((o, known[o.remote_id]) for o in self.orders if o.channel == kind and o.remote_id in known)

    def asks(self, order_id: UUID) -> set[str]:
        """Return what a person is asked about an order."""
        return {row.kind for row in self.attention if row.order_id == order_id}

    def listed(self, order: Order) -> bool:
        """Whether the end of the day names it, where nothing earlier can.

        The service of patients' orders says nothing of one that was closed here and changed there later.
        """
        return order.channel == "impilo" and order.remote_id in self.differ.get(order.channel, {})

    def sold(self) -> list[Order]:
        """Return what was sold to guests."""
        return [order for order in self.orders if order.executed_at and not self.is_supplies(order)]

    def deleted(self, lines: Iterable[str]) -> set[str]:
        """Return which lines somebody deleted where sales are heard, or their orders; some are told anew."""
        gone = {code for service, code, _ in self.moved if service == "crema"}
        return {line for line in lines if not gone.isdisjoint({line, line.partition(":")[0]})}

    def is_supplies(self, order: Order) -> bool:
        """Whether the shop ordered it for itself."""
        return order.guest.id == OWN_GUEST


def is_torn(kind: str, record: Mapping[str, Any]) -> bool:
    """Whether a part of a web shop's order was canceled and another is alive: it was held back meanwhile."""
    return kind == "imweb" and len(STANDS[kind](record)) > 1 and "CANCEL" in STANDS[kind](record)


def is_apart(kind: str, order: Order, record: Mapping[str, Any]) -> bool:
    """Whether an order was closed with its money here, and is off there."""
    return STANDS[kind](record) <= OFF_THERE[kind] and order.status.value == "paid"
