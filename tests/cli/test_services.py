"""A web shop from the shell: what leaves, what comes back, and what its service says of each part."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

CONFIG = """
[[channel]]
name = "web"
kind = "imweb"
base_url = "{url}"
lists_per_second = 100
calls_per_second = 100
"""
ITEMS = [
    {"items": [{"prod_name": name, "payment": {"count": 1, "price": 9000}}]} for name in ("김치", "만두")
]
BACK = ("--reason", "파손", "--reason-code", "BROKEN", "--collect")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """Serve the services, without their limits: each command here is a process of its own to them."""
    with Sandbox(patient=True) as served:
        yield served


@pytest.fixture
def shoppers(sandbox: Sandbox) -> Iterator[Control]:
    """Return the guests' side of imweb."""
    with Control(sandbox.urls["imweb"]) as control:
        yield control


@pytest.fixture
def web(
    make_shop: Callable[[str], Any],
    usual_config: str,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    hurry: pytest.MonkeyPatch,  # noqa: ARG001 - each command would be called a second late
) -> Any:
    """Return a shop with a web shop beside its usual channel."""
    for field in ("KEY", "SECRET"):
        monkeypatch.setenv(f"POS_SECRET_WEB_{field}", "practice")
    return make_shop(usual_config + CONFIG.format(url=sandbox.urls["imweb"]))


def round_of(web: Any) -> dict[str, Any]:
    """Tell and fetch once; return what the round says of the web shop."""
    [report] = [each for each in web.pos("sync", "--json").json["channels"] if each["name"] == "web"]
    return dict(report)


def ordered(web: Any, shoppers: Control, **order: Any) -> dict[str, Any]:
    """Let a guest order two things and have them accepted; return the order there."""
    there = shoppers.place(prod_orders=ITEMS, **order)
    round_of(web)
    assert web.pos("accept", "1").status == 0
    return there


def there(shoppers: Control, field: str = "status") -> list[Any]:
    """Return a field of every product-order there."""
    return [part[field] for order in shoppers.state()["orders"] for part in order["prod_orders"].values()]


def shown(web: Any) -> dict[str, Any]:
    """Return the order as it is here."""
    return dict(web.pos("show", "1", "--json").json)


def letters(web: Any) -> list[tuple[str, str]]:
    """Return verb and state of each letter."""
    return [(letter["verb"], letter["state"]) for letter in shown(web)["letters"]]


def test_an_order_of_a_web_shop_goes_all_its_way_and_partly_back(
    web: Any, shoppers: Control, fits: Callable[[Any, str], bool]
) -> None:
    order = ordered(web, shoppers)
    _kimchi, dumplings = order["prod_orders"]
    left = web.pos("dispatch", "1", "--carrier", "cj", "--tracking", "4455", "--json")
    assert left.status == 0
    assert fits(left.json[0], "move")
    round_of(web)
    assert (there(shoppers), there(shoppers, "invoice_no")) == (["DELIVERING"] * 2, ["4455"] * 2)
    handed = web.pos("hand-over", "1")
    assert (handed.status, handed.out) == (0, "Order 001: paid\n")
    assert web.pos("hand-over", "1").out == "Order 001 was already so: paid\n"
    round_of(web)
    assert (there(shoppers), shown(web)["status"]) == (["COMPLETE"] * 2, "paid")
    shoppers.move(order["id"], "hold", part=dumplings, words="수거 불가 지역")
    assert web.pos("return", "1", *BACK).status == 0
    assert round_of(web)["failed"] == 1
    assert there(shoppers, "claim_type") == ["RETURN", ""]
    failed = shown(web)["letters"][-1]
    assert (failed["verb"], failed["state"], failed["error"], failed["about"]) == (
        "return", "failed", "수거 불가 지역", ["만두"],
    )  # fmt: skip
    shoppers.move(order["id"], "hold", part=dumplings, words="")
    assert web.pos("outbox", "retry", failed["id"]).status == 0
    round_of(web)
    assert there(shoppers, "claim_type") == ["RETURN", "RETURN"]
    assert [letter for letter in letters(web) if letter[1] != "told"] == []


def test_what_was_told_before_the_power_went_is_not_done_twice(web: Any, shoppers: Control) -> None:
    ordered(web, shoppers)
    web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "4455")
    shoppers.fault("drop", method="PATCH", path="/v2/shop/orders/")
    round_of(web)
    again = web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "4455")
    assert (again.status, again.out) == (0, "Order 001 was already so: in the kitchen\n")
    round_of(web)
    assert (there(shoppers), letters(web)[-1]) == (["DELIVERING"] * 2, ("dispatch", "told"))


def test_one_line_leaves_alone_by_its_name_its_place_or_its_id(web: Any, shoppers: Control) -> None:
    ordered(web, shoppers)
    for item, number in (("만두", "1"), ("1", "2")):
        assert web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", number, "--line", item).status == 0
    assert [letter["about"] for letter in shown(web)["letters"][-2:]] == [["만두"], ["김치"]]
    round_of(web)
    assert there(shoppers, "invoice_no") == ["2", "1"]
    by_id = shown(web)["items"][0]["id"]
    again = web.pos("dispatch", "1", "--carrier", "CJ", "--tracking", "2", "--line", by_id)
    assert "already" in again.out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("dispatch", "1", "--carrier", "CJ"), "tracking number"),
        (("dispatch", "1", "--carrier", "SNAIL", "--tracking", "1"), "SNAIL"),
        (("dispatch", "1", "--line", "떡"), "떡"),
        (("return", "1", "--reason", "x", "--collect"), "reason (one of the list)"),
        (
            ("return", "1", "--reason", "x", "--reason-code", "WRONG_ORDER", "--collect"),
            "how the return is paid",
        ),
        (("exchange", "1", "--reason", "x", "--reason-code", "BROKEN"), "carrier, tracking number"),
        (("claim", "1", "return", "resend"), "return_done"),
        (("claim", "1", "exchange", "withhold", "--say", "reason_code=MOOD"), "EXCHANGE_HOLDBACK"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_before_anything_is_told(
    web: Any, shoppers: Control, command: tuple[str, ...], said: str
) -> None:
    ordered(web, shoppers)
    before = letters(web)
    answer = web.pos(*command, "--json")
    assert (answer.status, answer.json[0]["ok"]) == (1, False)
    assert said in answer.json[0]["message"] == answer.err.strip()
    assert letters(web) == before


def test_a_claim_is_answered_with_amounts_by_line(web: Any, shoppers: Control) -> None:
    order = ordered(web, shoppers)
    web.pos("dispatch", "1")
    round_of(web)
    shoppers.move(order["id"], "exchange")
    round_of(web)
    assert web.pos("claim", "1", "exchange", "accept", "--say", "etc_price=만두:3000").status == 0
    round_of(web)
    assert letters(web)[-1] == ("claim", "told")
    assert set(there(shoppers, "claim_status")) <= {"EXCHANGE_COLLECTING", "EXCHANGE_COLLECTIN"}


@pytest.mark.parametrize("say", ["reason", "=x", "reason="])
def test_what_is_no_field_and_value_is_a_matter_of_usage(web: Any, say: str) -> None:
    assert web.pos("claim", "1", "return", "reject", "--say", say).status == 2


def test_what_a_channel_has_not_is_refused_and_a_dispatch_is_kept_here(web: Any, sandbox: Sandbox) -> None:
    with Control(sandbox.urls["fankahui"]) as guests:
        guests.place(type="deliver")
    round_of(web)
    web.pos("accept", "1")
    for command in (("return", "1", *BACK), ("exchange", "1", *BACK), ("claim", "1", "return", "accept")):
        refused = web.pos(*command)
        assert (refused.status, "knows no such thing" in refused.err) == (1, True)
    assert web.pos("dispatch", "1", "--tracking", "77").status == 0
    order = shown(web)
    assert (order["tracking"], order["carrier"], order["dispatched_at"] is not None) == ("77", "", True)
    assert (order["letters"][-1]["state"], order["letters"][-1]["error"]) == ("dropped", "cannot_be_told")
    assert "Dispatched" in web.pos("show", "1").out


def test_an_amendment_that_the_web_shop_cannot_hear_of_says_so(
    web: Any, shoppers: Control, tmp_path: Path
) -> None:
    ordered(web, shoppers)
    file = tmp_path / "amend.json"
    file.write_text(json.dumps({"items": shown(web)["items"][:1], "memo": "문 앞"}), encoding="utf-8")
    amended = web.pos("amend", "1", file, "--json")
    assert (amended.status, amended.json[0]["ok"]) == (0, True)
    assert [item["name"] for item in shown(web)["items"]] == ["김치"]
    assert letters(web)[-2:] == [("amend", "dropped"), ("note", "dropped")]
    assert shown(web)["channel_knows"] in ("no", "waiting")


def test_handing_over_dispatches_what_its_channel_wants_to_hear_of(web: Any, shoppers: Control) -> None:
    ordered(web, shoppers)
    assert web.pos("hand-over", "1", "--carrier", "CJ", "--tracking", "4455").status == 0
    round_of(web)
    assert (there(shoppers), there(shoppers, "invoice_no")) == (["COMPLETE"] * 2, ["4455"] * 2)
    assert "CJ 4455" in web.pos("show", "1").out


def test_what_is_not_paid_is_not_handed_over(web: Any, shoppers: Control) -> None:
    shoppers.place(prod_orders=[{"status": "PAY_WAIT", "pay_time": 0}])
    round_of(web)
    web.pos("accept", "1")
    refused = web.pos("hand-over", "1", "--carrier", "CJ", "--tracking", "4455")
    assert (refused.status, shown(web)["tracking"]) == (1, "")
    assert refused.err == "The payments do not cover the total yet.\n"
