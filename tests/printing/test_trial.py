"""The test page: it says of each script which way it came, and opens, rings and fires nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from printing.decode import decode
from printing.document import QR, Barcode, Buzzer, Cut, Drawer
from printing.encodings import ENCODINGS, encode
from printing.looks import document
from printing.looks.trial import SCRIPTS
from printing.looks.words import word
from printing.profiles import Profile, profile
from printing.render import to_bytes, to_text
from printing.tickets import TestPage, from_json, to_json

LANGUAGES: tuple[Any, ...] = ("zh_CN", "ko_KR", "en_US")


def page(paper: Profile, **facts: Any) -> dict[str, Any]:
    said = {"language": "en_US", "number": "T-1", "printer": "kitchen", "device": "tcp://192.0.2.5:9100"}
    return to_json(TestPage.of(paper, **said | facts))


def ways(paper: Profile, **facts: Any) -> dict[str, str]:
    """Return what the page says of each script, read from its lines."""
    found = {}
    for line in to_text(page(paper, **facts), paper).splitlines():
        for name, _ in SCRIPTS:
            if line.startswith(word(f"script.{name}", "en_US") + " "):
                found[name] = line.split()[-1]
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_script_is_said_to_come_from_the_font_only_where_it_does(encoding: str) -> None:
    paper = profile(80, encoding)
    own = {name for name, said in SCRIPTS if encode(said, paper.encoding) is not None}
    assert ways(paper) == {name: "font" if name in own else "drawn" for name, _ in SCRIPTS}


def test_where_one_line_makes_the_whole_ticket_a_picture_all_is_drawn() -> None:
    assert set(ways(profile(80, draw="ticket")).values()) == {"drawn"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_that_the_font_lacks_draws_its_line_too(language: Any) -> None:
    paper = profile(80, "cp437")
    text = to_text(page(paper, language=language), paper)
    latin = next(line for line in text.splitlines() if "Crème brûlée ñ ß" in line)
    assert latin.split()[-1] == word("way.own" if language == "en_US" else "way.drawn", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [58, 80])
def test_a_test_page_fires_no_drawer_and_no_buzzer_and_is_cut_once(width: int, language: Any) -> None:
    paper = profile(width)
    items = document(from_json(page(paper, language=language)), columns=paper.columns).items
    assert not [item for item in items if isinstance(item, Drawer | Buzzer)]
    assert [type(item) for item in items].count(Cut) == 1
    assert {QR, Barcode} <= {type(item) for item in items}
    assert decode(to_bytes(page(paper, language=language), paper)).count(Cut) == 1


@pytest.mark.parametrize("width", [58, 80])
def test_a_ruler_and_both_edges_are_as_wide_as_the_paper(width: int) -> None:
    paper = profile(width)
    lines = to_text(page(paper), paper).splitlines()
    edges = [line for line in lines if line.startswith("|")]
    assert [len(line) for line in edges] == [paper.columns] * 2
    assert ("1234567890" * 5)[: paper.columns] in lines


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"cut": "none"}, "no knife"),
        ({"drawer": False}, "Cash drawer"),
        ({"buzzer": "none"}, "Buzzer"),
    ],
)
def test_what_the_printer_has_not_is_said_in_words(facts: dict[str, Any], said: str) -> None:
    paper = Profile(**facts)
    line = next(line for line in to_text(page(paper), paper).splitlines() if said in line)
    assert line.split()[-1] in ("none", "knife")


def test_what_it_answered_and_what_proves_paper_is_on_the_page(
    tickets: dict[str, dict[str, Any]], same_as_kept: Callable[[str, str], None]
) -> None:
    text = to_text(tickets["test-en"], profile(58))
    assert "TM-T88V" in text
    assert "its answer to the job's id" in text
    same_as_kept("test-en-58", text)


@pytest.mark.parametrize("evidence", ["process-id", "gs-r", "status", "transport"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_proof_has_words(evidence: str, language: Any) -> None:
    text = to_text(page(profile(58), evidence=evidence, language=language), profile(58))
    assert f"evidence.{evidence}" not in text
    assert word(f"evidence.{evidence}", language) in text
