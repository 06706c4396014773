"""What every connection to a printer offers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from printing.ports import Evidence, PrinterHealth, Shown


class Device(Protocol):
    """One printer, one way to it; used by one worker at a time."""

    async def send(self, data: bytes, title: str = "", /) -> Evidence:
        """Send one whole ticket and return what is known of it; `title` names it where a name is shown.

        Raises NotReady when nothing was sent, LineBroke when some of it may have been. Cancelled, it lets its
        line go: whether paper comes out is then not known.
        """
        ...

    async def status(self) -> PrinterHealth:
        """Return how the printer is, without printing; never raises PrintingError."""
        ...


#: What hears how a printer is, when it says so by itself; called on the loop's thread, and must not block.
Tell = Callable[[PrinterHealth], None]


@runtime_checkable
class Talking(Device, Protocol):
    """A device with a line that stays open between tickets, and a printer that speaks unasked.

    Only while somebody listens is the line kept: who sends one ticket and goes has nothing to close.
    """

    def listen(self, tell: Tell) -> None:
        """Keep the line from now on, and `tell` at once how the printer is whenever that has changed."""
        ...

    async def close(self) -> None:
        """Let the line go, and keep it no more."""
        ...


@runtime_checkable
class Learning(Device, Protocol):
    """A device whose printer shows by its answers what can be expected of it."""

    @property
    def shown(self) -> Shown:
        """What the printer has shown so far."""
        ...

    def recall(self, shown: Shown, *, cut_short: bool) -> None:
        """Begin with what the printer has shown to others; `cut_short`: one of them left off in a ticket."""
        ...
