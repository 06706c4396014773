"""A service that stands under another one's name, whose orders are here: it is neither asked nor told."""

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
    """A channel that waits for a person: an id of this service may be that of another one's order."""

    name: str
    kind: str
    capabilities: Capabilities

    async def changes(self, position: str, *, finished_since: datetime) -> AsyncIterator[Page]:
        """Raise Paused."""
        yield _refused(position, finished_since)

    async def unfinished(self) -> AsyncIterator[Page]:
        """Raise Paused."""
        yield _refused()

    async def read(self, remote_id: str) -> RemoteOrder:
        """Raise Paused."""
        _refused(remote_id)

    async def tell(self, letter: Letter) -> Told:
        """Raise Paused."""
        _refused(letter)

    async def find(self, letter: Letter) -> RemoteOrder | None:
        """Raise Paused."""
        _refused(letter)

    async def close(self) -> None:
        """Give back nothing."""


def _refused(*_asked: object) -> NoReturn:
    raise Paused(OTHER_SERVICE)
