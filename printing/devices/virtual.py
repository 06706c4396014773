"""A printer of no iron: it obeys the same bytes, and keeps each ticket as picture, text and bytes."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from printing.decode import decode
from printing.errors import NotReady
from printing.picture import to_png, to_text
from printing.ports import Evidence, PrinterHealth
from printing.profiles import Profile
from printing.status import health_of

_UNSAFE = re.compile(r"[^\w.-]+")


class VirtualDevice:
    """Shows what `profile` prints: the last ticket as `last_png` and `last_text`, all of them in `folder`."""

    def __init__(self, profile: Profile, folder: Path | None = None) -> None:
        self._profile = profile
        self._folder = folder
        self.last_png = b""
        self.last_text = ""

    async def send(self, data: bytes, title: str = "") -> Evidence:
        """Print one ticket; see Device.send."""
        await asyncio.to_thread(self._keep, data, title)
        return "process-id"

    async def status(self) -> PrinterHealth:
        """Return that it is well: it has no paper to run out of."""
        return health_of("")

    def _keep(self, data: bytes, title: str) -> None:
        lines = decode(data, self._profile.encoding).lines
        self.last_text = to_text(lines, self._profile.columns)
        self.last_png = to_png(lines, self._profile.columns, self._profile.encoding)
        if self._folder is not None:
            self._save(self._folder, title, data)

    def _save(self, folder: Path, title: str, data: bytes) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stem = self._free_stem(folder, title)
            (folder / f"{stem}.png").write_bytes(self.last_png)
            (folder / f"{stem}.txt").write_text(self.last_text, encoding="utf-8")
            (folder / f"{stem}.bin").write_bytes(data)
        except OSError as error:
            raise NotReady("disk", str(error)) from error

    def _free_stem(self, folder: Path, title: str) -> str:
        """Return a file name that is not taken: every ticket that came out can be counted."""
        wanted = _UNSAFE.sub("-", title).strip("-.") or "ticket"
        stem, again = wanted, 1
        while (folder / f"{stem}.bin").exists():
            again += 1
            stem = f"{wanted}_{again}"
        return stem
