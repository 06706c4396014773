"""Every client against a real server that answers exactly what the services' documents print."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pytest_httpserver import HTTPServer

from sync.channels import KINDS
from sync.means import Means
from sync.operations import operations
from tests.sync.documented import crema, fankahui, impilo, imweb, rayteams, unprinted
from tests.sync.documented.example import SAMPLES, USED, Example
from tests.sync.documented.server import SECRETS, SIGN_INS, expect, let_in

EXAMPLES = {
    f"{example.kind}: {name}": example
    for service in (fankahui, imweb, crema, rayteams, impilo, unprinted)
    for name, example in service.EXAMPLES.items()
}

#: The list of an appendix, which is no request and no answer, and who holds it to what it says.
APPENDIX = {"imweb_parcel_codes": "test_imweb_tables.py"}


def assert_asked_once(server: HTTPServer, example: Example) -> None:
    """Check that nothing else was asked for beside the sign-in, and what the form said."""
    ways_in = SIGN_INS.keys() - {example.path}
    [request] = [request for request, _ in server.log if request.path not in ways_in]
    if example.form:
        assert sorted(parse_qsl(request.get_data(as_text=True))) == sorted(example.form)
    for name, content in example.files.items():
        assert f'name="{name}"'.encode() in request.get_data()
        assert content in request.get_data()


@pytest.fixture
async def client(httpserver: HTTPServer, clock: Any, request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """Return the client of the example's kind, at the server's address."""
    name = request.getfixturevalue("name")
    kind = EXAMPLES[name].kind

    async def sleep(seconds: float) -> None:
        clock.pass_(seconds=seconds)

    address = httpserver.url_for("").rstrip("/")
    settings = KINDS[kind].settings_model()(base_url=address, **EXAMPLES[name].settings)
    opened = import_module(KINDS[kind].opener).open_client(settings, SECRETS[kind], Means(clock, sleep))
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", EXAMPLES)
async def test_each_documented_operation_is_made_and_understood(
    name: str, client: Any, httpserver: HTTPServer
) -> None:
    example = EXAMPLES[name]
    let_in(httpserver, but=example.path)
    expect(httpserver, example)
    if example.error:
        with pytest.raises(example.error):
            await example.call(client)
        return
    found = await example.call(client)
    httpserver.check_assertions()
    assert_asked_once(httpserver, example)
    if callable(example.found):
        assert example.found(found)
    else:
        assert found == (example.answer if example.found is ... else example.found)


def test_each_example_of_the_documents_is_used() -> None:
    for name, file in APPENDIX.items():
        assert f'"{name}"' in (Path(__file__).parent / file).read_text(encoding="utf-8")
    assert {file.name for file in SAMPLES.iterdir()} == USED | {f"{name}.json" for name in APPENDIX}


#: What a client makes of its other operations, or with a person in a browser.
MADE_OF_OTHERS = {
    "crema": {"order_pages", "sub_order_pages", "unpaid_order_pages"},
    "imweb": {"pages"},
    "impilo": {"pages"},
    "rayteams": {"all_orders", "nodes", "sign_in"},
}


def operations_called(example: Example) -> set[str]:
    """Return the names that an example's call uses, or is given to use."""
    code, defaults = example.call.__code__, example.call.__defaults__ or ()
    return {*code.co_names, *(name for name in defaults if isinstance(name, str))}


@pytest.mark.parametrize("kind", KINDS)
def test_each_operation_of_a_client_makes_a_documented_request(kind: str) -> None:
    known = operations(import_module(f"sync.channels.{kind}").Client).keys()
    called = {name for e in EXAMPLES.values() if e.kind == kind for name in operations_called(e)}
    assert known - called == MADE_OF_OTHERS.get(kind, set())
