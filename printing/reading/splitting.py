"""A stream in pieces of any size becomes whole commands, each of its own length, and runs of characters."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

#: The bytes that follow a command's head: their number, or what tells it from those that are there. As long
#: as more are missing than that can be told from, the answer is only the next number worth waiting for.
Rule = int | Callable[[bytes], int]

#: Bytes after a command's head that tell the length of all but pictures and tables.
_GLANCE = 64

#: First bytes of commands of two bytes or more.
INTRODUCERS = b"\x10\x12\x1b\x1c\x1d"


def _up_to_nul(data: bytes) -> int:
    return data.find(0) + 1 or len(data) + 1


def _counted(at: int, size: int = 2) -> Rule:
    """Return the rule for a number of `size` bytes at `at`, least first, and as many bytes after it."""

    def rule(data: bytes) -> int:
        return at + size + int.from_bytes(data[at : at + size], "little")

    return rule


def _raster(data: bytes) -> int:
    """GS v 0 m xL xH yL yH."""
    across, rows = int.from_bytes(data[2:4], "little"), int.from_bytes(data[4:6], "little")
    return 6 + (across * rows if len(data) >= 6 else 0)


def _column_image(data: bytes) -> int:
    """ESC * m nL nH: one byte a column of 8 dots, three of 24."""
    across = int.from_bytes(data[1:3], "little") if len(data) >= 3 else 0
    return 3 + across * (3 if data[:1] in (b"\x20", b"\x21") else 1)


def _barcode(data: bytes) -> int:
    """GS k m: up to a NUL (m = 0 to 6), or counted (65 and above)."""
    if not data or data[0] >= 65:
        return _counted(1, 1)(data) if len(data) > 1 else 2  # type: ignore[operator]  # it is a function
    return 1 + _up_to_nul(data[1:])


def _cut(data: bytes) -> int:
    """GS V m, or GS V m n, which feeds first."""
    return 2 if data[:1] and data[0] in (65, 66, 97, 98, 103, 104) else 1


def _stored_image(data: bytes) -> int:
    """GS * x y: eight bytes a square."""
    return 2 + (data[0] * data[1] * 8 if len(data) >= 2 else 0)


def _own_characters(data: bytes) -> int:
    """ESC & y c1 c2, then for each character its width and its columns of y bytes."""
    if len(data) < 3:
        return 3
    end = 3
    for _ in range(max(0, data[2] - data[1] + 1)):
        if end >= len(data):
            return end + 1
        end += 1 + data[0] * data[end]
    return end


def _kept_images(data: bytes) -> int:
    """FS q n, then for each image xL xH yL yH and eight bytes a square."""
    end = 1
    for _ in range(data[0] if data else 0):
        if len(data) < end + 4:
            return end + 4
        across, down = (int.from_bytes(data[at : at + 2], "little") for at in (end, end + 2))
        end += 4 + across * down * 8
    return end


def _real_time_pulse(data: bytes) -> int:
    """DLE DC4 fn: 1 m t, 2 1 8, 3 m t1 t2 …, 7 m, 8 and its seven known bytes."""
    return {1: 3, 2: 3, 3: 6, 7: 2, 8: 8}.get(data[0], 1) if data else 1


def _page_position(data: bytes) -> int:
    """GS C 0, 1, 2 and ;: numbering that only impact printers have."""
    return {0x30: 3, 0x31: 7, 0x32: 3}.get(data[0], 1) if data else 1


def _user_memory(data: bytes) -> int:
    """FS g 1 m a1 a2 a3 a4 nL nH, and as many bytes; FS g 2 the same without them."""
    if not data or data[0] == 0x32:
        return 8
    return _counted(6)(data) if len(data) > 7 else 8  # type: ignore[operator]  # it is a function


_ESC: dict[str, Rule] = {
    " ": 1, "!": 1, "#": 1, "$": 2, "%": 1, "&": _own_characters, "(": _counted(1), "*": _column_image,
    "-": 1, "2": 0, "3": 1, "4": 1, "5": 1, "7": 3, "9": 1, "<": 0, "=": 1, "?": 1, "@": 0, "A": 1, "B": 2,
    "C": 3, "D": _up_to_nul, "E": 1, "G": 1, "J": 1, "K": 1, "L": 0, "M": 1, "R": 1, "S": 0, "T": 1, "U": 1,
    "V": 1, "W": 8, "X": 2, "\\": 2, "a": 1, "b": 1, "c": 2, "d": 1, "e": 1, "f": 2, "i": 0, "m": 0, "o": 0,
    "p": 3, "q": 0, "r": 1, "t": 1, "u": 1, "v": 0, "{": 1, "\x0c": 0,
}  # fmt: skip
_FS: dict[str, Rule] = {
    "!": 1, "&": 0, "(": _counted(1), "-": 1, ".": 0, "2": 74, "?": 2, "C": 1, "S": 2, "W": 1, "p": 2,
    "g": _user_memory, "q": _kept_images, "r": 1,
}  # fmt: skip
_GS: dict[str, Rule] = {
    "!": 1, "$": 2, "(": _counted(1), "*": _stored_image, "/": 1, "8": _counted(1, 4), ":": 0, "B": 1,
    "C": _page_position, "E": 1, "H": 1, "I": 1, "L": 2, "P": 2, "T": 1, "V": _cut, "W": 2, "\\": 2, "^": 3,
    "a": 1, "b": 1, "c": 0, "f": 1, "g": 4, "h": 1, "j": 1, "k": _barcode, "r": 1, "v": _raster,
    "w": 1, "z": 3, "|": 1,
}  # fmt: skip
_DLE: dict[str, Rule] = {"\x04": 1, "\x05": 1, "\x14": _real_time_pulse}

#: How long each command is, by its first two bytes: Epson's command reference, and what clones add to it.
LENGTHS: Mapping[bytes, Rule] = {
    first + second.encode(): rule
    for first, table in ((b"\x1b", _ESC), (b"\x1c", _FS), (b"\x1d", _GS), (b"\x10", _DLE))
    for second, rule in table.items()
}


#: The token that stands where a connection ended.
SEAM = b""


class Splitter:
    """What has come and is not yet obeyed; each token is one whole command, or a run of characters."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._at = 0
        self._wanted = 1
        #: bytes that went out as tokens so far
        self.taken = 0
        self._seams: deque[int] = deque()

    def __len__(self) -> int:
        return len(self._data) - self._at

    def feed(self, data: bytes) -> None:
        """Take what came."""
        self._data += data

    def clear(self) -> None:
        """Forget all that has come."""
        self._data.clear()
        self._at, self._wanted = 0, 1
        self._seams.clear()

    def seam(self) -> None:
        """A connection ends here: a command that is not whole never will be, and SEAM stands in its place."""
        self._seams.append(self.taken + len(self))

    @property
    def is_before_seam(self) -> bool:
        """Whether the next token came over a connection that has ended."""
        return bool(self._seams)

    def has_whole(self) -> bool:
        """Whether a token is there."""
        if self._seams:
            return True
        if len(self) >= self._wanted:
            self._wanted = self._length()
        return len(self) >= self._wanted

    def next(self) -> bytes | None:
        """Return the next token; None while the next command is not whole, or nothing is left."""
        if not self.has_whole():
            return None
        room = self._seams[0] - self.taken if self._seams else len(self)
        length = self._length() if room else 0
        if not room or length > room:
            self._seams.popleft()
            self._move(room)
            return SEAM
        token = bytes(self._data[self._at : self._at + length])
        self._move(length)
        return token

    def _move(self, length: int) -> None:
        self._at += length
        self.taken += length
        self._wanted = 1
        if self._at > 65536 or self._at == len(self._data):
            del self._data[: self._at]
            self._at = 0

    def _length(self) -> int:
        """Return the next token's length, or the least that has to come before it can be told."""
        first = self._data[self._at]
        if first >= 0x20:
            return self._run()
        if first not in INTRODUCERS:
            return 1
        head = bytes(self._data[self._at : self._at + 2])
        if len(head) < 2:
            return 2
        rule = LENGTHS.get(head, 0)
        return 2 + (rule if isinstance(rule, int) else self._told(rule))

    def _told(self, rule: Callable[[bytes], int]) -> int:
        """Ask a rule, with the little that most need: a long stream is not copied for each command."""
        start = self._at + 2
        length = rule(bytes(self._data[start : start + _GLANCE]))
        return length if length <= _GLANCE else rule(bytes(self._data[start:]))

    def _run(self) -> int:
        end = self._at + 1
        while end < len(self._data) and self._data[end] >= 0x20:
            end += 1
        return end - self._at
