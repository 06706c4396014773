"""What sync needs from its host, and nothing more. Every call is one transaction there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sync.messages import Applied, Cursor, Health, Letter, RemoteOrder, Told, Unreadable

#: Gives the time (UTC).
Clock = Callable[[], datetime]
#: Waits for so many seconds.
Sleep = Callable[[float], Awaitable[None]]

#: Keeps secrets that a service has just given, by field: those before them may be worth nothing from now on.
#: Awaited before the new ones are used. It raises nothing: what it cannot keep, it tells a person itself.
Keep = Callable[[Mapping[str, str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a round has before it.

    `paused_until` is until when (UTC) a person wants the channel left alone, None where nobody does: a moment
    that has passed pauses nothing. `letters` says whether any waits, now or later. `quiet_until` is the last
    moment (UTC) that a 429 named: it was told to this worker (``Health.detail["quiet_until"]``), to the one
    before it, or to another process that asked the service something beside it; one that was set by a clock
    that has been put back since begins anew, and is as long as it was meant.
    """

    paused_until: datetime | None = None
    letters: bool = False
    quiet_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """How the last worker left a channel: this process's, an earlier one's, or another counter's.

    `lost`: it ended within an outage, or waited for a person.
    """

    lost: bool = False


class Host(Protocol):
    """The counter, seen from a channel's worker. Times are UTC and given by the caller."""

    def lock(self, channel: str) -> AbstractAsyncContextManager[str | None]:
        """Hold the channel's one worker lock; yields None when held, else who holds it."""
        ...

    async def holds(self, channel: str) -> bool:
        """Whether the lock that was taken is still held: one that a server keeps may be lost on the way.

        Asked before every round; `claim` raises where it is lost meanwhile.
        """
        ...

    async def left(self, channel: str) -> Left:
        """Return how the last worker left the channel; asked whenever the lock has been taken."""
        ...

    async def outlook(self, channel: str) -> Outlook:
        """Return what the next round has before it. Asked every round: it must cost little."""
        ...

    async def recover(self, channel: str) -> int:
        """Let letters left in `sending` by a worker that died wait again, uncounted; return how many."""
        ...

    async def claim(self, channel: str, now: datetime, *, all_waiting: bool = False) -> Letter | None:
        """Mark the next due letter `sending` and return it; None when nothing may go now.

        Letters of one order go in order: one that is sending, waiting or failed holds back those after it.
        One that waits for the order to be paid there (`UNPAID_THERE`) holds back neither `pay` nor `cancel`,
        nor do those behind it; only an earlier `pay` does.
        With `all_waiting` the backoff is not looked at; an Undo window always is. A letter that was postponed
        at a moment which is yet to come is due: that was by a clock that has been put back since.
        """
        ...

    async def told(self, letter: Letter, answer: Told, now: datetime) -> None:
        """The service knows: mark the letter `told` and receive its answer.

        What a `cancel` went before is given up; what waits for money may be told once the order has changed.

        Each of the answer's `failed` parts becomes a failed letter of its own (`part_body`), which a person
        can have told again alone. It stands in the place of the whole: it holds back what was written after
        that, and no other part.
        """
        ...

    async def refused(self, letter: Letter, reason: str, now: datetime) -> None:
        """The service said no: mark the letter `failed`; later letters of the order wait for a person."""
        ...

    async def postpone(
        self,
        letter: Letter,
        error: str,
        next_try_at: datetime,
        *,
        unknown: bool,
        counted: bool = True,
        overtaken: bool = False,
    ) -> None:
        """Let the letter wait until `next_try_at`.

        `unknown` keeps that it may have been applied there, `overtaken` that its order had moved on and was
        read: both stay with the letter, whatever it waits for later.
        """
        ...

    async def cursor(self, channel: str) -> Cursor:
        """Return how far the channel was heard; asked once for as long as the lock is held."""
        ...

    async def known(self, channel: str, remote_ids: Sequence[str]) -> Collection[str]:
        """Return which of these are orders here, finished or not."""
        ...

    async def receive(
        self, channel: str, orders: Sequence[RemoteOrder | Unreadable], now: datetime, *, first_fetch: bool
    ) -> Applied:
        """Take over orders as they are there, each in its own transaction; harmless to repeat."""
        ...

    async def save_cursor(self, channel: str, cursor: Cursor) -> None:
        """Keep how far the channel was heard; only called once all of it has been received."""
        ...

    async def open_orders(self, channel: str) -> Mapping[str, UUID]:
        """Return the remote ids of all orders that are not finished here."""
        ...

    async def missing(self, channel: str, remote_id: str, now: datetime) -> None:
        """An open order was not found there in two sweeps running: a person should look."""
        ...

    async def health(self, channel: str, health: Health, now: datetime) -> None:
        """Keep how the channel is, for people to see."""
        ...
