"""A service that costs next to nothing: fankahui's paths over documents that are ready, in its own process.

What is measured against it is our own time, and what a bare client does with the same answers.
"""

from __future__ import annotations

import asyncio
import json
import socket
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from multiprocessing import get_context
from typing import Any
from urllib.parse import parse_qs

import uvicorn

from .shop import documents

_JSON = (b"content-type", b"application/json")

#: Tells what was asked for since it was last asked for: a line each, method, path and query.
ASKED = "/asked"


class Ready:
    """An ASGI app: orders in pages, each by its id, changed by PUT; every answer `delay` seconds late."""

    def __init__(self, count: int, delay: float) -> None:
        self._texts = documents(count)
        self._orders = {order["id"]: order for order in map(json.loads, self._texts)}
        self._changed = [order["updateAt"] for order in self._orders.values()]
        self._delay = delay
        self._asked: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        body = await _body(receive)
        if scope["path"] == ASKED:
            said, self._asked = json.dumps(self._asked), []
            await _answer(send, said.encode())
            return
        self._asked.append(f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}")
        await asyncio.sleep(self._delay)
        await _answer(send, self._said(scope, body))

    def _said(self, scope: Any, body: bytes) -> bytes:
        path = scope["path"].strip("/").split("/")
        if path[0] == "users":
            return b'{"id": "session", "uid": "bench", "path": "/users"}'
        if len(path) == 1:
            asked = parse_qs(scope["query_string"].decode())
            start, many = int(asked["$skip"][0]), int(asked["$limit"][0])
            first = start + self._before(asked)
            return f"[{','.join(self._texts[first : first + many])}]".encode()
        order = self._orders[path[1]]
        if scope["method"] == "PUT":
            order |= json.loads(body)
        return json.dumps(order).encode()

    def _before(self, asked: Mapping[str, Any]) -> int:
        """Return how many orders changed before the moment that is asked for: each did when it was made."""
        since = json.loads(asked["updateAt"][0])["$gte"] if "updateAt" in asked else 0
        return bisect_left(self._changed, since)


async def _body(receive: Any) -> bytes:
    said, more = b"", True
    while more:
        message = await receive()
        said, more = said + message.get("body", b""), message.get("more_body", False)
    return said


async def _answer(send: Any, said: bytes) -> None:
    headers = [_JSON, (b"content-length", str(len(said)).encode()), (b"set-cookie", b"sid=session")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": said})


@contextmanager
def serving(count: int, delay: float = 0) -> Iterator[str]:
    """Serve `count` orders in a process of its own; yields the address."""
    # Without the protocol's name asyncio leaves Nagle on, and every answer takes 40 ms.
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(128)
        process = get_context("fork").Process(target=_serve, args=(bound, count, delay), daemon=True)
        process.start()
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        finally:
            process.terminate()
            process.join()


def _serve(bound: socket.socket, count: int, delay: float) -> None:
    app = Ready(count, delay)
    config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=False)
    uvicorn.Server(config).run(sockets=[bound])
