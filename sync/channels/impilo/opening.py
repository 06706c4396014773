"""How impilo is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from httpx2 import AsyncBaseTransport

from sync.calls import Observe, unseen
from sync.channel import Channel
from sync.channels.impilo.channel import ImpiloChannel
from sync.channels.impilo.client import Client
from sync.channels.impilo.settings import Settings
from sync.http import Api, Clock

Sleep = Callable[[float], Awaitable[None]]


def open_client(
    settings: Settings,
    secrets: Mapping[str, str],
    clock: Clock,
    _sleep: Sleep,
    transport: AsyncBaseTransport | None = None,
    *,
    observe: Observe = unseen,
) -> Client:
    """Return the client; without API_KEY its calls go unsigned, and are refused there."""
    key = secrets.get("API_KEY", "")
    return Client(
        Api(settings.base_url, clock=clock, secrets=(key,), transport=transport, observe=observe),
        settings,
        key,
    )


def open_channel(
    name: str,
    settings: Settings,
    secrets: Mapping[str, str],
    clock: Clock,
    sleep: Sleep,
    *,
    observe: Observe = unseen,
) -> Channel:
    """Return the channel, with a client of its own."""
    return ImpiloChannel(name, open_client(settings, secrets, clock, sleep, observe=observe), settings)
