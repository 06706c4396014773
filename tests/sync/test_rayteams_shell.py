"""RayTeams from a shell: any operation, and what becomes of tokens that nobody else keeps."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from sync.faults import in_words
from sync.http import trust
from sync.sandbox.control import Control
from sync.sandbox.rayteams_stock import PRODUCT
from sync.sandbox.server import Sandbox
from sync.session import NOT_SHOWN
from sync.shell import main

SECRETS = {
    "POS_SECRET_RAYTEAMS_CLIENT_ID": "id",
    "POS_SECRET_RAYTEAMS_CLIENT_SECRET": "secret",
    "POS_SECRET_RAYTEAMS_ACCESS_TOKEN": "from before",
}
Shell = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def group(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at RayTeams."""
    with Control(sandbox.urls["rayteams"]) as control:
        yield control


@pytest.fixture
def shell(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return what calls an operation: status, its JSON, and what stands on standard error."""

    def call(operation: str, *words: str, **secrets: str) -> tuple[int, Any, str]:
        given = {f"POS_SECRET_RAYTEAMS_{field}": secret for field, secret in secrets.items()}
        environment = {**SECRETS, **given}
        status = main(["rayteams", operation, "--base-url", sandbox.urls["rayteams"], *words], environment)
        said = capsys.readouterr()
        return status, json.loads(said.out) if status == 0 else said.out, said.err

    return call


def test_an_order_is_read_and_moved(shell: Shell, group: Control) -> None:
    order = group.place()
    assert shell("order", "--order-id", order["id"])[1]["memo"] == order["memo"]
    words = ("--order-id", order["id"], "--status", "ewb-4", "--status-name", "Done")
    assert shell("set-status", *words)[1]["statusType"] == "CLOSED"
    [listed] = shell("all_orders")[1]
    assert listed["statusName"] == "Done"
    [listed] = shell("orders_of", "--project-id", order["_id"])[1]
    assert listed["status"] == "ewb-4"


def test_a_products_nodes_are_listed_for_the_shops_workflow(shell: Shell) -> None:
    nodes = shell("nodes", "--product-id", PRODUCT["_id"])[1]
    assert nodes[0] == {"status": "node_1669006551500", "name": "Requested", "type": "NEW"}
    assert len(nodes) == len(PRODUCT["workflow"])


def test_tokens_that_are_given_anew_are_said_since_nobody_else_keeps_them(
    shell: Shell, group: Control
) -> None:
    assert shell("me")[2] == ""
    group.expire_sessions()
    status, _, said = shell("me", REFRESH_TOKEN="once")
    fresh = dict(line.removeprefix("new, to be kept: ").split("=") for line in said.splitlines())
    assert status == 0
    assert fresh.keys() == {"POS_SECRET_RAYTEAMS_ACCESS_TOKEN", "POS_SECRET_RAYTEAMS_REFRESH_TOKEN"}
    kept = {name.removeprefix("POS_SECRET_RAYTEAMS_"): secret for name, secret in fresh.items()}
    assert shell("me", **kept)[0] == 0


def test_a_person_signs_in_from_the_shell(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def visit(url: str) -> bool:
        return httpx2.get(url, follow_redirects=True, trust_env=False, verify=trust()).is_success

    monkeypatch.setattr("webbrowser.open", visit)
    status, given, said = shell("sign_in", "--set", "redirect_uri=http://127.0.0.1:0/back")
    assert status == 0
    assert (given["token_type"], given["refresh_token"]) == ("Bearer", NOT_SHOWN)
    fresh = [line.split("=")[1] for line in said.splitlines() if "REFRESH_TOKEN=" in line]
    assert fresh
    assert not any(token in str(given) for token in fresh)


def test_where_no_browser_opens_the_page_is_named_and_waited_for(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(url: str) -> bool:
        httpx2.get(url, follow_redirects=True, trust_env=False, verify=trust()).raise_for_status()
        return False

    monkeypatch.setattr("webbrowser.open", elsewhere)
    status, given, said = shell("sign_in", "--set", "redirect_uri=http://127.0.0.1:0/back")
    assert (status, given["token_type"]) == (0, "Bearer")
    assert "sign in at http://127.0.0.1" in said


@pytest.mark.parametrize(
    ("secrets", "complaint"),
    [
        ({"ACCESS_TOKEN": "", "CLIENT_ID": ""}, f"Paused: {in_words('no_secrets')}"),
        ({"ACCESS_TOKEN": "wrong"}, f"Paused: {in_words('permission_ended')}"),
        ({}, "Missing: NO_ITEM"),
    ],
)
def test_a_refusal_is_quoted(shell: Shell, secrets: dict[str, str], complaint: str) -> None:
    status, out, err = shell("order", "--order-id", "no-1", **secrets)
    assert (status, out, err) == (4, "", f"{complaint}\n")


def test_the_operations_are_listed_without_a_network() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sync", "rayteams", "--help"], capture_output=True, check=True
    )
    listed = done.stdout.decode()
    assert all(
        f"  {name}" in listed for name in ("order --order-id", "set_status", "nodes", "sign_in", "renew")
    )
