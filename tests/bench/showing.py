"""How quickly the counter opens, beside a window with nothing in it, and how quickly a tap is answered."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
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
base_url = "http://127.0.0.1:9"
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
    config.write_text(_CONFIG.format(store=store), encoding="utf-8")
    _child("counter", str(config), str(WAITING))
    runs = [(_child("bare"), _child("counter", str(config), str(WAITING))) for _ in range(9)]
    return [
        _figure("start to the first painted frame", runs, "painted", 1.3),
        _figure("start to the filled board, 1,000,000 past", runs, "filled", 3),
        _figure("peak memory with the filled board", runs, "peak", 2.5),
    ]


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
    command = [sys.executable, "-m", "tests.bench.opening", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
