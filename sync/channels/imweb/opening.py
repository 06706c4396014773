"""How imweb is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from httpx2 import AsyncBaseTransport

from sync.calls import Observe, unseen
from sync.channels.imweb.answers import judge
from sync.channels.imweb.channel import ImwebChannel
from sync.channels.imweb.client import Client, Credentials
from sync.channels.imweb.settings import Settings
from sync.http import Api, Clock
from sync.throttle import Throttle

Sleep = Callable[[float], Awaitable[None]]

#: What a counter works: made of a name, a client and the settings.
CHANNEL = ImwebChannel


def open_client(
    settings: Settings,
    secrets: Mapping[str, str],
    clock: Clock,
    sleep: Sleep,
    transport: AsyncBaseTransport | None = None,
    *,
    observe: Observe = unseen,
) -> Client:
    """Return the client; without both KEY and SECRET its calls go unsigned, and are refused there."""
    key, secret = secrets.get("KEY", ""), secrets.get("SECRET", "")
    api = Api(
        settings.base_url,
        clock=clock,
        secrets=(key, secret),
        judge=judge,
        transport=transport,
        observe=observe,
    )
    lists = Throttle(settings.lists_per_second, clock=clock, sleep=sleep)
    others = Throttle(settings.calls_per_second, clock=clock, sleep=sleep)
    return Client(api, settings, Credentials(key, secret) if key and secret else None, lists, others)
