"""The practice shop plays its day, leaves its paper, and its figures are those of both sides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pos.demo import opening
from pos.demo.opening import open_practice
from pos.demo.roles import ROLES
from sync.sandbox.control import Control


def _never(_file: Path) -> int:
    raise AssertionError("no window is opened")


def _play(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pos", "demo", "--auto", "--language", "en_US", "--data", str(folder)]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [*command, *args], capture_output=True, encoding="utf-8", env=environment, check=False, timeout=300
    )


def _figures(folder: Path) -> Any:
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


def test_a_day_ends_right_here_and_there_and_leaves_its_paper(tmp_path: Path) -> None:
    folder = tmp_path / "practice"
    played = _play(folder, "--orders", str(len(ROLES)))
    assert played.returncode == 0, played.stdout + played.stderr
    figures = _figures(folder)
    assert figures["wrong"] == []
    assert sum(figures["orders"]["here"].values()) == len(ROLES)
    assert figures["deals"]["there"] == sum(role.deals for role in ROLES)
    assert {kind: sum(counts.values()) for kind, counts in figures["orders"]["there"].items()} == Counter(
        role.channel for role in ROLES if role.there
    )
    assert figures["sold_there"] > len(ROLES) // 2
    assert figures["tickets"]["by_kind"].keys() == {
        "kitchen",
        "cancel",
        "expediter",
        "delivery",
        "settlement",
    }
    assert figures["letters"]["tried_again"] > 0
    kinds = {
        kind: sorted(file.stem for file in (folder / "tickets").glob(f"*.{kind}"))
        for kind in ("png", "txt", "bin")
    }
    assert kinds["png"] == kinds["txt"] == kinds["bin"]
    assert len(kinds["bin"]) == figures["tickets"]["came_out"] > len(ROLES)
    assert {file.read_bytes()[:4] for file in (folder / "screens").glob("*.png")} == {b"\x89PNG"}
    assert "came out once" in played.stdout.splitlines()[-2]
    assert not played.stderr


def test_the_next_day_begins_anew_in_the_same_folder(tmp_path: Path) -> None:
    for orders in (3, 1):
        assert open_practice(tmp_path, orders, "en_US", auto=True, open_counter=_never) == 0
    assert sum(_figures(tmp_path)["orders"]["here"].values()) == 1
    assert len(list((tmp_path / "tickets").glob("*.bin"))) == _figures(tmp_path)["tickets"]["came_out"]


def test_a_folder_that_holds_other_things_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("[shop]\n", encoding="utf-8")
    (tmp_path / "counter.db").write_text("precious", encoding="utf-8")
    assert open_practice(tmp_path, 1, "en_US", auto=True, open_counter=_never) == 1
    assert "holds other things" in capsys.readouterr().err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["config.toml", "counter.db"]
    assert (tmp_path / "counter.db").read_text(encoding="utf-8") == "precious"


def test_with_a_display_the_counter_opens_over_a_shop_to_which_guests_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "has_display", lambda: True)
    seen: list[int] = []

    def look(file: Path) -> int:
        from pos.config import load

        channel, *_ = load(file).channel
        with Control(channel.base_url) as control:
            while not control.state()["orders"]:
                pass
            seen.append(len(control.state()["orders"]))
        return 7

    assert open_practice(tmp_path, 12, "zh_CN", auto=False, open_counter=look) == 7
    assert seen
    assert seen[0] > 0


def test_a_wrong_ending_is_said_and_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dines = ROLES[0]._replace(there="canceled")
    monkeypatch.setattr(opening, "cast", lambda _orders: [dines])
    assert open_practice(tmp_path, 1, "en_US", auto=True, open_counter=_never) == 1
    assert _figures(tmp_path)["ok"] is False
    assert (
        "order 001 (dines) ended as ('paid', 'paid', 1) instead of ('paid', 'canceled', 1)"
        in capsys.readouterr().out
    )
