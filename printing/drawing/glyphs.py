"""One character or run as dots in its cells: with a font that has it, or as its code point in a box."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

from printing.document import Style
from printing.drawing.bidi import runs_backwards
from printing.drawing.fonts import Face, face_for, needs_ink, opened
from printing.encodings import Encoding, char_columns, clusters
from printing.profiles import CELL_HEIGHT, CELL_WIDTH

#: An em of this size has its deepest descender inside a cell of CELL_HEIGHT dots when it stands on BASELINE.
EM = 22
BASELINE = 19

#: A flag of two letters is shown as the letters where no font has the flag.
_FLAG_LETTERS = {0x1F1E6 + index: ord("A") + index for index in range(26)}
#: What joins letters, or keeps them apart: for the font to obey. All else that is not seen is left out.
_JOINERS = "\u200c\u200d"


@lru_cache(maxsize=4096)
def tile(piece: str, taken: int, style: Style, language: str) -> Image.Image:
    """Return the ink of one piece: a mask as large as its cells, however wide the font would draw it."""
    size = (max(1, taken * CELL_WIDTH * style.width), CELL_HEIGHT * style.height)
    piece = "".join(char for char in piece if unicodedata.category(char) != "Cf" or char in _JOINERS)
    if not any(map(needs_ink, piece)):
        return Image.new("L", size)
    face = face_for(piece, language, style.bold, _narrow(piece, taken))
    if face is not None:
        room = size[0] * style.height // style.width
        return _inked(piece, face, style.height, room).resize(size, Image.Resampling.BOX)
    if piece != (letters := piece.translate(_FLAG_LETTERS)):
        return tile(letters, taken, style, language)
    visible = [char for char in piece if needs_ink(char)]
    if len(visible) == 1:
        return _code_point(visible[0]).resize(size, Image.Resampling.NEAREST)
    return _beside(visible, taken, style, language).resize(size, Image.Resampling.BOX)


def _narrow(piece: str, taken: int) -> float:
    """Return how wide a sign may be drawn, in ems: thin strokes of wide ones get lost in a narrow cell."""
    is_sign = taken == 1 and len(piece) == 1 and unicodedata.category(piece)[0] in "PSN"
    return 1.2 * CELL_WIDTH / EM if is_sign else 0


def _beside(chars: Sequence[str], taken: int, style: Style, language: str) -> Image.Image:
    """Draw apart what no font can draw together, each in its share of the columns."""
    share = max(1, taken // max(1, len(chars)))
    tiles = [tile(char, share, style, language) for char in chars]
    strip = Image.new("L", (max(1, sum(one.width for one in tiles)), CELL_HEIGHT * style.height))
    for index, one in enumerate(tiles):
        strip.paste(one, (index * one.width, 0))
    return strip


def _inked(piece: str, face: Face, scale: int, room: int) -> Image.Image:
    """Draw at `scale` times the plain size in `room` dots, or on as many as the ink needs."""
    font = opened(face, EM * scale)
    if font is None:
        return Image.new("L", (room, CELL_HEIGHT * scale))
    first, top, last, bottom = font.getbbox(piece, anchor="ls")
    begin = min(0, first)
    long = max(font.getlength(piece), last) - begin
    above = max(BASELINE * scale, round(-top))
    below = max((CELL_HEIGHT - BASELINE) * scale, round(bottom))
    shown = Image.new("L", (max(room, round(long)), above + below))
    left = max(0.0, room - long) * _side(piece) - begin
    pen = ImageDraw.Draw(shown)
    # Half-tones of strokes one dot wide get lost: boxes are drawn in black or white.
    pen.fontmode = "1" if "\u2500" <= piece[0] <= "\u259f" else "L"
    pen.text((left, above), piece, font=font, fill=255, anchor="ls")
    return shown


def _side(piece: str) -> float:
    """Return where a piece stands in its room: a character in the middle, a run where it begins."""
    if len(clusters(piece)) == 1:
        return 0.5
    return 1 if runs_backwards(piece) else 0


#: Hexadecimal digits, 3 × 5 dots: a row is an octal figure.
_DIGITS = dict(
    zip(
        "0123456789ABCDEF",
        (
            *("75557", "26227", "71747", "71717", "55711", "74717", "74757", "71111"),
            *("75757", "75717", "75755", "65656", "74447", "65556", "74747", "74744"),
        ),
        strict=True,
    )
)


def _code_point(char: str) -> Image.Image:
    """Return a box with the character's code point in it: what no font of this machine can draw."""
    digits = f"{ord(char):04X}"
    narrow = char_columns(char, _ANY) == 1
    across, scale = (2, 1) if narrow else (2 if len(digits) == 4 else 3, 2)
    width = CELL_WIDTH if narrow else 2 * CELL_WIDTH
    box = Image.new("L", (width, CELL_HEIGHT))
    pen = ImageDraw.Draw(box)
    pen.rectangle((0, 0, width - 1, CELL_HEIGHT - 1), outline=255)
    step = 4 if narrow else 7
    left = (width - (step * across - 1)) // 2
    for index, digit in enumerate(digits):
        row, column = divmod(index, across)
        _digit(pen, digit, left + column * step, 2 + row * (6 if narrow else 11), scale)
    return box


_ANY = Encoding("any", "")


def _digit(pen: ImageDraw.ImageDraw, digit: str, left: int, top: int, scale: int) -> None:
    for row, bits in enumerate(_DIGITS[digit]):
        for column in range(3):
            if int(bits, 8) >> (2 - column) & 1:
                corner = (left + column * scale, top + row * scale)
                pen.rectangle((*corner, corner[0] + scale - 1, corner[1] + scale - 1), fill=255)
