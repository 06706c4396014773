"""How CREMA is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from httpx2 import AsyncBaseTransport

from sync.calls import Observe, unseen
from sync.channels.crema.calls import Calls, Credentials
from sync.channels.crema.channel import CremaChannel
from sync.channels.crema.client import Client
from sync.channels.crema.settings import Settings
from sync.http import Api, Clock

Sleep = Callable[[float], Awaitable[None]]

#: What a counter works: made of a name, a client and the settings.
CHANNEL = CremaChannel


def open_client(
    settings: Settings,
    secrets: Mapping[str, str],
    clock: Clock,
    _sleep: Sleep,
    transport: AsyncBaseTransport | None = None,
    *,
    observe: Observe = unseen,
) -> Client:
    """Return the client; without both CLIENT_ID and CLIENT_SECRET its calls go unsigned, and are refused."""
    name, secret = secrets.get("CLIENT_ID", ""), secrets.get("CLIENT_SECRET", "")
    api = Api(settings.base_url, clock=clock, secrets=(name, secret), transport=transport, observe=observe)
    credentials = Credentials(name, secret) if name and secret else None
    return Client(Calls(api, settings, credentials, clock))
