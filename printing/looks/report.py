"""What a shift came to: the drawer first, then what was taken, in every way that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from printing.document import BOLD, PLAIN, TALL, Column, Item, Rule, Table, Text
from printing.looks.parts import banner, ends, joined, largest
from printing.looks.words import word
from printing.tickets import Language, Series, ShiftReport, Sum

_RIGHT = Column(align="right")
_THREE = (Column(weight=1), _RIGHT, _RIGHT)


def report(ticket: ShiftReport, across: int) -> Iterator[Item]:
    """Yield a shift report for paper of `across` columns."""
    yield from _head(ticket, across)
    yield from _cash(ticket, across)
    yield from _takings(ticket)
    for title, sums in _sections(ticket):
        yield from _sums(title, sums, ticket.language)
    yield from _series(ticket)
    yield from _foot(ticket)


def _head(ticket: ShiftReport, across: int) -> Iterator[Item]:
    say = ticket.language
    title = word(f"report.{ticket.report}", say)
    yield Text(title, largest(title, across), "center")
    yield Text(ticket.shop, BOLD, "center")
    if ticket.report == "X":
        yield Text(word("report.open", say), align="center")
    yield Rule()
    yield ends(word("shift", say).format(ticket.shift) if ticket.shift else "", ticket.number, BOLD)
    ended = "until" if ticket.report == "Z" else "till_now"
    yield Table(
        (Column(), Column(weight=1), _RIGHT),
        (
            (word("since", say), ticket.since, ticket.opened_by),
            (word(ended, say), ticket.until, ticket.closed_by),
        ),
        gap=2,
    )


def _cash(ticket: ShiftReport, across: int) -> Iterator[Item]:
    say, cash = ticket.language, ticket.cash
    yield Rule()
    yield Text(word("in_cash", say), BOLD)
    for key, amount in (("float", cash.opening), ("expected", cash.expected)):
        if amount:
            yield ends(word(key, say), amount)
    if cash.coins:
        times = word("times", say)
        rows = tuple((coin.value, f"{times}{coin.pieces}", coin.amount) for coin in cash.coins)
        yield Table((Column(align="right", width=10), Column(weight=1), _RIGHT), rows)
    yield ends(word("counted", say), cash.counted or word("uncounted", say), PLAIN, BOLD)
    if cash.differs:
        yield banner(f"{word('difference', say)} {cash.difference}", across)
    elif cash.difference:
        yield ends(word("difference", say), cash.difference, PLAIN, BOLD)


def _takings(ticket: ShiftReport) -> Iterator[Item]:
    say = ticket.language
    yield Rule()
    yield ends(word("deals", say), str(ticket.deals))
    yield ends(word("total", say), ticket.total, TALL, TALL)


def _sections(ticket: ShiftReport) -> Iterator[tuple[str, Sequence[Sum]]]:
    """Yield what is summed up, by its title; what went back and what was called off stand together."""
    yield "methods", ticket.methods
    yield "channels", ticket.channels
    yield "currencies", ticket.currencies
    yield "hours", ticket.hours
    off = (("refunds", ticket.refunds), ("cancellations", ticket.cancellations))
    named = [
        what.model_copy(update={"label": word(f"sum.{key}", ticket.language)})
        for key, what in off
        if what is not None
    ]
    yield "back_and_off", named


def _sums(title: str, sums: Sequence[Sum], language: Language) -> Iterator[Item]:
    if sums:
        rows = tuple((word(one.label, language), str(one.count), one.amount) for one in sums)
        yield Rule()
        yield Text(word(title, language), BOLD)
        yield Table(_THREE, rows, gap=2)


def _series(ticket: ShiftReport) -> Iterator[Item]:
    if ticket.series:
        yield Rule()
        yield Text(word("series", ticket.language), BOLD)
    for one in ticket.series:
        yield ends(word(f"paper.{one.kind}", ticket.language), _range(one))
        yield Text(_missing(one, ticket.language), BOLD if one.missing else PLAIN, "right")


def _range(series: Series) -> str:
    """Return the first and last number; what both begin with is said once."""
    common = series.first.rpartition("-")[0] + "-"
    return f"{series.first} - {series.last.removeprefix(common)}"


def _missing(series: Series, language: Language) -> str:
    if not series.missing:
        return word("none_missing", language)
    return word("missing", language).format(joined(series.missing))


def _foot(ticket: ShiftReport) -> Iterator[Item]:
    yield Rule()
    if ticket.journal:
        yield Text(word("journal", ticket.language))
        yield Text(ticket.journal)
    if ticket.at:
        yield Text(ticket.at, align="center")
