"""A channel's day, theirs and ours side by side: its values, in words, and as a spreadsheet takes them."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pos.domain import money
from pos.domain.shop import Shop
from pos.store import journal, sides
from pos.words import Words
from sync.reconcile import Pair, Side, Theirs, compare

#: What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

#: What a spreadsheet would show as another number, or a day: 007, more digits than it keeps, 12e5, 3-4.
_SPOILT = re.compile(r"-?(0\d+|\d{16,}|\d+\.?\d*e[+-]?\d+)|\d+[-/]\d+([-/]\d+)?", re.IGNORECASE | re.ASCII)

#: In which states an order costs nobody anything.
_OFF = ("rejected", "canceled")

#: The columns of each side, and how they are called.
_OF_A_SIDE = ("status", "payment", "total")


class Row(NamedTuple):
    """One order on both sides; without `order_id` it is only there. `why`: how a person explained it.

    `known_there`: the service has an id for it, which is the pair's. `placed_at` is UTC.
    """

    pair: Pair
    order_id: UUID | None = None
    why: str = ""
    known_there: bool = True
    placed_at: datetime | None = None

    @property
    def differs(self) -> bool:
        """Whether there is something to act on."""
        return bool(self.pair.differences) and not self.why


class Sum(NamedTuple):
    """What a day's orders come to on both sides, in minor units of one currency, but for those called off."""

    currency: str
    ours: int
    theirs: int


class Reconciliation(NamedTuple):
    """A channel's business day on both sides, what differs first; `at` (UTC) is when it was asked for.

    `theirs` is what the service showed then.
    """

    channel: str
    day: date
    at: datetime
    rows: tuple[Row, ...]
    theirs: Theirs

    @property
    def differ(self) -> int:
        """How many orders a person has still to look at."""
        return sum(row.differs for row in self.rows)

    @property
    def sums(self) -> list[Sum]:
        """What the orders come to on both sides, by currency."""
        come_to: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row in self.rows:
            for at, side in enumerate((row.pair.ours, row.pair.theirs)):
                if side is not None and side.currency and side.total is not None:
                    come_to[side.currency][at] += 0 if side.status in _OFF else side.total
        return [Sum(currency, *both) for currency, both in sorted(come_to.items())]


def compared(read: Any, shop: Shop, channel: str, day: date, at: datetime, theirs: Theirs) -> Reconciliation:
    """Put our orders of a business day, as they are now, beside what a service showed at a moment (UTC).

    A query of the store, for `Store.ask`.
    """
    ours = sides.of_day(read, shop, channel, day)
    tells = shop.channels[channel].tells
    if "sale" not in tells:
        ours |= sides.known(read, channel, theirs.orders.keys() - ours.keys())
    pairs = compare({key: _as_side(each) for key, each in ours.items()}, theirs, tells)
    explained = journal.explanations(read, channel) if any(pair.differences for pair in pairs) else {}
    rows = [_row(pair, ours.get(pair.remote_id), theirs, _why(pair, explained)) for pair in pairs]
    rows.sort(key=lambda row: (not row.differs, not row.why))
    return Reconciliation(channel, day, at, tuple(rows), theirs)


def _row(pair: Pair, ours: sides.Ours | None, theirs: Theirs, why: str) -> Row:
    if ours is not None:
        return Row(pair, ours.order_id, why, ours.known_there, ours.placed_at)
    there = theirs.orders.get(pair.remote_id)
    return Row(pair, why=why, placed_at=there.placed_at if there else None)


def _as_side(ours: sides.Ours) -> Side:
    return Side(ours.status, ours.payment, ours.total, ours.currency, ours.number, ours.waits)


def _why(pair: Pair, explained: dict[str, journal.Explained]) -> str:
    """Return how a person explained all that differs now; empty where something else differs."""
    said = explained.get(pair.remote_id)
    holds = said is not None and said.apart == pair.apart and set(pair.differences) <= {*said.differences}
    return said.why if said is not None and holds and pair.differences else ""


def heads(words: Words) -> list[str]:
    """Return the heads of the columns, in the order of `cells`."""
    both = [
        f"{words.say(f'reconcile.{column}')}, {words.say(f'reconcile.{at}')}"
        for column in _OF_A_SIDE
        for at in ("ours", "theirs")
    ]
    named = [words.say(f"reconcile.{name}") for name in ("number", "there_number")]
    return [*named, *both, *(words.say(f"reconcile.{name}") for name in ("apart", "differs", "why"))]


def cells(words: Words, row: Row) -> list[str]:
    """Return one order as the columns of `heads`; amounts are in major units, without sign of currency."""
    pair = row.pair
    ours, theirs = _side(words, pair.ours), _side(words, pair.theirs)
    currency = _currency(pair)
    return [
        pair.ours.number if pair.ours else "",
        pair.remote_id if row.known_there else "",
        *(text for both in zip(ours, theirs, strict=True) for text in both),
        _amount(pair.apart, currency) if pair.apart else "",
        differences(words, row),
        row.why,
    ]


def _currency(pair: Pair) -> str | None:
    return next((side.currency for side in (pair.ours, pair.theirs) if side and side.currency), None)


def differences(words: Words, row: Row) -> str:
    """Return what differs, in words; empty where nothing does."""
    return words.say("board.dot").join(words.say(f"reconcile.{each}") for each in row.pair.differences)


def _side(words: Words, side: Side | None) -> tuple[str, str, str]:
    if side is None:
        return "", "", ""
    return (
        status(words, side.status),
        payment(words, side.payment),
        _amount(side.total, side.currency),
    )


def status(words: Words, said: str) -> str:
    """Return a status of either side in words."""
    return words.say(f"status.{said}") if words.has(f"status.{said}") else said


def payment(words: Words, said: str) -> str:
    """Return how an order is paid, in words; empty where that side knows of no payments."""
    return words.say(f"payment_status.{said}") if said else ""


def _amount(amount: int | None, currency: str | None) -> str:
    return "" if amount is None or currency is None else money.plain(amount, currency)


def summary(words: Words, found: Reconciliation) -> str:
    """Return what came of it, in one line."""
    return words.say(
        "reconcile.summary",
        channel=found.channel,
        day=found.day.isoformat(),
        orders=len(found.rows),
        differ=found.differ,
    )


def total(words: Words, of: Sum) -> str:
    """Return a currency's sum on both sides, in one line."""
    here, there, apart = (
        words.money(each, of.currency) for each in (of.ours, of.theirs, of.theirs - of.ours)
    )
    return words.say("reconcile.sums", ours=here, theirs=there, apart=apart)


def as_csv(words: Words, found: Reconciliation) -> str:
    """Return all orders as comma-separated text, with currency and moment (the shop's clock) at the end.

    What opens it takes no cell for a formula, and no number for another than it is.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*heads(words), *(words.say(f"reconcile.{name}") for name in ("currency", "placed"))])
    for row in found.rows:
        moment = words.local(row.placed_at).replace(tzinfo=None) if row.placed_at else None
        placed = moment.isoformat(" ", "seconds") if moment else ""
        writer.writerow(_plain([*cells(words, row), _currency(row.pair) or "", placed]))
    return out.getvalue()


def _plain(texts: list[str]) -> Iterator[str]:
    for text in texts:
        formula = text.startswith(_FORMULA) and not text.lstrip("-").replace(".", "", 1).isdigit()
        yield f"'{text}" if formula or _SPOILT.fullmatch(text) else text
