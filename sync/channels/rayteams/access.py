"""What lets a client in at RayTeams: OAuth tokens, got with a code from the browser and renewed in time."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

import structlog

from sync.alone import Alone
from sync.channels.rayteams.settings import Settings
from sync.errors import OutcomeUnknown, Paused, Refused, SignInAgain, TryLater
from sync.http import Answer, Api, Timeouts
from sync.ports import Clock, Keep
from sync.session import Session, signing_in
from sync.verdicts import Verdict

T = TypeVar("T")

_log = structlog.get_logger("sync.rayteams")

TOKEN = "/oauth2/token"

#: A slow answer is waited for nearly as long as a call may take: giving it up may cost the refresh token.
TIMEOUTS = Timeouts(read=50)

#: Faults after which a renewal is sent once more at once: it may be granted, and nobody can read the answer.
_UNHEARD = frozenset({"connection_broke", "unreadable_answer", "web_page"})

#: A token is renewed before its end by this much, so that none ends on its way.
_EARLY = timedelta(seconds=30)

#: What follows from the ``error`` of a token that is refused; others say that this client is not known.
_BY_ERROR = {"invalid_grant": SignInAgain}


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the service gave: `answer` is all that it said. Without `ends_at` (UTC) the end is not known."""

    access: str
    refresh: str
    ends_at: datetime | None
    answer: Mapping[str, Any] = field(repr=False)


#: A worker and a form may hold the same refresh token: sent by both, it would end both.
_RENEWALS = Alone[Tokens]()


def judge(data: Any) -> Verdict | None:
    """Return what follows from a refusal, ``{"error": …}``; which HTTP status it has is not documented."""
    error = data.get("error") if isinstance(data, dict) else None
    return Verdict(_BY_ERROR.get(str(error), Refused), f"answered: {error}") if error else None


def challenge(verifier: str) -> str:
    """Return what a sign-in with PKCE begins with (RFC 7636, S256), so that it can end with `verifier`."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Access:
    """The tokens of one client: one renewal for all calls that need it, kept before it is used.

    Raises the errors of `sync.errors`; where only a person can get a new permission it is Paused.
    """

    def __init__(
        self,
        api: Api,
        settings: Settings,
        secrets: Mapping[str, str],
        clock: Clock,
        keep: Keep | None = None,
        conceal: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Prepare with the secrets that are known, and the API of the sign-in's host; nothing is sent yet."""
        self._api = api
        self._settings = settings
        self._client_id = secrets.get("CLIENT_ID", "")
        self._client_secret = secrets.get("CLIENT_SECRET", "")
        self._refresh_token = secrets.get("REFRESH_TOKEN", "")
        self._clock = clock
        self._keep = keep
        self._conceal = conceal
        self._ends_at: datetime | None = None
        self._had_token = bool(secrets.get("ACCESS_TOKEN"))
        self._session = Session(self._renewed, secrets.get("ACCESS_TOKEN", ""))
        self._renewing: asyncio.Future[Tokens] | None = None
        self._newest: Tokens | None = None

    @property
    def client_id(self) -> str:
        """The id under which this client is known there."""
        return self._client_id

    async def call(self, send: Callable[[str], Awaitable[T]]) -> T:
        """Let `send` make its call with a token, renewed first where it has ended, and once after a 401."""
        if self._ends_at and self._clock() >= self._ends_at:
            self._session.end()
            self._ends_at = None
        return await self._session.call(send)

    async def renew(self) -> Tokens:
        """Get new tokens with the refresh token (``POST /oauth2/token``); raises Paused if worthless.

        Once begun it is ended, also where nobody waits for it any more: the refresh token may be used up.
        Where its answer is lost or unreadable it is sent once more at once: many services take a refresh
        token that they replaced until the new one is used, some for seconds only; what is right is left to
        them (RFC 9700, 4.14.2).
        """
        if not self._refresh_token:
            if not self._client_id and not self._had_token:
                raise Paused("no_secrets")
            raise Paused("permission_ended" if self._had_token else "not_signed_in")
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.ensure_future(self._alone())
        return await asyncio.shield(self._renewing)

    async def redeem(self, code: str, redirect_uri: str, verifier: str = "") -> Tokens:
        """Get tokens for a code that the browser brought; `verifier` where the sign-in began with PKCE."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return await self._asked({**form, **({"code_verifier": verifier} if verifier else {})})

    def address(self, redirect_uri: str, state: str = "", verifier: str = "") -> str:
        """Return the address of the sign-in's page, for a browser."""
        asked = {"client_id": self._client_id, "response_type": "code", "redirect_uri": redirect_uri}
        if state:
            asked["state"] = state
        if verifier:
            asked |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        return f"{self._settings.sign_in_url}{self._settings.authorize_path}?{urlencode(asked)}"

    async def close(self) -> None:
        """Give the connection back, once a renewal that is under way has ended and is kept."""
        if self._renewing and not self._renewing.done():
            _log.info("sign_in_ends_first", seconds_at_most=TIMEOUTS.whole)
            await asyncio.wait([self._renewing])  # not gather: broken off, that would cancel it
        await self._api.close()

    async def _renewed(self) -> str:
        return (await self.renew()).access

    async def _alone(self) -> Tokens:
        """Renew, or take what another client of this process is given just now for the same."""
        form = {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        whose = (self._settings.sign_in_url, self._client_id, self._client_secret, self._refresh_token)
        tokens = await _RENEWALS.ask(whose, partial(self._asked, form, tries=2))
        return tokens if tokens is self._newest else await self._taken(tokens)

    async def _asked(self, form: Mapping[str, str], tries: int = 1) -> Tokens:
        if not self._client_id:
            raise Paused("no_secrets")
        answer = await signing_in(_granted(self._answered(form, tries)), TOKEN)
        return await self._taken(self._tokens(answer.data))

    async def _answered(self, form: Mapping[str, str], tries: int) -> Answer:
        known = b64encode(f"{self._client_id}:{self._client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {known}"} if self._client_secret else {}
        try:
            return await self._api.call(
                "POST", TOKEN, form={**form, "client_id": self._client_id}, headers=headers
            )
        except OutcomeUnknown as lost:
            # One that was given up may still be worked on there: the same token beside it would end both.
            # A service that answers that it is down is asked again by the engine, later.
            if tries == 1 or str(lost) not in _UNHEARD:
                raise
        return await self._answered(form, tries - 1)

    def _tokens(self, said: Any) -> Tokens:
        access = said.get("access_token") if isinstance(said, dict) else None
        if not isinstance(access, str) or not access:
            raise TryLater("unreadable_answer")
        fresh, lasts = said.get("refresh_token"), said.get("expires_in")
        ends_at = None
        if isinstance(lasts, int | float) and 0 < lasts < 10**9:
            ends_at = self._clock() + max(timedelta(seconds=lasts) - _EARLY, timedelta(seconds=lasts) / 2)
        return Tokens(access, fresh if isinstance(fresh, str) else "", ends_at, said)

    async def _taken(self, tokens: Tokens) -> Tokens:
        """Go on with new tokens; the refresh token is the old one where no new one was given."""
        self._newest, self._refresh_token = tokens, tokens.refresh or self._refresh_token
        self._ends_at, self._had_token = tokens.ends_at, True
        for secret in filter(None, (tokens.access, tokens.refresh)):
            self._conceal(secret)
        if self._keep:
            new = {"ACCESS_TOKEN": tokens.access, "REFRESH_TOKEN": tokens.refresh}
            await self._keep({name: secret for name, secret in new.items() if secret})
        self._session.begin(tokens.access)
        return tokens


async def _granted(answer: Awaitable[T]) -> T:
    """Return an answer; a permission that is not known any more is nothing that another try gets back."""
    try:
        return await answer
    except SignInAgain:
        raise Paused("permission_ended") from None
