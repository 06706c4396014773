"""The store as its users hold it: one writer for every action, readers for every question, a bell for all."""

from __future__ import annotations

import getpass
import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from pos.domain.refusals import Stale
from pos.domain.shop import Shop
from pos.store.database import open_engines, utcnow
from pos.store.locks import AdvisoryLocks, FileLocks
from pos.store.migrate import bring_up
from pos.store.slot import PERSON, WORKER, Slot
from pos.store.soundness import unsound
from pos.store.trouble import StoreTrouble, another_was_first, trouble
from pos.store.tx import Topic, Tx, Who

P = ParamSpec("P")
T = TypeVar("T")
Listener = Callable[[frozenset[Topic]], None]

_log = logging.getLogger("pos.store")

#: All that a commit of another process may have changed: it does not say.
EVERYTHING: frozenset[Topic] = frozenset(
    ("orders", "letters", "tickets", "channels", "pauses", "printers", "attention", "deals")
)

#: How often an action is made again because another was first.
STALE_TRIES = 20

#: How often the store looks whether another process has written (seconds).
WATCH_SECONDS = 0.25


class Store:
    """The shop's rows. Actions run one at a time on a thread of their own, a person's before a worker's."""

    def __init__(
        self, writer: Engine, reader: Engine, shop: Shop, key: bytes, clock: Callable[[], datetime]
    ) -> None:
        self.shop = shop
        self._writer = writer
        self._reader = reader
        self._key = key
        self._clock = clock
        self._slot = Slot("store")
        self._listeners: list[Listener] = []
        self._listening = threading.Lock()
        self._bell_name = uuid4().hex
        self._locks = _locks(writer)

    @classmethod
    def open(cls, url: str, shop: Shop, journal_key: bytes, clock: Callable[[], datetime] = utcnow) -> Store:
        """Open the store at `url`, bringing it to today's schema; raises StoreTrouble."""
        writer, reader = open_engines(url)
        try:
            bring_up(writer)
        except BaseException:
            writer.dispose()
            reader.dispose()
            raise
        return cls(writer, reader, shop, journal_key, clock)

    def serve(self, shop: Shop) -> None:
        """Serve a shop whose configuration has changed: actions that begin from now on go by it."""
        self.shop = shop

    def do(
        self, action: Callable[Concatenate[Tx, P], T], who: Who, *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run an action on the writer's thread; its refusals and StoreTrouble come through the future."""
        urgency = PERSON if who.source in ("screen", "shell") else WORKER
        return self._slot.submit(urgency, partial(self._commit, action, who, args, kwargs))

    def ask(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a query finds, read in the calling thread; raises StoreTrouble."""
        try:
            with self._reader.begin() as connection:
                return query(connection, *args, **kwargs)
        except DBAPIError as error:
            raise trouble(error) or error from None

    def unsound(self) -> Mapping[str, str]:
        """Return what is wrong with file and journal, read in the calling thread; see `soundness.unsound`."""
        try:
            return self.ask(unsound, self._key)
        except StoreTrouble as found:
            if found.code != "damaged":
                raise
            return {"damaged_store": found.facts["detail"]}

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with what each commit changed, on the committing thread; return the off switch."""
        with self._listening:
            self._listeners.append(listener)

        def off() -> None:
            with self._listening:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return off

    def lock(self, name: str) -> AbstractContextManager[str | None]:
        """Hold a worker's lock while in the block; it dies with the process. Yields None, or who holds it."""
        return self._locks.hold(name)

    def holds(self, name: str) -> bool:
        """Whether we hold a worker's lock, which a database's server may lose; may ask it."""
        return self._locks.holds(name)

    def holds_as_known(self, name: str) -> bool | None:
        """Whether we hold a worker's lock; None where that takes a question to a database's server."""
        return self._locks.holds_as_known(name)

    def watch(self, stop: threading.Event) -> None:
        """Ring for commits of other processes until `stop` is set; to be run on a thread of its own."""
        watch = self._watch_notices if self._writer.dialect.name == "postgresql" else self._watch_versions
        watch(stop)

    def close(self) -> None:
        """Finish what was begun and give all connections back."""
        self._slot.close()
        # The last connection to close folds the write-ahead log in, which a reader may not.
        self._reader.dispose()
        self._writer.dispose()

    def _commit(self, action: Callable[..., T], who: Who, args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        for attempt in range(STALE_TRIES):
            try:
                value, touched = self._transaction(action, who, args, kwargs)
            except Stale:
                if attempt == STALE_TRIES - 1:
                    raise
            except DBAPIError as error:
                if attempt == STALE_TRIES - 1 or not another_was_first(error):
                    raise trouble(error) or error from None
            else:
                if touched:
                    self._ring(touched)
                return value
        raise AssertionError("unreachable")

    def _transaction(
        self, action: Callable[..., T], who: Who, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[T, frozenset[Topic]]:
        with self._writer.begin() as connection:
            tx = Tx(connection, self.shop, who, self._clock(), self._key)
            value = action(tx, *args, **kwargs)
            touched = frozenset(tx.touched)
            if touched and connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_notify('pos_bell', :who)"), {"who": self._bell_name})
        return value, touched

    def _ring(self, topics: frozenset[Topic]) -> None:
        with self._listening:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(topics)
            except Exception:  # noqa: BLE001  # the commit is done: a listener's fault must not look like the action's
                _log.exception("a listener failed")

    def _watch_versions(self, stop: threading.Event) -> None:
        seen = self._slot.submit(WORKER, self._data_version).result()
        while not stop.wait(WATCH_SECONDS):
            now = self._slot.submit(WORKER, self._data_version).result()
            if now != seen:
                self._ring(EVERYTHING)
            seen = now

    def _data_version(self) -> int:
        # Asked on the writing connection, it moves for every commit but our own.
        connection = self._writer.raw_connection()
        try:
            return int(connection.cursor().execute("PRAGMA data_version").fetchone()[0])
        finally:
            connection.close()

    def _watch_notices(self, stop: threading.Event) -> None:
        import psycopg

        address = self._reader.url.set(drivername="postgresql").render_as_string(hide_password=False)
        deaf = False
        while not stop.is_set():
            try:
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute("LISTEN pos_bell")
                    if deaf:
                        self._ring(EVERYTHING)
                    self._hear(connection, stop)
            except psycopg.OperationalError:
                # What was committed meanwhile is not known: looked at again once the line is back.
                deaf = True
                stop.wait(WATCH_SECONDS)

    def _hear(self, connection: Any, stop: threading.Event) -> None:
        while not stop.is_set():
            for notice in connection.notifies(timeout=WATCH_SECONDS):
                if notice.payload != self._bell_name:
                    self._ring(EVERYTHING)


def _locks(engine: Engine) -> AdvisoryLocks | FileLocks:
    holder = f"{getpass.getuser()}@{socket.gethostname()} ({os.getpid()})"
    if engine.dialect.name == "postgresql":
        return AdvisoryLocks(engine, holder)
    file = Path(engine.url.database or "")
    return FileLocks(file.parent / f"{file.name}-locks", holder)
