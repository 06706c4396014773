"""A service that is neither asked nor told: under another one's name, or one that could not be opened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from sync.channel import Capabilities
from sync.errors import Paused
from sync.messages import Letter, Page, RemoteOrder, Told

#: Why nothing is asked or told (words: ``fault.other_service``).
OTHER_SERVICE = "other_service"


@dataclass(slots=True)
class Stranger:
    """A channel that waits for a person, and `why`.

    Under another service's name an id of this one may be that of the other's order.
    """

    name: str
    kind: str
    capabilities: Capabilities
    why: str = OTHER_SERVICE

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        """Raise Paused."""
        yield self._refused(position, finished_since)

    async def unfinished(self) -> AsyncIterator[Page]:
        """Raise Paused."""
        yield self._refused()

    async def read(self, remote_id: str) -> RemoteOrder:
        """Raise Paused."""
        self._refused(remote_id)

    async def tell(self, letter: Letter) -> Told:
        """Raise Paused."""
        self._refused(letter)

    async def find(self, letter: Letter) -> RemoteOrder | None:
        """Raise Paused."""
        self._refused(letter)

    async def close(self) -> None:
        """Give back nothing."""

    def _refused(self, *_asked: object) -> NoReturn:
        raise Paused(self.why)
