"""Colours, sizes and type of the counter, light and dark; the one place where millimetres become pixels."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor, QFont, QPalette, QScreen

import assets

#: Pixels in a millimetre where the screen does not say (a 15.6″ counter at 1366×768, about 100 dpi).
USUAL = 4.0

#: A screen that claims fewer or more pixels in a millimetre than this lies (projectors, virtual machines).
BELIEVABLE = (2.6, 9.0)

#: The type scale, in pixels at 100 dpi.
SMALL, BODY, STRONG, LARGE, HUGE, GIANT = 13, 15, 18, 25, 28, 46

#: The fonts of each language, best first: a shared Han character is drawn as its own readers write it.
FONTS = {
    "zh_CN": ("Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK KR"),
    "ko_KR": ("Noto Sans CJK KR", "Noto Sans KR", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans CJK SC"),
    "en_US": ("Noto Sans CJK SC", "Segoe UI", "Helvetica Neue", "Noto Sans", "Noto Sans CJK KR"),
}

_MM = re.compile(r"mm\(([\d.]+)\)")
_TYPE = re.compile(r"type\((\d+)\)")
_TINT = re.compile(r"tint\((\w+)\)")
_COLOR = re.compile(r"@(\w+)")


def pixels_per_mm(screen: QScreen | None) -> float:
    """Return how many pixels a millimetre has on a screen; USUAL where its answer cannot be believed."""
    if screen is None:
        return USUAL
    density = screen.physicalDotsPerInch() / 25.4
    return density if BELIEVABLE[0] <= density <= BELIEVABLE[1] else USUAL


@cache
def _tokens() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(assets.text("theme", "tokens.toml"))


@dataclass(frozen=True, slots=True)
class Theme:
    """One dress of the counter: light or dark, on a screen of some pixels in a millimetre, in a language."""

    dark: bool = False
    density: float = USUAL
    language: str = "zh_CN"

    def mm(self, length: float) -> int:
        """Return millimetres as whole pixels, at least one."""
        return max(1, round(length * self.density))

    def px(self, size: float) -> int:
        """Return a length that was drawn at 100 dpi (4 px a millimetre) as pixels of this screen."""
        return max(1, round(size * self.density / USUAL))

    def hex(self, token: str) -> str:
        """Return a colour's `#rrggbb`; raises KeyError for a colour that the theme has not."""
        return _tokens()["dark" if self.dark else "light"][token]

    def color(self, token: str) -> QColor:
        """Return a colour by its token."""
        return QColor(self.hex(token))

    def tint(self, token: str, strength: float = 0.0, over: str = "surface") -> QColor:
        """Return a colour laid thinly over a surface; without a strength, as a chip's ground."""
        top, ground = self.color(token), self.color(over)
        part = strength or (0.20 if self.dark else 0.13)
        return QColor(*(_mix(g, t, part) for g, t in zip(_rgb(ground), _rgb(top), strict=True)))

    def font(self, size: int = BODY, bold: bool = False) -> QFont:
        """Return the counter's font in a size of the type scale, with figures of one width."""
        return _font(self.language, self.px(size), bold)

    def sheet(self) -> str:
        """Return the style sheet of the whole counter."""
        families = ", ".join(f'"{family}"' for family in FONTS[self.language])
        text = f"QWidget {{ font-family: {families}; }}\n" + assets.text("theme", "counter.qss")
        text = _MM.sub(lambda found: f"{self.mm(float(found[1]))}px", text)
        text = _TYPE.sub(lambda found: f"{self.px(int(found[1]))}px", text)
        text = _TINT.sub(lambda found: self.tint(found[1]).name(), text)
        return _COLOR.sub(lambda found: self.hex(found[1]), text)

    def palette(self) -> QPalette:
        """Return the palette for what no style sheet reaches."""
        palette = QPalette()
        for role, token in _ROLES.items():
            palette.setColor(role, self.color(token))
        return palette


_ROLES = {
    QPalette.ColorRole.Window: "background",
    QPalette.ColorRole.Base: "surface",
    QPalette.ColorRole.WindowText: "ink",
    QPalette.ColorRole.Text: "ink",
    QPalette.ColorRole.ButtonText: "ink",
    QPalette.ColorRole.Button: "surface",
    QPalette.ColorRole.PlaceholderText: "quiet",
    QPalette.ColorRole.Highlight: "new",
    QPalette.ColorRole.HighlightedText: "on_new",
}


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()


def _mix(ground: int, top: int, part: float) -> int:
    return round(ground + (top - ground) * part)


@cache
def _font(language: str, pixels: int, bold: bool) -> QFont:
    font = QFont(list(FONTS[language]))
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
