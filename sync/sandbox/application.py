"""One sandbox service as an app: its own paths, faults around them, its control and its page beside them."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from sync.sandbox import board
from sync.sandbox.faults import KINDS, Fault, Faults, fault_of, phrase
from sync.sandbox.service import CONTROL, Service

#: What comes of documents that have not the shape of one: a service refuses these.
_NONSENSE = (TypeError, AttributeError, LookupError, ValueError, OverflowError)

_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def application(service: Service, clock: Callable[[], float] = time.time) -> Faults:
    """Return a service as an app, with faults around it and its control beside it.

    ``GET /_sandbox/`` is its page, ``GET /_sandbox/state`` all that it knows. ``POST /_sandbox/faults`` with
    a `Fault` and optionally a ``seed`` lets something go wrong, ``DELETE`` calms it, all or one ``?kind=``;
    ``POST /_sandbox/expire`` ends sessions, ``/_sandbox/reset`` everything; guests' paths are the service's.
    """

    async def say_so(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        return JSONResponse(service.error(status, phrase(status)), status)

    control = OwnPagesOnly(Router(routes=[*_control(service, lambda: app), *service.guest_routes()]))
    routes = [Mount(CONTROL, app=control), *service.routes()]
    handlers = dict.fromkeys((HTTPException, *_NONSENSE), say_so)
    app = Faults(Starlette(routes=routes, exception_handlers=handlers), service, clock)
    return app


class OwnPagesOnly:
    """Lets programs of this machine and the sandbox's own page in; other web pages, by whatever name, not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that names this machine, and comes from no page or from ours."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if _name(host) in _THIS_MACHINE and origin in (None, f"http://{host}"):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse("not from here", 403)(scope, receive, send)


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _control(service: Service, faults: Callable[[], Faults]) -> list[Route]:
    kind = type(service).__name__.lower()

    async def page(_: Request) -> Response:
        return _page()

    async def shown(_: Request) -> Response:
        orders = [row.shown(faults().heard) for row in board.rows(kind, service.state())]
        ordered = [asdict(fault) for fault in faults().ordered if fault.times != 0]
        return JSONResponse({
            "kind": kind, "orders": orders, "faults": ordered, "kinds": sorted(KINDS),
            "dishes": board.DISHES[kind], "types": board.TYPES.get(kind, ()),
        })  # fmt: skip

    async def wanted(request: Request) -> Response:
        return JSONResponse(board.wanted(kind, await _json(request)))

    async def state(_: Request) -> Response:
        return JSONResponse(service.state())

    async def order_fault(request: Request) -> Response:
        faults().order(*fault_of(await _json(request)))
        return JSONResponse({"ordered": True})

    async def calm(request: Request) -> Response:
        faults().calm(request.query_params.get("kind", ""))
        return JSONResponse({"calm": True})

    async def expire(_: Request) -> Response:
        if not service.expire():
            faults().order(Fault("expire", times=None))
        return JSONResponse({"expired": True})

    async def reset(_: Request) -> Response:
        faults().calm()
        faults().heard.clear()
        service.reset()
        return JSONResponse({"reset": True})

    return [
        Route("/", page, methods=["GET"]),
        Route("/board", shown, methods=["GET"]),
        Route("/board/wanted", _refusing(wanted), methods=["POST"]),
        Route("/state", state, methods=["GET"]),
        Route("/faults", _refusing(order_fault), methods=["POST"]),
        Route("/faults", calm, methods=["DELETE"]),
        Route("/expire", expire, methods=["POST"]),
        Route("/reset", reset, methods=["POST"]),
    ]


async def _json(request: Request) -> Any:
    said = await request.json()
    if not isinstance(said, dict):
        raise ValueError("not an object")
    return said


def _refusing(act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await act(request)
        except ValueError as error:
            return JSONResponse({"status": 400, "message": str(error)}, 400)

    return endpoint


@cache
def _html() -> tuple[str, str]:
    """Return the page, and the policy under which only its own script and style work."""
    html = resources.files("sync.sandbox").joinpath("page.html").read_text(encoding="utf-8")
    hashes = {
        tag: _hash(re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)) for tag in ("script", "style")
    }
    policy = (
        f"default-src 'none'; script-src {hashes['script']}; style-src {hashes['style']}; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return html, policy


def _hash(texts: list[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _page() -> Response:
    html, policy = _html()
    headers = {
        "Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
    }  # fmt: skip
    return HTMLResponse(html, headers=headers)
