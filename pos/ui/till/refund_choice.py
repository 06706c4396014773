"""What is chosen to be refunded, as a value: pieces, the way back, what comes of it; nothing is painted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from pos.domain.deal import Deal
from pos.domain.lines import keyed
from pos.domain.order import Line, Order
from pos.domain.payment import CASH, PREPAY, Amount
from pos.domain.refund import Pieces, Standing, refund, worth

#: The way back that is none of a person's choosing: by the methods that the money came by.
AS_PAID = ""

#: A line of a deal: its order's id, and what names it there.
Key = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Pieces by line, and the way their money goes back."""

    standing: Standing
    counts: Mapping[Key, int] = field(default_factory=dict)
    way: str = AS_PAID

    @classmethod
    def first(cls, standing: Standing) -> Chosen:
        """Return what a sheet begins with: nothing, but where there is only one piece, that."""
        ways = [way for order in standing.orders for way in standing.ways(order)]
        stays = any(part.method == PREPAY for way in ways for part in way.paid)
        begun = cls(standing, way=CASH if stays else AS_PAID)
        return begun.all() if sum(begun.most().values()) == 1 else begun

    @classmethod
    def given_back(cls, standing: Standing, pieces: Mapping[str, int]) -> Chosen:
        """Return what is left to book of what a channel gave back of one order: these pieces, or nothing yet.

        `pieces` (by line) are all that it gave back so far; where the channel did not say, a person does.
        """
        (order,) = standing.orders
        left = Counter(pieces) - standing.pieces_back(order)
        begun = cls(standing, {(order.id, line): count for line, count in left.items()})
        return begun.on(standing)

    def most(self) -> dict[Key, int]:
        """Return how many pieces of each line can still go back, in the bill's order."""
        left = {order.id: self.standing.pieces_left(order) for order in self.standing.orders}
        return {(order.id, name): left[order.id][name] for order, name, _line in self._lines()}

    def all(self) -> Chosen:
        """Choose everything that is left."""
        return replace(self, counts={key: most for key, most in self.most().items() if most})

    def none(self) -> Chosen:
        """Choose nothing."""
        return replace(self, counts={})

    def by(self, key: Key, step: int) -> Chosen:
        """Choose more or fewer pieces of a line; never fewer than none or more than are left."""
        count = min(max(self.counts.get(key, 0) + step, 0), self.most().get(key, 0))
        return replace(self, counts={**self.counts, key: count})

    def going(self, way: str) -> Chosen:
        """Let the money go by a method, or as it came."""
        return replace(self, way=way)

    def on(self, standing: Standing) -> Chosen:
        """Choose the same of a deal that stands otherwise now, as far as that is left."""
        most = replace(self, standing=standing).most()
        counts = {key: min(count, most.get(key, 0)) for key, count in self.counts.items()}
        return replace(self, standing=standing, counts=counts)

    @property
    def whole(self) -> bool:
        """Whether all pieces that are left are chosen; so they are where only money is left."""
        return all(self.counts.get(key, 0) == most for key, most in self.most().items())

    @property
    def pieces(self) -> list[Pieces]:
        """What to refund; nothing but money is named by naming no piece."""
        return [Pieces(*key, count) for key, count in self.counts.items() if count]

    @property
    def able(self) -> bool:
        """Whether there is anything to refund."""
        return any(self.standing.left(order) for order in self.standing.orders) and (
            bool(self.pieces) or not any(self.most().values())
        )

    @property
    def total(self) -> int:
        """What goes back, in minor units."""
        return worth(self.standing, self.pieces) if self.able else 0

    @property
    def given(self) -> list[Amount]:
        """By which method a person wants the money to go; nothing: as it came."""
        return [Amount(self.way, self.total)] if self.way and self.total else []

    def made(self, methods: Collection[str]) -> Deal:
        """Return the refund that would be made now; a look ahead, nothing of it is kept. Raises Refused."""
        return refund(
            self.standing,
            self.pieces,
            self.given,
            refund_id=uuid4(),
            at=datetime.now(UTC),
            by="",
            reason="",
            methods=methods,
        )

    def charge(self, made: Deal) -> int:
        """Return what goes back beyond the pieces: a charge, or what rounding kept (minor units)."""
        return -made.total - sum(back.amount for back in made.back)

    def lines(self) -> list[tuple[Key, Order, Line, int]]:
        """Return the bill's lines, each with its key, its order and how many of it went back before."""
        back = {order.id: self.standing.pieces_back(order) for order in self.standing.orders}
        return [((order.id, name), order, line, back[order.id][name]) for order, name, line in self._lines()]

    def _lines(self) -> Iterator[tuple[Order, str, Line]]:
        for order in self.standing.orders:
            for name, line in keyed(order.wanted).items():
                yield order, name, line
