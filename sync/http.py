"""One way to call a service's API: kept connections, explicit timeouts, answers named by what follows."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx2

from sync.addresses import is_address, is_loopback, is_not_tls, is_plain_http, is_untrusted
from sync.calls import GIVEN_UP, Call, Observe, Trace, shown, unseen
from sync.errors import (
    ChannelError,
    OutcomeUnknown,
    Paused,
    Refused,
    Throttled,
    TryLater,
)
from sync.ports import Clock
from sync.verdicts import (
    ERROR_KEYS,
    Judge,
    Verdict,
    by_status,
    date_of,
    error_text,
    quiet_for,
    verdict_of,
    words_in,
)

# Its INFO lines hold whole addresses, and a search for a guest has the name in it.
logging.getLogger("httpx2").setLevel(logging.WARNING)

_NOTHING_WAS_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
_WRONG_ADDRESS = (httpx2.InvalidURL, httpx2.UnsupportedProtocol)
_LONGEST_WORDS = 300
_OK, _NOT_MODIFIED, _UNAVAILABLE = 200, 304, 503
#: What is shorter stands in many a word: hiding it there would hide the words, and not the secret.
_SHORTEST_SECRET = 3
_WEB_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for each step and for the whole call, in seconds."""

    connect: float = 5
    read: float = 20
    write: float = 10
    pool: float = 10
    whole: float = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer: its JSON, the service's clock (UTC), cookies and headers.

    `data` is None where the body is empty, as of 204. The names of `headers` are in lower case.
    """

    status: int
    data: Any
    at: datetime | None
    cookies: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


@cache
def trust() -> ssl.SSLContext:
    """Return what certificates are verified with: read once, for all services of this process."""
    return httpx2.create_ssl_context()


class Api:
    """The API of one service. Raises only the errors of `sync.errors`; their texts hold no secret."""

    def __init__(
        self,
        base_url: str,
        *,
        clock: Clock,
        secrets: Iterable[str] = (),
        allow_plain_http: bool = False,
        timeouts: Timeouts | None = None,
        max_bytes: int = 64 * 1024 * 1024,
        judge: Judge = by_status,
        error_keys: Sequence[str] = ERROR_KEYS,
        transport: httpx2.AsyncBaseTransport | None = None,
        observe: Observe = unseen,
    ) -> None:
        """Prepare calls to `base_url`; nothing is sent yet. Answers above `max_bytes` are not read.

        A service whose answers say in their body whether they are one has a `judge`; `error_keys` are where
        its words for a refusal are looked for. `observe` is told of each call when it has ended.
        """
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self._secrets: set[str] = set()
        for secret in secrets:
            self.conceal(secret)
        self._is_address = is_address(self._base_url)
        self._must_not_call = is_plain_http(self._base_url) and not allow_plain_http
        self._max_bytes = max_bytes
        self._judge = judge
        self._error_keys = error_keys
        self._observe = observe
        limits = timeouts or Timeouts()
        self._whole = limits.whole
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(
                connect=limits.connect, read=limits.read, write=limits.write, pool=limits.pool
            ),
            # Many servers close a connection after 5 idle seconds: a letter sent just then would be unknown.
            limits=httpx2.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=3),
            follow_redirects=False,
            # A jar would send an old session beside the new one: who signs in keeps the cookie itself.
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            transport=transport,
            verify=trust(),
            # A proxy of the environment is for the world outside, not for this machine.
            trust_env=not is_loopback(self._base_url),
        )

    def conceal(self, secret: str) -> None:
        """Keep a secret learned later (a session, a token) out of every error text."""
        if len(secret) >= _SHORTEST_SECRET:
            self._secrets.add(secret)

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        form: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return its 2xx answer, else raise by what follows from it.

        `body` is sent as JSON, `form` as a form's fields, `files` as a form's files, each with its name and
        content; a request has one of them at most.
        A GET that got no readable answer is TryLater, since asking is harmless; any other method is
        OutcomeUnknown then. 304 counts as success without a body.
        """
        if not self._is_address:
            raise Paused("bad_address")
        if self._must_not_call:
            raise Paused("plain_http")
        trace = Trace(Call(self._clock(), method, shown(path, params)))
        said = {"params": params, "json": body, "data": form, "files": files, "headers": headers}
        try:
            return await self._called(trace, method, path, said)
        except ChannelError as error:
            trace.failed(str(error))
            raise
        except asyncio.CancelledError:
            trace.failed(GIVEN_UP)
            raise
        finally:
            self._observe(trace.ended(self._clock()))

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def _called(self, trace: Trace, method: str, path: str, said: Mapping[str, Any]) -> Answer:
        response, content = await self._exchange(method, path, **said)
        trace.answered(response.status_code, _length(response.request), len(content))
        at = date_of(response.headers.get("date"))
        fine = response.is_success or response.status_code == _NOT_MODIFIED
        if fine and method == "GET" and response.status_code == _OK and not content.strip():
            raise TryLater("unreadable_answer")  # with nothing in it, it does not say that there is nothing
        data = self._json(method, content) if fine else _json_or_none(content)
        verdict = self._judge(data)
        if fine and verdict is None:
            return Answer(response.status_code, data, at, dict(response.cookies), dict(response.headers))
        trace.quoted = verdict is not None or bool(words_in(content, self._error_keys))
        raise self._error_of(method, response, content, at, verdict)

    async def _exchange(self, method: str, path: str, **said: Any) -> tuple[httpx2.Response, bytes]:
        # `from None` everywhere: a cause's text may hold the address with all that was asked in it.
        try:
            async with asyncio.timeout(self._whole):
                async with self._client.stream(method, self._base_url + path, **said) as response:
                    return response, await self._content(method, response)
        except _NOTHING_WAS_SENT as error:
            raise _unreached(error) from None
        except _WRONG_ADDRESS:
            raise Paused("bad_address") from None
        except (httpx2.TimeoutException, TimeoutError):
            raise _unanswered(method, "no_answer_in_time") from None
        except httpx2.HTTPError:
            raise _unanswered(method, "connection_broke") from None

    async def _content(self, method: str, response: httpx2.Response) -> bytes:
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > self._max_bytes:
                raise _unanswered(method, f"too_large: {self._max_bytes}")
        return bytes(content)

    def _json(self, method: str, content: bytes) -> Any:
        if not content.strip():
            return None
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            is_page = _WEB_PAGE.match(content)
            raise _unanswered(method, "web_page" if is_page else "unreadable_answer") from None

    def _error_of(
        self,
        method: str,
        response: httpx2.Response,
        content: bytes,
        at: datetime | None,
        verdict: Verdict | None,
    ) -> ChannelError:
        if 300 <= response.status_code < 400:
            return Paused(f"redirect: {response.status_code}")
        verdict = verdict or verdict_of(response.status_code)
        if issubclass(verdict.kind, Refused) and _WEB_PAGE.match(content):
            return _unanswered(method, "web_page")  # whoever says no with a page need not be the service
        words = error_text(verdict, self._words(content))
        if verdict.kind is Throttled:
            return self._quiet(words, response, at)
        if response.status_code == _UNAVAILABLE and "retry-after" in response.headers:
            return _unanswered(method, words, self._quiet(words, response, at))
        return _unanswered(method, words) if verdict.kind is OutcomeUnknown else verdict.kind(words)

    def _quiet(self, words: str, response: httpx2.Response, at: datetime | None) -> Throttled:
        now = self._clock()
        return Throttled(words, now + quiet_for(response.headers.get("retry-after"), at or now))

    def _words(self, content: bytes) -> str:
        """Return the service's own words for a refusal, clipped, without control characters and secrets."""
        words = words_in(content, self._error_keys)
        for secret in sorted(self._secrets, key=len, reverse=True):
            words = words.replace(secret, "•••")
        return "".join(c if c.isprintable() else " " for c in words)[:_LONGEST_WORDS]


def _unreached(error: Exception) -> ChannelError:
    """Return what follows where nothing could be sent.

    A hotel's sign-in page, a clock that is wrong at boot and a late renewal mend without anybody here.
    """
    if is_untrusted(error):
        return TryLater("bad_certificate")
    return TryLater("no_tls" if is_not_tls(error) else "no_connection")


def _unanswered(method: str, words: str, besides: Throttled | None = None) -> ChannelError:
    return (besides or TryLater(words)) if method == "GET" else OutcomeUnknown(words, besides)


def _length(request: httpx2.Request) -> int:
    """Return how many bytes a request's body had; 0 where it does not say so."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() else 0


def _json_or_none(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
