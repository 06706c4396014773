"""A server that answers exactly what the services' documents print, and who signs in there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_httpserver import HTTPServer

from tests.sync.documented.example import Example, said
from tests.sync.documented.rayteams import BASIC

LOGIN = said("fankahui_users_login_request")
SECRETS = {
    "fankahui": {"USERNAME": LOGIN["username"], "PASSWORD": LOGIN["password"]},
    "imweb": {"KEY": "k", "SECRET": "s"},
    "crema": {"CLIENT_ID": "i", "CLIENT_SECRET": "s"},
    "rayteams": {"CLIENT_ID": "id", "CLIENT_SECRET": "s", "ACCESS_TOKEN": "t", "REFRESH_TOKEN": "r"},
    "impilo": {"API_KEY": "k"},
}

#: How a shop signs in, by the path of it: what is asked for, and what is answered.
SIGN_INS: Mapping[str, tuple[Mapping[str, Any], Any]] = {
    "/users/login": ({"method": "POST", "json": LOGIN}, said("deployd_login_response")),
    "/v2/auth": ({}, said("imweb_auth_response")),
    "/oauth/token": ({"method": "POST"}, {"access_token": "t", "token_type": "bearer"}),
    "/oauth2/token": ({"method": "POST", "headers": BASIC}, said("rayteams_token_response")),
}


def let_in(server: HTTPServer, but: str = "") -> None:
    """Answer sign-ins as the documents do, but for the one at this path, which is an example itself."""
    for path, (asked, answer) in SIGN_INS.items():
        if path != but:
            server.expect_request(path, **asked).respond_with_json(answer)


def expect(server: HTTPServer, example: Example) -> None:
    """Let the server answer the one request that the documents print, and no other."""
    asked: dict[str, Any] = {
        "method": example.method,
        "headers": dict(example.headers),
        "query_string": dict(example.query),
    }
    if example.body is not None:
        asked["json"] = example.body
    elif not example.form and not example.files:
        asked["data"] = ""
    answer = "" if example.answer is None else json.dumps(example.answer, ensure_ascii=False)
    server.expect_request(example.path, **asked).respond_with_data(
        answer, status=example.status, headers=dict(example.answered), content_type="application/json"
    )
