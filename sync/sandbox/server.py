"""Serves the sandbox's services on loopback, each on a port of its own, from a coroutine or a thread."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import uvicorn

from sync.sandbox.application import application
from sync.sandbox.crema import Crema
from sync.sandbox.fankahui import Fankahui
from sync.sandbox.faults import Faults
from sync.sandbox.impilo import Impilo
from sync.sandbox.imweb import Imweb
from sync.sandbox.rayteams import Rayteams
from sync.sandbox.service import CONTROL, Service

_HOST = "127.0.0.1"


#: Every service that the sandbox plays, by kind of channel.
SERVICES: Mapping[str, Callable[..., Service]] = {
    "fankahui": Fankahui,
    "imweb": Imweb,
    "crema": Crema,
    "rayteams": Rayteams,
    "impilo": Impilo,
}

#: Those that answer only so many calls in a second, unless they are told to be patient.
_LIMITED = frozenset({"imweb"})


class _Server(uvicorn.Server):
    """uvicorn beside other servers in one loop: whoever runs the loop hears the signals, and a bell ends it.

    uvicorn's own looks ten times a second whether it is to end: a tenth of a second for every test.
    """

    def __init__(self, config: uvicorn.Config, told: asyncio.Event) -> None:
        super().__init__(config)
        self._told = told
        self.servers = []

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the process's signal handlers alone."""
        yield

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to end or cancelled; nobody is left on the line."""
        try:
            await super().serve(sockets)
        finally:
            self._hang_up()
            await asyncio.sleep(0)

    def _hang_up(self) -> None:
        """Close what is still open: what nobody answers any more would outlive its loop unclosed."""
        for listening in self.servers:
            listening.close()
        for answer in self.server_state.tasks:
            answer.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    async def main_loop(self) -> None:
        """Serve until told to end; the date of the answers is set anew each second."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, and wait for the answers that are under way, but not for long."""
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if answers := set(self.server_state.tasks):
            await asyncio.wait(answers, timeout=self.config.timeout_graceful_shutdown)


class Sandbox:
    """All services, ready to serve. `urls` and `pages`, by kind of channel, are known from the start.

    With `port` 0 every service gets a free port, else `port` and those after it. Services that are `patient`
    answer however often they are asked; others `pace` times as often as their documents say. Use as a context
    manager, or `start()` and `stop()`, to serve from a thread; `serve()` serves in the running loop until
    cancelled.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        seed: int = 0,
        clock: Callable[[], float] = time.time,
        patient: bool = False,
        pace: int = 1,
    ) -> None:
        """Bind the ports on loopback; raises OSError where one is taken."""
        # A dropped answer is what was ordered here, not an error to print.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._sockets = {
            kind: _bound(port + n if port else 0) for n, kind in enumerate(SERVICES)
        }  # fmt: skip
        self._told = asyncio.Event()
        self._servers = [
            _server(
                application(
                    make(clock, random.Random(f"{seed} {kind}"), **_limits(kind, patient, pace)), clock
                ),
                self._told,
            )
            for kind, make in SERVICES.items()
        ]
        self.urls = {kind: f"http://{_HOST}:{s.getsockname()[1]}" for kind, s in self._sockets.items()}
        self.pages = {kind: f"{url}{CONTROL}/" for kind, url in self.urls.items()}
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self) -> None:
        """Serve in this loop until cancelled or stopped."""
        self._loop = asyncio.get_running_loop()
        served = zip(self._servers, self._sockets.values(), strict=True)
        try:
            async with asyncio.TaskGroup() as group:
                for server, bound in served:
                    group.create_task(server.serve(sockets=[bound]))
        finally:
            self._loop = None
            self._close()

    def start(self) -> Sandbox:
        """Serve from a thread; requests are answered once this returns."""
        self._thread = threading.Thread(target=asyncio.run, args=(self.serve(),), name="sandbox", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and wait for the thread."""
        # The flags first: who is not in the loop yet looks at its own before it waits for the bell.
        for server in self._servers:
            server.should_exit = True
        if loop := self._loop:
            with contextlib.suppress(RuntimeError):  # the loop saw the flags by itself, and is closed
                loop.call_soon_threadsafe(self._told.set)
        if self._thread:
            self._thread.join()
        self._close()

    def __enter__(self) -> Sandbox:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def _close(self) -> None:
        for bound in self._sockets.values():
            bound.close()


async def serve(port: int = 0, ready: Callable[[Mapping[str, str]], None] = lambda _: None) -> None:
    """Serve every service until cancelled; `ready` is called with the urls once requests are taken."""
    sandbox = Sandbox(port)
    ready(sandbox.urls)
    await sandbox.serve()


def _limits(kind: str, patient: bool, pace: int) -> dict[str, Any]:
    return {"limited": not patient, "pace": pace} if kind in _LIMITED else {}


def _bound(port: int) -> socket.socket:
    # Without the protocol's name asyncio leaves Nagle on, and every answer takes 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((_HOST, port))
        # Listening from now on: a request that comes before the loop runs waits and is answered.
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


def _server(app: Faults, told: asyncio.Event) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=30,
        ),
        told,
    )
