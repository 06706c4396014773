"""How an order stands at its service, for whoever has heard of it or has something to tell of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from sync.errors import Conflict, Missing
from sync.messages import Letter, RemoteOrder, RemoteStatus, Unreadable, Verb

Standing = Literal["to_do", "done", "gone", "not_yet"]

_OFF: frozenset[RemoteStatus] = frozenset({"rejected", "canceled"})
_FINISHED: frozenset[RemoteStatus] = frozenset({*_OFF, "paid"})

#: Where a verb has nothing left to do, since the order there stands at or past what it wants …
_DONE: Mapping[Verb, frozenset[RemoteStatus]] = {
    "accept": frozenset({"accepted", "executed", "paid"}),
    "execute": frozenset({"executed", "paid"}),
    "reject": _OFF,
    "cancel": _OFF,
    "pay": frozenset({"paid"}),
}

#: … and where the order there has taken another way.
_GONE: Mapping[Verb, frozenset[RemoteStatus]] = {
    "accept": _OFF,
    "execute": _OFF,
    "reject": frozenset({"accepted", "executed", "paid"}),
    "cancel": frozenset({"paid"}),
    "pay": _OFF,
    "amend": _FINISHED,
}


def by_status(verb: Verb, there: RemoteOrder) -> Standing:
    """Return whether a verb is still to be done, already done, or overtaken, by the order's status there."""
    if there.status in _DONE.get(verb, ()):
        return "done"
    return "gone" if there.status in _GONE.get(verb, ()) else "to_do"


def moved_on(there: RemoteOrder) -> Conflict:
    """Return what to raise where an order has taken another way; a state that we do not know is theirs."""
    return Conflict(f"moved_on: {there.remote_status if there.status == 'unknown' else there.status}")


def id_there(letter: Letter) -> str:
    """Return the id of a letter's order at its service; raises Missing where it was never registered."""
    if not letter.remote_id:
        raise Missing("never_registered")
    return letter.remote_id


def is_finished(order: RemoteOrder | Unreadable) -> bool:
    """Whether nothing more is expected of an order there."""
    return isinstance(order, RemoteOrder) and order.status in _FINISHED


def is_wanted(order: RemoteOrder | Unreadable, finished_since: datetime) -> bool:
    """Whether a first fetch takes an order: not one that has long been finished and says so."""
    if not isinstance(order, RemoteOrder) or not is_finished(order):
        return True
    return order.updated_at is None or order.updated_at >= finished_since


def moment_of(position: str) -> datetime | None:
    """Return the moment (UTC) that a position is, in seconds since 1970; None where it is none."""
    try:
        return datetime.fromtimestamp(float(position), UTC)
    except (ValueError, OverflowError, OSError):
        return None
