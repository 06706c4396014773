"""The lock of one channel: who holds it, and given back only once nothing of its worker is under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sync.channel import Channel
from sync.ports import Host


class Lock:
    """One channel's worker lock. `holder` is who works it where that is another process, as last seen."""

    def __init__(self, channel: Channel, host: Host) -> None:
        """Prepare; nothing is held yet."""
        self._channel = channel
        self._host = host
        self.holder = ""

    @asynccontextmanager
    async def held(self) -> AsyncIterator[str | None]:
        """Hold it while in the block; yields None when held, else who holds it.

        Cancelled, the channel is closed first: what it still ends there (a renewal of what lets in) must not
        have that of the next worker beside it. Errors of that come to whoever closes it after.
        """
        async with self._host.lock(self._channel.name) as holder:
            self.holder = holder or ""
            try:
                yield holder
            except asyncio.CancelledError:
                if holder is None:
                    await asyncio.gather(self._channel.close(), return_exceptions=True)
                raise
