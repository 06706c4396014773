"""How one printer is: asked while it is not well, heard when it speaks by itself, told where it changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from printing.devices import Device
from printing.errors import PrintingError
from printing.pace import LOOK_AGAIN, Pace, unless_rung
from printing.ports import Host, PrinterHealth
from printing.status import health_of

_log = logging.getLogger(__name__)


class Watch:
    """Looks after `printer`; `changed` is called whenever its health has changed and the host knows."""

    def __init__(self, printer: str, host: Host, pace: Pace, changed: Callable[[], None]) -> None:
        self._printer, self._host, self._pace, self._changed = printer, host, pace, changed
        self.health: PrinterHealth | None = None
        #: when to look again; None for never
        self.look_at: datetime | None = None
        #: it turned well, and what was held for its sake can go
        self.has_recovered = False
        #: rings when the printer has said something by itself
        self.news = asyncio.Event()
        self._said: PrinterHealth | None = None
        self._looks = 0

    @property
    def is_ill(self) -> bool:
        """Whether the printer was last known not to be well."""
        return self.health is not None and self.health.state != "well"

    def begin(self) -> None:
        """Look anew: whoever worked the printer before may have left it otherwise."""
        self.health, self.look_at = None, self._pace.now()

    def look_soon(self) -> None:
        """Find out how the printer is as soon as no ticket is due."""
        self.look_at = self._pace.now()

    def heard(self, health: PrinterHealth) -> None:
        """Take in what the printer says by itself; see Talking.listen."""
        self._said = health
        self.news.set()

    async def pass_on(self) -> None:
        """Tell the host what the printer has said by itself meanwhile."""
        self.news.clear()
        said, self._said = self._said, None
        if said is not None:
            await self.tell(said)

    async def look(self, device: Callable[[], Device], *bells: asyncio.Event) -> None:
        """Ask the printer how it is, where it is time; a ticket that comes meanwhile goes first."""
        if self.look_at is None or not self._pace.has_come(self.look_at):
            return
        if await self._host.is_aside(self._printer):
            self.look_at = self._pace.after(LOOK_AGAIN)
            return
        if (health := await unless_rung(self._ask(device), *bells)) is not None:
            self._said = None  # it has just been asked
            self.news.clear()
            await self.tell(health)

    async def tell(self, health: PrinterHealth) -> None:
        """Know how the printer is; tell the host what is new, and look again later where it is not well."""
        was, self.health = self.health, health
        is_well = health.state == "well"
        self.has_recovered |= is_well and was is not None and was.state != "well"
        self.look_at = None if is_well else self._pace.backoff(self._looks)
        self._looks += not is_well
        if was is None or _differs(was, health):
            await self._host.health(self._printer, health, self._pace.now())
            self._changed()

    async def tell_printed(self) -> None:
        """A ticket came out: the printer is well, whatever it was, and was not looked at in vain."""
        self._looks = 0
        if self.is_ill or self.health is None:
            await self.tell(health_of(""))

    async def _ask(self, device: Callable[[], Device]) -> PrinterHealth:
        try:
            return await device().status()
        except PrintingError as error:
            return health_of("unsupported", str(error))
        except Exception as error:  # noqa: BLE001 - a look must not end the worker that prints
            _log.exception("printer %s: the device failed in a way it does not name", self._printer)
            return health_of("unreachable", type(error).__name__)


def _differs(was: PrinterHealth, health: PrinterHealth) -> bool:
    """Whether people are to see something else; how the system worded the same cause is nothing new."""
    return was.cause != health.cause or (not health.cause and was.detail != health.detail)
