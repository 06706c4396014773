"""What a printer says, byte by byte, in any order and in any pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.status import Answers, read_status

#: The four answers of a printer in each state, as manuals list them.
STATES = [
    ("", (0x12, 0x12, 0x12, 0x12)),
    ("", (0x16, 0x12, 0x12, 0x12)),
    ("", (0x12, 0x12, 0x12, 0x1E)),
    ("paper_out", (0x1A, 0x32, 0x12, 0x7E)),
    ("cover_open", (0x1A, 0x16, 0x12, 0x12)),
    ("cutter", (0x1A, 0x52, 0x1A, 0x12)),
    ("error", (0x1A, 0x52, 0x32, 0x12)),
    ("overheated", (0x1A, 0x52, 0x52, 0x12)),
    ("press_feed", (0x3A, 0x12, 0x12, 0x12)),
    ("offline", (0x1A, 0x12, 0x12, 0x12)),
]


@pytest.mark.parametrize(("cause", "said"), STATES)
def test_every_state_of_a_printer_has_its_name(cause: str, said: tuple[int, ...]) -> None:
    assert read_status(dict(enumerate(said, start=1))).cause == cause


def test_paper_near_its_end_is_said_although_the_printer_is_well() -> None:
    health = read_status({1: 0x12, 2: 0x12, 3: 0x12, 4: 0x1E})
    assert (health.state, health.detail) == ("well", "paper_near_end")


def test_a_person_is_needed_for_paper_but_not_for_a_printer_that_is_off() -> None:
    assert read_status({4: 0x7E}).state == "needs_you"
    assert read_status({1: 0x1A}).state == "waiting"


@given(st.lists(st.integers(1, 12)))
def test_answers_are_told_apart_however_they_arrive(cuts: list[int]) -> None:
    stream = (
        b"\x18\x00\x0f\x00"
        + b"\x12"
        + b"\x37\x220042\x00"
        + b"\x13"
        + b"\x10\x00\x03\x00"
        + b"\x03"
        + b"\x1e\x3b\x31\x00"
    )
    answers = Answers()
    at = 0
    for cut in [*cuts, len(stream)]:
        answers.feed(stream[at : at + cut])
        at += cut
    assert list(answers.real_time) == [0x12, 0x1E]
    assert list(answers.queued) == [0x03]
    assert answers.process_ids == {b"0042"}
    assert answers.restarted
