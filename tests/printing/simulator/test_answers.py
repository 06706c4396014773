"""What the machine says in each state: every cell of the makers' tables, and when it speaks unasked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from printing.profiles import Profile
from printing.simulator.condition import Faults
from printing.simulator.machine import Machine
from printing.simulator.paper import SimulatedPaper

READY: dict[str, Any] = {}
NEAR_END = {"paper": "near_end"}
PAPER_OUT = {"paper": "out"}
COVER_OPEN = {"cover_open": True}
CUTTER = {"error": "cutter"}
BROKEN = {"error": "unrecoverable"}
TOO_HOT = {"error": "overheated"}

#: state, answers to DLE EOT 1 to 4, to GS r 1 (empty: held), automatic status; all in hexadecimal
TABLE = [
    (READY, "12 12 12 12", "00", "10 00 00 00"),
    ({"drawer_open": True}, "16 12 12 12", "00", "14 00 00 00"),
    (NEAR_END, "12 12 12 1e", "03", "10 00 03 00"),
    (PAPER_OUT, "1a 32 12 7e", "", "18 00 0f 00"),
    (COVER_OPEN, "1a 16 12 12", "", "38 00 00 00"),
    (CUTTER, "1a 52 1a 12", "", "18 08 00 00"),
    (BROKEN, "1a 52 32 12", "", "18 20 00 00"),
    (TOO_HOT, "1a 52 52 12", "", "18 40 00 00"),
    ({"waiting": True}, "3a 12 12 12", "", "18 01 00 00"),
    ({"feeding": True}, "5a 1a 12 12", "", "58 02 00 00"),
    ({"paper": "near_end", "stops_near_end": True}, "1a 32 12 1e", "", "18 00 03 00"),
]


def said(machine: Machine) -> bytes:
    """Let the machine do all that it can; return what it said since the last time."""
    while machine.step() is not None:
        pass
    answer = b"".join(one.data for one in machine.outbox)
    machine.outbox.clear()
    return answer


def asked(machine: Machine, *questions: bytes) -> bytes:
    for question in questions:
        machine.receive(question)
    return said(machine)


def machine_that_is(state: dict[str, Any]) -> Machine:
    machine = Machine()
    machine.change(**state)
    return machine


@pytest.mark.parametrize(("state", "answers", "_gs_r", "_asb"), TABLE)
def test_each_state_has_its_four_answers_at_once(
    state: dict[str, Any], answers: str, _gs_r: str, _asb: str
) -> None:
    machine = machine_that_is(state)
    assert asked(machine, *(b"\x10\x04" + bytes((n,)) for n in (1, 2, 3, 4))) == bytes.fromhex(answers)


@pytest.mark.parametrize(("state", "_answers", "gs_r", "_asb"), TABLE)
@pytest.mark.parametrize("question", [b"\x1dr\x01", b"\x1dr1"])
def test_a_queued_question_is_held_while_it_is_offline(
    state: dict[str, Any], _answers: str, gs_r: str, _asb: str, question: bytes
) -> None:
    machine = machine_that_is(state)
    assert asked(machine, question) == bytes.fromhex(gs_r)
    machine.refill()
    machine.change(cover_open=False, error="", waiting=False, feeding=False)
    assert said(machine) == (b"" if gs_r else b"\x00")


@pytest.mark.parametrize(("state", "_answers", "_gs_r", "asb"), TABLE)
def test_each_change_is_told_to_whoever_asked_for_it(
    state: dict[str, Any], _answers: str, _gs_r: str, asb: str
) -> None:
    machine = Machine()
    assert asked(machine, b"\x1da\xff") == b"\x10\x00\x00\x00"
    machine.change(**state)
    assert said(machine) == (bytes.fromhex(asb) if state else b"")
    machine.change(**state)
    assert said(machine) == b"", "nothing changed"


@pytest.mark.parametrize(("state", "_answers", "_gs_r", "asb"), TABLE)
def test_automatic_status_can_be_asked_for_once_at_any_time(
    state: dict[str, Any], _answers: str, _gs_r: str, asb: str
) -> None:
    assert asked(machine_that_is(state), b"\x10\x14\x07\x01") == bytes.fromhex(asb)


@pytest.mark.parametrize(
    ("wanted", "state"),
    [(1, {"drawer_open": True}), (2, COVER_OPEN), (4, CUTTER), (8, NEAR_END), (0x40, {"feeding": True})],
)
def test_a_change_of_a_class_that_nobody_asked_for_is_not_told(wanted: int, state: dict[str, Any]) -> None:
    machine = Machine()
    asked(machine, b"\x1da" + bytes((wanted,)))
    machine.change(**state)
    assert len(said(machine)) == 4
    other = Machine()
    asked(other, b"\x1da" + bytes((0x80,)))
    other.change(**state)
    assert said(other) == b""


@pytest.mark.parametrize("off", [b"\x1da\x00", b"\x1b@"])
def test_automatic_status_is_turned_off(off: bytes) -> None:
    machine = Machine()
    asked(machine, b"\x1da\xff", off)
    machine.change(paper="out")
    assert said(machine) == b""


def test_the_drawers_switch_is_asked_for_in_its_turn() -> None:
    machine = Machine()
    assert asked(machine, b"\x1dr\x02") == b"\x00"
    machine.change(drawer_open=True)
    assert asked(machine, b"\x1dr2") == b"\x01"


def test_little_paper_stops_it_only_where_that_was_chosen() -> None:
    machine = Machine()
    asked(machine, b"\x1bc4\x03")
    machine.change(paper="near_end")
    assert not machine.condition.is_online
    machine.change(paper="enough")
    asked(machine, b"\x1b@")
    machine.change(paper="near_end")
    assert machine.condition.is_online


def test_a_process_id_is_given_once_all_before_it_is_printed() -> None:
    machine = Machine()
    machine.receive(b"one\n\x1dV\x00\x1d(H\x06\x00000001")
    while not machine.papers:
        assert not machine.outbox
        machine.step()
    assert said(machine) == b"\x37\x220001\x00"


def test_of_several_process_ids_that_wait_only_the_latest_is_sent() -> None:
    machine = Machine()
    assert asked(machine, b"\x1d(H\x06\x00000001\x1dr\x01\x1d(H\x06\x00000002") == b"\x00\x37\x220002\x00"


@pytest.mark.parametrize(("choice", "answer"), [(0, b""), (1, b"\x37\x23\x00"), (2, b"\x37\x23\x42\x00")])
@pytest.mark.parametrize("digit", [0, 48])
def test_going_offline_is_told_with_or_without_its_cause(choice: int, answer: bytes, digit: int) -> None:
    machine = Machine()
    assert asked(machine, b"\x1d(H\x03\x0010" + bytes((choice + digit,))) == b""
    machine.change(paper="out")
    assert said(machine) == answer
    machine.change(cover_open=True)
    assert said(machine) == b"", "it was offline before"


def test_a_stuck_knife_is_freed_and_it_goes_on_where_it_stopped() -> None:
    machine = machine_that_is(CUTTER)
    assert asked(machine, b"one\n\x1dr\x01") == b""
    assert asked(machine, b"\x10\x05\x01") == b"\x00"
    assert [line.text for line in machine.lines if hasattr(line, "text")] == ["one"]


def test_a_stuck_knife_is_freed_and_all_that_waited_is_forgotten() -> None:
    machine = machine_that_is(CUTTER)
    assert asked(machine, b"one\n\x1d(H\x06\x00000001\x10\x05\x02two\n\x1dr\x01") == b"\x00"
    assert [line.text for line in machine.lines if hasattr(line, "text")] == ["two"]


@pytest.mark.parametrize("state", [PAPER_OUT, COVER_OPEN, BROKEN, TOO_HOT])
@pytest.mark.parametrize("how", [1, 2])
def test_other_causes_are_not_cured_by_asking(state: dict[str, Any], how: int) -> None:
    machine = machine_that_is(state)
    asked(machine, b"\x10\x05" + bytes((how,)))
    assert not machine.condition.is_online


def test_its_buffers_are_cleared_by_all_seven_bytes_and_by_no_fewer() -> None:
    clear = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")
    machine = machine_that_is(PAPER_OUT)
    assert asked(machine, b"one\n", clear[:-1] + b"x") == b""
    assert machine.buffered
    assert asked(machine, clear) == b"\x37\x25\x00"
    assert not machine.buffered


def test_some_wait_for_the_feed_button_after_new_paper() -> None:
    machine = Machine(faults=Faults(waits_for_button=True))
    machine.change(paper="out")
    machine.refill()
    assert asked(machine, b"\x10\x04\x01") == b"\x3a"
    assert asked(machine, b"\x10\x05\x00\x10\x04\x01") == b"\x12"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (1, b"\x20"),
        (49, b"\x20"),
        (2, b"\x02"),
        (3, b"\x01"),
        (66, b"\x5fSIMULATOR\x00"),
        (67, b"\x5fPRINTER\x00"),
        (99, b""),
    ],
)
def test_it_says_what_it_is(question: int, answer: bytes) -> None:
    assert asked(Machine(), b"\x1dI" + bytes((question,))) == answer


@pytest.mark.parametrize(
    ("faults", "answer"),
    [
        (Faults(mute=True), b""),
        (Faults(no_process_id=True), b"\x12\x00"),
        (Faults(no_gs_r=True), b"\x12\x37\x220001\x00"),
        (Faults(drops=1), b"\x12\x00"),
        (Faults(drops=2), b"\x12"),
    ],
)
def test_what_it_does_not_know_or_loses_is_not_answered(faults: Faults, answer: bytes) -> None:
    assert asked(Machine(faults=faults), b"\x10\x04\x01\x1d(H\x06\x00000001\x1dr\x01") == answer


def test_a_drawer_pulse_hidden_in_a_picture_opens_the_drawer_and_is_printed_as_dots_too() -> None:
    picture = b"\x10\x14\x01\x00\x01\xff"
    machine = Machine()
    asked(machine, b"\x1dv0\x00\x06\x00\x01\x00" + picture)
    assert machine.pulses == 1
    assert [line.rows for line in machine.lines if hasattr(line, "rows")] == [picture]


def test_a_pulse_in_its_turn_waits_for_it_and_one_in_real_time_does_not() -> None:
    machine = machine_that_is(COVER_OPEN)
    machine.receive(b"\x1bp\x00\x19\xfa")
    assert machine.pulses == 0
    machine.receive(b"\x10\x14\x01\x00\x01")
    assert machine.pulses == 1
    machine.change(cover_open=False)
    said(machine)
    assert machine.pulses == 2


def test_a_printer_that_lags_says_how_it_was() -> None:
    times = [datetime(2026, 1, 1, 12, tzinfo=UTC)]
    machine = Machine(now=lambda: times[-1], faults=Faults(lags=3))
    machine.change(paper="out")
    assert asked(machine, b"\x10\x04\x04") == b"\x12"
    times.append(times[-1] + timedelta(seconds=2))
    machine.change(cover_open=True)
    times.append(times[-1] + timedelta(seconds=1))
    assert asked(machine, b"\x10\x04\x04\x10\x04\x02") == b"\x7e\x32"
    times.append(times[-1] + timedelta(seconds=2))
    assert asked(machine, b"\x10\x04\x02") == b"\x36"


def test_power_lost_in_the_middle_leaves_torn_paper_and_no_modes() -> None:
    out: list[SimulatedPaper] = []
    machine = Machine(Profile(), on_paper=out.append)
    asked(machine, b"\x1da\xff\x1bE\x01\x1d!\x11one\ntw")
    machine.lose_power()
    asked(machine, b"two\n\x1dV\x00")
    assert [(paper.text, paper.whole) for paper in out] == [("one", False), ("two", True)]
    assert not any(span.style.bold for line in out[1].lines[:1] for span in line.spans)  # type: ignore[union-attr]  # a text line
