"""The printer itself, without sockets and clocks: bytes go in, lines come out, answers wait to be fetched."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from printing.document import Cut, Drawer
from printing.lines import Line
from printing.profiles import Profile
from printing.reading import real_time
from printing.reading.obeying import obey
from printing.reading.splitting import SEAM, Splitter
from printing.reading.typesetter import Typesetter
from printing.simulator import answers
from printing.simulator.condition import Condition, Faults
from printing.simulator.paper import SimulatedPaper, millimetres


class Answer(NamedTuple):
    """Something to be sent; `latest`: a kind of which only the latest is sent, however many wait."""

    data: bytes
    latest: str = ""


#: Bytes of a command that are taken beyond the buffer's end.
_MORE = 1024

#: Changes that a printer which lags can look back on.
_REMEMBERED = 64


def _utcnow() -> datetime:
    return datetime.now(UTC)


@dataclass
class Machine:
    """A printer with the fonts and paper of `profile`, and a receive buffer of `capacity` bytes."""

    profile: Profile = field(default_factory=Profile)
    capacity: int = 65536
    now: Callable[[], datetime] = _utcnow
    on_paper: Callable[[SimulatedPaper], None] = lambda _paper: None
    condition: Condition = field(default_factory=Condition)
    faults: Faults = field(default_factory=Faults)
    outbox: deque[Answer] = field(default_factory=deque)
    papers: list[SimulatedPaper] = field(default_factory=list)
    #: bytes that ever came, drawer pulses given, tickets whose first line came out
    received: int = 0
    pulses: int = 0
    begun: int = 0
    first_number: int = 1

    def __post_init__(self) -> None:
        self._setter = Typesetter(self.profile.encoding, self.profile.columns, strict=False)
        self._waiting = Splitter()
        self._watch = real_time.Watch()
        self._lines: list[Line] = []
        self._data = bytearray()
        self._history = deque([(self.now(), replace(self.condition))], maxlen=_REMEMBERED)
        self._asks_for = 0
        self._offline_told = 0
        #: whether printed paper hangs out of it, not yet cut
        self.hangs = False
        self._told = answers.automatic(self.condition)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What hangs out of it, not yet cut."""
        return tuple(self._lines)

    @property
    def buffered(self) -> int:
        """Bytes in the receive buffer."""
        return len(self._waiting)

    @property
    def room(self) -> int:
        """How many bytes it takes now; a command that it is printing may be longer than its buffer."""
        if (room := self.capacity - self.buffered) > 0:
            return room
        return _MORE if self.condition.is_online and not self._waiting.has_whole() else 0

    @property
    def is_busy(self) -> bool:
        """Whether it has something to do and is not kept from it."""
        return self.condition.is_online and self._waiting.has_whole()

    def receive(self, data: bytes) -> None:
        """Take bytes; those that are obeyed at once are, in their turn."""
        self.received += len(data)
        for piece, command in self._watch.pieces(data):
            self._waiting.feed(piece)
            if command:
                self._obey_at_once(command)

    def _obey_at_once(self, command: bytes) -> None:
        kind, number = command[1], command[2]
        if kind == 0x04:
            self._answer(answers.real_time(number, self._noticed()))
        elif kind == 0x05:
            self._recover(number)
        elif command == real_time.CLEAR:
            self._clear()
            self._answer(answers.CLEARED)
        elif command == real_time.SEND_STATUS:
            self._answer(answers.automatic(self.condition))
        elif command == real_time.POWER_OFF:
            self._answer(answers.POWERED_OFF)
        else:
            self._pulse()

    def _noticed(self) -> Condition:
        """Return how it believes to be: as it was a while ago, where it lags."""
        if not self.faults.lags:
            return self.condition
        then = self.now() - timedelta(seconds=self.faults.lags)
        known = [condition for at, condition in self._history if at <= then]
        return known[-1] if known else self._history[0][1]

    def _recover(self, how: int) -> None:
        """DLE ENQ: 0 is the feed button, 1 goes on after a cutter error, 2 does so with nothing to print."""
        if how == 0:
            self.press_feed()
        elif self.condition.error == "cutter":
            self.change(error="")
            if how == 2:
                self._clear()

    def _clear(self) -> None:
        """Forget what has come and is not printed."""
        self._waiting.clear()
        self._setter.forget_line()

    def _pulse(self) -> None:
        self.pulses += 1
        self._lines.append(Drawer())

    def line_ended(self) -> None:
        """The connection over which the last bytes came is gone."""
        self._watch.forget()
        if not self.faults.joins:
            self._waiting.seam()

    def step(self) -> float | None:
        """Obey the next command; return how many mm of paper moved, None where nothing can be done."""
        if not self.condition.is_online or (token := self._waiting.next()) is None:
            return None
        if token == SEAM:
            if self.profile.cut == "none":
                self.tear(whole=True)  # by hand, at the bar
            return 0.0
        self._data += token
        obey(self._setter, token)
        if (deed := _DEEDS.get(token[:2])) is not None:
            deed(self, token)
        return self._come_out()

    def _come_out(self) -> float:
        """Move what was set onto the paper, and cut where that was asked for."""
        moved = 0.0
        for line in self._setter.lines:
            self.pulses += isinstance(line, Drawer)
            self._lines.append(line)
            moved += millimetres(line)
            if moved and not self.hangs:
                self.hangs = True
                self.begun += 1
            if isinstance(line, Cut):
                self.tear(whole=True)
            elif millimetres(line) and self.faults.lines_left is not None:
                self._use_up(1)
        self._setter.lines.clear()
        return moved

    def _use_up(self, lines: int) -> None:
        self.faults.lines_left = (self.faults.lines_left or 0) - lines
        if self.faults.lines_left <= 0:
            self.faults.lines_left = None
            self.change(paper="out")

    def tear(self, *, whole: bool) -> None:
        """Take off the paper that hangs out."""
        if not self.hangs:
            return
        self.hangs = False
        number = self.first_number + len(self.papers)
        notes, self._setter.notes = tuple(self._setter.notes), []
        paper = SimulatedPaper(number, tuple(self._lines), bytes(self._data), whole, self.now(), notes)
        self._lines, self._data = [], bytearray()
        self.papers.append(paper)
        self.on_paper(paper)

    def change(self, **facts: object) -> None:
        """Be otherwise than before; say so where that was asked for (GS a)."""
        for name, value in facts.items():
            setattr(self.condition, name, value)
        self._history.append((self.now(), replace(self.condition)))
        now = answers.automatic(self.condition)
        if answers.is_told(self._told, now, self._asks_for):
            self._answer(now)
        if self._offline_told and answers.went_offline(self._told, now):
            self._answer(answers.offline(self.condition, self._offline_told), latest="offline")
        self._told = now

    def refill(self) -> None:
        """Put a new roll in."""
        was_out = self.condition.paper == "out"
        self.faults.lines_left = None
        self.change(
            paper="enough", waiting=self.condition.waiting or (was_out and self.faults.waits_for_button)
        )

    def press_feed(self) -> None:
        """Press the feed button: it goes on if it waited for that."""
        if self.condition.waiting:
            self.change(waiting=False)

    def lose_power(self) -> None:
        """Forget all that was not printed, and every mode; what hangs out is torn."""
        self._clear()
        self._setter.reset()
        self._watch.forget()
        self.outbox.clear()
        self.tear(whole=False)
        self._data.clear()
        self._asks_for = self._offline_told = 0
        self.condition.stops_near_end = self.condition.feeding = self.condition.waiting = False
        if self.condition.error in ("cutter", "unrecoverable"):
            self.condition.error = ""
        self._told = answers.automatic(self.condition)

    def say(self, data: bytes) -> None:
        """Send something that nobody asked for."""
        self._answer(data)

    def _answer(self, data: bytes, *, latest: str = "") -> None:
        """Let an answer wait to be sent; of those that are `latest` of a kind, the others never are."""
        if self.faults.mute or not data:
            return
        if latest:
            for waiting in [answer for answer in self.outbox if answer.latest == latest]:
                self.outbox.remove(waiting)
        self.outbox.append(Answer(data, latest))

    def _prove(self, data: bytes, *, latest: str = "") -> None:
        """Answer in the order of the data; nobody hears it whose connection has ended."""
        if self._waiting.is_before_seam:
            return
        if self.faults.drops:
            self.faults.drops -= 1
        else:
            self._answer(data, latest=latest)

    def _paper_asked(self, token: bytes) -> None:
        if not self.faults.no_gs_r:
            self._prove(answers.queued(token[2], self.condition))

    def _response_asked(self, token: bytes) -> None:
        """GS ( H: fn 48, a process id, once all before it is printed; fn 49, to be told of going offline."""
        if self.faults.no_process_id:
            return
        if token[5:7] == b"00" and len(token) == 11:
            self._prove(answers.process_id(token[7:11]), latest="process id")
        elif token[5:7] == b"10" and len(token) == 8:
            self._offline_told = token[7] % 48

    def _automatic_asked(self, token: bytes) -> None:
        self._asks_for = token[2]
        if self._asks_for:
            self._answer(answers.automatic(self.condition))

    def _sensors_chosen(self, token: bytes) -> None:
        if token[2:3] == b"4":
            self.change(stops_near_end=bool(token[3] & 3))

    def _reset(self, _token: bytes) -> None:
        self._asks_for = 0
        self.change(stops_near_end=False)

    def _identity_asked(self, token: bytes) -> None:
        self._prove(answers.identity(token[2]))


_DEEDS: dict[bytes, Callable[[Machine, bytes], None]] = {
    b"\x1b@": Machine._reset,
    b"\x1bc": Machine._sensors_chosen,
    b"\x1d(": lambda machine, token: machine._response_asked(token) if token[2:3] == b"H" else None,
    b"\x1dI": Machine._identity_asked,
    b"\x1da": Machine._automatic_asked,
    b"\x1dr": Machine._paper_asked,
}
