"""A printer behind a device file, or a regular file that collects tickets one after the other."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from pathlib import Path

from printing.errors import LineBroke, NotReady
from printing.ports import Evidence, PrinterHealth
from printing.status import health_of

_HOW = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
_CAUSES = {errno.ENOSPC: "disk", errno.EDQUOT: "disk", errno.EBUSY: "busy", errno.EAGAIN: "busy"}


class FileDevice:
    """The file at `path`: appended to, by a thread, because a printer that is busy blocks its writer."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def send(self, data: bytes, _title: str = "") -> Evidence:
        """Write one ticket; see Device.send."""
        await asyncio.to_thread(self._write, data)
        return "transport"

    async def status(self) -> PrinterHealth:
        """Return whether the file could be written; a file cannot say more."""
        place = self._path if self._path.exists() else self._path.parent
        takes = os.access(place, os.W_OK) and not self._path.is_dir()
        return health_of("" if takes else "unreachable", str(self._path))

    def _write(self, data: bytes) -> None:
        try:
            file = os.open(self._path, _HOW, 0o600)
        except OSError as error:
            raise _not_ready(error) from error
        try:
            _append(file, data)
        finally:
            os.close(file)


def _append(file: int, data: bytes) -> None:
    """Write all of `data`, or nothing where the file can be taken back to where it was."""
    before = os.fstat(file)
    written = 0
    try:
        while written < len(data):
            written += os.write(file, data[written:])
        if stat.S_ISREG(before.st_mode):
            os.fsync(file)
    except OSError as error:
        if stat.S_ISREG(before.st_mode):
            os.ftruncate(file, before.st_size)
        elif written:
            raise LineBroke(
                "line_broke", f"after {written} of {len(data)} bytes: {error.strerror}"
            ) from error
        raise _not_ready(error) from error


def _not_ready(error: OSError) -> NotReady:
    return NotReady(_CAUSES.get(error.errno or 0, "unreachable"), str(error))
