"""Tells one channel's letters: a few orders at once, each letter once, and what its answer means."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from sync.backoff import LONGEST, Uniform, next_try
from sync.channel import Channel
from sync.errors import (
    OVERTAKEN,
    UNPAID_THERE,
    ChannelError,
    Conflict,
    NotYet,
    OutcomeUnknown,
    Paused,
    Refused,
    SignInAgain,
    Throttled,
)
from sync.messages import Letter, Told
from sync.ports import Clock, Host

#: Around marking what came of a letter to an order, by its remote id (see `sync.fetching.Fetching.marking`).
Marking = Callable[[str], AbstractAsyncContextManager[None]]

#: So many letters in a row without any answer: the service is away, and the others need not try.
_STRIKES = 3

#: A letter that nobody may tell now waits this long, or until the channel works again.
_WHILE_PAUSED = timedelta(minutes=5)


@dataclass(slots=True)
class Delivered:
    """What came of one round. `trouble` speaks for the whole channel: it is away, quiet or paused.

    `refused` is the last refusal; `waits` says of each letter that was put off, and not told after all, why.
    """

    told: int = 0
    failed: int = 0
    heard: bool = False
    refused: str = ""
    waits: dict[UUID, str] = field(default_factory=dict)
    trouble: ChannelError | None = None

    @property
    def error(self) -> str:
        """What is said of the round where nothing is wrong with the channel as a whole."""
        return self.refused or next(reversed(self.waits.values()), "")

    def troubled(self, trouble: ChannelError) -> None:
        """Let a trouble speak for the channel: of several at once a person's, else the longest quiet."""
        if self.trouble is None or _weight(trouble) > _weight(self.trouble):
            self.trouble = trouble


def _weight(trouble: ChannelError) -> tuple[bool, datetime]:
    until = trouble.until if isinstance(trouble, Throttled) else datetime.min.replace(tzinfo=UTC)
    return isinstance(trouble, Paused | SignInAgain), until


class Delivery:
    """The letters of one channel, over a host that keeps them."""

    def __init__(
        self,
        channel: Channel,
        host: Host,
        *,
        clock: Clock,
        uniform: Uniform,
        marking: Marking,
        abreast: int = 4,
    ) -> None:
        """Prepare; up to `abreast` letters of different orders are told at once."""
        self._marking = marking
        self._telling = asyncio.Semaphore(abreast)
        self._channel = channel
        self._host = host
        self._clock = clock
        self._uniform = uniform
        self._abreast = abreast
        self._log = structlog.get_logger(f"sync.{channel.name}")

    async def round(self, done: Delivered, *, all_waiting: bool = False) -> None:
        """Tell every letter that is due; with `all_waiting` each one that waits, once, backoff or not.

        What comes of them goes into `done` as it comes.
        """
        bag = _Bag(self._host, self._channel.name, self._clock, all_waiting=all_waiting)
        strikes, hired = 0, 1

        async def postman() -> None:
            nonlocal strikes, hired
            while done.trouble is None and (letter := await bag.next()) is not None:
                # While some are told, others are marked and claimed: the service never waits for our store.
                if hired < 2 * self._abreast:
                    hired += 1
                    postmen.create_task(postman())
                error = await self._deliver(letter, bag, done)
                strikes = strikes + 1 if error else 0
                if trouble := _for_all(error) or (error if strikes >= _STRIKES else None):
                    done.troubled(trouble)

        try:
            async with asyncio.TaskGroup() as postmen:
                postmen.create_task(postman())
        finally:
            await bag.give_back(done.error)

    async def _deliver(self, letter: Letter, bag: _Bag, done: Delivered) -> ChannelError | None:
        """Tell one letter and mark what came of it; return the error if the service gave no answer."""
        try:
            async with self._telling:
                if done.trouble is not None:
                    bag.put_back(letter)
                    return None
                answer = await self._tell(letter)
            async with self._marking(letter.remote_id):
                await self._host.told(letter, answer, self._clock())
        except Conflict as error:
            return await self._overtake(letter, error, bag, done)
        except Refused as error:
            await self._refuse(letter, error, done)
            return None
        except NotYet as error:
            await self._wait(letter, error, bag)
            done.heard = True
            return None
        except ChannelError as error:
            return await self._postpone(letter, error, bag, done)
        except Exception as bug:  # noqa: BLE001 - a fault of ours must not keep other orders' letters back
            return await self._postpone(letter, fault(bug), bag, done)
        bag.moved(letter.order_id)
        done.told, done.heard = done.told + 1, True
        done.waits.pop(letter.id, None)
        if answer.failed:
            done.failed, done.refused = done.failed + len(answer.failed), answer.failed[-1].reason
        self._log.info("told", letter=str(letter.id), verb=letter.verb, already=answer.already)
        return None

    async def _tell(self, letter: Letter) -> Told:
        if letter.attempted and letter.verb not in self._channel.capabilities.harmless:
            there = await self._channel.find(letter)
            if there is not None:
                return Told(there, already=True)
        return await self._channel.tell(letter)

    async def _refuse(self, letter: Letter, error: Refused, done: Delivered) -> None:
        await self._host.refused(letter, error.reason, self._clock())
        done.failed, done.heard, done.refused = done.failed + 1, True, error.reason
        done.waits.pop(letter.id, None)
        self._log.warning("refused", letter=str(letter.id), verb=letter.verb, error=type(error).__name__)

    async def _overtake(
        self, letter: Letter, error: Conflict, bag: _Bag, done: Delivered
    ) -> ChannelError | None:
        """Take over the order as it is there and let the letter be decided again; once, then it failed.

        That it was decided again stands with the letter: the next attempt may be another process's. Where
        the order cannot be had there, nothing is left to decide by.
        """
        if letter.overtaken or not letter.remote_id:
            await self._refuse(letter, error, done)
            return None
        try:
            there = await self._channel.read(letter.remote_id)
        except Refused:
            await self._refuse(letter, error, done)
            return None
        except ChannelError as unread:
            return await self._postpone(letter, unread, bag, done)
        async with self._marking(letter.remote_id):
            await self._host.receive(self._channel.name, [there], self._clock(), first_fetch=False)
        await self._postpone(letter, Conflict(OVERTAKEN), bag, done)
        done.heard = True
        return None

    async def _wait(self, letter: Letter, error: NotYet, bag: _Bag) -> None:
        """Let a letter wait for its order to be paid: nothing is wrong, and nothing is counted."""
        at = self._clock() + LONGEST
        await self._host.postpone(letter, str(error), at, unknown=letter.attempted, counted=False)
        bag.tried(letter, str(error), at)
        self._log.info("not_yet", letter=str(letter.id), verb=letter.verb)

    async def _postpone(
        self, letter: Letter, error: ChannelError, bag: _Bag, done: Delivered
    ) -> ChannelError:
        now = self._clock()
        if isinstance(error, SignInAgain):
            error = Paused(str(error))
        counted = _for_all(error) is None
        at = next_try(now, letter.attempts, self._uniform)
        if isinstance(error, Throttled):
            at = error.until
        if isinstance(error, Paused):
            at = now + _WHILE_PAUSED
        unknown = letter.attempted or isinstance(error, OutcomeUnknown)
        overtaken = isinstance(error, Conflict)
        await self._host.postpone(
            letter, str(error), at, unknown=unknown, counted=counted, overtaken=overtaken
        )
        bag.tried(letter, str(error), at)
        done.waits[letter.id] = str(error)
        self._log.warning(
            "postponed", letter=str(letter.id), verb=letter.verb, error=type(error).__name__, unknown=unknown
        )
        return error


class _Bag:
    """The letters of one round.

    With `all_waiting` the host looks at no backoff, so a letter just postponed would come at once again: all
    are claimed together, and one that was tried in this round is given back as it was.
    """

    def __init__(self, host: Host, channel: str, clock: Clock, *, all_waiting: bool) -> None:
        self._host = host
        self._channel = channel
        self._clock = clock
        self._all_waiting = all_waiting
        self._claimed: deque[Letter] = deque()
        self._tried: dict[UUID, tuple[str, datetime]] = {}
        self._not_yet: dict[UUID, UUID] = {}
        self._filling = asyncio.Lock()

    async def next(self) -> Letter | None:
        """Return the next letter, marked `sending` by the host."""
        if not self._all_waiting:
            return await self._host.claim(self._channel, self._clock())
        async with self._filling:
            if not self._claimed:
                await self._fill()
            return self._claimed.popleft() if self._claimed else None

    def tried(self, letter: Letter, error: str, at: datetime) -> None:
        """Remember that a letter had its try in this round, and what it waits for."""
        self._tried[letter.id] = (error, at)
        if error == UNPAID_THERE:
            self._not_yet[letter.order_id] = letter.id

    def moved(self, order_id: UUID) -> None:
        """Let what waited for an order to be paid have its try again: the order has changed there."""
        self._tried.pop(self._not_yet.pop(order_id, order_id), None)

    def put_back(self, letter: Letter) -> None:
        """Take a letter back that was claimed and will not be tried in this round."""
        self._claimed.append(letter)

    async def give_back(self, why: str) -> None:
        """Let the letters wait again that were claimed and not tried."""
        while self._claimed:
            letter = self._claimed.popleft()
            await self._return(letter, why, self._clock())

    async def _fill(self) -> None:
        again: list[tuple[Letter, str, datetime]] = []
        while letter := await self._host.claim(self._channel, self._clock(), all_waiting=True):
            # What is told meanwhile may let it be tried again (`moved`): how it stands is kept here.
            if tried := self._tried.get(letter.id):
                again.append((letter, *tried))
            else:
                self._claimed.append(letter)
        for each in again:
            await self._return(*each)

    async def _return(self, letter: Letter, error: str, at: datetime) -> None:
        await self._host.postpone(letter, error, at, unknown=letter.attempted, counted=False)


def _for_all(error: ChannelError | None) -> ChannelError | None:
    """Return what of an error is for the whole channel: to be quiet, or to wait for a person."""
    said = error.besides if isinstance(error, OutcomeUnknown) else error
    return said if isinstance(said, Throttled | Paused) else None


def fault(bug: Exception) -> ChannelError:
    """Return a fault of ours as an outcome that is not known; only its place goes into texts and logs."""
    while isinstance(bug, ExceptionGroup):
        bug = bug.exceptions[0]
    place = bug.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    line = f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}" if place else "?"
    return OutcomeUnknown(f"own_fault: {type(bug).__name__} in {line}")
