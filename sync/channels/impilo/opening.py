"""How impilo is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from httpx2 import AsyncBaseTransport

from sync.calls import Observe, unseen
from sync.channels.impilo.channel import ImpiloChannel
from sync.channels.impilo.client import Client
from sync.channels.impilo.settings import Settings
from sync.http import Api, Clock

Sleep = Callable[[float], Awaitable[None]]

#: What a counter works: made of a name, a client and the settings.
CHANNEL = ImpiloChannel


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
