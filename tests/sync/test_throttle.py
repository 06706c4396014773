"""Calls stay below what a service allows, whatever the clock does."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.throttle import Throttle


def throttle(clock: Any, per_second: int, slept: list[float] | None = None) -> Throttle:
    """Return a throttle on a clock that moves by what is slept."""

    async def sleep(seconds: float) -> None:
        (slept if slept is not None else []).append(seconds)
        clock.pass_(seconds=seconds)

    return Throttle(per_second, clock=clock, sleep=sleep)


@pytest.mark.parametrize("per_second", [1, 5])
async def test_no_second_has_more_calls_than_allowed(clock: Any, per_second: int) -> None:
    one, times = throttle(clock, per_second), []
    for _ in range(17):
        async with one.turn():
            times.append(clock())
        clock.pass_(milliseconds=130)
    for n, time in enumerate(times[per_second:]):
        assert time - times[n] >= timedelta(seconds=1)


async def test_calls_at_once_wait_for_each_other(clock: Any) -> None:
    one, times = throttle(clock, 2), []

    async def call() -> None:
        async with one.turn():
            times.append(clock())

    started = clock()
    await asyncio.gather(*(call() for _ in range(6)))
    assert [(time - started) // timedelta(seconds=1) for time in times] == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("per_second", [1, 5])
async def test_calls_that_take_longer_and_shorter_do_not_arrive_too_close(
    clock: Any, per_second: int
) -> None:
    one, arrived = throttle(clock, per_second), []
    for n in range(17):
        async with one.turn():
            clock.pass_(milliseconds=700 if n % 2 else 10)
            arrived.append(clock())
    for n, time in enumerate(arrived[per_second:]):
        assert time - arrived[n] >= timedelta(seconds=1)


async def test_what_is_slow_anyway_waits_for_nothing(clock: Any) -> None:
    slept: list[float] = []
    one = throttle(clock, 1, slept)
    for _ in range(5):
        clock.pass_(seconds=2)
        async with one.turn():
            pass
    assert slept == []


async def test_one_that_takes_anothers_place_does_not_call_in_the_same_second(clock: Any) -> None:
    times = []
    for _ in range(3):
        async with throttle(clock, 1).turn():
            times.append(clock())
    assert [later - earlier for earlier, later in pairwise(times)] == [timedelta(seconds=1.05)] * 2


@given(steps=st.lists(st.floats(-1e6, 1e6), max_size=8))
def test_a_clock_that_is_put_back_keeps_no_call_for_long(steps: list[float]) -> None:
    slept: list[float] = []

    class Jumping:
        now = datetime(2026, 1, 1)  # noqa: DTZ001 - only differences matter

        def __call__(self) -> datetime:
            return self.now

    clock = Jumping()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def calls() -> None:
        one = Throttle(1, clock=clock, sleep=sleep)
        for step in steps:
            async with one.turn():
                pass
            clock.now += timedelta(seconds=step)

    asyncio.run(calls())
    assert all(0 < seconds < 2 for seconds in slept)
