"""What a service's documents leave open or contradict is for the shop to set, each with a default and words.

That each changes what is sent or read is tested beside its service; what has no test there has one here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module, resources
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from pos.config import ConfigTrouble, load
from pos.ui.channels import keys
from sync.channels import KINDS
from sync.channels.fankahui.client import Query
from sync.channels.imweb.client import Query as WebShop
from sync.means import Means

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOP = '[shop]\nname = "A"\ncurrency = "KRW"\n\n[[channel]]\nname = "c"\nkind = "{kind}"\n{address}{line}\n'
ADDRESS = 'base_url = "https://there.example"\n'


class Open(NamedTuple):
    """One thing that is left open: its key, as it may be set, and as it may not, with what is said then."""

    kind: str
    key: str
    other: str
    wrong: str
    said: str


OPEN = [
    Open("rayteams", "base_url", '"https://api-eu-west-1-{scope}.raybox.com/v1.1"', '"https://{x}.y"', "gap"),
    Open("rayteams", "oauth_url", '"https://door.example"', '"door"', "http"),
    Open("rayteams", "token_header", '"token"', '"a: b"', "is no name of a header"),
    Open("rayteams", "token_prefix", '""', "7", "must be a text"),
    Open("rayteams", "products", '["p"]', '"p"', "must be a list"),
    Open("rayteams", "workflow", '{ Done = "paid" }', '{ Done = "over" }', "must be 'placed'"),
    Open("rayteams", "workflows", '{ B = { Done = "paid" } }', '{ B = { Done = "no" } }', "must be 'placed'"),
    Open("rayteams", "currencies", '{ "¥" = "JPY" }', '{ "¥" = "yen" }', "is no currency"),
    Open("rayteams", "error_codes", '{ BUSY = "later" }', '{ BUSY = "soon" }', "must be 'missing'"),
    Open("crema", "base_url", '"https://sapi.cre.ma"', '"sapi.cre.ma"', "http"),
    Open("crema", "token_in", '"parameter"', '"cookie"', "must be 'header' or 'parameter'"),
    Open("crema", "statuses", '{ executed = "sent" }', '{ boiled = "sent" }', "must be 'unpaid', 'paid'"),
    Open("crema", "delivery_services", '{ CJ = "cjgls" }', "{ CJ = 7 }", "must be a text"),
    Open("crema", "error_keys", '["error.message"]', '["a b"]', "is no key of an answer"),
    Open("crema", "retry_429", "false", '"no"', "true or false"),
    Open("imweb", "auth_method", '"POST"', '"PUT"', "must be 'GET' or 'POST'"),
    Open("imweb", "list_parameters", '"body"', '"header"', "must be 'query' or 'body'"),
    Open("imweb", "order_version", '"v2"', '"v3"', "must be '', 'v1' or 'v2'"),
    Open("imweb", "invoice_method", '"GET"', '"DELETE"', "must be 'GET', 'PATCH'"),
    Open("imweb", "extra_statuses", '["ON_HOLD"]', '["ON HOLD"]', "is no state"),
    Open("imweb", "lists_per_second", "2", "0", "greater than or equal to 1"),
    Open("imweb", "calls_per_second", "9", '"9"', "must be a whole number"),
    Open("impilo", "workflow", '{ shipped = "executed" }', '{ shipped = "gone" }', "must be 'placed'"),
    Open("impilo", "shipping_option", '"express"', "1", "must be a text"),
    Open("impilo", "filters", '{ status = "shipped" }', '{ status = 1 }', "must be a text"),
    Open("impilo", "page_parameters", '"pageNumber/pageSize"', '"page"', "two names of parameters"),
    Open("impilo", "error_keys", '["errors.code"]', '[""]', "is no key of an answer"),
    Open("fankahui", "base_url", '"https://pay.example:2403"', '"pay.example"', "http"),
    Open("fankahui", "login", '"employes"', '"boss"', "must be 'users' or 'employes'"),
    Open("fankahui", "page_parameters", '"skip/limit"', '"page/size"', "must be '$skip/$limit'"),
    Open("fankahui", "use_count", "true", '"yes"', "true or false"),
    Open("fankahui", "times", '"milliseconds"', '"minutes"', "must be 'seconds' or 'milliseconds'"),
    Open("fankahui", "error_keys", '["reason"]', '["a..b"]', "is no key of an answer"),
]  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Open, str], Path]:
    """Return what writes the configuration of a shop in which one thing is set so."""

    def write(one: Open, value: str) -> Path:
        file = tmp_path / "config.toml"
        address = "" if one.key == "base_url" else ADDRESS
        file.write_text(SHOP.format(kind=one.kind, address=address, line=f"{one.key} = {value}"), "utf-8")
        return file

    return write


def named(one: Open) -> str:
    """Return the name of a thing that is left open."""
    return f"{one.kind} {one.key}"


@pytest.mark.parametrize("one", OPEN, ids=named)
def test_what_is_left_open_can_be_set_to_another_value(
    written: Callable[[Open, str], Path], one: Open
) -> None:
    [part] = load(written(one, one.other)).channel
    model = KINDS[one.kind].settings_model()
    set_, usual = model.model_validate(part.settings), model.model_validate({"base_url": "https://x"})
    assert getattr(set_, one.key) != getattr(usual, one.key)


@pytest.mark.parametrize("one", OPEN, ids=named)
def test_a_value_that_is_none_is_named_with_file_line_and_key(
    written: Callable[[Open, str], Path], one: Open
) -> None:
    file = written(one, one.wrong)
    with pytest.raises(ConfigTrouble) as trouble:
        load(file)
    line = 8 if one.key == "base_url" else 9
    said = next(said for said in str(trouble.value).splitlines() if one.said in said)
    assert said.startswith(f"{file}:{line}: channel[1].{one.key}")
    assert "pattern" not in said


@pytest.mark.parametrize("one", OPEN, ids=named)
def test_the_form_asks_for_it_or_the_page_of_states_does(one: Open) -> None:
    assert one.key in {key.name for key in keys.every(one.kind)} | keys.MAPPED


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_a_kind_is_in_its_notes(kind: str) -> None:
    package = import_module(f"sync.channels.{kind}").__name__
    notes = resources.files(package).joinpath("NOTES.md").read_text(encoding="utf-8")
    rows = "".join(line.split("|")[1] for line in notes.splitlines() if line.startswith("| `"))
    every = KINDS[kind].settings_model().model_fields
    assert [key for key in every if f"`{key}`" not in rows and f"`[channel.{key}" not in rows] == []


def answer(request: httpx2.Request) -> httpx2.Response:
    """Answer as any service may: with a token, a count, or nothing."""
    said: Any = {"count": 1} if request.url.path.endswith("/count") else {"code": 200, "access_token": "t"}
    return httpx2.Response(200, json=[{"id": "1"}] if request.url.path == "/orders" else said)


async def asked(kind: str, ask: Callable[[Any], Awaitable[Any]], **settings: Any) -> tuple[list[Any], float]:
    """Return the requests of a client whose settings are these, and how long it waited between them (s)."""
    heard: list[httpx2.Request] = []
    waited = timedelta()

    def service(request: httpx2.Request) -> httpx2.Response:
        heard.append(request)
        return answer(request)

    async def sleep(seconds: float) -> None:
        nonlocal waited
        waited += timedelta(seconds=seconds)

    model = KINDS[kind].settings_model().model_validate({"base_url": "https://there.example", **settings})
    means = Means(lambda: NOW + waited, sleep, httpx2.MockTransport(service))
    secrets = {} if kind == "fankahui" else dict.fromkeys(KINDS[kind].secret_fields(), "a secret")
    client = import_module(KINDS[kind].opener).open_client(model, secrets, means)
    await ask(client)
    await client.close()
    return heard, waited.total_seconds()


async def changed_since(client: Any) -> None:
    """Ask fankahui for what changed."""
    assert [len(page.documents) async for page in client.pages(Query(updated_since=NOW))] == [1]


@pytest.mark.parametrize(
    ("settings", "query"),
    [
        ({}, {"$skip": "0", "$limit": "50", "$sort": '{"createdAt": 1}', "updateAt": '{"$gte": 1772366400}'}),
        ({"page_parameters": "skip/limit", "times": "milliseconds"},
         {"skip": "0", "limit": "50", "sort": '{"createdAt": 1}', "updateAt": '{"$gte": 1772366400000}'}),
    ],
)  # fmt: skip
async def test_fankahui_is_asked_with_the_names_and_the_times_that_are_set(
    settings: Mapping[str, Any], query: Mapping[str, str]
) -> None:
    [request], _ = await asked("fankahui", changed_since, **settings)
    assert dict(request.url.params) == query


@pytest.mark.parametrize(("counts", "paths"), [(False, ["/orders"]), (True, ["/orders/count", "/orders"])])
async def test_fankahui_is_asked_for_a_count_only_where_that_is_set(counts: bool, paths: list[str]) -> None:
    requests, _ = await asked("fankahui", changed_since, use_count=counts)
    assert [request.url.path for request in requests] == paths


RATES: Mapping[str, Callable[[Any], Awaitable[Any]]] = {
    "lists_per_second": lambda client: client.orders(WebShop()),
    "calls_per_second": lambda client: client.order("1"),
}


@pytest.mark.parametrize("key", RATES)
async def test_imweb_is_asked_as_often_in_a_second_as_is_set(key: str) -> None:
    async def four(client: Any) -> None:
        for _ in range(4):
            await RATES[key](client)

    _, slowly = await asked("imweb", four, **{key: 1})
    _, quickly = await asked("imweb", four, **{key: 100})
    assert slowly - quickly >= 3
