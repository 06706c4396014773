"""A service on loopback, a printer that keeps every byte, and a shop worked by real `pos` processes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from printing.decode import Paper, decode
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

_CONFIG = """\
[shop]
name = "泛盈总店"
currency = "CNY"
language = "zh_CN"

[[channel]]
name = "fankahui"
kind = "fankahui"
base_url = "{url}"

[[printer]]
name = "kitchen"
device = "tcp://127.0.0.1:{port}"
encoding = "gb18030"
confirm = "none"
prints = ["kitchen", "settlement"]
"""


@dataclass
class Roll:
    """A network printer that asks nothing and keeps what it was sent, a connection a ticket."""

    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    sent: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Roll:
        """Switch it on."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Switch it off."""
        self.listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self.listening.close()

    @property
    def port(self) -> int:
        """The port at which it listens."""
        port: int = self.listening.getsockname()[1]
        return port

    @property
    def papers(self) -> list[Paper]:
        """Return what came out, a paper a connection."""
        return [decode(data) for data in self.sent]

    def _run(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            with line, line.makefile("rb") as sent:
                self.sent.append(sent.read())


@dataclass
class Day:
    """A shop for a day."""

    config: Path
    guests: Control
    roll: Roll

    def pos(self, *args: object, status: int = 0) -> str:
        """Run a command in a process of its own that ends with `status`; return what it wrote."""
        done = self._run(*args)
        assert done.returncode == status, done.stderr.decode()
        return done.stdout.decode()

    def _run(self, *args: object) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "pos", "--config", str(self.config), *map(str, args)]
        return subprocess.run(command, capture_output=True, env=os.environ, check=False, timeout=120)

    def sync_until_all_is_told(self) -> None:
        """Work the channel until a round ends well: what went wrong there goes wrong only so often."""
        rounds = (self._run("sync").returncode for _ in range(20))
        assert 0 in rounds

    def json(self, *args: object, status: int = 0) -> Any:
        """Run a command and return its JSON."""
        return json.loads(self.pos(*args, "--json", status=status))


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    """Return a shop whose service and printer stand on this machine."""
    monkeypatch.setenv("POS_SECRET_FANKAHUI_USERNAME", "counter")
    monkeypatch.setenv("POS_SECRET_FANKAHUI_PASSWORD", "practice")
    config = tmp_path / "config.toml"
    with Sandbox() as sandbox, Control(sandbox.urls["fankahui"]) as guests, Roll() as roll:
        config.write_text(_CONFIG.format(url=sandbox.urls["fankahui"], port=roll.port), encoding="utf-8")
        yield Day(config, guests, roll)
