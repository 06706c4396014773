"""Counters that are wrong on purpose: whoever checks the day must notice each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from pos.actions import outbox, reactions, spool
from pos.store import spool as store_spool
from pos.store.tables import tickets
from sync.channels.fankahui.channel import FankahuiChannel


def _put(owner: object, name: str, wrong: Callable[..., Any]) -> None:
    setattr(owner, name, wrong)


def _right() -> None:
    """Leave the counter as it is."""


def _unmarked_again() -> None:
    """Queue what was being sent again, as if it had never left."""

    def recover(self: Any, printer: str, _now: datetime) -> list[UUID]:
        query = update(tickets).where(tickets.c.printer == printer, tickets.c.state == "sending")
        self._connection.execute(query.values(state="queued"))
        return []

    _put(store_spool.Spool, "recover", recover)


def _printed_before_sending() -> None:
    """Say that a ticket is on paper when it is claimed."""
    claim = spool.claim

    def hasty(tx: Any, *args: Any) -> Any:
        job = claim(tx, *args)
        if job is not None:
            tx.spool.mark(job.id, ("sending",), state="printed", done_at=tx.now)
        return job

    _put(spool, "claim", hasty)


def _told_before_telling() -> None:
    """Say that the channel knows when a letter is claimed."""
    claim = outbox.claim

    def hasty(tx: Any, *args: Any) -> Any:
        letter = claim(tx, *args)
        if letter is not None:
            tx.outbox.mark(letter.id, ("sending",), state="told", done_at=tx.now)
        return letter

    _put(outbox, "claim", hasty)


def _registers_without_looking() -> None:
    """Register an order again without asking whether it is there."""

    async def find(_self: Any, _letter: Any) -> None:
        return None

    _put(FankahuiChannel, "find", find)


def _letter_too_late() -> None:
    """Write letters after the commit of what they tell."""
    tell, claim = reactions.tell, outbox.claim
    later: list[tuple[Any, ...]] = []

    def claim_after_writing(tx: Any, *args: Any) -> Any:
        while later:
            tell(tx, *later.pop(0))
        return claim(tx, *args)

    def remember(_tx: Any, *args: Any) -> None:
        later.append(args)

    _put(reactions, "tell", remember)
    _put(outbox, "claim", claim_after_writing)


MUTANTS: Mapping[str, Callable[[], None]] = {
    "": _right,
    "unmarked again": _unmarked_again,
    "printed before sending": _printed_before_sending,
    "told before telling": _told_before_telling,
    "registers without looking": _registers_without_looking,
    "letter too late": _letter_too_late,
}
