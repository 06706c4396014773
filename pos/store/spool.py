"""The spool: a ticket is a row before it is a print, and says truly what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, or_, select, update

from pos.store.moments import put_off
from pos.store.tables import UNPRINTED, ticket_orders, tickets
from pos.store.types import is_over

#: What the kitchen was told, may have been told, or will be: all but what was given up.
TELLING = ("queued", "sending", "printed", "sent", "unknown", "failed")


#: The evidence of a ticket that was given up while nobody knew whether paper came out: it may have.
MAYBE = "maybe"


class Ticket(NamedTuple):
    """One ticket as the store has it."""

    id: UUID
    seq: int
    number: str
    kind: str
    printer: str
    taken_by: str
    copy: int
    mark: str | None
    facts: Mapping[str, Any]
    told: Sequence[Sequence[Any]]
    drawer: bool
    buzzer: bool
    state: str
    attempts: int
    evidence: str
    error: str
    at: datetime
    deal_id: UUID | None

    @property
    def telling(self) -> bool:
        """Whether its reader knows what it says, or may, or will."""
        return self.state in TELLING or self.evidence == MAYBE


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket to be queued. `told`: (line id, change, name, options, note, *contents) of each line."""

    number: str
    kind: str
    printer: str
    facts: Mapping[str, Any]
    order_ids: tuple[UUID, ...]
    told: Sequence[Sequence[Any]] = ()
    drawer: bool = False
    buzzer: bool = False
    deal_id: UUID | None = None
    copy: int = 1
    mark: str | None = None
    state: str = "queued"
    error: str = ""


_COLUMNS = [tickets.c[name] for name in Ticket._fields]


class Spool:
    """The tickets of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, draft: Draft, at: datetime) -> UUID:
        """Queue a ticket and return its id."""
        ticket_id = uuid4()
        row = {name: getattr(draft, name) for name in Draft.__slots__ if name != "order_ids"}
        row |= {"id": ticket_id, "facts": dict(draft.facts), "told": [list(part) for part in draft.told]}
        row |= {"attempts": 0, "evidence": "", "at": at, "printed_as": {}, "taken_by": "", **put_off(at)}
        self._connection.execute(insert(tickets), row)
        links = [{"ticket_id": ticket_id, "order_id": order_id} for order_id in draft.order_ids]
        if links:
            self._connection.execute(insert(ticket_orders), links)
        return ticket_id

    def get(self, ticket_id: UUID) -> Ticket | None:
        """Return a ticket."""
        row = self._connection.execute(select(*_COLUMNS).where(tickets.c.id == ticket_id)).first()
        return None if row is None else Ticket(*row)

    def next(self, printer: str, now: datetime, *, before_its_time: bool, but: str = "") -> Ticket | None:
        """Return the printer's oldest queued ticket that may go now and is not of the kind `but`."""
        query = select(*_COLUMNS).where(UNPRINTED, tickets.c.printer == printer, tickets.c.state == "queued")
        if but:
            query = query.where(tickets.c.kind != but)
        if not before_its_time:
            query = query.where(is_over(tickets.c.put_off_at, tickets.c.next_try_at, now))
        # Two counters that ask at once take different ones: after the same one, the slower may never win.
        first = query.order_by(tickets.c.seq).limit(1).with_for_update(skip_locked=True)
        row = self._connection.execute(first).first()
        return None if row is None else Ticket(*row)

    def of_order(self, order_id: UUID) -> list[Ticket]:
        """Return an order's tickets in their order."""
        query = (
            select(*_COLUMNS)
            .join(ticket_orders, ticket_orders.c.ticket_id == tickets.c.id)
            .where(ticket_orders.c.order_id == order_id)
            .order_by(tickets.c.seq)
        )
        return [Ticket(*row) for row in self._connection.execute(query)]

    def orders_of(self, ticket_id: UUID) -> tuple[UUID, ...]:
        """Return the orders that a ticket is about."""
        query = select(ticket_orders.c.order_id).where(ticket_orders.c.ticket_id == ticket_id)
        return tuple(self._connection.execute(query).scalars())

    def last_copy(self, number: str) -> int:
        """Return the highest copy number that was made of a ticket."""
        query = select(tickets.c.copy).where(tickets.c.number == number).order_by(tickets.c.copy.desc())
        return self._connection.execute(query.limit(1)).scalar() or 0

    def mark(self, ticket_id: UUID, was: tuple[str, ...], **values: Any) -> bool:
        """Change a ticket that is in one of the states `was`; return whether it was."""
        query = update(tickets).where(tickets.c.id == ticket_id, tickets.c.state.in_(was)).values(**values)
        return self._connection.execute(query).rowcount == 1

    def stuck(self) -> list[Ticket]:
        """Return the tickets that wait for their printer or failed, in their order."""
        query = select(*_COLUMNS).where(UNPRINTED, tickets.c.state.in_(("queued", "failed")))
        # Sorted here: asked to sort, the database would walk through all tickets there ever were.
        return sorted((Ticket(*row) for row in self._connection.execute(query)), key=lambda t: t.seq)

    def left_at(self, printer: str) -> list[Ticket]:
        """Return what is not on paper, or not surely, of a printer's tickets, oldest first."""
        query = select(*_COLUMNS).where(UNPRINTED, tickets.c.printer == printer)
        return [Ticket(*row) for row in self._connection.execute(query.order_by(tickets.c.seq))]

    def unanswered(
        self, printer: str, kinds: Sequence[str], now: datetime, patience: timedelta
    ) -> list[Ticket]:
        """Return a printer's tickets of these kinds whose fate is not known for so long, oldest first."""
        asked = (tickets.c.printer == printer, tickets.c.state == "unknown", tickets.c.kind.in_(kinds))
        # Either way of the clock: a moment ahead was set before it was put back.
        long = or_(tickets.c.done_at <= now - patience, tickets.c.done_at >= now + patience)
        query = select(*_COLUMNS).where(UNPRINTED, *asked, long)
        return [Ticket(*row) for row in self._connection.execute(query.order_by(tickets.c.seq))]

    def waited_for(self) -> set[str]:
        """Return the printers that have still something to print."""
        query = select(tickets.c.printer).where(UNPRINTED, tickets.c.state.in_(("queued", "sending")))
        return set(self._connection.execute(query.distinct()).scalars())

    def recover(self, printer: str, now: datetime) -> list[UUID]:
        """Make the tickets that a worker took that died in the middle `unknown`; return them."""
        query = (
            update(tickets)
            .where(UNPRINTED, tickets.c.taken_by == printer, tickets.c.state == "sending")
            .values(state="unknown", error="worker_died", done_at=now)
            .returning(tickets.c.id)
        )
        return list(self._connection.execute(query).scalars())
