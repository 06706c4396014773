"""A printer's modes and the line it is setting: tokens go in, lines of paper come out."""

from __future__ import annotations

from printing.document import PLAIN, Buzzer, Drawer, Style
from printing.encodings import Encoding
from printing.lines import Bitmap, Line, Span, TextLine
from printing.profiles import CELL_WIDTH
from printing.reading.characters import INTERNATIONAL, JUNK, NotUnderstood, at_once, one_by_one

#: Dots across a character of font A and of font B.
_FONTS = (CELL_WIDTH, 9)
_LEFT, _CENTER, _RIGHT = 0, 1, 2


class Typesetter:
    """Sets what tokens say. `strict` refuses what we never send; else it is skipped, and told in `notes`.

    `columns` is where a line ends by itself (None: nowhere). `lines` are those that came out.
    """

    def __init__(self, encoding: Encoding, columns: int | None = None, *, strict: bool = True) -> None:
        self.encoding = encoding
        self.columns = columns
        self.strict = strict
        self.lines: list[Line] = []
        self.notes: list[str] = []
        self.kept_image: Bitmap | None = None
        self.defined_image: Bitmap | None = None
        self.reset()

    def reset(self) -> None:
        """Go back to the state after power-on; what is not yet printed is gone."""
        self.style = PLAIN
        self.two_byte = self.encoding.two_byte
        self.page = "cp437"
        self.international = 0
        self.align = _LEFT
        self.font = self.margin = self.width = 0
        self.tabs = tuple(range(8, 256, 8))
        self.code = b""
        self.module = 6
        self.bar_height, self.bar_text = 162, 0
        self.spans: list[Span] = []
        self.ends_by_itself = False
        self._half = b""

    @property
    def is_begun(self) -> bool:
        """Whether characters wait for the end of their line."""
        return bool(self.spans)

    @property
    def codec(self) -> str:
        """The codec of the characters that come now."""
        return self.encoding.codec if self.two_byte and self.encoding.two_byte else self.page

    def refuse(self, what: str) -> None:
        """Meet something that is not ours, or that this machine does not know."""
        if self.strict:
            raise NotUnderstood(what)
        self.notes.append(what)

    def say(self, text: str) -> None:
        """Print what cannot be printed as what it is."""
        self.end_line(if_begun=True)
        self._put_span(Span(text, PLAIN, len(text)))
        self.end_line()

    def characters(self, run: bytes) -> None:
        """Set a run of characters; half a character waits for its other byte."""
        self.ends_by_itself = False
        run, self._half = self._half + run, b""
        if (text := at_once(run, self.codec)) is not None and self._fits(len(run)):
            self._set(text, len(run))
            return
        shown, self._half = one_by_one(run, self.codec, two_byte=self.two_byte)
        for char, size in shown:
            if char == JUNK:
                self.refuse(f"{run.hex(' ')} is not all {self.codec}")
            if not self._fits(size):
                self.end_line()
            self._set(char, size)

    def end_half(self) -> None:
        """A command comes: the second half of a character will not."""
        if self._half:
            self.refuse(f"half a character: {self._half.hex()} is not {self.codec}")
            half, self._half = self._half, b""
            self._set(JUNK, len(half))

    def forget_line(self) -> None:
        """Lose what is set and not yet printed; the modes stay."""
        self.spans, self._half = [], b""

    def finish(self) -> None:
        """No more will come: print the line that was begun."""
        self.end_half()
        self.end_line(if_begun=True)

    def _fits(self, size: int) -> bool:
        """Whether so many characters more are within the line; the first is set wherever it ends."""
        if self.columns is None:
            return True
        room = (self.width or self.columns * CELL_WIDTH) // _FONTS[self.font] - self.margin
        return self.used + size * self.style.width <= room or (not self.spans and size <= 2)

    @property
    def used(self) -> int:
        """Columns set in this line so far."""
        return sum(span.columns for span in self.spans)

    def _set(self, text: str, size: int) -> None:
        if self.international:
            text = text.translate(INTERNATIONAL[self.international])
        self._put_span(Span(text, self.style, size * self.style.width))

    def _put_span(self, span: Span) -> None:
        last = self.spans[-1] if self.spans else None
        if last is not None and last.style == span.style:
            self.spans[-1] = Span(last.text + span.text, span.style, last.columns + span.columns)
        else:
            self.spans.append(span)

    def move_to(self, column: int) -> None:
        """Go on at a column of this line; going back leaves what was set as it is."""
        if (gap := column - self.used) > 0:
            self._put_span(Span(" " * gap, PLAIN, gap))

    def tab(self) -> None:
        """Go on at the next tab stop, if there is one."""
        used = self.used
        self.move_to(next((stop for stop in self.tabs if stop > used), used))

    def end_line(self, *, if_begun: bool = False) -> None:
        """Feed the line that was set."""
        if self.ends_by_itself and not self.spans:
            self.ends_by_itself = False
            return
        if self.spans or not if_begun:
            spans = self._placed(tuple(self.spans))
            self.lines.append(TextLine(spans, max((span.style.height for span in spans), default=1)))
            self.spans = []

    def _placed(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Return a line's characters where its alignment and margin put them."""
        if self.columns is None or not spans:
            return spans
        free = max(0, self.columns - self.used - self.margin)
        left = self.margin + {_LEFT: 0, _CENTER: free // 2, _RIGHT: free}[self.align]
        return (Span(" " * left, PLAIN, left), *spans) if left else spans

    def put(self, line: Line, *, ends_by_itself: bool = False) -> None:
        """Put something that is not characters on paper, below what was set.

        `ends_by_itself`: a line feed right after it only ends it, and leaves no empty line.
        """
        if isinstance(line, Bitmap) and not line.rows:
            return
        self.end_line(if_begun=True)
        self.lines.append(self._aligned(line) if isinstance(line, Bitmap) else line)
        self.ends_by_itself = ends_by_itself

    def happen(self, event: Drawer | Buzzer) -> None:
        """Let something happen that is not paper: the line being set goes on."""
        self.lines.append(event)

    def _aligned(self, image: Bitmap) -> Bitmap:
        """Return a picture moved right as its alignment says, by whole bytes."""
        if self.columns is None or self.align == _LEFT:
            return image
        across, free = image.width // 8, self.columns * CELL_WIDTH // 8 - image.width // 8
        left = max(0, free // 2 if self.align == _CENTER else free)
        rows = (image.rows[at : at + across] for at in range(0, len(image.rows), across))
        return Bitmap(image.width + 8 * left, b"".join(bytes(left) + row for row in rows))

    def restyle(self, **change: int | bool) -> None:
        """Change the style of what follows."""
        self.style = Style(**{**self.style._asdict(), **change})


def number(given: bytes) -> int:
    """Return the number in a command's next two bytes, least first."""
    return int.from_bytes(given[:2], "little")
