"""The way back: what a printer would put on paper for these bytes. For tests, previews and the simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from printing.document import PLAIN, QR, Buzzer, Cut, Drawer, Feed, Style
from printing.encodings import ENCODINGS, PAGES, Encoding
from printing.errors import PrintingError
from printing.layout import Bitmap, Line, Span, TextLine


class NotUnderstood(PrintingError):
    """These bytes are not what we ever send; `str()` says where."""


@dataclass(slots=True)
class Paper:
    """What came out, and what else happened. `questions` are status and process-id requests, as sent."""

    lines: list[Line] = field(default_factory=list)
    questions: list[bytes] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All characters that were printed as characters, a line a line."""
        return "\n".join(line.text for line in self.lines if isinstance(line, TextLine))

    def count(self, kind: type) -> int:
        """Return how many lines or events of one kind there are (Cut, Drawer, Bitmap …)."""
        return sum(isinstance(line, kind) for line in self.lines)


def decode(data: bytes, encoding: Encoding = ENCODINGS["gb18030"]) -> Paper:
    """Return what a printer with the fonts of `encoding` makes of `data`; raises NotUnderstood."""
    reader = _Reader(data, encoding)
    while reader.at < len(data):
        reader.step()
    reader.end_line(if_begun=True)
    return reader.paper


class _Reader:
    """A printer's receive buffer and modes."""

    def __init__(self, data: bytes, encoding: Encoding) -> None:
        self.data = data
        self.at = 0
        self.paper = Paper()
        self.font = encoding
        self.spans: list[Span] = []
        self.reset()

    def reset(self) -> None:
        """Go back to the state after power-on."""
        self.style = PLAIN
        self.two_byte = self.font.two_byte
        self.codec = self.font.codec if self.two_byte else "cp437"
        self.code = b""

    def step(self) -> None:
        """Obey one command, or print one run of characters."""
        for length in (3, 2, 1):
            head = self.data[self.at : self.at + length]
            if (obey := _COMMANDS.get(head)) is not None:
                self.at += length
                obey(self)
                return
        if self.data[self.at] < 0x20:
            raise NotUnderstood(f"{self.data[self.at : self.at + 4].hex(' ')} at byte {self.at}")
        self.print_run()

    def print_run(self) -> None:
        """Print what comes before the next control byte."""
        end = self.at
        while end < len(self.data) and self.data[end] >= 0x20:
            end += 1
        run = self.data[self.at : end]
        self.at = end
        try:
            text = run.decode(self.codec)
        except UnicodeDecodeError as error:
            raise NotUnderstood(f"{run[error.start : error.end].hex(' ')} is not {self.codec}") from error
        self.spans.append(Span(text, self.style, len(run) * self.style.width))

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes, which belong to a command."""
        taken = self.data[self.at : self.at + count]
        if len(taken) < count:
            raise NotUnderstood(f"{count} bytes wanted at the end, {len(taken)} are left")
        self.at += count
        return taken

    def number(self, count: int = 1) -> int:
        """Return the next number, least byte first."""
        return int.from_bytes(self.take(count), "little")

    def end_line(self, *, if_begun: bool = False) -> None:
        """Feed the line that was printed."""
        if self.spans or not if_begun:
            height = max((span.style.height for span in self.spans), default=1)
            self.paper.lines.append(TextLine(tuple(self.spans), height))
            self.spans = []

    def put(self, line: Line) -> None:
        """Put something that is not characters on paper, below what was printed."""
        self.end_line(if_begun=True)
        self.paper.lines.append(line)

    def restyle(self, **change: int | bool) -> None:
        """Change the style of what follows."""
        self.style = Style(**{**self.style._asdict(), **change})


def _size(reader: _Reader) -> None:
    size = reader.number()
    reader.restyle(width=(size >> 4) + 1, height=(size & 15) + 1)


def _two_byte(on: bool) -> Callable[[_Reader], None]:
    def switch(reader: _Reader) -> None:
        reader.two_byte = on
        reader.codec = reader.font.codec if on and reader.font.two_byte else "cp437"

    return switch


def _page(reader: _Reader) -> None:
    number = reader.number()
    name = next((name for name, page in PAGES.items() if page == number), None)
    if name is None or reader.two_byte:
        raise NotUnderstood(f"code page {number} at byte {reader.at}")
    reader.codec = name


def _raster(reader: _Reader) -> None:
    _mode, across, rows = reader.number(), reader.number(2), reader.number(2)
    reader.put(Bitmap(across * 8, reader.take(across * rows)))


def _symbol(reader: _Reader) -> None:
    """GS ( k: store the data, or print what is stored."""
    body = reader.take(reader.number(2))
    if body[:2] == b"1P":
        reader.code = body[3:]
    elif body[:2] == b"1Q":
        reader.put(QR(reader.code.decode()))
        reader.take(1)  # the line end that prints it


def _block(reader: _Reader) -> None:
    """GS ( H: a process id is asked for."""
    start = reader.at - 3
    reader.take(reader.number(2))
    reader.paper.questions.append(reader.data[start : reader.at])


def _ask(count: int) -> Callable[[_Reader], None]:
    def ask(reader: _Reader) -> None:
        start = reader.at - 2
        reader.take(count)
        reader.paper.questions.append(reader.data[start : reader.at])

    return ask


def _cut(reader: _Reader) -> None:
    reader.number()
    reader.put(Cut())


def _drawer(reader: _Reader) -> None:
    reader.take(3)
    reader.put(Drawer())


def _buzzer(reader: _Reader) -> None:
    reader.take(2)
    reader.put(Buzzer())


def _epson_buzzer(reader: _Reader) -> None:
    reader.take(reader.number(2))
    reader.put(Buzzer())


def _feed(reader: _Reader) -> None:
    reader.put(Feed(reader.number()))


def _real_time(reader: _Reader) -> None:
    """DLE DC4 1: a drawer pulse that waits for nothing."""
    if reader.number() == 1:
        reader.take(2)
        reader.put(Drawer())


def _skip(count: int) -> Callable[[_Reader], None]:
    def skip(reader: _Reader) -> None:
        reader.take(count)

    return skip


_COMMANDS: dict[bytes, Callable[[_Reader], None]] = {
    b"\n": _Reader.end_line,
    b"\x1b@": _Reader.reset,
    b"\x1c&": _two_byte(True),
    b"\x1c.": _two_byte(False),
    b"\x1cC": _skip(1),
    b"\x1bt": _page,
    b"\x1bR": _skip(1),
    b"\x1ba": _skip(1),
    b"\x1b3": _skip(1),
    b"\x1bd": _feed,
    b"\x1bE": lambda reader: reader.restyle(bold=bool(reader.number())),
    b"\x1dB": lambda reader: reader.restyle(inverse=bool(reader.number())),
    b"\x1d!": _size,
    b"\x1dv0": _raster,
    b"\x1d(k": _symbol,
    b"\x1d(H": _block,
    b"\x1dr": _ask(1),
    b"\x10\x04": _ask(1),
    b"\x10\x14": _real_time,
    b"\x1dVA": _cut,
    b"\x1dVB": _cut,
    b"\x1bp": _drawer,
    b"\x1bB": _buzzer,
    b"\x1b(A": _epson_buzzer,
}
