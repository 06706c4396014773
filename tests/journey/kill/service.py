"""The service that outlives the counters, and the instants at which it sees them die."""

from __future__ import annotations

import random
import socket
import threading
import time
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.sandbox.control import Control
from sync.sandbox.fankahui import Fankahui
from sync.sandbox.faults import CONTROL
from sync.sandbox.server import application
from tests.journey.kill.fates import FATES, dish, read
from tests.journey.kill.reaper import Reaper


class _Witness:
    """An ASGI app around a service's that strikes before it acts and before it answers."""

    def __init__(self, app: ASGIApp, reaper: Reaper) -> None:
        self._app = app
        self._reaper = reaper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        tells = scope["method"] in ("PUT", "POST") and scope["path"].startswith("/orders")
        if tells and self._reaper.strike("service: not applied"):
            return

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                for instant in _applied(scope, body, tells=tells):
                    self._reaper.strike(f"service: {instant}")
            await send(message)

        await self._app(scope, again, answer)


def _applied(scope: Scope, body: bytes, *, tells: bool) -> list[str]:
    if not tells:
        return ["signing in" if scope["path"].endswith("/login") else "listing"]
    pays = scope["method"] == "PUT" and b'"payment"' in body
    paid = ["paid, not answered"] if pays else []
    taken = ["stored value taken, not answered"] if pays and b'"prepay"' in body else []
    return ["applied, not answered", *paid, *taken]


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


class Service:
    """fankahui, its guests, and all that it remembers."""

    def __init__(self, reaper: Reaper, seed: int) -> None:
        self._ahead = 0.0
        self.records = Fankahui(lambda: time.time() + self._ahead, random.Random(seed))
        app = _Witness(application(self.records), reaper)
        config = uvicorn.Config(
            app, lifespan="off", ws="none", log_config=None, log_level="critical", access_log=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        # Named as TCP, or asyncio leaves its delays on: 40 ms an answer.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._control = Control(self.url)

    def __enter__(self) -> Service:
        """Open for guests."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self._control.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def place(self, number: int, fate: str) -> None:
        """Let a guest order; one who pays or comes at once does so."""
        line = {"item": {"id": f"{number}", "name": dish(number, fate), "price": 1800}, "id": f"L{number}"}
        items = [{**line, "dealPrice": 1620, "quantity": 1 + number % 2}]
        order = self._control.place(items=items, **FATES[fate].order)
        self._act(order, FATES[fate].guest.get("placed", ""))

    def guests_act(self) -> int:
        """Let every guest do what it is time for; return how many did something."""
        acts = [(order, self._next(order)) for order in self.orders()]
        return sum(self._act(order, act) for order, act in acts)

    def come_to_rest(self) -> None:
        """Return once all that was asked before is done, and a minute has passed there.

        A minute a life: else every counter would hear all orders of the test again, within its overlap.
        """
        self._control.calm()
        self._ahead += 60

    def orders(self) -> list[dict[str, Any]]:
        """Return the service's own records; to be asked at rest."""
        return list(self.records.orders.values())

    def deals(self) -> list[dict[str, Any]]:
        """Return every deal that was ever booked there."""
        return list(self.records.deals)

    def _next(self, order: dict[str, Any]) -> str:
        _, fate = read(order["items"][0]["item"]["name"])
        return FATES[fate].guest.get(order["status"], "") if order["status"] != "placed" else ""

    def _act(self, order: dict[str, Any], act: str) -> bool:
        if act:
            getattr(self._control, act)(order["id"])
        return bool(act)
