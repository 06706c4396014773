"""One signed-in call to CREMA, its token in a header or a parameter, what it says as JSON or a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sync.channels.crema import wire
from sync.channels.crema.settings import Settings
from sync.errors import Paused, Throttled, TryLater
from sync.http import Answer, Api
from sync.ports import Clock
from sync.session import Session, signing_in, without_tokens

_TOKEN = "/oauth/token"

#: A token is not used in its last seconds: it could end on the way.
_LAST_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Credentials:
    """An application's id and secret, as CREMA gives them to a shop."""

    client_id: str
    client_secret: str


class Calls:
    """The calls of one account. Signs in before the first, and again when its token has ended."""

    def __init__(self, api: Api, settings: Settings, credentials: Credentials | None, clock: Clock) -> None:
        """Prepare; nothing is sent yet. `clock` is UTC."""
        self._api = api
        self.settings = settings
        self._credentials = credentials
        self._clock = clock
        self._ends_at: datetime | None = None
        self._said_at_sign_in: Mapping[str, Any] = {}
        self._session = Session(self._signed_in if credentials else None)

    async def sign_in(self) -> Mapping[str, Any]:
        """Get a new token and return the answer without it; raises Paused where it is not given."""
        await self._session.renew()
        return self._said_at_sign_in

    async def call(
        self,
        method: str,
        path: str,
        asked: Mapping[str, Any] | None = None,
        said: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Send one request: `asked` in its query, `said` as its body; raises the errors of `sync.errors`."""
        if self._ends_at is not None and self._clock() >= self._ends_at:
            self._session.end()
            self._ends_at = None

        async def send(token: str) -> Answer:
            return await self._asked(method, path, **self._written(token, asked or {}, said))

        return await self._session.call(send)

    async def close(self) -> None:
        """Give the connections back."""
        await self._api.close()

    async def _asked(self, method: str, path: str, **parts: Any) -> Answer:
        """Send one request; a wish for quiet is for a person where the shop says so."""
        try:
            return await self._api.call(method, path, **parts)
        except Throttled as error:
            if self.settings.retry_429:
                raise
            theirs = str(error).partition(": ")[2]
            raise Paused(f"asked_too_often: {theirs}" if theirs else "asked_too_often") from None

    def _written(
        self, token: str, asked: Mapping[str, Any], said: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return a request's parts. A token as a parameter goes where the other parameters are."""
        in_header = self.settings.token_in == "header"
        headers = {"Authorization": f"Bearer {token}"} if token and in_header else {}
        own = {"access_token": token} if token and not in_header else {}
        if said is None:
            return {"params": {**asked, **own}, "headers": headers}
        fields = {**said, **own}
        body = {"form": _as_form(fields)} if self.settings.body == "form" else {"body": fields}
        return {"params": asked, "headers": headers, **body}

    async def _signed_in(self) -> str:
        assert self._credentials is not None  # nobody else signs in
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
        }
        answer = await signing_in(self._asked("POST", _TOKEN, form=form), _TOKEN)
        token = wire.Token.model_validate(answer.data if isinstance(answer.data, dict) else {})
        if not token.access_token:
            raise TryLater("unreadable_answer")
        self._api.conceal(token.access_token)
        self._said_at_sign_in = without_tokens(answer.data, token.access_token)
        if lives := token.expires_in:
            self._ends_at = self._clock() + timedelta(seconds=max(lives - _LAST_SECONDS, lives / 2))
        return token.access_token


def _as_form(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as a form has them: a list stands under its name with ``[]``."""
    return {f"{name}[]" if isinstance(value, list) else name: value for name, value in fields.items()}
