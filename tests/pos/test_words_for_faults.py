"""Whatever hinders a channel or a printer is said in the shop's language."""

from __future__ import annotations

import pytest

from pos.words import LANGUAGES, Words
from printing.errors import CAUSES, DOUBTS, UNPRINTABLE
from sync.faults import FAULTS

#: Why the counter itself tells a letter no more.
OURS = (
    "cannot_be_told",
    "no_waybill",
    "channel_gone",
    "other_service",
    "signed_in_elsewhere",
    "never_registered",
    "undone",
    "order_off_there",
    "paid_twice",
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", [*FAULTS, *OURS])
def test_every_fault_has_words_in_every_language(language: str, word: str) -> None:
    said = Words(language).fault(f"{word}: 3021")
    assert said not in ("", f"fault.{word}", f"{word}: 3021")
    assert "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("word", [*CAUSES, *DOUBTS, UNPRINTABLE, "paper_near_end"])
def test_every_cause_is_said_without_its_detail(language: str, word: str) -> None:
    words = Words(language)
    assert words.cause(f"{word}: [Errno 111]") == words.cause(word) != word


def test_a_fault_tells_its_detail() -> None:
    assert "302" in Words("en_US").fault("redirect: 302")


def test_an_order_that_moved_on_is_told_by_the_name_of_its_status() -> None:
    words = Words("zh_CN")
    assert words.say("status.canceled") in words.fault("moved_on: canceled")
    assert "shipped" in words.fault("moved_on: shipped")


@pytest.mark.parametrize("said", ["余额不足", "not allowed: ask {admin}", "", "a guest's {0}"])
def test_a_services_own_words_stay_as_they_are(said: str) -> None:
    assert Words("ko_KR").fault(said) == Words("ko_KR").cause(said) == said
