"""The way back: what a printer would put on paper for these bytes. For tests and previews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from printing.encodings import ENCODINGS, Encoding
from printing.lines import Line, TextLine
from printing.reading.characters import NotUnderstood
from printing.reading.obeying import obey
from printing.reading.splitting import Splitter
from printing.reading.typesetter import Typesetter

__all__ = ["NotUnderstood", "Paper", "decode"]

#: First bytes of what a printer is asked, and answers: its state, its paper, a process id.
_QUESTIONS = (b"\x10\x04", b"\x1dr", b"\x1d(H")


@dataclass(slots=True)
class Paper:
    """What came out, and what else happened. `questions` are status and process-id requests, as sent."""

    lines: list[Line] = field(default_factory=list)
    questions: list[bytes] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All characters that were printed as characters, a line a line."""
        return text_of(self.lines)

    def count(self, kind: type) -> int:
        """Return how many lines or events of one kind there are (Cut, Drawer, Bitmap …)."""
        return sum(isinstance(line, kind) for line in self.lines)


def text_of(lines: Iterable[Line]) -> str:
    """Return all characters that were printed as characters, a line a line."""
    return "\n".join(line.text for line in lines if isinstance(line, TextLine))


def decode(data: bytes, encoding: Encoding = ENCODINGS["gb18030"]) -> Paper:
    """Return what a printer with the fonts of `encoding` makes of `data`; raises NotUnderstood.

    It is strict: it knows only what our tickets have, and refuses real-time commands hidden in others.
    """
    splitter, setter, paper = Splitter(), Typesetter(encoding), Paper()
    splitter.feed(data)
    try:
        while (token := splitter.next()) is not None:
            obey(setter, token)
            if token.startswith(_QUESTIONS):
                paper.questions.append(token)
        setter.finish()
    except NotUnderstood as error:
        raise NotUnderstood(f"{error} at byte {splitter.taken - len(token or b'')}") from None
    if len(splitter):
        raise NotUnderstood(f"the last command is not whole: {len(splitter)} bytes are left")
    paper.lines = setter.lines
    return paper
