"""Each service has a page on which guests act, that only this machine sees and that trusts no text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from sync.http import trust
from sync.sandbox.board import DISHES
from sync.sandbox.control import Control
from sync.sandbox.server import Sandbox

HOSTILE = '</script><img src=x onerror="alert(1)">\u202e\x07'

#: What a guest or a clerk can do with a fresh order, and what the page then shows of it.
MOVES = [
    ("fankahui", "check in", "executed"),
    ("fankahui", "pay", "weixin paid"),
    ("fankahui", "cancel", "canceled"),
    ("imweb", "pay", "PAY_COMPLETE"),
    ("imweb", "cancel", "CANCEL"),
    ("rayteams", "→ Confirmed", "Confirmed · INPROGRESS"),
    ("impilo", "→ shipped", "shipped"),
    ("crema", "unpaid", "paid"),
]


class Page:
    """What a browser does with a service's page."""

    def __init__(self, url: str) -> None:
        self.browser = httpx2.Client(base_url=url, trust_env=False, verify=trust(), headers={"Origin": url})

    def board(self) -> dict[str, Any]:
        """Return what the page shows."""
        board: dict[str, Any] = self.browser.get("/_sandbox/board").raise_for_status().json()
        return board

    def order(self, **said: Any) -> dict[str, Any]:
        """Choose one of each dish, order, and return the newest row."""
        chosen = {"dishes": [1] * 9, **said}
        document = self.browser.post("/_sandbox/board/wanted", json=chosen).raise_for_status().json()
        self.browser.post("/_sandbox/orders", json=document).raise_for_status()
        newest: dict[str, Any] = self.board()["orders"][0]
        return newest

    def press(self, row: dict[str, Any], label: str) -> None:
        """Press the button with this label."""
        [(move, facts)] = [(move, facts) for move, shown, facts in row["moves"] if shown == label]
        self.browser.post(f"/_sandbox/orders/{row['id']}/{move}", json=facts).raise_for_status()


@pytest.fixture
def page_of(sandbox: Sandbox) -> Iterator[Any]:
    """Return the page of a kind."""
    opened: list[Page] = []

    def open_page(kind: str) -> Page:
        opened.append(Page(sandbox.urls[kind]))
        return opened[-1]

    yield open_page
    for page in opened:
        page.browser.close()


def test_a_page_needs_nothing_but_itself(sandbox: Sandbox, kind: str) -> None:
    answer = httpx2.get(sandbox.pages[kind], trust_env=False, verify=trust())
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert re.findall(r"(?:src|href|url)\s*[=(]|https?:|@import", answer.text) == []
    policy = answer.headers["content-security-policy"]
    for tag in ("script", "style"):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_whatever_is_chosen_is_ordered_and_shown(page_of: Any, kind: str) -> None:
    page = page_of(kind)
    row = page.order(guest="张三")
    assert "张三" in row["guest"]
    assert row["status"]
    assert (row["sum"] != "") == (kind != "impilo")
    several = 1 if kind == "rayteams" else len(DISHES[kind])
    assert len(row["lines"]) == several
    for (name, _), shown in zip(DISHES[kind], row["lines"], strict=False):
        assert shown.startswith(f"1 × {name}")


def test_nothing_chosen_is_nothing_ordered(page_of: Any, kind: str) -> None:
    page = page_of(kind)
    for said in ({"dishes": []}, {"dishes": [0, -1, "2", 100]}, {}, {"dishes": [0] * 20 + [1]}):
        answer = page.browser.post("/_sandbox/board/wanted", json=said)
        assert (answer.status_code, answer.json()["message"]) == (400, "choose something")
    assert page.board()["orders"] == []


@pytest.mark.parametrize(("kind", "move", "shown"), MOVES)
def test_a_button_does_what_the_guest_would(page_of: Any, kind: str, move: str, shown: str) -> None:
    page = page_of(kind)
    page.press(page.order(type="unpaid" if kind == "imweb" else ""), move)
    [row] = page.board()["orders"]
    assert shown in (row["status"], row["payment"])


def test_what_was_told_there_can_be_deleted_line_by_line_and_whole(page_of: Any) -> None:
    page = page_of("crema")
    page.press(page.order(), "delete dish-jjigae")
    [row] = page.board()["orders"]
    assert [line.split()[2] for line in row["lines"]] == ["dish-bibimbap", "drink-sikhye"]
    page.press(row, "delete")
    assert page.board()["orders"] == []


def test_a_return_can_be_asked_for_once_it_is_on_its_way(page_of: Any, sandbox: Sandbox) -> None:
    with Control(sandbox.urls["imweb"]) as guests:
        guests.place(prod_orders=[{"status": "DELIVERING", "parcel_code": "CJ", "invoice_no": "12"}])
    page = page_of("imweb")
    [row] = page.board()["orders"]
    assert "waybill CJ 12" in row["lines"]
    page.press(row, "return")
    assert page.board()["orders"][0]["status"] == "DELIVERING + RETURN_REQUEST"


def test_the_page_shows_what_the_counter_told_and_whether_it_heard_the_answer(
    page_of: Any, sandbox: Sandbox
) -> None:
    page = page_of("fankahui")
    order = page.order(guest="张三")
    with httpx2.Client(base_url=sandbox.urls["fankahui"], trust_env=False, verify=trust()) as shop:
        shop.post("/users/login", json={"username": "a", "password": "a secret"}).raise_for_status()
        page.browser.post("/_sandbox/faults", json={"kind": "drop"}).raise_for_status()
        with pytest.raises(httpx2.TransportError):
            shop.put(f"/orders/{order['id']}", json={"status": "accepted"})
        shop.put(f"/orders/{order['id']}", json={"status": "executed"}).raise_for_status()
    board = page.board()
    told = [(call["call"], call["said"], call["answer"]) for call in board["orders"][0]["told"]]
    path = f"PUT /orders/{order['id']}"
    assert told == [(path, "status: accepted", "200, never heard"), (path, "status: executed", "200")]
    assert "a secret" not in str(board)


def test_a_fault_is_switched_on_and_off_alone(page_of: Any, kind: str) -> None:
    page = page_of(kind)
    for fault in ("slow", "down"):
        page.browser.post("/_sandbox/faults", json={"kind": fault, "times": None}).raise_for_status()
    page.browser.delete("/_sandbox/faults", params={"kind": "slow"}).raise_for_status()
    assert [fault["kind"] for fault in page.board()["faults"]] == ["down"]


def test_a_guests_text_is_never_part_of_the_page(page_of: Any, kind: str) -> None:
    page = page_of(kind)
    row = page.order(guest=HOSTILE, table=HOSTILE)
    assert row["guest"].strip() == HOSTILE
    html = page.browser.get("/_sandbox/")
    assert "onerror" not in html.text
    assert html.headers["x-content-type-options"] == "nosniff"
    # It comes as data, and the script has no means to make markup of data.
    assert page.browser.get("/_sandbox/board").headers["content-type"] == "application/json"
    assert re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function\(", html.text) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "[broken"},
        {"Host": ""},
    ],
)
def test_another_web_page_is_not_let_in(page_of: Any, kind: str, headers: dict[str, str]) -> None:
    page = page_of(kind)
    answers = [
        page.browser.get("/_sandbox/state", headers=headers),
        page.browser.post("/_sandbox/orders", json={}, headers=headers),
        page.browser.post("/_sandbox/faults", json={"kind": "down"}, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert (page.board()["orders"], page.board()["faults"]) == ([], [])


def test_the_page_is_reached_by_the_machines_name_too(sandbox: Sandbox, kind: str) -> None:
    host = sandbox.urls[kind].removeprefix("http://").replace("127.0.0.1", "localhost")
    headers = {"Host": host, "Origin": f"http://{host}"}
    assert httpx2.get(sandbox.pages[kind], trust_env=False, verify=trust(), headers=headers).is_success
