"""Files on the disk of this machine: a change that survives a power cut, and one writer at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _locked(file: Path) -> int:
        descriptor = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        return descriptor
else:
    import fcntl

    def _locked(file: Path) -> int:
        descriptor = os.open(file.parent, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Wait until no other process is about to change `file`, and let none begin while in the block.

    For a moment only, and once at a time in a process; raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = _locked(file)
    try:
        yield
    finally:
        os.close(descriptor)


def settle(folder: Path) -> None:
    """Let the new name of a file in `folder` survive a power cut, where folders can be told so."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
