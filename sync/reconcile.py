"""Theirs and ours side by side: a day's orders as a service has them, as they are here, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sync.channel import Channel
from sync.errors import Missing, Refused
from sync.messages import RemoteOrder, Unreadable

#: What is not alike, the gravest first: an order that one side alone has, its money, how far it is; what only
#: has still to be told; and what the service has, but not as an order.
Difference = Literal["only_there", "only_here", "payment", "amount", "status", "untold", "unreadable"]


@dataclass(frozen=True, slots=True)
class Side:
    """One order as one side has it. Words are those of `sync.messages`; `total` is minor units of `currency`.

    `payment` is empty where that side knows of none. `number` is what people call it there or here. `waits`:
    a letter about it has still to be told.
    """

    status: str
    payment: str
    total: int | None = None
    currency: str | None = None
    number: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One order on both sides, by its id there; None where a side does not have it."""

    remote_id: str
    ours: Side | None
    theirs: Side | None
    differences: tuple[Difference, ...]

    @property
    def apart(self) -> int:
        """How much more the order costs there than here (minor units); 0 where that cannot be said."""
        if self.ours is None or self.theirs is None or not _comparable(self.ours, self.theirs):
            return 0
        return (self.theirs.total or 0) - (self.ours.total or 0)


@dataclass(frozen=True, slots=True)
class Theirs:
    """What a service has: orders by their ids there, and records that could not be read as orders."""

    orders: Mapping[str, RemoteOrder]
    unreadable: tuple[Unreadable, ...] = ()


#: In which states an order may stand there that stands so here, where the service was told of it.
_FITS: Mapping[str, Collection[str]] = {
    "placed": {"placed"},
    "accepted": {"accepted"},
    # Not every service has a word for what the kitchen does, or for a bill.
    "executed": {"executed", "accepted"},
    "paid": {"paid", "executed", "accepted"},
    "rejected": {"rejected", "canceled"},
    "canceled": {"canceled", "rejected"},
}

#: The states of an order that nobody serves any more: no missing word of a service explains these away.
_OFF = frozenset({"rejected", "canceled"})

#: The letter after which an order stands so there: where it cannot be told, any state there fits.
_TOLD_BY: Mapping[str, str] = {
    "accepted": "accept",
    "executed": "execute",
    "paid": "execute",
    "rejected": "reject",
    "canceled": "cancel",
}


def compare(ours: Mapping[str, Side], theirs: Theirs, tells: Collection[str]) -> list[Pair]:
    """Return every order of both sides by its id there, what differs first.

    `tells` are the verbs that the service can be told: what it was never told it need not know.
    """
    there = {key: side(order) for key, order in theirs.orders.items()}
    if _HEARD in tells:
        there = {key: replace(each, payment="") for key, each in there.items()}
    pairs = [_pair(key, ours.get(key), there.get(key), tells) for key in {**ours, **there}]
    unreadable = {record.key for record in theirs.unreadable}
    pairs = [
        replace(pair, differences=("unreadable",))
        if pair.remote_id in unreadable and not pair.theirs
        else pair
        for pair in pairs
    ]
    return sorted(pairs, key=lambda pair: (not pair.differences, _name(pair)))


def _name(pair: Pair) -> str:
    side = pair.ours or pair.theirs
    return side.number if side else ""


def _pair(key: str, ours: Side | None, theirs: Side | None, tells: Collection[str]) -> Pair:
    if ours is None or theirs is None:
        return Pair(key, ours, theirs, ("only_there",) if ours is None else ("only_here",))
    found: list[Difference] = []
    if _other_payment(ours, theirs, tells):
        found.append("payment")
    if _comparable(ours, theirs) and ours.total != theirs.total:
        found.append("amount")
    if not _fits(ours, theirs, tells):
        found.append("status")
    if ours.waits and set(found) <= {"payment", "status"}:
        # What is not alike only because it has not been told is that, and not two books.
        found = ["untold"]
    return Pair(key, ours, theirs, tuple(found))


def _comparable(ours: Side, theirs: Side) -> bool:
    return ours.total is not None and theirs.total is not None and ours.currency == theirs.currency


def _fits(ours: Side, theirs: Side, tells: Collection[str]) -> bool:
    if theirs.status == "unknown" or theirs.status in _FITS.get(ours.status, ()):
        return True
    if _HEARD in tells and ours.payment == "refunded" and theirs.status in _OFF:
        # What was paid back whole stands as given back with whoever only hears what was sold.
        return True
    if theirs.status in _OFF and ours.status not in _OFF:
        return False
    verb = _TOLD_BY.get(ours.status)
    return verb is not None and verb not in tells


#: What is told to who only hears of sales: what was sold, and nothing of its money.
_HEARD = "sale"

#: Payments that mean that the guest has paid, whatever went back since.
_TAKEN = frozenset({"paid", "part_refunded", "refunded"})


def _other_payment(ours: Side, theirs: Side, tells: Collection[str]) -> bool:
    """Whether money is known to be with one side only; what cannot be told of ours is no difference."""
    if not {"unknown", ""}.isdisjoint((ours.payment, theirs.payment)):
        return False
    here, there = ours.payment in _TAKEN, theirs.payment in _TAKEN
    return there and not here if "pay" not in tells else here is not there


def nobody(_many: int) -> None:
    """Nobody is told how far it is."""


async def fetch(
    channel: Channel,
    known: Iterable[str],
    since: datetime,
    until: datetime,
    heard: Callable[[int], object] = nobody,
) -> Theirs:
    """Ask a service for the orders that were placed between two moments (UTC), and for those of `known` ids.

    `heard` is told how many orders have been looked at, now and then. Nothing is taken over, and nothing
    told. Raises the errors of `sync.errors`.
    """
    wanted, seen = set(known), set[str]()
    found, unreadable = dict[str, RemoteOrder](), dict[str, Unreadable]()
    async for page in channel.changes("", finished_since=since):
        for order in page.orders:
            if isinstance(order, Unreadable):
                unreadable[order.key] = order
                continue
            seen.add(order.remote_id)
            if order.remote_id in wanted or _is_of(order, since, until):
                found[order.remote_id] = order
        heard(len(seen) + len(unreadable))
    missed = sorted(wanted - found.keys()) if channel.capabilities.reads else []
    for remote_id in missed:
        match await _read(channel, remote_id):
            case RemoteOrder() as order:
                found[remote_id] = order
            case Unreadable() as record:
                unreadable[record.key] = record
        seen.add(remote_id)
        heard(len(seen) + len(unreadable))
    return Theirs(found, tuple(unreadable.values()))


def _is_of(order: RemoteOrder, since: datetime, until: datetime) -> bool:
    return order.placed_at is not None and since <= order.placed_at < until


async def _read(channel: Channel, remote_id: str) -> RemoteOrder | Unreadable | None:
    """Return one order as it is there; None where there is none."""
    try:
        return await channel.read(remote_id)
    except Missing:
        return None
    except Refused as error:
        return Unreadable(remote_id, error.reason, "")


def side(order: RemoteOrder) -> Side:
    """Return an order as its service shows it."""
    payment = "paid" if order.status == "paid" else order.payment
    total = order.total if order.total is not None else _sum(order)
    return Side(order.status, payment, total, order.currency, order.sequence_number or order.remote_id)


def _sum(order: RemoteOrder) -> int | None:
    each = [
        (line.price if line.deal_price is None else line.deal_price, line.quantity) for line in order.lines
    ]
    priced = [price * quantity for price, quantity in each if price is not None]
    return sum(priced) if priced else None
