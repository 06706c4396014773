"""A service that wants to be left alone is left alone, whatever was just going on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from sync.channel import Capabilities
from sync.channels.fankahui.client import written
from sync.engine import Engine
from sync.errors import ChannelError, OutcomeUnknown, Paused, Throttled
from sync.messages import Cursor, Letter, Page, Told


class Annoyed:
    """A service that lists forever and answers each letter with an error."""

    name, kind = "c", "fankahui"
    capabilities = Capabilities(tells={"accept": "accept"}, harmless=frozenset({"accept"}))

    def __init__(self, error: ChannelError) -> None:
        self.error = error
        self.listing = asyncio.Event()

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        self.listing.set()
        await asyncio.Event().wait()
        yield Page((), f"{position}{finished_since}")

    async def tell(self, letter: Letter) -> Told:
        raise self.error if letter.verb == "accept" else AssertionError


class Impatient(Annoyed):
    """A service that asks for quiet until another moment with each letter."""

    def __init__(self, **moments: datetime) -> None:
        super().__init__(Paused("nobody says so"))
        self.moments = moments
        self.all_asked = asyncio.Barrier(len(moments))

    async def tell(self, letter: Letter) -> Told:
        await self.all_asked.wait()
        raise Throttled("quiet", self.moments[letter.remote_id])


async def test_of_several_moments_the_last_is_waited_for(host: Any, clock: Any) -> None:
    soon, late = (clock.now + timedelta(minutes=minutes) for minutes in (1, 9))
    engine = Engine(Impatient(r1=late, r2=soon), host, clock=clock)  # type: ignore[arg-type]  # it is asked for no more
    for name in ("r1", "r2"):
        host.write("accept", uuid4(), name)
    await engine.round()
    clock.now = late - timedelta(minutes=5)
    engine.be_quiet(late - timedelta(minutes=4))
    clock.now = late - timedelta(seconds=1)
    assert (await engine.round()).error == "quiet"


async def test_a_list_is_not_read_on_when_a_letter_is_answered_to_be_quiet(host: Any, clock: Any) -> None:
    service = Annoyed(Throttled("quiet", clock.now + timedelta(minutes=2)))
    engine = Engine(service, host, clock=clock)  # type: ignore[arg-type]  # it is asked for no more
    round_ = asyncio.create_task(engine.round())
    await service.listing.wait()
    host.write("accept", uuid4(), "r1")
    engine.wake()
    assert (await round_).error == "quiet"


@pytest.mark.parametrize(
    ("besides", "state"),
    [(Throttled("quiet", datetime.max.replace(tzinfo=UTC)), "waiting"), (Paused("no"), "needs_you")],
)
async def test_what_is_said_when_a_letter_is_looked_at_holds_for_the_channel(
    host: Any, clock: Any, besides: ChannelError, state: str
) -> None:
    host.heard = Cursor(swept_at=clock.now)
    host.write("accept", uuid4(), "r1")
    service = Annoyed(OutcomeUnknown(str(besides), besides))
    report = await Engine(service, host, clock=clock).round()  # type: ignore[arg-type]  # as above
    assert (report.told, host.healths[-1].state) == (0, state)
    assert host.rows[0].letter.attempted


def test_a_look_at_what_was_changed_hides_nothing_that_the_service_says() -> None:
    said = Throttled("quiet", datetime.max.replace(tzinfo=UTC))
    with pytest.raises(OutcomeUnknown) as raised, written():
        raise said
    assert raised.value.besides is said
