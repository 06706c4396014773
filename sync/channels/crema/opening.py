"""How CREMA is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Mapping

from sync.channels.crema.calls import Calls, Credentials
from sync.channels.crema.channel import CremaChannel
from sync.channels.crema.client import Client
from sync.channels.crema.settings import Settings
from sync.means import Means

#: What a counter works: made of a name, a client and the settings.
CHANNEL = CremaChannel


def open_client(settings: Settings, secrets: Mapping[str, str], means: Means) -> Client:
    """Return the client; without both CLIENT_ID and CLIENT_SECRET its calls go unsigned, and are refused."""
    name, secret = secrets.get("CLIENT_ID", ""), secrets.get("CLIENT_SECRET", "")
    credentials = Credentials(name, secret) if name and secret else None
    api = means.api(settings.base_url, (name, secret), error_keys=settings.error_keys)
    return Client(Calls(api, settings, credentials, means.clock))
