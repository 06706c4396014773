"""What a person may see of a call: how it went, and nothing of what was said."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from sync.calls import GIVEN_UP, SAID_NO, Call, shown
from sync.errors import ChannelError
from sync.http import Api
from sync.verdicts import Verdict

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CANARY = "canary"


async def seen(answer: Any, method: str = "GET", path: str = "/orders/7", **how: Any) -> Call:
    """Return what is told of one call."""
    said = {name: how.pop(name) for name in ("params", "body", "form", "headers") if name in how}
    calls: list[Call] = []
    transport = httpx2.MockTransport(lambda _: answer)
    api = Api("https://there.example/v1", clock=lambda: NOW, transport=transport, observe=calls.append, **how)
    with suppress(ChannelError):
        await api.call(method, path, **said)
    await api.close()
    [call] = calls
    return call


async def test_a_call_that_went_well_is_told_with_its_sizes_and_no_word_of_it() -> None:
    answer = httpx2.Response(201, json={"name": CANARY})
    call = await seen(answer, "POST", body={"phone": CANARY}, headers={"Authorization": CANARY})
    assert (call.at, call.method, call.path, call.status, call.error) == (NOW, "POST", "/orders/7", 201, "")
    assert (call.sent, call.got) == (18, 17)
    assert CANARY not in repr(call)


@pytest.mark.parametrize(
    ("path", "params", "expected"),
    [
        ("/orders", None, "/orders"),
        ("/orders", {"$limit": 50, "customer.name": CANARY}, "/orders?$limit&customer.name"),
        ("/orders?code=canary&x=1", {}, "/orders?code&x"),
        ("/orders", {'{"name":"canary"}': ""}, "/orders?…"),
        ("/orders?{%22name%22:%22canary%22}", None, "/orders?…"),
    ],
)
def test_of_a_query_only_plain_names_are_shown(path: str, params: Any, expected: str) -> None:
    assert shown(path, params) == expected


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx2.Response(400, json={"message": CANARY}), f"{SAID_NO}: 400"),
        (httpx2.Response(400, text=f"no_order: {CANARY}"), f"{SAID_NO}: 400"),
        (httpx2.Response(400), "answered: 400"),
        (httpx2.Response(302, headers={"Location": CANARY}), "redirect: 302"),
        (httpx2.Response(200, text=f"<html>{CANARY}"), "web_page"),
        (httpx2.Response(429), "quiet"),
    ],
)
async def test_a_services_own_words_are_not_kept(answer: httpx2.Response, error: str) -> None:
    call = await seen(answer)
    assert (call.status, call.error) == (answer.status_code, error)


async def test_nor_are_those_of_a_refusal_inside_a_200() -> None:
    def judge(_: Any) -> Verdict:
        return Verdict(ChannelError, f"quiet: {CANARY}")

    assert (await seen(httpx2.Response(200, json={}), judge=judge)).error == f"{SAID_NO}: 200"


async def test_a_call_that_is_broken_off_is_told_too() -> None:
    began, calls = asyncio.Event(), list[Call]()

    async def never(_: httpx2.Request) -> httpx2.Response:
        began.set()
        return await asyncio.Event().wait()  # type: ignore[return-value]  # it never comes back

    api = Api(
        "https://a.example", clock=lambda: NOW, transport=httpx2.MockTransport(never), observe=calls.append
    )
    task = asyncio.create_task(api.call("GET", "/orders"))
    await began.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await api.close()
    assert [(call.status, call.error) for call in calls] == [(0, GIVEN_UP)]


async def test_what_may_not_be_sent_is_no_call() -> None:
    calls: list[Call] = []
    api = Api("http://there.example", clock=lambda: NOW, observe=calls.append)
    with pytest.raises(ChannelError, match="plain_http"):
        await api.call("GET", "/orders")
    await api.close()
    assert calls == []
