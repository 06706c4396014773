"""How impilo is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Mapping

from sync.channels.impilo.channel import ImpiloChannel
from sync.channels.impilo.client import Client
from sync.channels.impilo.settings import Settings
from sync.means import Means

#: What a counter works: made of a name, a client and the settings.
CHANNEL = ImpiloChannel


def open_client(settings: Settings, secrets: Mapping[str, str], means: Means) -> Client:
    """Return the client; without API_KEY its calls go unsigned, and are refused there."""
    key = secrets.get("API_KEY", "")
    api = means.api(settings.base_url, (key,), error_keys=settings.error_keys)
    return Client(api, settings, key)
