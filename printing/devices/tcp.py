"""A printer on the network, raw on port 9100: one connection, kept for a while between tickets."""

from __future__ import annotations

import asyncio

from printing.devices.device import Tell
from printing.devices.known import Known
from printing.devices.line import Line
from printing.devices.patience import Patience
from printing.devices.talk import Talk
from printing.errors import NotReady
from printing.ports import PROOF, Evidence, PrinterHealth, Shown
from printing.profiles import Confirm
from printing.status import health_of


class TcpDevice:
    """A printer at `host`:`port`; see Talking. Unless somebody listens, a connection lasts for one ticket."""

    def __init__(
        self, host: str, port: int = 9100, confirm: Confirm = "auto", patience: Patience | None = None
    ) -> None:
        self._host, self._port = host, port
        #: what was learned of the printer, and how long it is waited for
        self.known = Known(confirm, patience or Patience())
        self._kept: Line | None = None
        self._used = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def shown(self) -> Shown:
        """See Learning.shown."""
        return self.known.shown

    def recall(self, shown: Shown, *, cut_short: bool) -> None:
        """See Learning.recall."""
        self.known.recall(shown, cut_short=cut_short)

    def listen(self, tell: Tell) -> None:
        """Keep the line from now on; see Talking.listen."""
        self.known.tell = tell

    async def close(self) -> None:
        """Let the line go; see Talking.close."""
        self.known.tell = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        kept, self._kept = self._kept, None
        if kept is not None:
            await kept.close()

    async def send(self, data: bytes, _title: str = "", /) -> Evidence:
        """Print one ticket; see Device.send."""
        if self.known.confirm == "none":
            return await self._send_unasked(data)
        talk, health = await self._reached()
        try:
            if health.cause:
                raise NotReady(health.cause, health.detail)
            evidence = await talk.print(data)
        except NotReady:
            await self._put_by(talk.line)
            raise
        except BaseException:
            await talk.line.close()
            raise
        # After a ticket that was not proven, the line is not used again: a late answer would prove the next.
        await (self._put_by(talk.line) if evidence in PROOF else talk.line.close())
        return evidence

    async def status(self) -> PrinterHealth:
        """Return how the printer is; see Device.status."""
        try:
            talk, health = await self._reached()
        except NotReady as error:
            return health_of(error.cause, str(error))
        talk.let_speak(health)
        await self._put_by(talk.line)
        return health

    async def _send_unasked(self, data: bytes) -> Evidence:
        """Hand a ticket to a printer that is never asked: on a kept line, little but one system call."""
        line = self._taken() or await self._connected()
        try:
            if not line.give(data):
                await line.given(self.known.patience.write)
        except BaseException:
            await line.close()
            raise
        if not self._keeps(line):
            await line.close()
        return "transport"

    async def _reached(self) -> tuple[Talk, PrinterHealth]:
        """Return a line whose printer was just asked how it is; one that died while it was kept is left."""
        if (kept := self._taken()) is not None:
            try:
                return await self._greeted(kept, is_kept=True)
            except NotReady:
                pass  # nothing was sent on it; a new line tells more
        return await self._greeted(await self._connected())

    async def _greeted(self, line: Line, *, is_kept: bool = False) -> tuple[Talk, PrinterHealth]:
        talk, known = Talk(line, self.known), self.known
        if known.confirm == "none":
            return talk, health_of("")
        try:
            health = await talk.greet(self._seconds(is_kept))
            if health is None and (known.answers or known.confirm != "auto"):
                raise NotReady("silent", f"{self._host}:{self._port} takes the connection and says nothing")
        except BaseException:
            await line.close()
            raise
        known.is_mute = health is None
        return talk, health or health_of("")

    def _seconds(self, is_kept: bool) -> float:
        """Return how long to wait for the first answer: who is mute is asked, but briefly."""
        patience = self.known.patience
        if self.known.is_mute:
            return patience.status / 5
        return patience.status if is_kept else patience.late

    async def _connected(self) -> Line:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.known.patience.connect):
                _, line = await loop.create_connection(Line, self._host, self._port)
        except (OSError, TimeoutError) as error:
            cause = "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"
            said = str(error) or type(error).__name__
            raise NotReady(cause, f"{self._host}:{self._port} {said}") from error
        line.heard = lambda: self.known.hear(line)
        return line

    def _taken(self) -> Line | None:
        """Return the kept line, if it is still open; it is kept no more."""
        kept, self._kept = self._kept, None
        return None if kept is None or kept.is_closed else kept

    async def _put_by(self, line: Line) -> None:
        """Keep a line for the next ticket where somebody listens, else close it."""
        if not self._keeps(line):
            await line.close()

    def _keeps(self, line: Line) -> bool:
        """Keep a line that can be asked later whether it lives, or never is; return whether it is kept."""
        known = self.known
        if known.tell is None or not (known.answers or known.confirm == "none"):
            return False
        loop = asyncio.get_running_loop()
        self._kept, self._used = line, loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self.known.patience.keep, self._let_go)
        return True

    def _let_go(self) -> None:
        """Hang up when the kept line was idle for long enough, so that other programs can print."""
        self._timer = None
        if self._kept is None:
            return
        loop = asyncio.get_running_loop()
        left = self._used + self.known.patience.keep - loop.time()
        if left > 0:
            self._timer = loop.call_later(left, self._let_go)
        else:
            self._kept.hang_up()
