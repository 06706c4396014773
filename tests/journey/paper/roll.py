"""What came out of a simulated printer, as anybody who stands before it sees it."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TextIO

#: A ticket's own number: one that changes an earlier ticket names that one, too.
_NUMBER = re.compile(r"(?<!上次 )\b[KS]-\d{4,}")
_COPY = re.compile(r"第 (\d+) 份")
_MARKS = ("REPRINT", "MAY BE A DUPLICATE")
_STANDING_IN = re.compile(r"代 *(\S+) *打印")


class Sheet(NamedTuple):
    """One ticket on paper. `whole`: it ends with a cut; else something broke, and this is what had come."""

    number: str
    copy: int
    marked: bool
    whole: bool
    stands_in_for: str


def read(text: str, *, whole: bool) -> list[Sheet]:
    """Return the tickets on one piece of paper: what was begun and not ended hangs above the next one.

    What stands before a ticket's number belongs to it. A whole one is judged by what stands below: above may
    hang a mark of another, whose number never came.
    """
    numbers = list(_NUMBER.finditer(text))
    begins = [0, *(one.end() for one in numbers[:-1])]
    ends = [*begins[1:], len(text)]
    last = len(numbers) - 1
    return [
        _sheet(
            one[0], text[begins[place] : one.start()], text[one.end() : ends[place]], whole and place == last
        )
        for place, one in enumerate(numbers)
    ]


def _sheet(number: str, above: str, below: str, whole: bool) -> Sheet:
    copy, printer = _COPY.search(below), _STANDING_IN.search(above)
    marked = any(mark in (below if whole else above) for mark in _MARKS)
    return Sheet(number, int(copy[1]) if copy else 1, marked, whole, printer[1] if printer else "")


class Roll:
    """The papers of one printer, from its folder; `control` is its second port."""

    def __init__(self, out: Path, control: int) -> None:
        self.out, self.control = out, control

    def sheets(self) -> list[Sheet]:
        """Return all that came out so far, in its order."""
        file = self.out / "papers.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [sheet for line in lines for sheet in self._sheets(json.loads(line))]

    def has(self, number: str, copy: int) -> bool:
        """Whether a copy of a ticket came out whole."""
        return any(sheet[:2] == (number, copy) and sheet.whole for sheet in self.sheets())

    def _sheets(self, paper: Mapping[str, Any]) -> list[Sheet]:
        text = (self.out / f"{paper['number']:04d}.txt").read_text(encoding="utf-8")
        return read(text, whole=paper["whole"])


def at_rest(control: int) -> bool:
    """Whether a printer is well and has nothing left of all that was sent to it."""
    with opened(control) as talk:
        answers = [ask(talk, "state") for _ in range(4)]
    # What had been sent when we asked first is read by the time it answers again.
    return all(answer == answers[0] for answer in answers) and _is_well(answers[0])


def _is_well(state: Mapping[str, Any]) -> bool:
    is_reached = state["on"] and state["plugged"] and not state["faults"].get("held")
    return bool(is_reached and state["online"] and not state["buffered"])


@contextmanager
def opened(control: int) -> Iterator[TextIO]:
    """Talk to a printer on its control port."""
    with (
        socket.create_connection(("127.0.0.1", control)) as line,
        line.makefile("rw", encoding="utf-8") as talk,
    ):
        yield talk


def ask(talk: TextIO, command: str) -> Mapping[str, Any]:
    """Say one command on a control line and return the answer."""
    talk.write(command + "\n")
    talk.flush()
    answer: Mapping[str, Any] = json.loads(talk.readline())
    return answer
