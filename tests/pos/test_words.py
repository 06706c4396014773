"""Every word that can be shown is there in every language, with the same facts in it."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

import assets
from pos.actions.attention import ANSWERS, SEEN
from pos.actions.tickets import KITCHEN, NEEDED_WHILE_ON
from pos.domain.order import IllegalMove, Move, OrderType, Status
from pos.domain.payment import METHODS, ONLINE, PaymentStatus
from pos.domain.refusals import Refused
from pos.store.spool import MAYBE
from pos.words import LANGUAGES, Words
from printing.errors import CAUSES
from printing.looks import words as on_paper
from printing.ports import Evidence

ROOT = Path(assets.__file__).parents[1]
SOURCES = [path for part in ("pos", "printing", "sync") for path in (ROOT / part).rglob("*.py")]
FOLDERS = {language: assets.path("words", language) for language in LANGUAGES}


def catalog(language: str) -> dict[str, str]:
    """Return every text of a language by part, section and key."""
    return {
        f"{file.stem}/{section}.{key}": text
        for file in FOLDERS[language].glob("*.toml")
        for section, entries in tomllib.loads(file.read_text(encoding="utf-8")).items()
        for key, text in entries.items()
    }


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


@cache
def sources() -> list[tuple[Path, list[ast.AST]]]:
    """Return every source file of the product, parsed."""
    return [(path, list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))) for path in SOURCES]


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Yield every call of a function or method of that name in the product."""
    for path, nodes in sources():
        for node in nodes:
            if isinstance(node, ast.Call) and name in (
                getattr(node.func, "attr", ""), getattr(node.func, "id", ""),
            ):  # fmt: skip
                yield path, node


def first_words(name: str, place: int = 0) -> set[str]:
    """Return the texts that stand at one place in the counter's calls of a function: others write too."""
    ours = [node for path, node in calls(name) if path.is_relative_to(ROOT / "pos")]
    found = [node.args[place] for node in ours if len(node.args) > place]
    return {
        part.value
        for node in found
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_every_key_with_the_same_facts(language: str) -> None:
    ours, theirs = catalog("zh_CN"), catalog(language)
    assert theirs.keys() == ours.keys()
    assert {key: placeholders(text) for key, text in theirs.items()} == {
        key: placeholders(text) for key, text in ours.items()
    }
    assert [key for key, text in theirs.items() if not text.strip()] == []


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_key_stands_in_two_parts(language: str) -> None:
    keys = [key.partition("/")[2] for key in catalog(language)]
    assert len(keys) == len(set(keys))


def test_the_scan_of_the_sources_finds_what_is_known_to_be_there() -> None:
    assert {"too_little", "illegal_move", "no_order"} <= refusals().keys()
    assert {"settle", "received", "was_first"} <= acts()
    assert "paid_twice" in attention_kinds()


def refusals() -> dict[str, set[str]]:
    """Return every refusal that is raised anywhere, with the facts it brings."""
    found: dict[str, set[str]] = {"illegal_move": {"order", "status", "move", "possible"}}
    ours = [node for path, node in calls("Refused") if path.is_relative_to(ROOT / "pos") and node.args]
    for node in ours:
        facts = {keyword.arg for keyword in node.keywords if keyword.arg}
        for part in ast.walk(node.args[0]):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                found[part.value] = found.get(part.value, facts) & facts
    return found


def test_every_refusal_has_words_that_use_only_the_facts_it_brings() -> None:
    words = catalog("zh_CN")
    for code, facts in refusals().items():
        assert f"counter/refused.{code}" in words, code
        assert set(placeholders(words[f"counter/refused.{code}"])) <= facts, code


def troubles() -> set[str]:
    raised = first_words("StoreTrouble") | first_words("SecretsTrouble")
    source = ast.parse((ROOT / "pos/store/trouble.py").read_text(encoding="utf-8"))
    tables = [
        node.value
        for node in ast.walk(source)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    ]
    return raised | {
        value.value for table in tables for value in table.values if isinstance(value, ast.Constant)
    }


def acts() -> set[str]:
    """Return every act that is written in the journal: by name, through a helper, or as a move."""
    helpers = {"_write": (1, 2), "_settle": ()}
    found = first_words("write") | {move.value for move in Move}
    for name, places in helpers.items():
        for place in places:
            found |= first_words(name, place)
        found |= {
            keyword.value.value
            for _, node in calls(name)
            for keyword in node.keywords
            if keyword.arg == "act" and isinstance(keyword.value, ast.Constant)
        }
    found |= {"printed", "sent"}
    return {act for act in found if re.fullmatch(r"[a-z_]+", act)}


def attention_kinds() -> set[str]:
    return first_words("attend") | first_words("_notice") | {"damaged_store", "broken_journal"}


SECTIONS = {
    "status": lambda: {status.value for status in Status},
    "type": lambda: {type_.value for type_ in OrderType},
    "move": lambda: {move.value for move in Move} | {"none"},
    "payment": lambda: {status.value for status in PaymentStatus},
    "method": lambda: {*METHODS, ONLINE},
    "knows": lambda: {"failed", "waiting", "no", "yes"},
    "letter": lambda: {"waiting", "sending", "told", "failed", "dropped"},
    "verb": lambda: {"register", "accept", "reject", "execute", "cancel", "pay", "note", "amend"},
    "print": lambda: {"queued", "sending", "printed", "sent", "unknown", "failed", "dropped"},
    "ticket": lambda: {*KITCHEN, *NEEDED_WHILE_ON, "settlement", "refund", "report", "test"},
    "evidence": lambda: {*get_args(Evidence), "person", MAYBE} - {""},
    "cause": lambda: {
        *CAUSES,
        "no_printer",
        "worker_died",
        "order_canceled",
        "did_not_come_out",
        "replaced",
        "copied_by_itself",
    },
    "answer": lambda: {*SEEN, *(said for answers in ANSWERS.values() for said in answers)},
    "problem": lambda: first_words("problem") | {"status", "price", "total", "time"},
    "why": lambda: {"kitchen_printer", "many_orders"},
    "trouble": troubles,
    "act": acts,
    "attention": attention_kinds,
}


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_everything_that_can_happen_has_words(section: str) -> None:
    words = Words("zh_CN")
    assert {key for key in SECTIONS[section]() if not words.has(f"{section}.{key}")} == set()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_an_illegal_move_says_in_words_what_is_possible_now(language: str) -> None:
    words = Words(language)
    facts = {"order": "041", "status": "placed", "move": "execute", "possible": "accept reject"}
    said = words.refusal(Refused("illegal_move", **facts))
    for key in ("status.placed", "move.accept", "move.reject"):
        assert words.say(key) in said
    assert "041" in said
    assert issubclass(IllegalMove, Refused)
    assert words.say("move.none") in words.refusal(Refused("illegal_move", **{**facts, "possible": ""}))


@pytest.mark.parametrize(
    ("language", "currency", "minor", "shown"),
    [
        ("zh_CN", "CNY", 3620, "¥36.20"),
        ("ko_KR", "KRW", 45800, "₩45,800"),
        ("en_US", "USD", 123456, "$1,234.56"),
        ("zh_CN", "CNY", -500, "-¥5.00"),
    ],
)
def test_money_is_written_as_the_language_writes_it(
    language: str, currency: str, minor: int, shown: str
) -> None:
    assert Words(language).money(minor, currency) == shown


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [(45800, "KRW", "45,800"), (123456, "USD", "1,234.56"), (-1999, "CNY", "-19.99"), (0, None, "0.00")],
)
def test_a_figure_has_no_sign_of_its_currency_and_its_thousands_apart(
    minor: int, currency: str | None, shown: str
) -> None:
    assert Words("ko_KR").figure(minor, currency) == shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("claim", ["cancel", "return", "exchange"])
def test_what_a_guest_claims_is_asked_for_in_words_of_its_own(language: str, claim: str) -> None:
    words = Words(language)
    asked = words.notice("problem", {"problem": f"{claim}_requested"}, "005", "imweb")
    other = words.notice("problem", {"problem": "price"}, "005", "imweb")
    assert asked == words.say(f"attention.problem_{claim}_requested", order="005", channel="imweb")
    assert other == words.say("attention.problem", order="005", problem=words.say("problem.price"))


def test_what_has_no_price_shows_none() -> None:
    assert Words("zh_CN").money(None, "CNY") == Words("zh_CN").money(100, None) == ""


def test_times_are_on_the_shops_clock() -> None:
    from datetime import UTC, datetime

    words = Words("zh_CN", "Asia/Shanghai")
    at = datetime(2026, 11, 20, 20, 5, tzinfo=UTC)
    assert (words.clock(at), words.moment(at)) == ("04:05", "11-21 04:05")


def test_a_shops_own_method_is_its_own_name_and_a_missing_key_shows_itself() -> None:
    words = Words("en_US")
    assert (words.method("cash"), words.method("饭卡"), words.say("no.such")) == ("Cash", "饭卡", "no.such")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["7", "A3", "T-16", "12b", "牡丹厅", "Patio", "7桌", ""])
def test_a_table_is_called_the_same_on_screen_and_paper(language: Any, code: str) -> None:
    assert Words(language).table(code) == on_paper.table(code, language)


def test_only_a_numbered_table_is_called_a_table() -> None:
    said = [Words("zh_CN").table(code) for code in ("7", "A3", "牡丹厅", "7桌", "")]
    assert said == ["7桌", "A3桌", "牡丹厅", "7桌", ""]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_word_of_every_file_is_said_whatever_section_it_stands_in(language: str) -> None:
    words = Words(language)
    written = [
        f"{section}.{key}"
        for file in FOLDERS[language].glob("*.toml")
        for section, entries in tomllib.loads(file.read_text(encoding="utf-8")).items()
        for key in entries
    ]
    assert len(set(written)) == len(written)
    assert [key for key in written if not words.has(key)] == []
