"""What becomes of each guest's order: a table from where it stands to what is done next, and its two ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple


class Fate(NamedTuple):
    """One story. `acts`: (status, settled) here -> the counter's next act; `here`, `there`: how it ends."""

    acts: Mapping[tuple[str, bool], str]
    here: str
    there: str
    #: what its guest puts into the order
    order: Mapping[str, Any] = {}
    #: what the guest does at the service: at once, or when the order stands so
    guest: Mapping[str, str] = {}
    #: how many kitchen tickets of their own it prints, beside those that cancel
    fired: int = 1


_PLACED, _ACCEPTED, _EXECUTED = ("placed", False), ("accepted", False), ("executed", False)
_SERVED = {_PLACED: "accept", _ACCEPTED: "execute", _EXECUTED: "settle"}

FATES: Mapping[str, Fate] = {
    "served": Fate(_SERVED, "paid", "paid"),
    "checked in here": Fate({_PLACED: "check_in", _EXECUTED: "settle"}, "paid", "paid"),
    "guest checks in": Fate(
        {_PLACED: "accept", _EXECUTED: "settle"}, "paid", "paid", guest={"accepted": "check_in"}
    ),
    "guest comes early": Fate(_SERVED, "paid", "paid", guest={"placed": "check_in"}),
    "delivered": Fate({_PLACED: "accept", _EXECUTED: "settle"}, "paid", "paid", {"type": "deliver"}),
    "turned down": Fate({_PLACED: "reject"}, "rejected", "rejected", fired=0),
    "called off": Fate(
        {_PLACED: "accept", _ACCEPTED: "execute", _EXECUTED: "cancel"}, "canceled", "canceled"
    ),
    "called off early": Fate({_PLACED: "accept", _ACCEPTED: "cancel"}, "canceled", "canceled", fired=0),
    "guest cancels": Fate({_PLACED: "accept"}, "canceled", "canceled", guest={"accepted": "cancel"}, fired=0),
    "settled early": Fate(
        {_PLACED: "accept", _ACCEPTED: "settle", ("accepted", True): "execute"}, "paid", "paid"
    ),
    # A service that has the guest's money is told nothing more of it.
    "paid online": Fate(_SERVED, "paid", "executed", guest={"placed": "pay"}),
    "stored value": Fate({_PLACED: "check_in", _EXECUTED: "ask_prepay"}, "paid", "paid"),
    "amended": Fate({_PLACED: "check_in", _EXECUTED: "amend_or_settle"}, "paid", "paid", fired=2),
    "reprinted": Fate({_PLACED: "check_in", _EXECUTED: "reprint_or_settle"}, "paid", "paid"),
    "walks in": Fate({_EXECUTED: "settle"}, "paid", ""),
    "phones": Fate(_SERVED, "paid", "paid"),
}

#: Orders that the counter makes itself, and where each belongs.
MADE_HERE: Mapping[str, str] = {"walks in": "counter", "phones": "fankahui"}

_DISH = re.compile(r"饭(\d{4}) ([a-z ]+)")


def dish(number: int, fate: str) -> str:
    """Return the name of the one dish of an order: all that paper and services say can be traced by it."""
    return f"饭{number:04d} {fate}"


def read(name: str) -> tuple[int, str]:
    """Return the number and the fate that a dish was named for; raises ValueError."""
    found = _DISH.fullmatch(name)
    if found is None:
        raise ValueError(f"no dish of this day: {name}")
    return int(found[1]), found[2]
