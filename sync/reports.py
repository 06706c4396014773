"""What is said of one round of a channel's work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """What one round did. `waiting` are the letters that had their try and wait again.

    `held_by` says who works the channel where that is another process, `paused_until` until when (UTC) a
    person wants it left alone: nothing was done then, and it is well.
    """

    name: str
    ok: bool = True
    fetched: int = 0
    new: int = 0
    changed: int = 0
    told: int = 0
    waiting: int = 0
    failed: int = 0
    error: str = ""
    held_by: str = ""
    paused_until: datetime | None = None
