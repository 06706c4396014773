"""What a printer's form offers, as data."""

from __future__ import annotations

from collections.abc import Hashable

from pos.words import Words

#: The kinds of tickets, as `prints` has them.
KINDS = ("kitchen", "expediter", "delivery", "settlement", "report")

#: The encodings that most shops choose from.
ENCODINGS = ("gb18030", "cp949", "shift_jis", "big5", "cp1252", "raster")

#: What each key offers; None is what the model says.
_OFFERED: dict[str, tuple[Hashable, ...]] = {
    "paper": (80, 58),
    "draw": ("line", "ticket"),
    "confirm": ("auto", "process-id", "status", "none"),
    "fallback_after": (10, 20, 60, 300),
    "reprint_unknown_after": (0, 30, 60, 180),
    "cut": (None, "partial", "full", "none"),
    "drawer": (None, True, False),
    "buzzer": (None, "clone", "epson", "none"),
    "codes": (None, True, False),
}

#: What is folded away: most shops never need it.
MORE = ("fallback_after", "reprint_unknown_after", "confirm", "cut", "drawer", "buzzer", "codes")

_SECONDS = ("fallback_after", "reprint_unknown_after")


def options(words: Words, key: str, now: Hashable) -> list[tuple[Hashable, str]]:
    """Return what a key may be set to, and what it is set to now whatever that is."""
    values = dict.fromkeys((*_OFFERED[key], now))
    return [(value, _said(words, key, value)) for value in values]


def _said(words: Words, key: str, value: Hashable) -> str:
    own = f"settings.{key}_{value}".lower()
    if words.has(own):
        return words.say(own)
    if value is None:
        return words.say("settings.by_model")
    return words.say("settings.seconds", n=f"{value:g}") if key in _SECONDS else str(value)


def encoding_words(words: Words, name: str) -> str:
    """Return an encoding as people know it, with its own name."""
    key = f"settings.encoding_{name}"
    return words.say(key) if words.has(key) else name.upper()
