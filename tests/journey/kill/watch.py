"""What a counter is killed by from inside: at a commit, or with so many bytes of a ticket gone."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

from pos.store.store import Store
from printing.devices import Device, open_device
from printing.ports import Evidence, PrinterHealth
from printing.profiles import Profile

_SHARES: dict[str, Callable[[int], int]] = {
    "no byte": lambda _: 0,
    "first byte": lambda _: 1,
    "half": lambda size: size // 2,
    "all but the last byte": lambda size: size - 1,
    "every byte": lambda size: size,
}


class Suicide:
    """Ends its own process at the n-th coming of one instant, as the power would."""

    def __init__(self, instant: str, nth: int) -> None:
        self._instant = instant
        self._left = nth

    def is_next(self, instant: str) -> bool:
        """Whether this is the instant, for the last time before it counts."""
        if instant != self._instant:
            return False
        self._left -= 1
        return self._left <= 0

    def strike(self, instant: str) -> None:
        """Die if this is the instant."""
        if self.is_next(instant):
            self.die()

    def die(self) -> None:
        """Die; nothing of this process runs after it."""
        os.kill(os.getpid(), signal.SIGKILL)


class Commits:
    """Strikes before and after each commit that changed anything, named by the action that made it."""

    def __init__(self, suicide: Suicide) -> None:
        self._suicide = suicide
        self.action = "migrate"
        self._before = 0
        self._committed: tuple[Any, str] | None = None

    def watch(self) -> None:
        """Listen to every engine of this process."""
        event.listen(Engine, "begin", self._begun)
        event.listen(Engine, "commit", self._committing)
        event.listen(Pool, "checkin", self._given_back)

    def _begun(self, connection: Connection) -> None:
        if _writes(connection):
            self._before = _database(connection).total_changes

    def _committing(self, connection: Connection) -> None:
        if _writes(connection) and _database(connection).total_changes != self._before:
            self._suicide.strike(f"before commit of {self.action}")
            self._committed = _database(connection), self.action

    def _given_back(self, database: Any, _record: Any) -> None:
        if self._committed and database is self._committed[0]:
            action, self._committed = self._committed[1], None
            self._suicide.strike(f"after commit of {action}")


def _writes(connection: Connection) -> bool:
    return connection.engine.url.query.get("mode") != "ro"


def _database(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def store_class(commits: Commits) -> type[Store]:
    """Return the store whose commits are named by their actions."""

    class Watched(Store):
        def do(self, action: Any, who: Any, *args: Any, **kwargs: Any) -> Future[Any]:
            def named(tx: Any, *args: Any, **kwargs: Any) -> Any:
                commits.action = f"{action.__module__.rpartition('.')[2]}.{action.__name__}"
                return action(tx, *args, **kwargs)

            return super().do(named, who, *args, **kwargs)

    return Watched


def opener(suicide: Suicide) -> Callable[[str, Profile, Path | None], Device]:
    """Return what opens devices that may die with part of a ticket on the line."""
    return lambda url, profile, folder: _Mortal(url, open_device(url, profile, folder), suicide)


class _Mortal:
    """A device over which a ticket leaves whole, or as far as the instant says."""

    def __init__(self, url: str, device: Device, suicide: Suicide) -> None:
        self._url, self._device, self._suicide = url, device, suicide

    async def send(self, data: bytes, title: str = "", /) -> Evidence:
        for piece, share in _SHARES.items():
            if self._suicide.is_next(f"device: {piece}"):
                self._die_with(data[: share(len(data))])
        return await self._device.send(data, title)

    async def status(self) -> PrinterHealth:
        return await self._device.status()

    def _die_with(self, sent: bytes) -> None:
        address = urlsplit(self._url)
        with socket.create_connection((address.hostname, address.port or 0)) as line:
            line.sendall(sent)
            self._suicide.die()
