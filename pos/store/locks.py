"""Locks that die with their process: one worker for each channel and each printer, whatever else runs."""

from __future__ import annotations

import os
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from time import monotonic

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> None:
        # Beyond the text: a locked byte of Windows cannot be read by others.
        os.lseek(descriptor, 4096, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


#: For so long what the server said of a lock is believed (seconds): a claim must not cost another question.
SURE_SECONDS = 1.0

#: Lets a server that is gone be noticed within seconds (libpq's connection parameters): seconds, and
#: milliseconds for what was sent and is not acknowledged.
_ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}

#: Our locks' space among all that the database's users may take.
_SPACE = 736578
_TRY = text(f"SELECT pg_try_advisory_lock({_SPACE}, :key)")
_GIVE_BACK = text(f"SELECT pg_advisory_unlock({_SPACE}, :key)")
#: objsubid 2 is a lock of two keys; keys are shown without their sign (PostgreSQL, 53.13 pg_locks).
_MINE = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
    f" AND classid = {_SPACE} AND CAST(objid AS bigint) = CAST(:key AS bigint) & 4294967295 AND objsubid = 2"
)
#: Who holds a lock of this database, by the name that its connection goes by.
_WHO = text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
    f" WHERE locktype = 'advisory' AND granted AND classid = {_SPACE} AND objsubid = 2"
    " AND CAST(objid AS bigint) = CAST(:key AS bigint) & 4294967295 AND datname = current_database()"
    " AND database = datid"
)


@contextmanager
def file_lock(folder: Path, name: str, holder: str) -> Iterator[str | None]:
    """Hold the lock `name` in `folder` while in the block; yields None when held, else who holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / f"{_file_name(name)}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _try_lock(descriptor)
        except OSError:
            os.lseek(descriptor, 0, os.SEEK_SET)
            yield os.read(descriptor, 200).decode("utf-8", "replace") or "?"
            return
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, holder.encode())
        yield None
    finally:
        os.close(descriptor)


class FileLocks:
    """Locks on files in `folder`: the system ends them with their process, and never before."""

    def __init__(self, folder: Path, holder: str) -> None:
        self._folder, self._holder = folder, holder
        self._held: set[str] = set()

    @contextmanager
    def hold(self, name: str) -> Iterator[str | None]:
        """Hold the lock `name` while in the block; yields None when held, else who holds it."""
        with file_lock(self._folder, name, self._holder) as holder:
            if holder is not None:
                yield holder
                return
            self._held.add(name)
            try:
                yield None
            finally:
                self._held.remove(name)

    def holds(self, name: str) -> bool:
        """Whether the lock is held by us."""
        return name in self._held

    holds_as_known = holds


class AdvisoryLocks:
    """PostgreSQL's session locks: each ends with a connection of its own, also while its process lives."""

    def __init__(self, engine: Engine, holder: str) -> None:
        # Connections beside the pool: held as long as the lock, they must not starve it.
        alive = {**_ALIVE, "application_name": holder}
        self._engine = create_engine(
            engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=alive
        )
        self._held: dict[str, _Held] = {}

    @contextmanager
    def hold(self, name: str) -> Iterator[str | None]:
        """Hold the lock `name` while in the block; yields None when held, else who holds it."""
        with self._engine.connect() as connection:
            if not connection.execute(_TRY, {"key": _key(name)}).scalar():
                yield connection.execute(_WHO, {"key": _key(name)}).scalar() or "?"
                return
            held = self._held[name] = _Held(connection, name)
            try:
                yield None
            finally:
                del self._held[name]
                held.let_go()

    def holds(self, name: str) -> bool:
        """Whether the lock is held by us, as the server said within the last second."""
        held = self._held.get(name)
        return held is not None and held.is_sure()

    def holds_as_known(self, name: str) -> bool | None:
        """Whether the lock is held by us; None where the server would be asked."""
        held = self._held.get(name)
        return False if held is None else held.as_known()


class _Held:
    """One lock, on its own connection; when that is gone, so is the lock, and for good."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection, self._key = connection, _key(name)
        self._asking = Lock()
        self._said, self._is_lost = monotonic(), False

    def is_sure(self) -> bool:
        """Whether it is held; asks the server where that was longer ago than SURE_SECONDS."""
        with self._asking:
            if self._is_due():
                self._ask()
            return not self._is_lost

    def as_known(self) -> bool | None:
        """Whether it is held; None where the server must be asked, or is being asked just now."""
        if not self._asking.acquire(blocking=False):
            return None
        try:
            return None if self._is_due() else not self._is_lost
        finally:
            self._asking.release()

    def _is_due(self) -> bool:
        return not self._is_lost and monotonic() - self._said > SURE_SECONDS

    def _ask(self) -> None:
        # Never asked again once it is lost: a connection that broke would be made anew, without the lock.
        self._is_lost = True
        with suppress(DBAPIError):
            self._is_lost = not self._connection.execute(_MINE, {"key": self._key}).scalar()
        self._said = monotonic()

    def let_go(self) -> None:
        """Give the lock back; one that was lost has gone already."""
        with self._asking, suppress(DBAPIError):
            if not self._is_lost:
                self._connection.execute(_GIVE_BACK, {"key": self._key})


def _key(name: str) -> int:
    return _signed(zlib.crc32(name.encode()))


def _signed(key: int) -> int:
    return key - 2**32 if key >= 2**31 else key


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]", lambda found: f"%{ord(found[0]):x}", name)
