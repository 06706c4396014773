"""Finding fonts on Linux, macOS and Windows without asking anyone, and which of them has a character."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont, features
from PIL.ImageFont import FreeTypeFont

from printing.drawing.coverage import Coverage, coverage
from printing.drawing.scripts import SCRIPTS


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file."""

    path: Path
    index: int = 0


_HOME = Path.home()
#: Where fonts are kept, by sys.platform; the first that holds a wanted file wins.
FOLDERS = {
    "linux": (
        _HOME / ".local/share/fonts",
        _HOME / ".fonts",
        Path("/usr/local/share/fonts"),
        Path("/usr/share/fonts"),
    ),
    "darwin": (_HOME / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")),
    "win32": (
        Path(os.environ.get("LOCALAPPDATA", "")) / "Microsoft/Windows/Fonts",
        Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
    ),
}

#: Regular and bold files, best first, with the face by language (one code has other shapes elsewhere).
_NOTO = {"zh_CN": 7, "ko_KR": 6, "en_US": 7}
FAMILIES: tuple[tuple[str, str, dict[str, int]], ...] = (
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", _NOTO),
    ("NotoSansMonoCJKsc-Regular.otf", "NotoSansMonoCJKsc-Bold.otf", {}),
    ("SourceHanSans.ttc", "SourceHanSans.ttc", {}),
    ("PingFang.ttc", "PingFang.ttc", {}),
    ("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc", {}),
    ("AppleSDGothicNeo.ttc", "AppleSDGothicNeo.ttc", {}),
    ("msyh.ttc", "msyhbd.ttc", {}),
    ("malgun.ttf", "malgunbd.ttf", {}),
    ("simsun.ttc", "simsun.ttc", {}),
    ("wqy-microhei.ttc", "wqy-microhei.ttc", {}),
)
#: For what those lack: anything whose name begins so, in this order.
FALLBACKS = (
    *(
        "NotoSans",
        "NotoEmoji",
        "DejaVuSansMono",
        "DejaVuSans",
        "Menlo",
        "consola",
        "Symbola",
        "Arial Unicode",
    ),
    *("segoeui", "seguisym", "seguiemj", "tahoma", "Nirmala", "LeelawUI", "GeezaPro", "ArialHB", "Thonburi"),
    *("Kohinoor", "HanaMin", "unifont", "Droid"),
)

_SUFFIXES = (".ttf", ".otf", ".ttc")


@lru_cache(maxsize=1)
def files() -> dict[str, Path]:
    """Return every font file of this machine by its name; looked for once."""
    found: dict[str, Path] = {}
    for folder in FOLDERS.get(sys.platform, FOLDERS["linux"]):
        for root, _folders, names in os.walk(folder):
            for name in names:
                if name.lower().endswith(_SUFFIXES):
                    found.setdefault(name, Path(root) / name)
    return found


@lru_cache(maxsize=16)
def faces(language: str, bold: bool) -> tuple[Face, ...]:
    """Return the text faces that this machine has, best first."""
    here = files()
    named = [(heavy if bold else regular, index) for regular, heavy, index in FAMILIES]
    main = [Face(here[name], index.get(language, 0)) for name, index in named if name in here]
    return (*main, *(Face(here[name]) for name in _fallback_names()))


@lru_cache(maxsize=1)
def _fallback_names() -> tuple[str, ...]:
    regular = [name for name in sorted(files()) if not any(word in name for word in _NOT_AGAIN)]
    return tuple(name for stem in FALLBACKS for name in regular if name.startswith(stem))


_NOT_AGAIN = ("Bold", "Italic", "Oblique", "Condensed", "Light", "CJK")

#: Letters that join, or change places, need an engine that shapes them; Pillow's own wheels carry it.
_ENGINE = ImageFont.Layout.RAQM if features.check("raqm") else ImageFont.Layout.BASIC


@lru_cache(maxsize=64)
def opened(face: Face, size: int) -> FreeTypeFont | None:
    """Return the face at `size` dots, or None where it has no outlines (colour bitmaps)."""
    try:
        return ImageFont.truetype(face.path, size, index=face.index, layout_engine=_ENGINE)
    except OSError:
        return None


#: No font may have a glyph for this: it is for ever not a character. A font's table may claim characters for
#: which it then has the same empty box.
_NOT_A_CHARACTER = "\U0010ffff"
_PROBE_SIZE = 24


@lru_cache(maxsize=512)
def _covered(face: Face) -> Coverage:
    return coverage(face.path, face.index)


@lru_cache(maxsize=512)
def _missing(face: Face) -> tuple[bytes, tuple[int, int]] | None:
    return _shape(face, _NOT_A_CHARACTER)


def _shape(face: Face, char: str) -> tuple[bytes, tuple[int, int]] | None:
    font = opened(face, _PROBE_SIZE)
    if font is None:
        return None
    mask = font.getmask(char, mode="1")
    return bytes(mask), mask.size


def needs_ink(char: str) -> bool:
    """Whether a character is seen; the others only say how their neighbours are drawn."""
    return unicodedata.category(char) != "Cf" and not _VARIANTS.match(char)


#: Selectors of a character's variant; where a font has no such variant, its usual shape is right.
_VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@lru_cache(maxsize=16384)
def _has(face: Face, char: str) -> bool:
    """Whether the face has a glyph of its own for `char`, or needs none."""
    if not needs_ink(char):
        return True
    return char in _covered(face) and (shape := _shape(face, char)) is not None and shape != _missing(face)


@lru_cache(maxsize=8192)
def face_for(text: str, language: str, bold: bool, ems: float = 0) -> Face | None:
    """Return the first face that has all of `text`, and sets its marks on their letters if any does.

    With `ems`, one that draws it in no more than so many ems is wanted, if any does.
    """
    having = (face for face in faces(language, bold) if all(_has(face, char) for char in text))
    if not ems and not any(map(unicodedata.combining, text)):
        return next(having, None)
    able = list(having)
    best = (face for face in able if _sets_marks(face, text) and (not ems or _ems(face, text) <= ems))
    return next(best, next(iter(able), None))


def _ems(face: Face, text: str) -> float:
    font = opened(face, _PROBE_SIZE)
    return 0 if font is None else font.getlength(text) / _PROBE_SIZE


def _sets_marks(face: Face, text: str) -> bool:
    """Whether marks stand on their letters: a face that has both may yet set the one behind the other."""
    font = opened(face, _PROBE_SIZE)
    bare = "".join(char for char in text if not unicodedata.combining(char))
    if font is None:
        return False
    return font.getbbox(text)[2] - font.getbbox(bare)[2] <= _PROBE_SIZE / 8


class Missing(NamedTuple):
    """A script that no font here can draw: its package on Debian and Ubuntu, the font's name elsewhere."""

    script: str
    package: str
    font: str


def missing(scripts: Iterable[str] = SCRIPTS) -> list[Missing]:
    """Return which of these scripts of SCRIPTS would be drawn as code points in boxes, and what has them."""
    return [
        Missing(name, SCRIPTS[name].package, SCRIPTS[name].font)
        for name in scripts
        if any(face_for(char, "zh_CN", False) is None for char in SCRIPTS[name].sample)
    ]
