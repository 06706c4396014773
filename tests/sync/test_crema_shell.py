"""Any operation of CREMA, called from a shell."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox
from sync.shell import main

SECRETS = {"POS_SECRET_CREMA_CLIENT_ID": "i", "POS_SECRET_CREMA_CLIENT_SECRET": "s"}
Shell = Callable[..., tuple[int, Any]]


@pytest.fixture
def shell(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return what calls an operation at the sandbox: status, and its JSON or what it complains of."""

    def call(operation: str, *words: str) -> tuple[int, Any]:
        status = main(["crema", operation, "--base-url", sandbox.urls["crema"], *words], SECRETS)
        said = capsys.readouterr()
        return status, json.loads(said.out) if status == 0 else said.err

    return call


@pytest.fixture
def line(shell: Shell) -> tuple[str, ...]:
    """Return the address of a line that was made from a shell."""
    shell("save_order", "--code", "A", "--total-price", "45800", "--user-code", "u1")
    said = ("--product-code", "P1", "--price", "45800", "--product-options", "size:160,color:white")
    status, made = shell("save_sub_order", "--order-code", "A", "--code", "L1", *said)
    assert (status, made["price"]) == (0, {"cents": 45800, "currency_iso": "KRW"})
    return ("--order-code", "A", "--id", str(made["id"]))


def test_a_line_is_made_read_changed_and_deleted(shell: Shell, line: tuple[str, ...]) -> None:
    there = shell("sub_order", *line)[1]
    assert (there["code"], there["product_options"]) == ("L1", {"size": "160", "color": "white"})
    change = ("--status", "delivery_started", "--delivery-started-at", "2026-03-01T12:00:00+00:00")
    assert shell("change-sub-order", *line, *change) == (0, None)
    assert shell("sub_order", "--order-code", "A", "--code", "L1")[1]["status"] == "delivery_started"
    assert shell("change_sub_order", *line, "--clear", "delivery_started_at") == (0, None)
    assert shell("sub_order", *line)[1]["delivery_started_at"] is None
    assert shell("delete_sub_order", *line) == (0, None)
    assert shell("order_pages") == (0, [])


@pytest.mark.usefixtures("line")
def test_lists_are_asked_for_with_their_filters(shell: Shell, sandbox: Sandbox) -> None:
    with Control(sandbox.urls["crema"]) as account:
        account.place(code="B", username="su1", paid_at="2014-06-05T01:27:19.000+09:00")
        account.move("B", "unpaid")
    words = ("--paid-on", "2014-06-05", "--usernames", "su1,su2")
    assert [row["code"] for row in shell("orders", *words)[1]] == ["B"]
    assert [row["code"] for row in shell("sub_order_pages", "--order-code", "A")[1]] == ["L1"]
    assert [row["order_code"] for row in shell("unpaid_order_pages")[1]] == ["B"]


@pytest.mark.parametrize(
    ("words", "status", "complaint"),
    [
        (("orders", "--paid-on", "yesterday"), 2, "“yesterday” is no day"),
        (("orders", "--limit", "101"), 4, "not know that word: limit (not_allowed)"),
        (("sub_order", "--order-code", "A"), 4, "wants to know: id, code (incomplete)"),
        (("sub_order", "--order-code", "A", "--code", "nobody"), 4, "Missing"),
        (("orders", "--set", "token_in=cookie"), 2, "token_in"),
        (("save_order",), 2, "needs --code"),
    ],
)
def test_what_cannot_be_is_said_in_plain_words(
    shell: Shell, words: tuple[str, ...], status: int, complaint: str
) -> None:
    answered, complained = shell(*words)
    assert answered == status
    assert complaint in complained
