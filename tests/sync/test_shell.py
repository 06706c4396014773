"""Any operation of any service, called from a shell."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from sync.channels import KINDS
from sync.operations import operations
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox
from sync.shell import main

Shell = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def shell(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Return what calls an operation of a kind at the sandbox: status, its JSON, and what it complains of."""

    def call(kind: str, operation: str, *words: str, secret: str = "s") -> tuple[int, Any, str]:
        environment = {f"POS_SECRET_{kind.upper()}_{field}": secret for field in KINDS[kind].secret_fields()}
        status = main([kind, operation, "--base-url", sandbox.urls[kind], *words], environment)
        said = capsys.readouterr()
        return status, json.loads(said.out) if status == 0 else said.out, said.err

    return call


@pytest.fixture
def shoppers(sandbox: Sandbox) -> Any:
    """Return the guests' side of imweb."""
    with Control(sandbox.urls["imweb"]) as control:
        yield control


def test_an_order_is_read_and_acted_on(shell: Shell, shoppers: Control) -> None:
    number = shoppers.place()["id"]
    assert shell("imweb", "order", "--order-no", number)[1]["order_no"] == number
    status, answer, _ = shell("imweb", "place", f"--order-no={number}")
    assert (status, answer) == (0, {"success": [number], "failed": []})
    [part] = shell("imweb", "prod-orders", "--order-no", number)[1]
    assert part["status"] == "STANDBY"


def test_a_list_is_asked_for_with_its_filters(shell: Shell, shoppers: Control) -> None:
    number = shoppers.place()["id"]
    shoppers.place(prod_orders=[{"status": "COMPLETE"}])
    for operation in ("orders", "pages"):
        rows = shell("imweb", operation, "--status", "PAY_COMPLETE", "--ordered-from", "2020-01-01")[1]
        assert [row["order_no"] for row in rows] == [number]
    assert list(shell("imweb", "prod_orders_of", "--order-nos", number)[1]) == [number]


def test_a_setting_and_a_truth_can_be_given(shell: Shell, shoppers: Control) -> None:
    number = shoppers.place(prod_orders=[{"status": "COMPLETE"}])["id"]
    words = ("--order-no", number, "--reason-code", "BROKEN", "--collect", "true")
    status, answer, _ = shell("imweb", "return_order", *words, "--set", "auth_method=POST")
    assert (status, answer["success"]) == (0, [number])


def test_fankahui_is_called_the_same_way(shell: Shell, guests: Control) -> None:
    order = guests.place()
    found = shell("fankahui", "pages", "--status", "placed,accepted", "--newest-first", "true")[1]
    assert [document["id"] for document in found] == [order["id"]]
    changed = shell("fankahui", "change", "--order-id", order["id"], "--fields", '{"status": "accepted"}')[1]
    assert changed["status"] == "accepted"
    assert shell("fankahui", "count")[1] == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "needs --order-no"),
        (("--order-no",), "--order-no has no value"),
        (("--order-no", "1", "--weather", "rain"), "takes no --weather"),
        (("7",), "“7” is no argument"),
        (("--order-no", "1", "--set", "page_size=0"), "page_size"),
        (("--order-no", "1", "--set", "weather=1"), "weather"),
    ],
)
def test_a_wrong_argument_is_said_in_plain_words(
    shell: Shell, words: tuple[str, ...], complaint: str
) -> None:
    status, out, err = shell("imweb", "order", *words)
    assert (status, out) == (2, "")
    assert complaint in err


@pytest.mark.parametrize(
    ("operation", "words", "complaint"),
    [
        ("orders", ("--page", "one"), "“one” is no whole number"),
        ("orders", ("--claim-type", "BOILED"), "“BOILED” is none of CANCEL"),
        ("orders", ("--ordered-from", "noon"), "“noon” is no time"),
        ("return_order", ("--order-no", "1", "--reason-code", "x", "--collect", "maybe"), "true or false"),
        (
            "answer_claim",
            ("--order-no", "1", "--claim", "cancel", "--action", "x", "--etc", "{"),
            "is no JSON",
        ),
    ],
)
def test_a_value_that_cannot_be_read_is_not_sent(
    shell: Shell, shoppers: Control, operation: str, words: tuple[str, ...], complaint: str
) -> None:
    status, _, err = shell("imweb", operation, *words)
    assert status == 2
    assert complaint in err
    assert shoppers.state()["sign_ins"] == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("impilo create --site 7 --return-devices [9]", "--return-devices: [0]"),
        ("impilo create --site 7 --items [31]", "--items"),
        ('impilo create --site 7 --items {"31":"many"}', "--items: [31]"),
        ("impilo create_as_it_is --order []", "--order"),
        ("impilo orders --filters []", "--filters"),
        ("fankahui change --order-id 1 --fields []", "--fields"),
        ('fankahui change --order-id 1 --fields {"fee":NaN}', "it is no JSON"),
        ("fankahui pages --any-of [1]", "--any-of: [0]"),
        ("crema orders --usernames [1]", "--usernames: [0]"),
        ("crema save_sub_order --order-code 1 --code 2 --product-code 3 --price NaN", "“NaN” is no amount"),
        ("crema save_sub_order --order-code 1 --code 2 --product-code 3 --price 1e999", "is no amount"),
        ("crema save_sub_order --order-code 1 --code 2 --product-code 3 --price dear", "is no amount"),
    ],
)
def test_a_value_of_another_shape_is_not_sent(shell: Shell, words: str, complaint: str) -> None:
    kind, operation, *rest = words.split()
    status, out, err = shell(kind, operation, *rest)
    assert (status, out) == (2, "")
    assert complaint in err


def test_what_is_refused_here_is_said_in_a_sentence(shell: Shell) -> None:
    words = ("--patient", "1", "--return-devices", '["35"]', "--shipping-option", "")
    status, _, err = shell("impilo", "create", *words)
    assert (status, err.strip()) == (
        4,
        "Refused: something comes back: say how its label is shipped, or have it sent by e-mail"
        " (shipping_needed)",
    )


#: Every operation of which a path holds an id, and how that is given.
WITHOUT_AN_ID = [
    ("fankahui", "order", ("--order-id",)),
    ("fankahui", "change", ("--fields={}", "--order-id")),
    ("fankahui", "record", ("--collection=deals", "--record-id")),
    ("imweb", "order", ("--order-no",)),
    ("imweb", "prod_orders", ("--order-no",)),
    ("imweb", "place", ("--order-no",)),
    ("rayteams", "order", ("--order-id",)),
    ("rayteams", "orders_of", ("--project-id",)),
    ("impilo", "order", ("--order-id",)),
    ("impilo", "change_patient", ("--patient={}", "--patient-id")),
    ("impilo", "device", ("--device-id",)),
]


@pytest.mark.parametrize("none", ["", " ", ".", ".."])
@pytest.mark.parametrize(("kind", "operation", "words"), WITHOUT_AN_ID)
def test_an_id_that_is_none_is_refused_before_anything_is_asked_there(
    shell: Shell, sandbox: Sandbox, kind: str, operation: str, words: tuple[str, ...], none: str
) -> None:
    status, _, err = shell(kind, operation, *words[:-1], f"{words[-1]}={none}")
    assert (status, err.partition(":")[0]) == (4, "Refused")
    with Control(sandbox.urls[kind]) as control:
        assert control.state().get("sign_ins", 0) == 0


@pytest.mark.parametrize(
    ("secret", "complaint"), [("wrong", "wrong_secrets"), ("", "no_secrets"), ("s", "Missing")]
)
def test_a_service_that_says_no_is_quoted(shell: Shell, secret: str, complaint: str) -> None:
    status, out, err = shell("imweb", "order", "--order-no", "0", secret=secret)
    assert (status, out) == (4, "")
    assert complaint in err


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 2),
        (["--help"], 0),
        (["tea"], 2),
        (["imweb"], 2),
        (["imweb", "--help"], 0),
        (["imweb", "boil"], 2),
    ],
)
def test_help_lists_what_there_is(capsys: pytest.CaptureFixture[str], words: list[str], status: int) -> None:
    assert main(words, {}) == status
    said = capsys.readouterr()
    assert "imweb" in said.out + said.err


def test_every_operation_of_a_kind_has_words_and_a_help_of_its_own(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    known = operations(import_module(f"sync.channels.{kind}").Client)
    assert main([kind, "--help"], {}) == 0
    listed = capsys.readouterr().out
    for name, operation in known.items():
        assert operation.words
        assert f"  {name}" in listed
        assert main([kind, name, "--help"], {}) == 0


def test_it_is_called_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "sync", "imweb", "--help"], capture_output=True, check=True)
    assert b"enter_invoice" in done.stdout
