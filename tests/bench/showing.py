"""How quickly the counter opens, beside a window with nothing in it, and how quickly a tap is answered."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .measure import Figure, shown
from .storing import past_store

_CONFIG = """\
[shop]
name = "泛盈总店"
currency = "CNY"
[store]
url = "sqlite:///{store}"
[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{service}"
poll_seconds = 0.5
[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen"]
"""

#: Orders that wait on the board while it is measured.
WAITING = 40


def figures(folder: Path) -> list[Figure]:
    """Return how long opening takes and what it needs, with a million past orders."""
    config = folder / "config.toml"
    store = past_store(folder, 1_000_000, WAITING)
    config.write_text(_CONFIG.format(store=store, service="http://127.0.0.1:9"), encoding="utf-8")
    _child("counter", str(config), str(WAITING))
    runs = [(_child("bare"), _child("counter", str(config), str(WAITING))) for _ in range(9)]
    return [
        _figure("start to the first painted frame", runs, "painted", 1.3),
        _figure("start to the filled board, 1,000,000 past", runs, "filled", 3),
        _figure("peak memory with the filled board", runs, "peak", 2.5),
        _taps(folder),
    ]


#: What a tap may take of the event loop (seconds): a frame at 30 Hz.
FRAME = 0.033


def _taps(folder: Path, count: int = 60) -> Figure:
    """What a tap takes of the event loop until its card is repainted: 10,000 orders, guests all the while."""
    store = past_store(folder, 10_000, waiting=0)
    config = folder / "taps.toml"
    with _guests() as service:
        config.write_text(_CONFIG.format(store=store, service=service), encoding="utf-8")
        took = _child("taps", str(config), str(count))
    return Figure(
        "tap to repainted card, event loop, p95", shown(took["p95"]), shown(FRAME), took["p95"] / FRAME, 1
    )


@contextmanager
def _guests() -> Iterator[str]:
    """Run the service and its guests in processes of their own; yields the service's address."""
    command = [sys.executable, "-m", "pos", "sandbox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as sandbox:
        assert sandbox.stdout is not None
        service = json.loads(sandbox.stdout.readline())["fankahui"]
        with subprocess.Popen([sys.executable, "-m", "tests.bench.guests", service]) as guests:
            try:
                yield service
            finally:
                guests.terminate()
                sandbox.terminate()


def _figure(
    name: str, runs: list[tuple[dict[str, float], dict[str, float]]], what: str, limit: float
) -> Figure:
    ours = statistics.median(counter[what] for _, counter in runs)
    floor = statistics.median(bare.get(what, bare["painted"]) for bare, _ in runs)
    ratio = statistics.median(counter[what] / bare.get(what, bare["painted"]) for bare, counter in runs)
    write = (lambda value: f"{value / 1024:.0f} MiB") if what == "peak" else shown
    return Figure(name, write(ours), write(floor), ratio, limit)


def _child(*arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "BENCH_STARTED": str(time.monotonic()), "QT_QPA_PLATFORM": "offscreen"}
    environment["POS_SECRET_SHOP_JOURNAL"] = "bench"
    environment |= {"POS_SECRET_FANKAHUI_USERNAME": "bench", "POS_SECRET_FANKAHUI_PASSWORD": "bench"}
    command = [sys.executable, "-m", "tests.bench.opening", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
