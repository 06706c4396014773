"""What is wrong with the paper of a day, beside what the spool says of its tickets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from tests.journey.paper.roll import Sheet

#: A ticket in the spool: its number, which copy of it, and its state.
Row = tuple[str, int, str]

#: The states of a ticket that is on paper.
ON_PAPER = frozenset({"printed", "sent"})


def complaints(rows: Iterable[Row], sheets: Sequence[Sheet]) -> Iterator[str]:
    """Yield which tickets are not as often on paper as the spool says, or bear another's mark."""
    out = Counter((sheet.number, sheet.copy) for sheet in sheets if sheet.whole)
    for number, copy, state in rows:
        if out[number, copy] != (state in ON_PAPER):
            yield f"{number}, copy {copy}, is {state} and {out[number, copy]} times on paper"
    yield from _unmarked(sheets)


def _unmarked(sheets: Sequence[Sheet]) -> Iterator[str]:
    by_number: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        if sheet.number:
            by_number[sheet.number].append(sheet)
    for number, papers in by_number.items():
        if sum(not sheet.marked for sheet in papers) > 1:
            yield f"{number} came out more than once without a mark: {papers}"
        if any(sheet.marked != (sheet.copy > 1) for sheet in papers if sheet.whole):
            yield f"{number} has a copy with another's mark: {papers}"
