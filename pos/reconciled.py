"""A channel's day, theirs and ours side by side: its values, in words, and as a spreadsheet takes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from pos.domain import money
from pos.words import Words
from sync.messages import RemoteOrder
from sync.reconcile import Pair, Side

#: What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

#: The columns of each side, and how they are called.
_OF_A_SIDE = ("status", "payment", "total")


class Row(NamedTuple):
    """One order on both sides; without `order_id` it is only there. `why`: how a person explained it."""

    pair: Pair
    order_id: UUID | None = None
    why: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is something to act on."""
        return bool(self.pair.differences) and not self.why


class Reconciliation(NamedTuple):
    """A channel's business day on both sides, what differs first; `at` (UTC) is when it was asked for.

    `theirs` are the orders as the service showed them, by their ids there; `unreadable` how many records were
    no orders.
    """

    channel: str
    day: date
    at: datetime
    rows: tuple[Row, ...]
    theirs: Mapping[str, RemoteOrder]
    unreadable: int


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
    currency = next((side.currency for side in (pair.ours, pair.theirs) if side and side.currency), None)
    return [
        pair.ours.number if pair.ours else "",
        pair.remote_id,
        *(text for both in zip(ours, theirs, strict=True) for text in both),
        _amount(pair.apart, currency) if pair.apart else "",
        differences(words, row),
        row.why,
    ]


def differences(words: Words, row: Row) -> str:
    """Return what differs, in words; empty where nothing does."""
    return words.say("board.dot").join(words.say(f"reconcile.{each}") for each in row.pair.differences)


def _side(words: Words, side: Side | None) -> tuple[str, str, str]:
    if side is None:
        return "", "", ""
    return (
        status(words, side.status),
        words.say(f"payment_status.{side.payment}"),
        _amount(side.total, side.currency),
    )


def status(words: Words, said: str) -> str:
    """Return a status of either side in words."""
    return words.say(f"status.{said}") if words.has(f"status.{said}") else said


def _amount(amount: int | None, currency: str | None) -> str:
    return "" if amount is None or currency is None else money.plain(amount, currency)


def summary(words: Words, found: Reconciliation) -> str:
    """Return what came of it, in one line."""
    differ = sum(row.differs for row in found.rows)
    return words.say(
        "reconcile.summary",
        channel=found.channel,
        day=found.day.isoformat(),
        orders=len(found.rows),
        differ=differ,
    )


def as_csv(words: Words, found: Reconciliation) -> str:
    """Return all orders as comma-separated text; no cell is taken for a formula by what opens it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads(words))
    writer.writerows(_plain(cells(words, row)) for row in found.rows)
    return out.getvalue()


def _plain(texts: list[str]) -> Iterator[str]:
    for text in texts:
        formula = text.startswith(_FORMULA) and not text.lstrip("-").replace(".", "", 1).isdigit()
        yield f"'{text}" if formula else text
