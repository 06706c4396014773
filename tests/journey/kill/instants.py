"""The instants at which a counter is killed: where each lies, and which guest brings it about."""

from __future__ import annotations

from collections.abc import Mapping

#: Actions whose commits are struck, before and after, and the fate of an order that leads to them.
COMMITS: Mapping[str, str] = {
    "intake.receive": "served",
    "new.place": "walks in",
    "orders.accept": "served",
    "orders.check_in": "checked in here",
    "orders.execute": "served",
    "orders.amend": "amended",
    "orders.reject": "turned down",
    "orders.cancel": "called off",
    "deals.settle": "served",
    "tickets.reprint": "reprinted",
    "spool.claim": "delivered",
    "spool.printed": "delivered",
    "outbox.claim": "phones",
    "outbox.told": "stored value",
    "channels.save_cursor": "served",
}

#: How much of a ticket has left when the counter dies, as a share of its bytes; the ends are single bytes.
PIECES = ("no byte", "first byte", "half", "all but the last byte", "every byte")

#: Struck by the printer itself, over its own line.
PRINTER = ("first byte came", "cut, not answered", "answered")

#: Struck by the service: what it was asked, and how far it was.
SERVICE: Mapping[str, str] = {
    "signing in": "",
    "listing": "",
    "not applied": "served",
    "applied, not answered": "phones",
    "paid, not answered": "served",
    "stored value taken, not answered": "stored value",
}

RANDOM = "at random"

#: Only a new store is brought up, so these are struck once.
MIGRATION = ("before commit of migrate", "after commit of migrate")


def _around(action: str) -> tuple[str, str]:
    return f"before commit of {action}", f"after commit of {action}"


#: What can only be struck when the counter before died in the middle of something.
AFTER_ANOTHER: tuple[tuple[str, ...], ...] = (
    ("device: half", *_around("spool.recover")),
    ("device: every byte", *_around("spool.recover")),
    ("device: every byte", *_around("tickets.answer")),
    ("device: all but the last byte", *_around("tickets.answer")),
    ("service: applied, not answered", *_around("channels.recover")),
    ("service: paid, not answered", *_around("channels.recover")),
)

#: Instant -> the fate of an order that leads to it, for all that need no counter to have died before.
ALONE: Mapping[str, str] = {
    **{instant: fate for action, fate in COMMITS.items() for instant in _around(action)},
    **{f"device: {piece}": "delivered" for piece in PIECES},
    **{f"printer: {how}": "delivered" for how in PRINTER},
    **{f"service: {how}": fate for how, fate in SERVICE.items()},
}

#: Every instant that has to be struck.
ALL = frozenset((*MIGRATION, *ALONE, *(instant for chain in AFTER_ANOTHER for instant in chain), RANDOM))
