"""A pause lasts as long as a person said, whatever becomes of the clock it was made by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pos.actions import channels
from pos.adapters.channels import ChannelHost
from pos.domain.shop import Shop
from pos.store import backlog

YEAR = timedelta(days=365)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def paused(open_counter: Callable[[Shop], Any], shop: Shop) -> Any:
    """Return a counter whose clock is a year ahead, and whose channel was paused for half an hour by it."""
    counter = open_counter(shop)
    counter.clock.now += YEAR
    counter.do(channels.pause, "fankahui", counter.clock.now + HALF_AN_HOUR)
    return counter


def shown(counter: Any) -> datetime | None:
    """Return until when the channel's row says that it is paused."""
    (row,) = counter.ask(backlog.channels, counter.store.shop, counter.clock.now)
    until: datetime | None = row.paused_until
    return until


async def heard_by_worker(counter: Any) -> datetime | None:
    """Return until when the channel's worker leaves it alone."""
    return (await ChannelHost(counter.store).outlook("fankahui")).paused_until


async def test_a_pause_of_a_clock_that_is_put_back_by_a_year_lasts_no_longer_than_was_said(
    paused: Any,
) -> None:
    paused.clock.now -= YEAR
    until = paused.clock.now + HALF_AN_HOUR
    assert await heard_by_worker(paused) == until == shown(paused)
    paused.clock.pass_by(minutes=29)
    assert await heard_by_worker(paused) == until == shown(paused)
    paused.clock.pass_by(minutes=2)
    assert shown(paused) is None
    assert await heard_by_worker(paused) == until < paused.clock.now


async def test_a_pause_that_ends_when_a_person_says_so_knows_no_clock(paused: Any) -> None:
    paused.do(channels.pause, "fankahui")
    paused.clock.now -= YEAR
    assert await heard_by_worker(paused) == channels.FOREVER == shown(paused)
    paused.do(channels.resume, "fankahui")
    assert await heard_by_worker(paused) is None


async def test_a_pause_goes_on_as_it_was_while_the_clock_goes_forward(paused: Any) -> None:
    until = shown(paused)
    paused.clock.pass_by(minutes=10)
    assert await heard_by_worker(paused) == until == shown(paused)
