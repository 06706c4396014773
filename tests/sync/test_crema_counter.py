"""A shop whose counter has a channel to CREMA: what its commands say of it is so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

CONFIG = """\
[shop]
name = "泛盈总店"
currency = "KRW"
language = "en_US"

[[channel]]
name = "reviews"
kind = "crema"
base_url = "{url}"
poll_seconds = 60
tell_about = ["counter"]
token_in = "parameter"

[channel.delivery_services]
CJ = "cjgls"
{more}
[[printer]]
name = "kitchen"
device = "virtual:"
prints = ["kitchen"]
"""
SECRETS = {"POS_SECRET_REVIEWS_CLIENT_ID": "i", "POS_SECRET_REVIEWS_CLIENT_SECRET": "s"}

Pos = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def pos(sandbox: Sandbox, tmp_path: Path) -> Pos:
    """Return what runs a command of such a shop, by its secrets and the further lines of its file."""

    def run(
        *words: str, secrets: Any = SECRETS, more: str = "", url: str = ""
    ) -> subprocess.CompletedProcess[str]:
        file = tmp_path / "config.toml"
        file.write_text(CONFIG.format(url=url or sandbox.urls["crema"], more=more), encoding="utf-8")
        folders = {name: str(tmp_path / "home") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        environment = {**os.environ, **folders, "POS_SECRET_SHOP_JOURNAL": "k" * 64, **secrets}
        command = [sys.executable, "-m", "pos", "--config", str(file), "--json", *words]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    return run


def test_a_round_knocks_and_takes_no_order_over(pos: Pos, sandbox: Sandbox) -> None:
    with Control(sandbox.urls["crema"]) as account:
        account.place()
        done = pos("sync", "--once")
        assert account.state()["sign_ins"] == 1
    [report] = json.loads(done.stdout)["channels"]
    assert (done.returncode, report["name"], report["ok"]) == (0, "reviews", True)
    assert [report[name] for name in ("fetched", "new", "changed", "told", "waiting", "failed")] == [0] * 6
    assert json.loads(pos("orders").stdout) == []


@pytest.mark.parametrize(
    ("secrets", "why"),
    [({}, "no_secrets"), ({**SECRETS, "POS_SECRET_REVIEWS_CLIENT_SECRET": "wrong"}, "wrong_secrets")],
)
def test_a_round_without_the_right_secrets_fails_and_says_so(pos: Pos, secrets: Any, why: str) -> None:
    done = pos("sync", "--once", secrets=secrets)
    [report] = json.loads(done.stdout)["channels"]
    assert (done.returncode, report["ok"], report["error"]) == (4, False, why)


def test_a_service_that_is_not_there_is_not_called_well(pos: Pos) -> None:
    done = pos("sync", "--once", url="http://127.0.0.1:9")
    [report] = json.loads(done.stdout)["channels"]
    assert (done.returncode, report["ok"], report["error"]) == (4, False, "no_connection")


def test_the_doctor_names_both_secrets(pos: Pos) -> None:
    found = json.loads(pos("doctor").stdout)["findings"]
    said = {one["words"].partition(":")[0]: one["ok"] for one in found if one["name"] == "secret"}
    assert (said["reviews CLIENT_ID"], said["reviews CLIENT_SECRET"]) == (True, True)
    found = json.loads(pos("doctor", secrets={}).stdout)["findings"]
    assert {"reviews CLIENT_ID", "reviews CLIENT_SECRET"} == {
        one["words"].partition(":")[0] for one in found if one["name"] == "secret" and not one["ok"]
    }


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("CJ2 = 7", "delivery_services"),
        ('[channel.statuses]\nboiled = "paid"', "statuses"),
        ("[channel.statuses]\nexecuted = 7", "statuses"),
    ],
)
def test_a_key_that_is_wrong_is_named_with_its_line(pos: Pos, line: str, key: str) -> None:
    done = pos("sync", "--once", more=line)
    assert done.returncode == 3
    assert "config.toml:" in done.stderr
    assert f"channel[1].{key}" in done.stderr


def test_the_sandbox_prints_where_it_is() -> None:
    sandbox = subprocess.Popen([sys.executable, "-m", "pos", "sandbox"], stdout=subprocess.PIPE, text=True)
    assert sandbox.stdout is not None
    with sandbox:
        urls = json.loads(sandbox.stdout.readline())
        sandbox.terminate()
    assert urls["crema"].startswith("http://127.0.0.1:")
