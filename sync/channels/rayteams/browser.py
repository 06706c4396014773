"""A sign-in through the browser: its page is opened, and what it brings back is awaited on this machine."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from urllib.parse import parse_qs, urlsplit, urlunsplit

from sync.channels.rayteams.access import Access, Tokens
from sync.channels.rayteams.settings import Settings
from sync.errors import Paused, Refused, TryLater

#: Opens an address in the person's browser; False where there is none.
Browser = Callable[[str], object]

#: How long a person may take to sign in, in seconds.
PATIENCE = 300.0

_LONGEST_WORDS = 300

_PAGE = "<!doctype html><meta charset=utf-8><title>RayTeams</title><p>{words}"
#: In every language that a counter may speak: the browser's person is the one at the counter.
_DONE = (
    "已登录，可以关闭此页。<p>로그인했습니다. 이 창을 닫아도 됩니다.<p>Signed in: you can close this page."
)
_NOT_OURS = (
    "这不是柜台发起的登录。<p>카운터에서 시작한 로그인이 아닙니다.<p>This is not the sign-in that was begun."
)

_Reply = asyncio.Future[dict[str, str]]


async def sign_in(access: Access, settings: Settings, browser: Browser, patience: float = PATIENCE) -> Tokens:
    """Let a person sign in in `browser` and return the tokens; raises Refused where they say no.

    Waits `patience` seconds and then raises TryLater. Only this machine is listened to, for one answer.
    """
    state = secrets.token_urlsafe(32) if settings.state else ""
    verifier = secrets.token_urlsafe(64) if settings.pkce else ""
    reply: _Reply = asyncio.get_running_loop().create_future()
    server, uri = await _listening(settings.redirect_uri, _answering(settings.redirect_uri, state, reply))
    async with server:
        if await asyncio.to_thread(browser, access.address(uri, state, verifier)) is False:
            raise Paused("no_browser")
        try:
            said = await asyncio.wait_for(reply, patience)
        except TimeoutError:
            raise TryLater("no_answer_in_time") from None
    if "code" not in said:
        words = _printable(said.get("error_description", said["error"]))
        raise Refused(words)
    return await access.redeem(said["code"], uri, verifier)


def _printable(said: str) -> str:
    return "".join(c if c.isprintable() else " " for c in said)[:_LONGEST_WORDS]


async def _listening(
    redirect_uri: str, answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> tuple[asyncio.Server, str]:
    """Listen where the browser comes back to, and return its address with the port that it really is."""
    place = urlsplit(redirect_uri)
    try:
        server = await asyncio.start_server(answer, "127.0.0.1", place.port)
    except OSError:
        raise Paused(f"port_taken: {place.port}") from None
    port = server.sockets[0].getsockname()[1]
    return server, urlunsplit(place._replace(netloc=f"{place.hostname}:{port}"))


def _answering(
    redirect_uri: str, state: str, reply: _Reply
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """Return what answers a browser; the first that comes with our `state` is the reply."""
    path = urlsplit(redirect_uri).path or "/"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            said = _said(await _request_line(reader), path)
            ours = said is not None and (not state or said.get("state") == state)
            if said is not None and ours and not reply.done():
                reply.set_result(said)
            writer.write(_response(ours))
            with suppress(ConnectionError):
                await writer.drain()

    return answer


async def _request_line(reader: asyncio.StreamReader) -> str:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return ""
    return head.partition(b"\r\n")[0].decode("latin-1")


def _said(request: str, path: str) -> dict[str, str] | None:
    """Return what a browser brings in its address; None for a request that brings nothing for us."""
    words = request.split(" ")
    if len(words) != 3 or words[0] != "GET":
        return None
    place = urlsplit(words[1])
    said = {name: values[0] for name, values in parse_qs(place.query).items()}
    return said if place.path == path and said.keys() & {"code", "error"} else None


def _response(ours: bool) -> bytes:
    page = _PAGE.format(words=_DONE if ours else _NOT_OURS).encode()
    status = "200 OK" if ours else "404 Not Found"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\nConnection: close"
    return f"{head}\r\n\r\n".encode() + page
