"""Finding fonts on Linux, macOS and Windows without asking anyone, and which of them has a character."""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

from printing.coverage import Coverage, coverage


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
    ("DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf", {}),
    ("Menlo.ttc", "Menlo.ttc", {}),
    ("consola.ttf", "consolab.ttf", {}),
)
#: For what those lack: anything that carries one of these names, in this order.
FALLBACKS = (
    *("NotoSans", "NotoEmoji", "DejaVuSans", "Symbola", "seguisym", "seguiemj", "Arial Unicode"),
    *("unifont", "Droid"),
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


_NOT_AGAIN = ("Bold", "Italic", "CJK")


@lru_cache(maxsize=64)
def opened(face: Face, size: int) -> FreeTypeFont | None:
    """Return the face at `size` dots, or None where it has no outlines (colour bitmaps)."""
    try:
        return ImageFont.truetype(face.path, size, index=face.index)
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


@lru_cache(maxsize=16384)
def _has(face: Face, char: str) -> bool:
    """Whether the face has a glyph of its own for `char`, or needs none because it is only an instruction."""
    if unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return True
    return char in _covered(face) and (shape := _shape(face, char)) is not None and shape != _missing(face)


@lru_cache(maxsize=8192)
def face_for(text: str, language: str, bold: bool) -> Face | None:
    """Return the first face that has all of `text`, or at least its first character; None where none has."""
    here = faces(language, bold)
    whole = (face for face in here if all(_has(face, char) for char in text))
    return next(whole, None) or next((face for face in here if _has(face, text[0])), None)
