"""One ticket's talk with a printer: asked how it is, given all in one write, heard until there is proof."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from printing.devices.known import Known
from printing.devices.line import Line
from printing.errors import LineBroke, NotReady
from printing.escpos import RESET, SLICE_ROWS
from printing.ports import Evidence, PrinterHealth
from printing.profiles import DOTS
from printing.status import NO_PAPER, PAPER_SENSOR, SPEAK_UP, process_id_request, read_status

#: Ends any command of ours of which only a part has come, down to the widest picture; else it says nothing.
_FILLER = bytes(8 + SLICE_ROWS * max(DOTS.values()) // 8)


class Talk:
    """What is said over `line` about one ticket or one look. What is learned goes to `known`."""

    def __init__(self, line: Line, known: Known) -> None:
        self.line = line
        self._known = known
        self._patience = known.patience
        self._spoke = False
        self._is_there = True

    async def greet(self, seconds: float) -> PrinterHealth | None:
        """Ask how the printer is, and wait so long for its first answer; None when it says nothing.

        Raises NotReady when it hangs up.
        """
        answers = await self._ask(seconds)
        if not answers and self.line.is_closed:
            raise NotReady("busy", f"{self.line.why} before anything was sent")
        if not answers:
            return None
        health = read_status(answers)
        self._known.note(health, self.line)
        return health

    def let_speak(self, health: PrinterHealth) -> None:
        """Ask a printer that answers to say by itself when it changes, where anybody listens."""
        known = self._known
        if known.tell is not None and self._spoke and not (health.cause and known.was_asked_to_speak):
            known.was_asked_to_speak = bool(health.cause)
            self.line.write(SPEAK_UP)

    async def print(self, data: bytes) -> Evidence:
        """Send one whole ticket, and return what is known of it.

        Raises NotReady when nothing was sent, LineBroke when its fate is not known.
        """
        known, answers = self._known, self.line.answers
        if known.was_cut_short and not self.line.give(_FILLER):
            await self.line.until(lambda: not self.line.untaken, self._patience.write)
        counts = await self._settle()
        process_id = known.next_id()
        answers.queued.clear()
        answers.restarted = False
        known.owes |= known.asks_gs_r
        is_taken = self.line.give(self._whole(data, process_id))
        known.was_cut_short = True
        if not is_taken:
            await self.line.given(self._patience.write, lambda: bool(known.health.cause))
        evidence = await self._evidence(process_id, counts)
        known.was_cut_short = False
        return evidence

    async def _ask(self, seconds: float) -> dict[int, int]:
        """Return the answers to DLE EOT 1 to 4, by question; none from a printer that is mute."""
        heard, answers = self.line.answers.real_time, {}
        clock = asyncio.get_running_loop().time
        began = clock()
        for number, question in self._known.questions.items():
            heard.clear()
            self.line.write(question)
            if await self.line.until(lambda: bool(heard), seconds):
                answers[number] = heard.popleft()
                seconds = self._patience.status + 2 * (clock() - began)
            if not answers or self.line.is_closed:
                break
            self._known.answered(number, has=number in answers)
        self._spoke |= bool(answers)
        return answers

    async def _settle(self) -> bool:
        """Let answers that an earlier ticket is owed pass: they bear no name, and would prove this one.

        Returns whether an answer to GS r counts. Raises NotReady while the printer is still at that ticket.
        """
        known, queued = self._known, self.line.answers.queued
        if not (known.owes and known.asks_gs_r and known.knows_gs_r):
            return not known.owes
        queued.clear()
        self.line.write(PAPER_SENSOR)
        if not await self.line.until(lambda: bool(queued), self._patience.confirm):
            known.knows_gs_r = False
            raise NotReady("silent", "the printer does not say that it is done with the ticket before")
        while queued:
            queued.clear()
            await self.line.until(lambda: bool(queued), self._patience.status)
        known.owes = False
        return True

    def _whole(self, data: bytes, process_id: bytes) -> bytes:
        """Return the ticket with the requests for its proof."""
        known = self._known
        if known.tell is not None and self._spoke and data.startswith(RESET):
            data = RESET + SPEAK_UP + data[len(RESET) :]
        ids = b"" if known.knows_ids is False else process_id_request(process_id)
        return data + ids + (PAPER_SENSOR if known.asks_gs_r else b"")

    async def _evidence(self, process_id: bytes, counts: bool) -> Evidence:
        """Wait for what the printer says of this ticket."""
        known, answers = self._known, self.line.answers

        def proof() -> Evidence:
            if process_id in answers.process_ids:
                return "process-id"
            return "gs-r" if counts and any(not said & NO_PAPER for said in answers.queued) else ""

        evidence = await self._wait(proof) or self._without_proof()
        if evidence == "gs-r" and known.knows_ids is not False:
            await self.line.until(lambda: process_id in answers.process_ids, self._patience.process_id)
            evidence = proof()
        elif evidence == "process-id" and known.asks_gs_r:
            await self.line.until(lambda: bool(answers.queued), self._patience.process_id)
        known.owes &= not answers.queued
        known.knows_gs_r |= bool(answers.queued)
        known.learn(evidence)
        return evidence

    async def _wait(self, proof: Callable[[], Evidence]) -> Evidence:
        """Wait for proof, as long as the printer says that it holds the ticket until a person has helped."""
        clock, answers = asyncio.get_running_loop().time, self.line.answers
        since, seconds = clock(), 0.0
        while (left := since + self._known.wait(self._spoke) - clock()) > 0 or not seconds:
            seconds = min(left, self._patience.look)
            over = await self.line.until(lambda: bool(proof()) or answers.restarted, seconds)
            if answers.restarted:
                raise LineBroke("restarted", "the printer was switched on anew before the ticket was out")
            if over:
                break
            if await self._is_held():
                since = clock()
        return proof()

    async def _is_held(self) -> bool:
        """Ask a printer that speaks whether it holds the ticket for a person. Raises LineBroke."""
        self._spoke |= bool(self.line.answers.real_time)
        answers = await self._ask(self._patience.late) if self._spoke else {}
        if self.line.is_closed:
            raise LineBroke("line_broke", f"before the ticket was proven: {self.line.why}")
        self._is_there = bool(answers)
        if answers:
            self._known.note(read_status(answers), self.line)
        return bool(answers) and bool(self._known.health.cause)

    def _without_proof(self) -> Evidence:
        """Return the weaker evidence that is left. Raises LineBroke."""
        if not (self._spoke or self._known.should_prove):
            return "transport"
        if not self._is_there:
            raise LineBroke("no_proof", "the printer does not answer any more")
        if self._known.should_prove:
            self._known.learn("")
            raise LineBroke("no_proof", "the printer looks well and does not say that the ticket is out")
        return "status"
