"""The one slot in which every write is made."""

from __future__ import annotations

import threading

import pytest

from pos.store.slot import PERSON, WORKER, Slot


def test_what_a_person_pressed_goes_before_what_workers_have_to_write() -> None:
    slot, done = Slot("test"), []
    begun, gate = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        gate.wait(30)

    slot.submit(WORKER, hold)
    assert begun.wait(30)
    waits = [slot.submit(WORKER, lambda n=n: done.append(n)) for n in range(3)]
    waits.append(slot.submit(PERSON, lambda: done.append("tap")))
    gate.set()
    for wait in waits:
        wait.result(30)
    assert done == ["tap", 0, 1, 2]
    slot.close()


def test_closing_finishes_what_waits_and_takes_no_more() -> None:
    slot = Slot("test")
    waits = [slot.submit(WORKER, lambda n=n: n) for n in range(5)]
    slot.close()
    assert [wait.result(0) for wait in waits] == [0, 1, 2, 3, 4]
    with pytest.raises(RuntimeError, match="closed"):
        slot.submit(PERSON, lambda: None)


def test_an_error_belongs_to_who_asked_and_the_slot_goes_on() -> None:
    slot = Slot("test")
    broken = slot.submit(WORKER, lambda: 1 // 0)
    well = slot.submit(WORKER, lambda: 2)
    with pytest.raises(ZeroDivisionError):
        broken.result(30)
    assert well.result(30) == 2
    slot.close()
