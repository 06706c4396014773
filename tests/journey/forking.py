"""Counters that are forked from one warm process, so that each begins to live at once."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[2]


class Warm:
    """The process that forks counters, each to live as the module `day` says, and the talk with it."""

    def __init__(self, day: str, log: Path) -> None:
        self.log = log
        self._out, theirs = os.pipe()
        self._rest = b""
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.journey.warm", day, str(theirs)],
                stdin=subprocess.PIPE, stdout=said, stderr=said, pass_fds=[theirs], cwd=_ROOT,
            )  # fmt: skip
        os.close(theirs)

    def __enter__(self) -> Warm:
        """It was started when it was made."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let it end: there is nothing more to read."""
        self._process.communicate()
        os.close(self._out)

    def write(self, task: Mapping[str, Any]) -> None:
        """Order one counter's life."""
        assert self._process.stdin
        self._process.stdin.write((json.dumps(task) + "\n").encode())
        self._process.stdin.flush()

    def read(self, after: float | None, then: Any) -> Iterator[dict[str, Any]]:
        """Yield what is said; `then` is called once, `after` so many seconds from the first word."""
        due: float | None = None
        while True:
            *whole, self._rest = self._rest.split(b"\n")
            for line in whole:
                yield json.loads(line)
                due = due or (time.monotonic() + after if after is not None else None)
            left = None if due is None else max(0.0, due - time.monotonic())
            if not select.select([self._out], [], [], left)[0]:
                due = after = None
                then()
            elif more := os.read(self._out, 65536):
                self._rest += more
            else:
                return
