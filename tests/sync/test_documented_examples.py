"""Every client against a real server that answers exactly what the services' documents print."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from sync.channels import KINDS
from sync.means import Means
from tests.sync.documented import crema, fankahui, impilo, imweb, rayteams
from tests.sync.documented.example import SAMPLES, USED, Example, said
from tests.sync.documented.rayteams import BASIC

EXAMPLES = {
    f"{example.kind}: {name}": example
    for service in (fankahui, imweb, crema, rayteams, impilo)
    for name, example in service.EXAMPLES.items()
}

#: The list of an appendix, which is no request and no answer, and who holds it to what it says.
APPENDIX = {"imweb_parcel_codes": "test_imweb_tables.py"}

LOGIN, SESSION = said("fankahui_users_login_request"), said("deployd_login_response")
TOKEN_OF_IMWEB = said("imweb_auth_response")
SECRETS = {
    "fankahui": {"USERNAME": LOGIN["username"], "PASSWORD": LOGIN["password"]},
    "imweb": {"KEY": "k", "SECRET": "s"},
    "crema": {"CLIENT_ID": "i", "CLIENT_SECRET": "s"},
    "rayteams": {"CLIENT_ID": "id", "CLIENT_SECRET": "s", "ACCESS_TOKEN": "t", "REFRESH_TOKEN": "r"},
    "impilo": {"API_KEY": "k"},
}


def let_in(server: HTTPServer) -> None:
    """Answer sign-ins as the documents do."""
    login = server.expect_request("/users/login", method="POST", json=LOGIN)
    login.respond_with_json(SESSION)
    server.expect_request("/v2/auth").respond_with_json(TOKEN_OF_IMWEB)
    token = server.expect_request("/oauth/token", method="POST")
    token.respond_with_json({"access_token": "t", "token_type": "bearer"})
    renewal = server.expect_request("/oauth2/token", method="POST", headers=BASIC)
    renewal.respond_with_json(said("rayteams_token_response"))


def expect(server: HTTPServer, example: Example) -> None:
    """Let the server answer the one request that the documents print, and no other."""
    asked: dict[str, Any] = {"method": example.method, "headers": dict(example.headers)}
    if example.query:
        asked["query_string"] = dict(example.query)
    if example.body is not None:
        asked["json"] = example.body
    answer = "" if example.answer is None else json.dumps(example.answer, ensure_ascii=False)
    server.expect_request(example.path, **asked).respond_with_data(
        answer, status=example.status, headers=dict(example.answered), content_type="application/json"
    )


@pytest.fixture
async def client(httpserver: HTTPServer, clock: Any, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """Return the client of the example's kind, at the server's address."""
    kind = EXAMPLES[request.getfixturevalue("name")].kind

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    settings = KINDS[kind].settings_model()(base_url=httpserver.url_for("").rstrip("/"))
    opened = import_module(KINDS[kind].opener).open_client(settings, SECRETS[kind], Means(clock, sleep))
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", EXAMPLES)
async def test_each_documented_operation_is_made_and_understood(
    name: str, client: Any, httpserver: HTTPServer
) -> None:
    example = EXAMPLES[name]
    let_in(httpserver)
    expect(httpserver, example)
    if example.error:
        with pytest.raises(example.error):
            await example.call(client)
        return
    found = await example.call(client)
    httpserver.check_assertions()
    if callable(example.found):
        assert example.found(found)
    else:
        assert found == (example.answer if example.found is ... else example.found)


def test_each_example_of_the_documents_is_used() -> None:
    for name, file in APPENDIX.items():
        assert f'"{name}"' in (Path(__file__).parent / file).read_text(encoding="utf-8")
    assert {file.stem for file in SAMPLES.glob("*.json")} == USED | APPENDIX.keys()
