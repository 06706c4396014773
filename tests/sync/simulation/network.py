"""The line between a worker and a service: requests are served in this loop, or go wrong by seed."""

# The methods are those they stand in for, whatever they need of their arguments.
# ruff: noqa: ARG002
from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx2
from starlette.routing import Router

from tests.sync.simulation.world import Asked, World

_PAGE = b"<html><body>Welcome to our network</body></html>"

#: A client waits so long for an answer (seconds) before it takes the service for silent.
_PATIENCE = 20

Play = Callable[["Line", httpx2.Request], Awaitable[httpx2.Response]]


class Service:
    """A service's app at the end of a line, with what its guests see of lists that came before."""

    def __init__(self, world: World, channel: str, service: Any) -> None:
        """Serve `service` (see `sync.sandbox.server.Service`) for a channel, in weather of its own."""
        self.world, self.channel, self.service = world, channel, service
        self.app = Router(routes=service.routes())
        self.weather = world.weather()
        self.blinked: set[str] = set()
        self.lists: dict[str, bytes] = {}
        self.between: Callable[[], None] = lambda: None

    async def applied(self, request: httpx2.Request, life: object) -> httpx2.Response:
        """Let the service do its work, note it, and return its answer."""
        messages: list[Any] = []

        async def send(message: Any) -> None:
            messages.append(message)

        body = request.content

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        request.extensions["arrived"] = True
        await self.app(_scope(request), receive, send)
        status, headers = messages[0]["status"], messages[0]["headers"]
        self.world.asked.append(
            Asked(self.world.seconds(), self.channel, life, request.method, request.url.path, body, status)
        )
        date = format_datetime(datetime.fromtimestamp(self.world.theirs(), UTC), usegmt=True)
        content = b"".join(message.get("body", b"") for message in messages[1:])
        return httpx2.Response(status, headers=[*headers, (b"date", date.encode())], content=content)


class Line(httpx2.AsyncBaseTransport):
    """What one worker's client sends its requests through; it is dead when its worker is."""

    def __init__(self, service: Service, life: Any) -> None:
        """Connect a life to a service."""
        self._service, self._life = service, life
        self._world = service.world

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Bring a request there and its answer back, or not."""
        await request.aread()
        self._life.step()
        self._note_if_quiet()
        try:
            await asyncio.sleep(self._world.random.uniform(0.01, 0.4))
            answer = await _PLAYS[self._drawn(request)](self, request)
        except asyncio.CancelledError:
            await self._left_behind(request)
            raise
        self._life.step()
        return answer

    def _note_if_quiet(self) -> None:
        now = self._world.seconds()
        for since, until in self._world.quiet.get(self._service.channel, ()):
            if since < now < until:
                self._world.faults[self._service.channel, "spoke when quiet"] += 1

    def _drawn(self, request: httpx2.Request) -> str:
        for kind, chance in self._service.weather.items():
            if self._world.chance(chance) and _fits(kind, request, self._service):
                self._world.faults[self._service.channel, kind] += 1
                return kind
        return "fair"

    async def _left_behind(self, request: httpx2.Request) -> None:
        """What a worker had sent when it died may have arrived all the same."""
        if self._life.dead and "arrived" not in request.extensions and self._world.random.random() < 0.5:
            await self._service.applied(request, self._life)

    async def _fair(self, request: httpx2.Request) -> httpx2.Response:
        self._service.between()
        answer = await self._service.applied(request, self._life)
        if request.method == "GET" and _rows(_data(answer)):
            self._service.lists[request.url.path] = answer.content
        return answer

    async def _lost(self, request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route", request=request)

    async def _cut(self, request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ReadError("reset on the way there", request=request)

    async def _unanswered(self, request: httpx2.Request) -> httpx2.Response:
        await self._fair(request)
        self._life.step()
        raise httpx2.ReadError("reset on the way back", request=request)

    async def _slow(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._fair(request)
        seconds = self._world.random.uniform(1, 2 * _PATIENCE)
        await asyncio.sleep(min(seconds, _PATIENCE))
        if seconds > _PATIENCE:
            raise httpx2.ReadTimeout("nothing came", request=request)
        return answer

    async def _failed(self, request: httpx2.Request) -> httpx2.Response:
        status = self._world.random.choice((500, 502, 503, 504))
        return httpx2.Response(status, json={"status": status, "message": "out of order"})

    async def _failed_applied(self, request: httpx2.Request) -> httpx2.Response:
        await self._fair(request)
        return await self._failed(request)

    async def _html(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/html"}, content=_PAGE)

    async def _html_applied(self, request: httpx2.Request) -> httpx2.Response:
        await self._fair(request)
        return await self._html(request)

    async def _expired(self, request: httpx2.Request) -> httpx2.Response:
        self._service.service.expire()
        return await self._fair(request)

    async def _forbidden(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(403, content=_PAGE)

    async def _throttled(self, request: httpx2.Request) -> httpx2.Response:
        status, body = self._service.service.throttled()
        seconds = self._world.random.choice((1, 5, 20, 60))
        now = self._world.seconds()
        self._world.quiet.setdefault(self._service.channel, []).append((now, now + seconds))
        return httpx2.Response(status, headers={"retry-after": str(seconds)}, json=body)

    async def _blink(self, request: httpx2.Request) -> httpx2.Response:
        self._service.blinked.add(request.url.path)
        return httpx2.Response(404, json={"message": "not found"})

    async def _repeated(self, request: httpx2.Request) -> httpx2.Response:
        before = self._service.lists.pop(request.url.path)
        return httpx2.Response(200, headers={"content-type": "application/json"}, content=before)

    async def _shuffled(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._fair(request)
        data = _data(answer)
        if not (rows := _rows(data)):
            return answer
        self._world.random.shuffle(rows)
        kept = {name: answer.headers[name] for name in ("date", "link") if name in answer.headers}
        return httpx2.Response(answer.status_code, headers=kept, json=data)


_PLAYS: Mapping[str, Play] = {
    kind: getattr(Line, f"_{kind}")
    for kind in (
        "fair", "lost", "cut", "unanswered", "slow", "failed", "failed_applied", "html", "html_applied",
        "expired", "forbidden", "throttled", "blink", "repeated", "shuffled",
    )
}  # fmt: skip


def _fits(kind: str, request: httpx2.Request, service: Service) -> bool:
    """Say whether a request can go wrong so: an order is out of sight once at most, only lists repeat."""
    path = request.url.path
    if kind == "blink":
        return request.method == "GET" and any(c.isdigit() for c in path[-6:]) and path not in service.blinked
    return kind != "repeated" or (request.method == "GET" and path in service.lists)


def _scope(request: httpx2.Request) -> dict[str, Any]:
    path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": request.method,
        "path": request.url.path,
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }


def _data(answer: httpx2.Response) -> Any:
    try:
        return json.loads(answer.content or b"null")
    except ValueError:
        return None


def _rows(data: Any) -> list[Any]:
    match data:
        case list():
            return data
        case {"data": {"list": list() as rows}} | {"data": list() as rows} | {"content": list() as rows}:
            return rows
    return []
