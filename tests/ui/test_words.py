"""Every word of the screens is there in every language, with the same facts to fill in."""

from __future__ import annotations

import string
import tomllib

import pytest

import assets
from pos.words import LANGUAGES


def catalogue(language):
    """Return the screen's words of a language with the facts that each names."""
    parts = tomllib.loads(assets.text("words", language, "screen.toml"))
    return {
        f"{section}.{key}": {name for _, name, _, _ in string.Formatter().parse(text) if name}
        for section, entries in parts.items()
        for key, text in entries.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language):
    assert catalogue(language) == catalogue("zh_CN")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_empty(language):
    parts = tomllib.loads(assets.text("words", language, "screen.toml"))
    assert not [key for entries in parts.values() for key, text in entries.items() if not text.strip()]
