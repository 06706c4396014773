"""RayTeams's sign-in: through the browser, renewed in time, rotated, kept, and given up in plain words."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from sync.channels import KINDS, build
from sync.channels.rayteams.access import TIMEOUTS, TOKEN, challenge
from sync.channels.rayteams.client import Client
from sync.channels.rayteams.opening import open_client
from sync.channels.rayteams.settings import Settings
from sync.errors import ChannelError, Paused, Refused, TryLater
from sync.http import Timeouts
from sync.means import Means
from sync.sandbox.control import Control
from sync.sandbox.faults import Kind
from sync.sandbox.rayteams_door import LASTS
from sync.sandbox.server import Sandbox
from sync.session import NOT_SHOWN

CLIENT = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret"}
KNOWN = {**CLIENT, "REFRESH_TOKEN": "from before"}

Opener = Callable[..., Client]


@pytest.fixture
def kept() -> list[dict[str, str]]:
    """Return what was given to be kept, in order."""
    return []


@pytest.fixture
async def opened(clock: Any, kept: list[dict[str, str]]) -> AsyncIterator[Opener]:
    """Return what opens a client that keeps what it is given."""
    clients: list[Client] = []

    async def keep(new: Mapping[str, str]) -> None:
        kept.append(dict(new))

    def make(secrets: Mapping[str, str] = KNOWN, transport: Any = None, **settings: Any) -> Client:
        browser = settings.pop("browser", _no_browser)
        clients.append(
            open_client(
                Settings(**settings), secrets, Means(clock, _never, transport), keep=keep, browser=browser
            )
        )
        return clients[-1]

    yield make
    for one in clients:
        await one.close()


@pytest.fixture
def group(sandbox: Sandbox) -> Any:
    """Return what others do at RayTeams."""
    with Control(sandbox.urls["rayteams"]) as control:
        yield control


async def _never(_: float) -> None:
    raise AssertionError("this service is not waited for")


def _no_browser(_: str) -> None:
    raise AssertionError("nobody asked for a browser")


async def test_a_refresh_token_alone_lets_in_and_what_comes_of_it_is_kept(
    opened: Opener, sandbox: Sandbox, kept: list[dict[str, str]]
) -> None:
    client = opened(base_url=sandbox.urls["rayteams"])
    await client.me()
    await client.me()
    [new] = kept
    assert new.keys() == {"ACCESS_TOKEN", "REFRESH_TOKEN"}
    assert all(new.values())


async def test_a_token_that_is_known_is_used_until_it_is_known_no_more(
    opened: Opener, sandbox: Sandbox, group: Control, kept: list[dict[str, str]]
) -> None:
    client = opened({**KNOWN, "ACCESS_TOKEN": "from before too"}, base_url=sandbox.urls["rayteams"])
    await client.me()
    assert kept == []
    group.expire_sessions()
    await client.me()
    assert len(kept) == 1


async def test_a_token_is_renewed_before_it_ends(
    opened: Opener, sandbox: Sandbox, group: Control, clock: Any
) -> None:
    client = opened(base_url=sandbox.urls["rayteams"])
    for passed, granted in ((0, 1), (LASTS - 60, 1), (31, 2), (LASTS - 60, 2)):
        clock.pass_(seconds=passed)
        await client.me()
        assert group.state()["granted"] == granted


async def test_many_calls_at_once_renew_once(
    opened: Opener, sandbox: Sandbox, group: Control, clock: Any
) -> None:
    client = opened(base_url=sandbox.urls["rayteams"])
    await asyncio.gather(*(client.me() for _ in range(5)))
    group.expire_sessions()
    await asyncio.gather(*(client.me() for _ in range(5)))
    clock.pass_(seconds=LASTS)
    await asyncio.gather(*(client.me() for _ in range(5)))
    assert group.state()["granted"] == 3


async def test_each_refresh_token_is_used_once_and_the_newest_is_good_after_a_restart(
    opened: Opener, sandbox: Sandbox, group: Control, kept: list[dict[str, str]]
) -> None:
    client = opened(base_url=sandbox.urls["rayteams"])
    for _ in range(3):
        await client.me()
        group.expire_sessions()
    assert len({new["REFRESH_TOKEN"] for new in kept}) == 3
    await opened({**CLIENT, **kept[-1]}, base_url=sandbox.urls["rayteams"]).me()
    with pytest.raises(Paused, match="permission_ended"):
        await opened({**CLIENT, **kept[0]}, base_url=sandbox.urls["rayteams"]).me()


async def test_an_old_refresh_token_stays_where_no_new_one_comes(
    opened: Opener, sandbox: Sandbox, group: Control, kept: list[dict[str, str]], sample: Callable[[str], Any]
) -> None:
    group.move("any", "answers", replaces=False)
    client = opened(base_url=sandbox.urls["rayteams"])
    for _ in range(2):
        await client.me()
        group.expire_sessions()
    assert [new.keys() for new in kept] == [{"ACCESS_TOKEN"}, {"ACCESS_TOKEN"}]
    assert (await client.renew()).keys() == sample("rayteams_token_response").keys()


async def test_what_is_given_is_kept_before_it_is_used(clock: Any) -> None:
    happened: list[str] = []

    async def keep(_: Mapping[str, str]) -> None:
        happened.append("kept")

    def answer(request: httpx2.Request) -> httpx2.Response:
        happened.append(request.url.path)
        token = {"access_token": "fresh", "refresh_token": "next", "expires_in": 3600}
        said = {"status": "success", "data": {"_id": "1"}}
        return httpx2.Response(200, json=token if "token" in request.url.path else said)

    one = open_client(Settings(), KNOWN, Means(clock, _never, httpx2.MockTransport(answer)), keep=keep)
    await one.me()
    await one.close()
    assert happened == ["/oauth2/token", "kept", "/v1.0/me"]


@pytest.mark.parametrize("waited_for_again", [True, False])
async def test_a_renewal_that_has_begun_is_ended_once_and_kept_whoever_waits_for_it(
    clock: Any, waited_for_again: bool
) -> None:
    kept: list[Mapping[str, str]] = []
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def keep(new: Mapping[str, str]) -> None:
        kept.append(new)

    async def answer(_: httpx2.Request) -> httpx2.Response:
        asked.set()
        await go_on.wait()
        return httpx2.Response(200, json={"access_token": "fresh", "refresh_token": "next"})

    one = open_client(Settings(), KNOWN, Means(clock, _never, httpx2.MockTransport(answer)), keep=keep)
    calling = asyncio.create_task(one.me())
    await asked.wait()
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    again = asyncio.create_task(one.renew())
    go_on.set()
    if waited_for_again:
        await again
    await one.close()
    await again
    assert kept == [{"ACCESS_TOKEN": "fresh", "REFRESH_TOKEN": "next"}]


@pytest.mark.parametrize(
    ("secrets", "why"),
    [
        ({}, "no_secrets"),
        (CLIENT, "not_signed_in"),
        ({"REFRESH_TOKEN": "r"}, "no_secrets"),
        ({**KNOWN, "CLIENT_ID": "wrong"}, "wrong_secrets"),
        ({**KNOWN, "CLIENT_SECRET": "wrong"}, "wrong_secrets"),
        ({**KNOWN, "CLIENT_SECRET": ""}, "wrong_secrets"),
        ({**KNOWN, "REFRESH_TOKEN": "wrong"}, "permission_ended"),
        ({**CLIENT, "ACCESS_TOKEN": "wrong"}, "permission_ended"),
    ],
)
async def test_secrets_that_let_nobody_in_pause_in_plain_words(
    opened: Opener, sandbox: Sandbox, secrets: Any, why: str
) -> None:
    with pytest.raises(Paused) as paused:
        await opened(secrets, base_url=sandbox.urls["rayteams"]).me()
    assert str(paused.value) == why


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (httpx2.Response(400, json={"error": "invalid_grant"}), Paused, "permission_ended"),
        (httpx2.Response(200, json={"error": "invalid_grant"}), Paused, "permission_ended"),
        (httpx2.Response(400, json={"error": "invalid_client"}), Paused, "wrong_secrets"),
        (httpx2.Response(401, json={"error": "invalid_client"}), Paused, "wrong_secrets"),
        (httpx2.Response(400, json={"error": "unauthorized_client"}), Paused, "wrong_secrets"),
        (httpx2.Response(400, json={"error": "invalid_request"}), Paused, "wrong_secrets"),
        (httpx2.Response(400, json={"error": "unsupported_grant_type"}), Paused, "wrong_secrets"),
        (httpx2.Response(404, text="nothing"), Paused, "no_sign_in: /oauth2/token"),
        (httpx2.Response(302, headers={"location": "https://else.example"}), Paused, "redirect: 302"),
        (httpx2.Response(500, text="oops"), TryLater, "broken: oops"),
        (httpx2.Response(200, text="<html>"), TryLater, "web_page"),
        (httpx2.Response(200, json={"token_type": "Bearer"}), TryLater, "unreadable_answer"),
        (httpx2.Response(200, json={"access_token": 7}), TryLater, "unreadable_answer"),
    ],
)
async def test_each_answer_of_the_door_is_what_follows_from_it(
    opened: Opener, kept: list[Any], answer: Any, error: Any, words: str
) -> None:
    with pytest.raises(ChannelError) as raised:
        await opened(transport=httpx2.MockTransport(lambda _: answer)).me()
    assert (type(raised.value), str(raised.value)) == (error, words)
    assert kept == []


async def test_a_token_that_is_refused_again_is_not_renewed_for_ever(
    opened: Opener, kept: list[dict[str, str]]
) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        given = {"access_token": "fresh", "token_type": "Bearer"}
        return httpx2.Response(200, json=given) if "token" in request.url.path else httpx2.Response(401)

    with pytest.raises(Paused, match="session_ends"):
        await opened(transport=httpx2.MockTransport(answer)).me()
    assert len(kept) == 2


@pytest.mark.parametrize("lost", ["drop", "html"])
async def test_a_renewal_whose_answer_is_lost_goes_on_where_the_service_forgives(
    opened: Opener, sandbox: Sandbox, group: Control, kept: list[dict[str, str]], lost: Kind
) -> None:
    group.move("any", "answers", forgives=True)
    client = opened(base_url=sandbox.urls["rayteams"])
    await client.me()
    for _ in range(2):
        group.expire_sessions()
        group.fault(lost, path="/oauth2/token")
        await client.me()
    assert group.state()["granted"] == 5
    assert len({new["REFRESH_TOKEN"] for new in kept}) == 3


async def test_a_renewal_that_is_lost_again_and_again_is_asked_for_later(
    opened: Opener, sandbox: Sandbox, group: Control
) -> None:
    group.move("any", "answers", forgives=True)
    client = opened(base_url=sandbox.urls["rayteams"])
    await client.me()
    group.expire_sessions()
    group.fault("drop", path="/oauth2/token", times=4)
    for granted in (3, 5):
        with pytest.raises(TryLater, match="connection_broke"):
            await client.me()
        assert group.state()["granted"] == granted
    await client.me()


async def test_a_renewal_whose_answer_is_lost_asks_a_strict_service_once_more_and_then_a_person(
    opened: Opener, sandbox: Sandbox, group: Control, kept: list[dict[str, str]]
) -> None:
    client = opened(base_url=sandbox.urls["rayteams"], redirect_uri="http://127.0.0.1:0/", browser=visit)
    await client.me()
    group.expire_sessions()
    group.fault("drop", path="/oauth2/token")
    with pytest.raises(Paused, match="permission_ended"):
        await client.me()
    assert (group.state()["granted"], len(kept)) == (2, 1)
    await client.sign_in()
    await client.me()


@pytest.mark.parametrize(
    ("status", "headers"), [(500, {}), (502, {}), (503, {"Retry-After": "60"}), (504, {})]
)
async def test_a_door_that_says_it_is_down_is_not_asked_again_at_once(
    opened: Opener, status: int, headers: dict[str, str]
) -> None:
    asked: list[httpx2.Request] = []

    def down(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status, headers=headers)

    with pytest.raises(TryLater):
        await opened(transport=httpx2.MockTransport(down)).me()
    assert len(asked) == 1


async def test_a_renewal_that_is_not_answered_in_time_is_not_sent_again_beside_itself(
    opened: Opener, kept: list[dict[str, str]]
) -> None:
    asked: list[httpx2.Request] = []

    def hang(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        raise httpx2.ReadTimeout("nothing", request=request)

    with pytest.raises(TryLater, match="no_answer_in_time"):
        await opened(transport=httpx2.MockTransport(hang)).me()
    [one] = asked
    assert one.extensions["timeout"]["read"] == TIMEOUTS.read > Timeouts().read
    assert kept == []


@pytest.mark.parametrize("answered", [True, False])
async def test_two_clients_of_one_process_send_one_refresh_token_once_and_hear_the_same(
    clock: Any, answered: bool
) -> None:
    kept: list[str] = []
    asked: list[str] = []
    hangs, go_on = asyncio.Event(), threading.Event()

    async def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        if request.url.path == TOKEN:
            hangs.set()
            await asyncio.to_thread(go_on.wait)
            if not answered:
                raise httpx2.ReadTimeout("nothing", request=request)
            return httpx2.Response(200, json={"access_token": "fresh", "refresh_token": "next"})
        return httpx2.Response(200, json={"success": True, "result": {}})

    def opened(who: str) -> Client:
        async def keep(new: Mapping[str, str]) -> None:
            kept.append(f"{who}: {new['REFRESH_TOKEN']}")

        return open_client(Settings(), KNOWN, Means(clock, _never, httpx2.MockTransport(answer)), keep=keep)

    async def elsewhere() -> None:
        form = opened("form")
        renewing = asyncio.create_task(form.renew())
        for _ in range(5):  # it begins
            await asyncio.sleep(0)
        joined.set()
        try:
            await renewing
        finally:
            await form.close()

    joined, worker = threading.Event(), opened("worker")
    first = asyncio.create_task(worker.renew())
    await hangs.wait()
    second = asyncio.create_task(asyncio.to_thread(asyncio.run, elsewhere()))
    await asyncio.to_thread(joined.wait)
    go_on.set()
    found = await asyncio.gather(first, second, return_exceptions=True)
    await worker.close()
    assert asked == [TOKEN]
    assert [isinstance(each, TryLater) for each in found] == [not answered] * 2
    assert sorted(kept) == (["form: next", "worker: next"] if answered else [])


async def test_who_stops_waiting_twice_does_not_end_the_renewal(
    clock: Any, kept: list[dict[str, str]]
) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def keep(new: Mapping[str, str]) -> None:
        kept.append(dict(new))

    async def answer(_: httpx2.Request) -> httpx2.Response:
        asked.set()
        await go_on.wait()
        return httpx2.Response(200, json={"access_token": "fresh", "refresh_token": "next"})

    one = open_client(Settings(), KNOWN, Means(clock, _never, httpx2.MockTransport(answer)), keep=keep)
    renewing = asyncio.create_task(one.renew())
    await asked.wait()
    closing = asyncio.create_task(one.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.gather(closing, return_exceptions=True)
    go_on.set()
    await renewing
    await one.close()
    assert [new["REFRESH_TOKEN"] for new in kept] == ["next"]


async def test_a_code_is_redeemed_once_for_a_second_time_might_end_what_came_of_the_first(
    opened: Opener, sandbox: Sandbox, group: Control, kept: list[dict[str, str]]
) -> None:
    group.fault("drop", path="/oauth2/token")
    client = opened(
        CLIENT, base_url=sandbox.urls["rayteams"], redirect_uri="http://127.0.0.1:0/", browser=visit
    )
    with pytest.raises(TryLater):
        await client.sign_in()
    assert (group.state()["granted"], kept) == (1, [])


async def test_no_token_comes_back_in_an_error(opened: Opener) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        given = {"access_token": "fresh-token", "refresh_token": "next-token"}
        if "token" in request.url.path:
            return httpx2.Response(200, json=given)
        return httpx2.Response(400, json={"message": f"{request.headers['authorization']} next-token id"})

    with pytest.raises(Refused) as refused:
        await opened(transport=httpx2.MockTransport(answer)).me()
    assert str(refused.value) == "Bearer ••• ••• id"


def visit(url: str) -> None:
    """Be a browser in which somebody says yes at once."""
    httpx2.get(url, follow_redirects=True, trust_env=False).raise_for_status()


@pytest.mark.parametrize("path", ["/oauth2/authorize", "/login"])
@pytest.mark.parametrize("pkce", [True, False])
@pytest.mark.parametrize("state", [True, False])
async def test_a_person_signs_in_in_the_browser(
    opened: Opener, sandbox: Sandbox, kept: list[dict[str, str]], path: str, pkce: bool, state: bool
) -> None:
    pages: list[str] = []

    def browser(url: str) -> None:
        pages.append(url)
        visit(url)

    client = opened(
        CLIENT, base_url=sandbox.urls["rayteams"], redirect_uri="http://127.0.0.1:0/back", browser=browser,
        pkce=pkce, state=state, authorize_path=path,
    )  # fmt: skip
    given = await client.sign_in()
    asked = parse_qs(urlsplit(pages[0]).query)
    assert ("code_challenge" in asked, "state" in asked) == (pkce, state)
    assert (asked["response_type"], asked["client_id"]) == (["code"], ["id"])
    [new] = kept
    assert new.keys() == {"ACCESS_TOKEN", "REFRESH_TOKEN"}
    assert given["access_token"] == given["refresh_token"] == NOT_SHOWN
    assert not set(new.values()) & set(given.values())


async def test_after_a_sign_in_the_client_is_let_in(opened: Opener, sandbox: Sandbox, group: Control) -> None:
    client = opened(
        CLIENT, base_url=sandbox.urls["rayteams"], redirect_uri="http://127.0.0.1:0/back", browser=visit
    )
    await client.sign_in()
    await client.me()
    assert group.state()["granted"] == 1


async def test_only_the_sign_in_that_was_begun_is_answered(opened: Opener, sandbox: Sandbox) -> None:
    answers: list[int] = []

    def browser(url: str) -> None:
        back = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        for strange in ("?code=theirs&state=theirs", "?code=theirs", "?state=x", "/else?code=theirs"):
            answers.append(httpx2.get(back + strange, trust_env=False).status_code)
        answers.append(httpx2.post(back, trust_env=False).status_code)
        visit(url)

    client = opened(
        CLIENT, base_url=sandbox.urls["rayteams"], redirect_uri="http://127.0.0.1:0/back", browser=browser
    )
    assert (await client.sign_in())["token_type"] == "Bearer"
    assert answers == [404] * 5


@pytest.mark.parametrize(
    ("said", "words"),
    [("error=access_denied", "access_denied"), ("error=x&error_description=not+you", "not you")],
)
async def test_a_person_may_say_no(opened: Opener, sandbox: Sandbox, said: str, words: str) -> None:
    def browser(url: str) -> None:
        asked = parse_qs(urlsplit(url).query)
        httpx2.get(f"{asked['redirect_uri'][0]}?{said}&state={asked['state'][0]}", trust_env=False)

    client = opened(
        CLIENT, base_url=sandbox.urls["rayteams"], redirect_uri="http://127.0.0.1:0/", browser=browser
    )
    with pytest.raises(Refused) as refused:
        await client.sign_in()
    assert str(refused.value) == words


async def test_a_port_that_is_taken_is_said(opened: Opener, sandbox: Sandbox) -> None:
    port = urlsplit(sandbox.urls["rayteams"]).port
    client = opened(CLIENT, redirect_uri=f"http://127.0.0.1:{port}/")
    with pytest.raises(Paused, match=f"port_taken: {port}"):
        await client.sign_in()


def test_a_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B.
    proof = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert proof == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


async def test_a_channel_is_built_with_where_its_tokens_go(
    sandbox: Sandbox, clock: Any, kept: list[dict[str, str]]
) -> None:
    async def keep(new: Mapping[str, str]) -> None:
        kept.append(dict(new))

    channel = build("rayteams", "c", {"base_url": sandbox.urls["rayteams"]}, KNOWN, clock, _never, keep=keep)
    assert [page async for page in channel.unfinished()] == []
    await channel.close()
    assert kept[0].keys() == set(KINDS["rayteams"].renewed_fields())
    assert set(KINDS["rayteams"].spare_fields()) < kept[0].keys() < set(KINDS["rayteams"].secret_fields())


async def test_a_kind_that_is_given_nothing_new_keeps_nothing(kind: str, clock: Any) -> None:
    async def keep(_: Mapping[str, str]) -> None:
        raise AssertionError

    await build(kind, "c", {"base_url": "https://there.example"}, {}, clock, _never, keep=keep).close()
    assert (KINDS[kind].keeping(keep) == {}) == (kind != "rayteams")
