"""How a channel to fankahui is put together."""

from __future__ import annotations

from collections.abc import Mapping

from sync.channel import Channel
from sync.channels.fankahui.channel import FankahuiChannel
from sync.channels.fankahui.client import Client, Credentials
from sync.channels.fankahui.settings import Settings
from sync.http import Api, Clock


def open_channel(name: str, settings: Settings, secrets: Mapping[str, str], clock: Clock) -> Channel:
    """Return the channel; without both USERNAME and PASSWORD its calls go unsigned."""
    username, password = secrets.get("USERNAME", ""), secrets.get("PASSWORD", "")
    api = Api(
        settings.base_url,
        clock=clock,
        secrets=(password,),
        allow_plain_http=settings.allow_plain_http,
    )
    credentials = Credentials(username, password) if username and password else None
    return FankahuiChannel(name, api, Client(api, settings, credentials), settings)
