"""The scripts that guests write in, and which font has each: what to install where none is here."""

from __future__ import annotations

from typing import NamedTuple


class Script(NamedTuple):
    """Characters that a font for it must have; its package on Debian and Ubuntu, its name elsewhere."""

    sample: str
    package: str
    font: str


_CJK = ("fonts-noto-cjk", "Noto Sans CJK")
_CORE = "fonts-noto-core"

SCRIPTS: dict[str, Script] = {
    "latin": Script("Aé€Ạợ", _CORE, "Noto Sans"),
    "greek": Script("Ωλ", _CORE, "Noto Sans"),
    "cyrillic": Script("Жя", _CORE, "Noto Sans"),
    "han": Script("中国餐點", *_CJK),
    "rare han": Script("㐀𠮷龘", *_CJK),
    "hangul": Script("한글똠", *_CJK),
    "old hangul": Script("ᄒᆞᆫ", *_CJK),
    "kana": Script("ラーメンﾗ々", *_CJK),
    "arabic": Script("طلبپ", _CORE, "Noto Sans Arabic"),
    "hebrew": Script("שלום", _CORE, "Noto Sans Hebrew"),
    "thai": Script("ไทย", _CORE, "Noto Sans Thai"),
    "devanagari": Script("हिन्दी", _CORE, "Noto Sans Devanagari"),
    "currency": Script("¥₩₹₽₺₫฿₪", _CORE, "Noto Sans"),
    "boxes": Script("┃║░★①", *_CJK),
    "emoji": Script("🍜😀👩🏽🇰⏰", "fonts-symbola", "Noto Emoji"),
}
