"""Whatever stands in the facts of a ticket, of any kind: it is one ticket, cut once, and fires no drawer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing.decode import decode
from printing.document import Buzzer, Cut, Drawer
from printing.profiles import profile
from printing.render import to_bytes
from printing.tickets import Copy, to_json
from tests.printing.samples import TICKETS

#: What is one of a few words, and never a person's.
OURS = {
    "language",
    "kind",
    "change",
    "order_type",
    "report",
    "evidence",
    "cut",
    "drawer",
    "buzzer",
    "encoding",
}

HOSTILE = {
    "controls": "\x1b@\x1bp\x00\x19\xfa\x1dV\x00\x10\x14\x01\x00\x01",
    "long": "辣椒 pepper " * 800,
    "turned": "\u202e\u2066 abc \u202c" + "\u0645\u0631\u062d\u0628\u0627" * 10,
    "line ends": "\r\n\u2028\n\x85",
    "no word": "\ud800\U0010ffff\ue000\u0300\u200d",
    "one long word": "W" * 500,
    "nothing": "",
    "blanks": " \u3000\t ",
}


def with_text(facts: Any, text: str) -> Any:
    """Return facts in which every free text is another one."""
    match facts:
        case dict():
            return {name: one if name in OURS else with_text(one, text) for name, one in facts.items()}
        case list():
            return [with_text(one, text) for one in facts]
        case str():
            return text
        case _:
            return facts


def with_numbers(facts: Any, number: int) -> Any:
    """Return facts in which every count is another one."""
    match facts:
        case dict():
            return {name: with_numbers(one, number) for name, one in facts.items()}
        case list():
            return [with_numbers(one, number) for one in facts]
        case bool():
            return facts
        case int():
            return number
        case _:
            return facts


def is_one_ticket(facts: dict[str, Any], paper: int, encoding: str = "gb18030") -> None:
    used = profile(paper, encoding)
    printed = decode(to_bytes(facts, used, Copy(2, "duplicate", "bar")), used.encoding)
    assert printed.count(Cut) == 1
    assert not printed.count(Drawer)
    assert not printed.count(Buzzer)


@pytest.mark.parametrize("paper", [58, 80])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", TICKETS)
def test_no_text_breaks_a_ticket(name: str, text: str, paper: int) -> None:
    is_one_ticket(with_text(to_json(TICKETS[name]), text), paper)


@pytest.mark.parametrize("number", [0, -1, 9999, -(10**12), 10**12])
@pytest.mark.parametrize("name", TICKETS)
def test_no_number_breaks_a_ticket(name: str, number: int) -> None:
    is_one_ticket(with_numbers(to_json(TICKETS[name]), number), 58)


@given(st.sampled_from(sorted(TICKETS)), st.text(max_size=60), st.sampled_from([58, 80]))
@settings(deadline=None, max_examples=150)
def test_no_text_that_anybody_could_think_of_breaks_a_ticket(name: str, text: str, paper: int) -> None:
    is_one_ticket(with_text(to_json(TICKETS[name]), text), paper, "cp949")
