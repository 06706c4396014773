"""What is said on paper, in the shop's language; words that must be read by anyone are Latin first."""

from __future__ import annotations

from typing import get_args

from printing.looks.labels import LABELS
from printing.places import is_numbered
from printing.tickets import Language, Mark

#: Said in Latin letters in every language, so that nobody needs to read Chinese to not cook twice.
MARKS: dict[Mark, str] = {"reprint": "REPRINT", "duplicate": "MAY BE A DUPLICATE"}
CHANGES = {"add": "ADD", "cancel": "CANCEL", "note": "NOTE"}

#: Every label by language, then by key.
_LABELS: dict[Language, dict[str, str]] = {
    language: {key: label[index] for key, label in LABELS.items()}
    for index, language in enumerate(get_args(Language))
}


def table(code: str, language: Language) -> str:
    """Return a table as the field says it; empty where there is none."""
    return word("table", language).format(code) if is_numbered(code) else code


def word(key: str, language: Language) -> str:
    """Return the label; a key that is not ours (a payment method of the shop's own) is its own label."""
    return _LABELS[language].get(key, key)
