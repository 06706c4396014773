"""Who is signed in at a service: one sign-in for all calls that need it, and one more when it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from sync.errors import Missing, OutcomeUnknown, Paused, Refused, SignInAgain, Throttled, TryLater

T = TypeVar("T")

#: Stands where a token stood: it was got, and is shown to nobody.
NOT_SHOWN = "(got, not shown)"


class Session:
    """The session of one client. `sign_in` asks the service for a token (or the like) and returns it.

    Without it the calls go out unsigned, and a service that wants to know who calls is Paused. A `token` that
    is known from before is used until the service knows it no more.
    """

    def __init__(self, sign_in: Callable[[], Awaitable[str]] | None, token: str = "") -> None:
        """Prepare; nobody signs in before the first call."""
        self._sign_in = sign_in
        self._token = token
        self._sign_ins = 0
        self._signing_in = asyncio.Lock()

    @property
    def token(self) -> str:
        """What the service gave at the last sign-in; empty where nobody is signed in."""
        return self._token

    async def renew(self) -> None:
        """Sign in; raises Paused where the service does not accept it, or nobody may sign in."""
        if self._sign_in is None:
            raise Paused("no_secrets")
        self.begin(await self._sign_in())

    def begin(self, token: str) -> None:
        """Go on with a token that was got in another way."""
        self._token = token
        self._sign_ins += 1

    def end(self) -> None:
        """Forget the session: the service knows it no more."""
        self._token = ""

    async def call(self, send: Callable[[str], Awaitable[T]]) -> T:
        """Let `send` make its call with the token; where that has ended, sign in once and repeat it once."""
        if self._sign_in and not self._token:
            await self._once(self._sign_ins)
        used = self._sign_ins
        try:
            return await send(self._token)
        except SignInAgain:
            await self._once(used)
        try:
            return await send(self._token)
        except SignInAgain:
            raise Paused("session_ends") from None

    async def _once(self, used: int) -> None:
        """Sign in unless another call already did since sign-in number `used`."""
        async with self._signing_in:
            if self._sign_ins == used:
                await self.renew()


def without_tokens(answer: Any, *tokens: str) -> dict[str, Any]:
    """Return what a sign-in answered without what lets in: that a token was got is said, not which.

    Hidden is what is named a token, and whatever is one of `tokens`, however deep it stands.
    """
    shown = _without(answer, frozenset(filter(None, tokens)))
    return shown if isinstance(shown, dict) else {}


def _without(said: Any, tokens: frozenset[str]) -> Any:
    if isinstance(said, Mapping):
        hidden = {name for name, value in said.items() if isinstance(value, str) and value}
        hidden = {name for name in hidden if str(name).endswith("token") or said[name] in tokens}
        return {
            name: NOT_SHOWN if name in hidden else _without(value, tokens) for name, value in said.items()
        }
    if isinstance(said, list | tuple):
        return [_without(value, tokens) for value in said]
    return NOT_SHOWN if isinstance(said, str) and said in tokens else said


async def signing_in(answer: Awaitable[T], path: str) -> T:
    """Return what a sign-in at `path` answers; where it fails, raise what follows for the whole channel."""
    try:
        return await answer
    except Throttled:
        raise
    except OutcomeUnknown as error:
        # Nothing but a session may have come of it: whatever was to be told was not told.
        raise error.besides or TryLater(str(error)) from None
    except Missing:
        raise Paused(f"no_sign_in: {path}") from None
    except (SignInAgain, Refused):
        raise Paused("wrong_secrets") from None
