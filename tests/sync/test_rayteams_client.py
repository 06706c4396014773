"""RayTeams's client: every call at the sandbox, hosts and headers, and refusals in each of their shapes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

from sync.channels.rayteams import Client as Exported
from sync.channels.rayteams.client import SCOPES, Client
from sync.channels.rayteams.opening import open_client
from sync.channels.rayteams.settings import Settings
from sync.errors import (
    ChannelError,
    Missing,
    OutcomeUnknown,
    Paused,
    Refused,
    Throttled,
    TryLater,
)
from sync.means import Means
from sync.sandbox.control import Control
from sync.sandbox.rayteams_stock import GROUP, NODES, PRODUCT, USER
from sync.sandbox.server import Sandbox

Sample = Callable[[str], Any]
SECRETS = {"CLIENT_ID": "id", "CLIENT_SECRET": "secret", "ACCESS_TOKEN": "from before"}


@pytest.fixture
def group(sandbox: Sandbox) -> Iterator[Control]:
    """Return what others do at RayTeams."""
    with Control(sandbox.urls["rayteams"]) as control:
        yield control


@pytest.fixture
async def client(sandbox: Sandbox, clock: Any) -> AsyncIterator[Client]:
    """Return a client of the sandbox."""
    one = open_client(Settings(base_url=sandbox.urls["rayteams"]), SECRETS, Means(clock, _never))
    yield one
    await one.close()


@pytest.fixture
async def mocked(clock: Any) -> AsyncIterator[Callable[..., Client]]:
    """Return what makes a client whose service is a function, or one answer."""
    opened: list[Client] = []

    def make(answer: Any, **settings: Any) -> Client:
        handle = answer if callable(answer) else lambda _: answer
        transport = httpx2.MockTransport(handle)
        opened.append(open_client(Settings(**settings), SECRETS, Means(clock, _never, transport)))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


async def _never(_: float) -> None:
    raise AssertionError("this service is not waited for")


def test_the_client_is_found_at_its_channel() -> None:
    assert Exported is Client


async def test_an_order_is_read_and_moved(client: Client, group: Control) -> None:
    order_id = group.place()["id"]
    assert (await client.order(order_id))["statusName"] == "Requested"
    moved = await client.set_status(order_id, "ewb-4", "Done")
    assert (moved["status"], moved["statusType"]) == ("ewb-4", "CLOSED")
    assert moved == await client.order(order_id)


async def test_a_projects_orders_and_those_of_all_projects_are_listed(client: Client, group: Control) -> None:
    one = group.place()
    two, three = group.place(), group.place(_id=one["_id"])
    assert [row["sk"] for row in (await client.orders_of(one["_id"])).documents] == [one["sk"], three["sk"]]
    found = [row["sk"] async for listing in client.all_orders() for row in listing.documents]
    assert sorted(found) == sorted(order["sk"] for order in (one, two, three))


async def test_a_product_is_read_with_its_nodes(client: Client) -> None:
    assert await client.product(PRODUCT["_id"]) == PRODUCT
    nodes = await client.nodes(PRODUCT["_id"])
    assert [(n.status, n.name, n.type) for n in nodes] == [tuple(node.values()) for node in NODES.values()]


@pytest.mark.parametrize(
    ("what", "prefix", "many"),
    [("memo", "memo:", 0), ("attachments", "attachments:", 0), ("histories", "his:", 1),
     ("groups", "project:institute:", 2), ("orders_of", "order:", 1)],
)  # fmt: skip
async def test_each_sort_of_row_of_a_project_is_listed(
    client: Client, group: Control, what: str, prefix: str, many: int
) -> None:
    order = group.place()
    await client.set_status(order["id"], "ewb-4")
    rows = (await getattr(client, what)(order["_id"])).documents
    assert len(rows) == many
    assert all(row["sk"].startswith(prefix) for row in rows)
    assert await client.project(order["_id"]) == group.state()["rows"]


async def test_a_project_says_what_it_is(client: Client, group: Control, sample: Sample) -> None:
    project = group.place()["_id"]
    info = await client.project_info(project)
    assert info.keys() == sample("rayteams_project_info")["data"].keys()
    assert (await client.projects()).documents == (info,)
    assert (await client.files(project)) == (await client.files(project, "face"))


async def test_a_file_is_attached_and_found_again(
    client: Client, group: Control, sample: Sample, tmp_path: Path
) -> None:
    project = group.place()["_id"]
    (tmp_path / "face.png").write_bytes(b"\x89PNG\r\n\0--")
    assert await client.attach(project, str(tmp_path / "face.png")) == {}
    [row] = (await client.attachments(project)).documents
    assert row.keys() == sample("rayteams_project_attachments")["data"][0].keys()
    assert (row["name"], row["filetype"], row["size"]) == ("face.png", "image/png", 9)
    found = await client.attachment(project, row["sk"])
    assert found.keys() == sample("rayteams_attachment_download")["data"].keys()
    with pytest.raises(Missing):
        await client.attach("no", str(tmp_path / "face.png"))
    with pytest.raises(Refused, match="not_allowed: nowhere"):
        await client.attach(project, "nowhere")


async def test_groups_and_users_are_found(client: Client) -> None:
    assert await client.my_group() == await client.group(GROUP["_id"]) == GROUP
    assert (
        await client.groups_in("KR") == await client.groups_named("치과", allow_empty_member=True) == [GROUP]
    )
    assert await client.groups_in("US") == await client.groups_named("?") == []
    assert await client.me() == await client.user_by_email(USER["email"]) == USER


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.order("no-1"),
        lambda c: c.set_status("no-1", "ewb-4"),
        lambda c: c.product("no"),
        lambda c: c.nodes("no"),
        lambda c: c.project_info("no"),
        lambda c: c.attachment("no", "attachments:1"),
        lambda c: c.files("no"),
        lambda c: c.group("no"),
        lambda c: c.user_by_email("no@example.com"),
    ],
)
async def test_what_is_not_there_is_missing_in_each_way_it_is_said(client: Client, call: Any) -> None:
    with pytest.raises(Missing):
        await call(client)


async def test_a_list_of_nothing_is_empty(client: Client) -> None:
    assert (await client.orders_of("no")).documents == (await client.projects()).documents == ()
    assert await client.project("no") == []


@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": {}}, {"data": []}])
async def test_a_success_without_data_is_nothing_there(mocked: Any, data: Any) -> None:
    client = mocked(httpx2.Response(200, json={"status": "success", **data}))
    assert (await client.projects()).documents == ()
    assert await client.set_status("1", "2") is None
    with pytest.raises(Missing, match="no_order: 1"):
        await client.order("1")


def two_hundred(**said: Any) -> httpx2.Response:
    """Return a 200."""
    return httpx2.Response(200, json=said)


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (two_hundred(errorCode="NO_ITEM"), Missing, "NO_ITEM"),
        (two_hundred(errorCode="NOT_ALLOWED"), Refused, "NOT_ALLOWED"),
        (two_hundred(status="success", errorCode="NO_ITEM"), Missing, "NO_ITEM"),
        (two_hundred(errorCode="BAD\nLINE"), Refused, "BAD LINE"),
        (two_hundred(message="no such node"), Refused, "no such node"),
        (two_hundred(status="fail", data={}), Refused, "answered: fail"),
        (two_hundred(), Refused, "answered: 200"),
        (two_hundred(message="Unauthorized"), Paused, "permission_ended"),
        (httpx2.Response(401, json={"message": "Unauthorized"}), Paused, "permission_ended"),
        (httpx2.Response(403, json={"message": "Forbidden"}), Paused, "forbidden: Forbidden"),
        (httpx2.Response(404, json={"message": "Not Found"}), Missing, "Not Found"),
        (httpx2.Response(429, json={"message": "Too Many"}), Throttled, "quiet: Too Many"),
        (httpx2.Response(500, json={"message": "Error"}), OutcomeUnknown, "broken: Error"),
        (httpx2.Response(302, headers={"location": "https://else.example"}), Paused, "redirect: 302"),
        (httpx2.Response(200, text="<html>hello</html>"), OutcomeUnknown, "web_page"),
        (httpx2.Response(200, json=[1]), OutcomeUnknown, "unreadable_answer"),
    ],
)
async def test_each_refusal_is_what_follows_from_it(mocked: Any, answer: Any, error: Any, words: str) -> None:
    with pytest.raises(ChannelError) as raised:
        await mocked(answer).set_status("1", "2")
    assert type(raised.value) is error
    assert str(raised.value) == words


@pytest.mark.parametrize(
    "answer", [httpx2.Response(200, json=7), two_hundred(data=7), two_hundred(data={"a": 1})]
)
async def test_a_list_that_cannot_be_read_is_asked_for_again(mocked: Any, answer: Any) -> None:
    with pytest.raises(TryLater, match="unreadable_answer"):
        await mocked(answer).projects()


@pytest.mark.parametrize(
    ("follows", "error"),
    [
        ("missing", Missing), ("refused", Refused), ("later", TryLater), ("unknown", TryLater),
        ("sign_in", Paused), ("pause", Paused), ("quiet", Throttled),
    ],
)  # fmt: skip
async def test_the_shop_says_what_follows_from_a_code(
    mocked: Any, follows: str, error: type[ChannelError]
) -> None:
    client = mocked(two_hundred(errorCode="BUSY"), error_codes={"BUSY": follows})
    with pytest.raises(ChannelError) as raised:
        await client.order("1")
    assert type(raised.value) is error
    with pytest.raises(Refused, match="OTHER"):
        await mocked(two_hundred(errorCode="OTHER"), error_codes={"BUSY": follows}).order("1")


async def test_a_code_whose_outcome_nobody_knows_leaves_open_whether_an_order_was_moved(mocked: Any) -> None:
    with pytest.raises(OutcomeUnknown, match="BUSY"):
        await mocked(two_hundred(errorCode="BUSY"), error_codes={"BUSY": "unknown"}).set_status("1", "2")


HOSTS = {
    "order": lambda c: c.order("1"),
    "project": lambda c: c.project_info("1"),
    "product": lambda c: c.product("1"),
    "group": lambda c: c.my_group(),
    "user": lambda c: c.me(),
    "file": lambda c: c.files("1"),
}


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("https://api-ap-northeast-2-{scope}.rayteams.com/v1.0", "api-ap-northeast-2-SCOPE.rayteams.com"),
        ("https://api-us-east-1-{scope}.rayteams-box.com/v2.0", "api-us-east-1-SCOPE.rayteams-box.com"),
        ("https://one.example/", "one.example"),
    ],
)
async def test_each_scope_has_a_host_of_its_region_and_sandbox(
    mocked: Any, scope: str, base: str, host: str
) -> None:
    asked: list[httpx2.URL] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url)
        return two_hundred(status="success", data={"_id": "1"})

    await HOSTS[scope](mocked(answer, base_url=base))
    assert asked[0].host == host.replace("SCOPE", scope)
    assert asked[0].path.startswith("/v") == ("/v" in base)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://oauth-ap-northeast-2-development.rayteams.com"),
        ({"base_url": "https://api-eu-west-1-{scope}.rayteamsx.com/v1.0"},
         "https://oauth-eu-west-1-development.rayteamsx.com"),
        ({"base_url": "http://127.0.0.1:7/v1.0"}, "http://127.0.0.1:7"),
        ({"base_url": "http://127.0.0.1:7/{scope}"}, "http://127.0.0.1:7"),
        ({"oauth_url": "https://door.example/"}, "https://door.example"),
        ({"oauth_url": "https://door.example/oauth2"}, "https://door.example"),
    ],
)  # fmt: skip
def test_the_sign_in_is_at_the_host_beside_unless_it_is_set(settings: Any, url: str) -> None:
    assert Settings(**settings).sign_in_url == url


@pytest.mark.parametrize(
    ("settings", "header", "value"),
    [
        ({}, "authorization", "Bearer from before"),
        ({"token_prefix": ""}, "authorization", "from before"),
        ({"token_header": "token"}, "token", "from before"),
        ({"token_header": "token", "token_prefix": "Bearer"}, "token", "Bearer from before"),
    ],
)
async def test_the_token_is_sent_as_the_shop_says(
    mocked: Any, settings: Any, header: str, value: str
) -> None:
    asked: list[httpx2.Headers] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.headers)
        return two_hundred(status="success", data={"_id": "1"})

    await mocked(answer, **settings).me()
    assert asked[0][header] == value
    assert ("authorization" in asked[0]) == (header == "authorization")


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "https://api-{region}-{scope}.rayteams.com"},
        {"base_url": ""},
        {"oauth_url": "door.example"},
        {"redirect_uri": "https://127.0.0.1:1/"},
        {"redirect_uri": "http://shop.example:80/"},
        {"redirect_uri": "http://127.0.0.1/"},
        {"token_header": "a: b"},
        {"workflow": {"Done": "finished"}},
        {"error_codes": {"BUSY": "sometime"}},
        {"weather": 1},
    ],
)
def test_a_wrong_setting_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


async def test_calls_are_kept_below_a_limit_where_one_is_set(sandbox: Sandbox, clock: Any) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.pass_(seconds=seconds)

    settings = Settings(base_url=sandbox.urls["rayteams"], calls_per_second=2)
    one = open_client(settings, SECRETS, Means(clock, sleep))
    for _ in range(4):
        await one.me()
    await one.close()
    assert len(waits) == 2
