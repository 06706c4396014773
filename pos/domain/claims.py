"""What is claimed of an order at its service, and what that leaves to do: one claim of a part at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pos.domain.lines import keyed
from pos.domain.order import Order
from pos.domain.refusals import Refused

#: What a verb that opens a claim cannot stand beside.
OTHER: Mapping[str, str] = {"return": "exchange", "exchange": "return"}


def part_of(key: str) -> str:
    """Return the part of an order that a line belongs to, by what names the line in letters."""
    return key.partition("/")[0]


def kinds(order: Order) -> tuple[str, ...]:
    """Return what is claimed of an order, each once."""
    return tuple(dict.fromkeys(claim for _part, claim in order.claims))


def claimed(order: Order, claim: str) -> frozenset[str]:
    """Return the lines of which this is claimed."""
    parts = {part for part, kind in order.claims if kind == claim}
    return frozenset(key for key in keyed(order.lines) if part_of(key) in parts)


def unclaimed(order: Order) -> tuple[str, ...]:
    """Return the parts of which nothing is claimed: of these alone a claim can be opened."""
    there = dict(order.claims)
    return tuple(part for part in dict.fromkeys(map(part_of, keyed(order.lines))) if part not in there)


def refuse_second(order: Order, verb: str, lines: Collection[str], other_told: Collection[str]) -> None:
    """Raise Refused where something else is claimed of a line that is to come back, or is being told."""
    there = {**dict.fromkeys(map(part_of, other_told), OTHER[verb]), **dict(order.claims)}
    open_of = {key: there.get(part_of(key), verb) for key in keyed(order.lines) if key in lines}
    if busy := {key: claim for key, claim in open_of.items() if claim != verb}:
        names = ", ".join(line.name for key, line in keyed(order.lines).items() if key in busy)
        claims = " ".join(dict.fromkeys(busy.values()))
        raise Refused("claim_open", order=order.number, claims=claims, lines=names)


def refuse_unclaimed(order: Order, claim: str, lines: Collection[str]) -> None:
    """Raise Refused for the answer to a claim that is not open, of the order or of one of these lines."""
    if not order.claims:
        raise Refused("no_claim", order=order.number)
    if claim not in kinds(order) or not claimed(order, claim).issuperset(lines):
        raise Refused("other_claim", order=order.number, claims=" ".join(kinds(order)))
