"""How fankahui is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from httpx2 import AsyncBaseTransport

from sync.calls import Observe, unseen
from sync.channels.fankahui.channel import FankahuiChannel
from sync.channels.fankahui.client import Client, Credentials
from sync.channels.fankahui.settings import Settings
from sync.http import Api, Clock

Sleep = Callable[[float], Awaitable[None]]

#: What a counter works: made of a name, a client and the settings.
CHANNEL = FankahuiChannel


def open_client(
    settings: Settings,
    secrets: Mapping[str, str],
    clock: Clock,
    _sleep: Sleep,
    transport: AsyncBaseTransport | None = None,
    *,
    observe: Observe = unseen,
) -> Client:
    """Return the client; without both USERNAME and PASSWORD its calls go unsigned."""
    username, password = secrets.get("USERNAME", ""), secrets.get("PASSWORD", "")
    api = Api(
        settings.base_url,
        clock=clock,
        secrets=(password,),
        allow_plain_http=settings.allow_plain_http,
        transport=transport,
        observe=observe,
    )
    return Client(api, settings, Credentials(username, password) if username and password else None)
