"""What prints pictures, sent in rows or in columns; each takes what follows its command."""

from __future__ import annotations

from printing.lines import Bitmap
from printing.reading.dots import from_columns, scaled
from printing.reading.typesetter import Typesetter, number


def raster(setter: Typesetter, given: bytes) -> None:
    """GS v 0 m xL xH yL yH dots."""
    image = Bitmap(number(given[1:]) * 8, given[5:])
    if image.width:
        setter.put(scaled(image, 2 if given[0] & 1 else 1, 2 if given[0] & 2 else 1))


#: ESC * m: how high a column is, and how many dots each of its dots takes across and down.
_DENSITIES = {0: (8, 2, 3), 1: (8, 1, 3), 32: (24, 2, 1), 33: (24, 1, 1)}


def columns(setter: Typesetter, given: bytes) -> None:
    """ESC * m nL nH: a few rows of dots, column by column."""
    high, across, down = _DENSITIES.get(given[0], (8, 1, 3))
    if len(given) > 3:
        setter.put(scaled(from_columns(given[3:], high), across, down), ends_by_itself=True)


def graphics(setter: Typesetter, given: bytes) -> None:
    """GS ( L pL pH: keep a picture (fn 112, 113), or print the kept one (fn 2, 50)."""
    _graphics(setter, given[2:])


def long_graphics(setter: Typesetter, given: bytes) -> None:
    """GS 8 L p1 p2 p3 p4: the same for larger pictures."""
    _graphics(setter, given[4:])


def _graphics(setter: Typesetter, body: bytes) -> None:
    if len(body) < 2 or body[1] not in (2, 50, 112, 113):
        setter.notes.append(f"skipped: graphics {body[:2].hex(' ')}")
    elif body[1] in (2, 50):
        if setter.kept_image is not None:
            setter.put(setter.kept_image)
    elif len(body) > 10:
        setter.kept_image = _kept(body)


def _kept(body: bytes) -> Bitmap:
    """Return m fn a bx by c xL xH yL yH dots: in rows (fn 112) or in columns (113)."""
    across, down, dots = -(-number(body[6:]) // 8), -(-number(body[8:]) // 8) * 8, body[10:]
    if body[1] == 113:
        image = from_columns(dots, down)
    else:
        image = Bitmap(across * 8, dots[: len(dots) // across * across] if across else b"")
    return scaled(image, 2 if body[3] == 2 else 1, 2 if body[4] == 2 else 1)


def define(setter: Typesetter, given: bytes) -> None:
    """GS * x y: a picture in columns, kept for GS /."""
    setter.defined_image = from_columns(given[2:], given[1] * 8)


def print_defined(setter: Typesetter, given: bytes) -> None:
    """GS / m."""
    if setter.defined_image is not None:
        setter.put(scaled(setter.defined_image, given[0] % 2 + 1, given[0] // 2 % 2 + 1))
