"""Reading a printer's answers: three kinds of bytes come mixed on one line, and each says what it is."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from printing.ports import PrinterHealth

#: DLE EOT n: the four questions that are answered at once, also while offline.
QUESTIONS = tuple(b"\x10\x04" + bytes((n,)) for n in (1, 2, 3, 4))
#: GS r 1: asked in the order of the data, so its answer says that all before it was worked off.
PAPER_SENSOR = b"\x1dr\x01"


def process_id_request(process_id: bytes) -> bytes:
    """Return GS ( H fn 48: the printer answers with `process_id` (four characters) when it has printed."""
    return b"\x1d(H\x06\x0000" + process_id


#: First bytes of answers that run up to a NUL, as Epson's programming guides list them.
_BLOCK_HEADS = frozenset(b"\x35\x37\x3b\x3d\x5f")
_FLOW_CONTROL = frozenset(b"\x11\x13")
_PROCESS_ID = b"\x37\x22"
_RESTARTED = b"\x3b\x31"


@dataclass(slots=True)
class Answers:
    """What a printer has said so far, sorted out; `feed` takes bytes in pieces of any size."""

    #: answers to DLE EOT, oldest first
    real_time: deque[int] = field(default_factory=deque)
    #: answers to GS r, oldest first
    queued: deque[int] = field(default_factory=deque)
    process_ids: set[bytes] = field(default_factory=set)
    #: the printer was switched on again: its buffer is gone
    restarted: bool = False
    _rest: bytes = b""

    def feed(self, data: bytes) -> None:
        """Sort out what came."""
        self._rest += data
        while self._rest and (used := self._one(self._rest)):
            self._rest = self._rest[used:]

    def _one(self, data: bytes) -> int:
        """Sort out the first answer in `data`; return its length, 0 while it is not whole."""
        first = data[0]
        if first in _BLOCK_HEADS:
            return self._block(data)
        if first in _FLOW_CONTROL:
            return 1
        if first & 0x93 == 0x12:
            self.real_time.append(first)
            return 1
        if first & 0x93 == 0x10:
            return 4 if len(data) >= 4 else 0  # automatic status: four bytes that nobody asked for
        if first & 0x90 == 0:
            self.queued.append(first)
        return 1

    def _block(self, data: bytes) -> int:
        end = data.find(b"\x00")
        if end < 0:
            return 0
        if data.startswith(_PROCESS_ID):
            self.process_ids.add(data[2:end])
        self.restarted |= data.startswith(_RESTARTED)
        return end + 1


#: (question, bits, cause): the first that is set says why the printer does not print.
_CAUSES = (
    (4, 0x60, "paper_out"),
    (2, 0x20, "paper_out"),
    (2, 0x04, "cover_open"),
    (3, 0x08, "cutter"),
    (3, 0x64, "error"),
    (2, 0x40, "error"),
    (1, 0x08, "offline"),
)
_NEAR_END = 0x0C

#: Causes that pass by themselves; all others need a person.
_PASSING = frozenset(("offline", "busy", "unreachable"))


def health_of(cause: str, detail: str = "") -> PrinterHealth:
    """Return how a printer is that cannot print because of `cause`, or is well where that is empty."""
    if not cause:
        return PrinterHealth("well", "", detail)
    return PrinterHealth("waiting" if cause in _PASSING else "needs_you", cause, detail)


def read_status(answers: dict[int, int]) -> PrinterHealth:
    """Return how the printer is from its answers to DLE EOT, by question; one not given says nothing."""
    cause = next((cause for question, bits, cause in _CAUSES if answers.get(question, 0) & bits), "")
    near_end = not cause and answers.get(4, 0) & _NEAR_END
    return health_of(cause, "paper_near_end" if near_end else "")
