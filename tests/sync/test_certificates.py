"""A certificate that cannot be verified for a while: said to a person, and asked again all the same."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from sync.channels.fankahui.opening import CHANNEL, open_client
from sync.channels.fankahui.settings import Settings
from sync.engine import Engine
from sync.means import Means

#: What a TLS library says of what is no certificate's fault, and of what is.
TROUBLES = {
    "bad_certificate": ssl.SSLCertVerificationError(1, "self-signed certificate: a router's sign-in page"),
    "no_tls": ssl.SSLError(1, "[SSL: TLSV1_ALERT_INTERNAL_ERROR] tlsv1 alert internal error"),
}


@dataclass
class Line:
    """A line on which a handshake fails for as long as there is `trouble`."""

    trouble: ssl.SSLError | None = None
    asked: list[httpx2.Request] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if self.trouble:
            raise httpx2.ConnectError("no", request=request) from self.trouble
        return httpx2.Response(200, json=[] if "orders" in request.url.path else {"id": "session"})


@pytest.fixture
def line() -> Line:
    """Return the line."""
    return Line()


@pytest.fixture
async def engine(line: Line, host: Any, clock: Any) -> AsyncIterator[Engine]:
    """Return a channel's worker on the line."""

    async def sleep(_: float) -> None:
        raise AssertionError("this service is not waited for")

    settings = Settings(base_url="https://shop.example")
    means = Means(clock, sleep, httpx2.MockTransport(line))
    client = open_client(settings, {"USERNAME": "u", "PASSWORD": "p"}, means)
    working = Engine(CHANNEL("c", client, settings), host, clock=clock, uniform=lambda _, most: most)
    yield working
    await working.close()


@pytest.mark.parametrize("fault", TROUBLES)
async def test_a_handshake_that_fails_once_stops_no_channel(
    line: Line, engine: Engine, host: Any, clock: Any, fault: str
) -> None:
    line.trouble = TROUBLES[fault]
    assert (await engine.round()).error == fault
    line.trouble = None
    clock.pass_(minutes=5)
    assert (await engine.round()).ok
    assert host.healths[-1].state == "well"


@pytest.mark.parametrize("fault", TROUBLES)
async def test_a_person_is_asked_to_look_while_it_is_tried_again(
    line: Line, engine: Engine, host: Any, clock: Any, fault: str
) -> None:
    line.trouble = TROUBLES[fault]
    for _ in range(12):
        assert (await engine.round()).error == fault
        health = host.healths[-1]
        assert (health.state, health.error, health.retry_at is not None) == ("needs_you", fault, True)
        clock.pass_(minutes=5)
    assert len(line.asked) == 12
