"""fankahui's records beside orders: each call that its pages name, as they write it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, get_args

import httpx2
import pytest

from sync.calls import Call
from sync.channels.fankahui.client import Client
from sync.channels.fankahui.opening import open_client
from sync.channels.fankahui.records import Changed, Listed, Made
from sync.channels.fankahui.settings import Settings
from sync.errors import Missing, OutcomeUnknown, Refused
from sync.means import Means
from sync.operations import WrongArgument, operations

Asked = list[tuple[str, str, dict[str, str], Any]]


@pytest.fixture
def asked() -> Asked:
    """Return what the service was asked: method, path, parameters, body."""
    return []


@pytest.fixture
async def answering(asked: Asked) -> AsyncIterator[Callable[..., Client]]:
    """Return what opens a client whose service answers so."""
    opened: list[Client] = []

    def make(answer: Any = None, status: int = 200) -> Client:
        def handle(request: httpx2.Request) -> httpx2.Response:
            body = json.loads(request.content or b"null")
            asked.append((request.method, request.url.path, dict(request.url.params), body))
            return httpx2.Response(status, json=answer)

        settings = Settings(base_url="https://there.example")
        opened.append(open_client(settings, {}, Means(transport=httpx2.MockTransport(handle))))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


@pytest.mark.parametrize("collection", get_args(Listed))
async def test_each_collection_is_listed_and_read(
    answering: Callable[..., Client], asked: Asked, collection: Any
) -> None:
    one = {"id": "7", "status": "closed"}
    assert await answering([one]).records(collection) == [one]
    assert await answering(one).record(collection, "7/8") == one
    assert asked == [
        ("GET", f"/{collection}", {}, None),
        ("GET", f"/{collection}/7/8", {}, None),
    ]


async def test_filters_are_written_as_the_pages_of_these_collections_write_them(
    answering: Callable[..., Client], asked: Asked
) -> None:
    filters = {"shopID": "a", "createdAt": {"$gt": 1000}, "withall": 1, "skip": 20, "limit": 20}
    assert await answering([]).records("deals", filters) == []
    assert asked[0][2] == {
        "shopID": "a", "createdAt": '{"$gt": 1000}', "withall": "1", "skip": "20", "limit": "20",
    }  # fmt: skip


@pytest.mark.parametrize("collection", get_args(Made))
async def test_what_a_client_may_make_is_made(
    answering: Callable[..., Client], asked: Asked, collection: Any
) -> None:
    assert await answering({"id": "7"}).make_record(collection, {"name": "x"}) == {"id": "7"}
    assert asked == [("POST", f"/{collection}", {}, {"name": "x"})]


@pytest.mark.parametrize("collection", get_args(Changed))
async def test_what_a_client_may_change_is_changed(
    answering: Callable[..., Client], asked: Asked, collection: Any
) -> None:
    push = {"roles": {"$push": "cashier"}}
    assert await answering({"id": "7"}).change_record(collection, "7", push) == {"id": "7"}
    assert asked == [("PUT", f"/{collection}/7", {}, push)]


@pytest.mark.parametrize(
    ("operation", "path"),
    [("add_deal", "/add-deal"), ("add_return", "/add-return"), ("register_device", "/device-register")],
)
async def test_what_is_made_by_a_call_of_its_own_is_made_by_it(
    answering: Callable[..., Client], asked: Asked, operation: str, path: str
) -> None:
    made = {"message": "success", "dealID": "1", "billID": "2"}
    assert await getattr(answering(made), operation)({"fee": 100}) == made
    assert asked == [("POST", path, {}, {"fee": 100})]


async def test_a_record_that_is_not_there_is_missing(answering: Callable[..., Client], asked: Asked) -> None:
    for answer, status in (([], 200), ({"status": 404, "message": "not found"}, 404)):
        with pytest.raises(Missing):
            await answering(answer, status).record("returns", "7")
    assert len(asked) == 2


async def test_a_record_without_an_id_is_not_asked_for_or_changed(
    answering: Callable[..., Client], asked: Asked
) -> None:
    for work in (answering().record("shops", ""), answering().change_record("shops", "", {"status": "x"})):
        with pytest.raises(Refused, match="record_id"):
            await work
    assert asked == []


async def test_whether_a_deal_was_made_is_not_known_where_nothing_says_so(
    answering: Callable[..., Client],
) -> None:
    with pytest.raises(OutcomeUnknown):
        await answering(status=500).add_deal({"fee": 100})


@pytest.mark.parametrize(
    ("operation", "collection"), [("records", "orders"), ("make_record", "deals"), ("change_record", "deals")]
)
async def test_a_shell_is_told_which_collections_there_are(operation: str, collection: str) -> None:
    given = {"collection": collection, "record": "{}", "record_id": "7", "changes": "{}"}
    known = operations(Client)[operation]
    names = {argument.name for argument in known.arguments}
    with pytest.raises(WrongArgument, match="none of"):
        await known.call(None, {name: text for name, text in given.items() if name in names})


async def test_a_record_is_changed_from_a_shell(answering: Callable[..., Client], asked: Asked) -> None:
    given = {"collection": "members", "record_id": "7", "changes": '{"level": "x"}'}
    assert await operations(Client)["change_record"].call(answering({"id": "7"}), given) == {"id": "7"}
    assert asked == [("PUT", "/members/7", {}, {"level": "x"})]


async def test_the_password_of_a_user_who_is_made_is_in_no_log_of_calls() -> None:
    logged: list[Call] = []
    service = httpx2.MockTransport(lambda _: httpx2.Response(400, json={"message": "open sesame is short"}))
    one = open_client(
        Settings(base_url="https://there.example"), {}, Means(transport=service, observe=logged.append)
    )
    with pytest.raises(Refused) as refused:
        await one.make_record("users", {"username": "x", "password": "open sesame"})
    await one.close()
    assert "sesame" not in f"{refused.value} {logged}"
