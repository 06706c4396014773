"""Scripted and random days of a printer, and the words it takes on its second port."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from printing.simulator import Simulator
from printing.simulator.faults import WORDS
from printing.simulator.plan import Plan, Step, at_random, read
from tests.printing.simulator.conftest import Client

TICKET = b"one\ntwo\nthree\n\x1dV\x00\x1dr\x01"


async def printed(printer: Simulator, count: int = 1) -> bytes:
    """Print tickets one after the other; return the answers."""
    answers = b""
    for _ in range(count):
        client = Client(*await asyncio.open_connection("127.0.0.1", printer.port))
        try:
            answers += await client.ask(TICKET)
        finally:
            await client.close()
    return answers


async def test_a_step_comes_in_the_middle_of_its_ticket_and_heals_by_itself() -> None:
    plan = Plan([Step("begun", 2, ("paper_out",), ("refill",), after=0.01, line=2)])
    async with Simulator(plan=plan) as printer:
        await printed(printer)
        client = Client(*await asyncio.open_connection("127.0.0.1", printer.port))
        client.send(TICKET)
        await printer.until(lambda one: not one.machine.condition.is_online)
        assert (printer.state["printed"], printer.state["hanging"]) == (1, 2)
        assert await client.reader.readexactly(1) == b"\x00"
        assert [paper.text for paper in printer.papers] == ["one\ntwo\nthree"] * 2
        await client.close()


@pytest.mark.parametrize(
    ("step", "tickets"),
    [
        (Step("printed", 2, ("near_end",)), 2),
        (Step("bytes", len(TICKET) + 1, ("near_end",)), 2),
        (Step("begun", 2, ("near_end",)), 2),
    ],
)
async def test_a_step_waits_for_its_moment(step: Step, tickets: int) -> None:
    async with Simulator(plan=Plan([step])) as printer:
        await printed(printer, tickets - 1)
        assert "near_end" not in printer.state["facts"]
        await printed(printer)
        assert "near_end" in printer.state["facts"]


async def test_a_step_may_come_by_the_clock() -> None:
    async with Simulator(plan=Plan([Step("seconds", 0.01, ("near_end",), ("refill",), 0.01)])) as printer:
        await printer.until(lambda one: "near_end" in one.machine.condition.facts)
        await printer.until(lambda one: "near_end" not in one.machine.condition.facts)


async def test_a_step_may_have_several_words() -> None:
    async with Simulator(plan=Plan([Step("printed", 1, ("near_end", "drawer_open"))])) as printer:
        await printed(printer)
        assert printer.state["facts"] == ["drawer", "near_end"]


TOML = """
[[step]]
begun = 3
line = 5
do = "paper_out"
heal = ["refill", "feed_button"]
after = 2
[[step]]
seconds = 1.5
do = ["power_cycle 2"]
"""
LINES = """{"begun": 3, "line": 5, "do": "paper_out", "heal": ["refill", "feed_button"], "after": 2}
{"seconds": 1.5, "do": ["power_cycle 2"]}
"""


@pytest.mark.parametrize("text", [TOML, LINES])
def test_a_plan_is_written_as_toml_or_as_json_lines(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan"
    file.write_text(text, encoding="utf-8")
    assert read(file).steps == (
        Step("begun", 3, ("paper_out",), ("refill", "feed_button"), 2, 5),
        Step("seconds", 1.5, ("power_cycle 2",)),
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('{"begun": 1, "do": "burn"}', "step 1: do: 'burn' is none of"),
        ('{"do": "off"}', "step 1: one of begun, printed, bytes, seconds says when"),
        ('{"begun": 1, "when": 2, "do": "off"}', "when: allowed are"),
        ('{"begun": -1, "do": "off"}', "not negative"),
        ('{"begun": true, "do": "off"}', "are numbers"),
        ('{"begun": 1, "do": 7}', "step 1: do: words are wanted"),
        ('{"begun": 1}', "step 1: nothing to do"),
        ("[[step", "array declaration"),
        ("step = 3", "tables"),
    ],
)
def test_a_plan_with_a_mistake_says_where(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "plan"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=wrong):
        read(file)


def test_a_random_day_is_the_same_for_the_same_seed() -> None:
    assert at_random(7, 10).drawn(50) == at_random(7, 10).drawn(50)
    assert at_random(7, 10).drawn(50) != at_random(8, 10).drawn(50)


async def test_a_random_day_never_ends_and_always_heals() -> None:
    async with Simulator(plan=at_random(3, 1)) as printer:
        while len(printer.papers) < 12:
            with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                async with asyncio.timeout(0.1):  # its patience: then it tries again
                    await printed(printer)
        assert printer.plan is not None
        assert printer.plan.steps


def test_random_troubles_are_all_words_and_each_has_its_cure() -> None:
    drawn = [step for seed in range(20) for step in at_random(seed, 10).drawn(30)]
    assert all(word.split()[0] in WORDS for step in drawn for word in (*step.do, *step.heal))
    gaps = [later.count - sooner.count for sooner, later in pairwise(drawn)]
    forward = [gap for gap in gaps if gap > 0]
    assert 8 < sum(forward) / len(forward) < 12
    lasting = {"paper_out", "cover_open", "cutter_error", "overheated", "unplugged", "port_held", "mute"}
    assert all(step.heal for step in drawn if step.do[0].split()[0] in lasting)
    assert all(0 < step.after <= 1 for step in drawn)


# ---- the second port


@pytest.fixture
async def control() -> AsyncIterator[tuple[Simulator, Client]]:
    """A printer, and a connection to its second port."""
    simulator = Simulator()
    await simulator.start(0, 0)
    client = Client(*await asyncio.open_connection("127.0.0.1", simulator.control_port))
    yield simulator, client
    await client.close()
    await simulator.close()


async def said(client: Client, line: str) -> dict[str, Any]:
    client.send(line.encode() + b"\n")
    answer: dict[str, Any] = json.loads(await client.reader.readline())
    return answer


async def test_the_second_port_knows_every_word(control: tuple[Simulator, Client]) -> None:
    answer = await said(control[1], "help")
    assert answer["words"].keys() >= WORDS.keys() | {"state", "papers"}


async def test_the_second_port_obeys_and_says_how_it_is(control: tuple[Simulator, Client]) -> None:
    printer, client = control
    assert (await said(client, "paper_out"))["facts"] == ["near_end", "offline", "paper_out", "paper_stop"]
    assert (await said(client, "well"))["online"] is True
    assert (await said(client, "state"))["printed"] == 0
    assert (await said(client, "slow 0.5"))["faults"] == {"late": 0.5}
    assert (await said(client, "talking"))["faults"] == {}
    await printed(printer, 2)
    assert [one["number"] for one in (await said(client, "papers"))["papers"]] == [1, 2]
    assert [one["text"] for one in (await said(client, "papers 2"))["papers"]] == ["one\ntwo\nthree"]


@pytest.mark.parametrize("line", ["burn", "papers x", "slow", "", "\xff"])
async def test_the_second_port_refuses_what_it_does_not_know(
    control: tuple[Simulator, Client], line: str
) -> None:
    answer = await said(control[1], line)
    assert answer["ok"] is False
    assert answer["error"]
