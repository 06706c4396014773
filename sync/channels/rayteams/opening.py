"""How RayTeams is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

import webbrowser
from collections.abc import Awaitable, Callable, Mapping

from httpx2 import AsyncBaseTransport

from sync.calls import Observe, unseen
from sync.channels.rayteams import access, answers
from sync.channels.rayteams.access import Access
from sync.channels.rayteams.browser import Browser
from sync.channels.rayteams.channel import RayteamsChannel
from sync.channels.rayteams.client import SCOPES, Client
from sync.channels.rayteams.settings import Settings
from sync.http import Api, Clock, Judge, Timeouts
from sync.ports import Keep
from sync.throttle import Throttle

Sleep = Callable[[float], Awaitable[None]]

#: What a counter works: made of a name, a client and the settings.
CHANNEL = RayteamsChannel


def open_client(
    settings: Settings,
    secrets: Mapping[str, str],
    clock: Clock,
    sleep: Sleep,
    transport: AsyncBaseTransport | None = None,
    *,
    keep: Keep | None = None,
    browser: Browser | None = None,
    observe: Observe = unseen,
) -> Client:
    """Return the client; without ACCESS_TOKEN and REFRESH_TOKEN somebody signs in first, in `browser`.

    New tokens go to `keep`: without it a refresh token that the service has replaced is lost with the client.
    """
    hidden = [secret for name, secret in secrets.items() if name != "CLIENT_ID"]

    def api(url: str, judge: Judge, timeouts: Timeouts | None = None) -> Api:
        return Api(
            url, clock=clock, secrets=hidden, timeouts=timeouts, judge=judge, transport=transport,
            observe=observe,
        )  # fmt: skip

    by_url = {url: api(url, answers.judge(settings)) for url in map(settings.api_url, SCOPES)}
    door = api(settings.sign_in_url, access.judge, access.TIMEOUTS)

    def conceal(secret: str) -> None:
        for each in (door, *by_url.values()):
            each.conceal(secret)

    way_in = Access(door, settings, secrets, clock, keep, conceal)
    limit = settings.calls_per_second
    throttle = Throttle(limit, clock=clock, sleep=sleep) if limit else None
    apis = {scope: by_url[settings.api_url(scope)] for scope in SCOPES}
    return Client(apis, way_in, settings, throttle, browser or webbrowser.open)
