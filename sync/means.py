"""What a client works with, whatever service it is for: time, the network, and who watches its calls."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sync.calls import Observe, unseen
from sync.ports import Clock, Sleep
from sync.throttle import Throttle
from sync.verdicts import ERROR_KEYS, Judge, by_status

if TYPE_CHECKING:
    from httpx2 import AsyncBaseTransport

    from sync.http import Api, Timeouts


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Means:
    """The means of one client: its calls go by `transport`, or the network, and `observe` is told of each."""

    clock: Clock = _now
    sleep: Sleep = asyncio.sleep
    transport: AsyncBaseTransport | None = None
    observe: Observe = unseen

    def api(
        self,
        base_url: str,
        secrets: Iterable[str],
        judge: Judge = by_status,
        *,
        allow_plain_http: bool = False,
        error_keys: Sequence[str] = ERROR_KEYS,
        timeouts: Timeouts | None = None,
    ) -> Api:
        """Return the API at an address, as `sync.http.Api` describes it; nothing is sent yet."""
        from sync.http import Api  # means are made without loading the network

        return Api(
            base_url, clock=self.clock, secrets=secrets, allow_plain_http=allow_plain_http, timeouts=timeouts,
            judge=judge, error_keys=error_keys, transport=self.transport, observe=self.observe,
        )  # fmt: skip

    def throttle(self, per_second: int) -> Throttle:
        """Return what lets so many calls through in a second."""
        return Throttle(per_second, clock=self.clock, sleep=self.sleep)
