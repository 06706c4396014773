"""RayTeams's sign-in as its documents describe it: codes from a browser, tokens that end and are replaced."""

from __future__ import annotations

import base64
import binascii
import hashlib
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

#: Client ids, secrets and tokens that are never accepted; any other is.
WRONG = "wrong"
LASTS = 3600


@dataclass(frozen=True, slots=True)
class _Code:
    """What a code was given for."""

    redirect_uri: str
    challenge: str


class Door:
    """Who is let in. Each token that was given ends after an hour, each refresh token is good for one use.

    Tokens that were not given here come from before: they are good until all are ended (`expire`), a refresh
    token of those for good. With `replaces` False refresh tokens stay, and answers are as in the documents'
    example, without one. With `forgives` one that was replaced stays good until a token that came for it is
    used, as at many services: an answer may have been lost.
    """

    def __init__(self, clock: Callable[[], float], chance: random.Random) -> None:
        """Open; nobody has signed in yet. `clock` gives seconds since 1970."""
        self._clock = clock
        self._random = chance
        self.reset()

    def reset(self) -> None:
        """Forget everybody."""
        self.replaces, self.forgives = True, False
        self.granted = 0
        self._from_before = True
        self._codes: dict[str, _Code] = {}
        self._ends: dict[str, float] = {}
        self._refresh: set[str] = set()
        self._used_up: set[str] = set()
        self._came_for: dict[str, str] = {}

    def routes(self) -> list[Route]:
        """Return the paths of the sign-in's host."""
        return [
            Route("/oauth2/authorize", self._authorize, methods=["GET"]),
            Route("/login", self._authorize, methods=["GET"]),
            Route("/oauth2/token", self._token, methods=["POST"]),
        ]

    def lets_in(self, headers: Mapping[str, str]) -> bool:
        """Whether the token in a request's header, by either of its documented names, is good now."""
        token = headers.get("token") or headers.get("authorization", "").removeprefix("Bearer ")
        if not token or token == WRONG:
            return False
        self._arrived(token)
        ends = self._ends.get(token)
        return self._from_before if ends is None else ends > self._clock()

    def expire(self) -> None:
        """End every access token."""
        self._ends = dict.fromkeys(self._ends, 0.0)
        self._from_before = False

    async def _authorize(self, request: Request) -> Response:
        """Say yes for whoever sits at the browser, and send it back with a code."""
        asked = request.query_params
        missing = {"client_id", "redirect_uri"} - asked.keys()
        if missing or asked.get("response_type") != "code" or not urlsplit(asked["redirect_uri"]).scheme:
            return JSONResponse({"error": "invalid_request"}, 400)
        if asked["client_id"] == WRONG:
            return JSONResponse({"error": "unauthorized_client"}, 400)
        code = self._new()
        self._codes[code] = _Code(asked["redirect_uri"], asked.get("code_challenge", ""))
        back = {"code": code, **({"state": asked["state"]} if "state" in asked else {})}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        error = self._refusal(form, *_basic(request.headers.get("authorization", "")))
        given = {} if error else self._given(form.get("refresh_token", ""))
        return JSONResponse({"error": error}, 400) if error else JSONResponse(given)

    def _refusal(self, form: Mapping[str, str], client: str, secret: str) -> str:
        """Return why no token is given, in the documents' five words; empty where one is."""
        client, secret = client or form.get("client_id", ""), secret or form.get("client_secret", "")
        if not client or not secret or WRONG in (client, secret):
            return "invalid_client"
        if form.get("client_id") != client:
            return "invalid_request"
        grants = {"authorization_code": self._redeemed, "refresh_token": self._renewed}
        grant = grants.get(form.get("grant_type", ""))
        return grant(form) if grant else "unsupported_grant_type"

    def _redeemed(self, form: Mapping[str, str]) -> str:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.redirect_uri != form.get("redirect_uri"):
            return "invalid_grant"
        proof = _challenge(form.get("code_verifier", ""))
        return "invalid_grant" if code.challenge and code.challenge != proof else ""

    def _renewed(self, form: Mapping[str, str]) -> str:
        token = form.get("refresh_token", "")
        if not token:
            return "invalid_request"
        if token == WRONG or token in self._used_up:
            return "invalid_grant"
        self._arrived(token)
        return ""

    def _arrived(self, token: str) -> None:
        """Use up the refresh token for which this one came: whoever has this one needs it no more."""
        if used := self._came_for.pop(token, ""):
            self._used_up.add(used)

    def _given(self, used: str = "") -> dict[str, Any]:
        """Give new tokens; `used` is the refresh token that they come for, if any."""
        self.granted += 1
        access, fresh = self._new(), self._new()
        self._ends[access] = self._clock() + LASTS
        answer = {
            "access_token": access,
            "id_token": self._new(),
            "token_type": "Bearer",
            "expires_in": LASTS,
        }
        if not self.replaces:
            return answer
        self._refresh.add(fresh)
        if used in self._refresh:
            self._came_for |= dict.fromkeys((access, fresh), used)
        if not self.forgives:
            self._arrived(fresh)
        return {**answer, "refresh_token": fresh}

    def _new(self) -> str:
        return f"{self._random.getrandbits(128):032x}"


def _basic(header: str) -> tuple[str, str]:
    """Return the id and the secret of a Basic header, empty where there is none."""
    try:
        client, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client, secret


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
