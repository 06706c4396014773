"""An order and its whole life as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pos.domain.payment import UNPAID, Payment, PaymentStatus
from pos.domain.refusals import Refused
from pos.domain.shop import COUNTER


class Status(StrEnum):
    """Where an order is in its life, as this counter knows it."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXECUTED = "executed"
    CANCELED = "canceled"
    PAID = "paid"


class OrderType(StrEnum):
    """What the guest wants: to come, to be brought it, or standing here."""

    BOOKING = "booking"
    DELIVER = "deliver"
    EAT_IN = "eat_in"
    TAKE_AWAY = "take_away"


class Move(StrEnum):
    """What can be done to an order."""

    ACCEPT = "accept"
    REJECT = "reject"
    CHECK_IN = "check_in"
    EXECUTE = "execute"
    AMEND = "amend"
    DISPATCH = "dispatch"
    CANCEL = "cancel"
    SETTLE = "settle"


_P, _A, _E, _PAID = Status.PLACED, Status.ACCEPTED, Status.EXECUTED, Status.PAID

#: The life that all orders share. Settling an executed order, or executing a settled one, makes it paid.
_COMMON: Mapping[tuple[Status, Move], Status] = {
    (_P, Move.ACCEPT): _A,
    (_P, Move.REJECT): Status.REJECTED,
    (_P, Move.CANCEL): Status.CANCELED,
    (_P, Move.AMEND): _P,
    (_A, Move.EXECUTE): _E,
    (_A, Move.CANCEL): Status.CANCELED,
    (_A, Move.AMEND): _A,
    (_A, Move.SETTLE): _A,
    (_E, Move.CANCEL): Status.CANCELED,
    (_E, Move.AMEND): _E,
    (_E, Move.SETTLE): _E,
}
_CHECKS_IN = {(_A, Move.CHECK_IN): _E}
_LEAVES = {(_E, Move.DISPATCH): _E, (_PAID, Move.DISPATCH): _PAID}

#: (status, move) -> status, for each type. What is not here is refused.
MOVES: Mapping[OrderType, Mapping[tuple[Status, Move], Status]] = {
    OrderType.BOOKING: {**_COMMON, **_CHECKS_IN},
    OrderType.DELIVER: {**_COMMON, **_LEAVES},
    OrderType.EAT_IN: _COMMON,
    OrderType.TAKE_AWAY: _COMMON,
}

#: Commands that lead through several moves in one transaction.
THROUGH: Mapping[tuple[OrderType, Status, Move], tuple[Move, ...]] = {
    (OrderType.BOOKING, _P, Move.CHECK_IN): (Move.ACCEPT, Move.CHECK_IN),
    (OrderType.DELIVER, _P, Move.ACCEPT): (Move.ACCEPT, Move.EXECUTE),
    (OrderType.EAT_IN, _P, Move.ACCEPT): (Move.ACCEPT, Move.EXECUTE),
    (OrderType.TAKE_AWAY, _P, Move.ACCEPT): (Move.ACCEPT, Move.EXECUTE),
}

#: The states in which a command has nothing left to do: repeating it is harmless.
REACHED: Mapping[Move, frozenset[Status]] = {
    Move.ACCEPT: frozenset({_A, _E, _PAID}),
    Move.REJECT: frozenset({Status.REJECTED}),
    Move.CHECK_IN: frozenset({_E, _PAID}),
    Move.EXECUTE: frozenset({_E, _PAID}),
    Move.CANCEL: frozenset({Status.CANCELED}),
    Move.SETTLE: frozenset({_PAID}),
}

#: What a deal forbids, from the moment the channel is asked for its money: after closing nothing is edited.
#: Only what was refunded whole may be called off: the books stay, and nothing is left to cook.
NOT_IN_A_DEAL = frozenset({Move.SETTLE, Move.AMEND, Move.CANCEL})

#: Finished here: nothing is left to do.
FINISHED = frozenset({Status.REJECTED, Status.CANCELED, Status.PAID})


class IllegalMove(Refused):
    """A move that the table has not; says what is possible now."""

    def __init__(self, order: Order, move: Move) -> None:
        super().__init__(
            "illegal_move",
            order=order.number,
            status=order.status.value,
            move=move.value,
            possible=" ".join(m.value for m in order.possible()),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line. Prices are minor units for one; None where the channel has no prices.

    `contents` are the parts of a kit or combo, as its cook reads them (``酸辣汤 ×2``). What `goes_back` was
    had before and is given back: nobody cooks, sells or brings it.
    """

    id: str
    name: str
    quantity: int
    price: int | None = None
    deal_price: int | None = None
    item_id: str = ""
    station: str = ""
    options: tuple[str, ...] = ()
    note: str = ""
    contents: tuple[str, ...] = ()
    goes_back: bool = False

    @property
    def each(self) -> int | None:
        """What one of the line costs in minor units: deal price, else price."""
        return self.price if self.deal_price is None else self.deal_price

    @property
    def amount(self) -> int | None:
        """What the line costs in minor units: what one costs × quantity."""
        return None if self.each is None else self.each * self.quantity


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of the memo thread. A `fact` is what a service keeps and nobody says: no cook reads it."""

    name: str
    message: str
    at: datetime | None = None
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who ordered. `balance` is stored value in minor units, `points` as the channel counts them."""

    id: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    level: str = ""
    balance: int | None = None
    points: int | None = None


NOBODY = Guest()


@dataclass(frozen=True, slots=True)
class Order:
    """An order at one moment. Times are UTC; `number` is short and restarts each business `day`.

    `fee` is the channel's own total where it gives one. `guest_is_here` marks a guest who checked in before
    the order was accepted. `settled` is true once the order is in a closed deal. `dispatched_at` is when it
    left the shop for its guest, with the service's code of its `carrier` and the `tracking` number on the
    parcel. `supplies` are for the shop itself: nobody cooks them, carries them out or pays for them, and
    nobody there waits to hear of them; whatever becomes of their channel, they stay so. `claims` are open at
    its service: a part's id there each, and what is claimed of it (cancel, return, exchange). `version`
    guards writes.
    """

    id: UUID
    number: str
    day: date
    channel: str
    type: OrderType
    status: Status
    lines: tuple[Line, ...]
    currency: str | None
    placed_at: datetime
    updated_at: datetime
    remote_id: str = ""
    sequence_number: str = ""
    payment: Payment = UNPAID
    fee: int | None = None
    table: str = ""
    guest: Guest = NOBODY
    agent: str = ""
    memo: tuple[Note, ...] = ()
    due_at: datetime | None = None
    deadline_at: datetime | None = None
    accepted_at: datetime | None = None
    executed_at: datetime | None = None
    closed_at: datetime | None = None
    remote_updated_at: datetime | None = None
    remote_status: str = ""
    guest_is_here: bool = False
    settled: bool = False
    deal_id: UUID | None = None
    dispatched_at: datetime | None = None
    carrier: str = ""
    tracking: str = ""
    supplies: bool = False
    claims: tuple[tuple[str, str], ...] = ()
    version: int = 0

    @property
    def wanted(self) -> tuple[Line, ...]:
        """The lines that are made, brought and paid for: all but what goes back."""
        return tuple(line for line in self.lines if not line.goes_back)

    @property
    def going_back(self) -> tuple[Line, ...]:
        """The lines of what was had before and goes back."""
        return tuple(line for line in self.lines if line.goes_back)

    @property
    def only_goes_back(self) -> bool:
        """Whether there is nothing to make or bring, only what goes back."""
        return bool(self.lines) and not self.wanted

    @property
    def lines_total(self) -> int | None:
        """The sum of the lines in minor units; None where no line has a price."""
        amounts = [line.amount for line in self.lines if line.amount is not None]
        return sum(amounts) if amounts else None

    @property
    def total(self) -> int | None:
        """What the order costs in minor units: the channel's fee, else the sum of its lines."""
        return self.lines_total if self.fee is None else self.fee

    @property
    def adjustment(self) -> int:
        """What the channel's fee adds to the sum of lines; shown as a line of its own."""
        if self.fee is None or self.lines_total is None:
            return 0
        return self.fee - self.lines_total

    @property
    def holds_money(self) -> bool:
        """Whether the shop or the channel holds money of the guest that would have to go back.

        What has gone back is held by nobody, and what cost nothing was never money. Money that a channel took
        is there, whatever is known of how much it was.
        """
        if self.payment.status is PaymentStatus.REFUNDED or self.total == 0:
            return False
        return self.payment.taken_online or (self.settled and self.total is not None)

    @property
    def own(self) -> bool:
        """Whether the order belongs to the counter alone: no service knows of it."""
        return self.channel == COUNTER

    @property
    def open(self) -> bool:
        """Whether something is left to do here."""
        return self.status not in FINISHED

    def possible(self) -> tuple[Move, ...]:
        """Return the moves that would be taken now, in the order a screen offers them."""
        return tuple(move for move in Move if self._leads_somewhere(move))

    def _leads_somewhere(self, move: Move) -> bool:
        in_a_deal = self.settled or self.deal_id is not None
        if move in NOT_IN_A_DEAL and in_a_deal and not (move is Move.CANCEL and self._given_back):
            return False
        through = (self.type, self.status, move) in THROUGH
        return through or (self.status, move) in MOVES[self.type]

    @property
    def _given_back(self) -> bool:
        """Whether all that was settled has gone back: such an order may still be called off, not cooked."""
        return self.settled and self.payment.status is PaymentStatus.REFUNDED

    def reached(self, move: Move) -> bool:
        """Whether the move's end is already reached or passed, so that repeating it is harmless."""
        if move is Move.SETTLE:
            return self.settled
        return self.status in REACHED.get(move, frozenset())

    def path(self, move: Move) -> tuple[Move, ...]:
        """Return the moves that a command makes from here; raises IllegalMove where there are none."""
        if move is Move.ACCEPT and self.guest_is_here and self.type is OrderType.BOOKING:
            move = Move.CHECK_IN if self.status is Status.PLACED else move
        if not self._leads_somewhere(move):
            raise IllegalMove(self, move)
        return THROUGH.get((self.type, self.status, move), (move,))

    def after(self, move: Move, at: datetime) -> Order:
        """Return the order as it is once one move is made at `at` (UTC); raises IllegalMove."""
        if (status := MOVES[self.type].get((self.status, move))) is None:
            raise IllegalMove(self, move)
        settled = self.settled or move is Move.SETTLE
        if status is Status.EXECUTED and settled:
            status = Status.PAID
        fired = status in (Status.EXECUTED, Status.PAID)
        return replace(
            self,
            status=status,
            settled=settled,
            updated_at=at,
            accepted_at=self.accepted_at or (at if status is Status.ACCEPTED else None),
            executed_at=self.executed_at or (at if fired else None),
            closed_at=self.closed_at or (at if status in FINISHED else None),
        )
