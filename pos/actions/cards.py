"""No card number is ever kept: a text of ours that has one is refused, of a guest's four digits stay."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pos.domain.refusals import Refused
from sync.messages import RemoteOrder

_DIGITS = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")


def looks_like_card(text: str) -> bool:
    """Whether the text holds 13–19 digits with a valid check digit (ISO/IEC 7812-1, Luhn)."""
    return any(_cards_in([text]))


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def refuse_card_number(text: str) -> None:
    """Raise Refused where a person typed what looks like a card number."""
    if looks_like_card(text):
        raise Refused("card_number")


def without_cards(heard: RemoteOrder) -> RemoteOrder:
    """Return an order in whose free texts, and in its document wherever they stand too, no card is whole.

    What a service keeps itself (a parcel's number, an id) is no free text, and may have a card's digits.
    """
    said = (*(note.message for note in heard.memo if not note.fact), *(line.note for line in heard.lines))
    covered = {card: _covered(card) for card in _cards_in(said)}
    if not covered:
        return heard
    return replace(
        heard,
        memo=tuple(replace(note, message=_without(note.message, covered)) for note in heard.memo),
        lines=tuple(replace(line, note=_without(line.note, covered)) for line in heard.lines),
        raw=_without(heard.raw, covered),
    )


def _cards_in(texts: Iterable[str]) -> Iterator[str]:
    found = (match.group() for text in texts for match in _DIGITS.finditer(text))
    return (digits for digits in found if _luhn(re.sub(r"\D", "", digits)))


def _covered(card: str) -> str:
    return "*" * (len(card) - 4) + card[-4:]


def _without(value: Any, covered: Mapping[str, str]) -> Any:
    match value:
        case str():
            for card, stars in covered.items():
                value = value.replace(card, stars)
        case list():
            return [_without(one, covered) for one in value]
        case dict():
            return {key: _without(one, covered) for key, one in value.items()}
    return value
