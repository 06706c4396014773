"""How a database is opened: safe settings, the right version, and a clear no where it cannot be trusted."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from pos.store.trouble import StoreTrouble, trouble

#: Older ones can corrupt a WAL database when two connections write or checkpoint at one moment.
OLDEST_SQLITE = (3, 51, 3)

#: SQLite's result code for a file that another connection holds (sqlite.org/rescode.html).
_SQLITE_BUSY = 5

#: How long another process may hold the store before we say that it is locked (seconds).
BUSY_SECONDS = 10

#: File systems on which SQLite's locks cannot be trusted (statfs names on Linux).
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs", "ncpfs"})

_WRITER_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    *(("PRAGMA fullfsync=ON",) if sys.platform == "darwin" else ()),
)
#: What SQLite names the parts of a store behind its file's name, and all rights of others than the owner.
_PARTS, _OTHERS = ("", "-wal", "-shm"), 0o077

_READER_PRAGMAS = ("PRAGMA query_only=ON", "PRAGMA trusted_schema=OFF", "PRAGMA cache_size=-4000")


def utcnow() -> datetime:
    """Return the time of this machine's clock, UTC."""
    return datetime.now(UTC)


def open_engines(url: str) -> tuple[Engine, Engine]:
    """Return the engine that writes (one connection) and the one that reads; raises StoreTrouble."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    writer = create_engine(address, pool_size=1, max_overflow=0, pool_pre_ping=True)
    reader = create_engine(
        address, pool_size=4, pool_pre_ping=True, execution_options={"postgresql_readonly": True}
    )
    return writer, reader


def _open_sqlite(address: URL) -> tuple[Engine, Engine]:
    from pysqlite3 import dbapi2

    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise StoreTrouble("old_sqlite", version=dbapi2.sqlite_version)
    file = Path(address.database or "")
    refuse_network_share(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        keep_to_owner(file.resolve())
    except OSError as error:
        raise StoreTrouble("cannot_open", detail=str(error)) from None
    writer = _sqlite_engine(address, dbapi2, _WRITER_PRAGMAS, QueuePool, {"pool_size": 1, "max_overflow": 0})
    event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    reading = address.set(database=f"file:{_quoted(file)}", query={"mode": "ro", "uri": "true"})
    reader = _sqlite_engine(reading, dbapi2, _READER_PRAGMAS, QueuePool, {"pool_size": 4})
    event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return writer, reader


def keep_to_owner(file: Path) -> None:
    """Let nobody but its owner read a store's file, which is made if need be; raises OSError.

    What SQLite makes beside it later has the same rights (`findCreateFileMode` in its os_unix.c).
    """
    if os.name == "nt":
        return  # who may read is said by the folder there
    with suppress(FileExistsError):
        # Only a new one: closing a file gives up all locks that SQLite has on it in this process.
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for part in (file.with_name(f"{file.name}{end}") for end in _PARTS):
        with suppress(OSError):  # none now, another's, or on a disk that knows no owners
            made = part.stat().st_mode
            if stat.S_ISREG(made) and made & _OTHERS:
                part.chmod(stat.S_IMODE(made) & ~_OTHERS)


def _sqlite_engine(
    address: URL,
    module: Any,
    pragmas: tuple[str, ...],
    pool: type[QueuePool | NullPool],
    sizes: dict[str, int],
) -> Engine:
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False, "isolation_level": None}
    engine = create_engine(address, module=module, connect_args=arguments, poolclass=pool, **sizes)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            _patiently(connection.execute, pragma)

    return engine


def _patiently(execute: Callable[[str], object], pragma: str) -> None:
    """Run a pragma, and again while others hold the file.

    Switching to the write-ahead log asks for the whole file, and is refused at once where others have it.
    """
    end = monotonic() + BUSY_SECONDS
    while True:
        try:
            execute(pragma)
        except Exception as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != _SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.01)
        else:
            return


def _quoted(file: Path) -> str:
    from urllib.parse import quote

    return quote(str(file.absolute()))


def refuse_network_share(file: Path, mounts: Path = Path("/proc/self/mounts")) -> None:
    """Raise StoreTrouble where the store's file would lie on a network share: its locks cannot be trusted."""
    if os.name == "nt":
        if str(file.absolute()).startswith("\\\\"):
            raise StoreTrouble("network_share", path=str(file))
        return
    if not mounts.exists():
        return
    folder = next((parent for parent in file.absolute().parents if parent.exists()), Path("/")).resolve()
    lines = [line.split() for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines()]
    points = [(_unescaped(parts[1]), parts[2]) for parts in lines]
    holding = [(len(point), kind) for point, kind in points if folder.is_relative_to(point)]
    if holding and max(holding)[1] in NETWORK_FILE_SYSTEMS:
        raise StoreTrouble("network_share", path=str(file))


def _unescaped(point: str) -> str:
    """Return a mount point as a path: the kernel writes blanks in it as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), point)


def schema_version(engine: Engine) -> str | None:
    """Return the version of the schema that a database has; None for a new one. Raises StoreTrouble."""
    try:
        with engine.connect() as connection:
            known = engine.dialect.has_table(connection, "alembic_version")
            query = text("SELECT version_num FROM alembic_version")
            return connection.execute(query).scalar() if known else None
    except DBAPIError as error:
        raise trouble(error) or error from None


def sqlite_version() -> str:
    """Return the version of SQLite that stores are opened with."""
    from pysqlite3 import dbapi2

    return str(dbapi2.sqlite_version)
