"""Reading a printer's answers: four kinds of bytes come mixed on one line, and each says what it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from printing.errors import PASSING
from printing.ports import PrinterHealth

#: DLE EOT n: the four questions that are answered at once, also while offline.
QUESTIONS: Mapping[int, bytes] = {number: b"\x10\x04" + bytes((number,)) for number in (1, 2, 3, 4)}
#: GS r 1: asked in the order of the data, so its answer says that all before it was worked off.
PAPER_SENSOR = b"\x1dr\x01"
#: GS a: the printer says by itself when it goes off line or errs, or its paper changes; ESC @ ends that.
SPEAK_UP = b"\x1da\x0e"
#: DLE ENQ 1: on from the line at which the cutter stuck; nothing that came out before is printed again.
GO_ON = b"\x10\x05\x01"


def process_id_request(process_id: bytes) -> bytes:
    """Return GS ( H fn 48: the printer answers with `process_id` (four characters) when it has printed."""
    return b"\x1d(H\x06\x0000" + process_id


#: First bytes of answers that run up to a NUL, as Epson's programming guides list them; none is longer.
_BLOCK_HEADS = frozenset(b"\x35\x37\x3b\x3d\x5f")
_LONGEST_BLOCK = 80
_PROCESS_ID = b"\x37\x22"
_RESTARTED = b"\x3b\x31"
#: Bits that tell the kinds apart; only the low four of an answer to GS r are ever set.
_KIND = 0x93
_REAL_TIME, _AUTOMATIC, _QUEUED = 0x12, 0x10, 0x0F
_AUTOMATIC_LENGTH = 4
#: In an answer to GS r 1: no paper. What was to be printed before it may not have been.
NO_PAPER = 0x0C


@dataclass(slots=True)
class Answers:
    """What a printer has said so far, sorted out; `feed` takes bytes in pieces of any size."""

    #: answers to DLE EOT, oldest first
    real_time: deque[int] = field(default_factory=deque)
    #: answers to GS r, oldest first
    queued: deque[int] = field(default_factory=deque)
    process_ids: set[bytes] = field(default_factory=set)
    #: what it last said unasked, four bytes; empty when nothing
    automatic: bytes = b""
    #: the printer was switched on again: its buffer is gone
    restarted: bool = False
    _rest: bytes = b""

    def feed(self, data: bytes) -> None:
        """Sort out what came; bytes that are no answer are passed over."""
        self._rest += data
        while self._rest and (used := self._one(self._rest)):
            self._rest = self._rest[used:]

    def _one(self, data: bytes) -> int:
        """Sort out the first answer in `data`; return its length, 0 while it is not whole."""
        first = data[0]
        if first in _BLOCK_HEADS:
            return self._block(data)
        if first & _KIND == _AUTOMATIC:
            return self._unasked(data)
        if first & _KIND == _REAL_TIME:
            self.real_time.append(first)
        elif first <= _QUEUED:
            self.queued.append(first)
        return 1

    def _unasked(self, data: bytes) -> int:
        said = data[:_AUTOMATIC_LENGTH]
        if any(byte & 0x90 for byte in said[1:]):
            return 1
        if len(said) < _AUTOMATIC_LENGTH:
            return 0
        self.automatic = said
        return _AUTOMATIC_LENGTH

    def _block(self, data: bytes) -> int:
        end = data.find(b"\x00")
        body = data if end < 0 else data[:end]
        if len(body) > _LONGEST_BLOCK or any(byte < 0x20 for byte in body):
            return 1
        if body.startswith(_PROCESS_ID) and end > 0:
            self.process_ids.add(body[2:])
        self.restarted |= body.startswith(_RESTARTED) and end > 0
        return end + 1


#: (question, bits, cause): the first that is set says why the printer does not print.
_CAUSES = (
    (4, 0x60, "paper_out"),
    (2, 0x20, "paper_out"),
    (2, 0x04, "cover_open"),
    (3, 0x08, "cutter"),
    (3, 0x40, "overheated"),
    (3, 0x24, "error"),
    (2, 0x40, "error"),
    (1, 0x20, "press_feed"),
    (1, 0x08, "offline"),
)
_NEAR_END = 0x0C


def health_of(cause: str, detail: str = "") -> PrinterHealth:
    """Return how a printer is that cannot print because of `cause`, or is well where that is empty."""
    if not cause:
        return PrinterHealth("well", "", detail)
    return PrinterHealth("waiting" if cause in PASSING else "needs_you", cause, detail)


def read_status(answers: Mapping[int, int]) -> PrinterHealth:
    """Return how the printer is from its answers to DLE EOT, by question; one not given says nothing."""
    cause = next((cause for question, bits, cause in _CAUSES if answers.get(question, 0) & bits), "")
    near_end = not cause and answers.get(4, 0) & _NEAR_END
    return health_of(cause, "paper_near_end" if near_end else "")


def read_automatic(said: bytes) -> PrinterHealth:
    """Return how the printer is from the four bytes that it says unasked; the fourth differs by model.

    They hold the same facts as the answers to DLE EOT, elsewhere.
    """
    line, errors, paper, _ = said
    return read_status(
        {
            1: line & 0x08 | (errors & 0x01) << 5,
            2: (line & 0x20) >> 3 | (paper & 0x0C) << 3 & 0x20,
            3: errors & 0x6C,
            4: (paper & 0x03) << 2 | (paper & 0x0C) << 3,
        }
    )
