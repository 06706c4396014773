"""imweb's calls under the token of one shop, each kept below what the service allows in a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.channels.imweb.settings import Settings
from sync.errors import TryLater
from sync.http import Answer, Api
from sync.paths import segment
from sync.session import Session, signing_in, without_tokens
from sync.throttle import Throttle

_SHOP = "/v2/shop"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The key and the secret of one shop's API."""

    key: str
    secret: str


class Calls:
    """One shop's calls. Signs in before the first one and again when its token is not known any more.

    One list of all that there is and five other calls go in a second. Raises the errors of `sync.errors`.
    """

    def __init__(
        self, api: Api, settings: Settings, credentials: Credentials | None, lists: Throttle, others: Throttle
    ) -> None:
        """Prepare; nothing is sent yet."""
        self._api = api
        self._settings = settings
        self._credentials = credentials
        self._lists = lists
        self._others = others
        self._said_at_sign_in: Mapping[str, Any] = {}
        self._session = Session(self._signed_in if credentials else None)

    async def sign_in(self) -> Mapping[str, Any]:
        """Get a new token (``GET /v2/auth``, or ``POST``) and return the answer, with the token only as got.

        Raises Paused where key and secret are not accepted or there are none, TryLater where the service does
        not answer.
        """
        await self._session.renew()
        return self._said_at_sign_in

    async def close(self) -> None:
        """Give the connections back."""
        await self._api.close()

    async def _get(self, path: str, asked: Mapping[str, Any], throttle: Throttle) -> Answer:
        common = {"version": self._settings.version, "order_version": self._settings.order_version}
        fields = {key: value for key, value in {**asked, **common}.items() if value}
        in_body = self._settings.list_parameters == "body"
        where = {"body": fields or None} if in_body else {"params": fields}
        return await self._call("GET", path, throttle, **where)

    async def _call(self, method: str, path: str, throttle: Throttle, **said: Any) -> Answer:
        place = path if path.startswith("/v2/") else _SHOP + path

        async def send(token: str) -> Answer:
            async with throttle.turn():
                answer = await self._api.call(method, place, headers=self._headers(token), **said)
            return _opened(answer)

        return await self._session.call(send)

    async def _signed_in(self) -> str:
        assert self._credentials is not None  # nobody else signs in
        account = {"key": self._credentials.key, "secret": self._credentials.secret}
        where = {"params": account} if self._settings.auth_method == "GET" else {"body": account}
        async with self._others.turn():
            asking = self._api.call(self._settings.auth_method, "/v2/auth", headers=self._partner(), **where)
            answer = (await signing_in(asking, "/v2/auth")).data
        found = answer if isinstance(answer, dict) else {}
        inner = found.get("data")
        token = found.get("access_token") or (inner.get("access_token") if isinstance(inner, dict) else "")
        if not isinstance(token, str) or not token:
            raise TryLater("unreadable_answer")
        self._api.conceal(token)
        self._said_at_sign_in = without_tokens(found, token)
        return token

    def _headers(self, token: str) -> Mapping[str, str]:
        return {**({"access-token": token} if token else {}), **self._partner()}

    def _partner(self) -> Mapping[str, str]:
        return {"ACCESS_AFFILIATE": self._settings.affiliate} if self._settings.affiliate else {}


def _opened(answer: Answer) -> Answer:
    """Return an answer without its envelope; raises TryLater where it has none."""
    if not isinstance(answer.data, dict):
        raise TryLater("unreadable_answer")
    data = answer.data.get("data", answer.data)
    return Answer(answer.status, data, answer.at, answer.cookies, answer.headers)


def part(number: str) -> str:
    """Return a number as it stands in a path."""
    return segment(number, "order_no")
