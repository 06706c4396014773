"""A process that has imported everything and forks one counter a line: `python -m … DAY FD-OF-THE-NEWS`."""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
import traceback
from collections.abc import Mapping
from typing import Any

_DAY, _NEWS = sys.argv[1], int(sys.argv[2])

#: What a counter imports only when it needs it: every child would do so anew.
_LATER = (
    "anyio._backends._asyncio",
    "babel.dates",
    "babel.numbers",
    "encodings.gb18030",
    "h11",
    "httpcore2",
    "printing.devices.tcp",
    "pysqlite3.dbapi2",
    "sync.channels.fankahui.opening",
    "truststore",
)


def _say(news: Mapping[str, Any]) -> None:
    # One write, far below PIPE_BUF: it is whole or not at all, also when the writer dies.
    os.write(_NEWS, (json.dumps(news) + "\n").encode())


def _counter(task: Mapping[str, Any]) -> None:
    _say({"born": os.getpid()})
    try:
        importlib.import_module(_DAY).live(task, _say)
    except BaseException:  # noqa: BLE001  # whatever it is, the test says it
        _say({"broke": traceback.format_exc()[-2000:]})
    os._exit(0)


def main() -> None:
    """Fork a counter for each line that is read, and say how it ended."""
    for name in (_DAY, *_LATER):
        importlib.import_module(name)
    last = 0
    for line in sys.stdin:
        if last:
            os.waitpid(last, 0)
        if threading.active_count() != 1:
            raise RuntimeError("a process with threads must not fork")
        if (last := os.fork()) == 0:
            _counter(json.loads(line))
        # Seen but not reaped: nobody else gets its number while somebody may still kill it.
        how = os.waitid(os.P_PID, last, os.WEXITED | os.WNOWAIT)
        _say({"ended": how.si_status if how else 0})


if __name__ == "__main__":
    main()
