"""What can go wrong between a shop and a service, made to happen on request, by seed."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind = Literal[
    "slow", "fail", "throttle", "expire", "lost", "down", "drop", "html", "repeat", "shuffle"
]  # fmt: skip
KINDS: frozenset[str] = frozenset(get_args(Kind))

#: Where the sandbox itself is controlled; no fault touches it.
CONTROL = "/_sandbox"


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, `times` times (None: until calm), each with `probability`.

    slow      answers after `seconds`
    fail      answers `status`, nothing applied
    throttle  says in the service's words that it was asked too often, with Retry-After `seconds`
    expire    ends every session, then goes on
    lost      closes the connection, nothing applied; `down` is the same under another name
    drop      applies, then closes the connection without an answer
    html      applies, then answers with a web page
    repeat    answers a list with the page it gave before
    shuffle   answers a list in another order
    """

    kind: Kind
    times: int | None = 1
    probability: float = 1.0
    method: str = ""
    path: str = ""
    status: int = 503
    seconds: float = 1.0

    def fits(self, method: str, path: str) -> bool:
        """Say whether a request is one that this fault is for."""
        return (
            self.times != 0
            and (not self.method or self.method == method)
            and path.startswith(self.path or "/")
        )


class Faults:
    """An ASGI app around a service's, in which requests go wrong as ordered."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        expire: Callable[[], None],
        throttled: Callable[[], tuple[int, dict[str, Any]]],
    ) -> None:
        """Put `app` behind faults, of which none is ordered yet.

        `expire` ends the service's sessions, `throttled` is its answer to too many calls: status and body.
        """
        self._app = app
        self._expire = expire
        self._throttled = throttled
        self._random = random.Random(0)
        self._ordered: list[Fault] = []
        self._lists: dict[str, bytes] = {}

    def order(self, fault: Fault, seed: int | None = None) -> None:
        """Let something go wrong from now on; a `seed` starts chance anew."""
        if seed is not None:
            self._random.seed(seed)
        self._ordered.append(fault)

    def calm(self) -> None:
        """Let nothing go wrong any more."""
        self._ordered.clear()
        self._lists.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, with the first ordered fault that fits it and that chance allows."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        fault = self._draw(scope["method"], scope["path"])
        if fault is None:
            await self._serve(scope, receive, send)
            return
        await _PLAYS[fault.kind](self, fault, scope, receive, send)

    def _draw(self, method: str, path: str) -> Fault | None:
        for fault in self._ordered:
            if fault.fits(method, path) and self._random.random() < fault.probability:
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the service does, and keep the list for a later `repeat`."""
        answer = await self._applied(scope, receive)
        if scope["method"] == "GET" and _rows(_data(answer)):
            self._lists[scope["path"]] = bytes(answer.body)
        await answer(scope, receive, send)

    async def _applied(self, scope: Scope, receive: Receive) -> Response:
        """Let the service do its work and return its answer unsent."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        start = messages[0]
        answer = Response(b"".join(m.get("body", b"") for m in messages[1:]), start["status"])
        answer.raw_headers = list(start["headers"])
        return answer

    async def _slow(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(fault.seconds)
        await self._serve(scope, receive, send)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        body = {"status": fault.status, "message": "out of order"}
        await JSONResponse(body, fault.status)(scope, receive, send)

    async def _throttle(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"Retry-After": str(int(fault.seconds))}
        status, body = self._throttled()
        await JSONResponse(body, status, headers)(scope, receive, send)

    async def _end_sessions(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        self._expire()
        await self._serve(scope, receive, send)

    async def _lose(self, _: Fault, __: Scope, ___: Receive, send: Send) -> None:
        await _hang_up(send)

    async def _drop(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await self._applied(scope, receive)
        await _hang_up(send)

    async def _page_of_html(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await self._applied(scope, receive)
        await HTMLResponse("<html><body>Welcome to our network</body></html>")(scope, receive, send)

    async def _repeat(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        before = self._lists.get(scope["path"])
        if before is None or scope["method"] != "GET":
            await self._serve(scope, receive, send)
            return
        await Response(before, media_type="application/json")(scope, receive, send)

    async def _shuffle(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._applied(scope, receive)
        data = _data(answer)
        if rows := _rows(data):
            self._random.shuffle(rows)
            answer = JSONResponse(data)
        await answer(scope, receive, send)


_Play = Callable[[Faults, Fault, Scope, Receive, Send], Awaitable[None]]

_PLAYS: Mapping[Kind, _Play] = {
    "slow": Faults._slow,
    "fail": Faults._fail,
    "throttle": Faults._throttle,
    "expire": Faults._end_sessions,
    "lost": Faults._lose,
    "down": Faults._lose,
    "drop": Faults._drop,
    "html": Faults._page_of_html,
    "repeat": Faults._repeat,
    "shuffle": Faults._shuffle,
}


def _data(answer: Response) -> Any:
    try:
        return json.loads(bytes(answer.body) or b"null")
    except ValueError:
        return None


def _rows(data: Any) -> list[Any]:
    """Return the rows of a list, wherever in an answer the service puts them."""
    match data:
        case list():
            return data
        case {"data": {"list": list() as rows}} | {"data": list() as rows} | {"content": list() as rows}:
            return rows
    return []


async def _hang_up(send: Send) -> None:
    # A body that is announced and never sent makes the server close the connection.
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


def fault_of(body: Any) -> tuple[Fault, int | None]:
    """Return the fault and the seed in a control request; raises ValueError where there is none."""
    if not isinstance(body, dict) or body.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
    fields = {key: value for key, value in body.items() if key != "seed"}
    try:
        return Fault(**fields), body.get("seed")
    except TypeError as error:
        raise ValueError("unknown field of a fault") from error
