"""What services were lately asked, in memory: for a person who wants to know why a channel does not work."""

from __future__ import annotations

import logging
from collections import deque
from functools import partial
from threading import Lock

from pos.store.rows import CallRow
from sync.calls import Call, Observe

#: So many rows of each channel are kept.
KEPT = 300

_log = logging.getLogger("pos.calls")


class Calls:
    """The last calls of each channel, several alike in a row as one. Written and read from any thread."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rows: dict[str, deque[CallRow]] = {}
        self._lock = Lock()

    def of(self, channel: str) -> list[CallRow]:
        """Return a channel's last calls, the newest first."""
        with self._lock:
            return list(self._rows.get(channel, ()))[::-1]

    def watching(self, channel: str) -> Observe:
        """Return what is told of each call of a channel."""
        return partial(self._take, channel)

    def forget(self, channel: str) -> None:
        """Forget the calls of a channel that is gone."""
        with self._lock:
            self._rows.pop(channel, None)

    def _take(self, channel: str, call: Call) -> None:
        row = CallRow(
            call.at, call.method, call.path, call.status, call.seconds, call.error, call.sent, call.got
        )
        with self._lock:
            rows = self._rows.setdefault(channel, deque(maxlen=KEPT))
            if rows and _alike(rows[-1], row):
                row = row._replace(times=rows.pop().times + 1)
            rows.append(row)
        # Without its first stroke a path is a word to the log, which keeps no other.
        place = call.path.partition("?")[0].lstrip("/")
        word = call.error.partition(":")[0] or "done"
        _log.debug("called %s: %s %s: %s %s", channel, call.method, place, call.status, word)


def _alike(one: CallRow, other: CallRow) -> bool:
    return (one.method, one.path, one.status, one.error) == (
        other.method, other.path, other.status, other.error,
    )  # fmt: skip
