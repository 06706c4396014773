"""How RayTeams is put together: its client alone, and the channel that a counter works."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping

from sync.channels.rayteams import access, answers
from sync.channels.rayteams.access import Access
from sync.channels.rayteams.browser import Browser
from sync.channels.rayteams.channel import RayteamsChannel
from sync.channels.rayteams.client import SCOPES, Client
from sync.channels.rayteams.settings import Settings
from sync.means import Means
from sync.ports import Keep

#: What a counter works: made of a name, a client and the settings.
CHANNEL = RayteamsChannel


def open_client(
    settings: Settings,
    secrets: Mapping[str, str],
    means: Means,
    *,
    keep: Keep | None = None,
    browser: Browser | None = None,
) -> Client:
    """Return the client; without ACCESS_TOKEN and REFRESH_TOKEN somebody signs in first, in `browser`.

    New tokens go to `keep`: without it a refresh token that the service has replaced is lost with the client.
    """
    hidden = [secret for name, secret in secrets.items() if name != "CLIENT_ID"]

    judge = answers.judge(settings)
    by_url = {url: means.api(url, hidden, judge) for url in map(settings.api_url, SCOPES)}
    door = means.api(settings.sign_in_url, hidden, access.judge, timeouts=access.TIMEOUTS)

    def conceal(secret: str) -> None:
        for each in (door, *by_url.values()):
            each.conceal(secret)

    way_in = Access(door, settings, secrets, means.clock, keep, conceal)
    limit = settings.calls_per_second
    throttle = means.throttle(limit) if limit else None
    apis = {scope: by_url[settings.api_url(scope)] for scope in SCOPES}
    return Client(apis, way_in, settings, throttle, browser or webbrowser.open)
