"""What of a closed deal goes back: which pieces, how much money for them, and by which methods.

A piece brings back what one of its line cost. Where the order cost less than its lines together (a channel's
discount), its pieces bear that by their prices; where nothing has a price, evenly. Fractions are rounded down
over all pieces that have gone back so far, so that no sequence of part refunds gives more than one whole one.
What an order cost beyond its lines (a charge) comes back with its last piece, as does what rounding kept.

Money goes back by the methods it came for that order: others before cash, as they were given. Methods that a
person chooses are first matched with those; what is left of them goes to the orders in their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from pos.domain.deal import Back, Deal, DealState, Share, merged, take
from pos.domain.lines import keyed
from pos.domain.order import Order
from pos.domain.payment import CASH, PREPAY, Amount, PaymentStatus
from pos.domain.refusals import Refused


class Pieces(NamedTuple):
    """So many pieces of one line of an order, which is named as `keyed` does: its id may be another's too."""

    order_id: UUID
    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A closed deal as it stands: its orders, and what of it was taken back before, oldest first."""

    deal: Deal
    orders: tuple[Order, ...]
    earlier: tuple[Deal, ...] = ()

    def pieces_back(self, order: Order) -> Counter[str]:
        """Return how many pieces of each of an order's lines have gone back."""
        gone: Counter[str] = Counter()
        for back in (back for refund in self.earlier for back in refund.back if back.order_id == order.id):
            gone[back.line_id] += back.quantity
        return +gone

    def pieces_left(self, order: Order) -> Counter[str]:
        """Return how many pieces of an order's lines can still go back; lines of none are left out."""
        return _sold(order) - self.pieces_back(order)

    def money_back(self, order: Order) -> int:
        """Return how much of an order's money has gone back, in minor units."""
        return -sum(share.total for refund in self.earlier for share in refund.shares_of(order.id))

    def money_left(self, order: Order) -> int:
        """Return how much of an order's money can still go back, in minor units."""
        return max(0, self._total(order) - self.money_back(order))

    def left(self, order: Order) -> bool:
        """Whether anything of an order can still go back."""
        return bool(self.pieces_left(order)) or self.money_left(order) > 0

    def brings(self, order: Order, pieces: Mapping[str, int]) -> int:
        """Return what these pieces of an order (by line) bring back after all before, in minor units."""
        gone = self.pieces_back(order) + Counter(pieces)
        due = self._total(order) if gone >= _sold(order) else self._worth(order, gone)
        return min(self.money_left(order), max(0, due - self.money_back(order)))

    def brings_each(self, order: Order, pieces: Mapping[str, int]) -> Iterator[Back]:
        """Yield these pieces line by line, each with what it brings back, but for an order's charge."""
        gone, wanted = self.pieces_back(order), dict(pieces)
        for key, line in keyed(order.wanted).items():
            if count := wanted.pop(key, 0):
                before = self._worth(order, gone)
                gone[key] += count
                yield Back(order.id, key, line.name, count, self._worth(order, gone) - before)

    def payment_of(self, order: Order) -> PaymentStatus:
        """Return what became of an order's payment."""
        if not self.left(order):
            return PaymentStatus.REFUNDED
        return PaymentStatus.PART_REFUNDED if self.begun(order) else order.payment.status

    def begun(self, order: Order) -> bool:
        """Whether something of an order has gone back, and is gone still."""
        return bool(self.pieces_back(order)) or self.money_back(order) != 0

    def part_went_back_there(self, order: Order) -> bool:
        """Whether its channel gave some of an order's money back before any of it was refunded here."""
        refunded = any(made.shares_of(order.id) for made in self.earlier)
        return order.payment.online and order.payment.status is PaymentStatus.PART_REFUNDED and not refunded

    @property
    def lasting(self) -> tuple[Deal, ...]:
        """The refunds since one was undone, oldest first: what was before may be given again."""
        undone = max((place for place, made in enumerate(self.earlier, 1) if made.total > 0), default=0)
        return self.earlier[undone:]

    def ways(self, order: Order) -> list[Share]:
        """Return the methods by which an order's money came, with what of each has not gone back yet."""
        gone: Counter[tuple[str, bool]] = Counter()
        for share in (share for refund in self.earlier for share in refund.shares_of(order.id)):
            gone.update({(part.method, share.online): -part.amount for part in share.paid})
        return [
            Share(order.id, left, (Amount(part.method, left),), share.online)
            for share in self.deal.shares_of(order.id)
            for part in sorted(share.paid, key=lambda part: part.method == CASH)
            if (left := part.amount - gone[part.method, share.online]) > 0
        ]

    def _total(self, order: Order) -> int:
        return max(0, sum(share.total for share in self.deal.shares_of(order.id)))

    def _worth(self, order: Order, pieces: Mapping[str, int]) -> int:
        """Return what so many pieces of each line are worth of an order's total, without its charge."""
        total, lines = self._total(order), keyed(order.wanted)
        prices = {key: max(0, line.each or 0) for key, line in lines.items()}
        if not any(prices.values()):
            prices = dict.fromkeys(prices, 1)
            return _part(total, prices, pieces, _sold(order))
        return _part(min(total, _sum(prices, _sold(order))), prices, pieces, _sold(order))


def _part(total: int, prices: Mapping[str, int], pieces: Mapping[str, int], sold: Mapping[str, int]) -> int:
    """Return how much of a total pieces bear by their prices, rounded down."""
    whole = _sum(prices, sold)
    return total * _sum(prices, pieces) // whole if whole else 0


def _sum(prices: Mapping[str, int], pieces: Mapping[str, int]) -> int:
    return sum(price * pieces.get(line, 0) for line, price in prices.items())


def _sold(order: Order) -> Counter[str]:
    return Counter({key: max(0, line.quantity) for key, line in keyed(order.wanted).items()})


def refund(
    standing: Standing,
    pieces: Sequence[Pieces],
    given: Sequence[Amount],
    *,
    refund_id: UUID,
    at: datetime,
    by: str,
    reason: str,
    methods: Collection[str],
) -> Deal:
    """Return the open deal that takes pieces back (none: all that is left); raises Refused.

    `given` are the amounts (minor units, positive) by which a person gives the money back, of the shop's
    `methods` or of those that it came by; none: as it came. They must be exactly what goes back.
    """
    _refuse_deals_that_stay(standing.deal)
    wanted = _wanted(standing, pieces)
    due = [(standing.ways(order), order.id, standing.brings(order, counts)) for order, counts in wanted]
    shares = _shares(due, _purse(due, given, methods), methods)
    return Deal(
        id=refund_id,
        number=str(refund_id),
        state=DealState.OPEN,
        currency=standing.deal.currency,
        shares=shares,
        payments=merged([part for share in shares for part in share.paid]),
        change=0,
        opened_at=at,
        by=by,
        refund_of=standing.deal.id,
        reason=reason,
        back=tuple(back for order, counts in wanted for back in standing.brings_each(order, counts)),
    )


def undone(standing: Standing, order: Order, *, deal_id: UUID, at: datetime, by: str, reason: str) -> Deal:
    """Return the open deal that books what of an order its channel gave back as come again; raises Refused.

    It is a refund of the other sign: what it brings is positive, and its pieces are sold once more.
    """
    gone = [share for made in standing.earlier for share in made.shares_of(order.id) if share.online]
    held = merged([Amount(part.method, -part.amount) for share in gone for part in share.paid])
    paid = tuple(part for part in held if part.amount > 0)
    if not paid:
        raise Refused("nothing_to_book", order=order.number)
    return Deal(
        id=deal_id,
        number=str(deal_id),
        state=DealState.OPEN,
        currency=standing.deal.currency,
        shares=(Share(order.id, sum(part.amount for part in paid), paid, online=True),),
        payments=paid,
        change=0,
        opened_at=at,
        by=by,
        refund_of=standing.deal.id,
        reason=reason,
        back=tuple(_sold_again(standing, order)),
    )


def _sold_again(standing: Standing, order: Order) -> Iterator[Back]:
    """Yield the pieces whose money went back by the channel alone, line by line, as less than none."""
    names = {key: line.name for key, line in keyed(order.lines).items()}
    pieces: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for made in standing.earlier:
        if all(share.online for share in made.shares_of(order.id)):
            for part in (part for part in made.back if part.order_id == order.id):
                pieces[part.line_id] += part.quantity
                amounts[part.line_id] += part.amount
    for key, count in (+pieces).items():
        yield Back(order.id, key, names[key], -count, -amounts[key])


def worth(standing: Standing, pieces: Sequence[Pieces]) -> int:
    """Return what these pieces (none: all that is left) bring back together (minor units). Raises Refused."""
    return sum(standing.brings(order, counts) for order, counts in _wanted(standing, pieces))


def _refuse_deals_that_stay(deal: Deal) -> None:
    if deal.refund_of is not None:
        raise Refused("refund_of_refund", bill=deal.number)
    if deal.state is not DealState.CLOSED:
        raise Refused("deal_open")


def _wanted(standing: Standing, pieces: Sequence[Pieces]) -> list[tuple[Order, Counter[str]]]:
    """Return the orders that something goes back of, each with its pieces by line; raises Refused."""
    if not pieces:
        found = [(order, standing.pieces_left(order)) for order in standing.orders if standing.left(order)]
        if not found:
            raise Refused("nothing_left", bill=standing.deal.number)
        return found
    asked: dict[UUID, Counter[str]] = {}
    for part in pieces:
        if part.quantity < 1:
            raise Refused("pieces_not_positive")
        asked.setdefault(part.order_id, Counter())[part.line_id] += part.quantity
    if foreign := asked.keys() - {order.id for order in standing.orders}:
        raise Refused("not_in_deal", bill=standing.deal.number, order=str(min(foreign)))
    found = [(order, asked[order.id]) for order in standing.orders if order.id in asked]
    for order, counts in found:
        _refuse_more_than_left(standing, order, counts)
    return found


def _refuse_more_than_left(standing: Standing, order: Order, counts: Mapping[str, int]) -> None:
    lines, left = keyed(order.wanted), standing.pieces_left(order)
    for key, count in counts.items():
        if key not in lines:
            raise Refused("no_such_line", order=order.number, line=key[:60])
        if count > left[key]:
            raise Refused("too_many_pieces", line=lines[key].name, left=left[key])


#: What goes back of one order: the ways by which its money came, its id, and how much.
_Due = tuple[list[Share], UUID, int]


def _purse(due: Sequence[_Due], given: Sequence[Amount], methods: Collection[str]) -> list[Amount]:
    """Return what a person gives by each method; as it came, each method may give all. Raises Refused."""
    whole = sum(amount for _ways, _order, amount in due)
    came = [part.method for ways, _order, _amount in due for way in ways for part in way.paid]
    if not given:
        return [Amount(method, whole) for method in dict.fromkeys(came)]
    if any(part.amount <= 0 for part in given):
        raise Refused("payment_not_positive")
    for part in given:
        if part.method not in (*methods, *came):
            raise Refused("unknown_method", method=part.method, methods=", ".join(methods))
    if sum(part.amount for part in given) != whole:
        raise Refused("refund_not_exact")
    return sorted(merged(given), key=lambda part: part.method == CASH)


def _shares(due: Sequence[_Due], purse: list[Amount], methods: Collection[str]) -> tuple[Share, ...]:
    """Return what goes back of each order, by the ways it came as far as the purse has them; empties it."""
    as_it_came = [_by_ways(ways, amount, purse) for ways, _order, amount in due]
    shares: list[Share] = []
    for (_ways, order_id, amount), parts in zip(due, as_it_came, strict=True):
        rest = take(purse, amount - sum(part.total for part in parts))
        if strange := next((part.method for part in rest if part.method not in methods), ""):
            raise Refused("more_than_came", method=strange)
        shares += _gone(order_id, [*parts, Share(order_id, sum(part.amount for part in rest), rest)])
    if any(part.method == PREPAY for share in shares for part in share.paid):
        # No service has a call that puts stored value back; saying that it is there would be a lie.
        raise Refused("prepay_stays")
    return tuple(shares)


def _by_ways(ways: Sequence[Share], amount: int, purse: list[Amount]) -> list[Share]:
    """Take an amount out of the purse by these ways, in their order."""
    taken = []
    for way in ways:
        method, held = way.paid[0].method, {part.method: part.amount for part in purse}
        if use := min(way.total, amount, held.get(method, 0)):
            held[method] -= use
            purse[:] = [Amount(name, left) for name, left in held.items() if left]
            taken.append(Share(way.order_id, use, (Amount(method, use),), way.online))
            amount -= use
    return taken


def _gone(order_id: UUID, parts: Sequence[Share]) -> Iterator[Share]:
    """Yield parts as they are booked: negative, what a channel holds apart; one of nothing for nothing."""
    for online in (True, False):
        paid = merged([each for part in parts if part.online is online for each in part.paid])
        total = sum(part.amount for part in paid)
        if total or (not online and not any(part.total for part in parts)):
            yield Share(order_id, -total, tuple(Amount(part.method, -part.amount) for part in paid), online)
