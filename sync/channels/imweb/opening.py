"""How imweb is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Mapping

from sync.channels.imweb.answers import judge
from sync.channels.imweb.calls import Credentials
from sync.channels.imweb.channel import ImwebChannel
from sync.channels.imweb.client import Client
from sync.channels.imweb.settings import Settings
from sync.means import Means

#: What a counter works: made of a name, a client and the settings.
CHANNEL = ImwebChannel


def open_client(settings: Settings, secrets: Mapping[str, str], means: Means) -> Client:
    """Return the client; without both KEY and SECRET its calls go unsigned, and are refused there."""
    key, secret = secrets.get("KEY", ""), secrets.get("SECRET", "")
    api = means.api(settings.base_url, (key, secret), judge)
    credentials = Credentials(key, secret) if key and secret else None
    lists, others = means.throttle(settings.lists_per_second), means.throttle(settings.calls_per_second)
    return Client(api, settings, credentials, lists, others)
