"""Column types: the same value on SQLite and PostgreSQL, comparable and sortable on both."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Text, or_
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from pos.store.moments import LONGEST_WAIT, from_micros, to_micros


def dump(value: Any) -> str:
    """Return canonical JSON: the journal's hash depends on it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Moment(TypeDecorator[datetime]):
    """A UTC moment as whole microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Write."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        """Read."""
        return None if value is None else from_micros(value)


class Json(TypeDecorator[Any]):
    """A JSON value as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Write."""
        return None if value is None else dump(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Read."""
        return None if value is None else json.loads(value)


def is_due(column: Column[datetime], now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """Whether a moment that was set at most `longest` ahead has come.

    One that lies further ahead was set by a clock that has been put back since: it would never come.
    """
    return or_(column <= now, column > now + longest)


def is_over(since: Column[datetime], until: Column[datetime], now: datetime) -> ColumnElement[bool]:
    """Whether what was put off has come, or `since` is yet to come (see `sync.backoff.Wait`)."""
    return or_(since > now, is_due(until, now, LONGEST_WAIT))
