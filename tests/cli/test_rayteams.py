"""A shop with RayTeams: what `pos sync`, `pos outbox` and `pos doctor` say of it is so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pos.secrets import Secrets
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

CONFIG = """
[[channel]]
name = "lab"
kind = "rayteams"
base_url = "{url}"

[channel.workflow]
Requested = "placed"
node_1669006551533 = "accepted"
node_1669006551572 = "accepted"
ewb-4 = "paid"
"""


@pytest.fixture
def group(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at RayTeams."""
    with Control(sandbox.urls["rayteams"]) as control:
        yield control


@pytest.fixture
def lab(
    make_shop: Callable[[str], Any], usual_config: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Any:  # fmt: skip
    """Return a shop with such a channel beside its usual one; nothing is kept of another test's secrets."""
    own = tmp_path / "home" / "pos"
    own.mkdir(parents=True)
    (own / "secrets.json").write_text(json.dumps({"shop/JOURNAL": Secrets().journal_key().decode()}))
    monkeypatch.setenv("XDG_DATA_HOME", str(own.parent))
    for field in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN"):
        monkeypatch.setenv(f"POS_SECRET_LAB_{field}", "practice")
    return make_shop(usual_config + CONFIG.format(url=sandbox.urls["rayteams"]))


def of_lab(answer: Any) -> dict[str, Any]:
    """Return what a round says of the channel."""
    [report] = [each for each in answer.json["channels"] if each["name"] == "lab"]
    return dict(report)


def test_an_order_is_fetched_accepted_and_settled_there(lab: Any, group: Control) -> None:
    order = group.place()
    first = lab.pos("sync", "--once", "--json")
    assert (first.status, of_lab(first)["new"]) == (0, 1)
    [here] = lab.pos("orders", "--json").json
    assert (here["remote_id"], here["status"], here["currency"], here["total"]) == (
        order["id"], "placed", "KRW", 360000,
    )  # fmt: skip
    assert lab.pos("accept", "1").status == 0
    assert lab.pos("settle", "1", "--pay", "cash=360000").status == 0
    told = lab.pos("sync", "--once", "--json")
    assert (told.status, of_lab(told)["told"], of_lab(told)["failed"]) == (0, 2, 0)
    [there] = group.state()["orders"]
    assert there["status"] == "ewb-4"


def test_what_the_workflow_has_no_state_for_is_not_said_to_be_told(lab: Any, group: Control) -> None:
    group.place()
    lab.pos("sync")
    lab.pos("accept", "1")
    assert lab.pos("sync").status == 0
    letters = {letter["verb"]: letter["state"] for letter in lab.pos("outbox", "--json").json}
    assert letters["accept"] == "told"
    assert letters["execute"] == "dropped"
    [order] = lab.pos("orders", "--json").json
    assert order["channel_knows"] == "no"


def test_a_state_that_the_service_does_not_know_is_a_failed_letter_with_its_word(
    make_shop: Any, lab: Any, usual_config: str, sandbox: Sandbox, group: Control
) -> None:
    wrong = CONFIG.format(url=sandbox.urls["rayteams"]).replace("node_1669006551533", "node_1")
    shop = make_shop(usual_config + wrong)
    assert shop.folder == lab.folder
    group.place()
    shop.pos("sync")
    shop.pos("accept", "1")
    answer = shop.pos("sync", "--json")
    assert (answer.status, of_lab(answer)["error"]) == (4, "NO_ITEM")


def test_a_permission_that_has_ended_is_said_in_plain_words_and_loses_nothing(
    lab: Any, group: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    group.place()
    lab.pos("sync")
    lab.pos("accept", "1")
    monkeypatch.setenv("POS_SECRET_LAB_REFRESH_TOKEN", "wrong")
    ended = lab.pos("sync", "--once", "--json")
    assert (ended.status, of_lab(ended)["error"]) == (4, "permission_ended")
    assert "sign in again in the browser" in ended.err
    assert [c["ok"] for c in ended.json["channels"] if c["name"] != "lab"] == [True]
    monkeypatch.setenv("POS_SECRET_LAB_REFRESH_TOKEN", "a new one")
    assert lab.pos("sync", "--once").status == 0
    assert group.state()["orders"][0]["status"] == "node_1669006551533"


def test_a_renewal_whose_answer_is_lost_ends_at_a_strict_service_in_a_sign_in_and_loses_nothing(
    lab: Any, group: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    group.place()
    lab.pos("sync")
    lab.pos("accept", "1")
    later = group.place()
    group.expire_sessions()
    group.fault("drop", path="/oauth2/token")
    ended = lab.pos("sync", "--once", "--json")
    assert (ended.status, of_lab(ended)["error"]) == (4, "permission_ended")
    assert "sign in again in the browser" in ended.err
    assert {row["verb"]: row["state"] for row in lab.pos("outbox", "--json").json}["accept"] == "waiting"
    monkeypatch.setenv("POS_SECRET_LAB_REFRESH_TOKEN", "of the new sign-in")
    assert (of_lab(lab.pos("sync", "--once", "--json"))["new"], len(group.state()["orders"])) == (1, 2)
    there = {order["id"]: order["status"] for order in group.state()["orders"]}
    assert there.pop(later["id"]) == later["status"]
    assert list(there.values()) == ["node_1669006551533"]


def secrets_of_lab(shop: Any) -> dict[str, bool]:
    """Return which of the channel's secrets the doctor found, by field."""
    found = shop.pos("--json", "doctor").json["findings"]
    lines = [one for one in found if one["name"] == "secret" and one["words"].startswith("lab ")]
    return {one["words"].split()[1].rstrip(":"): one["ok"] for one in lines}


def test_the_doctor_misses_what_is_needed_and_not_what_is_got_with_it(
    lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert secrets_of_lab(lab) == {"CLIENT_ID": True, "CLIENT_SECRET": True, "REFRESH_TOKEN": True}
    monkeypatch.delenv("POS_SECRET_LAB_REFRESH_TOKEN")
    monkeypatch.setenv("POS_SECRET_LAB_ACCESS_TOKEN", "for an hour")
    assert secrets_of_lab(lab) == {
        "CLIENT_ID": True, "CLIENT_SECRET": True, "ACCESS_TOKEN": True, "REFRESH_TOKEN": False,
    }  # fmt: skip


def test_a_token_that_was_given_anew_is_found_by_the_next_process_and_the_doctor_says_where(
    lab: Any, group: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = f"given {group.place()['id']}"
    monkeypatch.setenv("POS_SECRET_LAB_REFRESH_TOKEN", given)
    for _ in range(3):
        assert lab.pos("sync", "--once").status == 0
        group.expire_sessions()
    [line] = [line for line in lab.pos("doctor").out.splitlines() if "lab REFRESH_TOKEN" in line]
    assert "newer than the one it was given" in line
    assert given not in line
    monkeypatch.setenv("POS_SECRET_LAB_REFRESH_TOKEN", "another one")
    [line] = [line for line in lab.pos("doctor").out.splitlines() if "lab REFRESH_TOKEN" in line]
    assert "from the environment" in line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("watch = 7", "watch"),
        ('redirect_uri = "https://shop.example/"', "redirect_uri"),
        ("wach = []", "wach"),
    ],
)
def test_a_wrong_key_is_named_with_its_line(
    make_shop: Any, usual_config: str, sandbox: Sandbox, line: str, words: str
) -> None:
    config = CONFIG.format(url=sandbox.urls["rayteams"]).replace(
        "\n[channel.workflow]", f"{line}\n[channel.workflow]"
    )
    refused = make_shop(usual_config + config).pos("orders")
    assert refused.status == 3
    assert words in refused.err
