"""What can go wrong between a shop and a service, made to happen on request, by seed."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.sandbox.heard import Heard
from sync.sandbox.service import CONTROL, Service

Kind = Literal[
    "slow", "fail", "throttle", "expire", "lost", "down", "drop", "html", "repeat", "shuffle", "move"
]
KINDS: frozenset[str] = frozenset(get_args(Kind))

#: Parameters that name a place in a list, and their first place.
_PLACES: Mapping[str, int] = {"page": 1, "offset": 1, "$skip": 0, "skip": 0}


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, `times` times (None: until calm), each with `probability`.

    slow      answers after `seconds`
    fail      answers `status` in the service's words, nothing applied
    throttle  says in the service's words that it was asked too often, with Retry-After `seconds`
    expire    ends every session, then goes on; where nobody signs in, the key is refused
    lost      closes the connection, nothing applied
    down      closes every connection until calm
    drop      applies, then closes the connection without an answer
    html      applies, then answers with a web page
    repeat    answers a list with the page it gave before
    shuffle   answers a list in another order
    move      answers a later page as if a row had come or gone before it meanwhile: it shows again the last
              row of the page before, or lacks its own first row. Its last row is cut as the page is full.
    """

    kind: Kind
    times: int | None = 1
    probability: float = 1.0
    method: str = ""
    path: str = ""
    status: int = 503
    seconds: float = 1.0

    def fits(self, scope: Scope) -> bool:
        """Say whether a request is one that this fault is for."""
        return (
            self.times != 0
            and (not self.method or self.method == scope["method"])
            and scope["path"].startswith(self.path or "/")
            and (self.kind != "move" or _is_later_page(scope))
        )


class Faults:
    """An ASGI app around a service's, in which requests go wrong as ordered."""

    def __init__(self, app: ASGIApp, service: Service, clock: Callable[[], float] = time.time) -> None:
        """Put a service's `app` behind faults, of which none is ordered yet."""
        self._app = app
        self._service = service
        self._random = random.Random(0)
        self._lists: dict[str, Response] = {}
        self.ordered: list[Fault] = []
        self.heard = Heard(clock)

    def order(self, fault: Fault, seed: int | None = None) -> None:
        """Let something go wrong from now on; a `seed` starts chance anew."""
        if seed is not None:
            self._random.seed(seed)
        self.ordered.append(fault)

    def calm(self, kind: str = "") -> None:
        """Let nothing go wrong any more, or nothing of one kind."""
        self.ordered = [fault for fault in self.ordered if kind and fault.kind != kind]
        if not kind:
            self._lists.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, with the first ordered fault that fits it and that chance allows."""
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        fault = self._draw(scope)
        if fault is None:
            await self._serve(scope, receive, send)
            return
        await _PLAYS[fault.kind](self, fault, scope, receive, send)

    def _draw(self, scope: Scope) -> Fault | None:
        for fault in self.ordered:
            if fault.fits(scope) and self._random.random() < fault.probability:
                fault.times = None if fault.times is None else fault.times - 1
                return fault
        return None

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as the service does, and keep the list for a later `repeat`."""
        answer = await self._applied(scope, receive)
        self._keep(scope, answer)
        await answer(scope, receive, send)

    def _keep(self, scope: Scope, answer: Response) -> None:
        if scope["method"] == "GET" and _rows(_data(answer)):
            self._lists[scope["path"]] = answer

    async def _applied(self, scope: Scope, receive: Receive, *, answered: bool = True) -> Response:
        """Let the service do its work and return its answer unsent; what it was told is kept."""
        messages: list[Message] = []
        said = bytearray()

        async def keep(message: Message) -> None:
            messages.append(message)

        async def listen() -> Message:
            message = await receive()
            said.extend(message.get("body", b""))
            return message

        await self._app(scope, listen, keep)
        start = messages[0]
        answer = Response(b"".join(m.get("body", b"") for m in messages[1:]), start["status"])
        answer.raw_headers = list(start["headers"])
        self.heard.add(scope["method"], scope["path"], bytes(said), answer, answered=answered)
        return answer

    async def _slow(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(fault.seconds)
        await self._serve(scope, receive, send)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await self._error(fault.status)(scope, receive, send)

    def _error(self, status: int) -> Response:
        return JSONResponse(self._service.error(status, phrase(status)), status)

    async def _throttle(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"Retry-After": str(int(fault.seconds))}
        status, body = self._service.throttled()
        await JSONResponse(body, status, headers)(scope, receive, send)

    async def _end_sessions(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if self._service.expire():
            await self._serve(scope, receive, send)
        else:
            await self._error(401)(scope, receive, send)

    async def _lose(self, _: Fault, __: Scope, ___: Receive, send: Send) -> None:
        await _hang_up(send)

    async def _drop(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await self._applied(scope, receive, answered=False)
        await _hang_up(send)

    async def _page_of_html(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        await self._applied(scope, receive, answered=False)
        await HTMLResponse("<html><body>Welcome to our network</body></html>")(scope, receive, send)

    async def _repeat(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        before = self._lists.get(scope["path"])
        if before is None or scope["method"] != "GET":
            await self._serve(scope, receive, send)
            return
        await before(scope, receive, send)

    async def _shuffle(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._applied(scope, receive)
        data = _data(answer)
        if rows := _rows(data):
            self._random.shuffle(rows)
            answer = _with(answer, data)
        await answer(scope, receive, send)

    async def _move(self, _: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._applied(scope, receive)
        data, before = _data(answer), self._lists.get(scope["path"])
        self._keep(scope, answer)
        if rows := _rows(data):
            came = before is not None and self._random.random() < 0.5
            rows[:] = [*_rows(_data(before))[-1:], *rows][: len(rows)] if came else rows[1:]
            answer = _with(answer, data)
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
    "move": Faults._move,
}


def phrase(status: int) -> str:
    """Return what HTTP calls a status; empty for one that it does not know."""
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


def _is_later_page(scope: Scope) -> bool:
    asked = dict(parse_qsl(scope["query_string"].decode("ascii", "replace")))
    places = ((asked[name], first) for name, first in _PLACES.items() if name in asked)
    return any(place.isdecimal() and int(place) > first for place, first in places)


def _with(answer: Response, data: Any) -> Response:
    """Return an answer with other data and all of its headers."""
    changed = JSONResponse(data, answer.status_code)
    its_own = dict(changed.raw_headers)
    changed.raw_headers = [(name, its_own.get(name, value)) for name, value in answer.raw_headers]
    return changed


def _data(answer: Response | None) -> Any:
    if answer is None:
        return None
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
    fields: dict[str, Any] = {"times": None} if body["kind"] == "down" else {}
    fields |= {key: value for key, value in body.items() if key != "seed"}
    try:
        return Fault(**fields), body.get("seed")
    except TypeError as error:
        raise ValueError("unknown field of a fault") from error
