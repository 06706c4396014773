"""When to try again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.backoff import BASE, CAP, Wait, delay, next_try


def longest(_: float, most: float) -> float:
    """Return what chance can bring at most."""
    return most


def test_the_wait_doubles_from_a_second_up_to_five_minutes() -> None:
    waits = [delay(n, longest).total_seconds() for n in range(10)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]


@given(attempts=st.integers(-5, 10**9), seed=st.integers())
def test_no_wait_is_ever_negative_or_above_the_cap(attempts: int, seed: int) -> None:
    assert timedelta(0) <= delay(attempts, random.Random(seed).uniform) <= CAP


def test_two_counters_do_not_knock_at_the_same_moment() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    times = {next_try(now, 6, random.Random(seed).uniform) for seed in range(20)}
    assert len(times) == 20
    assert all(now <= at <= now + BASE * 64 for at in times)


@given(length=st.timedeltas(timedelta(0), CAP), step=st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_nothing_waits_longer_than_it_was_put_off_for_however_the_clock_is_put(
    length: timedelta, step: timedelta
) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    wait, now = Wait(since, since + length), since + step
    assert wait.is_over(now) or wait.is_over(now + length)


def test_a_wait_lasts_from_its_beginning_up_to_its_end() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    wait = Wait(since, since + BASE)
    moments = [since, since + BASE / 2, since + BASE, since - BASE / 2]
    assert [wait.is_over(now) for now in moments] == [False, False, True, True]
