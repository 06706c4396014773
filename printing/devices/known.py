"""What was learned of a printer outlives the lines to it: not every ticket has to find out anew."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from printing.devices.device import Tell
from printing.devices.line import Line
from printing.devices.patience import Patience
from printing.ports import PROOF, Evidence, PrinterHealth, Shown
from printing.profiles import Confirm
from printing.status import GO_ON, QUESTIONS, health_of, read_automatic

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_IDS = len(_SIGNS) ** 4
#: Tickets in a row after which what a printer did not answer is not asked, or not waited for, any more.
_TRIES = 3


def _first_id() -> int:
    """Return where to begin: a print server may hand us what an earlier process of ours had asked for."""
    return random.randrange(_IDS)


@dataclass(slots=True)
class Known:
    """One printer, as far as it has shown what it can do, and how it is now."""

    confirm: Confirm
    patience: Patience
    health: PrinterHealth = field(default_factory=lambda: health_of(""))
    tell: Tell | None = None
    #: it has answered a status request, so its silence means something
    answers: bool = False
    #: it was asked, let us wait in vain, and has never answered
    is_mute: bool = False
    #: whether it knows process ids; None while that is open
    knows_ids: bool | None = None
    #: it has answered GS r
    knows_gs_r: bool = False
    #: an answer to the GS r of an earlier ticket may still come; it bears no name
    owes: bool = False
    #: a ticket may have ended in the middle of a command, whose rest the next one would be taken for
    was_cut_short: bool = False
    #: it was asked to speak up while it was ill; asked at every look, its buffer would fill
    was_asked_to_speak: bool = False
    _proof: Evidence = ""
    _unproved: int = 0
    _ids_missed: int = 0
    _unanswered: Counter[int] = field(default_factory=Counter)
    _last_id: int = field(default_factory=_first_id)
    _stuck: str = ""

    def __post_init__(self) -> None:
        self.knows_ids = {"process-id": True, "status": False}.get(self.confirm)

    @property
    def shown(self) -> Shown:
        """What later processes can go by."""
        return Shown(self.answers, self._proof if self._unproved < _TRIES else "")

    def recall(self, shown: Shown, *, cut_short: bool) -> None:
        """Begin with what it has shown to others; see Learning.recall."""
        self.answers |= shown.answers
        self._proof = shown.proof or self._proof
        if shown.proof == "process-id" and self.confirm == "auto":
            self.knows_ids = True
        # What was asked of it before may be answered now, over a line of ours.
        self.owes |= shown.proof == "gs-r"
        self.knows_gs_r |= shown.proof == "gs-r"
        self.was_cut_short |= cut_short

    def next_id(self) -> bytes:
        """Return a process id that no ticket had for a long time."""
        self._last_id = rest = (self._last_id + 1) % _IDS
        signs = []
        for _ in range(4):
            rest, sign = divmod(rest, len(_SIGNS))
            signs.append(_SIGNS[sign])
        return "".join(signs).encode()

    @property
    def questions(self) -> Mapping[int, bytes]:
        """The status requests that it answers, as far as is known."""
        return {number: ask for number, ask in QUESTIONS.items() if self._unanswered[number] < _TRIES}

    def answered(self, number: int, *, has: bool) -> None:
        """Learn from an answer to a status request, or from its absence between others."""
        self._unanswered[number] = 0 if has else self._unanswered[number] + 1
        self.answers |= has
        self.is_mute &= not has

    @property
    def asks_gs_r(self) -> bool:
        """Whether GS r is asked: its answer has no name, so only where the better proof is not sure."""
        return not self.knows_ids

    @property
    def should_prove(self) -> bool:
        """Whether it has proved a ticket, so that no proof now is a reason to doubt."""
        return self.confirm == "process-id" or bool(self.shown.proof)

    def wait(self, spoke: bool) -> float:
        """Return how long to wait for proof (seconds): briefly where there never was any."""
        if not (spoke or self.should_prove):
            return self.patience.mute / (10 if self._unproved else 1)
        return self.patience.confirm / (10 if self._unproved and not self.should_prove else 1)

    def learn(self, evidence: Evidence) -> None:
        """Learn from what came of a ticket; `` and `status` are no proof."""
        is_proof = evidence in PROOF
        self._proof = evidence if is_proof else self._proof
        self._unproved = 0 if is_proof else self._unproved + 1
        self.knows_gs_r |= evidence == "gs-r"
        if self.confirm == "auto":
            self._learn_ids(evidence)

    def _learn_ids(self, evidence: Evidence) -> None:
        if evidence == "process-id":
            self.knows_ids, self._ids_missed = True, 0
        elif evidence == "gs-r":
            self._ids_missed += 1
            self.knows_ids = False if self._ids_missed >= _TRIES else None
        elif self.knows_ids:
            self.knows_ids = None

    def note(self, health: PrinterHealth, line: Line) -> None:
        """Take in how the printer says it is, and tell who listens."""
        self.health = health
        if not health.cause:
            self.was_asked_to_speak = False
        self._mind_the_cutter(health.cause, line)
        if self.tell is not None:
            self.tell(health)

    def hear(self, line: Line) -> None:
        """Take in what the printer said unasked."""
        said, line.answers.automatic = line.answers.automatic, b""
        if said:
            self.note(read_automatic(said), line)

    def _mind_the_cutter(self, cause: str, line: Line) -> None:
        """Let a stuck cutter go on when its cover was opened and closed: never with a hand inside."""
        if cause == "cutter" and self._stuck == "cover_open":
            line.write(GO_ON)
            self._stuck = ""
        elif cause == "cutter" or (cause == "cover_open" and self._stuck):
            self._stuck = cause
        elif not cause:
            self._stuck = ""
