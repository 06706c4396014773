"""A queue of CUPS: the ticket goes there as it is, and the queue is watched until it has passed it on.

Spoken to in IPP, not through `lp`: states come as data, in no language, and nothing has to be installed here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from urllib.parse import quote

from printing.devices import ipp
from printing.devices.cups_server import CupsServer
from printing.errors import LineBroke, NotReady
from printing.ports import Evidence, PrinterHealth
from printing.status import health_of

#: Seconds between two looks at a job.
_LOOK = 0.5

_STOPPED = 5
_NOT_BEGUN = frozenset((3, 4))
_CANCELED, _ABORTED, _COMPLETED = 7, 8, 9
_OVER = frozenset((_CANCELED, _ABORTED, _COMPLETED))
_JOB_STATES = {3: "pending", 4: "held", 5: "processing", 6: "stopped", 7: "canceled", 8: "aborted"}
_NOT_FOUND = 0x0406

#: How reasons begin that a queue gives for its printer's state (RFC 8011, 5.4.12), and their causes.
_CAUSES: Mapping[str, str] = {
    "media-empty": "paper_out",
    "media-needed": "paper_out",
    "media-jam": "error",
    "cover-open": "cover_open",
    "door-open": "cover_open",
    "interlock-open": "cover_open",
    "fuser-over-temp": "overheated",
    "offline": "unreachable",
    "shutdown": "unreachable",
    "timed-out": "unreachable",
    "other-error": "error",
    "paused": "offline",
    "moving-to-paused": "offline",
}


class CupsDevice:
    """The queue `queue` at `server` (see cups_server); a job is given `wait` seconds to leave it."""

    def __init__(self, queue: str, server: str = "", wait: float = 60.0) -> None:
        self._path = f"/printers/{quote(queue)}"
        self._cups = CupsServer(server)
        self._wait = wait

    async def send(self, data: bytes, title: str = "", /) -> Evidence:
        """Queue one ticket and watch it leave; see Device.send."""
        if (health := await self.status()).cause:
            raise NotReady(health.cause, health.detail)
        job = await self._queued(data, title or "ticket")
        try:
            await self._watch(job)
        except BaseException:
            with suppress(OSError, ipp.NotIpp):  # a job that is left there would print later, unmarked
                await asyncio.shield(self._cups.ask(ipp.CANCEL_JOB, self._path, job_id=job))
            raise
        return "transport"

    async def status(self) -> PrinterHealth:
        """Return how the queue says that its printer is; see Device.status."""
        try:
            reply = await self._cups.ask(
                ipp.PRINTER_ATTRIBUTES,
                self._path,
                requested_attributes=("printer-state", "printer-state-reasons", "printer-is-accepting-jobs"),
            )
        except (OSError, ipp.NotIpp) as error:
            return health_of("unreachable", str(error))
        if not reply.is_good:
            cause = "unsupported" if reply.status == _NOT_FOUND else "offline"
            return health_of(cause, f"CUPS at {self._cups.server} has no such queue, or shows it to nobody")
        return read_queue(reply)

    async def _queued(self, data: bytes, title: str) -> int:
        try:
            reply = await self._cups.ask(
                ipp.PRINT_JOB,
                self._path,
                data,
                requesting_user_name="pos",
                job_name=title,
                document_format="application/vnd.cups-raw",
            )
        except ConnectionError as error:
            raise NotReady("unreachable", str(error)) from error
        except (OSError, ipp.NotIpp) as error:
            raise LineBroke("line_broke", str(error)) from error
        if not reply.is_good:
            said = reply.one("status-message") or hex(reply.status)
            raise NotReady("offline", f"CUPS refused the job: {said}")
        return int(reply.one("job-id"))

    async def _watch(self, job: int) -> None:
        """Return when the queue has passed the job on. Raises NotReady, LineBroke."""
        state, has_begun = 0, False
        with suppress(TimeoutError):
            async with asyncio.timeout(self._wait):
                while state not in _OVER:
                    state, begun = await self._state(job)
                    has_begun |= begun
                    if state not in _OVER:
                        await asyncio.sleep(_LOOK)
        if state == _COMPLETED:
            return
        said = f"job {job} is {_JOB_STATES.get(state, state)}"
        if not has_begun:
            raise NotReady("offline", f"{said}: the queue did not begin it")
        raise LineBroke("line_broke" if state in _OVER else "no_proof", said)

    async def _state(self, job: int) -> tuple[int, bool]:
        """Return a job's state, and whether it was ever begun: one that failed may be pending again."""
        wanted = ("job-state", "time-at-processing")
        try:
            reply = await self._cups.ask(
                ipp.JOB_ATTRIBUTES, self._path, job_id=job, requested_attributes=wanted
            )
        except (OSError, ipp.NotIpp) as error:
            raise LineBroke("no_proof", str(error)) from error
        if reply.status == _NOT_FOUND:  # a server that keeps no history forgets it when it is done
            return _COMPLETED, True
        state = int(reply.one("job-state") or 0)
        return state, state not in _NOT_BEGUN or bool(reply.one("time-at-processing"))


def read_queue(reply: ipp.Reply) -> PrinterHealth:
    """Return how a queue says that its printer is."""
    reasons = [str(reason) for reason in reply.all("printer-state-reasons")]
    cause = _cause(reasons)
    stands = reply.one("printer-state") == _STOPPED or reply.one("printer-is-accepting-jobs") is False
    if cause or stands:
        return health_of(cause or "offline", f"the queue says {', '.join(reasons) or 'stopped'}")
    is_low = any(reason.startswith("media-low") for reason in reasons)
    return health_of("", "paper_near_end" if is_low else "")


def _cause(reasons: Iterable[str]) -> str:
    """Return the first cause of our table; what is but a report or a warning is none."""
    bad = [reason for reason in reasons if not reason.endswith(("-report", "-warning"))]
    return next((cause for start, cause in _CAUSES.items() if any(one.startswith(start) for one in bad)), "")
