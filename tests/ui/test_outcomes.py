"""What nobody foresaw leaves no form waiting, and is raised all the same."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from pos.ui.parts.outcomes import Unforeseen, end
from pos.ui.setup import trouble_words
from pos.words import LANGUAGES, Words


def stumble():
    """Do what no program should."""
    raise ZeroDivisionError("a secret of the works")


def test_a_bug_in_an_errand_is_told_to_the_form_before_it_is_raised(qtbot, opened):
    desk, told = opened().desk, []
    with qtbot.capture_exceptions() as raised:
        desk.run(stumble, then=told.append, failed=told.append)
        qtbot.waitUntil(lambda: bool(raised))
    assert [type(each) for each in told] == [Unforeseen]
    assert [kind for kind, _bug, _trace in raised] == [ZeroDivisionError]


def test_a_bug_behind_a_question_is_told_to_its_page_before_it_is_raised():
    asked, told = Future(), []
    asked.set_exception(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        end(asked, told.append, told.append)
    assert [type(each) for each in told] == [Unforeseen]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_reads_of_a_bug_in_plain_words(language):
    words = Words(language)
    assert trouble_words(words, Unforeseen()) == words.say("board.bug") != "board.bug"
