"""Moments as they are stored: whole microseconds since 1970 UTC, comparable and sortable everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: No letter and no ticket is ever put off for longer: a service may ask for this much quiet.
LONGEST_WAIT = timedelta(minutes=15)

#: How long a letter from the touchscreen waits, so that Undo can take it back.
UNDO = timedelta(seconds=5)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def put_off(now: datetime, until: datetime | None = None) -> dict[str, datetime]:
    """Return what stands in a row that is to be tried again at a moment, without one at once."""
    return {"put_off_at": now, "next_try_at": until or now}


def to_micros(at: datetime) -> int:
    """Return microseconds since 1970 UTC; exact, unlike `timestamp()`."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the UTC moment of `to_micros`."""
    return _EPOCH + timedelta(microseconds=micros)
