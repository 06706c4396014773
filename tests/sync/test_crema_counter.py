"""A shop whose counter has a channel to CREMA: what its commands say of it is so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pos.__main__ import _open_counter, _open_practice
from pos.cli.main import run
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
tell_about = [{about}]
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


class Done(NamedTuple):
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


Pos = Callable[..., Done]


@pytest.fixture
def pos(
    sandbox: Sandbox,
    tmp_path: Path,
    new_store: Callable[[Path], str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Pos:
    """Return what runs a command of such a shop, by its secrets and the further lines of its file."""
    new_store(tmp_path / "counter.db")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("POS_SECRET_SHOP_JOURNAL", "k" * 64)

    def command(
        *words: str, secrets: Any = SECRETS, more: str = "", url: str = "", tell_about: str = '"counter"'
    ) -> Done:
        file = tmp_path / "config.toml"
        file.write_text(
            CONFIG.format(url=url or sandbox.urls["crema"], more=more, about=tell_about), encoding="utf-8"
        )
        capsys.readouterr()
        with monkeypatch.context() as environment:
            for name, secret in secrets.items():
                environment.setenv(name, secret)
            with pytest.raises(SystemExit) as ended:
                run(_open_counter, _open_practice, ["--config", str(file), "--json", *words])
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return command


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
    ("line", "at", "key"),
    [
        ("CJ2 = 7", 16, "delivery_services.CJ2: 7: must be a text"),
        ('[channel.statuses]\nboiled = "paid"', 17, "statuses.boiled: 'boiled': must be 'unpaid', 'paid'"),
        ("[channel.statuses]\nexecuted = 7", 17, "statuses.executed: 7: must be a text"),
        ('[channel.statuses]\n"executed" = 7', 17, "statuses.executed: 7: must be a text"),
    ],
)
def test_a_key_that_is_wrong_is_named_with_its_line(pos: Pos, line: str, at: int, key: str) -> None:
    done = pos("sync", "--once", more=line)
    assert done.returncode == 3
    assert f"config.toml:{at}: channel[1].{key}" in done.stderr


def test_a_switch_that_is_none_is_named_with_its_line(pos: Pos) -> None:
    one = '[[channel]]\nname = "x"\nkind = "crema"\nbase_url = "https://h"\nretry_429 = "no"'
    done = pos("sync", "--once", more=one)
    assert "config.toml:20: channel[2].retry_429: 'no': must be true or false" in done.stderr


@pytest.mark.parametrize("name", ["nobody", "reviews"])
def test_a_channel_to_tell_about_that_has_no_orders_is_named_with_its_line(pos: Pos, name: str) -> None:
    done = pos("orders", tell_about=f'"counter", "{name}"')
    assert done.returncode == 3
    assert "config.toml:11: channel[1].tell_about" in done.stderr
    assert f"'{name}' is no channel that has orders; allowed: counter" in done.stderr


def sold(pos: Pos, tmp_path: Path) -> dict[str, Any]:
    """Make an order of two dishes at the counter, and return it."""
    file = tmp_path / "order.json"
    items = [{"name": "拉面", "price": 8000}, {"name": "饺子", "price": 5000, "quantity": 2}]
    file.write_text(json.dumps({"type": "eat_in", "items": items}), encoding="utf-8")
    order: dict[str, Any] = json.loads(pos("new", str(file)).stdout)
    return order


def test_what_was_sold_at_the_counter_is_told_and_shown(pos: Pos, sandbox: Sandbox, tmp_path: Path) -> None:
    order = sold(pos, tmp_path)
    assert json.loads(pos("show", order["number"]).stdout)["others_know"] == {"reviews": "waiting"}
    assert json.loads(pos("sync", "--once").stdout)["channels"][0]["told"] == 1
    shown = json.loads(pos("show", order["number"]).stdout)
    assert (shown["channel_knows"], shown["others_know"]) == (None, {"reviews": "yes"})
    assert [letter["verb"] for letter in shown["letters"]] == ["sale"]
    with Control(sandbox.urls["crema"]) as account:
        [there] = account.state()["orders"]
    assert there["code"] == order["id"]
    assert [line["price"]["cents"] for line in there["sub_orders"]] == [8000, 10000]


def test_what_was_told_is_deleted_there_only_where_one_says_yes(
    pos: Pos, sandbox: Sandbox, tmp_path: Path
) -> None:
    order = sold(pos, tmp_path)
    pos("sync", "--once")
    asked = pos("forget", order["number"], "--channel", "reviews")
    assert (asked.returncode, "for good" in asked.stderr, "--yes" in asked.stderr) == (1, True, True)
    line = order["items"][0]["id"]
    for words in (["--line", line], ["--line", line], []):
        done = pos("forget", order["number"], "--channel", "reviews", *words, "--yes")
        assert (done.returncode, json.loads(done.stdout)["ok"]) == (0, True)
        pos("sync", "--once")
        with Control(sandbox.urls["crema"]) as account:
            left = [there["sub_orders"] for there in account.state()["orders"]]
        assert [len(lines) for lines in left] == ([1] if words else [])
    assert json.loads(pos("show", order["number"]).stdout)["others_know"] == {"reviews": "no"}


def test_no_order_is_made_for_it(pos: Pos, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    items = [{"name": "拉面", "price": 8000}]
    draft = {"type": "eat_in", "channel": "reviews", "items": items}
    file.write_text(json.dumps(draft), encoding="utf-8")
    done = pos("new", str(file))
    assert (done.returncode, "reviews only hears what was sold" in done.stderr) == (1, True)


def test_the_sandbox_prints_where_it_is() -> None:
    sandbox = subprocess.Popen([sys.executable, "-m", "pos", "sandbox"], stdout=subprocess.PIPE, text=True)
    assert sandbox.stdout is not None
    with sandbox:
        urls = json.loads(sandbox.stdout.readline())
        sandbox.terminate()
    assert urls["crema"].startswith("http://127.0.0.1:")
