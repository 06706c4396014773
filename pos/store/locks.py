"""Locks that die with their process: one worker for each channel and each printer, whatever else runs."""

from __future__ import annotations

import os
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
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


@contextmanager
def advisory_lock(engine: Engine, name: str) -> Iterator[str | None]:
    """Hold PostgreSQL's session lock `name` while in the block; yields None when held, else the holder."""
    key = zlib.crc32(name.encode())
    # A connection of its own: held as long as the lock, it must not starve the pool.
    own = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with own.connect() as connection:
        held = connection.execute(text("SELECT pg_try_advisory_lock(736578, :key)"), {"key": _signed(key)})
        if not held.scalar():
            yield "another counter"
            return
        try:
            yield None
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(736578, :key)"), {"key": _signed(key)})


def _signed(key: int) -> int:
    return key - 2**32 if key >= 2**31 else key


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]", lambda found: f"%{ord(found[0]):x}", name)
