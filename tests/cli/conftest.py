"""A shop in a folder of its own, with the services on loopback, and the command `pos` to work it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pos.__main__ import _open_counter, _open_practice
from pos.cli.main import run
from pos.config import load
from pos.secrets import Secrets
from pos.store.store import Store
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

CONFIG = """\
[shop]
name = "泛盈总店"
currency = "CNY"
language = "en_US"
timezone = "Asia/Shanghai"
day_starts = "{day_starts}"

[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{url}"

[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen", "settlement"]
"""


@dataclass
class Answer:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return standard output as the one JSON document that it must be."""
        return json.loads(self.out)


@dataclass
class ShellShop:
    """One shop. `pos` runs a command in this process, `process` in one of its own."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "config.toml"

    def pos(self, *args: object) -> Answer:
        """Run a command here."""
        self.capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            run(_open_counter, _open_practice, ["--config", str(self.config), *map(str, args)])
        said = self.capture.readouterr()
        return Answer(int(ended.value.code or 0), said.out, said.err)

    def opened(self) -> Store:
        """Return the store, open as a counter has it."""
        config = load(self.config)
        return Store.open(config.store_url, config.facts, Secrets().journal_key())

    def process(self, *args: object, **how: Any) -> Answer:
        """Run a command in a process of its own and wait for it."""
        done = subprocess.run(
            self.command(*args), capture_output=True, env=self.env(), check=False, timeout=120, **how
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def started(self, *args: object) -> subprocess.Popen[str]:
        """Start a command in a process of its own."""
        return subprocess.Popen(
            self.command(*args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.env()
        )

    def command(self, *args: object) -> list[str]:
        """Return a command line."""
        return [sys.executable, "-m", "pos", "--config", str(self.config), *map(str, args)]

    def env(self) -> dict[str, str]:
        """Return the environment of a process."""
        return {**os.environ, **self.environment}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve the services."""
    with Sandbox() as served:
        yield served


@pytest.fixture
def guests(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' and the faults' side of fankahui, calm when the test ends."""
    with Control(sandbox.urls["fankahui"]) as control:
        yield control
        control.calm()


@pytest.fixture
def make_shop(
    tmp_path: Path,
    new_store: Callable[[Path], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], ShellShop]:
    """Return a maker of a shop with a configuration."""
    monkeypatch.setenv("POS_SECRET_FANKAHUI_USERNAME", "counter")
    monkeypatch.setenv("POS_SECRET_FANKAHUI_PASSWORD", "practice")
    new_store(tmp_path / "counter.db")

    def make(config: str) -> ShellShop:
        (tmp_path / "config.toml").write_text(config, encoding="utf-8")
        return ShellShop(tmp_path, capsys)

    return make


@pytest.fixture
def shop(make_shop: Callable[[str], ShellShop], usual_config: str) -> ShellShop:
    """Return a shop with fankahui and one virtual printer."""
    return make_shop(usual_config)


@pytest.fixture
def usual_config(sandbox: Sandbox, day_starts: Callable[[str], str]) -> str:
    """Return the configuration of the usual shop, to be changed."""
    return CONFIG.format(url=sandbox.urls["fankahui"], day_starts=day_starts("Asia/Shanghai"))


@pytest.fixture
def draft(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of files with an order as JSON."""

    def write(name: str = "new.json", **order: Any) -> Path:
        usual = {"type": "eat_in", "items": [{"name": "拉面", "price": 1000, "quantity": 2}]}
        file = tmp_path / name
        file.write_text(json.dumps({**usual, **order}, ensure_ascii=False), encoding="utf-8")
        return file

    return write


_TEXT, _NUMBER = (str,), (int,)
_MAYBE_TEXT, _MAYBE_NUMBER = (str, type(None)), (int, type(None))

#: What scripts rely on: the keys of each JSON object, and the types of their values.
SHAPES: dict[str, dict[str, tuple[type, ...]]] = {
    "order": {
        "id": _TEXT,
        "number": _TEXT,
        "channel": _TEXT,
        "remote_id": _TEXT,
        "sequence_number": _TEXT,
        "type": _TEXT,
        "status": _TEXT,
        "payment": (dict,),
        "currency": _MAYBE_TEXT,
        "total": _MAYBE_NUMBER,
        "table": _TEXT,
        "customer": (dict,),
        "supplies": (bool,),
        "items": (list,),
        "memo": (list,),
        "placed_at": _TEXT,
        "updated_at": _TEXT,
        "channel_knows": _MAYBE_TEXT,
    },
    "item": {
        "name": _TEXT,
        "quantity": _NUMBER,
        "price": _MAYBE_NUMBER,
        "deal_price": _MAYBE_NUMBER,
        "station": _TEXT,
        "options": (list,),
        "note": _TEXT,
    },
    "payment": {"type": _TEXT, "status": _TEXT},
    "customer": {"name": _TEXT, "phone": _TEXT, "address": _TEXT},
    "note": {"name": _TEXT, "message": _TEXT, "at": _MAYBE_TEXT},
    "move": {"order": _TEXT, "ok": (bool,), "status": _MAYBE_TEXT, "message": _TEXT},
    "deal": {"id": _TEXT, "number": _TEXT, "state": _TEXT, "payments": (list,), "total": _NUMBER},
    "ticket": {
        "id": _TEXT,
        "number": _TEXT,
        "kind": _TEXT,
        "order_ids": (list,),
        "printer": _TEXT,
        "copy": _NUMBER,
        "state": _TEXT,
        "attempts": _NUMBER,
        "error": _TEXT,
        "at": _TEXT,
    },
    "letter": {
        "id": _TEXT,
        "channel": _TEXT,
        "order_id": _TEXT,
        "verb": _TEXT,
        "state": _TEXT,
        "attempts": _NUMBER,
        "next_try_at": _MAYBE_TEXT,
        "error": _TEXT,
    },
    "report": {
        "name": _TEXT,
        "ok": (bool,),
        "fetched": _NUMBER,
        "new": _NUMBER,
        "changed": _NUMBER,
        "told": _NUMBER,
        "waiting": _NUMBER,
        "failed": _NUMBER,
        "error": _TEXT,
    },
}


@pytest.fixture
def fits() -> Callable[[Any, str], bool]:
    """Return a check that an object has every key of a shape, each with a value of its type."""

    def check(found: Any, shape: str) -> bool:
        wrong = {
            key: found.get(key, "is missing")
            for key, types in SHAPES[shape].items()
            if key not in found or not isinstance(found[key], types)
        }
        assert wrong == {}
        return True

    return check
