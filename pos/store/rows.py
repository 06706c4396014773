"""What screens and shell show, row by row; free of SQL, so that a screen can name them."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

#: What an order's channel knows: the worst of its letters. None for an order without a channel.
Knows = Literal["failed", "waiting", "no", "yes"]


class Question(NamedTuple):
    """A ticket whose fate is not known, as a card asks for it."""

    ticket_id: UUID
    number: str


class Card(NamedTuple):
    """One open order on the board. Money in minor units of `currency`; times UTC; `back` goes back."""

    id: UUID
    number: str
    channel: str
    type: str
    status: str
    dishes: tuple[tuple[str, int], ...]
    guest: str
    address: str
    table: str
    total: int | None
    currency: str | None
    payment_status: str
    payment_type: str
    payment_online: bool
    has_memo: bool
    guest_is_here: bool
    settled: bool
    placed_at: datetime
    due_at: datetime | None
    deadline_at: datetime | None
    executed_at: datetime | None
    knows: Knows | None
    question: Question | None
    unprinted: int
    dispatched_at: datetime | None = None
    supplies: bool = False
    back: tuple[tuple[str, int], ...] = ()


class Done(NamedTuple):
    """One order that was finished today."""

    id: UUID
    number: str
    channel: str
    type: str
    status: str
    dishes: tuple[tuple[str, int], ...]
    total: int | None
    currency: str | None
    closed_at: datetime
    back: tuple[tuple[str, int], ...] = ()


class Happening(NamedTuple):
    """One line of an order's timeline."""

    at: datetime
    actor: str
    source: str
    act: str
    facts: dict[str, Any]


class TicketRow(NamedTuple):
    """One ticket of the spool."""

    id: UUID
    number: str
    kind: str
    order_ids: tuple[UUID, ...]
    order_numbers: tuple[str, ...]
    printer: str
    taken_by: str
    copy: int
    mark: str | None
    state: str
    attempts: int
    error: str
    evidence: str
    at: datetime
    next_try_at: datetime

    @property
    def stands_in_for(self) -> str:
        """The printer that it was for, where another one took it; empty where it is as it should."""
        return self.printer if self.taken_by not in ("", self.printer) else ""


class PaperRow(NamedTuple):
    """What is on a ticket's paper: enough to make its very bytes again, and which printer they are for."""

    printer: str
    facts: dict[str, Any]
    copy: int
    mark: str | None
    stands_in_for: str
    drawer: bool
    buzzer: bool
    #: what shaped the paper when it was sent, as the printer's settings were; empty before
    printed_as: dict[str, Any]


class LetterRow(NamedTuple):
    """One letter of the outbox. `about` names the lines that it is about; none for a whole order."""

    id: UUID
    channel: str
    order_id: UUID
    order_number: str
    verb: str
    state: str
    attempts: int
    next_try_at: datetime
    error: str
    at: datetime
    about: tuple[str, ...] = ()

    def stands(self, connected: Container[str]) -> str:
        """Return its state, or ``gone`` where it waits for a channel that is none of those `connected`."""
        return "gone" if self.state in ("waiting", "failed") and self.channel not in connected else self.state


class ChannelRow(NamedTuple):
    """How one channel is, and what waits for it; `oldest` is when the oldest letter was written.

    `paused_until` (UTC) says until when a person wants it left alone; None while it is worked. `unmapped`: it
    is told nothing, since nobody has said which of its service's states means what.
    """

    name: str
    kind: str
    state: str
    error: str
    heard_at: datetime | None
    retry_at: datetime | None
    waiting: int
    failed: int
    oldest: datetime | None
    attention: int
    paused_until: datetime | None = None
    unmapped: bool = False

    @property
    def needs_you(self) -> bool:
        """Whether a person must act: its service waits for one, refused something, or asks something.

        One that is set up no more has acts of its own.
        """
        stuck = self.state == "needs_you" and self.paused_until is None
        return self.state != "gone" and (stuck or self.failed > 0 or self.attention > 0)


class CallRow(NamedTuple):
    """One call of a service, or several alike in a row: so many `times`, the last one `at` (UTC).

    `path` has no value of a query and no guest's word. `status` is HTTP's, 0 where no answer came; `error`
    is for `words.fault`, empty where the call did what it should. `seconds`, `sent` and `got` (bytes of the
    bodies) are the last one's.
    """

    at: datetime
    method: str
    path: str
    status: int
    seconds: float
    error: str
    sent: int
    got: int
    times: int = 1


class PrinterRow(NamedTuple):
    """How one printer is, and what waits for it.

    `aside` says since when it is set aside, and `aside_by` by whom. `stands_in` is the printer that prints
    its tickets right now: empty while it prints them itself, or where nobody can.
    """

    name: str
    state: str
    cause: str
    detail: str
    waiting: int
    unknown: int
    failed: int
    since: datetime | None = None
    aside: datetime | None = None
    aside_by: str = ""
    fallback: str = ""
    stands_in: str = ""


class AttentionRow(NamedTuple):
    """One thing that a person must look at."""

    id: UUID
    kind: str
    channel: str
    order_id: UUID | None
    order_number: str
    facts: dict[str, Any]
    raw: str
    at: datetime


class Waiting(NamedTuple):
    """The counts in the rail: what needs a person."""

    new_orders: int
    tickets: int
    letters: int
    attention: int


class ShareRow(NamedTuple):
    """One order's part in a deal, as shown."""

    order_id: UUID
    order_number: str
    total: int


class BackRow(NamedTuple):
    """Pieces of one line that a refund took back, and what they brought in minor units."""

    order_id: UUID
    line_id: str
    name: str
    quantity: int
    amount: int


class DealRow(NamedTuple):
    """A deal as shown with its order. Money in minor units; that of a refund is negative.

    `refunds` are the deals that took something of it back; `refund_of`, `reason` and `back` are of a refund.
    """

    id: UUID
    number: str
    state: str
    currency: str | None
    total: int
    change: int
    payments: tuple[tuple[str, int], ...]
    shares: tuple[ShareRow, ...]
    closed_at: datetime | None
    refunds: tuple[DealRow, ...] = ()
    refund_of: UUID | None = None
    reason: str = ""
    back: tuple[BackRow, ...] = ()
