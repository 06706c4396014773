"""Lines become the bytes of one whole ticket: every mode said outright, one cut, and of a guest only text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter

from printing import barcodes
from printing.document import PLAIN, QR, Barcode, Buzzer, Cut, Drawer, Feed, Picture, Rule, Style
from printing.encodings import Encoding
from printing.layout import Bitmap, Line, TextLine
from printing.profiles import CELL_HEIGHT, LINE_GAP, Profile

RESET = b"\x1b@"
#: International set USA: other sets have their own signs in place of $ # \ and others.
LATIN = b"\x1bR\x00"
TWO_BYTE_ON = b"\x1c&"
TWO_BYTE_OFF = b"\x1c."
#: Of the two Japanese codes, Shift_JIS.
SHIFT_JIS = b"\x1cC\x01"
LEFT, CENTER = b"\x1ba\x00", b"\x1ba\x01"
DRAWER = b"\x1bp\x00\x19\xfa"
BUZZERS = {"clone": b"\x1bB\x02\x02", "epson": b"\x1b(A\x04\x000\x33\x02\x02", "none": b""}
#: GS V B/A 0: fed to the knife, and cut; without a knife, fed past the tear bar.
CUTS = {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x06"}

#: Rows in one GS v 0; what takes more than a byte's worth overruns small printers.
SLICE_ROWS = 255

#: DLE before EOT, ENQ or DC4 is obeyed at once, even inside a picture: it may open the drawer or clear all.
#: Nothing else of ours holds a DLE: both bytes of a character are 0x20 and above, and a slice that ends with
#: a DLE is followed by a GS.
_REAL_TIME = re.compile(rb"\x10(?=[\x04\x05\x14])")


def opening(encoding: Encoding) -> bytes:
    """Return what brings a printer in an unknown state to a known one."""
    if encoding.two_byte:
        set_up = TWO_BYTE_ON + (SHIFT_JIS if encoding.codec == "shift_jis" else b"")
    else:
        set_up = TWO_BYTE_OFF + (b"" if encoding.page is None else b"\x1bt" + bytes((encoding.page,)))
    return RESET + set_up + LATIN + LEFT


def to_bytes(lines: Sequence[Line], profile: Profile, language: str = "zh_CN") -> bytes:
    """Return the whole ticket as one bytes object; lines that the printer's fonts lack are drawn."""
    mode = _Mode()
    out = opening(profile.encoding)
    drawn = _drawn(lines, profile)
    if True not in drawn:
        return out + b"".join([_SAY[type(line)](line, profile, mode) for line in lines])
    for is_drawn, pairs in groupby(zip(drawn, lines, strict=True), key=itemgetter(0)):
        group = [line for _drawn, line in pairs]
        if is_drawn:
            out += mode.back() + raster(_drawing(group, profile, language), profile.dots)
        else:
            out += b"".join([_SAY[type(line)](line, profile, mode) for line in group])
    return out


def _drawn(lines: Sequence[Line], profile: Profile) -> list[bool]:
    """Return which lines go as dots: those that the printer cannot say, or for their sake all (`draw`)."""
    alone = [_is_drawn(line, profile) for line in lines]
    is_whole = profile.draw == "ticket" and any(
        drawn and isinstance(line, TextLine) for drawn, line in zip(alone, lines, strict=True)
    )
    return [not isinstance(line, _EVENTS) for line in lines] if is_whole else alone


#: What happens beside the paper, in its order.
_EVENTS = (Cut, Drawer, Buzzer)


_DATA = attrgetter("data")


def _is_drawn(line: Line, profile: Profile) -> bool:
    if isinstance(line, TextLine):
        return None in map(_DATA, line.spans)
    match line:
        case QR():
            return not profile.native_qr or _REAL_TIME.match(_length(line)) is not None
        case Barcode():
            return not profile.native_barcode
        case Rule():
            return not profile.encoding.codec
        case _:
            return isinstance(line, Picture)


def _drawing(lines: Sequence[Line], profile: Profile, language: str) -> bytes:
    from printing.drawing import dots  # Pillow takes longer to load than most tickets to print

    return dots(lines, profile.columns, profile.encoding, language)


class _Mode:
    """The modes the printer is in, so that only changes are sent."""

    def __init__(self) -> None:
        self.style = PLAIN
        self.pitch = 0

    def back(self) -> bytes:
        """Return what leads back to plain characters."""
        return self.to(PLAIN)

    def to(self, style: Style) -> bytes:
        """Return what leads to `style`."""
        if style is self.style or style == self.style:
            return b""
        change = _change(self.style, style)
        self.style = style
        return change

    def line(self, height: int) -> bytes:
        """Return what sets the distance to the next line (ESC 3, dots)."""
        pitch = CELL_HEIGHT * height + LINE_GAP
        if pitch == self.pitch:
            return b""
        self.pitch = pitch
        return b"\x1b3" + bytes((pitch,))


@lru_cache(maxsize=256)
def _change(old: Style, new: Style) -> bytes:
    """Return the commands for what differs: GS ! (also for two-byte characters), ESC E, GS B."""
    size = b"\x1d!" + bytes(((new.width - 1) << 4 | (new.height - 1),))
    return b"".join(
        (
            size if (old.width, old.height) != (new.width, new.height) else b"",
            b"\x1bE" + bytes((new.bold,)) if old.bold != new.bold else b"",
            b"\x1dB" + bytes((new.inverse,)) if old.inverse != new.inverse else b"",
        )
    )


def _text(line: TextLine, _profile: Profile, mode: _Mode) -> bytes:
    out = mode.line(line.height)
    for _text, style, _columns, data in line.spans:
        out += mode.to(style) + (data or b"")
    return out + b"\n"


def _rule(_line: Rule, profile: Profile, mode: _Mode) -> bytes:
    return mode.line(1) + mode.back() + b"-" * profile.columns + b"\n"


def _feed(line: Feed, _profile: Profile, mode: _Mode) -> bytes:
    return mode.line(1) + mode.back() + b"\n" * line.lines


def _qr(line: QR, _profile: Profile, mode: _Mode) -> bytes:
    """Return a QR code by GS ( k (model 2, correction M)."""
    data = line.data.encode()
    return b"".join(
        (
            mode.back() + CENTER,
            b"\x1d(k\x04\x001A2\x00",
            b"\x1d(k\x03\x001C" + bytes((line.module,)),
            b"\x1d(k\x03\x001E1",
            b"\x1d(k" + _length(line) + b"1P0" + data,
            b"\x1d(k\x03\x001Q0",
            b"\n" + LEFT,
        )
    )


def _length(line: QR) -> bytes:
    """Return how many bytes of GS ( k follow; for 1,037 or 1,293 of data that reads DLE EOT or DLE ENQ."""
    return (len(line.data.encode()) + 3).to_bytes(2, "little")


def _barcode(line: Barcode, _profile: Profile, mode: _Mode) -> bytes:
    """Return a bar code by GS k, with what it says below it (GS H) where that is wanted."""
    return b"".join(
        (
            mode.back() + CENTER,
            b"\x1dh" + bytes((line.height,)),
            b"\x1dw" + bytes((barcodes.MODULE,)),
            b"\x1dH\x02" if line.readable else b"\x1dH\x00",
            barcodes.command(line),
            b"\n" + LEFT,
        )
    )


def _bitmap(line: Bitmap, _profile: Profile, mode: _Mode) -> bytes:
    return mode.back() + raster(line.rows, line.width)


def raster(rows: bytes, width: int) -> bytes:
    """Return picture data (1 is black, `width` dots across) as GS v 0 slices free of real-time sequences."""
    across = width // 8
    rows = _REAL_TIME.sub(b"\x18", rows)
    step = SLICE_ROWS * across
    slices = (rows[start : start + step] for start in range(0, len(rows), step))
    return b"".join(
        b"\x1dv0\x00" + across.to_bytes(2, "little") + (len(part) // across).to_bytes(2, "little") + part
        for part in slices
    )


def _cut(_line: Cut, profile: Profile, mode: _Mode) -> bytes:
    return mode.back() + CUTS[profile.cut]


def _drawer(_line: Drawer, profile: Profile, _mode: _Mode) -> bytes:
    return DRAWER if profile.drawer else b""


def _buzzer(_line: Buzzer, profile: Profile, _mode: _Mode) -> bytes:
    return BUZZERS[profile.buzzer]


_SAY: dict[type, Callable[..., bytes]] = {
    TextLine: _text,
    Rule: _rule,
    Feed: _feed,
    QR: _qr,
    Barcode: _barcode,
    Bitmap: _bitmap,
    Cut: _cut,
    Drawer: _drawer,
    Buzzer: _buzzer,
}
