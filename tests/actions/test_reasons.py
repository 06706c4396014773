"""Why something is called off, in whatever words, and which of a service's own reasons it is told as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pos.actions.reasons import code_of, told_as
from pos.config import channel_facts
from pos.config_tables import ChannelPart
from pos.domain.shop import ChannelFacts
from pos.words import LANGUAGES, Words
from sync.channels.imweb.codes import REASONS


@pytest.fixture
def shop() -> ChannelFacts:
    """A web shop that tells DELAYED_DELIVERY for whatever is none of its own reasons."""
    part = ChannelPart.model_validate(
        {"name": "web", "kind": "imweb", "base_url": "https://x", "reject_reason": "DELAYED_DELIVERY"}
    )
    return channel_facts(part)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", REASONS)
def test_every_phrase_of_the_sheet_is_its_code_in_every_language(
    shop: ChannelFacts, language: str, code: str
) -> None:
    phrase = Words(language).choice("reason_code", code, "")
    assert phrase
    for said in (phrase, f" {phrase.upper()}. ", code.lower(), REASONS[code]):
        assert code_of(shop, said) == told_as(shop, "cancel", said) == code


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("key", "code"), [("sold_out", "SOLD_OUT"), ("guest_asked", "INTENT_CHANGED")])
def test_the_counters_own_usual_reasons_are_codes_where_they_say_the_same(
    shop: ChannelFacts, language: str, key: str, code: str
) -> None:
    assert told_as(shop, "reject", Words(language).say(f"reasons.{key}")) == code


def test_other_words_are_told_as_the_shop_has_set_and_a_named_code_wins(shop: ChannelFacts) -> None:
    assert told_as(shop, "cancel", "the stove is cold") == "DELAYED_DELIVERY"
    assert told_as(shop, "cancel", "Sold out", "broken") == "BROKEN"


def test_a_service_that_asks_for_no_code_is_told_none(shop: ChannelFacts) -> None:
    assert told_as(None, "cancel", "Sold out") == ""
    assert told_as(replace(shop, asks={}), "cancel", "Sold out") == ""
    assert told_as(shop, "dispatch", "Sold out") == ""
