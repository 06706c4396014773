"""fankahui's calls under the session of one account: signed in before the first, and again when it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sync.channels.fankahui.settings import Settings
from sync.errors import Missing, Refused, TryLater
from sync.http import Answer, Api
from sync.session import Session, signing_in, without_tokens

#: How deployd words a change of what it does not have (answered with 400).
_NO_SUCH_THING = "No object exists that matches that query", "No object exists with that id"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs in."""

    username: str
    password: str


class Calls:
    """One account's calls. Without credentials they go out unsigned.

    Raises the errors of `sync.errors`; a session that cannot be renewed is Paused.
    """

    def __init__(self, api: Api, settings: Settings, credentials: Credentials | None = None) -> None:
        """Prepare; nothing is sent yet."""
        self._api = api
        self._settings = settings
        self._credentials = credentials
        self._signed_in_as: Mapping[str, Any] = {}
        self._session = Session(self._signed_in if credentials else None)

    async def sign_in(self) -> Mapping[str, Any]:
        """Sign in (``POST /users/login``, or ``/employes/login``) and return who is signed in, as ``uid``.

        The rest of the answer stands beside it, the session only as got. Raises Paused where the service does
        not accept the account or there is none to sign in, TryLater where it does not answer.
        """
        await self._session.renew()
        return self._signed_in_as

    async def _signed_in(self) -> str:
        assert self._credentials is not None  # nobody else is signed in
        account = {"username": self._credentials.username, "password": self._credentials.password}
        path = f"/{self._settings.login}/login"
        answer = await signing_in(self._api.call("POST", path, body=account), path)
        data = answer.data if isinstance(answer.data, dict) else {}
        session = str(data.get("id") or "")
        token = answer.cookies.get("sid") or session
        for secret in (token, session):
            self._api.conceal(secret)
        self._signed_in_as = without_tokens(data, token, session)
        return token

    async def sign_out(self) -> None:
        """End the session there (``POST /users/logout``, or ``/employes/logout``).

        Who is not signed in here is so first: there must be a session to end. Raises the errors of
        `sync.errors`.
        """
        await self._call("POST", f"/{self._settings.login}/logout")
        self._session.end()

    async def me(self) -> Mapping[str, Any] | None:
        """Return the account that is signed in (``GET /users/me``, or ``/employes/me``), signed in first.

        None where the service knows nobody by the session. Raises the errors of `sync.errors`.
        """
        answer = await self._call("GET", f"/{self._settings.login}/me")
        return answer.data if isinstance(answer.data, dict) else None

    async def close(self) -> None:
        """Give the connections back."""
        await self._api.close()

    async def _call(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: Any = None
    ) -> Answer:
        async def send(_: str) -> Answer:
            return await self._api.call(method, path, params=params, body=body, headers=self._headers())

        return await self._session.call(send)

    async def _changed(self, path: str, changes: Mapping[str, Any]) -> Answer:
        """Change what is at a path; raises Missing where nothing is."""
        try:
            return await self._call("PUT", path, body=changes)
        except Refused as error:
            if error.reason.startswith(_NO_SUCH_THING):
                raise Missing(error.reason) from None
            raise

    def _headers(self) -> Mapping[str, str]:
        token = self._session.token
        return {"Cookie": f"sid={quote(token, safe='')}"} if token else {}


def rows(data: Any) -> list[Any]:
    """Return the documents of a list's answer; raises TryLater for what is neither a list nor one document.

    An answer with nothing in it does not say that there is none. Kept as a record of its own, a word of the
    service's that reads differently each time would be a new one at every poll.
    """
    if not isinstance(data, list) and not (isinstance(data, dict) and data.get("id")):
        raise TryLater("unreadable_answer")
    return documents(data)


def documents(data: Any) -> list[Any]:
    """Return the documents of an answer, which is a list, one object, or empty."""
    match data:
        case None:
            return []
        case list():
            return data
    return [data]
