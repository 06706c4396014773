"""A shop's logo, made fit for paper: black and white dots of a sensible size, or left out."""

from __future__ import annotations

import io
import struct
from functools import lru_cache

#: The tallest that a logo is printed, in dots: 30 mm.
TALLEST = 240
#: A picture with more dots than this is no logo, and takes more memory than a counter should spend on one.
MOST_PIXELS = 4096 * 4096

#: How every PNG begins (libpng.org, PNG specification, 5.2).
PNG = b"\x89PNG\r\n\x1a\n"


@lru_cache(maxsize=8)
def fitting(png: bytes, across: int) -> bytes | None:
    """Return a logo as a PNG of black and white dots at most `across` wide; None where it is none of ours.

    Colours become greys on white, and greys a pattern of dots. A file that is broken, of another kind or
    huge is left out: the shop's name stands below in any case.
    """
    if not 0 < _pixels(png) <= MOST_PIXELS:
        return None
    from PIL import Image

    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as source:
            shown = source.convert("RGBA")
    except (OSError, SyntaxError, ValueError):  # whatever Pillow says of a broken PNG
        return None
    grey = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("L")
    grey.thumbnail((across, TALLEST))
    out = io.BytesIO()
    grey.convert("1").save(out, "PNG")
    return out.getvalue()


def _pixels(png: bytes) -> int:
    """Return how many pixels a PNG says it has, before anything is made of it; 0 where it is none."""
    if not png.startswith(PNG) or len(png) < 24:
        return 0
    width, height = struct.unpack(">II", png[16:24])
    return int(width * height)
