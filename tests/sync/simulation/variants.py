"""Engines and channels that are wrong on purpose: the simulation must notice each of them."""

# The methods are those they stand in for, whatever they need of their arguments.
# ruff: noqa: ARG001, ARG005
from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sync import backoff, delivery, engine, fetching, http
from sync.channels.crema import sales as crema_sales
from sync.channels.crema.channel import CremaChannel
from sync.channels.fankahui import channel as fankahui_channel
from sync.channels.fankahui import letters as fankahui_letters
from sync.channels.fankahui.channel import FankahuiChannel
from sync.channels.impilo.channel import ImpiloChannel
from sync.channels.rayteams.channel import RayteamsChannel
from sync.errors import Missing, OutcomeUnknown, Throttled, TryLater
from sync.messages import Letter, Page, RemoteOrder, Told
from sync.session import Session
from tests.sync.simulation import counter
from tests.sync.simulation import of_refusals as refusals

Change = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Variant:
    """What is changed, and with which kind of service it shows (none: all), in every so many seeds.

    The seed `first` is looked at before the others, where it is known to show soon.
    """

    change: Change
    kind: str = ""
    every: int = 1
    first: int = 0


def _new_key_at_every_attempt(patch: pytest.MonkeyPatch) -> None:
    def identified(lines: Any, order_id: Any) -> Any:
        return [(str(uuid4()).upper(), line) for line in lines]

    patch.setattr(fankahui_letters, "_identified", identified)


def _new_number_at_every_attempt(patch: pytest.MonkeyPatch) -> None:
    right = ImpiloChannel._document
    patch.setattr(
        ImpiloChannel, "_document", lambda self, letter: right(self, replace(letter, order_id=uuid4()))
    )


def _new_code_at_every_attempt(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(crema_sales, "order_code", lambda order_id: str(uuid4()))


def _marked_before_sending(patch: pytest.MonkeyPatch) -> None:
    right = delivery.Delivery._tell

    async def tell(self: Any, letter: Letter) -> Told:
        await self._host.told(letter, Told(), self._clock())
        return await right(self, letter)

    patch.setattr(delivery.Delivery, "_tell", tell)


def _repeated_without_a_look(patch: pytest.MonkeyPatch) -> None:
    async def tell(self: Any, letter: Letter) -> Told:
        told: Told = await self._channel.tell(letter)
        return told

    patch.setattr(delivery.Delivery, "_tell", tell)


def _lost_answer_is_lost_request(patch: pytest.MonkeyPatch) -> None:
    right = delivery.Delivery._postpone

    async def postpone(self: Any, letter: Letter, error: Any, bag: Any, done: Any) -> Any:
        if isinstance(error, OutcomeUnknown):
            error = TryLater(str(error))
        return await right(self, replace(letter, attempted=False), error, bag, done)

    patch.setattr(delivery.Delivery, "_postpone", postpone)


def _sending_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    def recover(self: Any) -> int:
        for row in self.rows:
            row.state = "waiting" if row.state == "sending" else row.state
        return 0

    patch.setattr(counter.Store, "recover", recover)


def _nothing_is_recovered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(counter.Store, "recover", lambda self: 0)


def _cursor_of_our_clock(patch: pytest.MonkeyPatch) -> None:
    right = fetching.Fetching._asked_for

    async def asked_for(self: Any, pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
        async for page in right(self, pages):
            yield replace(page, position=f"{self._clock().timestamp():.3f}")

    patch.setattr(fetching.Fetching, "_asked_for", asked_for)
    _no_sweep(patch)


def _cursor_saved_first(patch: pytest.MonkeyPatch) -> None:
    async def changes(self: Any, heard: Any) -> Any:
        cursor = await self._host.cursor(self._channel.name)
        since = self._clock() - self._finished_for
        pages = [page async for page in self._channel.changes(cursor.position, finished_since=since)]
        position = next((page.position for page in reversed(pages) if page.position), cursor.position)
        further = replace(cursor, position=position, first_fetch_done=True)
        await self._host.save_cursor(self._channel.name, further)
        for page in pages:
            await self._receive(page, heard)
        return further

    patch.setattr(fetching.Fetching, "_changes", changes)
    _no_overlap(patch)


def _no_overlap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fankahui_channel, "OVERLAP", timedelta(microseconds=-1000))


def _no_sweep(patch: pytest.MonkeyPatch) -> None:
    async def sweep(self: Any, heard: Any, missed: Any) -> Any:
        return missed

    patch.setattr(fetching.Fetching, "_sweep", sweep)


def _only_lists_are_swept(patch: pytest.MonkeyPatch) -> None:
    async def is_missing(self: Any, remote_id: str, heard: Any) -> bool:
        return False

    patch.setattr(fetching.Fetching, "_is_missing", is_missing)


def _missing_is_deleted(patch: pytest.MonkeyPatch) -> None:
    right = fetching.Fetching._is_missing

    async def is_missing(self: Any, remote_id: str, heard: Any) -> bool:
        if await right(self, remote_id, heard):
            self._host._store.orders.pop(remote_id)
        return False

    patch.setattr(fetching.Fetching, "_is_missing", is_missing)


def _missing_once_is_missing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fetching, "_SWEEPS_TO_MISS", 1)


def _missing_is_not_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fetching, "_SWEEPS_TO_MISS", 10**6)


def _throttle_is_counted(patch: pytest.MonkeyPatch) -> None:
    right = counter.Host.postpone

    async def postpone(self: Any, letter: Letter, *args: Any, **known: Any) -> None:
        await right(self, letter, *args, **{**known, "counted": True})

    patch.setattr(counter.Host, "postpone", postpone)


def _throttle_is_not_heard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(engine.Engine, "_quiet", lambda self: None)
    patch.setattr(engine, "next_try", lambda now, *_: now)
    patch.setattr(delivery, "next_try", lambda now, *_: now)
    patch.setattr(http, "quiet_for", lambda *_: timedelta())


def _one_throttle_for_all(patch: pytest.MonkeyPatch) -> None:
    said: dict[Any, datetime] = {}
    right = engine.Engine._lost

    async def lost(self: Any, trouble: Any) -> None:
        if isinstance(trouble, Throttled):
            said[asyncio.get_running_loop()] = trouble.until + timedelta(minutes=5)
        await right(self, trouble)

    def quiet(self: Any) -> Any:
        until = said.get(asyncio.get_running_loop())
        return None if until is None or backoff.is_due(until, self._clock()) else Throttled("quiet", until)

    patch.setattr(engine.Engine, "_lost", lost)
    patch.setattr(engine.Engine, "_quiet", quiet)


def _order_of_letters_is_ignored(patch: pytest.MonkeyPatch) -> None:
    def following(self: Any, now: datetime, all_waiting: bool) -> Any:
        due = [r for r in self.rows if r.state == "waiting" and (r.wait is None or r.wait.is_over(now))]
        return due[-1] if due else None

    patch.setattr(counter.Store, "next", following)


def _lock_is_ignored(patch: pytest.MonkeyPatch) -> None:
    def lock(self: Any, channel: str) -> AbstractAsyncContextManager[str | None]:
        self._store.holder = self._life
        return contextlib.nullcontext()

    async def holds(self: Any, channel: str) -> bool:
        self._store.holder = self._life
        return True

    async def claim(self: Any, channel: str, now: datetime, *, all_waiting: bool = False) -> Letter | None:
        claimed: Letter | None = await self._do(self._store.claim, now, all_waiting)
        return claimed

    for name, wrong in (("lock", lock), ("holds", holds), ("claim", claim)):
        patch.setattr(counter.Host, name, wrong)


def _session_is_not_renewed(patch: pytest.MonkeyPatch) -> None:
    async def call(self: Any, send: Callable[[str], Any]) -> Any:
        if self._sign_in and not self._token:
            await self._once(self._sign_ins)
        return await send(self._token)

    patch.setattr(Session, "call", call)


def _pause_is_not_said(patch: pytest.MonkeyPatch) -> None:
    right = engine.Engine._say

    async def say(self: Any, health: Any) -> None:
        if health.state != "needs_you":
            await right(self, health)

    patch.setattr(engine.Engine, "_say", say)


def _waits_for_what_the_clock_showed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(backoff.Wait, "is_over", lambda self, now: now >= self.until)


def _not_looked_at_before(kind: type[Any]) -> Change:
    """Return a channel that tells what it is told to, whatever the order there is like."""

    def change(patch: pytest.MonkeyPatch) -> None:
        right = kind.read

        async def read(self: Any, remote_id: str) -> RemoteOrder:
            order: RemoteOrder = await right(self, remote_id)
            return replace(order, status="placed", payment="unpaid")

        patch.setattr(kind, "read", read)

    return change


def _deleted_lines_are_made_anew(patch: pytest.MonkeyPatch) -> None:
    async def told(self: Any, letter: Letter, line: Any) -> None:
        with contextlib.suppress(Missing):
            await self._change(crema_sales.order_code(letter.order_id), line)

    patch.setattr(CremaChannel, "_told", told)


VARIANTS: Mapping[str, Variant] = {
    "a new key at every attempt (fankahui)": Variant(_new_key_at_every_attempt, "fankahui"),
    "a new key at every attempt (impilo)": Variant(_new_number_at_every_attempt, "impilo"),
    "a new key at every attempt (crema)": Variant(_new_code_at_every_attempt, "crema"),
    "marked told before it is told": Variant(_marked_before_sending, "imweb"),
    "repeated without a look": Variant(_repeated_without_a_look, "fankahui"),
    "repeated without a look (impilo)": Variant(_repeated_without_a_look, "impilo"),
    "a lost answer counts as a lost request": Variant(_lost_answer_is_lost_request, "fankahui"),
    "a crash while sending is forgotten": Variant(_sending_is_forgotten, "impilo"),
    "what a dead worker was telling waits for ever": Variant(_nothing_is_recovered, first=5),
    "the cursor is from our own clock": Variant(_cursor_of_our_clock, "fankahui"),
    "the cursor is saved before its pages are applied": Variant(_cursor_saved_first, "fankahui"),
    "nothing is asked for again": Variant(_no_overlap, "fankahui"),
    "open orders are never swept": Variant(_no_sweep, first=2),
    "open orders that are not listed are not looked for": Variant(_only_lists_are_swept, "fankahui"),
    "what is missing is deleted": Variant(_missing_is_deleted, "fankahui"),
    "missing once is missing": Variant(_missing_once_is_missing, "fankahui"),
    "what is missing is told to nobody": Variant(_missing_is_not_told, "fankahui"),
    "a throttle is counted as an attempt": Variant(_throttle_is_counted, "crema"),
    "a throttle is not heard": Variant(_throttle_is_not_heard, "crema"),
    "one channel's throttle is for all": Variant(_one_throttle_for_all, every=50, first=700),
    "the order of letters is ignored": Variant(_order_of_letters_is_ignored, "rayteams"),
    "the lock is ignored": Variant(_lock_is_ignored, "impilo", first=75),
    "a session that ended is not renewed": Variant(_session_is_not_renewed, "imweb"),
    "a pause is not said": Variant(_pause_is_not_said),
    "the time is waited for that was set before the clock was put back": Variant(
        _waits_for_what_the_clock_showed
    ),
    "failures inside a success are not seen": Variant(refusals.failures_in_a_success_are_not_seen, "imweb"),
    "an answer that confirms nothing is believed": Variant(refusals.silence_is_consent, "imweb"),
    "what an unpaid order cannot be told is refused": Variant(refusals.unpaid_is_refused, "imweb"),
    "money waits behind what waits for it": Variant(refusals.money_waits_its_turn, "imweb"),
    "a refused part comes after what was written later": Variant(refusals.a_refused_part_comes_last, "imweb"),
    "an order is not read before it is told of (fankahui)": Variant(
        _not_looked_at_before(FankahuiChannel), "fankahui"
    ),
    "an order is not read before it is told of (rayteams)": Variant(
        _not_looked_at_before(RayteamsChannel), "rayteams"
    ),
    "what was never told is only changed": Variant(_deleted_lines_are_made_anew, "crema"),
}


@contextlib.contextmanager
def wrong(name: str) -> Iterator[Variant]:
    """Let a variant be what is simulated."""
    with pytest.MonkeyPatch.context() as patch:
        VARIANTS[name].change(patch)
        yield VARIANTS[name]
