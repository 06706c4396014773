"""Bad input: whatever stands in whichever field of whichever ticket, paper comes out, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from printing.decode import decode
from printing.document import Buzzer, Cut, Drawer
from printing.encodings import ENCODINGS
from printing.profiles import Profile
from printing.render import preview, to_html, to_text
from printing.render import to_bytes as ticket_bytes
from printing.tickets import Copy, from_json

Tickets = dict[str, dict[str, Any]]
Path = tuple[str | int, ...]

#: Every command that a printer of this class knows, as a guest might paste it.
COMMANDS = (
    "\x1b@",
    "\x1bp\x00\x19\xfa",
    "\x1bp\x01\x19\xfa",
    "\x1bB\x09\x09",
    "\x1b(A\x04\x000\x33\x09\x09",
    "\x07",
    "\x1dV\x00",
    "\x1dV\x01",
    "\x1dVA\x00",
    "\x1dVB\x00",
    "\x1bi",
    "\x1bm",
    "\x0c",
    "\x1bd\xff",
    "\x1bJ\xff",
    "\x10\x04\x01",
    "\x10\x05\x01",
    "\x10\x05\x02",
    "\x10\x14\x01\x00\x05",
    "\x10\x14\x02\x01\x08",
    "\x10\x14\x08\x01\x03",
    "\x1c.",
    "\x1c&",
    "\x1cC\x01",
    "\x1bt\x10",
    "\x1bR\x0d",
    "\x1d!\x77",
    "\x1b!\x30",
    "\x1b3\xff",
    "\x1b{\x01",
    "\x1bV\x01",
    "\x1d(k\x03\x001Q0",
    "\x1d(H\x06\x00001234",
    "\x1dr\x01",
    "\x1da\xff",
    "\x1dv0\x00\xff\xff\xff\xff",
    "\x1d*\xff\xff",
    "\x1c p\x01\x00",
    "\x1d(D\x05\x00\x14\x01\x01\x02\x01",
    "\x1d:",
    "\x1d^\xff\x00\x00",
    "\x1b=\x02",
    "\x1bc5\x00",
    "\x1dI\x01",
    "\x1dk\x49\xff{B",
)
PIECES = st.one_of(
    st.sampled_from(COMMANDS),
    st.sampled_from(
        "\x00\x10\x1b\x1c\x1d\x7f\x80\x9b\ud800\udfff\ufeff\u202e\u2066\u200f\u2028\n\r\t\x85\xad"
    ),
    st.sampled_from(
        [
            "宫保鸡丁",
            "김치찌개",
            "طلب 12",
            "👩‍🍳",
            "e\u0301",
            "𠮷",
            "똠",
            "ﾗｰ",
            "功",
            "…",
            "€",
            "\\",
            "~",
            "?",
        ]
    ),
    st.characters(codec=None),
)
TEXTS = st.one_of(
    st.lists(PIECES, max_size=12).map("".join),
    st.tuples(PIECES, st.sampled_from([60, 999, 10_000])).map(lambda pair: (pair[0] * pair[1])[: pair[1]]),
)
NUMBERS = st.sampled_from([0, -1, 1, 999, 2**31, 2**63 - 1, -(2**63)])
ENCODING = st.sampled_from(sorted(ENCODINGS))
PROFILES = st.builds(
    Profile,
    paper=st.sampled_from([58, 80]),
    encoding=ENCODING.map(ENCODINGS.__getitem__),
    native_qr=st.booleans(),
    native_barcode=st.booleans(),
    draw=st.sampled_from(["line", "ticket"]),
    cut=st.sampled_from(["partial", "full"]),
)
COPIES = st.builds(
    Copy,
    number=st.sampled_from([1, 2, 99]),
    mark=st.sampled_from([None, "reprint", "duplicate"]),
    stands_in_for=TEXTS,
)
#: Facts that choose what a ticket is; all else is what people wrote.
CHOSEN = ("kind", "language", "change", "part")


def fields(facts: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every text and number in a ticket's facts, and where it is."""
    if isinstance(facts, dict):
        for key, value in facts.items():
            if key not in CHOSEN:
                yield from fields(value, (*path, key))
    elif isinstance(facts, list):
        for index, value in enumerate(facts):
            yield from fields(value, (*path, index))
    elif isinstance(facts, str) or type(facts) is int:
        yield path, facts


def with_field(facts: Any, path: Path, value: Any) -> Any:
    """Return the facts with another value at `path`."""
    if not path:
        return value
    copy = dict(facts) if isinstance(facts, dict) else list(facts)
    copy[path[0]] = with_field(facts[path[0]], path[1:], value)
    return copy


def check(data: bytes, used: Profile, events: tuple[int, int, int] = (1, 0, 0)) -> None:
    """Parse the bytes: one cut, and no pulse, sound or real-time command that nobody asked for."""
    assert not re.search(rb"\x10[\x04\x05\x14]", data)
    paper = decode(data, used.encoding)
    assert (paper.count(Cut), paper.count(Drawer), paper.count(Buzzer)) == events
    assert paper.questions == []
    assert isinstance(paper.lines[-1], Cut)


@pytest.fixture(scope="session")
def written(tickets: Tickets) -> dict[str, list[tuple[Path, bool]]]:
    """Where in each ticket people's words and numbers are (and whether it is words): not what is chosen."""
    return {
        name: [
            (path, isinstance(value, str))
            for path, value in fields(facts)
            if all(
                is_free(facts, path, other)
                for other in (("x", "") if isinstance(value, str) else (-1, 2**40))
            )
        ]
        for name, facts in tickets.items()
    }


def is_free(facts: Any, path: Path, value: Any) -> bool:
    """Whether a ticket may say anything there."""
    try:
        from_json(with_field(facts, path, value))
    except ValidationError:
        return False
    return True


def drawn(
    data: st.DataObject, tickets: Tickets, written: dict[str, list[tuple[Path, bool]]]
) -> dict[str, Any]:
    """Draw a ticket of any kind with hostile values in some of its fields."""
    name = data.draw(st.sampled_from(sorted(tickets)))
    chosen = data.draw(st.lists(st.sampled_from(written[name]), min_size=1, max_size=4, unique=True))
    facts: Any = tickets[name]
    for path, is_text in chosen:
        facts = with_field(facts, path, data.draw(TEXTS if is_text else NUMBERS))
    return dict(facts)


@given(st.data())
@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_whatever_stands_in_a_field_there_is_one_cut_and_no_pulse_that_nobody_asked_for(
    tickets: Tickets, written: dict[str, list[tuple[Path, bool]]], data: st.DataObject
) -> None:
    facts, used, copy = drawn(data, tickets, written), data.draw(PROFILES), data.draw(COPIES)
    check(ticket_bytes(facts, used, copy), used)
    check(ticket_bytes(facts, used, copy, drawer=True, buzzer=True), used, (1, 1, 1))


@given(st.data())
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_whatever_stands_in_a_field_every_other_output_has_it_too(
    tickets: Tickets, written: dict[str, list[tuple[Path, bool]]], data: st.DataObject
) -> None:
    facts, used = drawn(data, tickets, written), data.draw(PROFILES)
    assert preview(ticket_bytes(facts, used), used).startswith(b"\x89PNG")
    to_html(facts, used).encode()
    to_text(facts, used).encode()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.encode("latin-1").hex())
def test_no_command_in_any_field_is_obeyed(command: str, tickets: Tickets) -> None:
    for name in ("kitchen-zh", "settlement-ko", "test-en"):
        facts = tickets[name]
        for path, value in fields(facts):
            if isinstance(value, str):
                facts = with_field(facts, path, f"a{command}{value}")
        for encoding in ("gb18030", "shift_jis", "cp437", "raster"):
            used = Profile(encoding=ENCODINGS[encoding])
            check(ticket_bytes(facts, used), used)


@pytest.mark.parametrize("encoding", ["gb18030", "cp949", "cp437"])
@pytest.mark.parametrize("memo", ["不要加辣椒" * 2_000, "no chili please " * 625, "\u202eab" * 3_333])
def test_a_memo_of_ten_thousand_characters_takes_no_metre_of_paper(
    encoding: str, memo: str, tickets: Tickets
) -> None:
    used = Profile(paper=58, encoding=ENCODINGS[encoding])
    short = to_text({**tickets["kitchen-en"], "memo": ["x"]}, used)
    long = to_text({**tickets["kitchen-en"], "memo": [memo]}, used)
    assert long.count("\n") - short.count("\n") < 50
    assert re.search(r"\(\d+ more", re.sub(r"\s+", " ", long))


@pytest.mark.parametrize("count", [0, 1, 999])
@pytest.mark.parametrize("name", ["kitchen-zh", "add-zh", "settlement-en"])
def test_no_line_of_an_order_is_ever_left_out(name: str, count: int, tickets: Tickets) -> None:
    facts = tickets[name]
    if name == "settlement-en":
        [order] = facts["orders"]
        lines = [{**order["lines"][0], "name": f"dish-{number:03}"} for number in range(count)]
        facts = {**facts, "orders": [{**order, "lines": lines}]}
    else:
        facts = {
            **facts,
            "lines": [{**facts["lines"][0], "name": f"dish-{number:03}"} for number in range(count)],
        }
    used = Profile(paper=58)
    data = ticket_bytes(facts, used)
    check(data, used)
    assert re.findall(r"dish-(\d{3})", decode(data).text) == [f"{number:03}" for number in range(count)]


@pytest.mark.parametrize("quantity", [0, 1, 99, 1000, 2**31, 2**63])
@pytest.mark.parametrize("amount", ["0.00", "¥99,999,999.99", "₩" + "9" * 19, "-" + "9" * 40])
def test_quantities_and_prices_at_their_limits_stand_whole_on_the_ticket(
    quantity: int, amount: str, tickets: Tickets
) -> None:
    [order] = tickets["settlement-en"]["orders"]
    line = {
        **order["lines"][0],
        "name": "佛跳墙" * 20,
        "quantity": quantity,
        "amount": amount,
        "price": amount,
    }
    facts = {**tickets["settlement-en"], "orders": [{**order, "lines": [line]}], "total": amount}
    for paper in (58, 80):
        used = Profile(paper=paper, encoding=ENCODINGS["raster"])
        said = re.sub(r"\s", "", to_text(facts, used))
        assert len(re.findall("9", said)) >= amount.count("9")
        check(ticket_bytes(facts, used), used)
