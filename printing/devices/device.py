"""What every connection to a printer offers."""

from __future__ import annotations

from typing import Protocol

from printing.ports import Evidence, PrinterHealth


class Device(Protocol):
    """One printer, one way to it; used by one worker at a time."""

    async def send(self, data: bytes, title: str = "", /) -> Evidence:
        """Send one whole ticket and return what is known of it; `title` names it where a name is shown.

        Raises NotReady when nothing was sent, LineBroke when some of it may have been.
        """
        ...

    async def status(self) -> PrinterHealth:
        """Return how the printer is, without printing; never raises PrintingError."""
        ...
