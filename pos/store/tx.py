"""One transaction, as an action sees it: the rows it may read and write, the time, and who acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from pos.domain.deal import Deal
from pos.domain.order import Order
from pos.domain.shop import Shop
from pos.store.deals import Deals
from pos.store.journal import Entry, Journal
from pos.store.notices import Notices, Numbers, States
from pos.store.orders import Orders
from pos.store.outbox import Outbox
from pos.store.spool import Spool

#: What a commit can ring for.
Topic = Literal["orders", "letters", "tickets", "channels", "pauses", "printers", "attention", "deals"]


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, and from where, as the journal says it."""

    name: str
    source: Literal["screen", "shell", "channel", "worker"]


class Tx:
    """Everything an action may touch. Nothing of it outlives the transaction."""

    def __init__(self, connection: Connection, shop: Shop, who: Who, now: datetime, key: bytes) -> None:
        self.connection = connection
        self.shop = shop
        self.who = who
        self.now = now
        self.orders = Orders(connection)
        self.deals = Deals(connection)
        self.outbox = Outbox(connection)
        self.spool = Spool(connection)
        self.notices = Notices(connection)
        self.states = States(connection)
        self.numbers = Numbers(connection)
        self.journal = Journal(connection, key)
        self.touched: set[Topic] = set()

    def touch(self, *topics: Topic) -> None:
        """Say what this transaction changes, so that its commit rings for it."""
        self.touched.update(topics)

    def put(self, order: Order) -> Order:
        """Write an order; raises Stale when another was first."""
        self.touch("orders")
        return self.orders.put(order)

    def write(self, act: str, order: Order | None = None, deal: Deal | None = None, **facts: Any) -> int:
        """Append a journal line about what is being done. `facts` hold ids and figures, no personal data."""
        entry = Entry(
            at=self.now,
            actor=self.who.name,
            source=self.who.source,
            act=act,
            order_id=order.id if order else None,
            deal_id=deal.id if deal else None,
            facts=facts,
        )
        return self.journal.write(entry)

    def attend(self, kind: str, key: str, order: Order | None = None, **facts: Any) -> bool:
        """Ask for a person's attention, once for each (kind, key); return whether this is the first time."""
        self.touch("attention")
        order_id: UUID | None = order.id if order else None
        return self.notices.add(kind, key, self.now, order_id=order_id, **facts)
