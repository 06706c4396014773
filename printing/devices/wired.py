"""A printer at a port of this machine: opened for one ticket or one look, and given back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from printing.devices.known import Known
from printing.devices.line import Line
from printing.devices.patience import Patience
from printing.devices.talk import Talk
from printing.errors import NotReady
from printing.ports import Evidence, PrinterHealth, Shown
from printing.profiles import Confirm
from printing.status import health_of


class WiredDevice:
    """A printer that `dial` opens a line to; asked and proven as one on the network is."""

    def __init__(
        self, dial: Callable[[], Awaitable[Line]], confirm: Confirm = "auto", patience: Patience | None = None
    ) -> None:
        self._dial = dial
        self._known = Known(confirm, patience or Patience())

    @property
    def shown(self) -> Shown:
        """See Learning.shown."""
        return self._known.shown

    def recall(self, shown: Shown, *, cut_short: bool) -> None:
        """See Learning.recall."""
        self._known.recall(shown, cut_short=cut_short)

    async def send(self, data: bytes, _title: str = "", /) -> Evidence:
        """Print one ticket; see Device.send."""
        line = await self._dial()
        try:
            talk = Talk(line, self._known)
            if (health := await self._greeted(talk)).cause:
                raise NotReady(health.cause, health.detail)
            return await talk.print(data)
        finally:
            await line.close()

    async def status(self) -> PrinterHealth:
        """Return how the printer is; see Device.status."""
        try:
            line = await self._dial()
            try:
                return await self._greeted(Talk(line, self._known))
            finally:
                await line.close()
        except NotReady as error:
            return health_of(error.cause, str(error))

    async def _greeted(self, talk: Talk) -> PrinterHealth:
        """Return what it says; one that says nothing may have no way back, and prints where it never did."""
        known = self._known
        if known.confirm == "none":
            return health_of("")
        seconds = known.patience.late if known.answers else known.patience.status
        health = await talk.greet(seconds / (5 if known.is_mute else 1))
        if health is None and talk.line.untaken:
            raise NotReady("offline", "the port is open, and the printer takes no data")
        if health is None and (known.answers or known.confirm != "auto"):
            raise NotReady("silent", "the port is open, and the printer says nothing")
        known.is_mute = health is None
        return health or health_of("")
