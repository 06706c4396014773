"""What follows from each answer, and what is never sent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from sync import errors
from sync.http import Api, Timeouts, trust
from sync.verdicts import quiet_for

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
Opener = Callable[..., Api]


@pytest.fixture
async def api() -> AsyncIterator[Opener]:
    """Return what makes an API whose network is a function."""
    opened: list[Api] = []

    def make(answer: Any, base_url: str = "https://there.example", **settings: Any) -> Api:
        transport = None if answer is None else httpx2.MockTransport(_answering(answer))
        opened.append(Api(base_url, clock=lambda: NOW, transport=transport, **settings))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


def _answering(answer: Any) -> Any:
    def handle(request: httpx2.Request) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    return handle


def says(status: int, **answer: Any) -> httpx2.Response:
    """Return an answer."""
    return httpx2.Response(status, **answer)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, errors.Paused),
        (307, errors.Paused),
        (400, errors.Refused),
        (401, errors.SignInAgain),
        (403, errors.Paused),
        (404, errors.Missing),
        (405, errors.Refused),
        (408, errors.OutcomeUnknown),
        (409, errors.Conflict),
        (410, errors.Missing),
        (412, errors.Conflict),
        (422, errors.Refused),
        (425, errors.OutcomeUnknown),
        (429, errors.Throttled),
        (500, errors.OutcomeUnknown),
        (502, errors.OutcomeUnknown),
        (599, errors.OutcomeUnknown),
    ],
)
async def test_a_write_is_answered_by_what_follows_from_it(api: Opener, status: int, error: type) -> None:
    with pytest.raises(error) as caught:
        await api(says(status, json={})).call("PUT", "/orders/1", body={})
    assert caught.type is error


@pytest.mark.parametrize("status", [408, 425, 500, 503])
async def test_asking_again_is_harmless_where_nothing_was_told(api: Opener, status: int) -> None:
    with pytest.raises(errors.TryLater):
        await api(says(status)).call("GET", "/orders")


@pytest.mark.parametrize(("method", "error"), [("GET", errors.TryLater), ("POST", errors.OutcomeUnknown)])
@pytest.mark.parametrize(
    "answer",
    [
        says(200, text="<html>hello</html>"),
        says(200, content=b"\xff\xfe{"),
        says(200, content=b"[" * 100_000),
        httpx2.ReadTimeout("read"),
        httpx2.WriteError("reset"),
        httpx2.RemoteProtocolError("closed"),
    ],
)
async def test_what_cannot_be_read_is_unknown(api: Opener, method: str, error: type, answer: Any) -> None:
    with pytest.raises(error):
        await api(answer).call(method, "/orders")


@pytest.mark.parametrize(("method", "error"), [("GET", errors.TryLater), ("PUT", errors.OutcomeUnknown)])
@pytest.mark.parametrize("status", [400, 404, 409, 410, 422, 500])
async def test_a_page_for_people_is_no_service_that_says_no(
    api: Opener, status: int, method: str, error: type
) -> None:
    page = says(status, text="<!DOCTYPE html><html><h1>Not Found</h1></html>")
    with pytest.raises(error) as caught:
        await api(page).call(method, "/orders/1")
    assert (caught.type, status == 500 or str(caught.value) == "web_page") == (error, True)


async def test_an_answer_with_nothing_in_it_does_not_say_that_there_is_nothing(api: Opener) -> None:
    with pytest.raises(errors.TryLater, match="unreadable_answer"):
        await api(says(200, text=" ")).call("GET", "/orders")
    assert (await api(says(204)).call("GET", "/orders")).data is None
    assert (await api(says(200)).call("PUT", "/orders/1", body={})).data is None


async def test_a_service_that_is_down_says_for_how_long(api: Opener) -> None:
    down = says(503, headers={"Retry-After": "120"})
    with pytest.raises(errors.Throttled) as caught:
        await api(down).call("GET", "/orders")
    with pytest.raises(errors.OutcomeUnknown) as told:
        await api(down).call("PUT", "/orders/1", body={})
    assert isinstance(told.value.besides, errors.Throttled)
    assert caught.value.until == told.value.besides.until == NOW + timedelta(seconds=120)


@pytest.mark.parametrize(
    "failure", [httpx2.ConnectError("no"), httpx2.ConnectTimeout("no"), httpx2.PoolTimeout("")]
)
async def test_what_was_never_sent_may_be_sent_again(api: Opener, failure: Exception) -> None:
    with pytest.raises(errors.TryLater):
        await api(failure).call("POST", "/orders", body={})


async def test_a_closed_port_is_no_connection(api: Opener) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(errors.TryLater, match="no_connection"):
            await api(None, url).call("POST", "/orders", body={})


async def test_a_broken_line_is_told_in_a_word(api: Opener) -> None:
    with pytest.raises(errors.OutcomeUnknown, match="connection_broke"):
        await api(httpx2.ReadError("errno 104")).call("PUT", "/orders/1")


async def test_an_answer_that_never_ends_is_given_up(api: Opener) -> None:
    with pytest.raises(errors.OutcomeUnknown, match="too_large: 1000"):
        await api(says(200, content=b" " * 2000), max_bytes=1000).call("PUT", "/orders/1")


async def test_a_service_that_never_answers_is_given_up(api: Opener) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(errors.OutcomeUnknown):
            await api(None, url, timeouts=Timeouts(read=0.05)).call("PUT", "/orders/1")


async def test_a_redirect_takes_no_secret_elsewhere(api: Opener) -> None:
    asked: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return says(302, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(errors.Paused, match="redirect: 302"):
        await api(handle).call("GET", "/orders", headers={"Cookie": "sid=1"})
    assert asked == ["there.example"]


@pytest.mark.parametrize(
    "url", ["http://service.example:2403", "http://10.0.0.7", "http://localhost.example"]
)
async def test_plain_http_to_another_machine_is_refused_before_anything_is_sent(
    api: Opener, url: str
) -> None:
    asked: list[httpx2.Request] = []
    with pytest.raises(errors.Paused, match="plain_http"):
        await api(lambda request: asked.append(request) or says(200), url).call("GET", "/orders")
    assert asked == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://a.example"]
)
async def test_plain_http_stays_on_this_machine(api: Opener, url: str) -> None:
    assert (await api(says(200, json=[1]), url).call("GET", "/orders")).data == [1]


async def test_a_shop_may_allow_plain_http(api: Opener) -> None:
    answer = await api(says(204), "http://service.example", allow_plain_http=True).call("GET", "/orders")
    assert answer.data is None


async def test_an_address_that_is_none_pauses(api: Opener) -> None:
    with pytest.raises(errors.Paused, match="bad_address"):
        await api(None, "gopher://there").call("GET", "/orders")


async def test_a_refusal_is_told_in_the_services_words(api: Opener, sample: Callable[[str], Any]) -> None:
    with pytest.raises(errors.Refused) as caught:
        await api(says(400, json=sample("deployd_error_400_fields"))).call("PUT", "/orders/1")
    assert "title: Title must be less than 100 characters" in caught.value.reason


async def test_no_secret_comes_back_in_an_error(api: Opener) -> None:
    one = api(says(400, text="user a, password hunter2,\x1b[2J sid abc"), secrets=["hunter2"])
    one.conceal("abc")
    with pytest.raises(errors.Refused) as caught:
        await one.call("POST", "/users/login")
    assert caught.value.reason == "user a, password •••, [2J sid •••"


async def test_a_secret_of_a_letter_or_two_leaves_words_as_they_are(api: Opener) -> None:
    one = api(says(400, text="Too many of them"), secrets=["a", "To"])
    one.conceal("m")
    with pytest.raises(errors.Refused, match=r"^Too many of them$"):
        await one.call("GET", "/orders")


async def test_a_secret_within_a_longer_one_leaves_nothing_of_it(api: Opener) -> None:
    one = api(says(400, text="sid hunter2-of-me"), secrets=["hunter2", "hunter2-of-me", "er2-of"])
    with pytest.raises(errors.Refused, match=r"^sid •••$"):
        await one.call("GET", "/orders")


async def test_an_address_never_comes_back_in_an_error(api: Opener) -> None:
    with pytest.raises(errors.TryLater) as caught:
        await api(httpx2.ReadError("https://there.example/?name=canary")).call("GET", "/orders")
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("5", 5),
        ("0", 1),
        ("86400", 900),
        ("9" * 400, 900),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30),
        ("Sun, 01 Mar 2020 12:00:30 GMT", 1),
        ("Sun, 01 Mar 2099 12:00:30 GMT", 900),
        ("soon", 60),
        ("-3", 60),
        (None, 60),
    ],
)
def test_quiet_is_asked_for_in_seconds_or_until_a_date(header: str | None, seconds: int) -> None:
    assert quiet_for(header, NOW) == timedelta(seconds=seconds)


async def test_a_date_is_read_by_the_services_clock(api: Opener) -> None:
    headers = {"Date": "Sun, 01 Mar 2026 11:00:00 GMT", "Retry-After": "Sun, 01 Mar 2026 11:00:40 GMT"}
    with pytest.raises(errors.Throttled) as caught:
        await api(says(429, headers=headers)).call("GET", "/orders")
    assert caught.value.until == NOW + timedelta(seconds=40)


async def test_a_cookie_is_not_sent_by_itself(api: Opener) -> None:
    seen: list[str | None] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("cookie"))
        return says(204, headers={"Set-Cookie": "sid=old; Path=/"})

    one = api(handle)
    assert (await one.call("GET", "/")).cookies == {"sid": "old"}
    await one.call("GET", "/")
    assert seen == [None, None]


async def test_certificates_are_verified_and_what_with_is_read_once_for_all_services(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert (trust().verify_mode, trust().check_hostname) == (ssl.CERT_REQUIRED, True)

    def read_again(*_: Any, **__: Any) -> None:
        raise AssertionError("another trust store")

    monkeypatch.setattr(ssl, "create_default_context", read_again)
    for name in ("one", "two"):
        await Api(f"https://{name}.example", clock=lambda: NOW).close()
