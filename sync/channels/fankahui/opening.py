"""How fankahui is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

from collections.abc import Mapping

from sync.channels.fankahui.calls import Credentials
from sync.channels.fankahui.channel import FankahuiChannel
from sync.channels.fankahui.client import Client
from sync.channels.fankahui.settings import Settings
from sync.means import Means

#: What a counter works: made of a name, a client and the settings.
CHANNEL = FankahuiChannel


def open_client(settings: Settings, secrets: Mapping[str, str], means: Means) -> Client:
    """Return the client; without both USERNAME and PASSWORD its calls go unsigned."""
    username, password = secrets.get("USERNAME", ""), secrets.get("PASSWORD", "")
    api = means.api(
        settings.base_url,
        (password,),
        allow_plain_http=settings.allow_plain_http,
        error_keys=settings.error_keys,
    )
    return Client(api, settings, Credentials(username, password) if username and password else None)
