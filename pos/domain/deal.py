"""One transaction over one or more orders: who pays what, in which method, and what goes back."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pos.domain.money import one_currency
from pos.domain.order import Order
from pos.domain.payment import CASH, ONLINE, Amount
from pos.domain.refusals import Refused


class DealState(StrEnum):
    """`open`: no money taken yet, can be taken apart. `closed`: what follows is a refund."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Share:
    """One order's part in a deal: its total, and the payments that cover it (minor units)."""

    order_id: UUID
    total: int
    paid: tuple[Amount, ...] = ()
    online: bool = False

    @property
    def method(self) -> str:
        """The method that covered most of the order; of equals the non-cash one. Empty for nothing."""
        best = max(self.paid, key=lambda part: (part.amount, part.method != CASH), default=None)
        return best.method if best else ""


@dataclass(frozen=True, slots=True)
class Back:
    """Pieces of one line that a refund takes back, and what they cost together (minor units, positive)."""

    order_id: UUID
    line_id: str
    name: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal. `payments` are as the guest gave them (cash before change); `change` went back in cash.

    A refund is a deal of its own: `refund_of` is the one that it takes back, `reason` why, `back` which
    pieces; its shares and payments are negative.
    """

    id: UUID
    number: str
    state: DealState
    currency: str | None
    shares: tuple[Share, ...]
    payments: tuple[Amount, ...]
    change: int
    opened_at: datetime
    closed_at: datetime | None = None
    by: str = ""
    refund_of: UUID | None = None
    reason: str = ""
    back: tuple[Back, ...] = ()
    version: int = 0

    @property
    def total(self) -> int:
        """What all its orders cost together, in minor units."""
        return sum(share.total for share in self.shares)

    def shares_of(self, order_id: UUID) -> tuple[Share, ...]:
        """Return an order's part; of a refund it may be two, one of them of money that a channel holds."""
        return tuple(share for share in self.shares if share.order_id == order_id)


def settle(
    deal_id: UUID, number: str, orders: Sequence[Order], given: Sequence[Amount], at: datetime, by: str
) -> Deal:
    """Return the open deal over `orders` paid with `given`; raises Refused where the sums do not fit.

    Orders whose channel took the money are covered by it, in its own method, also where it gave it back
    since: that is a refund of its own, unless money is given, which a guest pays after all. Such an order is
    settled alone. The rest is allocated in the order chosen, non-cash first; only cash gives change.
    """
    _refuse_given_back_among(orders)
    currency = one_currency(order.currency for order in orders)
    there = {order.id for order in orders if _paid_there(order, given)}
    due = sum(order.total or 0 for order in orders if order.id not in there)
    change = _change(due, given)
    shares = _allocate(orders, there, _booked(given, change))
    online = merged([part for share in shares if share.online for part in share.paid])
    return Deal(
        id=deal_id,
        number=number,
        state=DealState.OPEN,
        currency=currency,
        shares=shares,
        payments=(*online, *merged(given)),
        change=change,
        opened_at=at,
        by=by,
    )


def _refuse_given_back_among(orders: Sequence[Order]) -> None:
    """No guest's bill says that something was paid which went back long ago."""
    if len(orders) > 1 and (back := next((one for one in orders if one.payment.given_back_there), None)):
        raise Refused("given_back_alone", order=back.number)


def _paid_there(order: Order, given: Sequence[Amount]) -> bool:
    return order.payment.taken_online or (order.payment.given_back_there and not given)


def _change(due: int, given: Sequence[Amount]) -> int:
    if any(part.amount <= 0 for part in given):
        raise Refused("payment_not_positive")
    cash = sum(part.amount for part in given if part.method == CASH)
    other = sum(part.amount for part in given if part.method != CASH)
    if given and not due:
        raise Refused("nothing_due")
    if other > due:
        raise Refused("too_much", due=due, given=other)
    if cash + other < due:
        raise Refused("too_little", due=due, given=cash + other)
    if cash and other == due:
        raise Refused("too_much", due=due, given=cash + other)
    return cash + other - due


def merged(parts: Sequence[Amount]) -> tuple[Amount, ...]:
    """Return the sum of each method, in the order in which the methods come first."""
    sums: dict[str, int] = {}
    for part in parts:
        sums[part.method] = sums.get(part.method, 0) + part.amount
    return tuple(Amount(method, amount) for method, amount in sums.items())


def _booked(given: Sequence[Amount], change: int) -> list[Amount]:
    parts = sorted(merged(given), key=lambda part: part.method == CASH)
    return [
        replace(part, amount=part.amount - change) if part.method == CASH else part
        for part in parts
        if part.method != CASH or part.amount > change
    ]


def _allocate(orders: Sequence[Order], there: Set[UUID], purse: list[Amount]) -> tuple[Share, ...]:
    shares = []
    for order in orders:
        total = order.total or 0
        if order.id in there:
            method = order.payment.type or ONLINE
            shares.append(Share(order.id, total, (Amount(method, total),) if total else (), online=True))
        else:
            shares.append(Share(order.id, total, take(purse, total)))
    return tuple(shares)


def take(purse: list[Amount], wanted: int) -> tuple[Amount, ...]:
    """Take `wanted` out of the purse from its front; the purse is left with the rest."""
    taken = []
    while wanted > 0 and purse:
        part = purse[0]
        use = min(part.amount, wanted)
        taken.append(Amount(part.method, use))
        wanted -= use
        purse[0:1] = [Amount(part.method, part.amount - use)] if part.amount > use else []
    return tuple(taken)
