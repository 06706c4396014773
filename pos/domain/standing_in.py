"""Which printer prints for which: what is set aside, or ill for long, leaves its tickets to its fallback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from pos.domain.shop import PrinterFacts


class Condition(NamedTuple):
    """How a printer is known to be: well or not since a moment (UTC), and whether a person set it aside."""

    well: bool = True
    since: datetime | None = None
    aside: bool = False


#: A printer of which nothing was heard yet: trusted until it says otherwise.
UNHEARD = Condition()


def is_out(printer: PrinterFacts, condition: Condition, now: datetime) -> bool:
    """Whether a printer's tickets are left to its fallback: it is set aside, or was ill for long enough."""
    if condition.aside or condition.well:
        return condition.aside
    # Either way of the clock: a moment ahead was set before it was put back, or by another counter's.
    away = abs(now - condition.since) if condition.since else timedelta()
    return away >= timedelta(seconds=printer.fallback_after)


def stand_ins(
    printers: Sequence[PrinterFacts], conditions: Mapping[str, Condition], now: datetime
) -> dict[str, str]:
    """Return who stands in for each printer that is out: the first along its fallbacks that is not out too.

    Empty where all of them are, or where they lead in a circle. One that has only just fallen ill is not
    out yet: its tickets wait for it, as do those that it stands in for.
    """
    facts = {printer.name: printer for printer in printers}
    out = {name for name, one in facts.items() if is_out(one, conditions.get(name, UNHEARD), now)}
    return {name: _next(facts, out, name) for name in facts if name in out}


def _next(facts: Mapping[str, PrinterFacts], out: set[str], name: str) -> str:
    seen = {name}
    while (name := facts[name].fallback) in facts and name not in seen:
        if name not in out:
            return name
        seen.add(name)
    return ""


def next_change(
    printers: Sequence[PrinterFacts], conditions: Mapping[str, Condition], now: datetime
) -> datetime | None:
    """Return when the next ill printer's tickets will be left to its fallback; None where none will."""
    moments = [
        condition.since + timedelta(seconds=printer.fallback_after)
        for printer in printers
        if printer.fallback and (condition := conditions.get(printer.name, UNHEARD)).since
        if not condition.well and not is_out(printer, condition, now)
    ]
    return min(moments, default=None)
