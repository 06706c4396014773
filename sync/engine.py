"""Works one channel for its host: deliver, then fetch, through every outage, and say how it is."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar

import structlog

from sync.backoff import LONGEST, Uniform, Wait, is_due, next_try
from sync.channel import Channel
from sync.delivery import Delivered, Delivery, fault
from sync.errors import WORTH_A_LOOK, ChannelError, Paused, SignInAgain, Throttled
from sync.fetching import Fetching, Heard
from sync.lock import Lock
from sync.messages import Health, State
from sync.ports import Clock, Host, Sleep
from sync.reports import ChannelReport

T = TypeVar("T")

#: How often a channel that another process works is looked at, however seldom it is polled itself.
TAKE_OVER = timedelta(seconds=5)

#: What is told to the host at once when it is another.
_SAID = attrgetter("state", "error", "detail")


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a channel is worked, and how many letters at once."""

    poll: timedelta = timedelta(seconds=5)
    sweep: timedelta = timedelta(minutes=3)
    health: timedelta = timedelta(seconds=30)
    finished_for: timedelta = timedelta(days=1)
    abreast: int = 4


class Engine:
    """One channel's worker. Only the channel itself touches the network; time and chance are given.

    A commit at the host should `wake()` it. Where the worker before it ended within an outage, or waited for
    a person, all that waits is told at once, and all that is open there is asked for.
    """

    def __init__(
        self,
        channel: Channel,
        host: Host,
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        uniform: Uniform = random.uniform,
        pace: Pace | None = None,
    ) -> None:
        """Prepare; nothing is asked or told yet."""
        self.name = channel.name
        self._channel = channel
        self._host = host
        self._clock = clock
        self._sleep = sleep
        self._uniform = uniform
        self._pace = pace or Pace()
        self.lock = Lock(channel, host)
        self._fetching = Fetching(
            channel, host, clock=clock, sweep_every=self._pace.sweep, finished_for=self._pace.finished_for
        )
        marking, abreast = self._fetching.marking, self._pace.abreast
        self._delivery = Delivery(
            channel, host, clock=clock, uniform=uniform, marking=marking, abreast=abreast
        )
        self._bell = asyncio.Event()
        self._log = structlog.get_logger(f"sync.{channel.name}")
        self._quiet_for: Wait | None = None
        self._fetch_after: Wait | None = None
        self._failures = 0
        self._paused, self._resumed = False, False
        self._recovered = False
        self._lost_at: datetime | None = None
        self._health: Health | None = None
        self._health_at: datetime | None = None

    @property
    def channel(self) -> Channel:
        """What is worked, for whoever wants to ask its service something beside."""
        return self._channel

    def wake(self) -> None:
        """Look for letters now. Call in the loop's own thread (`loop.call_soon_threadsafe(engine.wake)`)."""
        self._bell.set()

    def resume(self) -> None:
        """Go on after a pause, or at once in an outage, with all that waits: a person has acted."""
        self._paused, self._resumed = False, True
        self._fetch_after = None
        self._bell.set()

    def be_quiet(self, until: datetime) -> None:
        """Ask nothing until a moment (UTC) that the service named, or a later one that it named before."""
        already, now = self._quiet(), self._clock()
        until = min(max(until, already.until) if already else until, now + LONGEST)
        self._quiet_for = self._fetch_after = Wait(now, until)

    async def close(self) -> None:
        """Give the channel's connections back."""
        await self._channel.close()

    async def once(self, *, all_waiting: bool = True) -> ChannelReport:
        """Tell what waits and fetch what is new, once; nothing where another process works the channel."""
        async with self.lock.held() as holder:
            if holder is not None:
                return ChannelReport(self.name, held_by=holder)
            if trouble := await self._guarded(self._take_over()):
                return self._report(Delivered(), Heard(), trouble)
            self.resume()
            return await self.round(all_waiting=all_waiting)

    async def run(self) -> None:
        """Work the channel until cancelled; return to be opened anew once another process has left it."""
        while await self._guarded(self._hold()) is not True:
            await self._rest()

    async def _hold(self) -> bool:
        """Hold the lock and work until cancelled or it is lost; return whether another has just left it."""
        elsewhere = self.lock.holder
        async with self.lock.held() as holder:
            if holder is None and not elsewhere:
                await self._take_over()
                await self._rounds()
        return holder is None and bool(elsewhere)

    async def _take_over(self) -> None:
        """Begin as the last worker left the channel: it may have been another than this one."""
        self._forget()
        left = await self._host.left(self.name)
        self._quiet_for = None
        self._paused = self._paused and left.lost
        self._resumed = self._resumed or left.lost
        self._lost_at = (self._lost_at or self._clock()) if left.lost else None

    def _forget(self) -> None:
        """Take nothing for granted of what the host keeps: another worker may have left it otherwise."""
        self._recovered = False
        self._fetching.forget()

    async def _rounds(self) -> None:
        while await self._host.holds(self.name):
            await self.round()
            await self._rest()
        self._log.warning("lock_lost")

    async def _rest(self) -> None:
        """Wait for the bell or the next poll, whichever comes first; or look whether the lock is free."""
        pause = min(self._pace.poll, TAKE_OVER) if self.lock.holder else self._pace.poll
        waits = [
            asyncio.ensure_future(self._sleep(pause.total_seconds())),
            asyncio.ensure_future(self._bell.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
            self._bell.clear()

    async def round(self, *, all_waiting: bool = False) -> ChannelReport:
        """Deliver, then fetch if it is time; raises nothing that a service or a fault of ours can cause.

        For who holds the channel's lock.
        """
        done, heard = Delivered(), Heard()
        outlook = await self._guarded(self._host.outlook(self.name))
        if isinstance(outlook, ChannelError):
            return self._report(done, heard, outlook)
        until = outlook.paused_until
        if until is not None and until > self._clock():
            self._health_at = None  # the end of a pause is told at once, though all is as before
            return ChannelReport(self.name, paused_until=until)
        if self._paused:
            return self._report(done, heard, None)
        trouble: ChannelError | None = await self._asked_for_quiet(outlook.quiet_until)
        if trouble is None:
            trouble = await self._work(done, heard, letters=outlook.letters, all_waiting=all_waiting)
        return self._report(done, heard, trouble)

    async def _asked_for_quiet(self, until: datetime | None) -> Throttled | None:
        """Return why nothing may be asked now; what another process was told of is said here too."""
        known = self._quiet()
        if until is None or is_due(until, self._clock()) or (known and known.until >= until):
            return known
        trouble = Throttled("quiet", until)
        await self._lost(trouble)
        return trouble

    def _quiet(self) -> Throttled | None:
        wait = self._quiet_for
        return None if wait is None or wait.is_over(self._clock()) else Throttled("quiet", wait.until)

    async def _work(
        self, done: Delivered, heard: Heard, *, letters: bool, all_waiting: bool
    ) -> ChannelError | None:
        all_waiting, self._resumed = all_waiting or self._resumed, False
        trouble = None
        if letters or not self._recovered:
            trouble = await self._guarded(self._deliver(done, all_waiting=all_waiting)) or done.trouble
        back = done.heard and self._is_lost()
        fetched = trouble is None and (back or self._is_time())
        if fetched:
            trouble = await self._guarded(self._fetch(heard, done)) or done.trouble
        if trouble is not None:
            await self._lost(trouble)
        elif fetched:
            await self._well()
        return trouble

    async def _deliver(self, done: Delivered, *, all_waiting: bool) -> None:
        """Recover what a worker that died, or a fault of the host, left in `sending`, then deliver."""
        if not self._recovered:
            await self._host.recover(self.name)
            self._recovered = True
        await self._delivery.round(done, all_waiting=all_waiting)

    async def _fetch(self, heard: Heard, done: Delivered) -> None:
        """Fetch; a letter that is written meanwhile does not wait for the end of a long list."""
        fetching = asyncio.ensure_future(self._fetching.fetch(heard, sweep=self._is_lost()))
        try:
            while done.trouble is None and await self._rings_before(fetching):
                await self._guarded(self._deliver(done, all_waiting=False))
            # What a letter was answered may be for the whole channel: to be quiet, or to wait for a person.
            if done.trouble is None:
                await fetching
        finally:
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)

    async def _rings_before(self, work: asyncio.Future[None]) -> bool:
        """Wait for the bell or the end of `work`; return whether the bell rang while it goes on."""
        ringing = asyncio.ensure_future(self._bell.wait())
        try:
            await asyncio.wait((ringing, work), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ringing.cancel()
            await asyncio.gather(ringing, return_exceptions=True)
        if work.done():
            return False
        self._bell.clear()
        return True

    async def _guarded(self, work: Awaitable[T]) -> T | ChannelError:
        try:
            return await work
        except ChannelError as error:
            return error
        except Exception as bug:  # noqa: BLE001 - the worker outlives a fault of ours, and says so
            self._forget()
            trouble = fault(bug)
            self._log.warning("own_fault", error=str(trouble))
            return trouble

    def _is_time(self) -> bool:
        return self._fetch_after is None or self._fetch_after.is_over(self._clock())

    def _is_lost(self) -> bool:
        return self._lost_at is not None

    async def _well(self) -> None:
        now = self._clock()
        if self._lost_at is not None:
            self._log.info("channel_back", seconds=int((now - self._lost_at).total_seconds()))
        self._lost_at, self._quiet_for, self._failures = None, None, 0
        self._fetch_after = Wait(now, now + self._pace.poll)
        await self._say(Health("well", heard_at=now))

    async def _lost(self, trouble: ChannelError) -> None:
        now = self._clock()
        self._log_loss(trouble, now)
        self._fetch_after = Wait(now, next_try(now, self._failures, self._uniform))
        self._failures += 1
        heard_at = self._health.heard_at if self._health else None
        if isinstance(trouble, Paused | SignInAgain):
            self._paused = True
            await self._say(Health("needs_you", str(trouble), heard_at=heard_at))
            return
        detail = {}
        if isinstance(trouble, Throttled):
            self.be_quiet(trouble.until)
            detail = {"quiet_until": self._fetch_after.until.isoformat()}
        state: State = "needs_you" if str(trouble) in WORTH_A_LOOK else "waiting"
        await self._say(Health(state, str(trouble), detail, heard_at, retry_at=self._fetch_after.until))

    def _log_loss(self, trouble: ChannelError, now: datetime) -> None:
        if self._lost_at is None:
            self._lost_at = now
            self._log.warning("channel_lost", error=type(trouble).__name__)

    async def _say(self, health: Health) -> None:
        """Tell the host how the channel is: every change at once, the time alone now and then.

        A commit rings the bell that wakes this worker, so what is as before is not said at every round.
        """
        now, before = self._clock(), self._health
        same = before is not None and _SAID(before) == _SAID(health)
        self._health = health
        if same and self._health_at and abs(now - self._health_at) < self._pace.health:
            return
        self._health_at = now
        await self._guarded(self._host.health(self.name, health, now))

    def _report(self, done: Delivered, heard: Heard, trouble: ChannelError | None) -> ChannelReport:
        paused = self._health.error if self._paused and self._health else ""
        return ChannelReport(
            self.name,
            ok=trouble is None and not paused and done.failed == 0 and not done.waits,
            fetched=len(heard.keys),
            new=heard.applied.new,
            changed=heard.applied.changed,
            told=done.told,
            waiting=len(done.waits),
            failed=done.failed,
            error=str(trouble) if trouble else paused or done.error,
        )
